package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/store"
)

func TestAWorkerThatIsKilledIsReplacedByTheOther(t *testing.T) {
	g := stand(t)
	s := begin(t, g, options{apis: 1, workers: 2}).up()
	const stories = 4
	told := make([]*story, stories)
	ended := make(chan []error, 1)
	go func() {
		ended <- together(t.Context(), stories, func(ctx context.Context, i int) (err error) {
			if told[i], err = s.prepare(ctx, true, nil); err != nil {
				return err
			}
			return told[i].d1(ctx)
		})
	}()
	s.after(stories * 6)
	s.workers[0].kill() // in the middle; the other goes on
	s.after(stories * 16)
	s.workers[1].kill() // nobody is left
	require.NoError(t, s.workers[0].start())
	require.Empty(t, <-ended)
	first := told[0].tale(t.Context(), t)
	for _, st := range told[1:] {
		require.Equal(t, first, st.tale(t.Context(), t), "the same story, whoever died in it")
	}
	s.sound()
}

// after waits until so many events are recorded.
func (s *system) after(events int64) {
	s.Helper()
	until(s.T, "nothing happens", func() bool { return s.events() >= events })
}

func (s *system) events() int64 {
	var n []struct{ N int64 }
	err := s.store.Inspect(s.Context(), func(v store.View) error { return v.Query(&n, "SELECT count(*) AS n FROM events") })
	if err != nil || len(n) == 0 {
		return 0 // the database may be down just now
	}
	return n[0].N
}

// under is how long the kills of the random test go on.
const under = 20 * time.Second

// seedVariable repeats a run: what is killed, when, and for how long.
const seedVariable = "RECOURSE_TEST_SEED"

func TestWhoeverIsKilledEverythingComesToItsEnd(t *testing.T) {
	g := stand(t)
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("%s=%d", seedVariable, seed)
	s := begin(t, g, options{apis: 2, workers: 2, env: []string{"RECOURSE_COMMAND_WAIT=1s"}}).up()
	fate := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable is what it must be

	over := make(chan struct{})
	var keepers sync.WaitGroup
	for _, p := range append(append([]*process{}, s.apis...), s.workers...) {
		keepers.Go(func() { keep(p, over) })
	}
	told := make(chan int, 1)
	ended := make(chan []error, 1)
	go func() {
		var mu sync.Mutex
		n := 0
		ended <- together(t.Context(), 5, func(ctx context.Context, i int) error {
			for {
				var err error
				if i == 0 {
					err = s.silence(ctx)
				} else {
					err = s.dispute(ctx)
				}
				if err != nil {
					return err
				}
				mu.Lock()
				n++
				mu.Unlock()
				select {
				case <-over:
					mu.Lock()
					defer mu.Unlock()
					if i == 0 {
						told <- n
					}
					return nil
				default:
				}
			}
		})
	}()
	kills := s.havoc(fate)
	close(over)
	stopped := time.Now()
	keepers.Wait()
	for _, p := range append(append([]*process{g.temporal}, s.apis...), s.workers...) {
		select {
		case <-p.gone():
			require.NoError(t, p.start())
		default:
		}
		if p == g.temporal { // a worker ends when it finds no engine at its start
			require.NoError(t, g.awaitEngine())
		}
	}
	require.Empty(t, <-ended)
	n := <-told
	until(t, "not every case comes to its end", func() bool { return s.openCases() == 0 })
	t.Logf("%s; about %d stories were told; all was over %s after the last kill", kills, n, time.Since(stopped).Round(time.Millisecond))
	s.sound()
}

// silence is an order about which nobody says anything, in real time.
func (s *system) silence(ctx context.Context) error {
	st, err := s.prepare(ctx, false, quick)
	if err == nil {
		err = st.ordered(ctx)
	}
	if err == nil {
		err = st.over(ctx)
	}
	return err
}

// dispute is a D1 on a test clock.
func (s *system) dispute(ctx context.Context) error {
	st, err := s.prepare(ctx, true, nil)
	if err != nil {
		return err
	}
	return st.d1(ctx)
}

// keep starts a process again whenever it has ended, as whatever runs it in production does.
func keep(p *process, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-p.gone():
			if !pause(over, 200*time.Millisecond) {
				return
			}
			_ = p.start() // again, when that fails
		}
	}
}

// havoc kills one part after the other, as the fate wills, and brings databases and the engine back.
func (s *system) havoc(fate *rand.Rand) string {
	s.Helper()
	kills := map[string]int{}
	for began := time.Now(); time.Since(began) < under; {
		rest := time.Duration(fate.IntN(1500)) * time.Millisecond
		down := time.Duration(fate.IntN(1200)) * time.Millisecond
		victim := fate.IntN(10)
		if !pause(s.Context().Done(), 500*time.Millisecond+rest) {
			break
		}
		switch {
		case victim < 2:
			kills["api"]++
			s.apis[victim].slay()
		case victim < 6:
			kills["worker"]++
			s.workers[victim%2].slay()
		case victim < 8:
			kills["engine"]++
			s.ground.temporal.kill()
			pause(s.Context().Done(), down)
			require.NoError(s.T, s.ground.temporal.start())
		case victim < 9:
			kills["database"]++
			require.NoError(s.T, s.ground.cases.Kill())
			pause(s.Context().Done(), down)
			require.NoError(s.T, s.ground.cases.Restart())
		default:
			kills["engine's database"]++
			require.NoError(s.T, s.ground.runs.Kill())
			pause(s.Context().Done(), down)
			require.NoError(s.T, s.ground.runs.Restart())
		}
		select {
		case <-s.ground.temporal.gone(): // it may give up without its database
			require.NoError(s.T, s.ground.temporal.start())
		default:
		}
	}
	return fmt.Sprintf("killed: %v", kills)
}

// openCases counts what has not come to its end: commands and effects that wait, and orders and disputes that are open. A
// standing stays open for as long as its entries count, which is longer than any story here.
func (s *system) openCases() int64 {
	var n []struct{ N int64 }
	err := s.store.Inspect(s.Context(), func(v store.View) error {
		return v.Query(&n, "SELECT count(*) AS n FROM cases WHERE NOT closed AND kind <> 'standing' OR applied < sequence OR effects_open > 0")
	})
	if err != nil || len(n) == 0 {
		return -1
	}
	return n[0].N
}

func (s *system) row(id string) (c store.CaseRecord) {
	s.Helper()
	until(s.T, "the row of "+id+" cannot be read", func() bool { // as transfers does
		var err error
		c, err = s.store.Case(s.Context(), id)
		return err == nil
	})
	return c
}
