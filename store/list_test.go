package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"recourse/domain/casefile"
)

func TestListsPageWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		var all []string
		for range 25 {
			all = append(all, f.order(""))
		}
		// Some were opened at one instant: the ID breaks the tie.
		require.NoError(f.t, f.db.Exec("UPDATE cases SET opened_at = ? WHERE id <= ?", at(zero), all[9]).Error)
		for _, oldest := range []bool{true, false} {
			var got []string
			q := CaseQuery{Kind: casefile.KindOrder, Buyer: "acc_buyer", Oldest: oldest, Limit: 7}
			for pages := 1; ; pages++ {
				page, err := f.Cases(f.ctx, q)
				require.NoError(f.t, err)
				for _, c := range page.Data {
					got = append(got, c.ID)
				}
				if !page.HasMore {
					require.Equal(f.t, 4, pages)
					require.Empty(f.t, page.Next)
					break
				}
				q.After = page.Next
			}
			if !oldest {
				for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
					got[i], got[j] = got[j], got[i]
				}
			}
			require.Equal(f.t, all, got)
		}
		_, err := f.Cases(f.ctx, CaseQuery{After: "nonsense"})
		require.ErrorIs(f.t, err, ErrCursor)
		page, err := f.Cases(f.ctx, CaseQuery{Limit: 1_000_000})
		require.NoError(f.t, err)
		require.Len(f.t, page.Data, 25)
	})
}

func TestEachFilterShowsItsOwn(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		clock := fresh("clk")
		f.newClock(clock, zero)
		order := fresh("ord")
		f.begin(order, clock, toyData{Buyer: "acc_ada", Seller: "acc_bolt", Reviewer: "acc_cleo"})
		f.step(order)
		f.knock(order, "stage", toyData{Name: "inspection", Reviewer: "acc_cleo"})
		f.step(order)
		dispute := f.dispute(order)
		other := f.order("")
		f.knock(other, "close", toyData{})
		f.step(other)
		require.NoError(f.t, f.db.Exec("UPDATE cases SET reason = 'counterfeit', status = 'under_review' WHERE id = ?", dispute).Error)
		for _, c := range []struct {
			q    CaseQuery
			want []string
		}{
			{CaseQuery{Kind: casefile.KindDispute}, []string{dispute}},
			{CaseQuery{Stage: "inspection"}, []string{order}},
			{CaseQuery{Status: "under_review"}, []string{dispute}},
			{CaseQuery{Reason: "counterfeit"}, []string{dispute}},
			{CaseQuery{Buyer: "acc_ada", Oldest: true}, []string{order, dispute}},
			{CaseQuery{Seller: "acc_bolt", Kind: casefile.KindOrder}, []string{order}},
			{CaseQuery{Reviewer: "acc_cleo"}, []string{order}},
			{CaseQuery{Order: order, Kind: casefile.KindDispute}, []string{dispute}},
			{CaseQuery{Clock: clock, Kind: casefile.KindOrder}, []string{order}},
			{CaseQuery{Open: new(true), Kind: casefile.KindOrder}, []string{order}},
			{CaseQuery{Open: new(false), Kind: casefile.KindOrder}, []string{other}},
			{CaseQuery{Buyer: "acc_nobody"}, nil},
		} {
			page, err := f.Cases(f.ctx, c.q)
			require.NoError(f.t, err)
			var got []string
			for _, r := range page.Data {
				got = append(got, r.ID)
			}
			require.ElementsMatchf(f.t, c.want, got, "%+v", c.q)
		}
		one, err := f.Case(f.ctx, order)
		require.NoError(f.t, err)
		page, err := f.Cases(f.ctx, CaseQuery{Stage: "inspection"})
		require.NoError(f.t, err)
		one.State = nil
		require.Equal(f.t, one, page.Data[0], "a list shows what the page shows")
		require.Equal(f.t, "inspection", one.Summary.Stage)
		page, err = f.Cases(f.ctx, CaseQuery{Stage: "inspection", States: true})
		require.NoError(f.t, err)
		one, err = f.Case(f.ctx, order)
		require.NoError(f.t, err)
		require.Equal(f.t, one, page.Data[0], "with its state, where that is asked for")
	})
}

func TestTimelines(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		order := f.order("")
		dispute := f.dispute(order)
		f.order("")
		f.knock(dispute, "add", toyData{Text: "numbers stay", N: 1 << 30})
		f.knock(order, "add", toyData{})
		f.step(order)
		f.step(dispute)
		var got []string
		after := ""
		for {
			page, next, err := f.OrderTimeline(f.ctx, order, after, 2)
			require.NoError(f.t, err)
			if len(page) == 0 {
				require.Equal(f.t, after, next)
				break
			}
			for _, r := range page {
				got = append(got, fmt.Sprintf("%s/%d", r.Case, r.Sequence))
			}
			after = next
		}
		o, d := order+"/", dispute+"/"
		require.Equal(f.t, []string{o + "1", o + "2", d + "1", d + "2", o + "3"}, got, "by time: the dispute was told first")
		_, _, err := f.OrderTimeline(f.ctx, order, "nonsense", 2)
		require.ErrorIs(f.t, err, ErrCursor)
		f.verify(order)
		f.verify(dispute)
	})
}

