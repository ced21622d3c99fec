package dispute

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// judge tells the seller's standing what a decision says about how the seller behaved (PROCEDURE 8). What an earlier decision
// of this case said and this one does not is taken back.
func (t *turn) judge(d Decision, final bool) {
	findings := make([]conduct.Finding, len(d.Findings))
	for i, f := range d.Findings {
		findings[i] = conduct.Finding{Claim: f.Claim, Holds: f.Holds}
	}
	upheld := conduct.OfDispute(conduct.Dispute{Seller: t.Seller, Reason: string(t.Claim.Reason), Outcome: string(d.Outcome),
		Refunds: d.Refund > 0, Suspect: t.Suspect, Findings: findings, OpenedAt: t.OpenedAt}, t.Terms.Standing.SettledWithin.Std())
	var rules []conduct.Rule
	for _, e := range upheld {
		rules = append(rules, e.Rule)
	}
	t.hold(rules, standing.Points{Decision: d.ID, DecidedBy: d.By, Final: final})
}

// ended says what the end of the case means for what was entered: a decision has judged already; a broken promise is an
// entry of its own; any other end takes back what a decision entered that never became final, or was undone.
func (t *turn) ended(o Outcome) {
	switch o {
	case DecidedForBuyer, DecidedForSeller, DecidedSplit:
	case PromiseDefaulted:
		t.hold([]conduct.Rule{conduct.PromiseDefaulted}, standing.Points{Final: true})
	default:
		t.hold(nil, standing.Points{})
	}
}

// hold makes the rules those that this case has entered into the seller's standing: the new ones are entered, those that are
// there are said again (which makes them final), the others are voided.
func (t *turn) hold(rules []conduct.Rule, as standing.Points) {
	for _, was := range t.Entered {
		if !slices.Contains(rules, was) {
			t.tell("void_entry", standing.Found{Cause: t.ID, Rule: was, Why: "decided_otherwise"})
		}
	}
	terms := t.Terms.ForStanding()
	for _, rule := range rules {
		as.Account, as.Rule, as.Cause, as.Order, as.Effective = t.Seller, rule, t.ID, t.Order, t.At()
		as.Terms = &terms
		t.tell("enter_points", as)
	}
	t.Entered = rules
}

func (t *turn) tell(name string, data any) {
	t.Tell(casefile.Tell{Kind: casefile.KindStanding, Case: standing.CaseID(t.Seller), Name: name, Data: data})
}
