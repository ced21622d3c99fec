// Package dispute is a case between the buyer and the seller of an order about some of its lines: negotiation,
// adjudication, appeal (PROCEDURE 6). It ends with an outcome, which it sends to its order; it never moves money itself.
package dispute

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
)

// Stage is where a dispute stands.
type Stage string

// The stages of PROCEDURE 1.
const (
	Negotiation  Stage = "negotiation"
	Adjudication Stage = "adjudication"
	Appeal       Stage = "appeal"
	Final        Stage = "final"
)

// Status says whose move it is.
type Status string

// The statuses of PROCEDURE 1.
const (
	WaitingSeller    Status = "waiting_seller"
	WaitingBuyer     Status = "waiting_buyer"
	Performing       Status = "performing"
	WaitingReturn    Status = "waiting_return"
	Withdrawing      Status = "withdrawing"
	Assigning        Status = "assigning"
	WaitingEvidence  Status = "waiting_evidence"
	UnderReview      Status = "under_review"
	WaitingSignature Status = "waiting_signature"
	AppealWindow     Status = "appeal_window"
	PanelReview      Status = "panel_review"
	Closed           Status = "closed"
)

// Statuses are all of them, in the order of a dispute's life.
var Statuses = []Status{WaitingSeller, WaitingBuyer, Performing, WaitingReturn, Withdrawing, Assigning, WaitingEvidence,
	UnderReview, WaitingSignature, AppealWindow, PanelReview, Closed}

// Dispute is the state of a dispute.
type Dispute struct {
	casefile.Header
	Order    string              `json:"order"`
	Buyer    string              `json:"buyer"`
	Seller   string              `json:"seller"`
	Currency money.Currency      `json:"currency"`
	Lines    []Line              `json:"lines"`
	Claim    Claim               `json:"claim"`
	Suspect  bool                `json:"suspect,omitempty"` // the order's tracking failed its verification
	Platform bool                `json:"platform,omitempty"`
	Terms    policy.DisputeTerms `json:"terms"`
	OpenedAt time.Time           `json:"opened_at"`

	Stage  Stage     `json:"stage"`
	Status Status    `json:"status"`
	Frozen bool      `json:"frozen,omitempty"` // by a chargeback
	Clocks clock.Set `json:"clocks"`
	Passes []Pass    `json:"passes,omitempty"` // whom the case waited for, since when

	Answered  bool    `json:"answered,omitempty"` // the seller has given its first answer
	Refused   bool    `json:"refused,omitempty"`  // somebody rejected an offer, so the buyer may escalate at once
	AskedTime bool    `json:"asked_time,omitempty"`
	Offers    []Offer `json:"offers,omitempty"`

	Promise  *Promise `json:"promise,omitempty"`
	Return   *Return  `json:"return,omitempty"`
	NoReturn bool     `json:"no_return,omitempty"` // an agreed return lapsed; none can be asked again
	Promised bool     `json:"promised,omitempty"`  // goods were promised once in this case

	Withdrawal *Withdrawal   `json:"withdrawal,omitempty"`
	Cancelled  bool          `json:"cancelled,omitempty"` // a withdrawal was taken back, once
	Reopened   bool          `json:"reopened,omitempty"`  // once
	Away       time.Duration `json:"away,omitempty"`      // time withdrawn, which counts for nothing
	Quote      string        `json:"quote,omitempty"`     // the seller's last words, quoted back to a buyer who withdraws

	Items    []Item            `json:"items,omitempty"`
	Uploads  []Upload          `json:"uploads,omitempty"` // announced and not landed
	Requests []Request         `json:"requests,omitempty"`
	Waivers  map[string]Waiver `json:"waivers,omitempty"`  // by role: who waived its hearing
	Extended map[string]bool   `json:"extended,omitempty"` // by role: its one extension of the evidence period
	Round    int               `json:"round,omitempty"`    // evidence rounds begun
	Restarts int               `json:"restarts,omitempty"` // of the evidence period, by a changed reason
	Delayed  bool              `json:"delayed,omitempty"`  // by an act of a party
	Complete bool              `json:"complete,omitempty"` // the file: nobody but the reviewer is waited for

	// Overtaken says that a proposal has lapsed because the buyer changed the claim, without another evidence period. It happens once.
	Overtaken bool `json:"overtaken,omitempty"`

	Bench    Bench     `json:"bench"`
	Proposal *Decision `json:"proposal,omitempty"`
	Decision *Decision `json:"decision,omitempty"`
	Appeals  []Plea    `json:"appeals,omitempty"`
	Panel    *Panel    `json:"panel,omitempty"`

	// Commitment is what the draw of a panel over the decision is bound to, while there is a decision that one can sit over.
	Commitment *Commitment `json:"commitment,omitempty"`

	Entered []conduct.Rule `json:"entered,omitempty"` // into the seller's standing, and not taken back

	EscalatedBy casefile.Role `json:"escalated_by,omitempty"` // who took it to adjudication first
	EndedAt     time.Time     `json:"ended_at,omitzero"`

	Outcome Outcome `json:"outcome,omitempty"`
	Chat    Tally   `json:"chat,omitzero"`
}

// Claim is what the buyer says and asks for. Value is what an award about the disputed lines could reach when it was asked.
type Claim struct {
	Reason Reason      `json:"reason"`
	Remedy Remedy      `json:"remedy"`
	Amount money.Minor `json:"amount"`
	Value  money.Minor `json:"value"`
	Text   string      `json:"text,omitempty"`
}

