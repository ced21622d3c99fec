package metrics

import "time"

// Order is an order of the seller's, counted at its payment.
type Order struct {
	ID       string    `json:"id"`
	Buyer    string    `json:"buyer"`
	PaidAt   time.Time `json:"paid_at"`
	Items    int64     `json:"items"`    // pieces
	Returned int64     `json:"returned"` // pieces that were refunded in full, cancelled ones included
}

// Review is an evaluation that is published, counted at its publication. Only counted ones make figures (PROCEDURE 10). A mark
// of 0 was not given.
type Review struct {
	ID            string    `json:"id"`
	Order         string    `json:"order"`
	At            time.Time `json:"published_at"`
	Counted       bool      `json:"counted"`
	Reason        string    `json:"reason,omitempty"` // why it is not counted
	Stars         int64     `json:"stars"`
	AsDescribed   int64     `json:"as_described,omitempty"`
	Quality       int64     `json:"quality,omitempty"`
	Communication int64     `json:"communication,omitempty"`
	ShippingSpeed int64     `json:"shipping_speed,omitempty"`
}

// Dispute is a dispute about an order of the seller's, counted with its order, and its decision at the instant at which it
// became final.
type Dispute struct {
	ID          string    `json:"id"`
	Order       string    `json:"order"`
	OpenedAt    time.Time `json:"opened_at"`
	Withdrawn   bool      `json:"withdrawn,omitempty"`
	Adjudicated bool      `json:"adjudicated,omitempty"` // it reached adjudication
	DecidedAt   time.Time `json:"decided_at,omitzero"`
	Lost        bool      `json:"lost,omitempty"` // decided for the buyer, or split with the reason upheld
	Appealed    bool      `json:"appealed,omitempty"`
	Overturned  bool      `json:"overturned,omitempty"` // the appeal decided otherwise
	Excused     bool      `json:"excused,omitempty"`    // never counted (PROCEDURE 8)
	Reason      string    `json:"reason,omitempty"`     // why not: an excuse of package conduct
}

// Promise is a promise of goods that the buyer accepted, counted when it was kept or not.
type Promise struct {
	At      time.Time
	Kept    bool
	Excused bool
}

// Response is how long a buyer waited for the seller's first answer in a dispute, counted when the waiting ended, with an
// answer or without.
type Response struct {
	At      time.Time
	Took    time.Duration
	Excused bool
}

// Rows are everything that the figures of one seller are made of.
type Rows struct {
	Since     time.Time // the store's first paid order; zero: there is none
	Orders    []Order
	Reviews   []Review
	Disputes  []Dispute
	Promises  []Promise
	Responses []Response
}

// Conduct is what a dispute gives to the figures of its seller, as its own rules know it. Of a promise and of the first
// answer the instants are zero where there were none.
type Conduct struct {
	Dispute
	PromiseAt time.Time     `json:"promise_at,omitzero"`
	Kept      bool          `json:"kept,omitempty"`
	AnswerAt  time.Time     `json:"answer_at,omitzero"`
	Waited    time.Duration `json:"waited_ns,omitempty"`
}

// Rows adds what the dispute gives to the rows. Who was found to have no part in it neither promised nor waited here; one that
// was settled at once and performed is no complaint, and its promise and its answer count.
func (c Conduct) Rows(to *Rows) {
	excused := c.Excused && c.Reason != settledSoon
	to.Disputes = append(to.Disputes, c.Dispute)
	if !c.PromiseAt.IsZero() {
		to.Promises = append(to.Promises, Promise{At: c.PromiseAt, Kept: c.Kept, Excused: excused})
	}
	if !c.AnswerAt.IsZero() {
		to.Responses = append(to.Responses, Response{At: c.AnswerAt, Took: c.Waited, Excused: excused})
	}
}
