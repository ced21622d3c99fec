package protection

import (
	"slices"
	"time"

	"recourse/domain/tracking"
)

// The policy keys by which a number matters (PROCEDURE 4): one that failed a check opens a dispute about goods that did not
// come at once, and a delivery that nothing contradicts starts inspection.
const (
	policyOfSuspicion = "protection.not_received_after"
	policyOfDelivery  = "protection.inspection"
)

// Tracked is a parcel with everything that was checked of its number.
type Tracked struct {
	Parcel
	Checks  []Checked
	Claims  []DeliveryClaim
	OpensAt time.Time // from when goods of this parcel count as not received
	Policy  string    // of that instant
}

// Checked is one check: what was expected, what was found, and how a check digit is worked out.
type Checked struct {
	tracking.Finding
	Expected string
	Working  *tracking.Working
}

// DeliveryClaim is what the carrier's record of a delivery proves, of the lines that came with it.
type DeliveryClaim struct {
	Lines    []string
	At       time.Time
	Strength Strength
	Policy   string // of the time that it starts; empty: it starts none
}

// Tracking is what is known of each parcel of the order, and why one is suspect.
func (o Order) Tracking() []Tracked {
	all := make([]Tracked, 0, len(o.Parcels))
	for _, p := range o.Parcels {
		t := Tracked{Parcel: p, Claims: o.claims(p), Policy: policyOfSuspicion}
		for _, found := range tracking.Judge(o.factsOf(p, tracking.Scan{})) {
			t.Checks = append(t.Checks, o.checked(p, found))
		}
		for _, l := range o.Lines {
			if from := o.notReceivedFrom(l); slices.Contains(p.Lines, l.SKU) && (t.OpensAt.IsZero() || from.Before(t.OpensAt)) {
				t.OpensAt = from
			}
		}
		all = append(all, t)
	}
	return all
}

// checked puts together what the number itself says and what scans told of it.
func (o Order) checked(p Parcel, found tracking.Finding) Checked {
	c := Checked{Finding: found}
	if i := slices.IndexFunc(p.Findings, func(f tracking.Finding) bool { return f.Check == found.Check }); i >= 0 {
		c.Finding = p.Findings[i]
	}
	if slices.Contains(p.Suspect, string(c.Check)) { // also where what was found was not kept
		c.Outcome = tracking.Failed
	}
	if c.Outcome != tracking.Unknown && c.At.IsZero() {
		c.At = p.At // it was seen as soon as the number was given
	}
	switch c.Check {
	case tracking.CheckDigit:
		if w, published := tracking.Work(p.Carrier, p.Tracking); published {
			c.Working = &w
		}
	case tracking.ForeignDestination:
		c.Expected = o.Country
	case tracking.WrongPostcode:
		c.Expected = o.Postcode
	case tracking.PredatesPayment:
		c.Expected = o.PaidAt.UTC().Format(time.RFC3339Nano)
	case tracking.Reused:
	}
	return c
}

// claims are the deliveries that were recorded of a parcel's lines, by instant and strength.
func (o Order) claims(p Parcel) []DeliveryClaim {
	var claims []DeliveryClaim
	for _, l := range o.Lines {
		if l.Strength == "" || !slices.Contains(p.Lines, l.SKU) {
			continue
		}
		i := slices.IndexFunc(claims, func(c DeliveryClaim) bool { return c.At.Equal(l.DeliveredAt) && c.Strength == l.Strength })
		if i < 0 {
			i = len(claims)
			claims = append(claims, DeliveryClaim{At: l.DeliveredAt, Strength: l.Strength})
			if l.Delivered() {
				claims[i].Policy = policyOfDelivery
			}
		}
		claims[i].Lines = append(claims[i].Lines, l.SKU)
	}
	return claims
}
