package protection

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/money"
)

// Outlook is what happens by itself if nobody does anything: the next deadline that is no reminder, and the money that it
// moves.
type Outlook struct {
	Deadline clock.Deadline `json:"deadline"`
	State    State          `json:"state"` // after it
	Refund   money.Minor    `json:"refund"`
	Release  money.Minor    `json:"release"`
}

// Outlook runs the rules ahead to the next deadline that changes something. None for an order in which nothing is due.
func (o Order) Outlook() (Outlook, bool) {
	ahead := o
	for {
		d, found := ahead.Next()
		if !found {
			return Outlook{}, false
		}
		c, change := ahead.Default(d, casefile.Facts{})
		next := c.(Order)
		if d.Reminder || d.Name == dueExtension || len(change.Events) == 0 {
			ahead = next // told, lapsed, or too old for a new dispute: nothing that moves the order
			continue
		}
		out := Outlook{Deadline: d, State: next.State()}
		for _, e := range change.Events {
			if refund, ok := e.Data["refund"].(money.Minor); ok {
				out.Refund += refund
			}
			if release, ok := e.Data["release"].(money.Minor); ok {
				out.Release += release
			}
		}
		return out, true
	}
}

// Deadlines are all that is set, running or standing still.
func (o Order) Deadlines() []clock.Deadline { return o.Clocks.Deadlines }

// EndsAt is the end of the buyer's protection as it stands, or the time left while it stands still.
func (o Order) EndsAt(at time.Time) (time.Time, time.Duration, bool) {
	d, found := o.protectionClock()
	if !found {
		if d, found = o.Clocks.Get(dueAftercare); !found {
			return time.Time{}, 0, false
		}
	}
	return d.DueAt, d.Remaining(at), d.Runs()
}
