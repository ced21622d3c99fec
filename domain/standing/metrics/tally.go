package metrics

import (
	"cmp"
	"slices"
	"time"

	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
)

const settledSoon = string(conduct.SettledSoon)

// Counts are what the figures of one seller are worked out from: nothing but counts and sums, so that a database can give them
// without its rows. Tally gives them of rows; both must agree.
type Counts struct {
	Since time.Time // the store's first paid order; zero: there is none

	Orders  int64 // paid
	Sold    int64 // pieces that were not refunded in full
	Buyers  int64 // of whom something was kept
	Regular int64 // of these, those with metrics.regular_orders orders or more

	Reviews  int64 // published and counted
	Positive int64
	Marks    Marks

	Disputed    int64 // orders with a dispute that was not withdrawn and counts
	Adjudicated int64 // orders with one that reached adjudication and counts

	Decided, Lost        int64 // final decisions
	Appealed, Overturned int64
	Promises, Kept       int64
	Responses            int64
	Low, High            time.Duration // the waits in the middle: the same one of an odd number

	Exclusions []Exclusion // sorted
}

// Marks are the sums of the marks in each dimension.
type Marks struct{ AsDescribed, Quality, Communication, ShippingSpeed Sum }

// Sum is some marks together.
type Sum struct{ Sum, Sample int64 }

func (s *Sum) add(mark int64) {
	if mark > 0 {
		s.Sum += mark
		s.Sample++
	}
}

// Exclusion is how many rows of the window are left out for one reason: disputes by their opening, reviews by their publication.
type Exclusion struct {
	Kind   string `json:"kind"` // dispute or review
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
}

// The kinds of rows that can be left out.
const (
	OfDispute = "dispute"
	OfReview  = "review"
)

// Sort puts exclusions in their one order.
func Sort(all []Exclusion) {
	slices.SortFunc(all, func(a, b Exclusion) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Reason, b.Reason)) })
}

// Window is the time in which rows count: after its first instant, up to and with the instant that is asked about, as the
// rating of a store has it.
type Window struct{ From, Until time.Time }

// WindowAt is the window of every figure but the store's age.
func WindowAt(p policy.Metrics, at time.Time) Window {
	return Window{From: at.Add(-p.Window.Std()), Until: at}
}

func (w Window) holds(at time.Time) bool { return at.After(w.From) && !at.After(w.Until) }

func within[T any](w Window, rows []T, at func(T) time.Time) []T {
	return slices.Collect(func(yield func(T) bool) {
		for _, r := range rows {
			if w.holds(at(r)) && !yield(r) {
				return
			}
		}
	})
}

// Tally counts rows.
func Tally(r Rows, p policy.Metrics, at time.Time) Counts {
	w := WindowAt(p, at)
	c := Counts{Since: r.Since}
	c.orders(within(w, r.Orders, func(o Order) time.Time { return o.PaidAt }), p)
	c.reviews(within(w, r.Reviews, func(v Review) time.Time { return v.At }), p)
	c.disputes(w, r)
	for _, d := range within(w, r.Disputes, func(d Dispute) time.Time { return d.DecidedAt }) {
		c.decision(d)
	}
	for _, m := range within(w, r.Promises, func(m Promise) time.Time { return m.At }) {
		if !m.Excused {
			c.Promises++
			c.Kept += one(m.Kept)
		}
	}
	c.responses(within(w, r.Responses, func(a Response) time.Time { return a.At }))
	c.exclusions(w, r)
	return c
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

func (c *Counts) orders(orders []Order, p policy.Metrics) {
	by := map[string]int{}
	for _, o := range orders {
		c.Orders++
		if o.Items > o.Returned {
			c.Sold += o.Items - o.Returned
			by[o.Buyer]++
		}
	}
	for _, n := range by {
		c.Buyers++
		c.Regular += one(n >= p.RegularOrders)
	}
}

func (c *Counts) reviews(reviews []Review, p policy.Metrics) {
	for _, v := range reviews {
		if !v.Counted {
			continue
		}
		c.Reviews++
		c.Positive += one(v.Stars >= int64(p.PositiveFrom))
		c.Marks.AsDescribed.add(v.AsDescribed)
		c.Marks.Quality.add(v.Quality)
		c.Marks.Communication.add(v.Communication)
		c.Marks.ShippingSpeed.add(v.ShippingSpeed)
	}
}

// disputes counts the orders of the window with a dispute. An order counts once.
func (c *Counts) disputes(w Window, r Rows) {
	disputed, adjudicated := map[string]bool{}, map[string]bool{}
	for _, d := range r.Disputes {
		if d.Excused || d.OpenedAt.After(w.Until) {
			continue
		}
		if !d.Withdrawn {
			disputed[d.Order] = true
		}
		if d.Adjudicated {
			adjudicated[d.Order] = true
		}
	}
	for _, o := range r.Orders {
		if w.holds(o.PaidAt) {
			c.Disputed += one(disputed[o.ID])
			c.Adjudicated += one(adjudicated[o.ID])
		}
	}
}

func (c *Counts) decision(d Dispute) {
	if d.Excused {
		return
	}
	c.Decided++
	c.Lost += one(d.Lost)
	c.Appealed += one(d.Appealed)
	c.Overturned += one(d.Appealed && d.Overturned)
}

func (c *Counts) responses(responses []Response) {
	var waits []time.Duration
	for _, a := range responses {
		if !a.Excused {
			waits = append(waits, a.Took)
		}
	}
	if len(waits) == 0 {
		return
	}
	slices.Sort(waits)
	c.Responses, c.Low, c.High = int64(len(waits)), waits[(len(waits)-1)/2], waits[len(waits)/2]
}

func (c *Counts) exclusions(w Window, r Rows) {
	counted := map[Exclusion]int64{}
	for _, d := range r.Disputes {
		if d.Excused && w.holds(d.OpenedAt) {
			counted[Exclusion{Kind: OfDispute, Reason: d.Reason}]++
		}
	}
	for _, v := range r.Reviews {
		if !v.Counted && w.holds(v.At) {
			counted[Exclusion{Kind: OfReview, Reason: v.Reason}]++
		}
	}
	for e, n := range counted {
		e.Count = n
		c.Exclusions = append(c.Exclusions, e)
	}
	Sort(c.Exclusions)
}
