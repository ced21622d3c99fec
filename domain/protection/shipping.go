package protection

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/tracking"
)

type shipment struct {
	Carrier  string   `json:"carrier"`
	Tracking string   `json:"tracking"`
	Lines    []string `json:"lines,omitempty"` // default: all that were not shipped
}

func (s shipment) Valid() casefile.Answer {
	if s.Carrier == "" || s.Tracking == "" {
		return casefile.Invalid("/tracking", "A shipment names its carrier and its tracking number.")
	}
	for i, sku := range s.Lines {
		if slices.Contains(s.Lines[:i], sku) {
			return casefile.Invalid("/lines", "A shipment names each line once.")
		}
	}
	return casefile.Answer{}
}

// Fits checks that the lines are the order's.
func (s shipment) Fits(t *turn) casefile.Answer { return t.known(s.Lines) }

// known refuses a SKU that is no line of the order.
func (o *Order) known(skus []string) casefile.Answer {
	for _, sku := range skus {
		if o.line(sku) == nil {
			return casefile.Invalid("/lines", "A line with this SKU is not part of the order.")
		}
	}
	return casefile.Answer{}
}

// shippable says that something is left to ship: at first while nothing is disputed, later also beside a dispute.
func (t *turn) shippable() casefile.Answer {
	begun := t.Phase == InTransit || t.Phase == Funded && !t.anyOpen()
	if !begun || !slices.ContainsFunc(t.Lines, func(l Line) bool { return l.ShippedAt.IsZero() }) {
		return casefile.Refuse(casefile.WrongStage, "There is nothing left to ship, or a dispute was opened before anything was shipped.")
	}
	return casefile.Answer{}
}

func (t *turn) ship(s shipment) casefile.Answer {
	lines := s.Lines
	if len(lines) == 0 {
		for _, l := range t.Lines {
			if l.ShippedAt.IsZero() {
				lines = append(lines, l.SKU)
			}
		}
	}
	for _, sku := range lines {
		if !t.line(sku).ShippedAt.IsZero() {
			return casefile.Refuse(casefile.WrongStage, "One of these lines was shipped before.")
		}
	}
	for _, sku := range lines {
		t.line(sku).ShippedAt = t.At()
	}
	t.Event(casefile.OrderShipped, map[string]any{"carrier": s.Carrier, "tracking": s.Tracking, "lines": lines})
	t.Shipments = append(t.Shipments, casefile.Shipment{Order: t.ID, Case: t.ID, Carrier: s.Carrier, Tracking: s.Tracking, Leg: "outward"})
	t.Parcels = append(t.Parcels, Parcel{Carrier: s.Carrier, Tracking: s.Tracking, Lines: lines, At: t.At(), Reused: t.facts.Reused || t.arrived(s)})
	t.verify(len(t.Parcels)-1, tracking.Scan{})
	if t.Phase == Funded {
		t.Phase = InTransit
		t.Clocks.Remove(dueShip, remindShip)
	}
	return casefile.Answer{}
}

// arrived says that a parcel under this number has come already, so nothing more can be on its way under it.
func (t *turn) arrived(s shipment) bool {
	return slices.ContainsFunc(t.Parcels, func(p Parcel) bool {
		return tracking.Same(p.Carrier, p.Tracking, s.Carrier, s.Tracking) && p.Last == "delivered"
	})
}

// verify looks at what is known of a parcel's number: its form, an earlier use, and what the carrier's scan says.
func (t *turn) verify(i int, scan tracking.Scan) {
	p := &t.Parcels[i]
	facts := t.factsOf(*p, scan)
	p.Findings = tracking.Learn(p.Findings, facts, t.At())
	var fresh []string
	for _, r := range tracking.Verify(facts) {
		if !slices.Contains(p.Suspect, string(r)) {
			fresh = append(fresh, string(r))
		}
	}
	by := casefile.ByItself
	switch {
	case len(fresh) > 0:
		p.Suspect = append(slices.Clone(p.Suspect), fresh...)
		t.EventBy(by, casefile.TrackingSuspect, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking, "reasons": fresh})
	case len(p.Suspect) == 0 && !p.Verified && scan.Complete():
		p.Verified = true
		t.EventBy(by, casefile.TrackingVerified, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking})
	}
}

// factsOf is what is known of a parcel's number with one scan.
func (o Order) factsOf(p Parcel, scan tracking.Scan) tracking.Facts {
	return tracking.Facts{Carrier: p.Carrier, Number: p.Tracking, Country: o.Country, Postcode: o.Postcode, PaidAt: o.PaidAt, Reused: p.Reused, Scan: scan}
}

