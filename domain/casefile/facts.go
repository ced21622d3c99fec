package casefile

import (
	"time"

	"recourse/domain/clock"
	"recourse/domain/money"
)

// Need names facts that a rule asks for, so that a step loads only those.
type Need uint

// What can be asked for.
const (
	NeedOrder     Need = 1 << iota // the order as its dispute must know it
	NeedReviewers                  // reviewers and supervisors with their conflicts
	NeedTracking                   // whether the tracking number was used before
	NeedFunds                      // what can be recovered from the seller
	NeedReceipts                   // files and open uploads
	NeedReport                     // what a malicious report must know of its people and of what it refers to
	NeedReview                     // what a review must know of its order, its text and its buyer
	NeedWording                    // what the scanner finds in the text of this command
	NeedNonce                      // a number that nobody knows, to be bound to
)

// Facts are what a rule must know and its own state does not hold. They are read under the same lock as the case, and
// kept with the command, so that the rules can be run again.
type Facts struct {
	Order     *OrderFacts `json:"order,omitempty"`
	Reviewers []Candidate `json:"reviewers,omitempty"`
	Reused    bool        `json:"reused,omitempty"` // another order used the tracking number of this command
	Funds     Funds       `json:"funds,omitzero"`

	// Nonce is drawn at random with these facts, for a later draw. Commitment stands in its place as long as nobody may know it: its
	// SHA-256 in hexadecimal.
	Nonce      string `json:"nonce,omitempty"`
	Commitment string `json:"commitment,omitempty"`

	Flags []Flag `json:"flags,omitempty"` // of the command's text

	Report *ReportFacts `json:"report,omitempty"`
	Review *ReviewFacts `json:"review,omitempty"`
}

// OrderFacts is what a dispute must know of its order at an instant: computed by the order's own rules.
type OrderFacts struct {
	Delivered bool                   `json:"delivered"` // every disputed line: strong or weak
	Confirmed bool                   `json:"confirmed"`
	Protected bool                   `json:"protected"`           // protection runs, or stands still for a dispute
	Disputed  string                 `json:"disputed,omitempty"`  // another open dispute about one of these lines
	Remaining money.Minor            `json:"remaining"`           // value of the disputed lines that can still be awarded, shipping as section 5 says
	Openings  map[string]OpeningTime `json:"openings"`            // by reason
	Incidents []clock.Window         `json:"incidents,omitempty"` // that it has lived through or lives through
	Country   string                 `json:"country,omitempty"`   // where it goes, as far as the order says
	Postcode  string                 `json:"postcode,omitempty"`
}

// OpeningTime says from when until when a reason may be used, and why not if it may not. Cap is what could be asked.
type OpeningTime struct {
	From    time.Time   `json:"from,omitzero"`
	Until   time.Time   `json:"until,omitzero"`
	Open    bool        `json:"open"`
	Why     string      `json:"why,omitempty"`
	Cap     money.Minor `json:"cap,omitempty"`
	Default money.Minor `json:"default,omitempty"` // what is asked when no amount is named
	Goods   bool        `json:"goods,omitempty"`   // only goods may be asked for so far: a warranty mends first
}

// Candidate is a reviewer or a supervisor who may be given a case.
type Candidate struct {
	ID     string              `json:"id"`
	Role   Role                `json:"role"`
	Linked []string            `json:"linked,omitempty"` // accounts that are the same person or linked to it, itself included
	Kinds  map[string][]string `json:"kinds,omitempty"`  // how the candidate is linked to a party: person, device, address, instrument
	Duties []PastDuty          `json:"duties,omitempty"` // earlier cases with one of the parties
	Load   int                 `json:"load"`             // open cases on the desk

	Excluded bool `json:"excluded,omitempty"` // in a party's bundle, in the place of links and earlier cases: one of them speaks against it
}

// PastDuty is an earlier case that a reviewer had with a party.
type PastDuty struct {
	Case  string    `json:"case"`
	Party string    `json:"party"`
	At    time.Time `json:"at"` // when it was assigned or decided, the later
}

// Funds is what can be recovered from a seller in the order's currency.
type Funds struct {
	Reserve money.Minor `json:"reserve,omitempty"`
	Payable money.Minor `json:"payable,omitempty"`
}
