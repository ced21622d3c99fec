package protection

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

// enforceOutcome ends a dispute: its money moves, or waits for a bank, and the clock goes on when no other is open.
func (t *turn) enforceOutcome(e dispute.Enforcement) casefile.Answer {
	c := t.claim(e.Dispute)
	if c == nil || !c.Open {
		return casefile.Refuse(casefile.WrongStage, "This dispute is not open.")
	}
	c.Open, c.Outcome, c.Reason = false, e.Outcome, e.Reason
	t.tellReview("dispute_ended")
	if t.waitsForBank(e, *c) {
		t.Waiting = append(t.Waiting, e)
		return casefile.Answer{}
	}
	t.enforce(e)
	if !t.anyOpen() {
		t.resume(!e.NoFloor)
	}
	return casefile.Answer{}
}

// enforce moves the money of an outcome: from escrow as far as it is there, and what was released before from the seller.
func (t *turn) enforce(e dispute.Enforcement) {
	c := t.claim(e.Dispute)
	reach := t.reach(c.Lines, e.Reason)
	held := t.part(reach, Pot.Free)
	released := t.part(less(reach, held), Pot.Kept)
	fromEscrow := min(e.Refund, total(held))
	refund := spread(fromEscrow, held)
	left := less(held, refund)
	release := spread(min(e.Release, total(left)), left)
	t.pay(award{refund: refund, release: release, cause: string(e.Outcome), dispute: e.Dispute})
	if short := min(e.Refund-fromEscrow, total(released)); short > 0 {
		t.recover(short, e.Dispute, released)
	}
	if e.Performed {
		t.performed(c.Lines)
	}
	if e.Rest == dispute.RestSettled {
		t.schedule(dueRelease+"/"+e.Dispute, e.Dispute, string(e.Outcome), t.accepted(less(left, release), c.Lines))
	}
	t.compensate(e)
}

// part is how much of each share lies in its pot in one way.
func (t *turn) part(shares []Share, way func(Pot) money.Minor) []Share {
	parts := make([]Share, 0, len(shares))
	for _, s := range shares {
		if amount := min(s.Amount, way(*t.pot(s.Line))); amount > 0 {
			parts = append(parts, Share{Line: s.Line, Amount: amount})
		}
	}
	return parts
}

// accepted is what goes to the seller of the rest of a settlement: of the lines that are delivered or confirmed, and the
// shipping when all of them are. The others go back to the order's clock.
func (t *turn) accepted(rest []Share, lines []dispute.Line) []Share {
	all := t.linesDelivered(lines)
	return slices.DeleteFunc(rest, func(s Share) bool {
		if s.Line == shippingPot {
			return !all && t.ConfirmedAt.IsZero()
		}
		return !t.Lines[s.Line].Delivered() && t.ConfirmedAt.IsZero()
	})
}

// performed counts lines whose promised goods came as delivered: nobody would otherwise prove a delivery that was replaced.
func (t *turn) performed(lines []dispute.Line) {
	for _, d := range lines {
		if l := t.line(d.SKU); !l.Delivered() {
			l.DeliveredAt, l.Strength = t.At(), Weak
		}
	}
	t.inspectWhole()
}

func (o Order) linesDelivered(lines []dispute.Line) bool {
	return !slices.ContainsFunc(lines, func(d dispute.Line) bool { return !o.line(d.SKU).Delivered() })
}

func (o Order) anyDelivered(lines []dispute.Line) bool {
	return slices.ContainsFunc(lines, func(d dispute.Line) bool { return o.line(d.SKU).Delivered() })
}

func (o Order) anySuspect(lines []dispute.Line) bool {
	return slices.ContainsFunc(lines, func(d dispute.Line) bool { return o.suspect(d.SKU) })
}

// recover takes back from the seller what was released: from its reserve, then from what the marketplace has not paid out
// yet; what is not there is a claim on it. Nothing is paid twice: the pots remember.
func (t *turn) recover(amount money.Minor, disputeID string, from []Share) {
	recovered, claimed := t.collect(amount, disputeID, "")
	back := spread(recovered, from)
	for _, s := range back {
		t.pot(s.Line).Recovered += s.Amount
	}
	for _, s := range spread(claimed, less(from, back)) {
		t.pot(s.Line).Claimed += s.Amount
	}
	if c := t.claim(disputeID); c != nil {
		c.Recovered += recovered
		c.Claimed += claimed
	}
}

// collect takes an amount from the seller outside escrow and says how much was there and how much is a claim.
func (t *turn) collect(amount money.Minor, disputeID, cause string) (recovered, claimed money.Minor) {
	fromReserve := min(amount, t.facts.Funds.Reserve)
	fromPayable := min(amount-fromReserve, t.facts.Funds.Payable)
	t.facts.Funds.Reserve -= fromReserve
	t.facts.Funds.Payable -= fromPayable
	recovered = fromReserve + fromPayable
	claimed = amount - recovered
	data := func(more map[string]any) map[string]any {
		more["dispute"] = disputeID
		if cause != "" {
			more["cause"] = cause
		}
		return more
	}
	if recovered > 0 {
		step := t.Event(casefile.EscrowRecovered, data(map[string]any{"amount": recovered, "reserve": fromReserve, "payable": fromPayable}))
		t.Transfers = append(t.Transfers, ledger.RecoverFrom(step, t.Seller, t.Buyer, fromReserve, fromPayable, t.Currency, disputeID))
	}
	if claimed > 0 {
		step := t.Event(casefile.EscrowClaimed, data(map[string]any{"amount": claimed, "on": t.Seller}))
		t.Transfers = append(t.Transfers, ledger.ClaimOn(step, t.Seller, claimed, t.Currency, disputeID))
	}
	return recovered, claimed
}
