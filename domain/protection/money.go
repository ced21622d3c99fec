package protection

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

// Pot is the money of one line, or of the shipping: what was paid and where it went. Money counts as refunded or released
// from the request on. Recovered and Claimed are what the seller gave back after a release.
type Pot struct {
	Value     money.Minor `json:"value"`
	Refunded  money.Minor `json:"refunded,omitempty"`
	Released  money.Minor `json:"released,omitempty"` // fee included
	Pending   money.Minor `json:"pending,omitempty"`  // goes to the seller after the last call
	Frozen    money.Minor `json:"frozen,omitempty"`   // by a chargeback
	Recovered money.Minor `json:"recovered,omitempty"`
	Claimed   money.Minor `json:"claimed,omitempty"`

	ReleasedAt time.Time `json:"released_at,omitzero"` // the last release of some of it
}

// Held is what is still in escrow.
func (p Pot) Held() money.Minor { return p.Value - p.Refunded - p.Released }

// Free is what is held and bound to nothing but the order's clock.
func (p Pot) Free() money.Minor { return p.Held() - p.Pending - p.Frozen }

// Kept is what the seller got and has not given back.
func (p Pot) Kept() money.Minor { return p.Released - p.Recovered - p.Claimed }

// Remaining is what an award can still reach: what the buyer has not had back in one way or another.
func (p Pot) Remaining() money.Minor { return p.Value - p.Refunded - p.Recovered - p.Claimed }

// Share is a part of one pot. Line -1 is the shipping.
type Share struct {
	Line   int         `json:"line"`
	Amount money.Minor `json:"amount"`
}

const shippingPot = -1

// pot gives the pot of a share.
func (o *Order) pot(line int) *Pot {
	if line == shippingPot {
		return &o.Shipping
	}
	return &o.Lines[line].Pot
}

// pots calls f for every pot with its number, lines first.
func (o *Order) pots(f func(line int, p *Pot)) {
	for i := range o.Lines {
		f(i, &o.Lines[i].Pot)
	}
	f(shippingPot, &o.Shipping)
}

func (o Order) sum(of func(Pot) money.Minor) money.Minor {
	total := of(o.Shipping)
	for _, l := range o.Lines {
		total += of(l.Pot)
	}
	return total
}

func (o Order) captured() money.Minor { return o.sum(func(p Pot) money.Minor { return p.Value }) }
func (o Order) held() money.Minor     { return o.sum(Pot.Held) }
func (o Order) free() money.Minor     { return o.sum(Pot.Free) }
func (o Order) frozen() money.Minor   { return o.sum(func(p Pot) money.Minor { return p.Frozen }) }
func (o Order) released() money.Minor { return o.sum(func(p Pot) money.Minor { return p.Released }) }

// Escrow is where the captured money is now. Held includes what is on its way at the provider.
type Escrow struct {
	Captured  money.Minor `json:"captured"`
	Held      money.Minor `json:"held"`
	InTransit money.Minor `json:"in_transit"` // part of Held
	Refunded  money.Minor `json:"refunded"`
	Released  money.Minor `json:"released"`
	Fees      money.Minor `json:"fees"`
}

// Escrow counts the order's money as the ledger has it: what the provider has not confirmed is still held.
func (o Order) Escrow() Escrow {
	e := Escrow{Captured: o.captured(), Held: o.held(), Fees: o.Fees,
		Refunded: o.sum(func(p Pot) money.Minor { return p.Refunded }), Released: o.released() - o.Fees}
	for _, p := range o.Payments {
		e.Refunded -= p.Refund
		e.Released -= p.Release
		e.Fees -= p.Fee
		e.Held += p.Refund + p.Release + p.Fee
		if !p.Failed {
			e.InTransit += p.Refund + p.Release + p.Fee
		}
	}
	return e
}

