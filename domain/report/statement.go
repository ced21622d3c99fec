package report

import (
	"time"

	"recourse/domain/policy"
)

// Audience is for whom a statement is written.
type Audience string

// The audiences. Department is the export of a referral, which is everything.
const (
	ToReporter Audience = Audience(ReporterSide)
	ToReported Audience = Audience(ReportedSide)
	Department Audience = "department"
)

// Statement is what one audience may know of a report. Fields that are not for it are empty.
type Statement struct {
	Report    string    `json:"report"`
	Audience  Audience  `json:"audience"`
	Status    Status    `json:"status"`
	Behaviour Behaviour `json:"behaviour"`
	At        time.Time `json:"at"` // of the submission
	Reporter  string    `json:"reporter,omitempty"`
	Reported  string    `json:"reported"`
	Order     string    `json:"order,omitempty"`
	Dispute   string    `json:"dispute,omitempty"`
	Review    string    `json:"review,omitempty"`
	Text      string    `json:"text,omitempty"`
	Evidence  []string  `json:"evidence,omitempty"`
	Detector  string    `json:"detector,omitempty"`  // that saw it; then nobody reported it
	Detection string    `json:"detection,omitempty"` // with the rows behind it: the staff's alone

	Questions []StatedQuestion `json:"questions,omitempty"` // to the audience
	Finding   Finding          `json:"finding,omitempty"`
	FoundAt   time.Time        `json:"found_at,omitzero"`
	Reasons   string           `json:"reasons,omitempty"`
	Of        string           `json:"of,omitempty"`       // the earlier report that is the same; the reporter's own
	Acted     bool             `json:"acted,omitempty"`    // measures were taken; the reporter is not told which
	Measures  []StatedMeasure  `json:"measures,omitempty"` // on the audience, or all
	Contests  []Contest        `json:"contests,omitempty"`
	Contest   time.Time        `json:"contest_until,omitzero"` // until when the audience may contest the finding
	Referred  []string         `json:"referred,omitempty"`
}

// StatedQuestion is a question with its answer.
type StatedQuestion struct {
	To       Side     `json:"to"`
	Text     string   `json:"text"`
	Answer   string   `json:"answer,omitempty"`
	Evidence []string `json:"evidence,omitempty"` // named with the answer; for the department
}

// StatedMeasure is a measure with its end.
type StatedMeasure struct {
	Scope   string          `json:"scope,omitempty"`
	Listing string          `json:"listing,omitempty"`
	For     policy.Duration `json:"for,omitempty"`
	Until   time.Time       `json:"until,omitzero"`
}

// Statement is what an audience may know of the report now. The reported account learns neither who reported it nor anything
// by which that could be guessed (text, files, order, dispute, review) when the reporter wishes to stay unnamed, and never what
// the reporter was asked. The reporter learns what was found and whether something followed, never what, nor what the
// reported account was asked. Nobody on either side learns who decided.
func (r Report) Statement(to Audience) Statement {
	s := Statement{Report: r.ID, Audience: to, Status: r.Status, Behaviour: r.Behaviour, At: r.SubmittedAt, Reported: r.Reported}
	if to != ToReported || !r.Unnamed {
		s.Reporter, s.Order, s.Dispute, s.Review, s.Text, s.Evidence = r.Reporter, r.Order, r.Dispute, r.Review, r.Text, r.Evidence
	}
	s.Detector = r.Detector
	if to == Department {
		s.Detection = r.Detection
	}
	for _, q := range r.Questions {
		if to == Department || Side(to) == q.To {
			stated := StatedQuestion{To: q.To, Text: q.Text, Answer: q.Answer}
			if to == Department {
				stated.Evidence = q.Evidence
			}
			s.Questions = append(s.Questions, stated)
		}
	}
	for _, c := range r.Contests {
		if to == Department || Side(to) == c.By {
			s.Contests = append(s.Contests, c)
		}
	}
	if to == Department {
		for _, f := range r.Referrals {
			s.Referred = append(s.Referred, f.To)
		}
	}
	if len(r.Rulings) > 0 {
		s.rule(r.Rulings[len(r.Rulings)-1], r)
	}
	return s
}

// rule states the last finding.
func (s *Statement) rule(last Ruling, r Report) {
	s.Finding, s.FoundAt = last.Finding, last.At
	s.Reasons = reasons(last, s.Audience)
	switch s.Audience {
	case ToReporter:
		s.Of, s.Acted = last.Of, len(last.Measures) > 0
	default:
		s.Acted = len(last.Measures) > 0
		for _, m := range last.Measures {
			stated := StatedMeasure{Scope: m.Scope, Listing: m.Listing, For: m.For}
			if m.For > 0 {
				stated.Until = last.At.Add(m.For.Std())
			}
			s.Measures = append(s.Measures, stated)
		}
	}
	if d, runs := r.Clocks.Get(dueContest); runs && (s.Audience == Department || !r.hasContested(Side(s.Audience))) {
		s.Contest = d.DueAt
	}
}

// reasons are the words for the audience, else those for everybody, else the finding's own. What a rule says to the reporter
// alone is not said to the reported account.
func reasons(last Ruling, to Audience) string {
	own := map[Audience]string{ToReporter: last.Reporter, ToReported: last.Reported}[to]
	switch {
	case own != "":
		return own
	case last.Reasons != "" && !(to == ToReported && last.Why != ""):
		return last.Reasons
	}
	return sentences[last.Finding]
}
