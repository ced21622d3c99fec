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
		f.newClock("clk_told", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
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
				require.Equal(f.t, []string{id, clock}, []string{record.Order, record.Clock}, "it stands for itself")
				require.Empty(f.t, record.Summary.Order, "it belongs to no order")
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
		f.newClock("clk_other", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
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

// A standing that begins within an incident knows of it after the first thing that it is told, and one that is there is
// reached like an order.
func TestStandingsLearnOfIncidents(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order, there, new, country := f.order(clock), fresh("std"), fresh("std"), fresh("std")
		f.knock(order, "announce", toyData{To: there, Name: there, N: 1})
		f.step(order)
		for _, incident := range []Incident{{ID: fresh("inc")}, {ID: fresh("inc"), Country: "FR"}} {
			incident.Clock, incident.From, incident.Until, incident.Text = clock, zero, zero.Add(time.Hour), "flood"
			_, err := f.Declare(f.ctx, incident, Once{})
			require.NoError(f.t, err)
			_, done, err := f.SpreadIncident(f.ctx, incident.ID)
			require.NoError(f.t, err)
			require.True(f.t, done)
		}
		f.knock(order, "announce", toyData{To: new, Name: country, N: 1})
		f.step(order)
		f.knock(order, "announce", toyData{To: new, Name: new, N: 1})
		f.step(order)
		begun := f.standing(clock, "add")
		for id, log := range map[string][]string{there: {"add@0", "add@0", "declare_incident@0"}, country: {"add@0", "declare_incident@0"},
			new: {"add@0", "declare_incident@0", "add@0", "add@0"}, begun: {"add@0", "declare_incident@0"}} {
			f.step(id)
			require.Equal(f.t, log, f.log(id), "an incident of a country concerns orders")
			f.verify(id)
		}
	})
}

// A standing that somebody begins is there once, whoever was faster.
func TestAStandingIsBegunOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		id := f.standing("", "add")
		_, err := f.Begin(f.ctx, NewCase{ID: id, Kind: casefile.KindStanding, Command: Knock{ID: fresh("cmd"), Case: id, Name: "add", Key: "other"}})
		require.ErrorIs(f.t, err, ErrDuplicate)
		f.knock(id, "add", toyData{N: 2})
		f.step(id)
		require.Equal(f.t, 3, f.toy(id).Count)
	})
}

// standing begins one with a command of its own.
func (f *fixture) standing(clock, command string) string {
	f.t.Helper()
	id := fresh("std")
	_, err := f.Begin(f.ctx, NewCase{ID: id, Kind: casefile.KindStanding, Clock: clock, Command: Knock{ID: fresh("cmd"), Case: id, Name: command,
		By: casefile.Actor{ID: "operator", Role: casefile.Operator}}})
	require.NoError(f.t, err)
	return id
}

func TestARequestIsKnownByItsKey(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order, caller := f.order(""), fresh("acc")
		_, err := f.Knock(f.ctx, Knock{ID: fresh("cmd"), Case: order, Name: "add", By: casefile.Actor{ID: caller, Role: casefile.Buyer}, Key: "command"})
		require.NoError(f.t, err)
		_, err = f.CreateAccount(f.ctx, Account{ID: fresh("acc"), Role: casefile.Seller}, Once{Caller: caller, Key: "request"})
		require.NoError(f.t, err)
		for key, want := range map[string]bool{"command": true, "request": true, "": false, "none": false} {
			used, err := f.Used(f.ctx, caller, key)
			require.NoError(f.t, err)
			require.Equal(f.t, want, used, key)
		}
		used, err := f.Used(f.ctx, fresh("acc"), "command")
		require.NoError(f.t, err)
		require.False(f.t, used, "keys are each caller's own")
	})
}
