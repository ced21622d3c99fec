package store

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
	"recourse/domain/standing/metrics"
	"recourse/policies"
)

// market puts rows of one seller into the tables that figures are worked out from.
type market struct {
	*fixture
	seller string
	now    time.Time
	orders []string
}

// newMarket is a seller about whom nothing is known, at an instant.
func (f *fixture) newMarket() *market {
	return &market{fixture: f, seller: fresh("acc"), now: zero.Add(400 * 24 * time.Hour)}
}

func (m *market) create(t require.TestingT, rows ...any) {
	for _, row := range rows {
		require.NoError(t, m.db.Create(row).Error)
	}
}

// opened is the row of a case, which the others refer to.
func (m *market) opened(kind, id, order, outcome string) *caseRow {
	return &caseRow{ID: id, Kind: kind, OrderID: order, LastAt: at(m.now), OpenedAt: at(m.now), ChangedAt: at(m.now), Outcome: outcome}
}

func (m *market) order(t require.TestingT, row orderRow) string {
	row.ID, row.Seller, row.Currency = fresh("ord"), m.seller, "EUR"
	m.create(t, m.opened("order", row.ID, row.ID, ""), &row)
	m.orders = append(m.orders, row.ID)
	return row.ID
}

func (m *market) dispute(t require.TestingT, row disputeFigureRow) string {
	row.ID, row.Seller = fresh("dsp"), m.seller
	m.create(t, m.opened("dispute", row.ID, row.OrderID, ""), &row)
	return row.ID
}

func (m *market) review(t require.TestingT, row reviewFigureRow) string {
	row.ID, row.Seller = fresh("rev"), m.seller
	m.create(t, m.opened("review", row.ID, row.OrderID, ""), &row)
	return row.ID
}

// report is one about the buyer of an order, with its finding.
func (m *market) report(t require.TestingT, order, dispute, review, finding string) string {
	id := fresh("rep")
	m.create(t, m.opened("report", id, order, finding), &reportRow{ID: id, Reporter: m.seller, Reported: "acc_buyer", Victim: m.seller, Behaviour: "false_claim",
		OrderID: order, DisputeID: dispute, ReviewID: review, SubmittedAt: at(m.now)})
	return id
}

// counted is the page from the database's counts, exported the page from the export's rows, read again.
func (m *market) counted(t require.TestingT, p policy.Policy) metrics.Page {
	c, err := m.SellerCounts(m.ctx, m.seller, p.Metrics, m.now)
	require.NoError(t, err)
	return metrics.PageOf(c, standing.Good, p.Metrics, p.Promotion, m.now)
}

func (m *market) exported(t require.TestingT, p policy.Policy) metrics.Export {
	var file bytes.Buffer
	var w *metrics.Writer
	err := m.SellerRows(m.ctx, m.seller, p.Metrics, m.now, func(since time.Time) (RowVisitor, error) {
		var err error
		w, err = metrics.NewWriter(&file, metrics.Header{Account: m.seller, AsOf: m.now, Since: since, State: standing.Good, Policy: p.Version,
			Metrics: p.Metrics, Promotion: p.Promotion})
		return w, err
	})
	require.NoError(t, err)
	require.NoError(t, w.End())
	e, err := metrics.Read(&file)
	require.NoError(t, err)
	return e
}

// random fills the market: some rows lie outside of the window, some on its edges.
func (m *market) random(t *rapid.T, window time.Duration) {
	when := func(name string) instant {
		ago := rapid.SampledFrom([]time.Duration{0, time.Microsecond, time.Hour, 90 * 24 * time.Hour, window - time.Microsecond, window, window + time.Hour,
			-time.Microsecond}).Draw(t, name)
		return at(m.now.Add(-ago))
	}
	maybe := func(name string) instant {
		if rapid.Bool().Draw(t, name+" there") {
			return when(name)
		}
		return instant{}
	}
	flip, n := rapid.Bool(), rapid.Int64Range(0, 5)
	for i := range rapid.IntRange(0, 8).Draw(t, "orders") {
		paid := when("paid")
		items := n.Draw(t, "items") + 1
		id := m.order(t, orderRow{Buyer: fmt.Sprint("acc_", i%3), OpenedAt: paid, Items: items, Returned: rapid.Int64Range(0, items).Draw(t, "returned")})
		var disputes []string
		for range rapid.IntRange(0, 2).Draw(t, "disputes") {
			disputes = append(disputes, m.dispute(t, disputeFigureRow{OrderID: id, PaidAt: paid, OpenedAt: when("opened"), Withdrawn: flip.Draw(t, "withdrawn"),
				Adjudicated: flip.Draw(t, "adjudicated"), DecidedAt: maybe("decided"), Lost: flip.Draw(t, "lost"), Appealed: flip.Draw(t, "appealed"),
				Overturned: flip.Draw(t, "overturned"), Excuse: rapid.SampledFrom([]string{"", "", "", "carrier_fault", "settled_and_performed"}).Draw(t, "excuse"),
				PromiseAt: maybe("promise"), Kept: flip.Draw(t, "kept"), AnswerAt: maybe("answer"), Waited: n.Draw(t, "waited") * 1_000_001}))
		}
		review := ""
		if flip.Draw(t, "reviewed") {
			row := reviewFigureRow{OrderID: id, PublishedAt: when("published"), Public: flip.Draw(t, "public"), Stars: max(1, n.Draw(t, "stars")),
				AsDescribed: n.Draw(t, "as described"), Quality: n.Draw(t, "quality"), Communication: n.Draw(t, "communication"), ShippingSpeed: n.Draw(t, "speed"),
				Reason: rapid.SampledFrom([]string{"", "", "incentive", "repeat_buyer"}).Draw(t, "reason")}
			row.Counted = row.Reason == ""
			review = m.review(t, row)
		}
		if flip.Draw(t, "reported") {
			dispute := ""
			if len(disputes) > 0 && flip.Draw(t, "of a dispute") {
				dispute, review = disputes[0], ""
			} else if flip.Draw(t, "of the order") {
				review = ""
			}
			m.report(t, id, dispute, review, rapid.SampledFrom([]string{"", "substantiated", "unsubstantiated"}).Draw(t, "finding"))
		}
	}
}

