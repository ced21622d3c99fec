// Package detect sees patterns over many orders that no single case shows (PROCEDURE 11). A detector is a pure function over
// rows that name orders, disputes and accounts by their identifiers; it says what it counted, over which time, against which
// threshold, and from which rows. A finding opens a case that a person judges. It decides nothing and punishes nobody.
package detect

import "time"

// Kind is what a row tells of.
type Kind string

// The kinds of row.
const (
	Order   Kind = "order"   // one was paid for
	Dispute Kind = "dispute" // one was opened
	Review  Kind = "review"  // one was submitted
	Suspect Kind = "suspect" // the tracking number of a parcel failed its verification (PROCEDURE 4)
	Message Kind = "message" // the scanner flagged something that somebody wrote
	Ruling  Kind = "ruling"  // a dispute has ended with a decision for the buyer
)

// Kinds are all of them.
var Kinds = []Kind{Order, Dispute, Review, Suspect, Message, Ruling}

// Row is one thing that happened, as far as a detector asks. It holds identifiers, instants and codes: nothing that a person
// wrote.
type Row struct {
	ID      string // of the order, dispute or review; of what a case recorded: the case and the event's sequence
	Kind    Kind
	OrderID string
	Buyer   string
	Seller  string
	Author  string    // of a flagged message
	At      time.Time // UTC
	// Code is the reason of a dispute or of a ruling, what is wrong with a tracking number, or the rule that a message meets.
	Code  string
	Stars int  // of a review: the mean of its marks, rounded to a whole star
	Early bool // a review: no delivery was recorded before it
}

// Link says that two accounts share a device, an address or an instrument of payment, or are one person's.
type Link struct {
	A, B string
	Kind string
}
