package review

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/report"
)

// Reason says why a published review does not count.
type Reason string

// The reasons of PROCEDURE 10, in its order, and that nobody reviews a shop of its own: the first that holds is the one that is told.
const (
	OrderBelowMinimum  Reason = "order_below_minimum"
	DisputeAdjudicated Reason = "dispute_adjudicated"
	RepeatBuyer        Reason = "repeat_buyer"
	UnderInvestigation Reason = "under_investigation"
	Incentive          Reason = "incentive"
	ModerationSilence  Reason = "moderation_silence"
	SamePerson         Reason = "same_person"
)

// Reasons are all of them, in their order.
var Reasons = []Reason{OrderBelowMinimum, DisputeAdjudicated, RepeatBuyer, UnderInvestigation, Incentive, ModerationSilence, SamePerson}

// Uncounted says why the review does not count by what is known of it now; empty when it counts.
func (r Review) Uncounted(f casefile.ReviewFacts) Reason {
	for _, c := range []struct {
		reason Reason
		holds  bool
	}{
		{OrderBelowMinimum, f.Total < r.Terms.Review.MinimumOrder.For(f.Currency)},
		{DisputeAdjudicated, adjudicated(f.Disputes)},
		{RepeatBuyer, repeated(r, f, r.Terms.Review)},
		{UnderInvestigation, f.Investigated || r.threatened()},
		{Incentive, f.Incentive || r.flagged(RewardForStars)},
		{ModerationSilence, r.Silent},
		{SamePerson, f.SamePerson || r.Own},
	} {
		if c.holds {
			return c.reason
		}
	}
	return ""
}

// adjudicated: a not-received or return dispute that reached adjudication, whatever became of it there, unless the seller
// took it there.
func adjudicated(disputes []casefile.Course) bool {
	return slices.ContainsFunc(disputes, func(d casefile.Course) bool {
		return (d.NotReceived || d.Return) && d.Adjudicated && d.EscalatedBy != casefile.Seller
	})
}

// repeated: the same buyer again within some time, from submission to submission. Of two it is the one that comes to be counted while
// the other is: a review that was held does not count beside a later one that was published before it.
func repeated(r Review, f casefile.ReviewFacts, terms policy.Review) bool {
	return !f.Previous.IsZero() && r.SubmittedAt.Sub(f.Previous).Abs() < terms.RepeatWindow.Std()
}

// threatened: a report about a flagged threat that is not answered, or any about this review that was found to be true.
func (r Review) threatened() bool {
	return slices.ContainsFunc(r.Reports, func(t Threat) bool { return t.Finding == "" || t.Finding == report.Substantiated })
}

func (r Review) flagged(rule string) bool {
	return slices.ContainsFunc(r.Flags, func(f casefile.Flag) bool { return f.Rule == rule })
}

func (t *turn) uncounted() Reason { return t.Review.Uncounted(*t.facts.Review) }

// recount works out anew whether a published review counts, and says so when that has changed.
func (t *turn) recount(why string) {
	if !t.Public() {
		return
	}
	was := t.Reason
	t.Reason = t.uncounted()
	t.Counted = t.Reason == ""
	switch {
	case t.Reason == was:
	case t.Counted:
		t.EventBy(casefile.ByItself, casefile.ReviewModerated, map[string]any{"counted": true, "why": why})
	default:
		t.EventBy(casefile.ByItself, casefile.ReviewUncounted, map[string]any{"reason": t.Reason, "why": why})
	}
}

// Recount asks to work out anew whether a published review counts.
type Recount struct {
	// Change names a change of who is one person. All reviews of that person are then counted anew in the order in which they were published,
	// so the facts are about those only that were published before this one: what comes after it has its turn.
	Change string `json:"change,omitempty"`
}

func (t *turn) recountAsked(Recount) casefile.Answer {
	t.recount("recount")
	return casefile.Answer{}
}

// reportAnswered takes the finding of a report about this review. One that nobody flagged matters once it is substantiated:
// who is reported does not choose what is counted, and neither does who reports.
func (t *turn) reportAnswered(a report.ReviewAnswer) casefile.Answer {
	i := slices.IndexFunc(t.Reports, func(r Threat) bool { return r.Report == a.Report })
	switch {
	case i >= 0:
		t.Reports[i].Finding = a.Finding
	case a.Finding == report.Substantiated:
		t.Reports = append(t.Reports, Threat{Report: a.Report, Finding: a.Finding})
	}
	t.recount("report_answered")
	return casefile.Answer{}
}
