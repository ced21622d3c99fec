package metrics

import (
	"slices"
	"time"
)

const day = 24 * time.Hour

// storeAge is the whole days since the store began: the one figure without a window.
func storeAge(since, at time.Time) Metric {
	m := Metric{Name: StoreAge, Unit: Days, From: since, Until: at, Formula: "whole days of 24 hours since the store began"}
	if !since.IsZero() && !since.After(at) {
		m.Known, m.Sample, m.Value = true, 1, int64(at.Sub(since)/day)
	}
	return m
}

func (w window) metric(name Name, unit Unit, value, sample int64, formula string) Metric {
	return Metric{Name: name, Value: value, Unit: unit, Known: true, From: w.from, Until: w.until, Sample: sample, Formula: formula}
}

// share is how many of all rows something holds of.
func (w window) share(name Name, some, all int, formula string) Metric {
	m := w.metric(name, PercentHundredths, 0, int64(all), formula)
	if m.Known = all > 0; m.Known {
		m.Value = halfUp(int64(some)*100_00, int64(all))
	}
	return m
}

// halfUp divides what is not negative and rounds half up.
func halfUp(n, by int64) int64 { return (2*n + by) / (2 * by) }

func count[T any](rows []T, is func(T) bool) int {
	n := 0
	for _, r := range rows {
		if is(r) {
			n++
		}
	}
	return n
}

func (w window) itemsSold(orders []Order) Metric {
	sold := int64(0)
	for _, o := range orders {
		sold += max(0, o.Items-o.Returned)
	}
	return w.metric(ItemsSold, Items, sold, int64(len(orders)), "pieces of paid orders - pieces cancelled or refunded in full")
}

func (w window) regularBuyers(orders []Order, from int) Metric {
	by := map[string]int{}
	for _, o := range orders {
		if o.Items > o.Returned {
			by[o.Buyer]++
		}
	}
	regular := int64(0)
	for _, n := range by {
		if n >= from {
			regular++
		}
	}
	return w.metric(RegularBuyers, Buyers, regular, int64(len(by)), "buyers with at least metrics.regular_orders orders of which something was kept")
}

func (w window) rating(name Name, reviews []Review, of func(Review) int64) Metric {
	m := w.metric(name, StarHundredths, 0, int64(len(reviews)), "sum of stars in the dimension / counted reviews")
	if m.Known = len(reviews) > 0; !m.Known {
		return m
	}
	sum := int64(0)
	for _, v := range reviews {
		sum += of(v)
	}
	m.Value = halfUp(100*sum, int64(len(reviews)))
	return m
}

// disputes are the figures about disputes, promises and answers.
func (w window) disputes(orders []Order, r Rows) []Metric {
	decided := slices.DeleteFunc(within(w, r.Disputes, func(d Dispute) time.Time { return d.DecidedAt }), func(d Dispute) bool { return d.Excused })
	appealed := slices.DeleteFunc(slices.Clone(decided), func(d Dispute) bool { return !d.Appealed })
	promises := within(w, r.Promises, func(p Promise) time.Time { return p.At })
	return []Metric{
		w.share(DisputeRate, disputed(orders, r.Disputes, func(d Dispute) bool { return !d.Withdrawn }), len(orders),
			"paid orders with a dispute that was not withdrawn and counts / paid orders"),
		w.share(AdjudicationRate, disputed(orders, r.Disputes, func(d Dispute) bool { return d.Adjudicated }), len(orders),
			"paid orders with a dispute that reached adjudication and counts / paid orders"),
		w.share(AdjudicationsLost, count(decided, func(d Dispute) bool { return d.Lost }), len(decided),
			"final decisions that uphold the buyer's reason / final decisions that count"),
		w.share(OverturnRate, count(appealed, func(d Dispute) bool { return d.Overturned }), len(appealed),
			"appealed decisions that the appeal changed / appealed decisions that count"),
		w.share(PromiseKeptRate, count(promises, func(p Promise) bool { return p.Kept }), len(promises),
			"accepted promises of goods that were kept / those that were kept or not"),
		w.medianResponse(within(w, r.Responses, func(a Response) time.Time { return a.At })),
	}
}

// disputed is how many of the orders have a dispute that counts and of which something holds. An order counts once.
func disputed(orders []Order, disputes []Dispute, is func(Dispute) bool) int {
	with := map[string]bool{}
	for _, d := range disputes {
		if !d.Excused && is(d) {
			with[d.Order] = true
		}
	}
	return count(orders, func(o Order) bool { return with[o.ID] })
}

// medianResponse is the middle of the waiting times; of an even number the mean of the middle two.
func (w window) medianResponse(responses []Response) Metric {
	m := w.metric(MedianResponse, Seconds, 0, int64(len(responses)), "median of the waits for the seller's first answer in a dispute; a wait without an answer counts with its length")
	if m.Known = len(responses) > 0; !m.Known {
		return m
	}
	waits := make([]time.Duration, len(responses))
	for i, r := range responses {
		waits[i] = r.Took
	}
	slices.Sort(waits)
	low, high := waits[(len(waits)-1)/2], waits[len(waits)/2]
	m.Value = halfUp(int64((low + (high-low)/2)), int64(time.Second))
	return m
}
