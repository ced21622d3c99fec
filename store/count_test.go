package store

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// The statements of each operation, begin and commit not counted. They are part of what an operation costs (QUALITY 1,
// B12): a change that adds one changes this table and says why.
func TestStatementsOfEachOperation(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order, bound := f.order(""), f.order(clock)
		dispute := f.dispute(order)
		step := func(id string) func(context.Context) {
			return func(ctx context.Context) {
				_, err := f.Step(ctx, id)
				require.NoError(f.t, err)
			}
		}
		knock := func(id, name string, data toyData) { f.knock(id, name, data) }
		for _, c := range []struct {
			what   string
			before func()
			do     func(context.Context)
			want   int64
		}{
			{"knock", nil, func(ctx context.Context) {
				_, err := f.Knock(ctx, Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: "counted"})
				require.NoError(f.t, err)
			}, 2}, // the case's row, the command
			{"knock again", nil, func(ctx context.Context) {
				_, err := f.Knock(ctx, Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: "counted"})
				require.NoError(f.t, err)
			}, 3},
			{"knock on a test clock", nil, func(ctx context.Context) {
				_, err := f.Knock(ctx, Knock{ID: identifier.New("cmd"), Case: bound, Name: "add", By: buyer()})
				require.NoError(f.t, err)
			}, 3}, // and the clock
			{"begin", nil, func(ctx context.Context) {
				_, err := f.Begin(ctx, NewCase{ID: fresh("ord"), Kind: casefile.KindOrder, Command: Knock{ID: identifier.New("cmd"), Name: "begin"}})
				require.NoError(f.t, err)
			}, 3}, // row, command, incidents
			{"step of one command", nil, step(order), 5}, // lock, commands, events, answers, row
			{"step of nothing", nil, step(order), 1},
			{"step on a test clock", nil, step(bound), 6},
			{"step of ten commands", func() {
				for range 10 {
					knock(dispute, "add", toyData{})
				}
			}, step(dispute), 5},
			{"step that sends to its order", func() { knock(dispute, "tell", toyData{To: order}) }, step(dispute), 7},                     // the order's row and command
			{"step that opens a dispute", func() { step(order)(f.ctx); knock(order, "open", toyData{To: fresh("dsp")}) }, step(order), 8}, // the new row and command, and whether an incident lasts
			{"step that asks for order's facts", func() { knock(dispute, "see_order", toyData{}) }, step(dispute), 5},                     // locked already
			{"step of a deadline", func() {
				knock(order, "arm", toyData{Name: "end", Due: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Reminder: true})
			}, step(order), 6}, // the deadline's own record
			{"step that moves money", func() { knock(order, "release", toyData{}) }, step(order), 9}, // transfers, postings, two balances: what only passed through transit is none
			{"read a case", nil, func(ctx context.Context) {
				_, err := f.Case(ctx, order)
				require.NoError(f.t, err)
			}, 1},
			{"read a command", nil, func(ctx context.Context) {
				_, err := f.Command(ctx, identifier.New("cmd"))
				require.ErrorIs(f.t, err, ErrNotFound)
			}, 1},
			{"list cases", nil, func(ctx context.Context) {
				_, err := f.Cases(ctx, CaseQuery{Buyer: "acc_buyer"})
				require.NoError(f.t, err)
			}, 1},
			{"timeline", nil, func(ctx context.Context) {
				_, err := f.Timeline(ctx, order, 0, 10)
				require.NoError(f.t, err)
			}, 1},
			{"what is told of a case", nil, func(ctx context.Context) {
				_, err := f.Told(ctx, order, casefile.MessagePosted, casefile.OrderFunded)
				require.NoError(f.t, err)
			}, 1},
			{"relay's round", nil, func(ctx context.Context) {
				_, err := f.Undelivered(ctx, time.Hour, 10)
				require.NoError(f.t, err)
				_, err = f.Overdue(ctx, time.Hour, 10)
				require.NoError(f.t, err)
				_, err = f.OpenEffects(ctx, time.Hour, 10)
				require.NoError(f.t, err)
			}, 3},
		} {
			if c.before != nil {
				c.before()
			}
			ctx, n := CountStatements(f.ctx)
			c.do(ctx)
			require.Equal(f.t, c.want, n.Load(), c.what)
		}
	})
}