// suspect says that the tracking of a line's parcel has failed its verification.
func (o Order) suspect(sku string) bool {
	return slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return len(p.Suspect) > 0 && slices.Contains(p.Lines, sku) })
}

// scan is one entry of the carrier's feed.
type scan struct {
	Status   string    `json:"status"`
	Tracking string    `json:"tracking,omitempty"` // default: the last parcel
	Country  string    `json:"country,omitempty"`
	Postcode string    `json:"postcode,omitempty"`
	At       time.Time `json:"at,omitzero"` // when the carrier says it happened
	Text     string    `json:"text,omitempty"`

	Signature Signature `json:"signature,omitempty"` // of a delivery
}

// Signature is who signed for a delivery, as far as the carrier compared it with the address. Names are not kept.
type Signature string

// The addressee's signature makes a delivery strong, another's does not (PROCEDURE 4).
const (
	SignedByAddressee Signature = "addressee"
	SignedByOther     Signature = "other"
)

// TrackStatuses are what a carrier may report.
var TrackStatuses = []string{"accepted", "in_transit", "delivered", "customs", "returned", "lost", "exception"}

func (s scan) Valid() casefile.Answer {
	if !slices.Contains(TrackStatuses, s.Status) {
		return casefile.Invalid("/status", "The carrier's status is not one of those that are known.")
	}
	if s.Signature != "" && s.Signature != SignedByAddressee && s.Signature != SignedByOther {
		return casefile.Invalid("/signature", "A delivery is signed for by the addressee or by another.")
	}
	return casefile.Answer{}
}

func (t *turn) shipped() casefile.Answer {
	if len(t.Parcels) == 0 {
		return casefile.Refuse(casefile.WrongStage, "Nothing was shipped.")
	}
	return casefile.Answer{}
}

func (t *turn) track(s scan) casefile.Answer {
	parcels := t.parcels(s.Tracking)
	if len(parcels) == 0 {
		return casefile.Refuse(casefile.WrongStage, "Nothing was shipped under this number.")
	}
	at := s.At
	if at.IsZero() {
		at = t.At()
	}
	d := delivery{Postcode: s.Postcode, signature: s.Signature}
	for _, i := range parcels {
		t.Parcels[i].seen(s.Status, at)
		t.verify(i, tracking.Scan{Country: s.Country, Postcode: s.Postcode, At: at, Accepted: s.Status == "accepted"})
		d.Lines = append(d.Lines, t.Parcels[i].Lines...)
	}
	if s.Status == "delivered" {
		elsewhere := t.Country != "" && s.Country != "" && !strings.EqualFold(s.Country, t.Country)
		if elsewhere || at.Before(t.PaidAt) { // it arrived in another country, or before anything was bought
			d.Strength = Suspect
		}
		return t.deliver(d)
	}
	return casefile.Answer{}
}

// seen is where a parcel stands after a scan. Carriers tell some scans late: one of before the newest that was told changes nothing.
func (p *Parcel) seen(status string, at time.Time) {
	if !at.Before(p.LastAt) {
		p.Last, p.LastAt = status, at
	}
}

// parcels finds those with a number, however it is written, and the last one when none is named. What was shipped under one
// number at two times is one parcel to the carrier.
func (o *Order) parcels(number string) []int {
	var found []int
	for i, p := range o.Parcels {
		if number == "" && i == len(o.Parcels)-1 || number != "" && tracking.Normalize(p.Tracking) == tracking.Normalize(number) {
			found = append(found, i)
		}
	}
	return found
}

type delivery struct {
	Strength Strength `json:"strength,omitempty"` // default: strong when the postcode matches, else weak
	Postcode string   `json:"postcode,omitempty"`
	Lines    []string `json:"lines,omitempty"` // default: all that were shipped

	signature Signature
}

func (d delivery) Valid() casefile.Answer {
	switch d.Strength {
	case "", Strong, Weak, Suspect:
		return casefile.Answer{}
	}
	return casefile.Invalid("/strength", "A delivery is strong, weak or suspect.")
}

// Fits checks that the lines are the order's.
func (d delivery) Fits(t *turn) casefile.Answer { return t.known(d.Lines) }

// strength is how much the record proves: a postcode that is not the order's contradicts it, whatever the carrier calls it.
func (d delivery) strength(postcode string) Strength {
	switch {
	case d.Postcode != "" && postcode != "" && !tracking.SamePostcode(d.Postcode, postcode):
		return Suspect
	case d.Strength != "":
		return d.Strength
	case d.Postcode != "" && postcode != "", d.signature == SignedByAddressee:
		return Strong
	}
	return Weak
}

