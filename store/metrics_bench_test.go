package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/standing/metrics"
	"recourse/internal/postgrestest"
	"recourse/policies"
)

// BenchmarkFiguresOfALargeSeller counts for a seller with 1,000,000 orders, 100,000 reviews and 30,000 disputes: once with all of
// them in the window, and once with a tenth of them, which costs a tenth.
//
//	go test ./store -run '^$' -bench FiguresOfALargeSeller -benchtime 5x
func BenchmarkFiguresOfALargeSeller(b *testing.B) {
	s, err := Open(b.Context(), postgrestest.Require(b), Options{Kinds: toyKinds(), MaxConns: 1})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	require.NoError(b, s.Migrate(b.Context()))
	const orders = 1_000_000
	require.NoError(b, s.db.Exec("SET session_replication_role = replica").Error) // the cases that rows refer to are not looked at
	for _, statement := range []string{
		`INSERT INTO orders (id, buyer, seller, currency, amount_minor, opened_at, items, returned)
			SELECT 'ord_' || i, 'acc_' || (i::bigint * 7919) % 400000, 'acc_large', 'EUR', 1000, timestamptz '2026-01-01 UTC' + i * interval '15 seconds', 1 + i % 3,
				CASE WHEN i % 40 = 0 THEN 1 ELSE 0 END FROM generate_series(1, @orders) AS i`,
		`INSERT INTO dispute_figures (id, order_id, seller, paid_at, opened_at, withdrawn, adjudicated, decided_at, lost, appealed, overturned, excuse, kept, answer_at, waited)
			SELECT 'dsp_' || i, 'ord_' || i, 'acc_large', at, at, false, i % 4 = 0, CASE WHEN i % 4 = 0 THEN at END, i % 8 = 0, false, false, '', false, at, i * 1000
			FROM (SELECT i, timestamptz '2026-01-01 UTC' + i * interval '15 seconds' AS at FROM generate_series(33, @orders, 33) AS i) AS disputed`,
		`INSERT INTO review_figures (id, order_id, seller, published_at, public, counted, reason, stars, as_described, quality, communication, shipping_speed)
			SELECT 'rev_' || i, 'ord_' || i, 'acc_large', timestamptz '2026-01-01 UTC' + i * interval '15 seconds', true, true, '', 5, 4, 4, 4, 4
			FROM generate_series(10, @orders, 10) AS i`,
	} {
		require.NoError(b, s.db.Exec(statement, map[string]any{"orders": orders}).Error)
	}
	require.NoError(b, s.db.Exec("VACUUM ANALYZE").Error)
	p := policies.Default()
	end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(orders * 15 * time.Second)
	for share, at := range map[int]time.Time{1: end, 10: end.Add(p.Metrics.Window.Std() - orders/10*15*time.Second)} {
		b.Run(fmt.Sprintf("1 of %d in the window", share), func(b *testing.B) {
			for b.Loop() {
				c, err := s.SellerCounts(b.Context(), "acc_large", p.Metrics, at)
				require.NoError(b, err)
				require.EqualValues(b, orders/share, c.Orders)
				require.NotEmpty(b, metrics.Figures(c, p.Metrics, at))
			}
		})
	}
}
