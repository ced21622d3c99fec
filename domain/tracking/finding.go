package tracking

import (
	"slices"
	"strings"
	"time"
)

// Outcome is what a check came to.
type Outcome string

// The outcomes. What nothing is known for is unknown, and suspects nobody.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Unknown Outcome = "unknown"
)

// Finding is one check of a number with what was found.
type Finding struct {
	Check   Reason    `json:"check"`
	Outcome Outcome   `json:"outcome"`
	Found   string    `json:"found,omitempty"` // the destination or the instant that the carrier gave
	At      time.Time `json:"at,omitzero"`     // when it was found
}

// Judge does every check, in the order of the reasons. Any scan before the payment predates it: a parcel cannot travel before
// it was accepted. Only an acceptance shows that it was accepted after.
func Judge(f Facts) []Finding {
	paid := Finding{Check: PredatesPayment, Outcome: Unknown}
	before := f.Scan.At.Before(f.PaidAt)
	if !f.PaidAt.IsZero() && !f.Scan.At.IsZero() && (f.Scan.Accepted || before) {
		paid.Outcome, paid.Found = outcome(true, !before), f.Scan.At.UTC().Format(time.RFC3339Nano)
	}
	digit := Check(f.Carrier, f.Number)
	return []Finding{
		{Check: CheckDigit, Outcome: outcome(digit != Unverifiable, digit == Valid)},
		{Check: Reused, Outcome: outcome(true, !f.Reused)},
		{Check: ForeignDestination, Found: f.Scan.Country,
			Outcome: outcome(f.Country != "" && f.Scan.Country != "", strings.EqualFold(f.Country, f.Scan.Country))},
		{Check: WrongPostcode, Found: f.Scan.Postcode,
			Outcome: outcome(f.Postcode != "" && f.Scan.Postcode != "", SamePostcode(f.Postcode, f.Scan.Postcode))},
		paid,
	}
}

func outcome(known, holds bool) Outcome {
	switch {
	case !known:
		return Unknown
	case holds:
		return Passed
	}
	return Failed
}

// Learn adds what a scan told to what is known of a number. A failure stands, with what was found first; of what passed the
// first instant is kept. What the number itself says is known without it.
func Learn(known []Finding, f Facts, at time.Time) []Finding {
	for _, found := range Judge(f) {
		if found.Outcome == Unknown || found.Check == CheckDigit || found.Check == Reused {
			continue
		}
		found.At = at
		i := slices.IndexFunc(known, func(k Finding) bool { return k.Check == found.Check })
		switch {
		case i < 0:
			known = append(slices.Clip(known), found)
		case found.Outcome == Failed && known[i].Outcome == Passed:
			known = slices.Clone(known)
			known[i] = found
		}
	}
	return known
}
