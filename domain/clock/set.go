package clock

import (
	"slices"
	"time"
)

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
	s.count(&d)
	s.Deadlines = append(s.Deadlines, d)
}

// count makes the deadline stand still through every incident that it runs into, once. Standing still through one may carry
// it into the next, also into one that was declared before. What happens at once has no time to lose, so it does not wait.
func (s *Set) count(d *Deadline) {
	if !d.DueAt.After(d.runsFrom()) {
		return
	}
	for before := (time.Time{}); !before.Equal(d.DueAt); {
		before = d.DueAt
		for _, w := range s.Incidents {
			for _, part := range d.uncounted(w) {
				if !part.From.After(d.DueAt) {
					d.stand(Incident, part.From, part.Until)
				}
			}
		}
	}
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

// Awaited is the running deadline that changes something and is due first: what a reminder reminds of.
func (s Set) Awaited() (Deadline, bool) {
	s.Deadlines = slices.DeleteFunc(slices.Clone(s.Deadlines), func(d Deadline) bool { return d.Reminder })
	return s.Next()
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
			d.takeBack(at)
			d.StoppedAt = at
		}
		d.StoppedBy = append(d.StoppedBy, cause)
	}
}

// Resume lets go on what stood still for the cause (all such deadlines when no name is given). Each cause answers for the
// time until it ends; what is left is another's.
func (s *Set) Resume(cause Cause, at time.Time, names ...string) {
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		if len(names) > 0 && !slices.Contains(names, d.Name) || !slices.Contains(d.StoppedBy, cause) {
			continue
		}
		d.StoppedBy = slices.DeleteFunc(d.StoppedBy, func(c Cause) bool { return c == cause })
		d.stand(cause, d.StoppedAt, at)
		d.StoppedAt = at
		if len(d.StoppedBy) == 0 {
			d.StoppedAt = time.Time{}
			s.count(d)
		}
	}
}

// Extend makes the deadline later by the given time and says why. An unknown name does nothing.
func (s *Set) Extend(name string, cause Cause, at time.Time, by time.Duration) {
	if d := s.find(name); d != nil && by > 0 {
		d.add(cause, at, by)
		s.count(d)
	}
}

// AtLeast makes sure that the deadline has that much time left at the given instant, incidents apart, and says whether it
// had to add.
func (s *Set) AtLeast(name string, cause Cause, at time.Time, floor time.Duration) bool {
	d := s.find(name)
	if d == nil {
		return false
	}
	missing := floor - d.net(at)
	s.Extend(name, cause, at, missing)
	return missing > 0
}

// Knows says whether the set has lived through, or is to live through, just this incident.
func (s Set) Knows(w Window) bool { return slices.ContainsFunc(s.Incidents, w.is) }

// Declare adds an incident: every deadline stands still for as much of it as it would have run. It returns the names of
// those that moved. What was taken before stays taken.
func (s *Set) Declare(w Window) []string {
	s.Incidents = append(s.Incidents, w)
	var moved []string
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		before := d.DueAt
		if s.count(d); d.DueAt.After(before) {
			moved = append(moved, d.Name)
		}
	}
	return moved
}

// End ends an incident before its time: it lasted until the instant, or not at all if it was to begin later. What has stood still
// until then stays given and what has not is taken back, so nobody has less time in which to act than before; another incident of the
// same time lasts. It returns the names of those that moved, and whether the set knew of it as lasting longer. One that it does not know
// has lasted until then too, so that its declaration, if that comes later, is no news. One that is over changes nothing.
func (s *Set) End(w Window, at time.Time) (moved []string, lasted bool) {
	ended := Window{ID: w.ID, From: w.From, Until: later(w.From, at)}
	i := slices.IndexFunc(s.Incidents, w.is)
	if lasted = i >= 0 && s.Incidents[i].Until.After(ended.Until); !at.Before(w.Until) || !lasted && (i >= 0 || w.ID == "") {
		return nil, false
	}
	if i >= 0 {
		s.Incidents = slices.Delete(s.Incidents, i, i+1)
	}
	if ended.ID != "" || !ended.empty() && !s.Knows(ended) {
		s.Incidents = append(s.Incidents, ended)
	}
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		before := d.DueAt
		d.takeBack(at)
		if s.count(d); !d.DueAt.Equal(before) {
			moved = append(moved, d.Name)
		}
	}
	return moved, lasted
}

// Learn adds incidents that were declared while the case was not there to hear of them. What runs, and what is started or
// goes on later, stands still through them; what it knows already changes nothing.
func (s *Set) Learn(windows ...Window) {
	for _, w := range windows {
		if !s.Knows(w) {
			s.Declare(w)
		}
	}
}

// Move makes a deadline that was noticed too late due at the time it was noticed plus that lateness (PROCEDURE 12, R3): it
// stood still until it was noticed, and whoever was late with it gives as much again.
func (s *Set) Move(name string, noticed time.Time) {
	d := s.find(name)
	if d == nil || !noticed.After(d.DueAt) {
		return
	}
	due, late := d.DueAt, noticed.Sub(d.DueAt)
	d.DueAt = noticed.Add(late)
	d.Pauses = append(d.Pauses, Pause{Cause: Incident, From: due, Until: noticed, By: 2 * late})
	s.count(d)
}