// spread divides an amount over pots in proportion to what each can give, so that the parts add up to it exactly.
func spread(amount money.Minor, shares []Share) []Share {
	weights := make([]money.Minor, len(shares))
	for i, s := range shares {
		weights[i] = s.Amount
	}
	parts := money.Allocate(amount, weights)
	out := make([]Share, 0, len(shares))
	for i, s := range shares {
		if parts[i] > 0 {
			out = append(out, Share{Line: s.Line, Amount: parts[i]})
		}
	}
	return out
}

func total(shares []Share) money.Minor {
	var sum money.Minor
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

// merge adds up the shares of each pot.
func merge(shares []Share) []Share {
	var out []Share
	for _, s := range shares {
		if i := slices.IndexFunc(out, func(o Share) bool { return o.Line == s.Line }); i >= 0 {
			out[i].Amount += s.Amount
		} else {
			out = append(out, s)
		}
	}
	return out
}

// less takes the second list of shares from the first.
func less(from, take []Share) []Share {
	out := make([]Share, 0, len(from))
	for _, s := range from {
		for _, t := range take {
			if t.Line == s.Line {
				s.Amount -= t.Amount
			}
		}
		if s.Amount > 0 {
			out = append(out, s)
		}
	}
	return out
}

// award is one request to the provider: what goes to the buyer and what to the seller, by pot.
type award struct {
	refund  []Share
	release []Share
	cause   string
	dispute string
}

// pay asks for the money to be moved: once, as one transfer, with one cause. An empty one is none.
func (t *turn) pay(m award) {
	if len(m.release) > 0 && t.heldBack() {
		t.holdBack(m)
		m.release = nil
	}
	refund, release := total(m.refund), total(m.release)
	if refund == 0 && release == 0 {
		return
	}
	for _, s := range m.refund {
		t.pot(s.Line).Refunded += s.Amount
	}
	for _, s := range m.release {
		t.pot(s.Line).Released += s.Amount
		t.pot(s.Line).ReleasedAt = t.At()
	}
	fee := t.Terms.Fees.Percent.Of(release)
	t.Fees += fee
	if release > 0 {
		t.ReleasedAt = t.At()
	}
	if c := t.claim(m.dispute); c != nil {
		c.Refunded += refund
		c.Released += release - fee
	}
	p := Payment{Verb: verbOf(refund, release), Cause: m.cause, Dispute: m.dispute, Refund: refund, Release: release - fee, Fee: fee}
	p.Step = t.Event(eventOf[p.Verb], p.told())
	t.request(p)
}

// told is a payment as its event has it: with the fee in what is released.
func (p Payment) told() map[string]any {
	data := map[string]any{"refund": p.Refund, "release": p.Release + p.Fee, "cause": p.Cause}
	if p.Fee > 0 {
		data["fee"] = p.Fee
	}
	if p.Dispute != "" {
		data["dispute"] = p.Dispute
	}
	return data
}

// eventOf names the events of the movements out of escrow.
var eventOf = map[ledger.Verb]casefile.EventType{
	ledger.Refund: casefile.EscrowRefunded, ledger.Release: casefile.EscrowReleased, ledger.Split: casefile.EscrowSplit,
}

func verbOf(refund, release money.Minor) ledger.Verb {
	switch {
	case release == 0:
		return ledger.Refund
	case refund == 0:
		return ledger.Release
	}
	return ledger.Split
}

// request puts a payment on its way at the provider.
func (t *turn) request(p Payment) {
	t.Payments = append(t.Payments, p)
	t.Transfers = append(t.Transfers, ledger.RequestOut(t.movement(p)))
}

// movement is a payment as the ledger sees it.
func (o Order) movement(p Payment) ledger.Movement {
	return ledger.Movement{Step: p.Step, Verb: p.Verb, Cause: p.Cause, Dispute: p.Dispute, Currency: o.Currency, Order: o.ID,
		Buyer: o.Buyer, Seller: o.Seller, Refund: p.Refund, Release: p.Release, Fee: p.Fee}
}