// Whoever has the export gets the numbers that the API shows, whatever happened in the market.
func TestTheExportGivesTheNumbersThatAreShown(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		p := policies.Default()
		p.Metrics.SampleMin = 1
		rapid.Check(f.t, func(t *rapid.T) {
			m := f.newMarket()
			m.random(t, p.Metrics.Window.Std())
			require.Equal(t, m.counted(t, p), m.exported(t, p).Page())
		})
	})
}

func TestASubstantiatedReportProtectsItsVictim(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		p := policies.Default()
		yesterday := func(m *market) instant { return at(m.now.Add(-24 * time.Hour)) }
		for _, c := range []struct {
			what                    string
			dispute, review         bool // that the report names
			disputeLeft, reviewLeft int64
		}{
			{"a dispute", true, false, 0, 1},
			{"a review", false, true, 1, 0},
			{"the order alone", false, false, 0, 0},
		} {
			m := f.newMarket()
			order := m.order(f.t, orderRow{Buyer: "acc_buyer", OpenedAt: yesterday(m), Items: 1})
			dispute := m.dispute(f.t, disputeFigureRow{OrderID: order, PaidAt: yesterday(m), OpenedAt: yesterday(m), Adjudicated: true, DecidedAt: yesterday(m), Lost: true,
				PromiseAt: yesterday(m), AnswerAt: yesterday(m), Waited: 5})
			review := m.review(f.t, reviewFigureRow{OrderID: order, PublishedAt: yesterday(m), Public: true, Counted: true, Stars: 1, Quality: 1})
			other := m.order(f.t, orderRow{Buyer: "acc_other", OpenedAt: yesterday(m), Items: 1})
			read := func() (metrics.Counts, metrics.Page) {
				counts, err := m.SellerCounts(f.ctx, m.seller, p.Metrics, m.now)
				require.NoError(f.t, err)
				page := m.counted(f.t, p)
				require.Equal(f.t, page, m.exported(f.t, p).Page(), c.what)
				return counts, page
			}
			before, _ := read()
			require.Empty(f.t, before.Exclusions)
			require.EqualValues(f.t, 1, before.Lost)
			if !c.dispute {
				dispute = ""
			}
			if !c.review {
				review = ""
			}
			m.report(f.t, other, "", "", "unsubstantiated")
			report := m.report(f.t, order, dispute, review, "substantiated")
			after, page := read()
			protections, err := m.Protections(f.ctx, m.seller)
			require.NoError(f.t, err)
			require.Equal(f.t, []Protection{{Report: report, Order: order, Dispute: dispute, Review: review}}, protections)
			require.False(f.t, protections[0].OfReview("rev_other", other))
			require.EqualValues(f.t, []int64{c.disputeLeft, c.disputeLeft, c.disputeLeft, c.disputeLeft, c.disputeLeft, c.disputeLeft, c.reviewLeft},
				[]int64{after.Disputed, after.Adjudicated, after.Decided, after.Lost, after.Promises, after.Responses, after.Reviews}, c.what)
			require.EqualValues(f.t, 2, after.Orders, "the sale itself stays")
			var want []metrics.Exclusion
			if c.disputeLeft == 0 {
				want = append(want, metrics.Exclusion{Kind: "dispute", Reason: string(conduct.MaliciousBuyer), Count: 1})
			}
			if c.reviewLeft == 0 {
				want = append(want, metrics.Exclusion{Kind: "review", Reason: string(conduct.MaliciousBuyer), Count: 1})
			}
			require.Equal(f.t, want, page.Exclusions, c.what)

			require.NoError(f.t, f.db.Model(&caseRow{}).Where("id = ?", report).Update("outcome", "unsubstantiated").Error)
			voided, _ := read()
			require.Equal(f.t, before, voided, "a finding that fell protects nobody")
			protections, err = m.Protections(f.ctx, m.seller)
			require.NoError(f.t, err)
			require.Empty(f.t, protections)
		}
	})
}

