package protection

import (
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
)

// Ahead are the states that the order comes to by itself.
func (o Order) Ahead() []casefile.Later[Order] {
	return casefile.Ahead(o, casefile.Facts{}, func(clock.Deadline) bool { return false })
}

// Until is when the command ends to be possible by itself, apart from its data, seen from the states ahead. Zero: no deadline ends
// it.
func Until(ahead []casefile.Later[Order], name string, by casefile.Actor) time.Time {
	return casefile.Until(ahead, func(o Order, at time.Time) bool { return o.Check(name, by, at).Accepted() })
}

// DisputableUntil is the last instant of the last reason that is open now for what no open dispute is about. Zero: none is open.
func (o Order) DisputableUntil(at time.Time) time.Time {
	free := slices.DeleteFunc(o.allLines(), func(l dispute.Line) bool { return o.disputedBy([]dispute.Line{l}, "") != "" })
	if len(free) == 0 {
		return time.Time{}
	}
	var last time.Time
	for _, opening := range o.CanOpen(free, at) {
		if opening.Open && opening.Until.After(last) {
			last = opening.Until
		}
	}
	return last
}
