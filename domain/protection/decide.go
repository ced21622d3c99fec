package protection

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// turn is one trigger's work on a copy of the order. What it records becomes the change.
type turn struct {
	*Order
	*casefile.Recorder
	facts   casefile.Facts
	command string // identifier of the command, empty at a deadline
}

// table is the paragraph "Order × command" of PROCEDURE 6.6: a command is refused with wrong_stage in every state that its
// row does not name, and with case_closed when the order is over. A row that names no state accepts it wherever the order is.
var table = casefile.Table[*turn]{
	"register_order":    casefile.On((*turn).register, ""),
	"ship":              casefile.On((*turn).ship, string(Funded), string(InTransit), string(Disputed)).When((*turn).shippable),
	"deliver":           casefile.On((*turn).recordDelivery).EvenOver(),
	"track":             casefile.On((*turn).track).When((*turn).shipped).EvenOver(),
	"confirm_receipt":   casefile.On((*turn).confirmReceipt, string(InTransit), string(Inspection)),
	"extend_protection": casefile.On((*turn).extend, string(InTransit), string(Inspection), string(ReleasePending)).When((*turn).extendable),
	"grant_extension":   casefile.On((*turn).grantExtension).When((*turn).extensionAsked),
	"refuse_extension":  casefile.On((*turn).refuseExtension).When((*turn).extensionAsked),
	"open_dispute":      casefile.On((*turn).openDispute).EvenOver(),
	"post_message":      casefile.On((*turn).postMessage),
	"cancel_order":      casefile.On((*turn).cancel, string(Funded)),
	"chargeback":        casefile.On((*turn).openChargeback).When((*turn).noChargeback).EvenOver(),
	"close_chargeback":  casefile.On((*turn).closeChargeback).When((*turn).chargebackOpen).EvenOver(),
	"sign_goodwill":     casefile.On((*turn).signGoodwill).When((*turn).giftWaits).EvenOver(),
	"retry_transfer":    casefile.On((*turn).retryTransfer).When((*turn).transferFailed).EvenOver(),
	"declare_incident":  casefile.On((*turn).incident),
	"end_incident":      casefile.On((*turn).endIncident),

	"enforce_outcome":  casefile.On((*turn).enforceOutcome).EvenOver(),
	"grant_time":       casefile.On((*turn).grantTime).EvenOver(),
	"dispute_reopened": casefile.On((*turn).disputeReopened).EvenOver(),
	"reason_changed":   casefile.On((*turn).reasonChanged).EvenOver(),
	"hold_release":     casefile.On((*turn).holdRelease).EvenOver(),
	"lift_hold":        casefile.On((*turn).liftHold).EvenOver(),
	"keep_review":      casefile.On((*turn).keepReview).EvenOver(),
	"confirm_transfer": casefile.On((*turn).confirmTransfer).EvenOver(),
	"fail_transfer":    casefile.On((*turn).failTransfer).EvenOver(),
}

// Commands are the names of all commands that an order knows, the parties' and the system's.
func Commands() []string { return table.Commands() }

func (o Order) situation() casefile.Situation {
	s := casefile.Situation{State: string(o.State()), Over: o.over() && !o.anyOpen(), Revision: o.Revision}
	if o.ID == "" {
		s.State = ""
	}
	return s
}

// Decide carries out a command or refuses it.
func (o Order) Decide(c casefile.Command, facts casefile.Facts) (casefile.Case, casefile.Change, casefile.Answer) {
	r, known := table[c.Name]
	if !known || o.ID == "" && c.Name != "register_order" {
		return o, casefile.Change{}, casefile.Refuse(casefile.WrongStage, "An order does not know this command.")
	}
	next := o.clone()
	if next.ID == "" {
		next.ID = c.Case
	}
	t := &turn{Order: next, Recorder: casefile.NewRecorder(&next.Header, c.By, c.At), facts: facts, command: c.ID}
	answer := r.Apply(c, o.situation(), t)
	if !answer.Accepted() && len(t.Events) == 0 {
		return o, casefile.Change{}, answer
	}
	t.conclude()
	next.Revision++
	return *next, t.Change, answer
}

// Check says whether the command could be carried out now, apart from its data.
func (o Order) Check(name string, by casefile.Actor, at time.Time) casefile.Answer {
	r, known := table[name]
	if !known {
		return casefile.Refuse(casefile.WrongStage, "An order does not know this command.")
	}
	next := o.clone()
	return r.Open(o.situation(), &turn{Order: next, Recorder: casefile.NewRecorder(&next.Header, by, at)})
}

// Default carries out what happens at a deadline that nobody met.
func (o Order) Default(d clock.Deadline, facts casefile.Facts) (casefile.Case, casefile.Change) {
	next := o.clone()
	next.Clocks.Remove(d.Name)
	t := &turn{Order: next, Recorder: casefile.NewRecorder(&next.Header, casefile.ByItself, d.DueAt), facts: facts}
	t.due(d)
	t.conclude()
	next.Revision++
	return *next, t.Change
}

// Move makes a deadline that was noticed too late due later.
func (o Order) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
	next := o.clone()
	before, found := next.Clocks.Get(name)
	if !found {
		return o, casefile.Change{}
	}
	r := casefile.NewRecorder(&next.Header, casefile.ByItself, before.DueAt)
	r.NoticedLate(&next.Clocks, before, noticed, next.Buyer, next.Seller)
	next.Revision++
	return *next, r.Change
}

// message is a text of a party.
type message struct {
	Text string `json:"text"`
}

// Fits checks the text.
func (m message) Fits(t *turn) casefile.Answer {
	return casefile.CheckText(m.Text, t.Terms.Limits.TextRunes)
}

func (t *turn) postMessage(m message) casefile.Answer {
	if !t.Chat.Add(t.By().ID, t.At(), t.Terms.Limits.MessagesPerDay) {
		return casefile.Refuse(casefile.TooManyItems, "You have sent as many messages as a day allows.")
	}
	place := t.Event(casefile.MessagePosted, map[string]any{"text": m.Text})
	t.Flagged(place, t.facts.Flags)
	if len(t.facts.Flags) > 0 {
		t.tellReview("recount")
	}
	return casefile.Answer{Result: map[string]any{"message": place}}
}

// incident is one that concerns the order.
type incident struct{ casefile.Incident }

// Fits checks its length.
func (i incident) Fits(t *turn) casefile.Answer { return i.Check(t.Terms.Limits.IncidentMax.Std()) }

func (t *turn) incident(i incident) casefile.Answer {
	t.StandStill(&t.Clocks, i.Window(), i.Text)
	return casefile.Answer{}
}

// endIncident lets go on what stood still for an incident that ended before its time.
func (t *turn) endIncident(i casefile.IncidentEnd) casefile.Answer {
	if a := i.Check(); !a.Accepted() {
		return a
	}
	t.GoOn(&t.Clocks, i)
	return casefile.Answer{}
}