// recordDelivery is the carrier's record of a delivery. One at another postcode says where the parcel's number goes, so the
// number has failed its verification.
func (t *turn) recordDelivery(d delivery) casefile.Answer {
	answer := t.deliver(d)
	if answer.Accepted() && d.Postcode != "" {
		for i, p := range t.Parcels {
			if len(d.Lines) == 0 || slices.ContainsFunc(p.Lines, func(sku string) bool { return slices.Contains(d.Lines, sku) }) {
				t.verify(i, tracking.Scan{Postcode: d.Postcode})
			}
		}
	}
	return answer
}

// deliver records what the carrier says. It moves the order only while that is on its way; everywhere else, and for goods
// that have arrived before, the record is kept and changes nothing.
func (t *turn) deliver(d delivery) casefile.Answer {
	strength := d.strength(t.Postcode)
	arrived := []string{}
	for i := range t.Lines {
		l := &t.Lines[i]
		if len(d.Lines) > 0 && !slices.Contains(d.Lines, l.SKU) || l.ShippedAt.IsZero() || l.Delivered() {
			continue
		}
		l.DeliveredAt, l.Strength = t.At(), strength
		arrived = append(arrived, l.SKU)
	}
	t.Event(casefile.OrderDelivered, map[string]any{"strength": strength, "lines": arrived})
	if len(arrived) > 0 {
		t.inspectWhole()
	}
	return casefile.Answer{}
}

// inspectWhole starts inspection when the last line has come. While a dispute is open it stands still at once: all of it
// counts from the resume.
func (t *turn) inspectWhole() {
	running, inspecting := t.Clocks.Get(dueInspection)
	short := inspecting && running.Remaining(t.At()) < t.Terms.Protection.Inspection.Std()
	if !t.allDelivered() || t.Phase != InTransit && !(t.anyOpen() && short) {
		return
	}
	t.inspect(t.At())
	if t.anyOpen() {
		t.Clocks.Stop(clock.DisputeOpen, t.At(), buyerClocks...)
	}
}

func (o Order) allDelivered() bool {
	return !slices.ContainsFunc(o.Lines, func(l Line) bool { return !l.Delivered() })
}

// inspect starts the time in which silence will mean that the goods are accepted.
func (t *turn) inspect(since time.Time) {
	p := t.Terms.Protection
	t.Phase = Inspection
	t.Clocks.Remove(dueAbsoluteEnd)
	t.Clocks.Start(clock.Deadline{Name: dueInspection, Since: since, Base: "order.delivered", Policy: "protection.inspection", Length: p.Inspection.Std()})
	t.remindOfInspection()
}

// remindOfInspection tells the buyer some days before silence will be taken for acceptance.
func (t *turn) remindOfInspection() {
	t.Clocks.Remove(remindInspection)
	d, found := t.Clocks.Get(dueInspection)
	before := t.Terms.Protection.InspectionReminder.Std()
	if !found || before == 0 || !d.Runs() || d.Remaining(t.At()) <= before {
		return
	}
	t.Clocks.Start(d.Remind(remindInspection, "protection.inspection_reminder", before))
}

type confirmation struct {
	Acknowledge bool `json:"acknowledge,omitempty"`
}

// confirmReceipt ends inspection early. Before any delivery a buyer may have been pressed to confirm: the first try is
// refused and remembered, and holds only when repeated a day later.
func (t *turn) confirmReceipt(c confirmation) casefile.Answer {
	delivered := slices.ContainsFunc(t.Lines, Line.Delivered)
	if !delivered {
		wait := t.Terms.Protection.ConfirmRepeat.Std()
		if t.TriedAt.IsZero() {
			t.TriedAt = t.At()
			t.Event(casefile.OrderConfirmationTried, nil)
		}
		if !c.Acknowledge || t.At().Sub(t.TriedAt) < wait {
			return casefile.Answer{Refused: casefile.ConfirmBeforeDelivery,
				Detail: "No delivery was recorded. Repeat this with acknowledge after the time named here if the goods have really come.",
				Result: map[string]any{"from": t.TriedAt.Add(wait)}}
		}
	}
	t.ConfirmedAt = t.At()
	t.Event(casefile.OrderConfirmed, map[string]any{"acknowledged": !delivered})
	t.endProtection("confirmed")
	return casefile.Answer{}
}
