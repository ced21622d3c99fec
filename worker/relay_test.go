package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/store"
)

// queues are the rows of the relay, as a test sets them.
type queues struct {
	mu                            sync.Mutex
	undelivered, overdue, effects []store.CaseRef
	clocks                        []string
	fail                          error
	woken                         []store.CaseRef
	resumed                       []string
	spread                        []store.CaseRef
	recounts                      []store.CaseRef // that wait one for the other
	stuck                         bool            // the first of them
	looks                         int
	ages                          map[string]time.Duration
	hold                          chan struct{}
	roots                         int
	day                           string // of the database; empty: ours
}

// MakeRoot counts how often it is asked.
func (q *queues) MakeRoot(context.Context) (string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.roots++
	if q.fail != nil || q.day != "" {
		return q.day, q.fail
	}
	return time.Now().UTC().Format(time.DateOnly), nil
}

func (q *queues) read(what string, age time.Duration, limit int, refs *[]store.CaseRef) ([]store.CaseRef, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ages == nil {
		q.ages = map[string]time.Duration{}
	}
	q.ages[what] = age
	if what == "undelivered" {
		q.looks++
	}
	return (*refs)[:min(limit, len(*refs))], q.fail
}

func (q *queues) Undelivered(_ context.Context, age time.Duration, limit int) ([]store.CaseRef, error) {
	return q.read("undelivered", age, limit, &q.undelivered)
}

func (q *queues) Overdue(_ context.Context, age time.Duration, limit int) ([]store.CaseRef, error) {
	return q.read("overdue", age, limit, &q.overdue)
}

func (q *queues) OpenEffects(_ context.Context, age time.Duration, limit int) ([]store.CaseRef, error) {
	return q.read("effects", age, limit, &q.effects)
}

func (q *queues) AdvancingClocks(_ context.Context, age time.Duration) ([]string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.clocks, nil
}

func (q *queues) Spreading(context.Context, int) ([]string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.spread == nil {
		return nil, nil
	}
	return []string{"inc_1"}, nil
}

// SpreadIncident reaches one case at a time.
func (q *queues) SpreadIncident(context.Context, string) ([]store.CaseRef, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.spread) == 0 {
		return nil, true, nil
	}
	next := q.spread[:1]
	if q.spread = q.spread[1:]; len(q.spread) == 0 {
		q.spread = nil
	}
	return next, q.spread == nil, nil
}

func (q *queues) Recounts(context.Context, int) ([]string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.recounts == nil {
		return nil, nil
	}
	return []string{"rct_1"}, nil
}

// SpreadRecount goes on to the next case once the one before it was woken.
func (q *queues) SpreadRecount(context.Context, string) (store.CaseRef, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.recounts) > 0 && !q.stuck && slices.Contains(q.woken, q.recounts[0]) {
		q.recounts = q.recounts[1:]
	}
	if len(q.recounts) == 0 {
		q.recounts = nil
		return store.CaseRef{}, true, nil
	}
	return q.recounts[0], false, nil
}

func (q *queues) wake(_ context.Context, ref store.CaseRef) error {
	q.mu.Lock()
	hold := q.hold
	q.woken = append(q.woken, ref)
	q.mu.Unlock()
	if hold != nil {
		<-hold
	}
	return errors.New("the engine is silent")
}

func (q *queues) resume(_ context.Context, clock string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.resumed = append(q.resumed, clock)
	q.clocks = nil
	return nil
}

func (q *queues) all() []store.CaseRef {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]store.CaseRef(nil), q.woken...)
}

// relaying runs a relay until the test is over, and sees that it ends.
func relaying(t *testing.T, q *queues, pace Pace) *Relay {
	r := NewRelay(q, q.wake, q.resume, slog.New(slog.DiscardHandler), pace)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		r.Run(ctx)
		close(done)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return r
}

func ref(id string, sequence int64) store.CaseRef {
	return store.CaseRef{ID: id, Kind: "order", Sequence: sequence}
}

func TestNudgeWakesAtOnce(t *testing.T) {
	q := &queues{}
	r := relaying(t, q, Pace{Poll: time.Hour})
	r.Nudge(ref("ord_1", 3))
	require.Eventually(t, func() bool { return len(q.all()) == 1 }, 5*time.Second, time.Millisecond)
	require.Equal(t, []store.CaseRef{ref("ord_1", 3)}, q.all())
}

func TestNudgeNeverBlocks(t *testing.T) {
	q := &queues{hold: make(chan struct{})}
	r := relaying(t, q, Pace{Poll: time.Hour, Batch: 1, Parallel: 1})
	for i := range int64(1000) {
		r.Nudge(ref("ord_1", i)) // returns, or the test never ends
	}
	close(q.hold)
	require.Eventually(t, func() bool { return len(q.all()) >= 4 }, 5*time.Second, time.Millisecond)
	require.Less(t, len(q.all()), 20)
}

