package casefile

import (
	"time"

	"recourse/domain/clock"
)

// Later is a state that a case comes to by itself, and when.
type Later[C Case] struct {
	At   time.Time
	Case C
}

// aheadMost bounds how far ahead is looked. No case has so many deadlines before somebody must act.
const aheadMost = 50

// Ahead runs the rules ahead: the states that the case comes to, one deadline after the other, if nobody does anything. It ends
// with the first deadline of which last says that what follows is not known here.
func Ahead[C Case](now C, facts Facts, last func(clock.Deadline) bool) []Later[C] {
	var path []Later[C]
	for len(path) < aheadMost {
		due, found := now.Next()
		if !found {
			break
		}
		next, _ := now.Default(due, facts)
		state, same := next.(C)
		if !same {
			break
		}
		now, path = state, append(path, Later[C]{At: due.DueAt, Case: state})
		if last(due) {
			break
		}
	}
	return path
}

// Until is the instant at which something that is so now ends by itself: the due of the deadline after which it is so no more.
// Zero: no deadline ends it, as far as is known.
func Until[C Case](path []Later[C], so func(C, time.Time) bool) time.Time {
	for _, later := range path {
		if !so(later.Case, later.At) {
			return later.At
		}
	}
	return time.Time{}
}
