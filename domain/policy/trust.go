package policy

// Report is the keys of a malicious report (PROCEDURE 9).
type Report struct {
	Screening      Duration `yaml:"screening" json:"screening"`
	Finding        Duration `yaml:"finding" json:"finding"`               // from the submission
	FindingSafety  Duration `yaml:"finding_safety" json:"finding_safety"` // the same where somebody is in danger
	Info           Duration `yaml:"info" json:"info"`
	MaxAge         Duration `yaml:"max_age" json:"max_age"`
	HoldMax        Duration `yaml:"hold_max" json:"hold_max"`
	HoldSignature  Duration `yaml:"hold_signature" json:"hold_signature"`
	Contest        Duration `yaml:"contest" json:"contest"`
	MeasureMax     Duration `yaml:"measure_max" json:"measure_max"`
	ReferralAnswer Duration `yaml:"referral_answer" json:"referral_answer"`
	PerDay         int      `yaml:"per_day" json:"per_day"` // by one person
}

// Review is the keys of a review (PROCEDURE 10).
type Review struct {
	MinimumOrder   Amounts  `yaml:"minimum_order" json:"minimum_order"`
	Window         Duration `yaml:"window" json:"window"` // after the order's closing
	Seal           Duration `yaml:"seal" json:"seal"`
	DisputeRecheck Duration `yaml:"dispute_recheck" json:"dispute_recheck"`
	ScreeningMax   Duration `yaml:"screening_max" json:"screening_max"`
	Moderation     Duration `yaml:"moderation" json:"moderation"`
	Edit           Duration `yaml:"edit" json:"edit"`
	Appeal         Duration `yaml:"appeal" json:"appeal"`
	RepeatWindow   Duration `yaml:"repeat_window" json:"repeat_window"`
	RatingWindow   Duration `yaml:"rating_window" json:"rating_window"`
}

// Desk is what everybody is bound to who is given cases (PROCEDURE 6.3).
type Desk struct {
	ConflictWindow  Duration `json:"conflict_window"`
	AssignmentRetry Duration `json:"assignment_retry"`
}

// ReportTerms is what a malicious report pins when it is submitted.
type ReportTerms struct {
	Version string `json:"version"`
	Report  Report `json:"report"`
	Desk    Desk   `json:"desk"`
	Limits  Limits `json:"limits"`

	Standing Standing `json:"standing"` // for what a finding enters into one
}

// ForStanding is what a standing that begins with a finding under these terms pins.
func (t ReportTerms) ForStanding() StandingTerms {
	return StandingTerms{Version: t.Version, Standing: t.Standing, Limits: t.Limits}
}

// ReviewTerms is what a review pins when it is submitted.
type ReviewTerms struct {
	Version string      `json:"version"`
	Review  Review      `json:"review"`
	Limits  Limits      `json:"limits"`
	Report  ReportTerms `json:"report"` // handed to the report that a flagged threat opens
}

// ForReport resolves the keys of a malicious report.
func (p Policy) ForReport() ReportTerms {
	return ReportTerms{Version: p.Version, Report: p.Report, Limits: p.Limits,
		Standing: p.Standing, Desk: Desk{ConflictWindow: p.Dispute.ConflictWindow, AssignmentRetry: p.Dispute.AssignmentRetry}}
}

// ForReview resolves the keys of a review.
func (p Policy) ForReview() ReviewTerms {
	return ReviewTerms{Version: p.Version, Review: p.Review, Limits: p.Limits, Report: p.ForReport()}
}
