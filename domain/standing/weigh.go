package standing

import (
	"cmp"
	"slices"
	"time"

	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
)

// weight is what an entry takes beside others.
type weight struct {
	points   int
	repeated bool
	again    bool // the same act under the same rule has been counted already
}

// weigh works out what every entry takes. Nothing is kept of how they came in: entries are weighed in the order of what they
// are about, so that neither the order of arrival nor an entry that was voided later leaves a trace.
//
// A final entry is weighed among the final ones: what may still be overturned makes nobody's repetition worse. A provisional
// one is weighed among all that were not voided. What never counts weighs nothing, and makes nobody's repetition worse either.
func (t *turn) weigh() {
	final := weights(t.Entries, t.Terms.Standing, func(e Entry) bool { return e.Status == Final && t.WhyNot(e) == "" })
	all := weights(t.Entries, t.Terms.Standing, func(e Entry) bool { return e.Status != Voided && t.WhyNot(e) == "" })
	for i := range t.Entries {
		switch e := &t.Entries[i]; e.Status {
		case Final:
			e.Points, e.Repeated = final[i].points, final[i].repeated
		case Provisional:
			e.Points, e.Repeated = all[i].points, all[i].repeated
		}
	}
}

// weights returns what each entry of a set takes, by its place in the list.
func weights(entries []Entry, s policy.Standing, in func(Entry) bool) []weight {
	order := make([]int, 0, len(entries))
	for i, e := range entries {
		if in(e) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return before(entries[a], entries[b]) })
	out := make([]weight, len(entries))
	spent := map[string]int{} // points by UTC day
	for place, i := range order {
		e := entries[i]
		w := alone(e, s, entries, order[:place], out)
		if day := e.Effective.UTC().Format(time.DateOnly); e.Rule != conduct.Counterfeit {
			w.points = min(w.points, s.DailyCap-spent[day])
			spent[day] += w.points
		}
		out[i] = w
	}
	return out
}

// before is the order in which entries count: by their deciding event, and at one instant by what they say.
func before(a, b Entry) int {
	return cmp.Or(a.Effective.Compare(b.Effective), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.act(), b.act()), cmp.Compare(a.Cause, b.Cause))
}

// alone is what an entry takes after those before it, without the cap of its day.
func alone(e Entry, s policy.Standing, entries []Entry, earlier []int, known []weight) weight {
	scale := scaleOf(e.Rule, s)
	count := 1
	for _, i := range earlier {
		other := entries[i]
		if other.Rule != e.Rule || known[i].again {
			continue
		}
		if other.act() == e.act() {
			return weight{again: true}
		}
		if e.Effective.Sub(other.Effective) <= scale.Within.Std() {
			count++
		}
	}
	if scale.From > 0 && count >= scale.From {
		return weight{points: scale.Repeated, repeated: true}
	}
	return weight{points: scale.Points}
}

// scaleOf is the row of PROCEDURE 8 that a rule stands in. A scale without From is never repeated.
func scaleOf(rule conduct.Rule, s policy.Standing) policy.Scale {
	switch rule {
	case conduct.Counterfeit:
		return policy.Scale{Points: s.Counterfeit}
	case conduct.NotAsDescribed:
		return s.NotAsDescribed
	case conduct.FalseShipment:
		return s.FalseShipment
	case conduct.FalseClaim, conduct.MaliciousLowReview:
		return policy.Scale{Points: s.BuyerMisconduct}
	case conduct.FabricatedReport:
		return policy.Scale{}
	}
	return s.Misconduct
}

// Balance is the points at an instant: those of an account without entries less what active final entries take, never below
// zero (PROCEDURE 8).
func (s Standing) Balance(at time.Time) int {
	balance := s.Terms.Standing.Points
	for _, e := range s.Entries {
		if e.ActiveAt(at) {
			balance -= e.Points
		}
	}
	return max(0, balance)
}

// counterfeits is how many counterfeits count at an instant.
func (s Standing) counterfeits(at time.Time) int {
	n := 0
	for _, e := range s.Entries {
		if e.Rule == conduct.Counterfeit && e.Points > 0 && e.ActiveAt(at) {
			n++
		}
	}
	return n
}
