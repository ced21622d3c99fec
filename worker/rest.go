package worker

import (
	"sync"
	"time"

	"recourse/store"
)

// How long a case rests between two wakes that changed nothing: at first, and at most.
const (
	restFirst = 5 * time.Second
	restAgain = time.Second // after a wake that did not reach its case
	restMost  = 10 * time.Minute
)

// rests remember which cases were woken without effect, so that a case that cannot move does not fill its history. A case
// that moved, even if only its queue grew, begins anew.
type rests struct {
	mu    sync.Mutex
	cases map[string]resting
}

type resting struct {
	sequence int64
	until    time.Time
	length   time.Duration
}

// over says whether the case may be woken now, and if so lets it rest from now on.
func (r *rests) over(ref store.CaseRef, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, known := r.cases[ref.ID]
	switch {
	case !known || last.sequence != ref.Sequence:
		last = resting{sequence: ref.Sequence, length: restFirst}
	case now.Before(last.until):
		return false
	default:
		last.length = min(2*last.length, restMost)
	}
	last.until = now.Add(last.length)
	if r.cases == nil {
		r.cases = map[string]resting{}
	}
	r.cases[ref.ID] = last
	return true
}

// count is how many cases rest.
func (r *rests) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.cases)
}

// missed lets a case rest for a moment only: the wake did not reach it, so it says nothing about the case, and after an hour
// without the engine nobody should wait ten minutes more.
func (r *rests) missed(ref store.CaseRef, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.cases[ref.ID]; known {
		r.cases[ref.ID] = resting{sequence: ref.Sequence, until: now.Add(restAgain), length: restFirst / 2}
	}
}

// keep forgets the cases that are in no queue any more.
func (r *rests) keep(seen map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.cases {
		if !seen[id] {
			delete(r.cases, id)
		}
	}
}
