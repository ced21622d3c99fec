package protection

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

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
		case cb.Signed == "" || cb.WonBy != v.WonBy:
			cb.Signed, cb.WonBy = t.By().ID, v.WonBy
			t.Notice("operators", dueChargeback)
			return casefile.Answer{Result: map[string]any{"state": "signed_once"}}
		case cb.Signed == t.By().ID:
			return casefile.Refuse(casefile.ConflictOfInterest, "The second signature is somebody else's.")
		}
	}
	cb, waiting := *t.Chargeback, t.Waiting
	t.Chargeback, t.Waiting = nil, nil
	t.Clocks.Remove(dueChargeback)
	t.Event(casefile.ChargebackClosed, map[string]any{"won_by": v.WonBy, "amount": cb.Amount})
	if v.WonBy == string(casefile.Buyer) {
		t.buyerWon(cb, waiting)
	} else {
		t.sellerWon(cb, waiting)
	}
	if len(waiting) > 0 && !t.anyOpen() {
		t.resume(true)
	}
	return casefile.Answer{}
}

// sellerWon ends the freeze: deadlines and last calls go on, and what waited is carried out.
func (t *turn) sellerWon(cb Chargeback, waiting []dispute.Enforcement) {
	t.pots(func(_ int, p *Pot) { p.Frozen = 0 })
	t.giveBack(cb.Taken)
	for _, cover := range cb.Covers {
		t.unfreeze(cover.Dispute, 0)
	}
	for _, e := range waiting {
		t.enforce(e)
	}
}

// unfreeze lets a dispute's deadlines go on, less what the bank has paid of its claim. One that was withdrawn can be
// reopened, so it hears of it too.
func (t *turn) unfreeze(disputeID string, paid money.Minor) {
	c := t.claim(disputeID)
	c.Asked = max(0, c.Asked-paid)
	if c.Open || c.Outcome == dispute.Withdrawn {
		t.Send(disputeID, "unfreeze", dispute.Unfrozen{Paid: paid})
	}
}

// buyerWon counts what the bank has given the buyer. An outcome that reached its money is superseded, and so is a case whose
// whole claim it covers; the others go on about the rest.
func (t *turn) buyerWon(cb Chargeback, waiting []dispute.Enforcement) {
	t.bankPaid(cb)
	superseded := map[string]bool{}
	for _, e := range waiting {
		superseded[e.Dispute] = true
		t.claim(e.Dispute).Outcome = dispute.SupersededByChargeback
		t.Send(e.Dispute, "supersede", nil)
	}
	for _, cover := range cb.Covers {
		switch c := t.claim(cover.Dispute); {
		case superseded[c.ID]:
			c.Refunded += cover.Frozen
		case c.Open && cover.Amount() >= c.Asked:
			c.Refunded += cover.Frozen
			t.Send(c.ID, "supersede", nil)
		default:
			t.unfreeze(c.ID, cover.Amount())
		}
	}
}

// bankPaid counts what was held as refunded, what was released as taken back from the seller, and what the buyer had back
// already as a claim on the buyer.
func (t *turn) bankPaid(cb Chargeback) {
	rest := cb.Amount
	if frozen := t.frozen(); frozen > 0 {
		t.pots(func(_ int, p *Pot) { p.Refunded, p.Frozen = p.Refunded+p.Frozen, 0 })
		rest -= frozen
		t.chargedBack(frozen)
	}
	if failed := t.refundedByBank(rest); failed > 0 {
		rest -= failed
		t.chargedBack(failed)
	}
	if kept := t.kept(cb, rest); len(kept) > 0 {
		t.recover(total(kept), "", kept)
		rest -= total(kept)
	}
	if rest > 0 {
		step := t.Event(casefile.EscrowClaimed, map[string]any{"amount": rest, "on": t.Buyer, "cause": "chargeback"})
		t.Transfers = append(t.Transfers, ledger.ClaimOn(step, t.Buyer, rest, t.Currency, ""))
	}
}

func (t *turn) chargedBack(amount money.Minor) {
	step := t.Event(casefile.EscrowRefunded, map[string]any{"refund": amount, "release": 0, "cause": "chargeback"})
	t.Transfers = append(t.Transfers, ledger.ChargedBack(step, t.ID, t.Buyer, amount, t.Currency))
}

// refundedByBank takes the bank's payment for refunds that have failed at the provider: their money is still there, and
// nobody must ask for them again. It returns how much that was.
func (t *turn) refundedByBank(rest money.Minor) money.Minor {
	var paid money.Minor
	for i := range t.Payments {
		p := &t.Payments[i]
		if part := min(rest-paid, p.Refund); p.Failed && part > 0 {
			p.Refund -= part
			paid += part
		}
	}
	t.Payments = slices.DeleteFunc(t.Payments, func(p Payment) bool { return p.Failed && p.Refund+p.Release+p.Fee == 0 })
	return paid
}

// kept is what the seller has of the order and must give back, up to an amount: of the disputed lines first.
func (t *turn) kept(cb Chargeback, upTo money.Minor) []Share {
	var from []Share
	take := func(shares []Share, most money.Minor) {
		for _, s := range less(t.part(shares, Pot.Kept), from) {
			if part := min(s.Amount, most, upTo-total(from)); part > 0 {
				from = append(from, Share{Line: s.Line, Amount: part})
				most -= part
			}
		}
	}
	for _, cover := range cb.Covers {
		claim := t.claim(cover.Dispute)
		take(t.reach(claim.Lines, claim.Reason), cover.Released)
	}
	var all []Share
	t.pots(func(line int, p *Pot) { all = append(all, Share{Line: line, Amount: p.Kept()}) })
	take(all, upTo)
	return merge(from)
}
