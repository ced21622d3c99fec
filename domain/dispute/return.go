package dispute

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
)

// Origin is why goods go back; it says what happens when they do not.
type Origin string

// Where a return comes from.
const (
	FromOffer      Origin = "offer"
	FromConcession Origin = "concession"
	FromDefault    Origin = "default"
	FromDecision   Origin = "decision"
	FromChoice     Origin = "choice"
)

// Return is the return leg (PROCEDURE 6.2).
type Return struct {
	Origin      Origin      `json:"origin"`
	Refund      money.Minor `json:"refund"`
	OpenedAt    time.Time   `json:"opened_at"`
	Carrier     string      `json:"carrier,omitempty"`
	Tracking    string      `json:"tracking,omitempty"`
	Suspect     bool        `json:"suspect,omitempty"`
	ShippedAt   time.Time   `json:"shipped_at,omitzero"`
	DeliveredAt time.Time   `json:"delivered_at,omitzero"`
	Condition   string      `json:"condition,omitempty"`
	Lapsed      bool        `json:"lapsed,omitempty"`
	Cost        money.Minor `json:"cost,omitempty"` // shown by a return_receipt
}

// InOrder is the condition of goods that came back as they should.
const InOrder = "in_order"

// Conditions are what an inspection may say.
var Conditions = []string{InOrder, "damaged", "different_item", "empty", "missing_parts"}

// openReturn begins a return leg: the buyer sends the goods back, then the refund follows.
func (t *turn) openReturn(origin Origin, refund money.Minor) {
	t.interrupt(clock.ReturnInTransit)
	t.Status = WaitingReturn
	t.Return = &Return{Origin: origin, Refund: refund, OpenedAt: t.At()}
	t.start(dueReturnShip, "return."+string(origin), "dispute.return_ship", t.Terms.Dispute.ReturnShip.Std())
}

// concedeReturn grants all that was asked for a return that a withdrawal had interrupted. The leg goes on where it was:
// goods that are on their way are not sent a second time.
func (t *turn) concedeReturn() {
	t.Return.Refund = max(t.Return.Refund, t.Claim.Amount)
	if t.Return.Origin == FromDecision {
		t.Return.Origin = FromConcession // more than was decided
	}
}

func (t *turn) returnToShip() casefile.Answer {
	switch {
	case t.Return != nil && t.Return.Lapsed:
		return casefile.Refuse(casefile.DeadlinePassed, "The time to send the goods back is over.")
	case t.Status != WaitingReturn || !t.Return.ShippedAt.IsZero():
		return casefile.Refuse(casefile.WrongStage, "There is nothing to send back now.")
	}
	return casefile.Answer{}
}

func (t *turn) shipReturn(p parcel) casefile.Answer {
	t.Event(casefile.ReturnShipped, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking})
	t.Return.Carrier, t.Return.Tracking, t.Return.ShippedAt = p.Carrier, p.Tracking, t.At()
	t.Return.Suspect = t.record(p, "return")
	t.Clocks.Remove(dueReturnShip)
	t.start(dueReturnTransit, "return.shipped", "dispute.return_transit", t.Terms.Dispute.ReturnTransit.Std())
	return casefile.Answer{}
}

func (t *turn) returnShipped() casefile.Answer {
	if t.Return.ShippedAt.IsZero() || !t.Return.DeliveredAt.IsZero() {
		return casefile.Refuse(casefile.WrongStage, "No return is on its way.")
	}
	return casefile.Answer{}
}

// deliverReturn starts the seller's inspection, unless the record of delivery is contradicted.
func (t *turn) deliverReturn(a arrival) casefile.Answer {
	if answer := a.under(t.Return.Tracking); !answer.Accepted() {
		return answer
	}
	strength := a.strength(t.Return.Suspect, t.Return.OpenedAt)
	t.Event(casefile.ReturnDelivered, map[string]any{"strength": strength})
	if strength == "suspect" {
		return casefile.Answer{}
	}
	t.Return.DeliveredAt = t.At()
	t.Clocks.Remove(dueReturnTransit)
	t.start(dueReturnInspection, "return.delivered", "dispute.return_inspection", t.Terms.Dispute.ReturnInspection.Std())
	return casefile.Answer{}
}

func (t *turn) returnDelivered() casefile.Answer {
	if t.Return.DeliveredAt.IsZero() {
		return casefile.Refuse(casefile.WrongStage, "The return has not been delivered.")
	}
	return casefile.Answer{}
}

