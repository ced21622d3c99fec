// Package testclock moves a test clock. The clock stands still between advances; an advance steps it over all its cases,
// from due to due, each taken at its own instant, and waits for the commands and effects in flight before it goes on. The
// state of an advance is rows: whoever finds it half done can finish it, and two who do so at once are harmless.
package testclock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"recourse/internal/crash"
	"recourse/store"
)

// ErrStuck: a case was woken several times and did not move, so the clock cannot go on. The advance can be taken up again.
var ErrStuck = errors.New("the clock is stuck")

// Clocks is where clocks and their cases are.
type Clocks interface {
	BeginAdvance(ctx context.Context, id string, target time.Time) error
	// StepClock says what to wait for, or moves the clock to the next due or to its target. Asked again before anything
	// happened, it says the same.
	StepClock(ctx context.Context, id string) (store.ClockWork, error)
}

// Driver moves clocks. It may be used by many at once.
type Driver struct {
	Store Clocks
	Wake  func(ctx context.Context, ref store.CaseRef) error
	// Pace is nil for the usual one; tests that want to see a clock stuck cannot wait for a minute.
	Pace *Pace
}

// Pace is how a driver waits.
type Pace struct {
	Look     time.Duration // until it looks again; then half as long again each time
	LookMax  time.Duration
	Patience time.Duration // how long commands and effects are given to arrive by themselves
	Again    time.Duration // until a case is woken again; then twice as long each time
	Wakes    int           // after so many, and the time after the last, the clock is stuck
}

// usual: a case steps a few milliseconds after it was woken. Commands are delivered by whoever stored them and by the relay,
// and effects run by themselves; waking those cases at once as well would only make histories longer, or start a run that
// finds its case closed. A wake is kept by the engine, so it is sent again only when something is wrong.
var usual = Pace{Look: 2 * time.Millisecond, LookMax: 50 * time.Millisecond, Patience: time.Second, Again: 4 * time.Second, Wakes: 4}

// Advance moves the clock to the target, and returns it when it stands there.
func (d *Driver) Advance(ctx context.Context, clock string, target time.Time) (store.Clock, error) {
	if err := d.Store.BeginAdvance(ctx, clock, target); err != nil {
		return store.Clock{}, fmt.Errorf("begin to advance clock %s: %w", clock, err)
	}
	crash.At(crash.AdvanceBegun)
	return d.Resume(ctx, clock)
}

// Resume goes on with an advance that was begun, by whomever. A clock that stands at its target is returned as it is.
func (d *Driver) Resume(ctx context.Context, clock string) (store.Clock, error) {
	w := watch{pace: usual}
	if d.Pace != nil {
		w.pace = *d.Pace
	}
	for {
		work, err := d.Store.StepClock(ctx, clock)
		if err != nil {
			return work.Clock, fmt.Errorf("advance clock %s: %w", clock, err)
		}
		if work.Done {
			return work.Clock, nil
		}
		if work.Due != nil {
			crash.At(crash.AdvanceTurned)
		}
		now := time.Now()
		w.see(work, now)
		if w.stuck(now) {
			return work.Clock, fmt.Errorf("advance clock %s: %w: %s was woken %d times at %s and did not move",
				clock, ErrStuck, w.on, w.wakes, work.Clock.Now.UTC().Format(time.RFC3339Nano))
		}
		if w.wakeNow(now) {
			if err := d.Wake(ctx, w.on.ref); err != nil {
				return work.Clock, fmt.Errorf("advance clock %s: %w", clock, err)
			}
			crash.At(crash.AdvanceWoken)
		}
		if err := pause(ctx, w.nextLook()); err != nil {
			return work.Clock, fmt.Errorf("advance clock %s: %w", clock, err)
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
