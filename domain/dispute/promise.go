package dispute

import (
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
	"recourse/domain/tracking"
)

// Promise is goods that the seller owes: an accepted offer or a concession. It is a bond: kept by a delivery in time or by
// the buyer's word, else the fallback is paid.
type Promise struct {
	Offer       string      `json:"offer,omitempty"`
	Remedy      Remedy      `json:"remedy"`
	DueAt       time.Time   `json:"due_at"`
	Fallback    money.Minor `json:"fallback"`
	Kept        Outcome     `json:"kept"` // the outcome when it is kept
	AgreedAt    time.Time   `json:"agreed_at,omitzero"`
	Carrier     string      `json:"carrier,omitempty"`
	Tracking    string      `json:"tracking,omitempty"`
	Suspect     bool        `json:"suspect,omitempty"`
	ShippedAt   time.Time   `json:"shipped_at,omitzero"`
	DeliveredAt time.Time   `json:"delivered_at,omitzero"`
}

// PromiseDue is until when the promised goods are to be there: while that is waited for, what incidents have moved the deadline to.
func (d Dispute) PromiseDue() time.Time {
	if due, runs := d.Clocks.Get(duePerformance); runs {
		return due.DueAt
	}
	return d.Promise.DueAt
}

// perform moves the case to the promise. What was going on stands still until the promise is kept or broken.
func (t *turn) perform(p Promise, base string) {
	p.AgreedAt = t.At()
	t.Promise, t.Promised = &p, true
	t.interrupt(clock.Performance)
	t.Status = Performing
	t.Clocks.Start(clock.Deadline{Name: duePerformance, Since: t.At(), DueAt: p.DueAt, Length: p.DueAt.Sub(t.At()), Base: base, Policy: "dispute.performance_max"})
	if t.Frozen {
		t.Clocks.Stop(clock.Chargeback, t.At(), duePerformance)
	}
}

// interrupt lets negotiation and adjudication stand still for a promise or a return.
func (t *turn) interrupt(cause clock.Cause) {
	t.Proposal, t.Complete = nil, false
	t.removeGroup(dueSecond, dueSLA)
	t.Clocks.Stop(cause, t.At())
}

// goOn lets go on what stood still for a promise or a return.
func (t *turn) goOn() {
	t.Clocks.Resume(clock.Performance, t.At())
	t.Clocks.Resume(clock.ReturnInTransit, t.At())
}

type parcel struct {
	Offer    string `json:"offer,omitempty"`
	Carrier  string `json:"carrier"`
	Tracking string `json:"tracking"`
}

func (p parcel) Valid() casefile.Answer {
	if p.Carrier == "" || p.Tracking == "" {
		return casefile.Invalid("/tracking", "A shipment names its carrier and its tracking number.")
	}
	return casefile.Answer{}
}

// record keeps a parcel's number and says whether it fails its verification.
func (t *turn) record(p parcel, leg string) bool {
	t.Shipments = append(t.Shipments, casefile.Shipment{Order: t.Order, Case: t.ID, Carrier: p.Carrier, Tracking: p.Tracking, Leg: leg})
	reasons := tracking.Verify(tracking.Facts{Carrier: p.Carrier, Number: p.Tracking, Reused: t.facts.Reused})
	if len(reasons) > 0 {
		t.EventBy(casefile.ByItself, casefile.TrackingSuspect, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking, "reasons": reasons, "leg": leg})
	}
	return len(reasons) > 0
}

func (t *turn) shipReplacement(p parcel) casefile.Answer {
	if p.Offer != "" && p.Offer != t.Promise.Offer {
		return casefile.Refuse(casefile.StaleOffer, "This is not the offer that was accepted and is being performed; the case names that one.")
	}
	t.Event(casefile.ReplacementShipped, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking})
	t.Promise.Carrier, t.Promise.Tracking, t.Promise.ShippedAt = p.Carrier, p.Tracking, t.At()
	t.Promise.Suspect = t.record(p, "replacement")
	return casefile.Answer{}
}