// Every statement begins with an index of the seller's, and none scans a table or sorts a seller's orders.
func TestTheFiguresOfASellerAreReadByIndex(t *testing.T) {
	t.Parallel()
	eachPlanner(t, func(f *fixture) {
		f.fillSellers(2000)
		p := policies.Default()
		p.Metrics.Window = 20 * policy.Day // a small part of what there is
		args := f.windowArgs("seller7", p.Metrics, metrics.WindowAt(p.Metrics, zero.Add(200*24*time.Hour)))
		args["middle"] = 3
		for name, c := range map[string]struct{ statement, index string }{
			"since":        {sinceStatement, "orders_seller"},
			"orders":       {ordersStatement, "orders_seller"},
			"disputed":     {disputedStatement, "dispute_figures_paid"},
			"decided":      {decidedStatement, "dispute_figures_decided"},
			"promises":     {promisesStatement, "dispute_figures_promise"},
			"responses":    {responsesStatement, "dispute_figures_answer"},
			"waits":        {waitsStatement, "dispute_figures_answer"},
			"reviews":      {reviewsStatement, "review_figures_seller"},
			"excused":      {excusedStatement, "dispute_figures_opened"},
			"uncounted":    {uncountedStatement, "review_figures_seller"},
			"order rows":   {orderRowsStatement, "orders_seller"},
			"dispute rows": {disputeRowsStatement, "dispute_figures_answer"},
			"protections":  {protectionsStatement, "reports_victim"},
			"review rows":  {reviewRowsStatement, "review_figures_seller"},
		} {
			plan := f.planOf(c.statement, args)
			require.Containsf(f.t, plan, c.index, "%s:\n%s", name, plan)
			for _, table := range []string{"orders", "dispute_figures", "review_figures", "reports", "cases"} {
				require.NotContainsf(f.t, plan, "Seq Scan on "+table, "%s:\n%s", name, plan)
				require.NotContainsf(f.t, plan, "SCAN "+table, "%s:\n%s", name, plan)
			}
		}
	})
}

// fillSellers adds n orders of 200 sellers, each with a dispute and a review, and reports about some, straight into the tables.
func (f *fixture) fillSellers(n int) {
	f.t.Helper()
	var cases []caseRow
	var orders []orderRow
	var disputes []disputeFigureRow
	var reviews []reviewFigureRow
	var reports []reportRow
	for i := range n {
		when := at(zero.Add(time.Duration(i) * 5 * time.Hour))
		seller, id := fmt.Sprint("seller", i%200), fmt.Sprint(i)
		for _, kind := range []string{"ord", "dsp", "rev", "rep"} {
			cases = append(cases, caseRow{ID: kind + "_f" + id, Kind: kind, OrderID: "ord_f" + id, LastAt: when, OpenedAt: when, ChangedAt: when, Outcome: "substantiated"})
		}
		orders = append(orders, orderRow{ID: "ord_f" + id, Seller: seller, Buyer: fmt.Sprint("buyer", i%300), Currency: "EUR", OpenedAt: when, Items: 2})
		disputes = append(disputes, disputeFigureRow{ID: "dsp_f" + id, OrderID: "ord_f" + id, Seller: seller, PaidAt: when, OpenedAt: when, DecidedAt: when, PromiseAt: when, AnswerAt: when,
			Waited: int64(i)})
		reviews = append(reviews, reviewFigureRow{ID: "rev_f" + id, OrderID: "ord_f" + id, Seller: seller, PublishedAt: when, Public: true, Counted: true, Stars: 5, Quality: 4})
		reports = append(reports, reportRow{ID: "rep_f" + id, Reporter: "r", Reported: "b", Victim: seller, Behaviour: "false_claim", OrderID: "ord_f" + id, SubmittedAt: when})
	}
	require.NoError(f.t, f.db.CreateInBatches(&cases, 500).Error)
	for _, rows := range []any{&orders, &disputes, &reviews, &reports} {
		require.NoError(f.t, f.db.CreateInBatches(rows, 500).Error)
	}
	require.NoError(f.t, f.db.Exec("ANALYZE").Error)
}

// planOf is how the database would answer a statement, if it can do without reading a table whole.
func (f *fixture) planOf(statement string, args map[string]any) string {
	f.t.Helper()
	if f.dialect.name == "sqlite" {
		var steps []struct{ Detail string }
		require.NoError(f.t, f.db.Raw("EXPLAIN QUERY PLAN "+statement, args).Scan(&steps).Error)
		text := ""
		for _, s := range steps {
			text += s.Detail + "\n"
		}
		return text
	}
	var lines []string
	require.NoError(f.t, f.db.Transaction(func(tx *gorm.DB) error {
		require.NoError(f.t, tx.Exec("SET LOCAL enable_seqscan = off").Error)
		return tx.Raw("EXPLAIN "+statement, args).Scan(&lines).Error
	}))
	return strings.Join(lines, "\n")
}
