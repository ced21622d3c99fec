package dispute

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
	"recourse/domain/policy"
)

// Offer is a proposed settlement. A party has one standing at a time.
type Offer struct {
	ID       string        `json:"id"`
	Version  int           `json:"version"` // counts the offers of its author
	By       casefile.Role `json:"by"`
	Remedy   Remedy        `json:"remedy"`
	Amount   money.Minor   `json:"amount"`             // money that it gives, 0 for goods
	DueAt    time.Time     `json:"due_at,omitzero"`    // of goods
	Fallback money.Minor   `json:"fallback,omitempty"` // paid when goods do not come
	MadeAt   time.Time     `json:"made_at"`
	State    OfferState    `json:"state"`
	Answered bool          `json:"answered,omitempty"` // by an offer of the other party
}

// OfferState is what became of an offer.
type OfferState string

// The states of an offer.
const (
	Standing  OfferState = "standing"
	Accepted  OfferState = "accepted"
	Rejected  OfferState = "rejected"
	Replaced  OfferState = "replaced"
	Retracted OfferState = "withdrawn"
	Expired   OfferState = "expired"
	Lapsed    OfferState = "lapsed" // the case moved on without it
)

func (d *Dispute) standing(by casefile.Role) *Offer {
	for i := range d.Offers {
		if d.Offers[i].By == by && d.Offers[i].State == Standing {
			return &d.Offers[i]
		}
	}
	return nil
}

func other(r casefile.Role) casefile.Role {
	if r == casefile.Buyer {
		return casefile.Seller
	}
	return casefile.Buyer
}

type proposal struct {
	Remedy   Remedy          `json:"remedy"`
	Amount   *money.Minor    `json:"amount,omitempty"`
	Due      policy.Duration `json:"due,omitempty"`
	Fallback Remedy          `json:"fallback,omitempty"`
}

func (p proposal) Valid() casefile.Answer {
	switch {
	case !p.Remedy.Known():
		return casefile.Invalid("/remedy", "This is not a remedy.")
	case p.Amount != nil && *p.Amount <= 0:
		return casefile.Invalid("/amount", "An amount that is offered is above zero.")
	case p.Remedy == RefundPartial && p.Amount == nil:
		return casefile.Invalid("/amount", "A partial refund names its amount.")
	case p.Remedy.Goods() && p.Due <= 0:
		return casefile.Invalid("/due", "A promise of goods names the day by which it is kept.")
	case !p.Remedy.Goods() && (p.Due != 0 || p.Fallback != ""):
		return casefile.Invalid("/due", "Only a promise of goods has a date and a fallback.")
	case p.Fallback != "" && p.Fallback != RefundFull && p.Fallback != RefundPartial:
		return casefile.Invalid("/fallback", "The fallback of a promise is a refund, full or partial.")
	case p.Fallback == RefundPartial && p.Amount == nil:
		return casefile.Invalid("/amount", "A partial fallback names its amount.")
	case p.Amount != nil && p.Fallback != RefundPartial && (p.Remedy.Goods() || p.Remedy == Release):
		return casefile.Invalid("/amount", "Only a refund, or a partial fallback, has an amount.")
	}
	return casefile.Answer{}
}

func (p proposal) Fits(t *turn) casefile.Answer {
	if p.Due > t.Terms.Dispute.PerformanceMax {
		return casefile.Invalid("/due", "The promise would be kept later than is allowed.")
	}
	return casefile.Answer{}
}

