package faults

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/activities/payments"
	"recourse/api/client"
	"recourse/domain/casefile"
	"recourse/worker"
)

// moody is a provider that misbehaves towards each order in its own way, and keeps books.
type moody struct {
	payments.Faulty
	mu    sync.Mutex
	moods map[string][]payments.Fault // by order, one a try, also under another key; then none
	hangs map[string]int              // tries that are not answered at all, by order
}

func (m *moody) plan(in payments.Instruction, _ int) payments.Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	moods := m.moods[in.Order]
	if len(moods) == 0 {
		return payments.None
	}
	m.moods[in.Order] = moods[1:]
	return moods[0]
}

// Execute says nothing until the caller gives up, as often as the order's mood has it, and is the faulty one after that.
func (m *moody) Execute(ctx context.Context, in payments.Instruction) (payments.Answer, error) {
	m.mu.Lock()
	hang := m.hangs[in.Order] > 0
	m.hangs[in.Order]--
	m.mu.Unlock()
	if hang {
		<-ctx.Done()
		return payments.Answer{Status: payments.Unknown}, ctx.Err()
	}
	return m.Faulty.Execute(ctx, in)
}

func TestAProviderThatFailsDuringAnAdvance(t *testing.T) {
	g := stand(t)
	s := begin(t, g, options{apis: 1}).up()
	ctx := t.Context()
	provider := &moody{moods: map[string][]payments.Fault{}, hangs: map[string]int{}}
	provider.Plan = provider.plan
	s.work(provider, worker.Pace{}, slog.New(slog.DiscardHandler))

	moods := []struct {
		name  string
		moods []payments.Fault
		hangs int
		tries int
	}{
		{name: "well", tries: 1},
		{name: "the answer is lost, twice", moods: []payments.Fault{payments.LostAfter, payments.LostAfter}, tries: 3},
		{name: "the request is lost", moods: []payments.Fault{payments.LostAhead}, tries: 2},
		{name: "it does not know yet", moods: []payments.Fault{payments.Hesitate, payments.Hesitate}, tries: 3},
		{name: "no answer at all", hangs: 1, tries: 1},
		{name: "declined", moods: []payments.Fault{payments.Decline}, tries: 1},
	}
	told := make([]*story, len(moods))
	for i, m := range moods {
		var err error
		told[i], err = s.prepare(ctx, true, nil)
		require.NoError(t, err)
		require.NoError(t, told[i].ordered(ctx))
		provider.mu.Lock()
		provider.moods[told[i].order], provider.hangs[told[i].order] = m.moods, m.hangs
		provider.mu.Unlock()
	}
	took := make([]time.Duration, len(moods))
	require.Empty(t, together(ctx, len(moods), func(ctx context.Context, i int) error {
		began := time.Now()
		defer func() { took[i] = time.Since(began) }()
		return told[i].turn(ctx, began0(60))
	}))
	for i, m := range moods {
		at, err := s.store.EscrowOf(ctx, told[i].order)
		require.NoError(t, err)
		require.Zero(t, at.InTransit, m.name)
		require.True(t, at.Conserved(), m.name)
		if m.name == "declined" {
			require.EqualValues(t, captured, at.Held, "held again, and nobody but an operator asks once more")
			s.retried(told[i])
			at, err = s.store.EscrowOf(ctx, told[i].order)
			require.NoError(t, err)
		}
		require.EqualValues(t, captured, at.Released, m.name)
		moved := 0
		for key, in := range provider.Moved() {
			if in.Order == told[i].order {
				moved++
				if m.name != "declined" {
					require.Equal(t, m.tries, provider.Tries(key), m.name)
				}
			}
		}
		require.Equal(t, 1, moved, "once, whatever was lost: %s", m.name)
		t.Logf("%-28s the advance took %s", m.name, took[i].Round(time.Millisecond))
	}
	s.sound()
}

// began0 is an instant so many days after the stories began.
func began0(days int) time.Time { return began.Add(time.Duration(days) * 24 * time.Hour) }

// retried lets an operator ask for the failed payment once more, and waits for it.
func (s *system) retried(st *story) {
	s.Helper()
	step := s.only(st.order, casefile.TransferFailed).Data["step"]
	number, ok := step.(interface{ Int64() (int64, error) })
	require.True(s.T, ok)
	n, err := number.Int64()
	require.NoError(s.T, err)
	require.NoError(s.T, done(st.as("operator").RetryTransfer(s.Context(), st.order, nil, client.TransferRetry{Step: n})))
	until(s.T, "the retry does not arrive", func() bool { return s.row(st.order).Effects == 0 })
	require.NoError(s.T, st.turn(s.Context(), began0(100)))
}

// work runs a worker in this process, with a provider or a pace of the test's own. There is one at a time.
func (s *system) work(provider payments.Provider, pace worker.Pace, logger *slog.Logger) (stop func()) {
	s.Helper()
	w, err := worker.New(worker.Config{Client: s.ground.engine, Store: s.store, Provider: provider, TaskQueue: s.queue, Logger: logger, Relay: pace})
	require.NoError(s.T, err)
	require.NoError(s.T, w.Start())
	stop = sync.OnceFunc(w.Stop)
	s.Cleanup(stop)
	return stop
}
