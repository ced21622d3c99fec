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

// Check says whether it ends earlier than it would have.
func (i IncidentEnd) Check() Answer {
	if i.At.IsZero() || !i.Until.After(i.From) || !i.At.Before(i.Until) {
		return Invalid("/at", "An incident is ended early before its time is over.")
	}
	return Answer{}
}
