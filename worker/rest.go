package worker

import (
	"time"

	"recourse/store"
)

// How long a case rests between two wakes that changed nothing: at first, and at most.
const (
	restFirst = 5 * time.Second
	restMost  = 10 * time.Minute
)

// rest remembers which cases were woken without effect, so that a case that cannot move does not fill its history. A case
// that moved, even if only its queue grew, begins anew.
type rest map[string]resting

type resting struct {
	sequence int64
	until    time.Time
	length   time.Duration
}

// over says whether the case may be woken now, and if so lets it rest from now on.
func (r rest) over(ref store.CaseRef, now time.Time) bool {
	last, known := r[ref.ID]
	if !known || last.sequence != ref.Sequence {
		r[ref.ID] = resting{sequence: ref.Sequence, until: now.Add(restFirst), length: restFirst}
		return true
	}
	if now.Before(last.until) {
		return false
	}
	last.length = min(2*last.length, restMost)
	last.until = now.Add(last.length)
	r[ref.ID] = last
	return true
}

// keep forgets the cases that are in no queue any more.
func (r rest) keep(seen map[string]bool) {
	for id := range r {
		if !seen[id] {
			delete(r, id)
		}
	}
}
