package metrics_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/metrics"
	"recourse/policies"
)

const day = 24 * time.Hour

var now = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

// get works out one figure of the rows.
func get(t require.TestingT, r metrics.Rows, name metrics.Name) metrics.Metric {
	m, found := metrics.Named(metrics.Of(r, policies.Default().Metrics, now), name)
	require.True(t, found)
	return m
}

func review(at time.Time, stars int64) metrics.Review {
	return metrics.Review{At: at, Counted: true, Stars: stars, AsDescribed: stars, Quality: stars, Communication: stars, ShippingSpeed: stars}
}

func TestFigures(t *testing.T) {
	order := func(id, buyer string, items, returned int64) metrics.Order {
		return metrics.Order{ID: id, Buyer: buyer, PaidAt: ago(day), Items: items, Returned: returned}
	}
	three := []metrics.Order{order("o1", "ada", 1, 0), order("o2", "ada", 2, 1), order("o3", "ben", 4, 4)}
	for _, c := range []struct {
		what    string
		rows    metrics.Rows
		name    metrics.Name
		value   int64
		sample  int64
		unknown bool
	}{
		{"whole days", metrics.Rows{Since: ago(40*day - 1)}, metrics.StoreAge, 39, 1, false},
		{"older than any window", metrics.Rows{Since: ago(1000 * day)}, metrics.StoreAge, 1000, 1, false},
		{"not begun", metrics.Rows{}, metrics.StoreAge, 0, 0, true},
		{"begins tomorrow", metrics.Rows{Since: now.Add(day)}, metrics.StoreAge, 0, 0, true},
		{"what came back is not sold", metrics.Rows{Orders: three}, metrics.ItemsSold, 2, 3, false},
		{"nothing sold is known", metrics.Rows{}, metrics.ItemsSold, 0, 0, false},
		{"more back than bought", metrics.Rows{Orders: []metrics.Order{order("o1", "ada", 1, 3), order("o2", "ben", 1, 0)}}, metrics.ItemsSold, 1, 2, false},
		{"a regular buyer kept something twice", metrics.Rows{Orders: three}, metrics.RegularBuyers, 1, 1, false},
		{"who sent one back is none", metrics.Rows{Orders: []metrics.Order{order("o1", "ada", 1, 0), order("o2", "ada", 1, 1)}}, metrics.RegularBuyers, 0, 1, false},
		{"two of three are positive", metrics.Rows{Reviews: []metrics.Review{review(ago(day), 5), review(ago(day), 4), review(ago(day), 3)}}, metrics.PercentPositive, 6667, 3, false},
		{"no reviews", metrics.Rows{}, metrics.PercentPositive, 0, 0, true},
		{"uncounted ones are no sample", metrics.Rows{Reviews: []metrics.Review{{At: ago(day), Stars: 1}, review(ago(day), 5)}}, metrics.PercentPositive, 10000, 1, false},
		{"a rating rounds half up", metrics.Rows{Reviews: []metrics.Review{{At: ago(day), Counted: true, Quality: 5}, {At: ago(day), Counted: true, Quality: 4},
			{At: ago(day), Counted: true, Quality: 4}, {At: ago(day), Counted: true, Quality: 4}, {At: ago(day), Counted: true, Quality: 4},
			{At: ago(day), Counted: true, Quality: 4}, {At: ago(day), Counted: true, Quality: 4}, {At: ago(day), Counted: true, Quality: 4}}}, metrics.RatingQuality, 413, 8, false},
		{"each dimension for itself", metrics.Rows{Reviews: []metrics.Review{{At: ago(day), Counted: true, AsDescribed: 1, Quality: 2, Communication: 3, ShippingSpeed: 4}}}, metrics.RatingShippingSpeed, 400, 1, false},
		{"an order with two disputes counts once", metrics.Rows{Orders: three, Disputes: []metrics.Dispute{{Order: "o1"}, {Order: "o1"}}}, metrics.DisputeRate, 3333, 3, false},
		{"withdrawn and excused ones do not", metrics.Rows{Orders: three, Disputes: []metrics.Dispute{{Order: "o1", Withdrawn: true}, {Order: "o2", Excused: true}}}, metrics.DisputeRate, 0, 3, false},
		{"nor those of orders that are long ago", metrics.Rows{Orders: three, Disputes: []metrics.Dispute{{Order: "o0"}}}, metrics.DisputeRate, 0, 3, false},
		{"no orders", metrics.Rows{Disputes: []metrics.Dispute{{Order: "o1"}}}, metrics.DisputeRate, 0, 0, true},
		{"what reached adjudication", metrics.Rows{Orders: three, Disputes: []metrics.Dispute{{Order: "o1", Adjudicated: true}, {Order: "o2"}}}, metrics.AdjudicationRate, 3333, 3, false},
		{"lost", metrics.Rows{Disputes: []metrics.Dispute{{DecidedAt: ago(day), Lost: true}, {DecidedAt: ago(day)}, {DecidedAt: ago(day), Lost: true, Excused: true}, {Lost: true}}}, metrics.AdjudicationsLost, 5000, 2, false},
		{"overturned", metrics.Rows{Disputes: []metrics.Dispute{{DecidedAt: ago(day), Appealed: true, Overturned: true}, {DecidedAt: ago(day), Appealed: true},
			{DecidedAt: ago(day), Appealed: true}, {DecidedAt: ago(day)}}}, metrics.OverturnRate, 3333, 3, false},
		{"promises", metrics.Rows{Promises: []metrics.Promise{{At: ago(day), Kept: true}, {At: ago(day)}}}, metrics.PromiseKeptRate, 5000, 2, false},
		{"an odd median", metrics.Rows{Responses: []metrics.Response{{At: ago(day), Took: 5 * time.Hour}, {At: ago(day), Took: time.Hour}, {At: ago(day), Took: 2 * time.Hour}}}, metrics.MedianResponse, 7200, 3, false},
		{"an even median", metrics.Rows{Responses: []metrics.Response{{At: ago(day), Took: 3 * time.Hour}, {At: ago(day), Took: time.Hour}}}, metrics.MedianResponse, 7200, 2, false},
		{"nobody asked", metrics.Rows{}, metrics.MedianResponse, 0, 0, true},
	} {
		t.Run(string(c.name)+": "+c.what, func(t *testing.T) {
			m := get(t, c.rows, c.name)
			require.Equal(t, c.value, m.Value)
			require.Equal(t, c.sample, m.Sample)
			require.Equal(t, !c.unknown, m.Known)
			require.NotEmpty(t, m.Formula)
			require.NotEmpty(t, m.Unit)
			require.Equal(t, now, m.Until)
		})
	}
}

