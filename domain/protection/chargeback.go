package protection

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

// Chargeback is a payment that the buyer's bank has taken back for now. What it froze stays held until the bank decides.
type Chargeback struct {
	Amount   money.Minor `json:"amount"`
	OpenedAt time.Time   `json:"opened_at"`
	Covers   []Cover     `json:"covers,omitempty"`
	Overdue  bool        `json:"overdue,omitempty"` // an operator may close it, with two signatures
	Signed   string      `json:"signed,omitempty"`
	WonBy    string      `json:"won_by,omitempty"` // what the first signature said
}

// Cover is how much of a chargeback counts against a dispute.
type Cover struct {
	Dispute string      `json:"dispute"`
	Amount  money.Minor `json:"amount"`
}

type chargeback struct {
	Amount money.Minor `json:"amount"`
}

func (c chargeback) Valid() casefile.Answer {
	if c.Amount <= 0 {
		return casefile.Invalid("/amount", "A chargeback is about an amount above zero.")
	}
	return casefile.Answer{}
}

func (t *turn) noChargeback() casefile.Answer {
	if t.Chargeback != nil {
		return casefile.Refuse(casefile.WrongStage, "A chargeback of this order is open.")
	}
	return casefile.Answer{}
}

func (t *turn) chargebackOpen() casefile.Answer {
	if t.Chargeback == nil {
		return casefile.Refuse(casefile.WrongStage, "No chargeback of this order is open.")
	}
	return casefile.Answer{}
}

// openChargeback freezes its amount of what is held: the disputed lines first, in order of opening, then the rest.
func (t *turn) openChargeback(c chargeback) casefile.Answer {
	if c.Amount > t.captured() {
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/amount", Detail: "A bank cannot take back more than was paid.",
			Result: map[string]any{"cap": t.captured()}}
	}
	t.Chargeback = &Chargeback{Amount: c.Amount, OpenedAt: t.At()}
	left := c.Amount
	for _, claim := range t.Claims {
		if claim.Open {
			left -= t.cover(claim.ID, left, t.reach(claim.Lines, claim.Reason))
		}
	}
	var rest []Share
	t.pots(func(line int, p *Pot) { rest = append(rest, Share{Line: line, Amount: p.Held() - p.Frozen}) })
	frozen := c.Amount - left + t.freeze(left, rest)
	t.Event(casefile.ChargebackOpened, map[string]any{"amount": c.Amount, "frozen": frozen})
	t.Clocks.Start(clock.Deadline{Name: dueChargeback, Since: t.At(), Base: "chargeback.opened", Policy: "chargeback.max", Length: t.Terms.Chargeback.Max.Std()})
	for _, cover := range t.Chargeback.Covers {
		t.Send(cover.Dispute, "freeze", nil)
	}
	return casefile.Answer{}
}

// cover counts what is left of the chargeback against a dispute, freezes what of it is held, and returns how much it was.
func (t *turn) cover(disputeID string, left money.Minor, reach []Share) money.Minor {
	covered := t.freeze(min(left, total(reach)), reach)
	if covered > 0 {
		t.Chargeback.Covers = append(t.Chargeback.Covers, Cover{Dispute: disputeID, Amount: covered})
	}
	return covered
}

// coverNew counts what a chargeback froze without a dispute against one that is opened about the same lines, and says
// whether it has to stand still.
func (t *turn) coverNew(disputeID string, lines []dispute.Line) bool {
	if t.Chargeback == nil {
		return false
	}
	var frozen money.Minor
	for _, d := range lines {
		frozen += t.line(d.SKU).Frozen
	}
	if frozen > 0 {
		t.Chargeback.Covers = append(t.Chargeback.Covers, Cover{Dispute: disputeID, Amount: frozen})
	}
	return frozen > 0
}

// freeze takes an amount out of what may move: from what is free, and from what waits for its last call. It returns how
// much there was to freeze.
func (t *turn) freeze(amount money.Minor, shares []Share) money.Minor {
	var frozen money.Minor
	for _, s := range shares {
		p := t.pot(s.Line)
		part := min(amount-frozen, s.Amount, p.Held()-p.Frozen)
		if part <= 0 {
			continue
		}
		if short := part - p.Free(); short > 0 {
			t.takeFromBatches(s.Line, short)
		}
		p.Frozen += part
		frozen += part
	}
	return frozen
}

