package dispute

import (
	"maps"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
	"recourse/domain/policy"
)

// Opening is the first command of a dispute, sent by its order.
type Opening struct {
	Order    string              `json:"order"`
	Buyer    string              `json:"buyer"`
	Seller   string              `json:"seller"`
	Currency money.Currency      `json:"currency"`
	Lines    []Line              `json:"lines"`
	Reason   Reason              `json:"reason"`
	Remedy   Remedy              `json:"remedy"`
	Amount   money.Minor         `json:"amount"` // asked for
	Value    money.Minor         `json:"value"`  // what could be awarded
	Text     string              `json:"text"`
	Suspect  bool                `json:"suspect,omitempty"`  // tracking failed its verification
	Platform bool                `json:"platform,omitempty"` // the platform pays the return
	Terms    policy.DisputeTerms `json:"terms"`
	Frozen   bool                `json:"frozen,omitempty"`
	// Incidents are those of the order: one that lasts stops the dispute's deadlines too.
	Incidents []clock.Window `json:"incidents,omitempty"`
}

// Summary is what lists show of a dispute that was opened and has not begun.
func (o Opening) Summary() casefile.Summary {
	return casefile.Summary{Kind: casefile.KindDispute, Stage: string(Negotiation), Status: string(WaitingSeller), Reason: string(o.Reason),
		Order: o.Order, Buyer: o.Buyer, Seller: o.Seller, Move: casefile.Seller, Amount: money.Amount{Minor: o.Amount, Currency: o.Currency}}
}

// Line names what is disputed of one line of the order.
type Line struct {
	SKU      string      `json:"sku"`
	Quantity int64       `json:"quantity"`
	Value    money.Minor `json:"value"`
}

// Enforcement is how a dispute ends, sent to the order, which moves the money. Refund goes to the buyer, Release to the
// seller at once; what is left of the disputed lines goes where Rest says.
type Enforcement struct {
	Dispute    string      `json:"dispute"`
	Outcome    Outcome     `json:"outcome"`
	Reason     Reason      `json:"reason"`
	Refund     money.Minor `json:"refund,omitempty"`
	Release    money.Minor `json:"release,omitempty"`
	Rest       Rest        `json:"rest"`
	Goodwill   money.Minor `json:"goodwill,omitempty"`    // from the platform to the seller
	Signatures bool        `json:"signatures,omitempty"`  // goodwill that waits for two of them
	ReturnCost money.Minor `json:"return_cost,omitempty"` // to the buyer
	CostBy     string      `json:"cost_by,omitempty"`     // "platform" or "seller"
	NoFloor    bool        `json:"no_floor,omitempty"`
	Performed  bool        `json:"performed,omitempty"` // promised goods came, which counts as delivery of the disputed lines
}

// Rest is where the money of the disputed lines goes that an outcome does not award.
type Rest string

// RestSettled: to the seller through the last call if the lines are delivered or confirmed, else back to the order's
// clock. RestClock: back to the order's clock in any case. RestNone: the outcome awards everything.
const (
	RestSettled Rest = "settled"
	RestClock   Rest = "clock"
	RestNone    Rest = "none"
)

// TimeGranted tells the order that the seller asked for time, which the buyer's protection gets too.
type TimeGranted struct {
	Dispute string        `json:"dispute"`
	By      time.Duration `json:"by"`
}

// Reopened tells the order that a withdrawn dispute is open again.
type Reopened struct {
	Dispute string `json:"dispute"`
}

// ReasonChanged tells the order what its dispute is about now.
type ReasonChanged struct {
	Dispute string      `json:"dispute"`
	Reason  Reason      `json:"reason"`
	Asked   money.Minor `json:"asked"`
}

// Unfrozen tells a dispute that the bank has answered, and what it has paid of the claim: the case goes on about the rest.
type Unfrozen struct {
	Paid money.Minor `json:"paid,omitempty"`
}

// Tally counts what each party did on one day, for limits.
type Tally struct {
	Day   string         `json:"day,omitempty"`
	Count map[string]int `json:"count,omitempty"`
}

// Clone returns a copy that shares nothing with t.
func (t Tally) Clone() Tally { return Tally{Day: t.Day, Count: maps.Clone(t.Count)} }

// Add counts one more for the account on the day of the instant (UTC) and says whether it is within the limit.
func (t *Tally) Add(account string, at time.Time, limit int) bool {
	day := at.UTC().Format(time.DateOnly)
	if t.Day != day || t.Count == nil {
		*t = Tally{Day: day, Count: map[string]int{}}
	}
	if t.Count[account] >= limit {
		return false
	}
	t.Count[account]++
	return true
}

// Outcome is how a dispute ended (PROCEDURE 6.5).
type Outcome string

// The outcomes of PROCEDURE 6.5.
const (
	Settled                Outcome = "settled"
	ConcededBySeller       Outcome = "conceded_by_seller"
	DefaultSellerSilent    Outcome = "default_seller_silent"
	PromiseDefaulted       Outcome = "promise_defaulted"
	ReturnedAndRefunded    Outcome = "returned_and_refunded"
	DecidedForBuyer        Outcome = "decided_for_buyer"
	DecidedForSeller       Outcome = "decided_for_seller"
	DecidedSplit           Outcome = "decided_split"
	Withdrawn              Outcome = "withdrawn"
	SupersededByChargeback Outcome = "superseded_by_chargeback"
	NoDecision             Outcome = "no_decision"
)

// Outcomes are all of them.
var Outcomes = []Outcome{Settled, ConcededBySeller, DefaultSellerSilent, PromiseDefaulted, ReturnedAndRefunded,
	DecidedForBuyer, DecidedForSeller, DecidedSplit, Withdrawn, SupersededByChargeback, NoDecision}
