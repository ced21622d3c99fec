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
	w := clock.Window{ID: i.ID, From: i.From, Until: i.Until}
	if r.clocks.Knows(w) {
		return Answer{}
	}
	r.Event(IncidentDeclared, map[string]any{"from": i.From, "until": i.Until, "text": i.Text})
	r.moving("incident", func() []string { return r.clocks.Declare(w) })
	return Answer{}
}

// GoOn records that an incident ended before its time: what stood still goes on from then (PROCEDURE 3). Of one that the case does not
// know, or that is over, nothing is recorded.
func (r *Recorder) GoOn(i IncidentEnd) Answer {
	w := clock.Window{ID: i.ID, From: i.From, Until: i.Until}
	if !r.clocks.Knows(w) {
		return Answer{}
	}
	r.Event(IncidentEnded, map[string]any{"from": i.From, "until": i.Until, "at": i.At})
	r.moving("incident_ended", func() []string { return r.clocks.End(w, i.At) })
	return Answer{}
}

// moving records which deadlines something moves: it returns their names.
func (r *Recorder) moving(why string, move func() []string) {
	before := r.clocks.Clone()
	for _, name := range move() {
		was, _ := before.Get(name)
		moved, _ := r.clocks.Get(name)
		r.Moved(was, moved, why)
	}
}
