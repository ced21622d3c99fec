package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/internal/identifier"
)

// An order and its disputes send to each other while everybody knocks and steps: no deadlock, and nothing is lost.
func TestOrderAndDisputesDoNotLockEachOtherOut(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		const workers, rounds = 16, 25
		order := f.order("")
		cases := []string{order, f.dispute(order), f.dispute(order), f.dispute(order)}
		told := make([]atomic.Int64, len(cases))
		together(workers, func(worker int) {
			draw := rand.New(rand.NewPCG(uint64(worker), 7))
			for range rounds {
				from := draw.IntN(len(cases))
				to := (from + 1 + draw.IntN(len(cases)-1)) % len(cases)
				_, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: cases[from], Name: "tell", By: buyer(), Data: body(f.t, toyData{To: cases[to]})})
				if err != nil {
					f.t.Errorf("knock: %v", err)
				}
				told[to].Add(1)
				if _, err := f.Step(f.ctx, cases[draw.IntN(len(cases))]); err != nil {
					f.t.Errorf("step: %v", err)
				}
			}
		})
		for range 2 { // what the first round sends, the second applies
			for _, id := range cases {
				f.step(id)
			}
		}
		for i, id := range cases {
			require.Equalf(f.t, int(told[i].Load()), f.toy(id).Count, "what was sent to %s", id)
			record, err := f.Case(f.ctx, id)
			require.NoError(f.t, err)
			require.Equal(f.t, record.Sequence, record.Applied)
			f.verify(id)
		}
	})
}

// Release and refund of the same money, asked for by everybody at once: one of them happens.
func TestMoneyMovesOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		workers, rounds := 64, 200
		if testing.Short() {
			rounds = 10
		}
		var released, refunded atomic.Int64
		for range rounds {
			order := f.order("")
			var accepted atomic.Int64
			together(workers, func(worker int) {
				name := []string{"release", "refund"}[worker%2]
				r, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: order, Name: name, By: buyer()})
				if err != nil {
					f.t.Errorf("knock: %v", err)
					return
				}
				if _, err := f.Step(f.ctx, order); err != nil {
					f.t.Errorf("step: %v", err)
				}
				c, err := f.Command(f.ctx, r.ID)
				if err != nil || !c.Applied {
					f.t.Errorf("command: applied %t, %v", c.Applied, err)
				}
				if c.Answer.Accepted() {
					accepted.Add(1)
					map[string]*atomic.Int64{"release": &released, "refund": &refunded}[name].Add(1)
				}
			})
			require.Equal(f.t, int64(1), accepted.Load())
			position, err := f.EscrowOf(f.ctx, order)
			require.NoError(f.t, err)
			require.True(f.t, position.Conserved())
			require.Equal(f.t, money.Minor(0), position.Held)
			require.Equal(f.t, money.Minor(4550), position.Refunded+position.Released)
		}
		paid, err := f.Balance(f.ctx, ledger.PayableTo("acc_seller"), "EUR")
		require.NoError(f.t, err)
		require.Equal(f.t, money.Minor(4550*released.Load()), paid)
		require.Equal(f.t, int64(rounds), released.Load()+refunded.Load())
		wrong, err := f.Unbalanced(f.ctx)
		require.NoError(f.t, err)
		require.Empty(f.t, wrong)
	})
}

// One seller's reserve, wanted by many orders at once, is never overdrawn.
func TestReserveIsNotOverdrawn(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		first := f.order("")
		f.knock(first, "deposit", toyData{Held: 1000})
		f.step(first)
		orders := make([]string, 16)
		for i := range orders {
			orders[i] = f.order("")
			f.knock(orders[i], "recover", toyData{Held: 100})
		}
		var done atomic.Int64
		together(len(orders), func(i int) {
			if _, err := f.Step(f.ctx, orders[i]); err == nil {
				done.Add(1)
			} else if !errors.Is(err, ErrInsufficient) {
				f.t.Error(err)
			}
		})
		require.Equal(f.t, int64(10), done.Load())
		left, err := f.Balance(f.ctx, ledger.ReserveOf("acc_seller"), "EUR")
		require.NoError(f.t, err)
		require.Zero(f.t, left)
	})
}

