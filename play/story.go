package play

import (
	"time"

	"recourse/domain/money"
)

// Story is one case file that was read and found valid. Lines are those of the file, for messages.
type Story struct {
	File   string // as it was given
	Dir    string // where evidence is looked up
	Name   string
	Title  string
	Source string
	Policy []Override
	// Parties stand in the order of the file; those that are only named follow in the order of their naming.
	Parties []Party
	Orders  []Order
	ByName  bool   // the file has `orders:`, so expectations go by order name
	Steps   []Step // in the order in which they run
	Expect  Expect
}

// Override replaces one key of the default policy for the whole file. Its value stays as it was written: the text of a
// scalar, a list, or a map by currency.
type Override struct {
	Line  int
	Key   string
	Value any
}

// Party is an account of the story.
type Party struct {
	Line    int
	Name    string
	Role    string
	Country string
	Reserve *money.Amount
}

// Order is one purchase, paid at 0d.
type Order struct {
	Line         int
	Name         string // empty when the file has a single `order:`
	Buyer        string
	Seller       string
	Currency     money.Currency
	Lines        []OrderLine
	Shipping     money.Amount
	ShipBy       time.Duration
	GuaranteedBy time.Duration
	Programmes   []string
	Postcode     string
}

// OrderLine is a quantity of one article at the price of one.
type OrderLine struct {
	SKU      string
	Title    string
	Quantity int64
	Price    money.Amount
	Category string
}

// Step is one thing that somebody does.
type Step struct {
	Line     int
	Number   int // in the order of running, from 0
	At       time.Duration
	By       string
	Do       string
	As       string
	Order    string // name of the order, empty for the single one
	Dispute  string // name of the dispute, empty for the order's only one
	Answer   int    // the HTTP status that must come back; 0 is any 2xx
	AnyOrder []int  // the statuses that must come back to the group, in any order
	Refused  string // the problem code that must come back
	Together string // the group that is sent at once
	Fields   map[string]Value
}

// Value is what one field of a verb holds; which part is set follows from the field's kind.
type Value struct {
	Line     int
	Text     string
	Names    []string
	Number   int64
	Flag     bool
	Length   time.Duration
	Amount   money.Amount
	Lines    []LineRef
	Findings []Finding
	Measures []Measure
}

// LineRef names a line of the order, and how many of it; quantity 0 is all.
type LineRef struct {
	SKU      string
	Quantity int64
}

// Finding is one finding of a decision.
type Finding struct {
	Line     int
	Claim    string
	Holds    bool
	Evidence []string
	Rule     string
}

// Measure is one measure of a report's finding.
type Measure struct {
	Line    int
	Scope   string
	For     time.Duration
	Listing string
}

// has says whether the step carries the field.
func (s Step) has(field string) bool {
	_, ok := s.Fields[field]
	return ok
}

// text is the field's text, empty when the step does not carry it.
func (s Step) text(field string) string { return s.Fields[field].Text }

// Expect is what must be true at the end. A nil amount or an empty text is not checked.
type Expect struct {
	Line      int
	At        *time.Duration
	Orders    []OrderExpect
	Escrow    []EscrowExpect
	Goodwill  []PartyAmount
	Recovered []PartyAmount
	Claims    []PartyAmount
	Disputes  []DisputeExpect
	Events    []EventExpect
	Absent    []EventExpect
	Standing  []StandingExpect
	Reports   []ReportExpect
	Reviews   []ReviewExpect
}

// Text is an expected text with its line.
type Text struct {
	Line  int
	Value string
}

// Money is an expected amount with its line.
type Money struct {
	Line  int
	Value money.Amount
}

// OrderExpect is what an order must be.
type OrderExpect struct {
	Order string
	State *Text
}

// EscrowExpect is where the captured money of an order must be.
type EscrowExpect struct {
	Order  string
	Buyer  *Money
	Seller *Money
	Fees   *Money
	Held   *Money
}

// PartyAmount is money that a party must have got or must owe.
type PartyAmount struct {
	Party string
	Money
}

// DisputeExpect is what a dispute must be.
type DisputeExpect struct {
	Line      int
	Name      string
	Stage     *Text
	Status    *Text
	Outcome   *Text
	Refunded  *Money
	Released  *Money
	Recovered *Money
	Claimed   *Money
	Reviewer  *Text // who has the case, by name; nobody is `nobody`
	Raised    *bool // a detector's open case makes it more urgent in the queue
}

// EventExpect is an event that must occur, or must not.
type EventExpect struct {
	Line int
	Type string
}

// StandingExpect is what the standing of an account must be.
type StandingExpect struct {
	Line   int
	Party  string
	Points *int64
	State  string
}

// ReportExpect is what must have become of a report.
type ReportExpect struct {
	Line     int
	Name     string
	Finding  *Text
	Reporter *Text
}

// ReviewExpect is what must have become of a review.
type ReviewExpect struct {
	Line      int
	Name      string
	Published *bool
	Counted   *bool
	Reason    *Text
}
