package store

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
)

// What a case tells a standing arrives in the same transaction, at a row that is made when it is told the first thing.
func TestWhatIsToldToAStandingIsThereWithTheStep(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		require.NoError(f.t, f.CreateClock(f.ctx, "clk_told", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)))
		for _, clock := range []string{"", "clk_told"} {
			order := f.order(clock)
			high, low := "std_b"+order[4:], "std_a"+order[4:]
			for n := range 2 {
				f.knock(order, "announce", toyData{To: high, Name: low, N: n + 1})
				r := f.step(order)
				require.Equal(f.t, []CaseRef{{low, casefile.KindStanding, int64(n + 1)}, {high, casefile.KindStanding, int64(n + 1)}}, r.Touched)
			}
			for _, id := range []string{high, low} {
				f.step(id)
				require.Equal(f.t, 3, f.toy(id).Count)
				record, err := f.Case(f.ctx, id)
				require.NoError(f.t, err)
				require.Equal(f.t, []string{id, clock}, []string{record.Order, record.Clock}, "it belongs to no order")
				f.verify(id)
			}
		}
	})
}

// Many orders tell the same two standings at once, each in another order, while the standings step: nobody waits in a circle
// and nothing is lost.
func TestManyTellTheSameStandings(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		const orders, rounds = 8, 10
		one, other := fresh("std"), fresh("std")
		var ids []string
		for range orders {
			ids = append(ids, f.order(""))
		}
		var group sync.WaitGroup
		for i, id := range ids {
			group.Go(func() {
				for range rounds {
					to := toyData{To: one, Name: other, N: 1}
					if i%2 == 1 {
						to.To, to.Name = other, one
					}
					f.knock(id, "announce", to)
					f.step(id)
					f.step(to.To)
				}
			})
		}
		group.Wait()
		for _, id := range []string{one, other} {
			f.step(id)
			require.Equal(f.t, orders*rounds, f.toy(id).Count)
			f.verify(id)
		}
	})
}

// A case tells nothing to what is no standing, or stands on another clock: the step fails and changes nothing.
func TestNothingIsToldToAnotherKindOrClock(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		require.NoError(f.t, f.CreateClock(f.ctx, "clk_other", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)))
		order, elsewhere, standing := f.order(""), f.order("clk_other"), fresh("std")
		f.knock(elsewhere, "announce", toyData{To: standing, Name: standing, N: 1})
		f.step(elsewhere)
		for _, to := range []string{f.order(""), standing} {
			f.knock(order, "announce", toyData{To: to, Name: to})
			before := f.everything(order)
			_, err := f.Step(f.ctx, order)
			require.ErrorIs(f.t, err, ErrRules)
			require.Equal(f.t, before, f.everything(order))
			order = f.order("")
		}
	})
}
