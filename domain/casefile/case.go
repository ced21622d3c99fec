package casefile

import (
	"encoding/json"
	"slices"
	"time"

	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/domain/money"
)

// Case is the state of one case of any kind. Its methods are pure: the same state, trigger and facts give the same
// result, and the receiver never changes.
type Case interface {
	// Decide carries out a command at its time of receipt, or refuses it. A refusal changes nothing, but for the one that
	// must be remembered (a confirmation before any delivery): the returned state and change hold in both cases.
	Decide(Command, Facts) (Case, Change, Answer)
	// Default carries out what happens at a deadline that nobody met. Its events are stamped with the deadline's due,
	// never before the last event.
	Default(clock.Deadline, Facts) (Case, Change)
	// Move makes a deadline that was noticed too late due later (PROCEDURE 12, R3).
	Move(name string, noticed time.Time) (Case, Change)
	// Next is the deadline that is due first; none for a case that is over.
	Next() (clock.Deadline, bool)
	// Effects are the tasks outside the database that are asked for and not reported back yet.
	Effects() []Effect
	// Closed says that the case is over: no deadline, no effect. A later command may open it again.
	Closed() bool
	// Summary is what lists and operators see.
	Summary() Summary
	// Head is what the state of every kind begins with.
	Head() Header
}

// Kind is how a kind of case is found by its name.
type Kind struct {
	Name   string
	Decode func(state []byte) (Case, error) // nil or empty state: a case that has not begun
	Needs  func(trigger string) Need        // the facts that a command or a deadline of that name asks for
}

// The kinds of case.
const (
	KindOrder    = "order"
	KindDispute  = "dispute"
	KindReport   = "report"
	KindReview   = "review"
	KindStanding = "standing"
)

// Header is what the state of every kind begins with.
type Header struct {
	ID       string    `json:"id"`
	Revision int64     `json:"revision"` // counts accepted commands and defaults
	Recorded int64     `json:"recorded"` // sequence of the last event
	LastAt   time.Time `json:"last_at"`  // instant of the last event; none is stamped before it
}

// Event is one thing that happened. Its sequence has no gaps within a case.
type Event struct {
	Sequence int64          `json:"sequence"`
	Type     EventType      `json:"type"`
	By       Actor          `json:"by"`
	At       time.Time      `json:"at"`
	Data     map[string]any `json:"data,omitempty"`
}

// Change is everything that a step adds to the world besides the case's new state. It is written in one transaction.
type Change struct {
	Events    []Event
	Sends     []Send
	Tells     []Tell
	Openings  []Opening
	Transfers []ledger.Transfer
	Shipments []Shipment
	Duties    []Duty
}

// Send is a command to another case: a dispute's outcome to its order, a chargeback to its disputes. What is meant for the
// standing of an account has the account as its case, because an account has one standing.
type Send struct {
	Case string
	Name string
	Data any
}

// Tell is a command to a case that belongs to no order and locks nothing but itself: the standing of an account. Its row is
// made if there is none. Tells of one case arrive in their order.
type Tell struct {
	Kind string
	Case string
	Name string
	Data any
}

// Opening is a new case with its first command.
type Opening struct {
	ID    string
	Kind  string
	Name  string
	By    Actor
	Data  any
	Order string
	// Summary is what lists and operators see of the case until it has begun.
	Summary Summary
}

// Shipment is a tracking number that an order, a replacement or a return used, kept to notice when it is used again.
type Shipment struct {
	Order, Case, Carrier, Tracking, Leg string
}

// Duty records that a reviewer was given a case (or lost it), for conflicts of interest and for lists.
type Duty struct {
	Reviewer string
	Kind     string    // "assigned", "decided", "panel"
	Parties  []string  // buyer and seller
	At       time.Time //
	Until    time.Time // zero: still on duty
}

// Effect is a task outside the database, identified by the sequence of the event that asked for it.
type Effect struct {
	Step int64  `json:"step"`
	Kind string `json:"kind"`
}

// The kinds of effect: money that moves at the payment provider, and a file that is scanned.
const (
	EffectTransfer = "transfer"
	EffectScan     = "scan"
)

// results are the commands in which the results of effects come back.
var results = []string{"confirm_transfer", "fail_transfer", "record_scan"}

// IsResult says that a command of this name brings the result of an effect, and so was sent by no case.
func IsResult(name string) bool { return slices.Contains(results, name) }

// Summary is what lists, operators and the engine see of a case: identifiers and codes, nothing personal.
type Summary struct {
	Kind     string       `json:"kind"`
	Stage    string       `json:"stage"`
	Status   string       `json:"status"`
	Reason   string       `json:"reason,omitempty"`
	Outcome  string       `json:"outcome,omitempty"`
	Order    string       `json:"order"`
	Buyer    string       `json:"buyer"`
	Seller   string       `json:"seller"`
	Reviewer string       `json:"reviewer,omitempty"`
	Move     Role         `json:"move,omitempty"` // whose move it is; empty when nobody is waited for
	Amount   money.Amount `json:"amount"`
	OpenedAt time.Time    `json:"opened_at"`
	Closed   bool         `json:"closed"`
	Urgent   time.Time    `json:"urgent,omitzero"`  // how urgent it is for the platform's people: earlier is more; zero: not at all
	Snoozed  time.Time    `json:"snoozed,omitzero"` // until when its reviewer has put it off
	Overdue  bool         `json:"overdue,omitempty"`
	Waits    Wait         `json:"waits,omitempty"` // for what of those who run the platform it waits; empty: for nothing
}

// Wait is what a case waits for that somebody who runs the platform has to do or to see to.
type Wait string

// The waits. An order may wait for several; it shows the first of them here, since a failed payment is asked for again only
// once the bank has spoken.
const (
	WaitsForBank      Wait = "chargeback" // the buyer's bank has not ruled
	WaitsForRetry     Wait = "transfer"   // a payment failed and must be asked for again
	WaitsForSignature Wait = "goodwill"   // goodwill has not got both of its signatures
)

// Read turns the payload of a command into a typed struct. The API has validated the shape; what does not fit
// all the same is a validation_failed.
func Read[T any](c Command) (T, error) {
	var v T
	if len(c.Data) == 0 {
		return v, nil
	}
	err := json.Unmarshal(c.Data, &v)
	return v, err
}
