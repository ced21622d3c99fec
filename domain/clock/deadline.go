// Package clock holds the arithmetic of time: deadlines that can stand still, and the windows in which everything does.
// It never reads a clock; every instant is an argument (PROCEDURE 3).
package clock

import (
	"slices"
	"time"
)

// Cause says why a deadline stood still.
type Cause string

// The typed pauses of PROCEDURE 3, and those that a dispute adds while one of its own steps interrupts another.
const (
	DisputeOpen        Cause = "dispute_open"
	SellerAskedForTime Cause = "seller_asked_for_time"
	ReturnInTransit    Cause = "return_in_transit"
	Incident           Cause = "incident"
	Operator           Cause = "operator"
	Chargeback         Cause = "chargeback"
	Withdrawal         Cause = "withdrawal"
	Performance        Cause = "performance"
	Escalation         Cause = "escalation"
	BuyerExtension     Cause = "buyer_extension"
	OpenUpload         Cause = "open_upload"
	RevivedFloor       Cause = "revived_floor"
	ReopenFloor        Cause = "reopen_floor"
	OfferStands        Cause = "offer_stands"
	PartyExtension     Cause = "party_extension"
)

// Pause is one reason why a deadline is later than its base and length alone would make it. By is how much it added.
type Pause struct {
	Cause Cause         `json:"cause"`
	From  time.Time     `json:"from"`
	Until time.Time     `json:"until"`
	By    time.Duration `json:"by"`
}

// Deadline is an instant at which something happens by itself, with its derivation: it is due Length after Since (the
// instant of the event Base), by the policy key Policy, and later by what Pauses say.
type Deadline struct {
	Name     string        `json:"name"`
	DueAt    time.Time     `json:"due_at"`
	Base     string        `json:"base"`
	Since    time.Time     `json:"since"`
	Policy   string        `json:"policy"`
	Length   time.Duration `json:"length"`
	Pauses   []Pause       `json:"pauses,omitempty"`
	Reminder bool          `json:"reminder,omitempty"` // tells somebody and changes nothing, so it is never moved

	StoppedAt time.Time `json:"stopped_at,omitzero"` // zero while it runs
	StoppedBy []Cause   `json:"stopped_by,omitempty"`
}

// Runs says whether the deadline is running: a stopped one is never due.
func (d Deadline) Runs() bool { return d.StoppedAt.IsZero() }

// Remaining is the time left at the given instant, never below zero. A stopped deadline keeps what it had.
func (d Deadline) Remaining(at time.Time) time.Duration {
	if !d.Runs() {
		at = d.StoppedAt
	}
	return max(0, d.DueAt.Sub(at))
}

// Window is a stretch of time that does not count, because an incident lasted through it.
type Window struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Set is the deadlines of one case together with the incidents it has lived through.
type Set struct {
	Deadlines []Deadline `json:"deadlines,omitempty"`
	Incidents []Window   `json:"incidents,omitempty"`
}

// Clone returns a copy that shares nothing with s.
func (s Set) Clone() Set {
	c := Set{Deadlines: slices.Clone(s.Deadlines), Incidents: slices.Clone(s.Incidents)}
	for i := range c.Deadlines {
		c.Deadlines[i].Pauses = slices.Clone(c.Deadlines[i].Pauses)
		c.Deadlines[i].StoppedBy = slices.Clone(c.Deadlines[i].StoppedBy)
	}
	return c
}

// Start begins a deadline, replacing one of the same name. When DueAt is zero it becomes Since + Length, and later by
// what is left of an incident that still lasts.
func (s *Set) Start(d Deadline) {
	s.Remove(d.Name)
	if d.DueAt.IsZero() {
		d.DueAt = d.Since.Add(d.Length)
	}
	s.standStill(&d, d.Since)
	s.Deadlines = append(s.Deadlines, d)
}

// standStill adds to d what the incidents take from the time after from.
func (s *Set) standStill(d *Deadline, from time.Time) {
	for _, w := range s.Incidents {
		// What an incident takes from the time before the deadline; a deadline that falls into it goes on after it.
		if !w.Until.After(from) || !w.From.Before(d.DueAt) {
			continue
		}
		d.extend(Incident, later(w.From, from), w.Until)
	}
}

func (d *Deadline) extend(cause Cause, from, until time.Time) {
	by := until.Sub(from)
	if by <= 0 {
		return
	}
	d.DueAt = d.DueAt.Add(by)
	d.Pauses = append(d.Pauses, Pause{Cause: cause, From: from, Until: until, By: by})
}

