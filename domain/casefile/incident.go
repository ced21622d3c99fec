package casefile

import (
	"time"

	"recourse/domain/clock"
)

// Incident tells a case that time stood still (PROCEDURE 3).
type Incident struct {
	ID    string    `json:"incident,omitempty"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	Text  string    `json:"text"`
}

// Window is the time that it takes.
func (i Incident) Window() clock.Window { return clock.Window{ID: i.ID, From: i.From, Until: i.Until} }

// Check says whether the window has a length, and one that is not above the longest allowed.
func (i Incident) Check(longest time.Duration) Answer {
	if !i.Until.After(i.From) || i.Until.Sub(i.From) > longest {
		return Invalid("/until", "An incident ends after it begins, and within the longest time allowed.")
	}
	return Answer{}
}

// IncidentEnd tells a case that an incident ended before its time: it was to last from From until Until and lasted until At.
type IncidentEnd struct {
	ID    string    `json:"incident,omitempty"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	At    time.Time `json:"at"`
}

// Window is the time that it was to take.
func (i IncidentEnd) Window() clock.Window {
	return clock.Window{ID: i.ID, From: i.From, Until: i.Until}
}

// Valid says whether it ends earlier than it would have.
func (i IncidentEnd) Valid() Answer {
	if i.At.IsZero() || !i.Until.After(i.From) || !i.At.Before(i.Until) {
		return Invalid("/at", "An incident is ended early before its time is over.")
	}
	return Answer{}
}

// StandStill records an incident, through which every deadline of the case stands still (PROCEDURE 3). One that the case has
// learnt of in another way already is no other.
func (r *Recorder) StandStill(i Incident) Answer {
	if r.clocks.Knows(i.Window()) {
		return Answer{}
	}
	r.Event(IncidentDeclared, map[string]any{"from": i.From, "until": i.Until, "text": i.Text})
	before := r.clocks.Clone()
	r.movedSince(before, r.clocks.Declare(i.Window()), "incident")
	return Answer{}
}

// GoOn records that an incident ended before its time: what stood still goes on from then (PROCEDURE 3). Of one that the case did not
// know nothing is recorded unless a deadline has stood still for it, and nothing of one that is over.
func (r *Recorder) GoOn(i IncidentEnd) Answer {
	before := r.clocks.Clone()
	names, lasted := r.clocks.End(i.Window(), i.At)
	if !lasted && len(names) == 0 {
		return Answer{}
	}
	r.Event(IncidentEnded, map[string]any{"from": i.From, "until": i.Until, "at": i.At})
	r.movedSince(before, names, "incident_ended")
	return Answer{}
}

// movedSince records that the named deadlines are due at other times than they were before.
func (r *Recorder) movedSince(before clock.Set, names []string, why string) {
	for _, name := range names {
		was, _ := before.Get(name)
		moved, _ := r.clocks.Get(name)
		r.Moved(was, moved, why)
	}
}
