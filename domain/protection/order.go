// Package protection is an order's clock and its money: until protection ends the buyer may dispute, and what was paid
// stays held (PROCEDURE 2 to 5). It is the only place where an order's money moves; a dispute sends it an outcome.
package protection

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/tracking"
)

// State is where an order stands.
type State string

// The states of PROCEDURE 4. Disputed lies over the others: the phase beneath it goes on when the dispute is over.
const (
	Funded         State = "funded"
	InTransit      State = "in_transit"
	Inspection     State = "inspection"
	Disputed       State = "disputed"
	ReleasePending State = "release_pending"
	Aftercare      State = "aftercare"
	Closed         State = "closed"
	Refunded       State = "refunded"
)

// States are all of them, in the order of an order's life.
var States = []State{Funded, InTransit, Inspection, Disputed, ReleasePending, Aftercare, Closed, Refunded}

// The programmes of PROCEDURE 4.
const (
	GuaranteedGenuine = "guaranteed_genuine"
	Choice            = "choice"
	Warranty          = "warranty"
)

// Strength is how much a record of delivery proves.
type Strength string

// Strong: postcode or signature matches. Weak: a scan alone. Suspect: contradicted.
const (
	Strong  Strength = "strong"
	Weak    Strength = "weak"
	Suspect Strength = "suspect"
)

// Order is the state of an order's protection.
type Order struct {
	casefile.Header
	Buyer        string            `json:"buyer"`
	Seller       string            `json:"seller"`
	Currency     money.Currency    `json:"currency"`
	Country      string            `json:"country,omitempty"`
	Postcode     string            `json:"postcode,omitempty"`
	Programmes   []string          `json:"programmes,omitempty"`
	Lines        []Line            `json:"lines"`
	Shipping     Pot               `json:"shipping"`
	PaidAt       time.Time         `json:"paid_at"`
	GuaranteedBy time.Time         `json:"guaranteed_by"`
	Terms        policy.OrderTerms `json:"terms"`

	Phase       State                 `json:"phase"`
	ConfirmedAt time.Time             `json:"confirmed_at,omitzero"`
	TriedAt     time.Time             `json:"tried_at,omitzero"` // first confirmation before any delivery
	ReleasedAt  time.Time             `json:"released_at,omitzero"`
	Clocks      clock.Set             `json:"clocks"`
	FloorGiven  bool                  `json:"floor_given,omitempty"`
	AgedOut     bool                  `json:"aged_out,omitempty"` // protection.absolute_max has passed
	Extension   Extension             `json:"extension"`
	Parcels     []Parcel              `json:"parcels,omitempty"`
	Claims      []Claim               `json:"claims,omitempty"` // its disputes
	Batches     []Batch               `json:"batches,omitempty"`
	Payments    []Payment             `json:"payments,omitempty"`
	Chargeback  *Chargeback           `json:"chargeback,omitempty"`
	Waiting     []dispute.Enforcement `json:"waiting,omitempty"` // outcomes that reach frozen money

	Fees     money.Minor            `json:"fees,omitempty"`
	Goodwill map[string]money.Minor `json:"goodwill,omitempty"` // by account
	Gifts    []Gift                 `json:"gifts,omitempty"`    // goodwill that waits for signatures
	Chat     dispute.Tally          `json:"chat,omitzero"`

	Hold   *Hold     `json:"hold,omitempty"`   // of a report
	Review string    `json:"review,omitempty"` // of the order
	OverAt time.Time `json:"over_at,omitzero"` // it was closed or refunded
}

// Line is one line of the order with its money.
type Line struct {
	SKU         string      `json:"sku"`
	Title       string      `json:"title"`
	Quantity    int64       `json:"quantity"`
	Price       money.Minor `json:"price"` // of one
	Category    string      `json:"category,omitempty"`
	ShippedAt   time.Time   `json:"shipped_at,omitzero"`
	DeliveredAt time.Time   `json:"delivered_at,omitzero"`
	Strength    Strength    `json:"strength,omitempty"`
	Pot
}

// Delivered says that a delivery was recorded that nothing contradicts.
func (l Line) Delivered() bool { return l.Strength == Strong || l.Strength == Weak }

// Extension is what the buyer added to the protection, and a request that waits for the seller.
type Extension struct {
	Used      bool          `json:"used,omitempty"`  // the buyer's own, once
	Total     time.Duration `json:"total,omitempty"` // own and granted
	Requested time.Duration `json:"requested,omitempty"`
	Lapsed    bool          `json:"lapsed,omitempty"` // the last request was not answered in time
}

// Parcel is one shipment with what is known of its tracking number.
type Parcel struct {
	Carrier  string    `json:"carrier"`
	Tracking string    `json:"tracking"`
	Lines    []string  `json:"lines"`
	At       time.Time `json:"at"`
	Reused   bool      `json:"reused,omitempty"`
	Suspect  []string  `json:"suspect,omitempty"` // why, as codes
	Verified bool      `json:"verified,omitempty"`
	Last     string    `json:"last,omitempty"`   // what the carrier says of it, by its newest scan
	LastAt   time.Time `json:"last_at,omitzero"` // when that happened, as the carrier has it

	Findings []tracking.Finding `json:"findings,omitempty"` // what scans told of the number
}