// Withdrawal is a case that its buyer gives up, with what to go back to.
type Withdrawal struct {
	At     time.Time `json:"at"`
	Stage  Stage     `json:"stage"`
	Status Status    `json:"status"`
}

// Kind is how the recording transaction finds disputes.
var Kind = casefile.Kind{Name: casefile.KindDispute, Decode: decode, Needs: needs}

func decode(state []byte) (casefile.Case, error) {
	var d Dispute
	if len(state) == 0 {
		return d, nil
	}
	if err := json.Unmarshal(state, &d); err != nil {
		return nil, fmt.Errorf("decode dispute: %w", err)
	}
	return d, nil
}

func needs(trigger string) casefile.Need {
	name, _, _ := strings.Cut(trigger, "/")
	switch name {
	case "change_reason", "reopen", "offer", "accept_offer", "concede":
		return casefile.NeedOrder
	case "decide", "second":
		return casefile.NeedOrder | casefile.NeedReviewers | casefile.NeedNonce
	case "assign", "claim", "rule_objection", "appeal", "vote", dueAssignment, dueAppealWindow, duePanel, dueSecond:
		return casefile.NeedOrder | casefile.NeedReviewers
	case dueMaxAge, dueSupervisor, duePerformance, dueSellerResponse, "deliver_replacement":
		return casefile.NeedOrder
	case "post_message":
		return casefile.NeedWording
	case "ship_replacement", "ship_return":
		return casefile.NeedTracking
	}
	return 0
}

func (d Dispute) clone() *Dispute {
	d.Clocks = d.Clocks.Clone()
	d.Offers = slices.Clone(d.Offers)
	d.Items = slices.Clone(d.Items)
	d.Uploads = slices.Clone(d.Uploads)
	d.Requests = slices.Clone(d.Requests)
	d.Waivers = cloneMap(d.Waivers)
	d.Extended = cloneMap(d.Extended)
	d.Appeals = slices.Clone(d.Appeals)
	d.Passes = slices.Clone(d.Passes)
	d.Bench = d.Bench.clone()
	d.Chat = d.Chat.Clone()
	d.Promise, d.Return, d.Withdrawal = clonePointer(d.Promise), clonePointer(d.Return), clonePointer(d.Withdrawal)
	d.Proposal, d.Decision, d.Commitment = clonePointer(d.Proposal), clonePointer(d.Decision), clonePointer(d.Commitment)
	if d.Panel != nil {
		d.Panel = d.Panel.clone()
	}
	return &d
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

func cloneMap[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

// Head is the header of the state.
func (d Dispute) Head() casefile.Header { return d.Header }

// Next is the deadline that is due first.
func (d Dispute) Next() (clock.Deadline, bool) {
	if d.Status == Closed {
		return clock.Deadline{}, false
	}
	return d.Clocks.Next()
}

// Closed says that the dispute is over. A withdrawn one can be reopened.
func (d Dispute) Closed() bool { return d.Status == Closed }

// ParentOrder is the order whose row is locked before the dispute's.
func (d Dispute) ParentOrder() string { return d.Order }

// Deadlines are all that is set, running or standing still.
func (d Dispute) Deadlines() []clock.Deadline {
	if d.Status == Closed {
		return nil
	}
	return d.Clocks.Deadlines
}

// Summary is what lists and operators see.
func (d Dispute) Summary() casefile.Summary {
	summary := casefile.Summary{Kind: casefile.KindDispute, Stage: string(d.Stage), Status: string(d.Status), Reason: string(d.Claim.Reason),
		Outcome: string(d.Outcome), Order: d.Order, Buyer: d.Buyer, Seller: d.Seller, Reviewer: d.Holder(), Move: d.Turn(),
		Amount: money.Amount{Minor: d.Claim.Amount, Currency: d.Currency}, OpenedAt: d.OpenedAt, Closed: d.Closed()}
	if p, waits := d.Priority(); waits {
		summary.Urgent, summary.Overdue = p.At, !d.Bench.OverdueAt.IsZero()
		if d.Bench.Snooze != nil {
			summary.Snoozed = d.Bench.Snooze.Until
		}
	}
	return summary
}

// Turn says whose move it is; empty for both parties, or nobody.
func (d Dispute) Turn() casefile.Role {
	switch d.Status {
	case WaitingSeller:
		return casefile.Seller
	case WaitingBuyer, Withdrawing:
		return casefile.Buyer
	case Performing:
		if d.Promise != nil && !d.Promise.DeliveredAt.IsZero() {
			return casefile.Buyer
		}
		return casefile.Seller
	case WaitingReturn:
		switch {
		case d.Return == nil || d.Return.ShippedAt.IsZero():
			return casefile.Buyer
		case d.Return.DeliveredAt.IsZero():
			return casefile.Carrier
		}
		return casefile.Seller
	case Assigning, WaitingSignature:
		return casefile.Supervisor
	case UnderReview, PanelReview:
		return casefile.Reviewer
	}
	return "" // both parties, or nobody
}

// Course is how the dispute went, as far as a review of its order asks.
func (d Dispute) Course() casefile.Course {
	return casefile.Course{Dispute: d.ID, Open: !d.Closed(), NotReceived: d.Claim.Reason.Root() == RootNotReceived,
		Return: d.Claim.Remedy == ReturnAndRefund || d.Return != nil, Adjudicated: d.EscalatedBy != "", EscalatedBy: d.EscalatedBy, EndedAt: d.EndedAt}
}

// DisputedLines are the SKUs that the dispute is about.
func (d Dispute) DisputedLines() []string {
	skus := make([]string, len(d.Lines))
	for i, l := range d.Lines {
		skus[i] = l.SKU
	}
	return skus
}
