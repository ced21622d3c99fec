package store

import (
	"fmt"
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
		require.NoError(f.t, f.CreateClock(f.ctx, clock, zero))
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
			{CaseQuery{Open: true, Kind: casefile.KindOrder}, []string{order}},
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
	eachDatabase(t, func(f *fixture) {
		f.fill(3000)
		lists := map[string]CaseQuery{
			"all": {}, "kind": {Kind: "dispute"}, "open": {Kind: "dispute", Open: true}, "stage": {Stage: "stage7"}, "status": {Status: "status7"},
			"reason": {Reason: "reason7"}, "buyer": {Buyer: "buyer7"}, "seller": {Seller: "seller7"}, "reviewer": {Reviewer: "reviewer7"},
			"order": {Order: "ord_x7"}, "clock": {Clock: "clk_plan"}, "buyer and kind": {Buyer: "buyer7", Kind: "dispute"},
			"seller, open": {Seller: "seller7", Open: true}, "page": {Seller: "seller7", After: cursorOf(zero.Add(time.Hour), "ord_x1")},
		}
		for name, q := range lists {
			f.plan(name, func(tx *gorm.DB) *gorm.DB {
				tx, err := q.scope(tx)
				require.NoError(f.t, err)
				var rows []caseRow
				return tx.Omit("state").Limit(21).Find(&rows)
			})
		}
		f.plan("timeline", func(tx *gorm.DB) *gorm.DB {
			var rows []eventRow
			return tx.Where("case_id = ? AND sequence > ?", "ord_x7", 0).Order("sequence").Limit(10).Find(&rows)
		})
	})
}

// fill adds many cases straight into the table.
func (f *fixture) fill(n int) {
	f.t.Helper()
	require.NoError(f.t, f.CreateClock(f.ctx, "clk_plan", zero))
	rows := make([]caseRow, n)
	for i := range rows {
		part := fmt.Sprint(i % 97)
		rows[i] = caseRow{ID: fmt.Sprintf("ord_x%d", i), Kind: "order", OrderID: fmt.Sprintf("ord_x%d", i), Sequence: 1, LastAt: at(zero), Applied: 1,
			State: document("{}"), Stage: "stage" + part, Status: "status" + part, Reason: "reason" + part, Buyer: "buyer" + part, Seller: "seller" + part,
			Reviewer: "reviewer" + part, OpenedAt: at(zero.Add(time.Duration(i) * time.Second)), ChangedAt: at(zero), Closed: i%50 != 0}
		if i%3 == 0 {
			rows[i].Kind, rows[i].OrderID = "dispute", "ord_x1"
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
	sql, vars := statement.SQL.String(), statement.Vars
	if f.dialect.name == "sqlite" {
		var steps []struct{ Detail string }
		require.NoError(f.t, f.db.Raw("EXPLAIN QUERY PLAN "+sql, vars...).Scan(&steps).Error)
		for _, s := range steps {
			require.NotContainsf(f.t, s.Detail, "TEMP B-TREE", "%s: %v", name, steps)
			require.Containsf(f.t, s.Detail, "USING", "%s: %v", name, steps)
		}
		return
	}
	// A small table is sorted in memory whatever there is; so ask whether it can be done without.
	require.NoError(f.t, f.db.Transaction(func(tx *gorm.DB) error {
		for _, way := range []string{"seqscan", "bitmapscan", "sort"} {
			require.NoError(f.t, tx.Exec("SET LOCAL enable_"+way+" = off").Error)
		}
		var lines []string
		require.NoError(f.t, tx.Raw("EXPLAIN "+f.db.Dialector.Explain(sql, vars...)).Scan(&lines).Error)
		text := strings.Join(lines, "\n")
		require.Containsf(f.t, text, "Index", "%s: %s", name, text)
		require.NotContainsf(f.t, text, "Seq Scan", "%s: %s", name, text)
		require.NotContainsf(f.t, text, "Sort", "%s: %s", name, text)
		return nil
	}))
}
