package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"recourse/domain/casefile"
)

var boardEdges = []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}

func (f *fixture) board(clock string) Board {
	f.t.Helper()
	b, err := f.Board(f.ctx, BoardQuery{Clock: clock, Window: 90 * 24 * time.Hour, Sample: 10, Edges: boardEdges})
	require.NoError(f.t, err)
	return b
}

func TestTheBoardCountsTheOpenCasesOfItsClock(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.newClock("clk_board", zero)
		first, second, over := f.order("clk_board"), f.order("clk_board"), f.order("clk_board")
		f.order("") // in real time, which is another board's
		f.knock(first, "stage", toyData{Name: "inspection"})
		f.step(first)
		f.knock(over, "close", toyData{})
		f.step(over)
		dispute := f.queued(second, zero, "acc_cleo")
		f.knock(dispute, "add", toyData{}) // a toy that has counted is overdue
		f.step(dispute)
		b := f.board("clk_board")
		require.True(f.t, zero.Equal(b.Now))
		require.Contains(f.t, b.Stages, StageCount{"order", "inspection", Amount{N: 1}})
		var open int64
		for _, s := range b.Stages {
			open += s.Cases.N
		}
		require.EqualValues(f.t, 3, open, "%+v", b.Stages)
		require.Equal(f.t, Amount{N: 1}, b.Late)
		require.Len(f.t, b.Sample, 1)
		require.NotNil(f.t, b.Sample[0].State)
		require.Contains(f.t, b.Clocks, "clk_board")
		_, err := f.Board(f.ctx, BoardQuery{Clock: "clk_nothing"})
		require.ErrorIs(f.t, err, ErrNotFound)
	})
}

func TestTheBoardTellsDeadlinesByWhenAndWhose(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.newClock("clk_due", zero)
		var ids []string
		for i, due := range []time.Duration{-time.Minute, 0, 30 * time.Minute, time.Hour, 2 * time.Hour, 24 * time.Hour, 25 * time.Hour, 8 * 24 * time.Hour} {
			id := f.order("clk_due")
			ids = append(ids, id)
			move := casefile.Seller
			if i == 2 {
				move = casefile.Reviewer
			}
			require.NoError(f.t, f.db.Exec("UPDATE cases SET awaited_at = ?, awaited_name = 'due', move = ? WHERE id = ?", at(zero.Add(due)), move, id).Error)
		}
		b := f.board("clk_due")
		require.Equal(f.t, []DueCount{{0, casefile.Seller, 2}, {1, casefile.Reviewer, 1}, {1, casefile.Seller, 1}, {2, casefile.Seller, 2}, {3, casefile.Seller, 1}}, b.Due)
		require.False(f.t, b.DueMore)

		var listed []string
		q := DueQuery{Clock: "clk_due", Within: 24 * time.Hour, Limit: 2}
		for {
			page, now, err := f.AwaitedCases(f.ctx, q)
			require.NoError(f.t, err)
			require.True(f.t, zero.Equal(now))
			for _, c := range page.Data {
				listed = append(listed, c.ID)
				require.Equal(f.t, "due", c.AwaitedName)
			}
			require.Equal(f.t, page.HasMore, page.Next != "")
			if q.After = page.Next; !page.HasMore {
				break
			}
		}
		require.Equal(f.t, ids[:6], listed, "the earliest first, without gaps or repeats")
		_, _, err := f.AwaitedCases(f.ctx, DueQuery{After: "nonsense"})
		require.ErrorIs(f.t, err, ErrCursor)
	})
}

func TestAReminderIsNoDeadlineOfTheBoard(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.newClock("clk_remind", zero)
		id := f.order("clk_remind")
		f.knock(id, "arm", toyData{Name: "answer", Due: zero.Add(30 * time.Hour)})
		f.knock(id, "arm", toyData{Name: "nudge", Due: zero.Add(time.Hour), Reminder: true})
		f.step(id)
		c, err := f.Case(f.ctx, id)
		require.NoError(f.t, err)
		require.Equal(f.t, "nudge", c.NextName)
		page, _, err := f.AwaitedCases(f.ctx, DueQuery{Clock: "clk_remind", Within: 48 * time.Hour})
		require.NoError(f.t, err)
		require.Len(f.t, page.Data, 1)
		require.Equal(f.t, "answer", page.Data[0].AwaitedName)
		require.True(f.t, zero.Add(30*time.Hour).Equal(page.Data[0].AwaitedAt))
	})
}

func TestOrdersAreReadAllAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		one, two, other := f.order(""), f.order(""), f.order("")
		require.NoError(f.t, f.db.Exec("UPDATE cases SET kind = ? WHERE id = ?", casefile.KindReport, other).Error)
		records, err := f.Orders(f.ctx, []string{one, two, other, "ord_none"})
		require.NoError(f.t, err)
		var ids []string
		for _, r := range records {
			ids = append(ids, r.ID)
			require.NotNil(f.t, r.State)
		}
		require.ElementsMatch(f.t, []string{one, two}, ids)
		none, err := f.Orders(f.ctx, nil)
		require.NoError(f.t, err)
		require.Empty(f.t, none)
	})
}