// Every list is served by an index from its first row on: no sort, and no scan of the whole table.
func TestEveryListHasItsIndex(t *testing.T) {
	t.Parallel()
	eachPlanner(t, func(f *fixture) {
		f.fill(3000)
		lists := map[string]CaseQuery{
			"all": {}, "kind": {Kind: "dispute"}, "open": {Kind: "dispute", Open: new(true)}, "stage": {Stage: "stage7"}, "status": {Status: "status7"},
			"reason": {Reason: "reason7"}, "buyer": {Buyer: "buyer7"}, "seller": {Seller: "seller7"}, "reviewer": {Reviewer: "reviewer7"},
			"order": {Order: "ord_x7"}, "clock": {Clock: "clk_plan"}, "buyer and kind": {Buyer: "buyer7", Kind: "dispute"},
			"over": {Kind: "dispute", Open: new(false)}, "seller, open": {Seller: "seller7", Open: new(true)}, "page": {Seller: "seller7", After: cursorOf(zero.Add(time.Hour), "ord_x1")},
		}
		for name, q := range lists {
			f.plan(name, func(tx *gorm.DB) *gorm.DB {
				tx, err := q.scope(tx)
				require.NoError(f.t, err)
				var rows []caseRow
				return tx.Omit("state").Limit(21).Find(&rows)
			})
		}
		f.plan("cases that an incident concerns", func(tx *gorm.DB) *gorm.DB {
			var rows []caseRow
			return incidentRow{CursorID: "ord_x7"}.scope(tx).Find(&rows)
		})
		queues := map[string]QueueQuery{
			"queue": {}, "queue with what is put off": {Snoozed: true}, "queue of a reviewer": {Reviewer: "reviewer7"}, "queue of nobody": {Unassigned: true},
			"queue on a clock": {Clock: "clk_plan"}, "queue of what is overdue": {Overdue: true}, "queue of a status": {Status: "status7"}, "queue, next page": {After: cursorOf(zero.Add(time.Hour), "ord_x1")},
		}
		for name, q := range queues {
			f.plan(name, func(tx *gorm.DB) *gorm.DB {
				tx, err := q.scope(tx, at(zero))
				require.NoError(f.t, err)
				var rows []caseRow
				return tx.Order("urgent_at, id").Limit(21).Find(&rows)
			})
		}
		f.plan("timeline", func(tx *gorm.DB) *gorm.DB {
			var rows []eventRow
			return tx.Where("case_id = ? AND sequence > ?", "ord_x7", 0).Order("sequence").Limit(10).Find(&rows)
		})
	})
}

// What the relay and the test clock ask all the time reads no table from end to end.
func TestQueuesHaveTheirIndexes(t *testing.T) {
	t.Parallel()
	eachPlanner(t, func(f *fixture) {
		f.fill(3000)
		queues := map[string]func(ctx context.Context) error{
			"undelivered": func(ctx context.Context) error { _, err := f.Undelivered(ctx, time.Second, 10); return err },
			"overdue":     func(ctx context.Context) error { _, err := f.Overdue(ctx, time.Second, 10); return err },
			"effects":     func(ctx context.Context) error { _, err := f.OpenEffects(ctx, time.Second, 10); return err },
			"clocks":      func(ctx context.Context) error { _, err := f.AdvancingClocks(ctx, time.Second); return err },
			"incidents":   func(ctx context.Context) error { _, err := f.Spreading(ctx, 10); return err },
			"files":       func(ctx context.Context) error { _, err := f.EvidenceOf(ctx, "fil_1"); return err },
			"transfers":   func(ctx context.Context) error { _, err := f.Transfers(ctx, "ord_x1"); return err },
			"balances":    func(ctx context.Context) error { _, err := f.Balances(ctx, "acc_1"); return err },
			"key": func(ctx context.Context) error {
				_, _, err := f.repeated(ctx, Knock{Key: "k", By: buyer()})
				return err
			},
			"incidents of a case": func(ctx context.Context) error {
				_, err := lasting(f.db.WithContext(ctx), "", "ord_x1", at(zero), false)
				return err
			},
			"waiting on a clock": func(ctx context.Context) error { _, err := waitingOn(f.db.WithContext(ctx), "clk_plan"); return err },
			"open on a clock":    func(ctx context.Context) error { _, err := openOn(f.db.WithContext(ctx), "clk_plan"); return err },
			"due on a clock":     func(ctx context.Context) error { _, err := dueOn(f.db.WithContext(ctx), "clk_plan", zero); return err },
			"whose turn it is on a clock": func(ctx context.Context) error {
				_, err := dueBefore(f.db.WithContext(ctx), caseRow{ID: "ord_x1", Kind: "order", ClockID: "clk_plan"}, zero)
				return err
			},
		}
		for name, ask := range queues {
			for _, statement := range f.overheard(ask) {
				f.explain(name, statement, false)
			}
		}
	})
}

