// Package metrics is the figures of a seller's page (PROCEDURE 8): each from plain rows, with the window it was counted in,
// the size of its sample and its formula, so that anyone with the same rows gets the same number. All arithmetic is on
// integers; rates are hundredths of a percent, ratings hundredths of a star, both rounded half up.
//
// Rows that lie outside the window are left out here, so that a caller may pass what it has. What must not count against the
// seller (Excused: conduct.Dispute.Never, or the victim of a report that was substantiated) is passed and marked, not
// dropped by the caller, since the order beside it still counts.
package metrics

import (
	"slices"
	"time"

	"recourse/domain/policy"
)

// Name is which figure it is.
type Name string

// The figures of PROCEDURE 8.
const (
	StoreAge            Name = "store_age"
	PercentPositive     Name = "percent_positive"
	ItemsSold           Name = "items_sold"
	RegularBuyers       Name = "regular_buyers"
	RatingAsDescribed   Name = "rating_as_described"
	RatingQuality       Name = "rating_quality"
	RatingCommunication Name = "rating_communication"
	RatingShippingSpeed Name = "rating_shipping_speed"
	DisputeRate         Name = "dispute_rate"
	AdjudicationRate    Name = "adjudication_rate"
	AdjudicationsLost   Name = "adjudications_lost"
	OverturnRate        Name = "overturn_rate"
	PromiseKeptRate     Name = "promise_kept_rate"
	MedianResponse      Name = "median_response"
)

// Unit is what a figure's value counts.
type Unit string

// The units.
const (
	Days              Unit = "days"
	Items             Unit = "items"
	Buyers            Unit = "buyers"
	PercentHundredths Unit = "hundredths_of_percent"
	StarHundredths    Unit = "hundredths_of_star"
	Seconds           Unit = "seconds"
)

// Metric is one figure. Known is false where there was nothing to count; the value is then 0 and says nothing.
type Metric struct {
	Name    Name      `json:"name"`
	Value   int64     `json:"value"`
	Unit    Unit      `json:"unit"`
	Known   bool      `json:"known"`
	From    time.Time `json:"from"` // of the window, itself in it
	Until   time.Time `json:"until"`
	Sample  int64     `json:"sample"` // rows that were counted
	Formula string    `json:"formula"`
}

// Order is an order of the seller's, counted at its payment.
type Order struct {
	ID       string
	Buyer    string
	PaidAt   time.Time
	Items    int64 // pieces
	Returned int64 // pieces that were refunded in full, cancelled ones included
}

// Review is an evaluation that is published, counted at its publication. Only counted ones make figures (PROCEDURE 10).
type Review struct {
	At            time.Time
	Counted       bool
	Stars         int64
	AsDescribed   int64
	Quality       int64
	Communication int64
	ShippingSpeed int64
}

// Dispute is a dispute about an order of the seller's, counted at its opening, and its decision at the instant at which it
// became final.
type Dispute struct {
	Order       string
	OpenedAt    time.Time
	Withdrawn   bool
	Adjudicated bool // it reached adjudication
	DecidedAt   time.Time
	Lost        bool // decided for the buyer, or split with the reason upheld
	Appealed    bool
	Overturned  bool // the appeal decided otherwise
	Excused     bool // never counted (PROCEDURE 8)
}

// Promise is a promise of goods that the buyer accepted, counted when it was kept or not.
type Promise struct {
	At   time.Time
	Kept bool
}

// Response is how long a buyer waited for the seller's first answer in a dispute, counted when the waiting ended, with an
// answer or without.
type Response struct {
	At   time.Time
	Took time.Duration
}

// Rows are everything that the figures of one seller are made of.
type Rows struct {
	Since     time.Time // when the store began; zero: it has not
	Orders    []Order
	Reviews   []Review
	Disputes  []Dispute
	Promises  []Promise
	Responses []Response
}

// window is the time in which rows count: from its first instant, up to and without the instant that is asked about.
type window struct {
	from, until time.Time
}

func (w window) holds(at time.Time) bool { return !at.Before(w.from) && at.Before(w.until) }

func within[T any](w window, rows []T, at func(T) time.Time) []T {
	return slices.Collect(func(yield func(T) bool) {
		for _, r := range rows {
			if w.holds(at(r)) && !yield(r) {
				return
			}
		}
	})
}

// Of returns every figure of a seller at an instant, in the order of PROCEDURE 8.
func Of(r Rows, p policy.Metrics, at time.Time) []Metric {
	w := window{from: at.Add(-p.Window.Std()), until: at}
	orders := within(w, r.Orders, func(o Order) time.Time { return o.PaidAt })
	reviews := slices.DeleteFunc(within(w, r.Reviews, func(v Review) time.Time { return v.At }), func(v Review) bool { return !v.Counted })
	all := []Metric{
		storeAge(r.Since, at),
		w.share(PercentPositive, count(reviews, func(v Review) bool { return v.Stars >= int64(p.PositiveFrom) }), len(reviews),
			"counted reviews with at least metrics.positive_from stars / counted reviews"),
		w.itemsSold(orders),
		w.regularBuyers(orders, p.RegularOrders),
		w.rating(RatingAsDescribed, reviews, func(v Review) int64 { return v.AsDescribed }),
		w.rating(RatingQuality, reviews, func(v Review) int64 { return v.Quality }),
		w.rating(RatingCommunication, reviews, func(v Review) int64 { return v.Communication }),
		w.rating(RatingShippingSpeed, reviews, func(v Review) int64 { return v.ShippingSpeed }),
	}
	return append(all, w.disputes(orders, r)...)
}

// Named returns the figure of that name.
func Named(all []Metric, name Name) (Metric, bool) {
	if i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name }); i >= 0 {
		return all[i], true
	}
	return Metric{}, false
}
