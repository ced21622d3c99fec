package dispute

import (
	"recourse/domain/casefile"
	"recourse/domain/money"
)

// Formula is the remedy formula of PROCEDURE 5 with its numbers, as it stands for this case, and what a reviewer may do beside
// it alone (PROCEDURE 6.3). All amounts are minor units of the order's currency.
type Formula struct {
	Value       money.Minor // what an award about the disputed lines can reach
	Asked       money.Minor // what the buyer asks for
	Default     money.Minor // what the reason gives
	Basis       Basis       // which of the two counts
	Found       money.Minor // what the formula gives where the reason is found; where it is not, nothing
	Discretion  money.Minor // so far from the formula a reviewer may go alone
	SecondAbove money.Minor // a refund or a release above it needs a second signature
}

// Basis says what a remedy is worked out from.
type Basis string

// The bases: a part that was asked for, or what the reason gives by default.
const (
	BasisAsked   Basis = "asked"
	BasisDefault Basis = "default"
)

// Formula is what the record says of the remedy. Without facts of the order the claim stands in for them.
func (d Dispute) Formula(facts casefile.Facts) Formula {
	f := Formula{Value: d.Claim.Value, Asked: d.Claim.Amount, Default: d.Claim.Amount, Basis: BasisDefault,
		SecondAbove: d.Terms.Decision.SecondSignature.For(d.Currency)}
	if facts.Order != nil {
		f.Value = facts.Order.Remaining
		if amount := facts.Order.Openings[string(d.Claim.Reason)].Default; amount > 0 {
			f.Default = amount
		}
	}
	f.Found = f.Default
	if d.Claim.Remedy == RefundPartial {
		f.Basis, f.Found = BasisAsked, f.Asked
	}
	f.Discretion = d.Terms.Decision.Discretion.Of(f.Value)
	return f
}

// Gives is what the formula gives for findings: nothing where they reject the reason, and, where they say nothing of it, only
// if something is refunded.
func (f Formula) Gives(reason Reason, findings []Finding, refund money.Minor) money.Minor {
	found := refund > 0
	for _, finding := range findings {
		if finding.Claim == string(reason) {
			found = finding.Holds
		}
	}
	if !found {
		return 0
	}
	return f.Found
}

// SecondGround says why a second signature is needed.
type SecondGround string

// The grounds: further from the formula than a reviewer may go alone, or more money.
const (
	SecondDiscretion SecondGround = "discretion"
	SecondAmount     SecondGround = "amount"
)

// Second says why a reviewer may not award this alone: too far from what the formula gives, or too much money. None: they may.
func (f Formula) Second(refund, release, gives money.Minor) []SecondGround {
	var why []SecondGround
	if max(refund-gives, gives-refund) > f.Discretion {
		why = append(why, SecondDiscretion)
	}
	if max(refund, release) > f.SecondAbove {
		why = append(why, SecondAmount)
	}
	return why
}

// NeedsSecond says that there is such a ground.
func (f Formula) NeedsSecond(refund, release, gives money.Minor) bool {
	return len(f.Second(refund, release, gives)) > 0
}

// Weighed is what the formula says of a decision that is not made yet.
type Weighed struct {
	Gives  money.Minor
	Away   money.Minor // so far is the refund from it, either way
	Second []SecondGround
}

// Weigh tells a reviewer what the decision would meet, by the rules that it will meet. In the place of a failed panel a supervisor
// signs alone.
func (d Dispute) Weigh(facts casefile.Facts, findings []Finding, refund, release money.Minor) Weighed {
	f := d.Formula(facts)
	gives := f.Gives(d.Claim.Reason, findings, refund)
	w := Weighed{Gives: gives, Away: max(refund-gives, gives-refund)}
	if d.Status != PanelReview {
		w.Second = f.Second(refund, release, gives)
	}
	return w
}
