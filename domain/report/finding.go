package report

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/policy"
)

// Ruling is a finding with what follows from it.
type Ruling struct {
	Finding  Finding   `json:"finding"`
	By       string    `json:"by,omitempty"` // empty: nobody, by a rule
	At       time.Time `json:"at"`
	Why      string    `json:"why,omitempty"` // the rule
	Of       string    `json:"of,omitempty"`  // the report that this one repeats
	Reasons  string    `json:"reasons,omitempty"`
	Reporter string    `json:"reporter,omitempty"` // in words for the reporter alone
	Reported string    `json:"reported,omitempty"` // in words for the reported account alone
	Measures []Measure `json:"measures,omitempty"` // on the reported account
}

// Measure is what the standing of an account is to do: a function or the account for some time, or a listing that goes.
type Measure struct {
	Scope   string          `json:"scope,omitempty"`
	For     policy.Duration `json:"for,omitempty"`
	Listing string          `json:"listing,omitempty"` // SKU
}

type verdict struct {
	Finding  Finding   `json:"finding"`
	Of       string    `json:"of,omitempty"`
	Reasons  string    `json:"reasons,omitempty"`
	Reporter string    `json:"to_reporter,omitempty"`
	Reported string    `json:"to_reported,omitempty"`
	Measures []Measure `json:"measures,omitempty"`
}

func (v verdict) Valid() casefile.Answer {
	switch {
	case !known(Findings, v.Finding):
		return casefile.Invalid("/finding", "This is not a finding.")
	case len(v.Measures) > 0 && v.Finding != Substantiated:
		return casefile.Invalid("/measures", "Measures follow from a report that is substantiated.")
	case v.Of != "" && v.Finding != Duplicate:
		return casefile.Invalid("/of", "Only a duplicate repeats another report.")
	}
	for i, m := range v.Measures {
		if slices.ContainsFunc(v.Measures[:i], func(n Measure) bool { return n.Scope == m.Scope && n.Listing == m.Listing }) {
			return casefile.Invalid("/measures", "A measure is named twice. Only one of the two would begin, and both would be told.")
		}
		if (m.Listing == "") == (m.Scope == "") || m.Scope != "" && !known(Scopes, m.Scope) {
			return casefile.Invalid("/measures", "A measure is about the account, a function or a listing.")
		}
		if m.Scope != "" && m.For <= 0 {
			return casefile.Invalid("/measures", "A measure has an end.")
		}
	}
	return casefile.Answer{}
}

func (v verdict) Fits(t *turn) casefile.Answer {
	for _, m := range v.Measures {
		if m.For > t.Terms.Report.MeasureMax {
			return casefile.Invalid("/measures", "A measure lasts longer than is allowed.")
		}
	}
	if len(v.Measures) > t.Terms.Limits.EvidenceItems {
		return casefile.Invalid("/measures", "More measures are asked for than are allowed.")
	}
	if v.Finding == Fabricated && t.Raised {
		return casefile.Invalid("/finding", "The platform raised this report; nobody has invented it.")
	}
	if v.Of == t.ID && v.Of != "" {
		return casefile.Invalid("/of", "A report does not repeat itself.")
	}
	for pointer, text := range map[string]string{"/reasons": v.Reasons, "/to_reporter": v.Reporter, "/to_reported": v.Reported} {
		if a := casefile.CheckWords(pointer, text, t.Terms.Limits.TextRunes); !a.Accepted() {
			return a
		}
	}
	return casefile.Answer{}
}

// mayFind: whoever has the report and has nothing to do with its sides.
func (t *turn) mayFind() casefile.Answer {
	if a := t.onBench(); !a.Accepted() {
		return a
	}
	if t.linked() {
		return casefile.Refuse(casefile.ConflictOfInterest, "You may not decide this report.")
	}
	if d, asked := t.Clocks.Get(dueInfo); asked {
		return casefile.Answer{Refused: casefile.EvidenceRequestOpen, Detail: "What was asked for is neither here nor overdue.",
			Result: map[string]any{"due_at": d.DueAt}}
	}
	return casefile.Answer{}
}

// find answers the report. In screening only what needs no examination can be found.
func (t *turn) find(v verdict) casefile.Answer {
	if t.Status == Screening && !v.Finding.early() {
		return casefile.Refuse(casefile.WrongStage, "The report is being screened; let it in first.")
	}
	t.conclude(Ruling{Finding: v.Finding, By: t.By().ID, Of: v.Of, Reasons: v.Reasons, Reporter: v.Reporter, Reported: v.Reported, Measures: v.Measures})
	return casefile.Answer{Result: map[string]any{"finding": v.Finding}}
}

// conclude ends a round with its finding: what follows is sent, both sides are told, and the time to contest begins.
func (t *turn) conclude(r Ruling) {
	r.At = t.At()
	var before *Ruling
	if n := len(t.Rulings); n > 0 {
		before = &t.Rulings[n-1]
	}
	t.closeQuestions()
	t.Clocks.Remove(dueAssignment, dueScreening, dueFinding, dueInfo, dueMaxAge, dueContest)
	if t.Bench.Reviewer != "" {
		t.Bench.Barred = append(t.Bench.Barred, t.Bench.Reviewer)
		t.dismiss("decided")
	}
	t.Rulings = append(t.Rulings, r)
	t.Status = Answered
	t.Event(casefile.ReportFound, t.found(r))
	t.consequences(before, r)
	if r.Finding != Substantiated {
		t.endHold("finding")
	}
	t.dropProposal()
	if t.contestable() {
		t.Start(dueContest, "report.found", "report.contest", t.Terms.Report.Contest.Std())
	}
	t.inform(r)
	t.closeWhenDone()
}

func (t *turn) found(r Ruling) map[string]any {
	data := map[string]any{"finding": r.Finding, "round": t.Round}
	for key, value := range map[string]string{"why": r.Why, "of": r.Of, "reasons": r.Reasons, "to_reporter": r.Reporter, "to_reported": r.Reported} {
		if value != "" {
			data[key] = value
		}
	}
	if len(r.Measures) > 0 {
		data["measures"] = r.Measures
	}
	return data
}

// inform gives each side its own statement. Nobody learns of a report by what happened to it.
func (t *turn) inform(r Ruling) {
	for _, side := range []Side{ReporterSide, ReportedSide} {
		if t.account(side) == "" {
			continue // a detector needs no answer
		}
		t.EventBy(casefile.ByItself, casefile.NoticeSent, map[string]any{"to": t.account(side), "side": side, "about": "report_found",
			"finding": r.Finding, "statement": t.Statement(Audience(side))})
	}
}