func TestEveryQueueIsRelayed(t *testing.T) {
	q := &queues{undelivered: []store.CaseRef{ref("ord_1", 2)}, overdue: []store.CaseRef{ref("ord_1", 2), ref("dsp_2", 7)},
		effects: []store.CaseRef{ref("ord_3", 1)}, clocks: []string{"clk_1"}}
	relaying(t, q, Pace{Poll: time.Millisecond})
	require.Eventually(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return len(q.woken) == 3 && len(q.resumed) == 1 && q.looks > 20
	}, 5*time.Second, time.Millisecond)
	require.ElementsMatch(t, []store.CaseRef{ref("ord_1", 2), ref("dsp_2", 7), ref("ord_3", 1)}, q.all(),
		"once each, however often the rows are looked at: a case that does not move rests")
	q.mu.Lock()
	defer q.mu.Unlock()
	require.Equal(t, map[string]time.Duration{"undelivered": 2 * time.Second, "overdue": 30 * time.Second, "effects": time.Minute}, q.ages)
}

func TestIncidentReachesEveryCase(t *testing.T) {
	q := &queues{spread: []store.CaseRef{ref("ord_1", 2), ref("ord_2", 5), ref("dsp_1", 9)}}
	relaying(t, q, Pace{Poll: time.Millisecond})
	require.Eventually(t, func() bool { return len(q.all()) == 3 }, 5*time.Second, time.Millisecond)
	require.ElementsMatch(t, []store.CaseRef{ref("ord_1", 2), ref("ord_2", 5), ref("dsp_1", 9)}, q.all())
}

// The second is woken once the first has moved, and so on: each depends on those before it.
func TestReviewsAreCountedAnewOneAfterAnother(t *testing.T) {
	q := &queues{recounts: []store.CaseRef{ref("rev_1", 2), ref("rev_2", 5), ref("rev_3", 9)}}
	relaying(t, q, Pace{Poll: time.Millisecond})
	require.Eventually(t, func() bool { return len(q.all()) == 3 }, 5*time.Second, time.Millisecond)
	require.Equal(t, []store.CaseRef{ref("rev_1", 2), ref("rev_2", 5), ref("rev_3", 9)}, q.all())
}

func TestAReviewThatDoesNotMoveIsLeftAndTakenUpAgain(t *testing.T) {
	q := &queues{recounts: []store.CaseRef{ref("rev_1", 2), ref("rev_2", 5)}, stuck: true}
	relaying(t, q, Pace{Poll: time.Millisecond, Parallel: 1}) // no other chore would be begun while it waited
	require.Eventually(t, func() bool { return len(q.all()) >= 3 }, 5*time.Second, time.Millisecond)
	require.NotContains(t, q.all(), ref("rev_2", 5))
	q.mu.Lock()
	q.stuck, q.clocks = false, []string{"clk_1"}
	q.mu.Unlock()
	require.Eventually(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return slices.Contains(q.woken, ref("rev_2", 5)) && len(q.resumed) == 1
	}, 5*time.Second, time.Millisecond)
}

// stuckRecounts do not move, but for the last, which is done once it was asked for.
type stuckRecounts struct {
	*queues
	open []string
}

func (s *stuckRecounts) Recounts(_ context.Context, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.open[:min(limit, len(s.open))]), nil
}

func (s *stuckRecounts) SpreadRecount(_ context.Context, id string) (store.CaseRef, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != "rct_last" {
		return ref("rev_"+id, 1), false, nil
	}
	s.open = slices.DeleteFunc(slices.Clone(s.open), func(open string) bool { return open == id })
	return store.CaseRef{}, true, nil
}

func (s *stuckRecounts) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

func TestRecountsThatDoNotMoveKeepNeitherAnotherNorAClockNorAnIncidentWaiting(t *testing.T) {
	s := &stuckRecounts{queues: &queues{}}
	for i := range 40 {
		s.open = append(s.open, fmt.Sprintf("rct_%d", i))
	}
	s.open = append(s.open, "rct_last")
	r := NewRelay(s, s.wake, s.resume, slog.New(slog.DiscardHandler), Pace{Poll: 5 * time.Millisecond, Parallel: 8})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	defer func() {
		cancel()
		running.Wait()
	}()
	require.Eventually(t, func() bool { return s.left() == 40 }, 10*time.Second, time.Millisecond, "the last has its turn")

	var chores sync.WaitGroup
	slow := NewRelay(s, s.wake, s.resume, slog.New(slog.DiscardHandler), Pace{Poll: time.Hour, Parallel: 8}) // each waits for an hour
	held, release := context.WithCancel(t.Context())
	for range 20 {
		slow.takeUp(held, &chores)
	}
	s.mu.Lock()
	s.clocks, s.spread = []string{"clk_1"}, []store.CaseRef{ref("ord_1", 2)}
	s.mu.Unlock()
	slow.takeUp(held, &chores)
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.resumed) == 1 && s.spread == nil
	}, 5*time.Second, time.Millisecond)
	release()
	chores.Wait()
}