func TestTheBoardKnowsWhatWaitsForAnOperator(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.newClock("clk_waits", zero)
		failed, bank := f.order("clk_waits"), f.order("clk_waits")
		require.NoError(f.t, f.db.Exec("UPDATE cases SET waits = 'transfer' WHERE id = ?", failed).Error)
		require.NoError(f.t, f.db.Exec("UPDATE cases SET waits = 'chargeback' WHERE id = ?", bank).Error)
		require.Equal(f.t, map[casefile.Wait]Amount{casefile.WaitsForBank: {N: 1}, casefile.WaitsForRetry: {N: 1}, casefile.WaitsForSignature: {}}, f.board("clk_waits").Waits)
		page, _, err := f.AwaitedCases(f.ctx, DueQuery{Clock: "clk_waits", Waits: casefile.WaitsForRetry})
		require.NoError(f.t, err)
		require.Len(f.t, page.Data, 1)
		require.Equal(f.t, failed, page.Data[0].ID)
		require.Equal(f.t, casefile.WaitsForRetry, page.Data[0].Summary.Waits)

		before := f.board("").Door.N
		f.knock(bank, "add", toyData{})
		b := f.board("")
		require.Equal(f.t, before+1, b.Door.N)
		require.False(f.t, b.DoorOldest.IsZero())
	})
}

func TestEscrowIsHeldAgainstTheLedgerInBatches(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		for i := range 5 {
			account := fmt.Sprintf("escrow:ord_x%d", i)
			require.NoError(f.t, f.db.Create(&transferRow{CaseID: account, Step: 1, Verb: "hold", OrderID: account, Cause: "c", Currency: "EUR", At: at(zero)}).Error)
			require.NoError(f.t, f.db.Create(&[]postingRow{{CaseID: account, Step: 1, Verb: "hold", Position: 0, Account: account, Currency: "EUR", AmountMinor: 100},
				{CaseID: account, Step: 1, Verb: "hold", Position: 1, Account: "capture", Currency: "EUR", AmountMinor: -100}}).Error)
			held := int64(100)
			if i == 3 {
				held = 90 // somebody has edited it
			}
			require.NoError(f.t, f.db.Create(&balanceRow{Account: account, Currency: "EUR", BalanceMinor: held}).Error)
		}
		require.NoError(f.t, f.db.Create(&balanceRow{Account: "reserve:acc_x", Currency: "EUR", BalanceMinor: 7}).Error)
		var total Escrow
		rounds, next := 0, ""
		for {
			sums, after, err := f.EscrowBatch(f.ctx, next, 2)
			require.NoError(f.t, err)
			rounds++
			for _, s := range sums {
				total.Held, total.Ledger, total.Accounts, total.Differ = total.Held+s.Held, total.Ledger+s.Ledger, total.Accounts+s.Accounts, total.Differ+s.Differ
				total.Example = max(total.Example, s.Example)
			}
			if next = after; next == "" {
				break
			}
		}
		require.Equal(f.t, 3, rounds)
		require.Equal(f.t, Escrow{Held: 490, Ledger: 500, Accounts: 5, Differ: 1, Example: "escrow:ord_x3"}, total)
	})
}

// No number of the board reads a table from end to end, and the lists behind it are sorted by their indexes.
func TestTheBoardHasItsIndexes(t *testing.T) {
	t.Parallel()
	eachPlanner(t, func(f *fixture) {
		f.fill(3000)
		require.NoError(f.t, f.db.Exec("UPDATE cases SET awaited_at = opened_at, waits = CASE WHEN sequence % 7 = 1 THEN 'transfer' ELSE '' END").Error)
		require.NoError(f.t, f.db.Exec("ANALYZE").Error)
		for _, clock := range []string{"", "clk_plan"} {
			statements := f.overheard(func(ctx context.Context) error {
				_, err := f.Board(ctx, BoardQuery{Clock: clock, Window: time.Hour, Sample: 5, Edges: boardEdges})
				return err
			})
			require.Greater(f.t, len(statements), 10)
			for _, statement := range statements {
				if strings.Contains(statement, "FROM") {
					f.explain("board", statement, !strings.Contains(statement, "GROUP BY"))
				}
			}
			for name, q := range map[string]DueQuery{"due": {Clock: clock, Within: time.Hour}, "waits": {Clock: clock, Waits: casefile.WaitsForRetry},
				"next page": {Clock: clock, Within: time.Hour, After: cursorOf(zero, "ord_x1")}} {
				f.plan(name, func(tx *gorm.DB) *gorm.DB {
					tx, err := q.scope(tx, zero)
					require.NoError(f.t, err)
					var rows []caseRow
					return tx.Limit(21).Find(&rows)
				})
			}
		}
		for _, statement := range f.overheard(func(ctx context.Context) error { _, _, err := f.EscrowBatch(ctx, "", 10); return err }) {
			f.explain("escrow", statement, false)
		}
	})
}
