package faults

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/store"
)

// The lock order under attack: an order writes to its disputes' doors (a bank freezes and lets go), its disputes to the
// order's (outcomes), and parties knock at all of them, through two APIs and two workers.
func TestManyWritersOnAnOrderAndItsDisputes(t *testing.T) {
	g := stand(t)
	s := begin(t, g, options{apis: 2, workers: 2}).up()
	ctx := t.Context()
	st, err := s.prepare(ctx, false, map[string]any{"limits.messages_per_day": 100000})
	require.NoError(t, err)
	require.NoError(t, st.ordered(ctx))
	doors := []string{}
	for _, sku := range []string{"LAMP-7", "CUP-1"} {
		d, err := st.opened(ctx, sku)
		require.NoError(t, err)
		doors = append(doors, d)
	}
	before := s.deadlocks()
	const writers, each = 16, 12
	var mu sync.Mutex
	var took []time.Duration
	timed := func(do func() error) error {
		began := time.Now()
		err := do()
		mu.Lock()
		defer mu.Unlock()
		took = append(took, time.Since(began))
		return err
	}
	began := time.Now()
	failed := together(ctx, writers+1, func(ctx context.Context, w int) error {
		for n := range each {
			if w == writers {
				if err := timed(func() error { return st.bank(ctx) }); err != nil {
					return err
				}
				continue
			}
			who := []string{st.buyer, st.seller}[w%2]
			body := client.NewMessage{Text: fmt.Sprintf("Message %d of %d.", n, w)}
			err := timed(func() error {
				if door := (w + n) % 3; door < 2 {
					return done(st.as(who).PostMessage(ctx, doors[door], nil, body))
				}
				return done(st.as(who).PostOrderMessage(ctx, st.order, nil, body))
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	require.Empty(t, failed)
	lasted := time.Since(began)
	// And both disputes end at the same moment, each with an outcome for the order.
	require.Empty(t, together(ctx, 2, func(ctx context.Context, i int) error {
		return done(st.as(st.seller).Concede(ctx, doors[i], nil, client.Concession{Acknowledge: true}))
	}))
	until(t, "the money does not arrive", func() bool {
		at, err := s.store.EscrowOf(ctx, st.order)
		return err == nil && at.Refunded == lamp+cup
	})
	require.Equal(t, before, s.deadlocks(), "the database had to break a deadlock")
	slices.Sort(took)
	t.Logf("%d writers, %d commands in %s; p50 %s, p99 %s, worst %s; no deadlock", writers+1, len(took), lasted.Round(time.Millisecond),
		took[len(took)/2].Round(time.Millisecond), took[len(took)*99/100].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
	s.sound()
}

// bank opens a chargeback over all that is held, which freezes both disputes, and closes it for the seller.
func (st *story) bank(ctx context.Context) error {
	if err := done(st.platform.OpenChargeback(ctx, st.order, nil, client.NewChargeback{Amount: *euro(captured)})); err != nil {
		return fmt.Errorf("open a chargeback: %w", err)
	}
	if err := done(st.platform.CloseChargeback(ctx, st.order, nil, client.ChargebackResult{WonBy: client.PartySeller})); err != nil {
		return fmt.Errorf("close the chargeback: %w", err)
	}
	return nil
}

// deadlocks is how many the database has had to break.
func (s *system) deadlocks() int64 {
	s.Helper()
	var n []struct{ N int64 }
	require.NoError(s.T, s.store.Inspect(s.Context(), func(v store.View) error {
		return v.Query(&n, "SELECT deadlocks AS n FROM pg_stat_database WHERE datname = current_database()")
	}))
	return n[0].N
}
