package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"recourse/delivery"
	"recourse/internal/crash"
	"recourse/store"
)

// Rows are the queues of the relay: the cases' own rows, so that nothing is lost that was committed.
type Rows interface {
	Undelivered(ctx context.Context, olderThan time.Duration, limit int) ([]store.CaseRef, error)
	Overdue(ctx context.Context, grace time.Duration, limit int) ([]store.CaseRef, error)
	OpenEffects(ctx context.Context, olderThan time.Duration, limit int) ([]store.CaseRef, error)
	AdvancingClocks(ctx context.Context, olderThan time.Duration) ([]string, error)
	Spreading(ctx context.Context, limit int) ([]string, error)
	SpreadIncident(ctx context.Context, id string) (reached []store.CaseRef, done bool, err error)
	Recounts(ctx context.Context, limit int) ([]string, error)
	SpreadRecount(ctx context.Context, id string) (waits store.CaseRef, done bool, err error)
	MakeRoot(ctx context.Context) (day string, err error)
}

// Pace is how the relay works. The zero value is the usual pace.
type Pace struct {
	Poll        time.Duration // between two looks at the rows
	Undelivered time.Duration // how long a command may wait for whoever stored it
	Overdue     time.Duration // how late a deadline may be before its case is woken; shorter than the lateness that moves it
	Effects     time.Duration // how long an effect may be open
	Clocks      time.Duration // how long an advance may stand still
	Batch       int           // rows a look
	Parallel    int           // wakes at a time
}

func (p Pace) withDefaults() Pace {
	usual := Pace{Poll: time.Second, Undelivered: 2 * time.Second, Overdue: 30 * time.Second, Effects: time.Minute,
		Clocks: 10 * time.Second, Batch: 500, Parallel: 16}
	for _, f := range []struct{ own, usual *time.Duration }{{&p.Poll, &usual.Poll}, {&p.Undelivered, &usual.Undelivered},
		{&p.Overdue, &usual.Overdue}, {&p.Effects, &usual.Effects}, {&p.Clocks, &usual.Clocks}} {
		if *f.own <= 0 {
			*f.own = *f.usual
		}
	}
	if p.Batch <= 0 {
		p.Batch = usual.Batch
	}
	if p.Parallel <= 0 {
		p.Parallel = usual.Parallel
	}
	return p
}

// Relay wakes the cases for which something is stored and nobody has come: new cases and cases that another one left a
// command for, as soon as the step is committed that did so (Nudge); and by looking at the rows, whatever was lost on the
// way: a delivery, a nudge, a run.
type Relay struct {
	rows   Rows
	wake   func(ctx context.Context, ref store.CaseRef) error
	revive func(ctx context.Context, ref store.CaseRef) error // wakes unless the last run completed; nil: wake
	resume func(ctx context.Context, clock string) error
	logger *slog.Logger
	pace   Pace
	nudges chan nudge
	rest   rests
	chores chores
	rooted atomic.Value // the day whose root was made, as text

	recounts  chores // of counting reviews anew, so that they take no other's place
	recounted string // the one that was begun last
}

// wakeTimeout bounds one wake, so that a silent engine does not hold all of them.
const wakeTimeout = 5 * time.Second

// NewRelay makes a relay. It wakes cases and resumes advances with the given functions.
func NewRelay(rows Rows, wake func(context.Context, store.CaseRef) error, resume func(context.Context, string) error, logger *slog.Logger, pace Pace) *Relay {
	pace = pace.withDefaults()
	return &Relay{rows: rows, wake: wake, resume: resume, logger: logger, pace: pace,
		nudges: make(chan nudge, 4*pace.Batch)}
}

// Nudge asks to wake a case soon. It never blocks: when the relay is busy the nudge is dropped, and the row is found later.
func (r *Relay) Nudge(ref store.CaseRef) { r.nudge(nudge{CaseRef: ref}) }

// nudge is a case to wake. A late one has no command that waits: its deadline passed, or its effect is open, and its run
// should have known. If that run has completed, the row is older than the run, and is not woken into doing it all again.
type nudge struct {
	store.CaseRef
	late bool
}

func (r *Relay) nudge(n nudge) {
	select {
	case r.nudges <- n:
	default:
	}
}

// Run relays until ctx ends, and returns when everything it began has ended.
func (r *Relay) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range r.pace.Parallel {
		wg.Go(func() { r.wakeAll(ctx) })
	}
	wg.Go(func() {
		ticker := time.NewTicker(r.pace.Poll)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-ticker.C:
				r.look(ctx, now)
				r.takeUp(ctx, &wg)
			}
		}
	})
	wg.Wait()
}

func (r *Relay) wakeAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case nudge := <-r.nudges:
			wake := r.wake
			if nudge.late && r.revive != nil {
				wake = r.revive
			}
			crash.At(crash.RelayWakes)
			wakeCtx, cancel := context.WithTimeout(ctx, wakeTimeout)
			if err := wake(wakeCtx, nudge.CaseRef); err != nil {
				r.complain(ctx, "wake "+nudge.ID, err)
				if !errors.Is(err, delivery.ErrOver) {
					r.rest.missed(nudge.CaseRef, time.Now())
				}
			}
			cancel()
		}
	}
}

// look reads the queues and wakes what is in them, each case with longer and longer rests while nothing changes.
func (r *Relay) look(ctx context.Context, now time.Time) {
	queues := []struct {
		what string
		read func(context.Context, time.Duration, int) ([]store.CaseRef, error)
		age  time.Duration
		late bool
	}{
		{"undelivered commands", r.rows.Undelivered, r.pace.Undelivered, false},
		{"overdue cases", r.rows.Overdue, r.pace.Overdue, true},
		{"open effects", r.rows.OpenEffects, r.pace.Effects, true},
	}
	seen := map[string]bool{}
	for _, q := range queues {
		// Cases that cannot move stay at the head of their queue. They must not hide those behind them.
		refs, err := q.read(ctx, q.age, r.pace.Batch+r.rest.count())
		if err != nil {
			r.complain(ctx, "read "+q.what, err)
			return // what rests stays as it is
		}
		for _, ref := range refs {
			if !seen[ref.ID] && r.rest.over(ref, now) {
				r.nudge(nudge{CaseRef: ref, late: q.late})
			}
			seen[ref.ID] = true
		}
	}
	r.rest.keep(seen)
}