func TestPayoutsAndReserves(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		seller := fresh("acc")
		_, err := f.CreateAccount(f.ctx, Account{ID: seller, Role: casefile.Seller, Name: "Bolt"}, Once{})
		require.NoError(f.t, err)
		euros := func(n money.Minor) money.Amount { return money.Amount{Minor: n, Currency: "EUR"} }
		together(8, func(i int) {
			if err := f.AddReserve(f.ctx, seller, euros(100), Once{Caller: "acc_platform", Key: fmt.Sprint("reserve", i/2)}); err != nil {
				f.t.Error(err)
			}
		})
		list, err := f.Balances(f.ctx, seller)
		require.NoError(f.t, err)
		require.Equal(f.t, []Balance{{Currency: "EUR", Reserve: 400}}, list, "each key once")
		require.ErrorIs(f.t, f.PayOut(f.ctx, seller, euros(1), Once{}), ErrInsufficient)
		require.ErrorIs(f.t, f.AddReserve(f.ctx, seller, euros(0), Once{}), ErrRules)
		require.ErrorIs(f.t, f.AddReserve(f.ctx, "acc_nobody", euros(1), Once{}), ErrNotFound)

		require.NoError(f.t, f.AddReserve(f.ctx, seller, euros(money.MaxTotal-400), Once{}), "as much as can be counted exactly")
		require.ErrorIs(f.t, f.AddReserve(f.ctx, seller, euros(1), Once{}), ErrFull)
		require.ErrorIs(f.t, f.AddReserve(f.ctx, seller, euros(money.MaxTotal), Once{}), ErrFull)
		reserve := money.MaxTotal

		id := fresh("ord")
		f.begin(id, "", toyData{Buyer: "acc_buyer", Seller: seller, Held: 500})
		f.knock(id, "release", toyData{})
		f.step(id)
		once := Once{Caller: "acc_platform", Key: "pay", BodyHash: []byte("300")}
		require.NoError(f.t, f.PayOut(f.ctx, seller, euros(300), once))
		require.NoError(f.t, f.PayOut(f.ctx, seller, euros(300), once))
		require.ErrorIs(f.t, f.PayOut(f.ctx, seller, euros(200), Once{Caller: "acc_platform", Key: "pay", BodyHash: []byte("200")}), ErrIdempotencyMismatch)
		require.ErrorIs(f.t, f.PayOut(f.ctx, seller, euros(201), Once{}), ErrInsufficient)
		require.NoError(f.t, f.PayOut(f.ctx, seller, euros(200), Once{}))
		list, err = f.Balances(f.ctx, seller)
		require.NoError(f.t, err)
		require.Equal(f.t, []Balance{{Currency: "EUR", Reserve: reserve}}, list)
		position, err := f.EscrowOf(f.ctx, id)
		require.NoError(f.t, err)
		require.Equal(f.t, money.Minor(500), position.Released, "a payout is beside the escrow")
	})
}

// R1 and R2 under fire: while a deadline comes, some knock and others step. Whatever was received at or before the due was
// decided before the default, everything else after it, and the door's order is the order of the log.
func TestDoorTimeDecidesWhenCommandsRaceTheDeadline(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t))
	for range 6 {
		id := f.order("")
		due := f.step(id).Now.Add(60 * time.Millisecond)
		for armed := f.knock(id, "arm", toyData{Name: "answer", Due: due}); armed.ReceivedAt.After(due); { // the machine was held up meanwhile
			id = f.order("")
			due = f.step(id).Now.Add(60 * time.Millisecond)
			armed = f.knock(id, "arm", toyData{Name: "answer", Due: due})
		}
		var over atomic.Bool
		together(12, func(worker int) {
			for !over.Load() {
				if worker < 8 {
					if _, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: id, Name: "add", By: buyer()}); err != nil {
						f.t.Errorf("knock: %v", err)
					}
				}
				result, err := f.Step(f.ctx, id)
				if err != nil {
					f.t.Errorf("step: %v", err)
					return
				}
				if result.Now.After(due.Add(60 * time.Millisecond)) {
					over.Store(true)
				}
			}
		})
		f.step(id)
		due = due.Truncate(time.Microsecond)
		taken, before, after := false, 0, 0
		last := time.Time{}
		for _, e := range f.toy(id).Log {
			require.False(t, e.At.Before(last))
			last = e.At
			switch {
			case e.What == "answer":
				require.False(t, taken, "once")
				require.True(t, e.At.Equal(due))
				taken = true
			case taken:
				require.True(t, e.At.After(due), "received after the due, decided after the default")
				after++
			default:
				require.False(t, e.At.After(due), "decided before the default, received in time")
				before++
			}
		}
		require.True(t, taken)
		require.Positive(t, before)
		require.Positive(t, after)
	}
}
