package tracking

import (
	"strings"
	"time"
)

// Reason is why a shipment is suspect.
type Reason string

// The reasons, in the order in which Verify gives them.
const (
	CheckDigit         Reason = "check_digit"
	Reused             Reason = "reused"
	ForeignDestination Reason = "foreign_destination"
	WrongPostcode      Reason = "wrong_postcode"
	PredatesPayment    Reason = "predates_payment"
)

// Facts are what is known of a parcel. What is not known is empty, and nothing is suspected for it.
type Facts struct {
	Carrier string
	Number  string

	Country  string // where the order goes: two letters
	Postcode string
	PaidAt   time.Time
	Reused   bool // another order used the carrier's number

	Scan Scan
}

// Scan is what the carrier's feed says of a parcel: when it was seen and where it is going.
type Scan struct {
	Country  string // the destination's
	Postcode string
	At       time.Time
	Accepted bool // the carrier took the parcel over at that instant
}

// Complete says whether a scan that raises no suspicion is enough to verify a shipment: an acceptance with its instant and
// its whole destination.
func (s Scan) Complete() bool {
	return s.Accepted && !s.At.IsZero() && s.Country != "" && s.Postcode != ""
}

// Verify returns every reason to suspect a shipment, none when there is none.
func Verify(f Facts) []Reason {
	var reasons []Reason
	for _, found := range Judge(f) {
		if found.Outcome == Failed {
			reasons = append(reasons, found.Check)
		}
	}
	return reasons
}

// SamePostcode compares postcodes without spaces, hyphens and case. A ZIP code of five digits is the same as one of nine
// that begins with it, because feeds give the one and people the other.
func SamePostcode(a, b string) bool {
	a, b = Normalize(a), Normalize(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || len(a) == 5 && len(b) == 9 && digits(b) && strings.HasPrefix(b, a)
}