func TestRelayOutlivesADatabaseThatIsDown(t *testing.T) {
	q := &queues{fail: store.ErrUnavailable, undelivered: []store.CaseRef{ref("ord_1", 2)}}
	relaying(t, q, Pace{Poll: time.Millisecond})
	require.Eventually(t, func() bool { q.mu.Lock(); defer q.mu.Unlock(); return q.looks > 3 }, 5*time.Second, time.Millisecond)
	require.Empty(t, q.all())
	q.mu.Lock()
	q.fail = nil
	q.mu.Unlock()
	require.Eventually(t, func() bool { return len(q.all()) == 1 }, 5*time.Second, time.Millisecond)
}

func TestCaseThatDoesNotMoveRestsLongerAndLonger(t *testing.T) {
	r, now := &rests{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	require.True(t, r.over(ref("ord_1", 1), now))
	var wakes []time.Duration
	for s := range 4000 {
		if at := now.Add(time.Duration(s) * time.Second); r.over(ref("ord_1", 1), at) {
			wakes = append(wakes, at.Sub(now))
		}
	}
	require.Equal(t, []time.Duration{5, 15, 35, 75, 155, 315, 635, 1235, 1835, 2435, 3035, 3635}, seconds(wakes))
	require.True(t, r.over(ref("ord_1", 2), now.Add(3636*time.Second)), "its queue grew")
	r.keep(map[string]bool{})
	require.Empty(t, r.cases)
}

func TestCaseThatNoWakeReachedIsTriedAgainSoon(t *testing.T) {
	r, now := &rests{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 1000 { // an hour and more without the engine
		require.True(t, r.over(ref("ord_1", 1), now))
		r.missed(ref("ord_1", 1), now)
		require.False(t, r.over(ref("ord_1", 1), now.Add(restAgain-1)))
		now = now.Add(restAgain)
	}
	require.True(t, r.over(ref("ord_1", 1), now), "and from here on nothing changes")
	require.False(t, r.over(ref("ord_1", 1), now.Add(restFirst-1)))
	require.True(t, r.over(ref("ord_1", 1), now.Add(restFirst)))
	require.False(t, r.over(ref("ord_1", 1), now.Add(2*restFirst)))
}

func TestLateCaseIsRevivedAndNotBegunAnew(t *testing.T) {
	q := &queues{undelivered: []store.CaseRef{ref("ord_1", 2)}, overdue: []store.CaseRef{ref("ord_2", 2)}}
	var mu sync.Mutex
	var revived []string
	r := NewRelay(q, q.wake, nil, slog.New(slog.DiscardHandler), Pace{})
	r.revive = func(_ context.Context, ref store.CaseRef) error {
		mu.Lock()
		defer mu.Unlock()
		revived = append(revived, ref.ID)
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { r.wakeAll(ctx) })
	r.look(ctx, time.Now())
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return len(revived) == 1 && len(q.all()) == 1 }, 5*time.Second, time.Millisecond)
	cancel()
	wg.Wait()
	require.Equal(t, []string{"ord_2"}, revived)
	require.Equal(t, "ord_1", q.all()[0].ID)
}

func TestTheRootOfTheDayIsAskedForUntilItIsMade(t *testing.T) {
	q := &queues{day: "2020-01-01"}
	roots := func() int { q.mu.Lock(); defer q.mu.Unlock(); return q.roots }
	r := NewRelay(q, q.wake, q.resume, slog.New(slog.DiscardHandler), Pace{})
	look := func() {
		var wg sync.WaitGroup
		r.takeUp(t.Context(), &wg)
		wg.Wait()
	}
	look()
	look()
	require.Equal(t, 2, roots(), "the database still has yesterday")
	q.day, q.fail = "", errors.New("the database is silent")
	look()
	q.fail = nil
	look()
	require.Equal(t, 4, roots())
	look()
	require.Equal(t, 4, roots(), "once made it is not asked for again that day")
}

func seconds(ds []time.Duration) []time.Duration {
	out := make([]time.Duration, len(ds))
	for i, d := range ds {
		out[i] = d / time.Second
	}
	return out
}

func TestCasesThatCannotMoveDoNotHideOthers(t *testing.T) {
	q := &queues{undelivered: []store.CaseRef{{ID: "stuck_1", Sequence: 1}, {ID: "stuck_2", Sequence: 1}, {ID: "behind", Sequence: 1}}}
	relaying(t, q, Pace{Poll: time.Millisecond, Batch: 2})
	require.Eventually(t, func() bool {
		return slices.Contains(q.all(), store.CaseRef{ID: "behind", Sequence: 1})
	}, 10*time.Second, time.Millisecond)
}