// Kind is how the recording transaction finds orders.
var Kind = casefile.Kind{Name: casefile.KindOrder, Decode: decode, Needs: needs}

func decode(state []byte) (casefile.Case, error) {
	var o Order
	if len(state) == 0 {
		return o, nil
	}
	if err := json.Unmarshal(state, &o); err != nil {
		return nil, fmt.Errorf("decode order: %w", err)
	}
	return o, nil
}

func needs(trigger string) casefile.Need {
	switch trigger {
	case "ship":
		return casefile.NeedTracking
	case "post_message":
		return casefile.NeedWording
	case "enforce_outcome", "close_chargeback":
		return casefile.NeedFunds
	}
	return 0
}

// clone returns a copy that shares nothing that a turn changes.
func (o Order) clone() *Order {
	o.Lines = slices.Clone(o.Lines)
	o.Clocks = o.Clocks.Clone()
	o.Parcels = slices.Clone(o.Parcels)
	o.Claims = slices.Clone(o.Claims)
	o.Batches = slices.Clone(o.Batches)
	o.Payments = slices.Clone(o.Payments)
	o.Waiting = slices.Clone(o.Waiting)
	o.Gifts = slices.Clone(o.Gifts)
	o.Chat = o.Chat.Clone()
	goodwill := make(map[string]money.Minor, len(o.Goodwill))
	for account, amount := range o.Goodwill {
		goodwill[account] = amount
	}
	o.Goodwill = goodwill
	if o.Hold != nil {
		h := *o.Hold
		o.Hold = &h
	}
	if o.Chargeback != nil {
		c := *o.Chargeback
		c.Covers, c.Taken = slices.Clone(c.Covers), slices.Clone(c.Taken)
		o.Chargeback = &c
	}
	return &o
}

// State is the order's state as everybody sees it.
func (o Order) State() State {
	if o.anyOpen() {
		return Disputed
	}
	return o.Phase
}

// Head is the header of the state.
func (o Order) Head() casefile.Header { return o.Header }

// Next is the deadline that is due first.
func (o Order) Next() (clock.Deadline, bool) { return o.Clocks.Next() }

// Effects are the payments that the provider has not confirmed.
func (o Order) Effects() []casefile.Effect {
	var open []casefile.Effect
	for _, p := range o.Payments {
		if !p.Failed {
			open = append(open, casefile.Effect{Step: p.Step, Kind: casefile.EffectTransfer})
		}
	}
	return open
}

// Closed says that nothing can happen to the order by itself any more.
func (o Order) Closed() bool {
	_, due := o.Clocks.Next()
	return o.over() && !due && !o.anyOpen() && len(o.Payments) == 0 && o.Chargeback == nil && len(o.Gifts) == 0
}

// over says that protection has ended for good: only a late claim or a chargeback brings the order back.
func (o Order) over() bool { return o.Phase == Closed || o.Phase == Refunded }

// Summary is what lists and operators see.
func (o Order) Summary() casefile.Summary {
	s := casefile.Summary{Kind: casefile.KindOrder, Stage: string(o.State()), Status: string(o.State()), Order: o.ID,
		Buyer: o.Buyer, Seller: o.Seller, OpenedAt: o.PaidAt, Closed: o.Closed(),
		Amount: money.Amount{Minor: o.captured(), Currency: o.Currency}}
	switch o.State() {
	case Funded:
		s.Move = casefile.Seller
	case Inspection:
		s.Move = casefile.Buyer
	case InTransit:
		s.Move = casefile.Carrier
	}
	s.Waits = o.waits()
	return s
}

// waits is what the order needs of those who run the platform.
func (o Order) waits() casefile.Wait {
	switch {
	case o.Chargeback != nil:
		return casefile.WaitsForBank
	case slices.ContainsFunc(o.Payments, func(p Payment) bool { return p.Failed }):
		return casefile.WaitsForRetry
	case len(o.Gifts) > 0:
		return casefile.WaitsForSignature
	}
	return ""
}

// line finds a line by its SKU.
func (o *Order) line(sku string) *Line {
	for i := range o.Lines {
		if o.Lines[i].SKU == sku {
			return &o.Lines[i]
		}
	}
	return nil
}

func (o Order) in(programme string) bool { return slices.Contains(o.Programmes, programme) }

// Payment is money on its way at the provider. The order counts it from the request on, not from the confirmation.
type Payment struct {
	Step    int64       `json:"step"`
	Verb    ledger.Verb `json:"verb"`
	Cause   string      `json:"cause"`
	Dispute string      `json:"dispute,omitempty"`
	Refund  money.Minor `json:"refund,omitempty"`
	Release money.Minor `json:"release,omitempty"` // without the fee
	Fee     money.Minor `json:"fee,omitempty"`
	Failed  bool        `json:"failed,omitempty"` // held again; an operator asks for it once more
}
