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
	From    time.Time `json:"from"`   // of the window, itself not in it
	Until   time.Time `json:"until"`  // the last instant in it
	Sample  int64     `json:"sample"` // rows that were counted
	Formula string    `json:"formula"`
}

// Of returns every figure of a seller at an instant, in the order of PROCEDURE 8.
func Of(r Rows, p policy.Metrics, at time.Time) []Metric { return Figures(Tally(r, p, at), p, at) }

// Named returns the figure of that name.
func Named(all []Metric, name Name) (Metric, bool) {
	if i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == name }); i >= 0 {
		return all[i], true
	}
	return Metric{}, false
}