type inspection struct {
	Condition string `json:"condition"`
	File      string `json:"file,omitempty"` // evidence that the seller has handed in
	Text      string `json:"text,omitempty"`
}

func (i inspection) Valid() casefile.Answer {
	if !slices.Contains(Conditions, i.Condition) {
		return casefile.Invalid("/condition", "The condition is not one of those that are known.")
	}
	return casefile.Answer{}
}

// Fits asks the seller to show what is wrong with the goods, unless evidence was handed in since they came back.
func (i inspection) Fits(t *turn) casefile.Answer {
	if i.File != "" && !slices.ContainsFunc(t.Items, func(item Item) bool { return item.By == casefile.Seller && item.ID == i.File }) {
		return casefile.Invalid("/file", "Name evidence that you have handed in in this case.")
	}
	shown := i.File != "" || i.Text != "" || t.Return != nil && !t.Return.DeliveredAt.IsZero() && slices.ContainsFunc(t.Items, func(item Item) bool {
		return item.By == casefile.Seller && !item.At.Before(t.Return.DeliveredAt)
	})
	if i.Condition != InOrder && !shown {
		return casefile.Invalid("/file", "Show what is wrong with the goods: a file, a text, or evidence handed in since they came back.")
	}
	return t.words(i.Text)
}

// inspectReturn: goods in order are refunded; anything else is a reviewer's to decide.
func (t *turn) inspectReturn(i inspection) casefile.Answer {
	if i.Text != "" {
		t.addItem(Item{ID: casefile.Derive("evd", t.command), By: casefile.Seller, Type: "statement", Text: i.Text, At: t.At(), VisibleAt: t.At(), Round: t.Round})
	}
	t.Return.Condition = i.Condition
	data := map[string]any{"condition": i.Condition}
	if i.File != "" {
		data["evidence"] = i.File
	}
	t.Event(casefile.ReturnInspected, data)
	if i.Condition == InOrder {
		t.returned()
		return casefile.Answer{}
	}
	t.contest("return_contested")
	return casefile.Answer{}
}

// contest hands a return that did not end in order to a reviewer. An earlier decision is open again, and those who made it
// are not asked a second time.
func (t *turn) contest(cause string) {
	if t.Decision != nil {
		t.dismissBench("set_aside")
		t.Bench.Barred = append(t.Bench.Barred, t.Bench.Reviewer, t.Decision.By)
		if t.Panel != nil {
			t.Bench.Barred = append(t.Bench.Barred, t.Panel.Members...)
		}
		t.Bench.Reviewer = ""
		t.Decision, t.Panel, t.Commitment = nil, nil, nil
	}
	t.toAdjudication(casefile.ByItself, cause, "")
}

// returned pays for goods that came back in order.
func (t *turn) returned() {
	if t.Return.Origin == FromDecision {
		t.finish(t.award(*t.Decision))
		return
	}
	end := Enforcement{Outcome: ReturnedAndRefunded, Refund: t.Return.Refund, Rest: RestSettled}
	t.payLabel(&end)
	t.finish(end)
}

// payLabel adds what sending the goods back has cost, as a receipt shows it, up to a limit.
func (t *turn) payLabel(end *Enforcement) {
	if t.Return == nil || t.Return.Cost == 0 {
		return
	}
	end.ReturnCost, end.CostBy = min(t.Return.Cost, t.Terms.Return.CostMax.For(t.Currency)), "seller"
	if t.Platform {
		end.CostBy = "platform"
	}
}

// lapseReturn: nothing was sent back in time. After an agreement negotiation goes on; otherwise the buyer has given up.
func (t *turn) lapseReturn() {
	t.Event(casefile.ReturnLapsed, map[string]any{"origin": t.Return.Origin})
	t.Return.Lapsed = true
	if t.Return.Origin != FromOffer {
		t.Event(casefile.DisputeWithdrawn, map[string]any{"why": "return_lapsed"})
		t.finish(Enforcement{Outcome: Withdrawn, Rest: RestClock, NoFloor: true})
		return
	}
	t.NoReturn = true
	t.Status = WaitingBuyer
	if t.Stage == Adjudication {
		t.Status = Assigning
	}
	t.goOn()
	t.lateSince(t.Return.OpenedAt)
}