// Remove ends the deadline without effect. Removing one that is not there does nothing.
func (s *Set) Remove(names ...string) {
	s.Deadlines = slices.DeleteFunc(s.Deadlines, func(d Deadline) bool { return slices.Contains(names, d.Name) })
}

// Get returns the deadline of that name.
func (s *Set) Get(name string) (Deadline, bool) {
	if d := s.find(name); d != nil {
		return *d, true
	}
	return Deadline{}, false
}

func (s *Set) find(name string) *Deadline {
	for i := range s.Deadlines {
		if s.Deadlines[i].Name == name {
			return &s.Deadlines[i]
		}
	}
	return nil
}

// Next is the running deadline that is due first. Of two at one instant, the one started first is first.
func (s *Set) Next() (Deadline, bool) {
	var next Deadline
	found := false
	for _, d := range s.Deadlines {
		if d.Runs() && (!found || d.DueAt.Before(next.DueAt)) {
			next, found = d, true
		}
	}
	return next, found
}

// Stop makes the named deadlines stand still (all of them when no name is given). One that stands still for several
// causes goes on when the last of them ends.
func (s *Set) Stop(cause Cause, at time.Time, names ...string) {
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		if len(names) > 0 && !slices.Contains(names, d.Name) || slices.Contains(d.StoppedBy, cause) {
			continue
		}
		if d.Runs() {
			d.StoppedAt = at
		}
		d.StoppedBy = append(d.StoppedBy, cause)
	}
}

// Resume lets go on what stood still for the cause (all such deadlines when no name is given).
func (s *Set) Resume(cause Cause, at time.Time, names ...string) {
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		if len(names) > 0 && !slices.Contains(names, d.Name) || !slices.Contains(d.StoppedBy, cause) {
			continue
		}
		d.StoppedBy = slices.DeleteFunc(d.StoppedBy, func(c Cause) bool { return c == cause })
		if len(d.StoppedBy) > 0 {
			continue
		}
		d.extend(cause, d.StoppedAt, at)
		d.StoppedAt = time.Time{}
		s.standStill(d, at)
	}
}

// Extend makes the deadline later by the given time and says why. An unknown name does nothing.
func (s *Set) Extend(name string, cause Cause, at time.Time, by time.Duration) {
	if d := s.find(name); d != nil && by > 0 {
		d.DueAt = d.DueAt.Add(by)
		d.Pauses = append(d.Pauses, Pause{Cause: cause, From: at, Until: at.Add(by), By: by})
	}
}

// AtLeast makes sure that the deadline has that much time left at the given instant, and says whether it had to add.
func (s *Set) AtLeast(name string, cause Cause, at time.Time, floor time.Duration) bool {
	d := s.find(name)
	if d == nil || d.Remaining(at) >= floor {
		return false
	}
	reference := at
	if !d.Runs() {
		reference = d.StoppedAt
	}
	by := floor - d.DueAt.Sub(reference)
	s.Extend(name, cause, at, by)
	return true
}

// Declare adds an incident: every deadline that runs stands still from the later of its own start and the incident's,
// until the incident ends. It returns the names of those that moved. What was taken before stays taken.
func (s *Set) Declare(w Window) []string {
	var moved []string
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		if !d.Runs() || d.DueAt.Before(w.From) {
			continue
		}
		before := d.DueAt
		d.extend(Incident, later(w.From, s.runsSince(*d)), w.Until)
		if d.DueAt.After(before) {
			moved = append(moved, d.Name)
		}
	}
	s.Incidents = append(s.Incidents, w)
	return moved
}

// runsSince is the instant from which the deadline has been running without interruption.
func (s *Set) runsSince(d Deadline) time.Time {
	since := d.Since
	for _, p := range d.Pauses {
		if p.Cause != BuyerExtension && p.Cause != SellerAskedForTime && p.Cause != RevivedFloor && p.Cause != ReopenFloor {
			since = later(since, p.Until)
		}
	}
	return since
}

// Move makes a deadline that was noticed too late due at the time it was noticed plus that lateness (PROCEDURE 12, R3).
func (s *Set) Move(name string, noticed time.Time) {
	if d := s.find(name); d != nil {
		due := d.DueAt
		d.extend(Incident, due, noticed.Add(noticed.Sub(due)))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
