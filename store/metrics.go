package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
	"recourse/domain/standing/metrics"
)

// A substantiated report protects its victim (PROCEDURE 9) from the dispute or the review that it names, and from all disputes and
// the review of the order where it names the order alone. A finding that falls protects nobody any more.
const (
	victimsWhere = ` FROM reports JOIN cases ON cases.id = reports.id
		WHERE reports.victim = @seller AND reports.victim <> '' AND cases.outcome = '` + conduct.Substantiated + `'`
	wholeOrders = `SELECT reports.order_id` + victimsWhere + ` AND reports.dispute_id = '' AND reports.review_id = ''`

	disputeProtected = `(dispute_figures.id IN (SELECT reports.dispute_id` + victimsWhere + `) OR dispute_figures.order_id IN (` + wholeOrders + `))`
	reviewProtected  = `(review_figures.id IN (SELECT reports.review_id` + victimsWhere + `) OR review_figures.order_id IN (` + wholeOrders + `))`
)

// The statements of a seller's figures. Each reads, by an index that begins with the seller, the rows of the window alone.
var (
	sinceStatement = `SELECT opened_at FROM orders WHERE seller = @seller ORDER BY opened_at LIMIT 1`

	ordersStatement = `SELECT coalesce(sum(n), 0) AS orders, coalesce(sum(sold), 0) AS sold, coalesce(sum(CASE WHEN kept > 0 THEN 1 ELSE 0 END), 0) AS buyers,
			coalesce(sum(CASE WHEN kept > 0 AND kept >= @regular THEN 1 ELSE 0 END), 0) AS regular
		FROM (SELECT count(*) AS n, sum(CASE WHEN items > returned THEN items - returned ELSE 0 END) AS sold,
				sum(CASE WHEN items > returned THEN 1 ELSE 0 END) AS kept
			FROM orders WHERE seller = @seller AND opened_at > @from AND opened_at <= @until GROUP BY buyer) AS of_buyers`

	disputedStatement = `SELECT count(DISTINCT CASE WHEN NOT withdrawn THEN order_id END) AS disputed,
			count(DISTINCT CASE WHEN adjudicated THEN order_id END) AS adjudicated
		FROM dispute_figures WHERE seller = @seller AND paid_at > @from AND paid_at <= @until AND opened_at <= @until
			AND excuse = '' AND NOT ` + disputeProtected

	decidedStatement = `SELECT count(*) AS decided, coalesce(sum(CASE WHEN lost THEN 1 ELSE 0 END), 0) AS lost,
			coalesce(sum(CASE WHEN appealed THEN 1 ELSE 0 END), 0) AS appealed,
			coalesce(sum(CASE WHEN appealed AND overturned THEN 1 ELSE 0 END), 0) AS overturned
		FROM dispute_figures WHERE seller = @seller AND decided_at > @from AND decided_at <= @until
			AND excuse = '' AND NOT ` + disputeProtected

	promisesStatement = `SELECT count(*) AS promises, coalesce(sum(CASE WHEN kept THEN 1 ELSE 0 END), 0) AS kept
		FROM dispute_figures WHERE seller = @seller AND promise_at > @from AND promise_at <= @until AND ` + answerable

	responsesStatement = `SELECT count(*) AS n ` + responsesFrom

	waitsStatement = `SELECT waited ` + responsesFrom + ` ORDER BY waited LIMIT 2 OFFSET @middle`

	responsesFrom = `FROM dispute_figures WHERE seller = @seller AND answer_at > @from AND answer_at <= @until AND ` + answerable

	// answerable: one that was settled at once and performed is no complaint, but its promise and its answer are the seller's.
	answerable = `excuse IN ('', '` + string(conduct.SettledSoon) + `') AND NOT ` + disputeProtected

	reviewsStatement = `SELECT count(*) AS reviews, coalesce(sum(CASE WHEN stars >= @positive THEN 1 ELSE 0 END), 0) AS positive,
			` + marks("as_described") + `, ` + marks("quality") + `, ` + marks("communication") + `, ` + marks("shipping_speed") + `
		FROM review_figures WHERE seller = @seller AND published_at > @from AND published_at <= @until
			AND public AND counted AND NOT ` + reviewProtected

	excusedStatement = `SELECT '` + metrics.OfDispute + `' AS kind, reason, count(*) AS count FROM (
			SELECT CASE WHEN ` + disputeProtected + ` THEN '` + string(conduct.MaliciousBuyer) + `' ELSE excuse END AS reason
			FROM dispute_figures WHERE seller = @seller AND opened_at > @from AND opened_at <= @until) AS of_disputes
		WHERE reason <> '' GROUP BY reason`

	uncountedStatement = `SELECT '` + metrics.OfReview + `' AS kind, reason, count(*) AS count FROM (
			SELECT CASE WHEN ` + reviewProtected + ` THEN '` + string(conduct.MaliciousBuyer) + `' ELSE reason END AS reason, counted
			FROM review_figures WHERE seller = @seller AND published_at > @from AND published_at <= @until AND public) AS of_reviews
		WHERE reason <> '' GROUP BY reason`
)

// marks sums one dimension, of the reviews that give it.
func marks(column string) string {
	return `coalesce(sum(` + column + `), 0) AS ` + column + `_sum, coalesce(sum(CASE WHEN ` + column + ` > 0 THEN 1 ELSE 0 END), 0) AS ` + column + `_sample`
}

