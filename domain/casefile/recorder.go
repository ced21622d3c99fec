package casefile

import "time"

// Recorder collects what one trigger changes. It gives events their sequence and their time, in the order in which the
// rules record them.
type Recorder struct {
	Change
	by   Actor
	at   time.Time
	head *Header
}

// NewRecorder begins to record into the header of a state that is about to change. Events are never stamped before the last one.
func NewRecorder(head *Header, by Actor, at time.Time) *Recorder {
	if at.Before(head.LastAt) {
		at = head.LastAt
	}
	return &Recorder{by: by, at: at, head: head}
}

// At is the instant of what is being recorded.
func (r *Recorder) At() time.Time { return r.at }

// By is who caused it.
func (r *Recorder) By() Actor { return r.by }

// Event adds an event by the one who caused the change and returns its sequence.
func (r *Recorder) Event(t EventType, data map[string]any) int64 {
	return r.EventBy(r.by, t, data)
}

// EventBy adds an event that somebody else is answerable for.
func (r *Recorder) EventBy(by Actor, t EventType, data map[string]any) int64 {
	r.head.Recorded++
	r.head.LastAt = r.at
	r.Events = append(r.Events, Event{Sequence: r.head.Recorded, Type: t, By: by, At: r.at, Data: data})
	return r.head.Recorded
}

// Send adds a command to another case of the same order.
func (r *Recorder) Send(to, name string, data any) {
	r.Sends = append(r.Sends, Send{Case: to, Name: name, Data: data})
}

// Tell adds a command to a case that belongs to no order.
func (r *Recorder) Tell(t Tell) { r.Tells = append(r.Tells, t) }
