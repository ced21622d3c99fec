package testclock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/store"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// rows is a database that remembers: cases on one clock, with what is due, undelivered and open.
type rows struct {
	mu     sync.Mutex
	clock  store.Clock
	cases  []*kase
	taken  []string // what happened, in order, with its instant on the clock
	wakes  []string
	silent map[string]bool // cases that do not react
	moves  func(c *kase)   // what a woken case does besides taking its deadline
}

type kase struct {
	id      string
	due     []time.Time
	waiting int
	effects int
	seq     int64
}

func (r *rows) BeginAdvance(_ context.Context, _ string, target time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if target.Before(r.clock.Target) {
		return store.ErrClockBackwards
	}
	if !target.Equal(r.clock.Target) {
		r.clock.Target, r.clock.Status = target, store.Advancing
	}
	return nil
}

func (r *rows) StepClock(context.Context, string) (store.ClockWork, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	work := store.ClockWork{Clock: r.clock, Done: r.clock.Status == store.Ready}
	if work.Done {
		return work, nil
	}
	var next *kase
	for _, c := range r.cases {
		if c.waiting > 0 {
			work.Deliver = append(work.Deliver, c.ref())
		}
		if c.effects > 0 {
			work.Effects = append(work.Effects, c.ref())
		}
		if len(c.due) > 0 && c.due[0].Before(r.clock.Target) && (next == nil || c.due[0].Before(next.due[0])) {
			next = c
		}
	}
	switch {
	case len(work.Deliver) > 0:
		work.Effects = nil
	case len(work.Effects) > 0:
	case next == nil:
		r.clock.Now, r.clock.Status, work.Done = r.clock.Target, store.Ready, true
	default:
		ref := next.ref()
		work.Due = &ref
		if next.due[0].After(r.clock.Now) {
			r.clock.Now = next.due[0]
		}
	}
	work.Clock = r.clock
	return work, nil
}

func (c *kase) ref() store.CaseRef { return store.CaseRef{ID: c.id, Kind: "order", Sequence: c.seq} }

// wake makes the case step a moment later, as a worker does.
func (r *rows) wake(_ context.Context, ref store.CaseRef) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wakes = append(r.wakes, ref.ID)
	if !r.silent[ref.ID] {
		time.AfterFunc(time.Millisecond, func() { r.step(ref.ID) })
	}
	return nil
}

func (r *rows) step(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.cases {
		if c.id != id {
			continue
		}
		c.waiting, c.effects = 0, 0
		for len(c.due) > 0 && !c.due[0].After(r.clock.Now) {
			r.taken = append(r.taken, fmt.Sprintf("%s %s", id, c.due[0].Sub(start)))
			c.due = c.due[1:]
			if r.moves != nil {
				r.moves(c)
			}
		}
	}
}

func newRows(cases ...*kase) *rows {
	return &rows{clock: store.Clock{ID: "clk_1", Now: start, Target: start, Status: store.Ready}, cases: cases, silent: map[string]bool{}}
}

var quick = &Pace{Look: time.Millisecond, LookMax: 4 * time.Millisecond, Patience: 20 * time.Millisecond, Again: 10 * time.Millisecond, Wakes: 3}

func TestAdvanceTakesEveryDueAtItsOwnInstant(t *testing.T) {
	r := newRows(&kase{id: "b", due: []time.Time{start.Add(2 * day), start.Add(9 * day)}}, &kase{id: "a", due: []time.Time{start.Add(3 * day)}},
		&kase{id: "c", due: []time.Time{start.Add(2 * day), start.Add(60 * day)}})
	d := &Driver{Store: r, Wake: r.wake}
	clock, err := d.Advance(t.Context(), "clk_1", start.Add(60*day))
	require.NoError(t, err)
	require.Equal(t, store.Clock{ID: "clk_1", Now: start.Add(60 * day), Target: start.Add(60 * day), Status: store.Ready}, clock)
	require.Equal(t, []string{"b 48h0m0s", "c 48h0m0s", "a 72h0m0s", "b 216h0m0s"}, r.taken, "what is due at the target is taken when the clock moves next")
	require.Equal(t, []string{"b", "c", "a", "b"}, r.wakes, "one wake for each due")

	clock, err = d.Advance(t.Context(), "clk_1", start.Add(60*day))
	require.NoError(t, err)
	require.Equal(t, store.Ready, clock.Status)
	require.Len(t, r.wakes, 4, "the same target again changes nothing")
}