// windowArgs are the parameters of the statements.
func (s *Store) windowArgs(seller string, p policy.Metrics, w metrics.Window) map[string]any {
	return map[string]any{"seller": seller, "from": at(w.From), "until": at(w.Until), "regular": p.RegularOrders, "positive": p.PositiveFrom}
}

// SellerCounts is what the figures of a seller are worked out from at an instant, all of it of one state of the database. The
// window is that of the instant; what is known of a row is what is known now.
func (s *Store) SellerCounts(ctx context.Context, seller string, p policy.Metrics, when time.Time) (c metrics.Counts, err error) {
	args := s.windowArgs(seller, p, metrics.WindowAt(p, when))
	err = s.read(ctx, "count for "+seller, func(tx *gorm.DB) error {
		if c.Since, err = since(tx, args); err != nil {
			return err
		}
		var orders struct{ Orders, Sold, Buyers, Regular int64 }
		var disputed struct{ Disputed, Adjudicated int64 }
		var decided struct{ Decided, Lost, Appealed, Overturned int64 }
		var promises struct{ Promises, Kept int64 }
		for _, part := range []struct {
			statement string
			into      any
		}{{ordersStatement, &orders}, {disputedStatement, &disputed}, {decidedStatement, &decided}, {promisesStatement, &promises}} {
			if err := tx.Raw(part.statement, args).Scan(part.into).Error; err != nil {
				return err
			}
		}
		c.Orders, c.Sold, c.Buyers, c.Regular = orders.Orders, orders.Sold, orders.Buyers, orders.Regular
		c.Disputed, c.Adjudicated = disputed.Disputed, disputed.Adjudicated
		c.Decided, c.Lost, c.Appealed, c.Overturned = decided.Decided, decided.Lost, decided.Appealed, decided.Overturned
		c.Promises, c.Kept = promises.Promises, promises.Kept
		if err := responses(tx, args, &c); err != nil {
			return err
		}
		if err := reviewed(tx, args, &c); err != nil {
			return err
		}
		for _, statement := range []string{excusedStatement, uncountedStatement} {
			var some []metrics.Exclusion
			if err := tx.Raw(statement, args).Scan(&some).Error; err != nil {
				return err
			}
			c.Exclusions = append(c.Exclusions, some...)
		}
		metrics.Sort(c.Exclusions)
		return nil
	})
	return c, err
}

// since is when the first order of a seller was paid; zero: it has none.
func since(tx *gorm.DB, args map[string]any) (time.Time, error) {
	var first []instant
	err := tx.Raw(sinceStatement, args).Scan(&first).Error
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return first[0].Time, nil
}

// responses counts the waits and finds those in the middle.
func responses(tx *gorm.DB, args map[string]any, c *metrics.Counts) error {
	if err := tx.Raw(responsesStatement, args).Scan(&c.Responses).Error; err != nil || c.Responses == 0 {
		return err
	}
	args["middle"] = (c.Responses - 1) / 2
	var waits []int64
	if err := tx.Raw(waitsStatement, args).Scan(&waits).Error; err != nil {
		return err
	}
	c.Low, c.High = time.Duration(waits[0])*time.Microsecond, time.Duration(waits[0])*time.Microsecond
	if c.Responses%2 == 0 {
		c.High = time.Duration(waits[1]) * time.Microsecond
	}
	return nil
}

func reviewed(tx *gorm.DB, args map[string]any, c *metrics.Counts) error {
	var sums struct {
		Reviews, Positive                     int64
		AsDescribedSum, AsDescribedSample     int64
		QualitySum, QualitySample             int64
		CommunicationSum, CommunicationSample int64
		ShippingSpeedSum, ShippingSpeedSample int64
	}
	err := tx.Raw(reviewsStatement, args).Scan(&sums).Error
	c.Reviews, c.Positive = sums.Reviews, sums.Positive
	c.Marks = metrics.Marks{
		AsDescribed:   metrics.Sum{Sum: sums.AsDescribedSum, Sample: sums.AsDescribedSample},
		Quality:       metrics.Sum{Sum: sums.QualitySum, Sample: sums.QualitySample},
		Communication: metrics.Sum{Sum: sums.CommunicationSum, Sample: sums.CommunicationSample},
		ShippingSpeed: metrics.Sum{Sum: sums.ShippingSpeedSum, Sample: sums.ShippingSpeedSample},
	}
	return err
}

// Protection is what a substantiated report protects its victim from: the dispute or the review that it names, or all of the order.
type Protection struct{ Report, Order, Dispute, Review string }

// OfReview says whether it protects from a review of an order.
func (p Protection) OfReview(review, order string) bool {
	return p.Review == review || p.Review == "" && p.Dispute == "" && p.Order == order
}

var protectionsStatement = `SELECT reports.id AS report, reports.order_id AS "order", reports.dispute_id AS dispute, reports.review_id AS review` + victimsWhere +
	` ORDER BY reports.id`

// Protections are those of a seller.
func (s *Store) Protections(ctx context.Context, seller string) ([]Protection, error) {
	var all []Protection
	err := s.from(ctx).Raw(protectionsStatement, map[string]any{"seller": seller}).Scan(&all).Error
	return all, doing("read what protects "+seller, err)
}