// asides are what statements call rows that they have already found by an index.
var asides = []string{"waiting", "found", "latest", "counted", "compared", "same", "theirs", "own"}

// overheard are the statements that a call sends, with their values.
func (f *fixture) overheard(call func(context.Context) error) []string {
	f.t.Helper()
	var statements []string
	type key struct{}
	listen := func(tx *gorm.DB) {
		if tx.Statement.Context.Value(key{}) != nil {
			statements = append(statements, tx.Dialector.Explain(tx.Statement.SQL.String(), tx.Statement.Vars...))
		}
	}
	for _, db := range []*gorm.DB{f.db, f.reads} {
		require.NoError(f.t, db.Callback().Query().After("gorm:query").Replace("listen", listen))
		require.NoError(f.t, db.Callback().Row().After("gorm:row").Replace("listen", listen))
	}
	require.NoError(f.t, call(context.WithValue(f.ctx, key{}, true)))
	require.NotEmpty(f.t, statements)
	return statements
}

// fill adds many cases straight into the table.
func (f *fixture) fill(n int) {
	f.t.Helper()
	f.newClock("clk_plan", zero)
	rows := make([]caseRow, n)
	for i := range rows {
		part := fmt.Sprint(i % 97)
		rows[i] = caseRow{ID: fmt.Sprintf("ord_x%d", i), Kind: "order", OrderID: fmt.Sprintf("ord_x%d", i), Sequence: 1, LastAt: at(zero), Applied: 1,
			State: document("{}"), Stage: "stage" + part, Status: "status" + part, Reason: "reason" + part, Buyer: "buyer" + part, Seller: "seller" + part,
			Reviewer: "reviewer" + part, OpenedAt: at(zero.Add(time.Duration(i) * time.Second)), ChangedAt: at(zero), Closed: i%50 != 0}
		if i%3 == 0 {
			rows[i].Kind, rows[i].OrderID = "dispute", "ord_x1"
		}
		if i%50 == 0 {
			rows[i].UrgentAt = rows[i].OpenedAt
		}
		if i%11 == 0 {
			rows[i].ClockID = "clk_plan"
		}
	}
	require.NoError(f.t, f.db.CreateInBatches(&rows, 500).Error)
	require.NoError(f.t, f.db.Exec("ANALYZE").Error)
}

// plan asks the database how it would answer.
func (f *fixture) plan(name string, query func(*gorm.DB) *gorm.DB) {
	f.t.Helper()
	statement := query(f.db.WithContext(f.ctx).Session(&gorm.Session{DryRun: true})).Statement
	f.explain(name, f.db.Dialector.Explain(statement.SQL.String(), statement.Vars...), true)
}

func (f *fixture) explain(name, statement string, sorted bool) {
	f.t.Helper()
	if f.dialect.name == "sqlite" {
		var steps []struct{ Detail string }
		require.NoError(f.t, f.db.Raw("EXPLAIN QUERY PLAN "+statement).Scan(&steps).Error)
		for _, s := range steps {
			if name := strings.TrimPrefix(s.Detail, "SCAN "); name != s.Detail && !slices.Contains(asides, strings.Fields(name)[0]) {
				require.Containsf(f.t, s.Detail, "USING", "%s: %v", name, steps)
			}
			if sorted {
				require.NotContainsf(f.t, s.Detail, "TEMP B-TREE", "%s: %v", name, steps)
			}
		}
		return
	}
	// A small table is read whole and sorted in memory whatever there is; so ask whether it can be done without.
	require.NoError(f.t, f.db.Transaction(func(tx *gorm.DB) error {
		ways := []string{"seqscan"}
		if sorted {
			ways = append(ways, "bitmapscan", "sort")
		}
		for _, way := range ways {
			require.NoError(f.t, tx.Exec("SET LOCAL enable_"+way+" = off").Error)
		}
		var lines []string
		require.NoError(f.t, tx.Raw("EXPLAIN "+statement).Scan(&lines).Error)
		text := strings.Join(lines, "\n")
		require.Containsf(f.t, text, "Index", "%s: %s", name, text)
		require.NotContainsf(f.t, text, "Seq Scan", "%s: %s", name, text)
		if sorted {
			require.NotContainsf(f.t, text, "Sort", "%s: %s", name, text)
		}
		return nil
	}))
}
