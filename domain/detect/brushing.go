package detect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"recourse/domain/policy"
)

// Trade is what is looked at of a shop for brushing: orders and reviews of its own making.
type Trade struct {
	Seller  string
	Orders  []Row  // of the window, by time
	Usual   int    // orders of as long a time before the window
	Reviews []Row  // of the window, by time
	Links   []Link // among the seller and the buyers of the orders
}

// The five signals of brushing (PROCEDURE 11).
const (
	SignalRatio  = "orders_a_buyer"
	SignalStars  = "five_stars"
	SignalBurst  = "burst"
	SignalShared = "shared"
	SignalEarly  = "early_reviews"
)

// Brushing weighs the five signals. None opens a case alone: a shop with a flash sale has a burst, a beloved one five stars,
// and a family shares an address.
func (s Trade) Brushing(t policy.DetectTerms) (Finding, bool) {
	p := t.Brushing
	f := Finding{Detector: Brushing, Subject: s.Seller}
	var rows []Row
	var why []string
	weight := 0
	for _, look := range []struct {
		weigh int
		see   func(policy.Brushing) (Signal, []Row, string)
	}{
		{p.WeightRatio, s.ratio}, {p.WeightShared, s.shared}, {p.WeightEarly, s.early}, {p.WeightBurst, s.burst}, {p.WeightStars, s.stars},
	} {
		seen, behind, words := look.see(p)
		f.Signals = append(f.Signals, seen)
		if seen.Met {
			weight += look.weigh
			rows, why = append(rows, behind...), append(why, words)
		}
	}
	if weight < p.WeightsNeeded {
		return Finding{}, false
	}
	f.Text = "Of this shop's orders and reviews: " + strings.Join(why, "; ") + "."
	return f.behind(rows, t.Detect.Rows), true
}

// hours calls with the orders of every hour that begins with one of them.
func (s Trade) hours(hour time.Duration, look func(rows []Row, buyers int)) {
	count := map[string]int{}
	end := 0
	for begin, first := range s.Orders {
		for end < len(s.Orders) && s.Orders[end].At.Sub(first.At) < hour {
			count[s.Orders[end].Buyer]++
			end++
		}
		look(s.Orders[begin:end], len(count))
		if count[first.Buyer]--; count[first.Buyer] == 0 {
			delete(count, first.Buyer)
		}
	}
}

// ratio is the most orders a buyer within an hour, where there was more than one buyer.
func (s Trade) ratio(p policy.Brushing) (Signal, []Row, string) {
	var most float64
	var behind []Row
	people := 0
	s.hours(p.Hour.Std(), func(rows []Row, buyers int) {
		if ratio := float64(len(rows)) / float64(buyers); buyers >= p.HourBuyers && (ratio > most || ratio == most && len(rows) > len(behind)) {
			most, behind, people = ratio, rows, buyers
		}
	})
	return signal(SignalRatio, most, float64(p.OrdersABuyer), p.Hour.Std(), len(behind)), behind,
		fmt.Sprintf("%d orders by %d buyers within %s", len(behind), people, days(p.Hour.Std()))
}

// burst is the most orders within an hour, where it is many times what is usual in one.
func (s Trade) burst(p policy.Brushing) (Signal, []Row, string) {
	var behind []Row
	s.hours(p.Hour.Std(), func(rows []Row, _ int) {
		if len(rows) > len(behind) {
			behind = rows
		}
	})
	usual := float64(s.Usual) * p.Hour.Std().Hours() / p.Window.Std().Hours()
	least := max(float64(p.Burst), float64(p.BurstFactor)*usual)
	return signal(SignalBurst, float64(len(behind)), least, p.Hour.Std(), len(behind)), behind,
		fmt.Sprintf("%d orders within %s, where %.2f are usual", len(behind), days(p.Hour.Std()), usual)
}

// stars is the share of reviews with five stars.
func (s Trade) stars(p policy.Brushing) (Signal, []Row, string) {
	five := slices.DeleteFunc(slices.Clone(s.Reviews), func(r Row) bool { return r.Stars < 5 })
	seen := share(SignalStars, len(five), len(s.Reviews), p.FiveStars, p.Window.Std())
	seen.Met = seen.Met && len(s.Reviews) >= p.ReviewsMin
	return seen, five, fmt.Sprintf("%d of %d reviews within %s with five stars", len(five), len(s.Reviews), days(p.Window.Std()))
}

// early is the share of reviews before any delivery was recorded.
func (s Trade) early(p policy.Brushing) (Signal, []Row, string) {
	early := slices.DeleteFunc(slices.Clone(s.Reviews), func(r Row) bool { return !r.Early })
	seen := share(SignalEarly, len(early), len(s.Reviews), p.Early, p.Window.Std())
	seen.Met = seen.Met && len(early) >= p.EarlyReviews
	return seen, early, fmt.Sprintf("%d of %d reviews within %s before anything was delivered", len(early), len(s.Reviews), days(p.Window.Std()))
}

// shared is the share of orders by buyers who share a device, an address or an instrument with each other or with the shop.
func (s Trade) shared(p policy.Brushing) (Signal, []Row, string) {
	here := map[string]bool{s.Seller: true}
	for _, r := range s.Orders {
		here[r.Buyer] = true
	}
	tied := map[string]bool{}
	for _, l := range s.Links {
		if here[l.A] && here[l.B] {
			tied[l.A], tied[l.B] = true, true
		}
	}
	theirs := slices.DeleteFunc(slices.Clone(s.Orders), func(r Row) bool { return !tied[r.Buyer] })
	buyers := distinct(theirs, buyerOf)
	seen := share(SignalShared, len(theirs), len(s.Orders), p.Shared, p.Window.Std())
	seen.Met = seen.Met && len(theirs) >= p.SharedOrders && buyers >= p.SharedBuyers
	return seen, theirs, fmt.Sprintf("%d of %d orders within %s by %d buyers who share a device, an address or an instrument", len(theirs), len(s.Orders),
		days(p.Window.Std()), buyers)
}

// share is a part of a whole against a percentage.
func share(name string, part, whole int, least policy.Percent, window time.Duration) Signal {
	number := 0.0
	if whole > 0 {
		number = float64(part) / float64(whole)
	}
	seen := signal(name, number, float64(least)/100_00, window, whole)
	seen.Met = whole > 0 && int64(part)*100_00 >= int64(whole)*int64(least) // exact: no share is rounded over its threshold
	return seen
}