func (t *turn) takeFromBatches(line int, amount money.Minor) {
	t.pot(line).Pending -= amount
	for i := range t.Batches {
		t.Batches[i].Shares = slices.Clone(t.Batches[i].Shares)
		for j := range t.Batches[i].Shares {
			s := &t.Batches[i].Shares[j]
			if s.Line == line {
				part := min(amount, s.Amount)
				s.Amount -= part
				amount -= part
			}
		}
	}
}

// waitsForBank says that an outcome reaches money that a chargeback has frozen.
func (t *turn) waitsForBank(e dispute.Enforcement, c Claim) bool {
	if e.Outcome == dispute.Withdrawn || e.Outcome == dispute.SupersededByChargeback {
		return false
	}
	reach := t.reach(c.Lines, e.Reason)
	return slices.ContainsFunc(reach, func(s Share) bool { return t.pot(s.Line).Frozen > 0 })
}

type verdict struct {
	WonBy string `json:"won_by"`
}

func (v verdict) Valid() casefile.Answer {
	if v.WonBy != string(casefile.Buyer) && v.WonBy != string(casefile.Seller) {
		return casefile.Invalid("/won_by", "A chargeback is won by the buyer or by the seller.")
	}
	return casefile.Answer{}
}

// closeChargeback carries out the bank's word. An operator may speak for a bank that does not answer, with a second one.
func (t *turn) closeChargeback(v verdict) casefile.Answer {
	if t.By().Role == casefile.Operator {
		cb := t.Chargeback
		switch {
		case !cb.Overdue:
			return casefile.Refuse(casefile.WrongStage, "The bank still has time to answer.")
		case cb.Signed == "" || cb.WonBy != v.WonBy:
			cb.Signed, cb.WonBy = t.By().ID, v.WonBy
			t.notice("operators", dueChargeback)
			return casefile.Answer{Result: map[string]any{"state": "signed_once"}}
		case cb.Signed == t.By().ID:
			return casefile.Refuse(casefile.ConflictOfInterest, "The second signature is somebody else's.")
		}
	}
	cb := *t.Chargeback
	t.Chargeback = nil
	t.Clocks.Remove(dueChargeback)
	t.Event(casefile.ChargebackClosed, map[string]any{"won_by": v.WonBy, "amount": cb.Amount})
	if v.WonBy == string(casefile.Buyer) {
		t.bankPaid(cb)
	} else {
		t.pots(func(_ int, p *Pot) { p.Frozen = 0 })
		for _, cover := range cb.Covers {
			t.Send(cover.Dispute, "unfreeze", nil)
		}
	}
	waiting := t.Waiting
	t.Waiting = nil
	for _, e := range waiting {
		if v.WonBy == string(casefile.Buyer) {
			t.claim(e.Dispute).Outcome = dispute.SupersededByChargeback
			t.Send(e.Dispute, "supersede", nil)
			continue
		}
		t.enforce(e)
	}
	if len(waiting) > 0 && !t.anyOpen() {
		t.resume(true)
	}
	return casefile.Answer{}
}

// bankPaid counts what the bank has given the buyer: what was held as refunded, what was released as taken back from the
// seller, and what the buyer had back already as a claim on the buyer.
func (t *turn) bankPaid(cb Chargeback) {
	var frozen money.Minor
	t.pots(func(_ int, p *Pot) {
		frozen += p.Frozen
		p.Refunded += p.Frozen
		p.Frozen = 0
	})
	if frozen > 0 {
		step := t.Event(casefile.EscrowRefunded, map[string]any{"refund": frozen, "release": 0, "cause": "chargeback"})
		t.Transfers = append(t.Transfers, ledger.ChargedBack(step, t.ID, t.Buyer, frozen, t.Currency))
	}
	rest := cb.Amount - frozen
	var released []Share
	t.pots(func(line int, p *Pot) {
		if left := p.Released - p.Recovered - p.Claimed; left > 0 {
			released = append(released, Share{Line: line, Amount: left})
		}
	})
	if fromSeller := min(rest, total(released)); fromSeller > 0 {
		t.recover(fromSeller, "", released)
		rest -= fromSeller
	}
	if rest > 0 {
		step := t.Event(casefile.EscrowClaimed, map[string]any{"amount": rest, "on": t.Buyer, "cause": "chargeback"})
		t.Transfers = append(t.Transfers, ledger.ClaimOn(step, t.Buyer, rest, t.Currency, ""))
	}
	for _, cover := range cb.Covers {
		c := t.claim(cover.Dispute)
		if c == nil || !c.Open {
			continue
		}
		if cover.Amount >= c.Asked {
			t.Send(cover.Dispute, "supersede", nil)
		} else {
			t.Send(cover.Dispute, "unfreeze", nil)
		}
	}
}
