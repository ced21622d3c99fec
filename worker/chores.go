package worker

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"recourse/store"
)

// chores are the long pieces of work that this relay has taken up, by name, so that none is begun twice.
type chores struct {
	mu    sync.Mutex
	names map[string]bool
}

// recountShare says how many recounts go on at a time: one for so many other chores. They may take long, and no incident or clock waits for them.
const recountShare = 4

// takeUp goes on with what others have begun and not finished: advances of clocks that nobody drives, incidents that have not reached
// every case, and reviews to be counted anew after a link. All know by their rows how far they are, so it does no harm if somebody else
// goes on too.
func (r *Relay) takeUp(ctx context.Context, wg *sync.WaitGroup) {
	clocks, err := r.rows.AdvancingClocks(ctx, r.pace.Clocks)
	if err != nil {
		r.complain(ctx, "read the advancing clocks", err)
	}
	for _, clock := range clocks {
		r.begin(ctx, wg, &r.chores, r.pace.Parallel, "advance clock "+clock, func() error { return r.resume(ctx, clock) })
	}
	incidents, err := r.rows.Spreading(ctx, r.pace.Parallel)
	if err != nil {
		r.complain(ctx, "read the spreading incidents", err)
	}
	for _, incident := range incidents {
		r.begin(ctx, wg, &r.chores, r.pace.Parallel, "spread incident "+incident, func() error { return r.spread(ctx, incident) })
	}
	recounts, err := r.rows.Recounts(ctx, r.pace.Batch)
	if err != nil {
		r.complain(ctx, "read the open recounts", err)
	}
	for _, recount := range after(recounts, r.recounted) {
		if !r.begin(ctx, wg, &r.recounts, max(1, r.pace.Parallel/recountShare), "recount "+recount, func() error { return r.recount(ctx, recount) }) {
			continue
		}
		r.recounted = recount
	}
	if today := time.Now().UTC().Format(time.DateOnly); r.rooted.Load() != today {
		r.begin(ctx, wg, &r.chores, r.pace.Parallel, "make the root of the day", func() error { return r.root(ctx, today) })
	}
}

// after is the list from behind one of it on, and then from its beginning: one that does not move keeps none from its turn.
func after(list []string, last string) []string {
	at := slices.Index(list, last) + 1
	return slices.Concat(list[at:], list[:at])
}

// root makes the root of the day, unless another worker has. The database says which day it is: while it is still yesterday
// there, today's is made at a later look.
func (r *Relay) root(ctx context.Context, today string) error {
	day, err := r.rows.MakeRoot(ctx)
	if err == nil && day >= today {
		r.rooted.Store(today)
	}
	return err
}

// spread brings an incident to the doors of all cases in its scope, and wakes them.
func (r *Relay) spread(ctx context.Context, incident string) error {
	for {
		reached, done, err := r.rows.SpreadIncident(ctx, incident)
		for _, ref := range reached {
			r.Nudge(ref)
		}
		if err != nil || done {
			return err
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped: %w", err)
		}
	}
}

// recountLook is how long a chore waits until it looks again whether a review has been counted anew.
const recountLook = 10 * time.Millisecond

// recount has the reviews of a person counted anew, one after another. One that does not move is left until it is looked at again.
func (r *Relay) recount(ctx context.Context, id string) error {
	var on store.CaseRef
	var patience time.Time
	for {
		waits, done, err := r.rows.SpreadRecount(ctx, id)
		if err != nil || done {
			return err
		}
		now := time.Now()
		if waits != on {
			r.Nudge(waits)
			on, patience = waits, now.Add(r.pace.Poll)
		}
		if now.After(patience) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("stopped: %w", ctx.Err())
		case <-time.After(recountLook):
		}
	}
}

// begin does a chore beside the others, unless it is being done already or as many are as may be, and says whether it has.
func (r *Relay) begin(ctx context.Context, wg *sync.WaitGroup, beside *chores, most int, name string, do func() error) bool {
	beside.mu.Lock()
	defer beside.mu.Unlock()
	if beside.names[name] || len(beside.names) >= most {
		return false
	}
	if beside.names == nil {
		beside.names = map[string]bool{}
	}
	beside.names[name] = true
	wg.Go(func() {
		if err := do(); err != nil {
			r.complain(ctx, name, err)
		}
		beside.mu.Lock()
		defer beside.mu.Unlock()
		delete(beside.names, name)
	})
	return true
}

// complain says what did not succeed. Everything that the relay does is tried again.
func (r *Relay) complain(ctx context.Context, doing string, err error) {
	if ctx.Err() == nil {
		r.logger.WarnContext(ctx, "The relay could not do something; it is tried again.", "doing", doing, "error", err)
	}
}
