package testclock

import (
	"fmt"
	"time"

	"recourse/store"
)

// matter is what the clock waits for: one case, why, and when on the clock. Whatever the case does changes it.
type matter struct {
	why string
	ref store.CaseRef
	at  time.Time
}

func (m matter) String() string { return fmt.Sprintf("%s (%s)", m.ref.ID, m.why) }

// watch follows one matter at a time: cases are woken one after the other, so that what they record has one order.
type watch struct {
	pace  Pace
	on    matter
	wakes int
	next  time.Time     // when to wake again
	wait  time.Duration // the time between the last wake and the next
	look  time.Duration
}

// see looks at the work; a new matter begins from the start.
func (w *watch) see(work store.ClockWork, now time.Time) {
	m := matter{at: work.Clock.Now}
	patience := w.pace.Patience
	switch {
	case work.Recount != nil:
		m.why, m.ref, patience = "review to count anew", *work.Recount, 0
	case len(work.Deliver) > 0:
		m.why, m.ref = "commands not applied", work.Deliver[0]
	case len(work.Effects) > 0:
		m.why, m.ref = "effects open", work.Effects[0]
	case work.Due != nil:
		m.why, m.ref, patience = "deadline due", *work.Due, 0
	}
	if m == w.on {
		return
	}
	*w = watch{pace: w.pace, on: m, next: now.Add(patience)}
}

// wakeNow says whether to wake the case now, and counts it.
func (w *watch) wakeNow(now time.Time) bool {
	if w.on.ref.ID == "" || now.Before(w.next) || w.wakes == w.pace.Wakes {
		return false
	}
	w.wakes++
	w.wait = max(w.pace.Again, 2*w.wait)
	w.next = now.Add(w.wait)
	w.look = 0 // look closely again
	return true
}

// stuck says that waking has not helped.
func (w *watch) stuck(now time.Time) bool {
	return w.wakes >= w.pace.Wakes && !now.Before(w.next)
}

// nextLook is how long to wait until looking again.
func (w *watch) nextLook() time.Duration {
	w.look = min(max(w.pace.Look, w.look*3/2), w.pace.LookMax)
	return w.look
}