func TestEveryFigureOfTheProcedureIsThereOnceWithItsWindow(t *testing.T) {
	all := metrics.Of(metrics.Rows{}, policies.Default().Metrics, now)
	var names []metrics.Name
	for _, m := range all {
		names = append(names, m.Name)
		if m.Name != metrics.StoreAge {
			require.Equal(t, ago(180*day), m.From)
		}
	}
	require.Equal(t, []metrics.Name{"store_age", "percent_positive", "items_sold", "regular_buyers", "rating_as_described", "rating_quality",
		"rating_communication", "rating_shipping_speed", "dispute_rate", "adjudication_rate", "adjudications_lost", "overturn_rate",
		"promise_kept_rate", "median_response"}, names)
	_, found := metrics.Named(all, "luck")
	require.False(t, found)
}

func TestTheWindowHasItsLastInstantAndNotItsFirst(t *testing.T) {
	window := 180 * day
	for at, in := range map[time.Time]bool{ago(window): false, ago(window - 1): true, now: true, now.Add(1): false} {
		r := metrics.Rows{Orders: []metrics.Order{{ID: "o", PaidAt: at, Items: 1}}, Reviews: []metrics.Review{review(at, 5)}, Disputes: []metrics.Dispute{{DecidedAt: at}},
			Promises: []metrics.Promise{{At: at}}, Responses: []metrics.Response{{At: at}}}
		for _, name := range []metrics.Name{metrics.ItemsSold, metrics.PercentPositive, metrics.AdjudicationsLost, metrics.PromiseKeptRate, metrics.MedianResponse} {
			require.Equal(t, in, get(t, r, name).Sample == 1, "%s at %s", name, at)
		}
	}
}

// TestTheOrderOfRowsDoesNotMatter: an export in another order gives the same figures, and rows are left as they were.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r metrics.Rows
		for i := range rapid.IntRange(0, 30).Draw(t, "rows") {
			at := ago(time.Duration(rapid.IntRange(0, 200).Draw(t, "days")) * day)
			n := rapid.IntRange(1, 5)
			r.Orders = append(r.Orders, metrics.Order{ID: fmt.Sprint(i), Buyer: fmt.Sprint(n.Draw(t, "buyer")), PaidAt: at, Items: int64(n.Draw(t, "items"))})
			v := review(at, int64(n.Draw(t, "stars")))
			v.Counted = rapid.Bool().Draw(t, "counted")
			r.Reviews = append(r.Reviews, v)
			r.Disputes = append(r.Disputes, metrics.Dispute{Order: fmt.Sprint(n.Draw(t, "order")), DecidedAt: at, Appealed: rapid.Bool().Draw(t, "appealed"), Excused: rapid.Bool().Draw(t, "excused")})
			r.Responses = append(r.Responses, metrics.Response{At: at, Took: time.Duration(n.Draw(t, "took")) * time.Hour})
		}
		p := policies.Default().Metrics
		before := fmt.Sprintf("%+v", r)
		want := metrics.Of(r, p, now)
		require.Equal(t, before, fmt.Sprintf("%+v", r))
		for _, m := range want {
			require.GreaterOrEqual(t, m.Value, int64(0))
			if m.Unit == metrics.PercentHundredths {
				require.LessOrEqual(t, m.Value, int64(100_00))
			}
		}
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		dice.Shuffle(len(r.Orders), func(i, j int) { r.Orders[i], r.Orders[j] = r.Orders[j], r.Orders[i] })
		dice.Shuffle(len(r.Reviews), func(i, j int) { r.Reviews[i], r.Reviews[j] = r.Reviews[j], r.Reviews[i] })
		dice.Shuffle(len(r.Disputes), func(i, j int) { r.Disputes[i], r.Disputes[j] = r.Disputes[j], r.Disputes[i] })
		dice.Shuffle(len(r.Responses), func(i, j int) { r.Responses[i], r.Responses[j] = r.Responses[j], r.Responses[i] })
		require.Equal(t, want, metrics.Of(r, p, now))
	})
}

