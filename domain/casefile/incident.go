package casefile

import "time"

// Incident tells a case that time stood still (PROCEDURE 3).
type Incident struct {
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
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	At    time.Time `json:"at"`
}

// Check says whether it ends earlier than it would have.
func (i IncidentEnd) Check() Answer {
	if i.At.IsZero() || !i.Until.After(i.From) || !i.At.Before(i.Until) {
		return Invalid("/at", "An incident is ended early before its time is over.")
	}
	return Answer{}
}