func (t *turn) replacementShipped() casefile.Answer {
	if t.Promise == nil || t.Promise.ShippedAt.IsZero() || !t.Promise.DeliveredAt.IsZero() {
		return casefile.Refuse(casefile.WrongStage, "No replacement is on its way.")
	}
	return casefile.Answer{}
}

// arrival is a carrier's record that a parcel of this case has come. A feed also says under which number, when, and where it went.
type arrival struct {
	Strength string    `json:"strength,omitempty"` // default: weak
	Tracking string    `json:"tracking,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Country  string    `json:"country,omitempty"` // of the destination
	Postcode string    `json:"postcode,omitempty"`
}

func (a arrival) Valid() casefile.Answer {
	switch a.Strength {
	case "", "strong", "weak", "suspect":
		return casefile.Answer{}
	}
	return casefile.Invalid("/strength", "A delivery is strong, weak or suspect.")
}

// under refuses a record of another number than the one that is on its way: one that was replaced since is none of this case.
func (a arrival) under(number string) casefile.Answer {
	if a.Tracking != "" && tracking.Normalize(a.Tracking) != tracking.Normalize(number) {
		return casefile.Refuse(casefile.WrongStage, "Nothing is on its way under this number.")
	}
	return casefile.Answer{}
}

// elsewhere says that the parcel went to an address that is not the order's.
func (a arrival) elsewhere(o *casefile.OrderFacts) bool {
	if o == nil {
		return false
	}
	return a.Country != "" && o.Country != "" && !strings.EqualFold(a.Country, o.Country) ||
		a.Postcode != "" && o.Postcode != "" && !tracking.SamePostcode(a.Postcode, o.Postcode)
}

// strength is how much the record proves of a parcel that was agreed on at an instant. What had come before is some other
// parcel, whoever signed for it. So is a scan alone of a number that failed its verification: a promise is kept, and a return
// has come, by a verified delivery.
func (a arrival) strength(failed bool, agreed time.Time) string {
	switch {
	case !a.At.IsZero() && a.At.Before(agreed):
		return "suspect"
	case a.Strength == "strong" || a.Strength == "suspect":
		return a.Strength
	case failed:
		return "suspect"
	}
	return "weak"
}

func (t *turn) deliverReplacement(a arrival) casefile.Answer {
	if answer := a.under(t.Promise.Tracking); !answer.Accepted() {
		return answer
	}
	strength := a.strength(t.Promise.Suspect, t.Promise.AgreedAt)
	if a.elsewhere(t.facts.Order) {
		strength = "suspect"
	}
	t.Event(casefile.ReplacementDelivered, map[string]any{"strength": strength})
	if strength == "suspect" {
		return casefile.Answer{}
	}
	t.Promise.DeliveredAt = t.At()
	t.Clocks.Remove(duePerformance)
	t.start(duePerformanceInspection, "replacement.delivered", "dispute.performance_inspection", t.Terms.Dispute.PerformanceInspection.Std())
	return casefile.Answer{}
}

func (t *turn) confirmPerformance(c struct {
	Offer string `json:"offer,omitempty"`
}) casefile.Answer {
	if c.Offer != "" && c.Offer != t.Promise.Offer {
		return casefile.Refuse(casefile.StaleOffer, "This is not the offer that was accepted and is being performed; the case names that one.")
	}
	t.keepPromise("confirmed")
	return casefile.Answer{}
}

func (t *turn) keepPromise(why string) {
	t.Event(casefile.OfferPerformed, map[string]any{"offer": t.Promise.Offer, "why": why})
	t.finish(Enforcement{Outcome: t.Promise.Kept, Rest: RestSettled, Performed: true})
}

func (t *turn) breakPromise() {
	t.Event(casefile.OfferDefaulted, map[string]any{"offer": t.Promise.Offer, "fallback": t.Promise.Fallback})
	t.finish(Enforcement{Outcome: PromiseDefaulted, Refund: t.Promise.Fallback, Rest: RestSettled})
}
