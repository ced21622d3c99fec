package protection

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
)

// Chargeback is a payment that the buyer's bank has taken back for now. What it froze stays held until the bank decides.
type Chargeback struct {
	Amount   money.Minor `json:"amount"`
	Loose    money.Minor `json:"loose,omitempty"` // part that is neither frozen nor counted against a dispute
	OpenedAt time.Time   `json:"opened_at"`
	Covers   []Cover     `json:"covers,omitempty"`
	Taken    []Batch     `json:"taken,omitempty"`   // what it froze of last calls, which goes on if the seller wins
	Overdue  bool        `json:"overdue,omitempty"` // an operator may close it, with two signatures
	Signed   string      `json:"signed,omitempty"`
	WonBy    string      `json:"won_by,omitempty"` // what the first signature said
}

// Cover is how much of a chargeback counts against a dispute: what is frozen of its lines, and what was released of them.
type Cover struct {
	Dispute  string      `json:"dispute"`
	Frozen   money.Minor `json:"frozen,omitempty"`
	Released money.Minor `json:"released,omitempty"`
}

// Amount is the whole of it.
func (c Cover) Amount() money.Minor { return c.Frozen + c.Released }

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
	switch {
	case t.Chargeback == nil:
		return casefile.Refuse(casefile.WrongStage, "No chargeback of this order is open.")
	case t.By().Role == casefile.Operator && !t.Chargeback.Overdue:
		return casefile.Refuse(casefile.WrongStage, "The bank still has time to answer.")
	}
	return casefile.Answer{}
}

// openChargeback freezes its amount of what is held. It counts against the disputed lines first, in order of opening: what is
// held of them, and if more was taken back than is held at all, what was released of them.
func (t *turn) openChargeback(c chargeback) casefile.Answer {
	if c.Amount > t.captured() {
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/amount", Detail: "A bank cannot take back more than was paid.",
			Result: map[string]any{"cap": t.captured()}}
	}
	cb := &Chargeback{Amount: c.Amount, Loose: c.Amount, OpenedAt: t.At()}
	t.Chargeback = cb
	for _, claim := range t.Claims {
		if claim.Open {
			cb.Covers = append(cb.Covers, Cover{Dispute: claim.ID, Frozen: t.freeze(t.reach(claim.Lines, claim.Reason))})
		}
	}
	var all []Share
	t.pots(func(line int, p *Pot) { all = append(all, Share{Line: line, Amount: p.Held()}) })
	t.freeze(all)
	for i := range cb.Covers {
		t.countReleased(&cb.Covers[i])
	}
	cb.Covers = slices.DeleteFunc(cb.Covers, func(c Cover) bool { return c.Amount() == 0 })
	t.Event(casefile.ChargebackOpened, map[string]any{"amount": c.Amount, "frozen": t.frozen()})
	t.Start(dueChargeback, "chargeback.opened", "chargeback.max", t.Terms.Chargeback.Max.Std())
	for _, cover := range cb.Covers {
		t.Send(cover.Dispute, "freeze", nil)
	}
	return casefile.Answer{}
}

// countReleased counts against a dispute what was released of its lines, as far as the chargeback goes.
func (t *turn) countReleased(c *Cover) {
	claim := t.claim(c.Dispute)
	reach := t.reach(claim.Lines, claim.Reason)
	c.Released = min(t.Chargeback.Loose, total(t.part(reach, Pot.Kept)), total(reach)-c.Frozen)
	t.Chargeback.Loose -= c.Released
}

// coverLate counts an open chargeback against a dispute that is opened after it: what was frozen of its lines without a
// dispute. It says whether the dispute has to stand still.
func (t *turn) coverLate(disputeID string) bool {
	cb := t.Chargeback
	if cb == nil {
		return false
	}
	claim := t.claim(disputeID)
	for _, c := range cb.Covers {
		if c.Dispute == disputeID {
			return true // it was withdrawn while it stood still, and is open again
		}
	}
	c := Cover{Dispute: disputeID, Frozen: total(t.part(t.reach(claim.Lines, claim.Reason), func(p Pot) money.Minor { return p.Frozen }))}
	t.countReleased(&c)
	if c.Amount() == 0 {
		return false
	}
	cb.Covers = append(cb.Covers, c)
	return true
}

// freeze takes what is loose of the chargeback out of what may move: from what is free, and from what waits for its last
// call. It returns how much there was to freeze.
func (t *turn) freeze(shares []Share) money.Minor {
	var frozen money.Minor
	for _, s := range shares {
		p := t.pot(s.Line)
		part := min(t.Chargeback.Loose, s.Amount, p.Held()-p.Frozen)
		if part <= 0 {
			continue
		}
		if short := part - p.Free(); short > 0 {
			t.takeFromBatches(s.Line, short)
		}
		p.Frozen += part
		t.Chargeback.Loose -= part
		frozen += part
	}
	return frozen
}

// takeFromBatches takes an amount of one pot out of the last calls and remembers from which.
func (t *turn) takeFromBatches(line int, amount money.Minor) {
	for _, b := range slices.Clone(t.Batches) {
		taken := Batch{Due: b.Due, Dispute: b.Dispute, Cause: b.Cause}
		i := t.batch(b.Due)
		t.Batches[i].Shares = slices.Clone(b.Shares)
		for j := range t.Batches[i].Shares {
			s := &t.Batches[i].Shares[j]
			if part := min(amount, s.Amount); s.Line == line && part > 0 {
				s.Amount -= part
				amount -= part
				t.pot(line).Pending -= part
				taken.Shares = append(taken.Shares, Share{Line: line, Amount: part})
			}
		}
		if len(taken.Shares) > 0 {
			t.Chargeback.Taken = append(t.Chargeback.Taken, taken)
		}
		if total(t.Batches[i].Shares) == 0 {
			t.unschedule(b.Due)
		}
	}
}

// giveBack lets the last calls go on that a chargeback had stopped, each from its beginning, unless somebody has disputed
// the lines since.
func (t *turn) giveBack(taken []Batch) {
	for _, b := range taken {
		if b.Dispute == "" && t.Phase != ReleasePending || b.Dispute != "" && t.disputedBy(t.claim(b.Dispute).Lines, "") != "" {
			continue
		}
		t.schedule(b.Due, b.Dispute, b.Cause, t.part(b.Shares, Pot.Free))
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
