package casefile

import (
	"time"

	"recourse/domain/clock"
)

// ByItself is who causes what nobody did: deadlines, and what follows from another case.
var ByItself = Actor{Role: System}

// Detectors is who tells cases what was seen over many of them (PROCEDURE 11): no other case has sent it.
var Detectors = Actor{ID: "detectors", Role: System}

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

// NoticedLate moves a deadline that was taken too late, and tells the parties (PROCEDURE 12, R3).
func (r *Recorder) NoticedLate(clocks *clock.Set, late clock.Deadline, noticed time.Time, parties ...string) {
	clocks.Move(late.Name, noticed)
	moved, _ := clocks.Get(late.Name)
	r.Moved(late, moved, "noticed_late")
	for _, party := range parties {
		r.Notice(party, late.Name)
	}
}

// StandStill records an incident, through which every deadline of the case stands still (PROCEDURE 3). One that the case has
// learnt of in another way already is no other.
func (r *Recorder) StandStill(clocks *clock.Set, w clock.Window, text string) {
	if clocks.Knows(w) {
		return
	}
	r.Event(IncidentDeclared, map[string]any{"from": w.From, "until": w.Until, "text": text})
	before := clocks.Clone()
	for _, name := range clocks.Declare(w) {
		was, _ := before.Get(name)
		moved, _ := clocks.Get(name)
		r.Moved(was, moved, "incident")
	}
}

// GoOn records that an incident ended before its time: what stood still goes on from then (PROCEDURE 3). Of one that the case did not
// know nothing is recorded unless a deadline has stood still for it, and nothing of one that is over.
func (r *Recorder) GoOn(clocks *clock.Set, i IncidentEnd) {
	before := clocks.Clone()
	names, lasted := clocks.End(i.Window(), i.At)
	if !lasted && len(names) == 0 {
		return
	}
	r.Event(IncidentEnded, map[string]any{"from": i.From, "until": i.Until, "at": i.At})
	for _, name := range names {
		was, _ := before.Get(name)
		moved, _ := clocks.Get(name)
		r.Moved(was, moved, "incident_ended")
	}
}

// Flagged records what the scanner found in a message: a span of it and the rule, for people to judge. It blocks nothing.
func (r *Recorder) Flagged(message int64, flags []Flag) {
	for _, f := range flags {
		r.EventBy(ByItself, MessageFlagged, map[string]any{"message": message, "rule": f.Rule, "from": f.From, "until": f.Until})
	}
}

// Tell adds a command to a case that belongs to no order.
func (r *Recorder) Tell(t Tell) { r.Tells = append(r.Tells, t) }
