package casefile

import (
	"time"

	"recourse/domain/clock"
)

// ByItself is who causes what nobody did: deadlines, and what follows from another case.
var ByItself = Actor{Role: System}

// Detectors is who tells cases what was seen over many of them (PROCEDURE 11): no other case has sent it.
var Detectors = Actor{ID: "detectors", Role: System}

// Links is who has reviews counted anew when links between accounts have changed who is one person (PROCEDURE 10): no other case has
// sent it either.
var Links = Actor{ID: "links", Role: System}

// Recorder collects what one trigger changes. It gives events their sequence and their time, in the order in which the
// rules record them.
type Recorder struct {
	Change
	by   Actor
	at   time.Time
	head *Header

	clocks *clock.Set
}

// NewRecorder begins to record into the header and the deadlines of a state that is about to change. Events are never stamped before
// the last one.
func NewRecorder(head *Header, clocks *clock.Set, by Actor, at time.Time) *Recorder {
	if at.Before(head.LastAt) {
		at = head.LastAt
	}
	return &Recorder{by: by, at: at, head: head, clocks: clocks}
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

// Send adds a command to another case.
func (r *Recorder) Send(to, name string, data any) {
	r.Sends = append(r.Sends, Send{Case: to, Name: name, Data: data})
}

// Notice records that somebody is told something.
func (r *Recorder) Notice(to, about string) {
	r.EventBy(ByItself, NoticeSent, map[string]any{"to": to, "about": about})
}

// Moved records that a deadline is due at another time than it was, and why.
func (r *Recorder) Moved(before, after clock.Deadline, why string) {
	r.EventBy(ByItself, DeadlineMoved, map[string]any{"deadline": before.Name, "from": before.DueAt, "to": after.DueAt, "why": why})
}

// Start begins a deadline now, by the key of the policy that gives its length.
func (r *Recorder) Start(name, base, policyKey string, length time.Duration) {
	r.clocks.Start(clock.Deadline{Name: name, Since: r.at, Base: base, Policy: policyKey, Length: length})
}

// NoticedLate moves a deadline that was taken too late, and tells somebody (PROCEDURE 12, R3). It says whether there is
// one of that name; where there is none it changes nothing.
func NoticedLate(head *Header, clocks *clock.Set, name string, noticed time.Time, tell ...string) (change Change, found bool) {
	late, found := clocks.Get(name)
	if !found {
		return Change{}, false
	}
	r := NewRecorder(head, clocks, ByItself, late.DueAt)
	clocks.Move(name, noticed)
	moved, _ := clocks.Get(name)
	r.Moved(late, moved, "noticed_late")
	for _, to := range tell {
		r.Notice(to, name)
	}
	head.Revision++
	return r.Change, true
}

// Flagged records what the scanner found in a message: a span of it and the rule, for people to judge. It blocks nothing.
func (r *Recorder) Flagged(message int64, flags []Flag) {
	for _, f := range flags {
		r.EventBy(ByItself, MessageFlagged, map[string]any{"message": message, "rule": f.Rule, "from": f.From, "until": f.Until})
	}
}

// Tell adds a command to a case that belongs to no order.
func (r *Recorder) Tell(t Tell) { r.Tells = append(r.Tells, t) }