func (t *turn) offer(p proposal) casefile.Answer {
	value := t.value()
	switch {
	case p.Remedy == ReturnAndRefund && t.NoReturn:
		return casefile.Refuse(casefile.WrongStage, "A return was agreed and lapsed; it cannot be agreed again.")
	case p.Amount != nil && *p.Amount > value:
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Pointer: "/amount", Detail: "More is offered than is left of these lines.",
			Result: map[string]any{"cap": value}}
	}
	if a := p.Remedy.CheckAmount(p.Amount, value); !a.Accepted() {
		return a
	}
	if a := t.moves(); !a.Accepted() {
		return a
	}
	by := t.By().Role
	o := Offer{ID: casefile.Derive("ofr", t.command), Version: 1, By: by, Remedy: p.Remedy, MadeAt: t.At(), State: Standing}
	switch {
	case p.Remedy.Goods():
		o.DueAt = t.At().Add(p.Due.Std())
		o.Fallback = t.fallback(p, value)
	case p.Amount != nil:
		o.Amount = *p.Amount
	case p.Remedy != Release:
		o.Amount = value
	}
	for i := range t.Offers {
		if t.Offers[i].By == by {
			o.Version++
		}
	}
	if before := t.standing(by); before != nil {
		before.State = Replaced
		t.Clocks.Remove(offerDue(before.ID))
	}
	if theirs := t.standing(other(by)); theirs != nil {
		theirs.Answered = true
	}
	t.Offers = append(t.Offers, o)
	data := map[string]any{"offer": o.ID, "version": o.Version, "remedy": o.Remedy, "amount": o.Amount}
	if p.Remedy.Goods() {
		data["due_at"], data["fallback"] = o.DueAt, o.Fallback
	}
	t.Event(casefile.OfferMade, data)
	t.start(offerDue(o.ID), "offer.made", "dispute.offer_answer", t.Terms.Dispute.OfferAnswer.Std())
	if by == casefile.Seller {
		t.sellerAnswered()
	}
	t.waitForOffer()
	return casefile.Answer{Result: map[string]any{"offer": o.ID, "version": o.Version}}
}

// moves counts offers, changes of the reason and waivers, as messages are counted: each moves the case on, and a decision is
// on a case that stands still for as long as it takes to read it.
func (t *turn) moves() casefile.Answer {
	if !t.Chat.Add("moves/"+t.By().ID, t.At(), t.Terms.Limits.MessagesPerDay) {
		return casefile.Refuse(casefile.TooManyItems, "You have offered, changed or waived something as often as a day allows.")
	}
	return casefile.Answer{}
}

// waitForOffer lets the seller's first answer wait while the buyer's own offer stands: it has its own time, and if it goes
// away, the answer is still owed.
func (t *turn) waitForOffer() {
	if t.standing(casefile.Buyer) != nil {
		t.Clocks.Stop(clock.OfferStands, t.At(), dueSellerResponse)
		t.removeGroup(remindSellerResponse)
	}
}

// fallback is what is paid when promised goods do not come: by default what was asked for, in money.
func (t *turn) fallback(p proposal, value money.Minor) money.Minor {
	switch {
	case p.Fallback == RefundPartial:
		return *p.Amount
	case p.Fallback == "" && !t.Claim.Remedy.Goods():
		return min(t.Claim.Amount, value)
	}
	return value
}

func offerDue(id string) string { return dueOffer + "/" + id }

type choice struct {
	Offer   string `json:"offer"`
	Version int    `json:"version,omitempty"`
}

func (c choice) Valid() casefile.Answer {
	if c.Offer == "" {
		return casefile.Invalid("/offer", "Name the offer.")
	}
	return casefile.Answer{}
}

func (t *turn) acceptOffer(c choice) casefile.Answer {
	o, a := t.answerable(c)
	if !a.Accepted() {
		return a
	}
	if o.Remedy.Goods() && !t.At().Before(o.DueAt) {
		return casefile.Refuse(casefile.StaleOffer, "The day by which this offer promises the goods has passed: "+casefile.InWords(o.DueAt)+". Another offer is needed.")
	}
	if value := t.value(); o.Amount > value {
		return casefile.Answer{Refused: casefile.AmountExceedsCap, Detail: "Less is left of these lines than the offer gives.",
			Result: map[string]any{"cap": value}}
	}
	o.State = Accepted
	accepted := *o
	t.Event(casefile.OfferAccepted, map[string]any{"offer": o.ID, "version": o.Version, "remedy": o.Remedy, "amount": o.Amount})
	t.sellerAnswered()
	t.lapseOffers()
	switch {
	case accepted.Remedy.Goods():
		t.perform(Promise{Offer: accepted.ID, Remedy: accepted.Remedy, DueAt: accepted.DueAt, Fallback: accepted.Fallback, Kept: Settled}, "offer.accepted")
	case accepted.Remedy == ReturnAndRefund:
		t.openReturn(FromOffer, accepted.Amount)
	default:
		t.finish(Enforcement{Outcome: Settled, Refund: accepted.Amount, Rest: RestSettled})
	}
	return casefile.Answer{Result: map[string]any{"offer": accepted.ID}}
}

