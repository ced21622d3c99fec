package report

import (
	"slices"
	"strconv"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// ReviewAnswer tells a review that the report about it has a finding.
type ReviewAnswer struct {
	Report  string  `json:"report"`
	Finding Finding `json:"finding"`
}

// consequences tells what follows from a finding, and takes back what followed from the one before it and does not any more.
func (t *turn) consequences(before *Ruling, r Ruling) {
	switch {
	case before == nil:
		t.enter(r)
		t.startMeasures(r)
	case before.Finding != r.Finding:
		t.takeBack(*before)
		t.enter(r)
		t.startMeasures(r)
	default:
		for _, e := range t.entries(r.Finding) {
			t.tell(e.Subject, "finalise_entry", standing.Found{Cause: t.ID, Rule: e.Rule})
		}
		if !slices.Equal(before.Measures, r.Measures) {
			t.endMeasures(*before)
			t.startMeasures(r)
		}
	}
	if review := t.evaluation(); review != "" {
		t.Send(review, "report_answered", ReviewAnswer{Report: t.ID, Finding: r.Finding})
	}
}

// evaluation is the review that waits for the finding: the one that is named, and for a report that the buyer has asked for money under
// threat of stars that of the order, which is under investigation until then (PROCEDURE 10).
func (t *turn) evaluation() string {
	if t.Review == "" && t.Behaviour == Extortion && t.Buyer != "" && t.Reported == t.Buyer && t.facts.Report != nil {
		return t.facts.Report.Review
	}
	return t.Review
}

// entries are what a finding enters into whose standing: the reported account's when the report is substantiated, the
// reporter's when it was fabricated.
func (r Report) entries(f Finding) []conduct.Entry {
	return conduct.OfReport(conduct.Report{Reporter: r.Reporter, Reported: r.Reported, Behaviour: string(r.Behaviour), Finding: string(f)})
}

// points are what an entry is for. A behaviour that a dispute is about too is one act; an invention is its own.
func (t *turn) points(e conduct.Entry, r Ruling) standing.Points {
	p := standing.Points{Account: e.Subject, Rule: e.Rule, Cause: t.ID, Decision: t.decision(), DecidedBy: r.By, Final: true,
		Effective: r.At, Submitted: t.SubmittedAt, Terms: new(t.Terms.ForStanding())}
	if r.Finding == Substantiated {
		p.About = t.Dispute
	}
	return p
}

// decision names the last finding, of which each round has one.
func (r Report) decision() string { return r.ID + "/" + strconv.Itoa(len(r.Rulings)) }

func (t *turn) enter(r Ruling) {
	for _, e := range t.entries(r.Finding) {
		t.tell(e.Subject, "enter_points", t.points(e, r))
	}
	t.excuse(r, "excuse_cause")
}

// excuse tells the seller's standing that the dispute which the report names, or where it names the order alone all of them, does
// not count, since its buyer was found malicious, or counts after all (PROCEDURE 8, "never counted").
func (t *turn) excuse(r Ruling, name string) {
	if r.Finding != Substantiated || t.Buyer == "" || t.Reported != t.Buyer || t.Dispute == "" && t.Review != "" {
		return
	}
	e := standing.Excuse{Account: t.Seller, Cause: t.Dispute, Report: t.ID, Terms: new(t.Terms.ForStanding())}
	if e.Cause == "" {
		e.Order = t.Order
	}
	t.tell(t.Seller, name, e)
}

// reopen says that a finding is contested: what it entered and is still provisional waits for the answer.
func (t *turn) reopen(r Ruling) {
	for _, e := range t.entries(r.Finding) {
		p := t.points(e, r)
		p.Final = false
		t.tell(e.Subject, "enter_points", p)
	}
}

// takeBack makes whole what a finding has done that is gone.
func (t *turn) takeBack(r Ruling) {
	for _, e := range t.entries(r.Finding) {
		t.tell(e.Subject, "void_entry", standing.Found{Cause: t.ID, Rule: e.Rule, Why: standing.FoundOtherwise})
	}
	t.excuse(r, "end_excuse")
	t.endMeasures(r)
}

func (t *turn) startMeasures(r Ruling) {
	for _, m := range r.Measures {
		begin := standing.Start{Account: t.Reported, Scope: standing.Scope(m.Scope), Listing: m.Listing, Cause: t.ID, Decision: t.decision(), By: r.By,
			Terms: new(t.Terms.ForStanding())}
		if m.Listing != "" {
			begin.Scope = standing.ScopeListing
		}
		if m.For > 0 {
			begin.For = &m.For
		}
		t.tell(t.Reported, "start_measure", begin)
	}
}

func (t *turn) endMeasures(r Ruling) {
	if len(r.Measures) > 0 {
		t.tell(t.Reported, "end_measure", standing.Ended{Cause: t.ID, Why: standing.FoundOtherwise})
	}
}

func (t *turn) tell(account, name string, data any) {
	t.Tell(casefile.Tell{Kind: casefile.KindStanding, Case: standing.CaseID(account), Name: name, Data: data})
}