// sound are the rows of a seller that keeps every bound exactly: 20 of each.
func sound() metrics.Rows {
	r := metrics.Rows{Since: ago(30 * day)}
	for i := range 20 {
		r.Orders = append(r.Orders, metrics.Order{ID: fmt.Sprint(i), Buyer: fmt.Sprint(i), PaidAt: ago(day), Items: 1})
		stars := int64(4)
		switch i {
		case 0, 1:
			stars = 3
		case 2, 3:
			stars = 5
		}
		r.Reviews = append(r.Reviews, review(ago(day), stars))
		r.Disputes = append(r.Disputes, metrics.Dispute{Order: "0", DecidedAt: ago(day), Lost: i < 10})
		r.Promises = append(r.Promises, metrics.Promise{At: ago(day), Kept: i >= 2})
		r.Responses = append(r.Responses, metrics.Response{At: ago(day), Took: 48 * time.Hour})
	}
	return r
}

func TestPromotion(t *testing.T) {
	p := policies.Default()
	judge := func(state standing.State, r metrics.Rows) metrics.Eligibility {
		return metrics.Promotion(state, metrics.Of(r, p.Metrics, now), p.Promotion, p.Metrics)
	}
	for state, eligible := range map[standing.State]bool{standing.Good: true, standing.Warned: true, standing.Limited: false, standing.Restricted: false,
		standing.Suspended: false, standing.Removed: false} {
		e := judge(state, sound())
		require.Equal(t, eligible, e.Eligible, state)
		if !eligible {
			require.Equal(t, []metrics.Reason{{Code: "standing", State: state}}, e.Reasons)
		}
	}
	for _, c := range []struct {
		worse func(*metrics.Rows)
		want  []metrics.Reason
	}{
		{func(r *metrics.Rows) { r.Since = ago(30*day - 1) }, []metrics.Reason{{Code: "store_age", Got: 29, Need: 30, Unit: metrics.Days}}},
		{func(r *metrics.Rows) { r.Reviews[4].Stars = 3 }, []metrics.Reason{{Code: "percent_positive", Got: 8500, Need: 9000, Unit: metrics.PercentHundredths}}},
		{func(r *metrics.Rows) { r.Reviews[4].Quality = 3 }, []metrics.Reason{{Code: "rating_quality", Got: 395, Need: 400, Unit: metrics.StarHundredths}}},
		{func(r *metrics.Rows) { r.Disputes[0].Order = "1" }, []metrics.Reason{{Code: "dispute_rate", Got: 1000, Need: 500, Unit: metrics.PercentHundredths}}},
		{func(r *metrics.Rows) { r.Disputes[10].Lost = true }, []metrics.Reason{{Code: "adjudications_lost", Got: 5500, Need: 5000, Unit: metrics.PercentHundredths}}},
		{func(r *metrics.Rows) { r.Promises[2].Kept = false }, []metrics.Reason{{Code: "promise_kept_rate", Got: 8500, Need: 9000, Unit: metrics.PercentHundredths}}},
		{func(r *metrics.Rows) {
			for i := range r.Responses {
				r.Responses[i].Took += time.Second
			}
		}, []metrics.Reason{{Code: "median_response", Got: 172801, Need: 172800, Unit: metrics.Seconds}}},
		{func(r *metrics.Rows) {
			*r = metrics.Rows{Since: r.Since, Orders: r.Orders[:9], Reviews: r.Reviews[:2], Promises: r.Promises[:2]}
		}, []metrics.Reason{{Code: "items_sold", Got: 9, Need: 10, Unit: metrics.Items}}}, // so few reviews and promises judge nobody
		{func(r *metrics.Rows) { *r = metrics.Rows{} }, []metrics.Reason{{Code: "store_age", Need: 30, Unit: metrics.Days}, {Code: "items_sold", Need: 10, Unit: metrics.Items}}},
	} {
		r := sound()
		c.worse(&r)
		require.Equal(t, metrics.Eligibility{Reasons: c.want}, judge(standing.Good, r))
	}
	p.Promotion.ItemsSold = 21
	require.False(t, judge(standing.Good, sound()).Eligible, "the numbers are the policy's")
	p.Metrics.Window = policy.Day / 2
	require.Len(t, judge(standing.Good, sound()).Reasons, 1, "outside of the window nothing is judged but what was sold")
}