func (t *turn) rejectOffer(c choice) casefile.Answer {
	o, a := t.answerable(c)
	if !a.Accepted() {
		return a
	}
	o.State = Rejected
	t.Clocks.Remove(offerDue(o.ID))
	t.Refused = true
	t.Event(casefile.OfferRejected, map[string]any{"offer": o.ID, "version": o.Version})
	if t.bySeller() {
		t.sellerAnswered()
	}
	t.revive()
	return casefile.Answer{}
}

func (t *turn) withdrawOffer(c choice) casefile.Answer {
	o, a := t.named(c, t.By().Role)
	if !a.Accepted() {
		return a
	}
	o.State = Retracted
	t.Clocks.Remove(offerDue(o.ID))
	t.Event(casefile.OfferWithdrawn, map[string]any{"offer": o.ID, "version": o.Version})
	t.revive()
	return casefile.Answer{}
}

// revive lets the seller's deadline go on when no offer of the buyer stands any more, with at least a day to meet it.
func (t *turn) revive() {
	d, silent := t.Clocks.Get(dueSellerResponse)
	if !silent || d.Runs() || t.standing(casefile.Buyer) != nil {
		return
	}
	t.Clocks.Resume(clock.OfferStands, t.At(), dueSellerResponse)
	t.Clocks.AtLeast(dueSellerResponse, clock.RevivedFloor, t.At(), t.Terms.Dispute.RevivedFloor.Std())
	t.remindSeller()
}

// expireOffer: an offer that nobody answered ends. If it was the buyer who let it go, the case goes on to a reviewer and is
// never closed against the buyer.
func (t *turn) expireOffer(name string) {
	for i := range t.Offers {
		o := &t.Offers[i]
		if offerDue(o.ID) != name || o.State != Standing {
			continue
		}
		o.State = Expired
		t.Event(casefile.OfferExpired, map[string]any{"offer": o.ID, "version": o.Version})
		if o.By == casefile.Seller && !o.Answered && t.Stage == Negotiation {
			t.toAdjudication(casefile.ByItself, "offer_expired", "")
			return
		}
	}
	t.revive()
}

// lapseOffers ends what stands, because the case goes on without it.
func (t *turn) lapseOffers() {
	for i := range t.Offers {
		if t.Offers[i].State == Standing {
			t.Offers[i].State = Lapsed
		}
	}
	t.removeGroup(dueOffer)
}

type concession struct {
	Acknowledge bool `json:"acknowledge,omitempty"`
}

// Fits asks a buyer, who gives something up, to acknowledge it; a seller only gives.
func (c concession) Fits(t *turn) casefile.Answer {
	if t.byBuyer() && !c.Acknowledge {
		return casefile.Invalid("/acknowledge", "Giving up a claim must be acknowledged.")
	}
	return casefile.Answer{}
}

func (t *turn) mayConcede() casefile.Answer {
	if t.bySeller() && t.Status == WaitingReturn {
		return casefile.Refuse(casefile.WrongStage, "The return is agreed already.")
	}
	return casefile.Answer{}
}

// concede is a party giving in: the seller grants what was asked, the buyer gives up the claim.
func (t *turn) concede(concession) casefile.Answer {
	if t.byBuyer() {
		t.giveUp()
		return casefile.Answer{}
	}
	if t.Status == Withdrawing {
		t.returnFromWithdrawal()
	}
	t.sellerAnswered()
	t.lapseOffers()
	switch {
	case t.Claim.Remedy.Goods():
		due := t.At().Add(t.Terms.Dispute.PerformanceMax.Std())
		t.perform(Promise{Remedy: t.Claim.Remedy, DueAt: due, Fallback: t.value(), Kept: ConcededBySeller}, "conceded")
	case t.Claim.Remedy == ReturnAndRefund && t.Status == WaitingReturn:
		t.concedeReturn()
	case t.Claim.Remedy == ReturnAndRefund:
		t.openReturn(FromConcession, t.Claim.Amount)
	default:
		t.finish(Enforcement{Outcome: ConcededBySeller, Refund: t.Claim.Amount, Rest: RestSettled})
	}
	return casefile.Answer{}
}
