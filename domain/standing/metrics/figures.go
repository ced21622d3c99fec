package metrics

import (
	"fmt"
	"time"

	"recourse/domain/policy"
)

const day = 24 * time.Hour

// Figures works out every figure from counts, in the order of PROCEDURE 8.
func Figures(c Counts, p policy.Metrics, at time.Time) []Metric {
	w := WindowAt(p, at)
	return []Metric{
		storeAge(c.Since, at),
		w.share(PercentPositive, c.Positive, c.Reviews, fmt.Sprintf("counted reviews with at least %d stars / counted reviews", p.PositiveFrom)),
		w.metric(ItemsSold, Items, c.Sold, c.Orders, "pieces of paid orders - pieces cancelled or refunded in full"),
		w.metric(RegularBuyers, Buyers, c.Regular, c.Buyers,
			fmt.Sprintf("buyers with at least %d orders of which something was kept", p.RegularOrders)),
		w.rating(RatingAsDescribed, c.Marks.AsDescribed),
		w.rating(RatingQuality, c.Marks.Quality),
		w.rating(RatingCommunication, c.Marks.Communication),
		w.rating(RatingShippingSpeed, c.Marks.ShippingSpeed),
		w.share(DisputeRate, c.Disputed, c.Orders, "paid orders with a dispute that was not withdrawn and counts / paid orders"),
		w.share(AdjudicationRate, c.Adjudicated, c.Orders, "paid orders with a dispute that reached adjudication and counts / paid orders"),
		w.share(AdjudicationsLost, c.Lost, c.Decided, "final decisions that uphold the buyer's reason / final decisions that count"),
		w.share(OverturnRate, c.Overturned, c.Appealed, "appealed decisions that the appeal changed / appealed decisions that count"),
		w.share(PromiseKeptRate, c.Kept, c.Promises, "accepted promises of goods that were kept / those that were kept or not"),
		w.medianResponse(c),
	}
}

// storeAge is the whole days since the store began: the one figure without a window.
func storeAge(since, at time.Time) Metric {
	m := Metric{Name: StoreAge, Unit: Days, From: since, Until: at, Formula: "whole days of 24 hours since the store's first paid order"}
	if !since.IsZero() && !since.After(at) {
		m.Known, m.Sample, m.Value = true, 1, int64(at.Sub(since)/day)
	}
	return m
}

func (w Window) metric(name Name, unit Unit, value, sample int64, formula string) Metric {
	return Metric{Name: name, Value: value, Unit: unit, Known: true, From: w.From, Until: w.Until, Sample: sample, Formula: formula}
}

// share is how many of all rows something holds of.
func (w Window) share(name Name, some, all int64, formula string) Metric {
	m := w.metric(name, PercentHundredths, 0, all, formula)
	if m.Known = all > 0; m.Known {
		m.Value = halfUp(some*100_00, all)
	}
	return m
}

// halfUp divides what is not negative and rounds half up.
func halfUp(n, by int64) int64 { return (2*n + by) / (2 * by) }

func (w Window) rating(name Name, marks Sum) Metric {
	m := w.metric(name, StarHundredths, 0, marks.Sample, "sum of the marks in the dimension / counted reviews that give one")
	if m.Known = marks.Sample > 0; m.Known {
		m.Value = halfUp(100*marks.Sum, marks.Sample)
	}
	return m
}

// medianResponse is the middle of the waiting times; of an even number the mean of the middle two.
func (w Window) medianResponse(c Counts) Metric {
	m := w.metric(MedianResponse, Seconds, 0, c.Responses, "median of the waits for the seller's first answer in a dispute; a wait without an answer counts with its length")
	if m.Known = c.Responses > 0; m.Known {
		m.Value = halfUp(int64((c.Low + (c.High-c.Low)/2)), int64(time.Second))
	}
	return m
}
