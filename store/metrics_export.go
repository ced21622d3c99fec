package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"recourse/domain/policy"
	"recourse/domain/standing/conduct"
	"recourse/domain/standing/metrics"
)

// The rows behind a seller's figures: of the window, and of a dispute whatever of it lies in the window.
var (
	orderRowsStatement = `SELECT id, buyer, opened_at, items, returned FROM orders
		WHERE seller = @seller AND opened_at > @from AND opened_at <= @until ORDER BY opened_at`

	disputeRowsStatement = `SELECT dispute_figures.*, ` + disputeProtected + ` AS protected FROM dispute_figures WHERE id IN (
			SELECT id FROM dispute_figures WHERE seller = @seller AND paid_at > @from AND paid_at <= @until
			UNION SELECT id FROM dispute_figures WHERE seller = @seller AND opened_at > @from AND opened_at <= @until
			UNION SELECT id FROM dispute_figures WHERE seller = @seller AND decided_at > @from AND decided_at <= @until
			UNION SELECT id FROM dispute_figures WHERE seller = @seller AND promise_at > @from AND promise_at <= @until
			UNION SELECT id FROM dispute_figures WHERE seller = @seller AND answer_at > @from AND answer_at <= @until)
		ORDER BY opened_at, id`

	reviewRowsStatement = `SELECT review_figures.*, ` + reviewProtected + ` AS protected FROM review_figures
		WHERE seller = @seller AND published_at > @from AND published_at <= @until AND public ORDER BY published_at, id`
)

// RowVisitor is given the rows behind a seller's figures, one after the other. Its error ends the reading.
type RowVisitor interface {
	Order(metrics.Order) error
	Dispute(metrics.Conduct) error
	Review(metrics.Review) error
}

// SellerRows reads the rows behind a seller's figures at an instant, all of one state of the database, and holds one of them at a
// time. Begin is asked for who is given them, once it is known when the store began.
func (s *Store) SellerRows(ctx context.Context, seller string, p policy.Metrics, when time.Time, begin func(since time.Time) (RowVisitor, error)) error {
	args := s.windowArgs(seller, p, metrics.WindowAt(p, when))
	return s.read(ctx, "export metrics of "+seller, func(tx *gorm.DB) error {
		first, err := since(tx, args)
		if err != nil {
			return err
		}
		to, err := begin(first)
		if err != nil {
			return err
		}
		err = each(tx, orderRowsStatement, args, func(r orderRow) error {
			return to.Order(metrics.Order{ID: r.ID, Buyer: r.Buyer, PaidAt: r.OpenedAt.Time, Items: r.Items, Returned: r.Returned})
		})
		if err != nil {
			return err
		}
		err = each(tx, disputeRowsStatement, args, func(r struct {
			Row       disputeFigureRow `gorm:"embedded"`
			Protected bool
		}) error {
			c := r.Row.conduct()
			if r.Protected {
				c.Excused, c.Reason = true, string(conduct.MaliciousBuyer)
			}
			return to.Dispute(c)
		})
		if err != nil {
			return err
		}
		return each(tx, reviewRowsStatement, args, func(r struct {
			Row       reviewFigureRow `gorm:"embedded"`
			Protected bool
		}) error {
			v := r.Row.review()
			if r.Protected {
				v.Counted, v.Reason = false, string(conduct.MaliciousBuyer)
			}
			return to.Review(v)
		})
	})
}

// each gives the rows of a statement one after the other, as they come.
func each[T any](tx *gorm.DB, statement string, args map[string]any, do func(T) error) error {
	rows, err := tx.Raw(statement, args).Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // what it could say, Err says
	for rows.Next() {
		var row T
		if err := tx.ScanRows(rows, &row); err != nil {
			return err
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
