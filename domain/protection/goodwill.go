package protection

import (
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

// Gift is goodwill above what the platform pays without asking itself twice.
type Gift struct {
	Dispute string      `json:"dispute"`
	To      string      `json:"to"`
	Amount  money.Minor `json:"amount"`
	Signed  string      `json:"signed,omitempty"` // who signed first
}

// compensate pays what an outcome gives from the platform: for its own delay, and for the label of a return.
func (t *turn) compensate(e dispute.Enforcement) {
	switch {
	case e.Goodwill > 0 && e.Signatures:
		t.Gifts = append(t.Gifts, Gift{Dispute: e.Dispute, To: t.Seller, Amount: e.Goodwill})
		t.Notice("supervisors", "goodwill")
	case e.Goodwill > 0:
		t.give(t.Seller, e.Goodwill, string(e.Outcome), e.Dispute)
	}
	switch {
	case e.ReturnCost > 0 && e.CostBy == "platform":
		t.give(t.Buyer, e.ReturnCost, "return_cost", e.Dispute)
	case e.ReturnCost > 0:
		t.collect(e.ReturnCost, e.Dispute, "return_cost") // no part of what was paid for the order
	}
}

func (t *turn) give(to string, amount money.Minor, cause, disputeID string) {
	t.Goodwill[to] += amount
	step := t.Event(casefile.EscrowGoodwill, map[string]any{"to": to, "amount": amount, "cause": cause, "dispute": disputeID})
	t.Transfers = append(t.Transfers, ledger.GoodwillTo(step, to, amount, t.Currency, cause, disputeID))
}

type signature struct {
	Dispute string `json:"dispute"`
	Refuse  bool   `json:"refuse,omitempty"`
}

func (t *turn) giftWaits() casefile.Answer {
	if len(t.Gifts) == 0 {
		return casefile.Refuse(casefile.WrongStage, "No goodwill waits for a signature.")
	}
	return casefile.Answer{}
}

// signGoodwill is one of the two signatures that a large goodwill needs, from two people.
func (t *turn) signGoodwill(s signature) casefile.Answer {
	i := slices.IndexFunc(t.Gifts, func(g Gift) bool { return g.Dispute == s.Dispute })
	if i < 0 {
		return casefile.Refuse(casefile.WrongStage, "No goodwill of this dispute waits for a signature.")
	}
	g := t.Gifts[i]
	switch {
	case g.Signed == t.By().ID:
		return casefile.Refuse(casefile.ConflictOfInterest, "The second signature is somebody else's.")
	case !s.Refuse && g.Signed == "":
		t.Gifts[i].Signed = t.By().ID
		t.Notice("supervisors", "goodwill")
		return casefile.Answer{Result: map[string]any{"state": "signed_once"}}
	}
	t.Gifts = slices.Delete(t.Gifts, i, i+1)
	if s.Refuse {
		t.Notice(g.To, "goodwill_refused")
		return casefile.Answer{}
	}
	t.give(g.To, g.Amount, "signed", g.Dispute)
	return casefile.Answer{}
}
