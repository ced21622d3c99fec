package protection

import (
	"slices"
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
	first := !slices.ContainsFunc(t.Lines, func(l Line) bool { return !l.ShippedAt.IsZero() })
	if len(lines) == 0 || first && t.State() == Disputed {
		return casefile.Refuse(casefile.WrongStage, "There is nothing left to ship, or a dispute was opened before anything was shipped.")
	}
	for _, sku := range lines {
		l := t.line(sku)
		if l == nil {
			return casefile.Invalid("/lines", "A line with this SKU is not part of the order.")
		}
		if !l.ShippedAt.IsZero() {
			return casefile.Refuse(casefile.WrongStage, "One of these lines was shipped before.")
		}
	}
	for _, sku := range lines {
		t.line(sku).ShippedAt = t.At()
	}
	t.Event(casefile.OrderShipped, map[string]any{"carrier": s.Carrier, "tracking": s.Tracking, "lines": lines})
	t.Shipments = append(t.Shipments, casefile.Shipment{Order: t.ID, Case: t.ID, Carrier: s.Carrier, Tracking: s.Tracking, Leg: "outward"})
	t.Parcels = append(t.Parcels, Parcel{Carrier: s.Carrier, Tracking: s.Tracking, Lines: lines, At: t.At(), Reused: t.facts.Reused})
	t.verify(len(t.Parcels)-1, tracking.Scan{})
	if t.Phase == Funded {
		t.Phase = InTransit
		t.Clocks.Remove(dueShip, remindShip)
		t.Clocks.Start(clock.Deadline{Name: dueAbsoluteEnd, Since: t.GuaranteedBy, Base: "order.guaranteed_by",
			Policy: "protection.absolute_end", Length: t.Terms.Protection.AbsoluteEnd.Std()})
	}
	return casefile.Answer{}
}

// verify looks at what is known of a parcel's number: its form, an earlier use, and what the carrier's scan says.
func (t *turn) verify(i int, scan tracking.Scan) {
	p := &t.Parcels[i]
	reasons := tracking.Verify(tracking.Facts{Carrier: p.Carrier, Number: p.Tracking, Country: t.Country, Postcode: t.Postcode,
		PaidAt: t.PaidAt, Reused: p.Reused, Scan: scan})
	var fresh []string
	for _, r := range reasons {
		if !slices.Contains(p.Suspect, string(r)) {
			fresh = append(fresh, string(r))
		}
	}
	by := casefile.Actor{Role: casefile.System}
	switch {
	case len(fresh) > 0:
		p.Suspect = append(slices.Clone(p.Suspect), fresh...)
		t.EventBy(by, casefile.TrackingSuspect, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking, "reasons": fresh})
	case len(p.Suspect) == 0 && !p.Verified && scan.Complete():
		p.Verified = true
		t.EventBy(by, casefile.TrackingVerified, map[string]any{"carrier": p.Carrier, "tracking": p.Tracking})
	}
}

func (o Order) suspect() bool {
	return slices.ContainsFunc(o.Parcels, func(p Parcel) bool { return len(p.Suspect) > 0 })
}

// scan is one entry of the carrier's feed.
type scan struct {
	Status   string    `json:"status"`
	Tracking string    `json:"tracking,omitempty"` // default: the last parcel
	Country  string    `json:"country,omitempty"`
	Postcode string    `json:"postcode,omitempty"`
	At       time.Time `json:"at,omitzero"` // when the carrier says it happened
	Text     string    `json:"text,omitempty"`
}

// TrackStatuses are what a carrier may report.
var TrackStatuses = []string{"accepted", "in_transit", "delivered", "customs", "returned", "lost", "exception"}

func (s scan) Valid() casefile.Answer {
	if !slices.Contains(TrackStatuses, s.Status) {
		return casefile.Invalid("/status", "The carrier's status is not one of those that are known.")
	}
	return casefile.Answer{}
}

func (t *turn) track(s scan) casefile.Answer {
	i := t.parcel(s.Tracking)
	if i < 0 {
		return casefile.Refuse(casefile.WrongStage, "Nothing was shipped under this number.")
	}
	at := s.At
	if at.IsZero() {
		at = t.At()
	}
	t.Parcels[i].Last = s.Status
	t.verify(i, tracking.Scan{Country: s.Country, Postcode: s.Postcode, At: at, Accepted: s.Status == "accepted"})
	if s.Status == "delivered" {
		return t.deliver(delivery{Postcode: s.Postcode, Lines: t.Parcels[i].Lines})
	}
	return casefile.Answer{}
}

// parcel finds a parcel by its number, the last one when none is named.
func (o *Order) parcel(number string) int {
	if number == "" {
		return len(o.Parcels) - 1
	}
	return slices.IndexFunc(o.Parcels, func(p Parcel) bool { return p.Tracking == number })
}

type delivery struct {
	Strength Strength `json:"strength,omitempty"` // default: strong when the postcode matches, else weak
	Postcode string   `json:"postcode,omitempty"`
	Lines    []string `json:"lines,omitempty"` // default: all that were shipped
}

func (d delivery) Valid() casefile.Answer {
	switch d.Strength {
	case "", Strong, Weak, Suspect:
		return casefile.Answer{}
	}
	return casefile.Invalid("/strength", "A delivery is strong, weak or suspect.")
}

// strength is how much the record proves: a postcode that is not the order's contradicts it, whatever the carrier calls it.
func (d delivery) strength(postcode string) Strength {
	switch {
	case d.Postcode != "" && postcode != "" && !tracking.SamePostcode(d.Postcode, postcode):
		return Suspect
	case d.Strength != "":
		return d.Strength
	case d.Postcode != "" && postcode != "":
		return Strong
	}
	return Weak
}

func (t *turn) deliver(d delivery) casefile.Answer {
	strength := d.strength(t.Postcode)
	var lines []string
	for i := range t.Lines {
		l := &t.Lines[i]
		if len(d.Lines) > 0 && !slices.Contains(d.Lines, l.SKU) || l.ShippedAt.IsZero() || l.Delivered() {
			continue
		}
		l.DeliveredAt, l.Strength = t.At(), strength
		lines = append(lines, l.SKU)
	}
	if len(lines) == 0 {
		return casefile.Refuse(casefile.WrongStage, "Nothing that was shipped is still on its way.")
	}
	t.Event(casefile.OrderDelivered, map[string]any{"strength": strength, "lines": lines})
	if strength == Suspect || !t.allDelivered() {
		return casefile.Answer{}
	}
	switch {
	case t.anyOpen() && (t.Phase == InTransit || t.Phase == Inspection):
		t.Arrived = true // the clock stands still; inspection counts from its resume
		t.Phase = Inspection
	case t.Phase == InTransit:
		t.inspect(t.At())
	}
	return casefile.Answer{}
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
	t.Clocks.Start(clock.Deadline{Name: remindInspection, Since: t.At(), DueAt: d.DueAt.Add(-before), Base: "protection.inspection",
		Policy: "protection.inspection_reminder", Reminder: true})
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