func TestAdvanceGivesCommandsAndEffectsTheirTime(t *testing.T) {
	own := &kase{id: "a", due: []time.Time{start.Add(day)}, waiting: 1, seq: 1}
	r := newRows(own)
	r.moves = func(c *kase) { // a default asks for an effect, which ends by itself with a command that is delivered by itself
		c.effects = 1
		time.AfterFunc(5*time.Millisecond, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			c.effects, c.waiting, c.seq = 0, 1, c.seq+1
			time.AfterFunc(5*time.Millisecond, func() { r.step("a") })
		})
	}
	time.AfterFunc(5*time.Millisecond, func() { r.step("a") }) // its own delivery arrives
	d := &Driver{Store: r, Wake: r.wake}
	_, err := d.Advance(t.Context(), "clk_1", start.Add(2*day))
	require.NoError(t, err)
	require.Equal(t, []string{"a 24h0m0s"}, r.taken)
	require.Equal(t, []string{"a"}, r.wakes, "only for its deadline")
}

func TestAdvanceWakesWhoeverWasNotDelivered(t *testing.T) {
	r := newRows(&kase{id: "a", waiting: 1}, &kase{id: "b", effects: 1})
	d := &Driver{Store: r, Wake: r.wake, Pace: quick}
	_, err := d.Advance(t.Context(), "clk_1", start.Add(day))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, r.wakes)
}

func TestStuckClockSaysWhichCaseAndCanBeResumed(t *testing.T) {
	r := newRows(&kase{id: "a", due: []time.Time{start.Add(day)}})
	r.silent["a"] = true
	d := &Driver{Store: r, Wake: r.wake, Pace: quick}
	_, err := d.Advance(t.Context(), "clk_1", start.Add(2*day))
	require.ErrorIs(t, err, ErrStuck)
	require.ErrorContains(t, err, "a (deadline due) was woken 3 times at 2026-03-02T09:00:00Z and did not move")
	require.Len(t, r.wakes, 3)

	r.mu.Lock()
	r.silent["a"] = false
	r.mu.Unlock()
	clock, err := d.Resume(t.Context(), "clk_1")
	require.NoError(t, err)
	require.Equal(t, start.Add(2*day), clock.Now)
	require.Equal(t, []string{"a 24h0m0s"}, r.taken)
}

func TestTwoDriversAtOnceAreHarmless(t *testing.T) {
	var cases []*kase
	for i := range 20 {
		c := &kase{id: fmt.Sprintf("c%02d", i)}
		for n := range 5 {
			c.due = append(c.due, start.Add(time.Duration(n*20+i+1)*time.Hour))
		}
		cases = append(cases, c)
	}
	r := newRows(cases...)
	d := &Driver{Store: r, Wake: r.wake}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			_, err := d.Advance(context.Background(), "clk_1", start.Add(10*day))
			require.NoError(t, err)
		})
	}
	wg.Wait()
	require.Len(t, r.taken, 100)
	var order []time.Duration
	for _, line := range r.taken {
		var id, after string
		_, err := fmt.Sscan(line, &id, &after)
		require.NoError(t, err)
		d, err := time.ParseDuration(after)
		require.NoError(t, err)
		order = append(order, d)
	}
	require.True(t, slices.IsSorted(order), "in the order of their time")
}

func TestAdvanceStopsWithItsContextAndLeavesTheClockAdvancing(t *testing.T) {
	r := newRows(&kase{id: "a", due: []time.Time{start.Add(day)}})
	r.silent["a"] = true
	gone := errors.New("the caller hung up")
	ctx, cancel := context.WithCancelCause(t.Context())
	d := &Driver{Store: r, Wake: func(context.Context, store.CaseRef) error { cancel(gone); return nil }}
	_, err := d.Advance(ctx, "clk_1", start.Add(2*day))
	require.ErrorIs(t, err, gone)
	require.Equal(t, store.Advancing, r.clock.Status)

	_, err = d.Advance(t.Context(), "clk_1", start)
	require.ErrorIs(t, err, store.ErrClockBackwards)
}

func TestAReviewToCountAnewIsWokenAtOnce(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ref := store.CaseRef{ID: "rev_1", Sequence: 3}
	w := watch{pace: usual}
	w.see(store.ClockWork{Recount: &ref, Deliver: []store.CaseRef{{ID: "dsp_1"}}}, now)
	require.Equal(t, ref, w.on.ref, "it comes before what brings itself")
	require.True(t, w.wakeNow(now), "or a person's reviews would take a second each")
	require.False(t, w.wakeNow(now), "a wake is kept")
}
