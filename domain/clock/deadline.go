// Package clock holds the arithmetic of time: deadlines that can stand still, and the windows in which everything does.
// It never reads a clock; every instant is an argument (PROCEDURE 3).
package clock

import (
	"slices"
	"time"
)

// Cause says why a deadline stood still.
type Cause string

// The typed pauses of PROCEDURE 3, and those that a dispute or a report adds while one of its own steps interrupts another.
const (
	DisputeOpen        Cause = "dispute_open"
	SellerAskedForTime Cause = "seller_asked_for_time"
	ReturnInTransit    Cause = "return_in_transit"
	Incident           Cause = "incident"
	Operator           Cause = "operator"
	Chargeback         Cause = "chargeback"
	Withdrawal         Cause = "withdrawal"
	Performance        Cause = "performance"
	BuyerExtension     Cause = "buyer_extension"
	OpenUpload         Cause = "open_upload"
	RevivedFloor       Cause = "revived_floor"
	ReopenFloor        Cause = "reopen_floor"
	OfferStands        Cause = "offer_stands"
	PartyExtension     Cause = "party_extension"
	InfoAsked          Cause = "info_asked"
)

// Pause is one reason why a deadline is later than its base and length alone would make it, and By is how much it added.
// The deadline stood still from From until Until; for time that was added without standing still both are the instant of
// the addition.
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
	Started  time.Time     `json:"started,omitzero"` // from when it runs, where that is not Since
	Policy   string        `json:"policy"`
	Length   time.Duration `json:"length"`
	Pauses   []Pause       `json:"pauses,omitempty"`
	Reminder bool          `json:"reminder,omitempty"` // tells somebody and changes nothing, so it is never moved

	StoppedAt time.Time `json:"stopped_at,omitzero"` // zero while it runs
	StoppedBy []Cause   `json:"stopped_by,omitempty"`
}

// Runs says whether the deadline is running: a stopped one is never due.
func (d Deadline) Runs() bool { return d.StoppedAt.IsZero() }

// Remaining is how long from the given instant the deadline is due, never below zero. A stopped deadline keeps what it had.
func (d Deadline) Remaining(at time.Time) time.Duration {
	if !d.Runs() {
		at = d.StoppedAt
	}
	return max(0, d.DueAt.Sub(at))
}

// Remind returns a deadline that tells somebody so long before this one is due. Its derivation is this one's, shorter by that:
// it has stood still as often, and is not told again of an incident that this one has lived through.
func (d Deadline) Remind(name, policy string, before time.Duration) Deadline {
	d.Name, d.Policy, d.Reminder = name, policy, true
	d.Length -= before
	d.DueAt = d.DueAt.Add(-before)
	d.Pauses, d.StoppedBy = slices.Clone(d.Pauses), slices.Clone(d.StoppedBy)
	return d
}

// net is the time in which somebody can still act: what remains, without the part of it that incidents will take.
func (d Deadline) net(at time.Time) time.Duration {
	left := d.Remaining(at)
	for _, p := range d.Pauses {
		if d.Runs() && p.Cause == Incident && p.Until.After(at) {
			left -= p.Until.Sub(later(p.From, at))
		}
	}
	return max(0, left)
}

func (d Deadline) runsFrom() time.Time {
	if d.Started.IsZero() {
		return d.Since
	}
	return d.Started
}

// stand records that the deadline stood still for a while.
func (d *Deadline) stand(cause Cause, from, until time.Time) {
	if by := until.Sub(from); by > 0 {
		d.DueAt = d.DueAt.Add(by)
		d.Pauses = append(d.Pauses, Pause{Cause: cause, From: from, Until: until, By: by})
	}
}

// add gives the deadline more time without standing still.
func (d *Deadline) add(cause Cause, at time.Time, by time.Duration) {
	d.DueAt = d.DueAt.Add(by)
	d.Pauses = append(d.Pauses, Pause{Cause: cause, From: at, Until: at, By: by})
}

// takeBack takes back what incidents have given for the time after the given instant, because from then on the deadline
// stands still for another cause, or goes on. What is left of them they give again. What was noticed late stays given.
func (d *Deadline) takeBack(at time.Time) {
	kept := d.Pauses[:0:0]
	for _, p := range d.Pauses {
		if p.Cause == Incident && p.Until.After(at) && p.By == p.Until.Sub(p.From) {
			from := later(p.From, at)
			cut := p.Until.Sub(from)
			d.DueAt = d.DueAt.Add(-cut)
			p.Until, p.By = from, p.By-cut
			if p.By <= 0 {
				continue
			}
		}
		kept = append(kept, p)
	}
	d.Pauses = kept
}

// uncounted are the parts of the window in which the deadline ran, so far as is known.
func (d Deadline) uncounted(w Window) []Window {
	w = Window{From: later(w.From, d.runsFrom()), Until: w.Until}
	if !d.Runs() {
		w.Until = earlier(w.Until, d.StoppedAt)
	}
	parts := []Window{w}
	for _, p := range d.Pauses {
		if !p.Until.After(p.From) {
			continue
		}
		var left []Window
		for _, part := range parts {
			left = append(left, Window{From: part.From, Until: earlier(part.Until, p.From)}, Window{From: later(part.From, p.Until), Until: part.Until})
		}
		parts = left
	}
	return slices.DeleteFunc(parts, Window.empty)
}

// Window is a stretch of time that does not count, because an incident lasted through it. It includes its beginning and
// not its end. The ID tells incidents apart that were declared for the same time; one without is known by its time alone.
type Window struct {
	ID    string    `json:"id,omitempty"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// is says whether both are the same incident, even if it ended before its time.
func (w Window) is(other Window) bool {
	if w.ID != "" && other.ID != "" {
		return w.ID == other.ID
	}
	return w.From.Equal(other.From) && w.Until.Equal(other.Until)
}

func (w Window) empty() bool { return !w.Until.After(w.From) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
