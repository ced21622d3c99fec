package report

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/policy"
)

// Submission is the first command of a report: the form of PROCEDURE 9. Who sends it is the reporter, unless the platform
// raises it: on somebody's behalf, or because a detector saw something, which nobody reports (PROCEDURE 11).
type Submission struct {
	Against   string             `json:"against"`
	Behaviour Behaviour          `json:"behaviour"`
	Order     string             `json:"order,omitempty"`
	Dispute   string             `json:"dispute,omitempty"`
	Review    string             `json:"review,omitempty"`
	Text      string             `json:"text"`
	Evidence  []string           `json:"evidence,omitempty"`  // files
	Affirm    bool               `json:"affirm,omitempty"`    // that it is true
	Unnamed   bool               `json:"unnamed,omitempty"`   // the reported account is not told by whom
	Safety    bool               `json:"safety,omitempty"`    // somebody is in danger
	Behalf    string             `json:"behalf,omitempty"`    // the account for which the platform raises it; the system's alone
	Detector  string             `json:"detector,omitempty"`  // that saw it; the system's alone
	Detection string             `json:"detection,omitempty"` // with its number, window, threshold and rows
	Terms     policy.ReportTerms `json:"terms"`
}

// Valid refuses a form that is not complete.
func (s Submission) Valid() casefile.Answer {
	switch {
	case s.Against == "":
		return casefile.Invalid("/against", "Name the account that is reported.")
	case !known(Behaviours, s.Behaviour):
		return casefile.Invalid("/behaviour", "This is not a behaviour that can be reported.")
	case len(s.Evidence) > s.Terms.Limits.EvidenceItems:
		return casefile.Invalid("/evidence", "More files are handed in than are allowed.")
	case slices.Contains(s.Evidence, ""):
		return casefile.Invalid("/evidence", "A file is named by its identifier.")
	}
	return casefile.CheckText("/text", s.Text, s.Terms.Limits.TextRunes)
}

// Fits refuses what the sender cannot say.
func (s Submission) Fits(t *turn) casefile.Answer {
	raised := t.By().Role == casefile.System
	reporter := t.By().ID
	if raised {
		reporter = s.Behalf
	}
	f := t.facts.Report
	switch {
	case !s.Affirm && !raised:
		return casefile.Invalid("/affirm", "Say that what you report is true.")
	case (s.Detector == "") != (s.Detection == ""):
		return casefile.Invalid("/detection", "A detector has seen something, or none has.")
	case raised != (s.Behalf != "" || s.Detector != ""), s.Behalf != "" && s.Detector != "":
		return casefile.Invalid("/behalf", "A report is made in one's own name, or raised by the platform on somebody's behalf.")
	case reporter == s.Against:
		return casefile.Invalid("/against", "Nobody reports itself.")
	case f == nil || !f.Known:
		return casefile.Invalid("/against", "There is no such account.")
	case !f.Refers:
		return casefile.Invalid("/order", "There is no such order, dispute or review of yours.")
	}
	return casefile.Answer{}
}

// submit takes a report. One by a muted reporter, and one that is open already, are taken and answered at once.
func (t *turn) submit(s Submission) casefile.Answer {
	f := *t.facts.Report
	raised := t.By().Role == casefile.System
	if !raised && f.Today >= s.Terms.Report.PerDay {
		return casefile.Refuse(casefile.TooManyItems, "You have reported as often as a day allows.")
	}
	r := t.Report
	r.Reporter, r.Reported, r.Raised, r.Unnamed, r.Safety = t.By().ID, s.Against, raised, s.Unnamed, s.Safety
	if raised {
		r.Reporter, r.Detector, r.Detection = s.Behalf, s.Detector, s.Detection
	}
	r.Behaviour, r.Order, r.Dispute, r.Review = s.Behaviour, s.Order, s.Dispute, s.Review
	if r.Order == "" {
		r.Order = f.Order
	}
	r.Buyer, r.Seller = f.Buyer, f.Seller
	r.Text, r.Evidence, r.Terms, r.SubmittedAt = s.Text, s.Evidence, s.Terms, t.At()
	muted := !raised && f.Muted
	t.Event(casefile.ReportSubmitted, t.form())
	t.Round, t.Status = 1, Submitted
	switch {
	case muted:
		t.Final = true
		t.conclude(Ruling{Finding: Inadmissible, Why: "reporter_muted", Reasons: "Your reports are not processed at present, because earlier ones were fabricated."})
	case f.Same != "":
		t.Final = true
		t.conclude(Ruling{Finding: Duplicate, Why: "open_already", Of: f.Same})
	default:
		t.Round = 0
		t.beginRound("report.submitted")
		t.Start(dueScreening, "report.submitted", "report.screening", t.Terms.Report.Screening.Std())
	}
	return casefile.Answer{Result: map[string]any{"report": t.ID}}
}

func (r Report) form() map[string]any {
	data := map[string]any{"against": r.Reported, "behaviour": r.Behaviour, "text": r.Text,
		"affirmed": !r.Raised, "unnamed": r.Unnamed, "safety": r.Safety}
	for key, value := range map[string]string{"reporter": r.Reporter, "detector": r.Detector, "detection": r.Detection, "order": r.Order, "dispute": r.Dispute, "review": r.Review} {
		if value != "" {
			data[key] = value
		}
	}
	if len(r.Evidence) > 0 {
		data["evidence"] = r.Evidence
	}
	return data
}
