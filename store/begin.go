package store

import (
	"context"

	"gorm.io/gorm"
)

// NewCase is a case that begins with its first command: an order that is registered. Its Case is the new ID.
type NewCase struct {
	ID      string
	Kind    string
	Clock   string // test clock that the case is bound to for good; empty: real time
	Command Knock
}

// Begin inserts a case with its first command. A repeat of the command's key returns the first receipt, which names the
// first case, and inserts nothing.
func (s *Store) Begin(ctx context.Context, n NewCase) (Receipt, error) {
	what := "begin " + n.Kind + " " + n.ID
	data, err := checked(n.Command.Data)
	if err != nil {
		return Receipt{}, doing(what, err)
	}
	var receipt Receipt
	err = s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		p := place{ID: n.ID, Kind: n.Kind, OrderID: n.ID, ClockID: optional(n.Clock), Sequence: 1}
		if n.Clock != "" {
			clock, err := s.holdClock(tx, n.Clock)
			if err != nil {
				return err
			}
			if clock.Status == Advancing && !n.Command.Internal {
				return ErrClockAdvancing
			}
			p.LastAt = at(clock.Now)
		}
		if err := s.insertCase(tx, &p, caseRow{}); err != nil {
			return err
		}
		row := n.Command.row(p, data)
		receipt = row.receipt(n.Kind)
		if err := keep(tx, row); err != nil {
			return err
		}
		return s.tellIncidents(tx, p)
	})
	n.Command.Case = "" // a repeat names the first case, not this one
	return s.received(ctx, what, n.Command, receipt, err)
}

// insertCase adds the row of a case that has one command at its door. Without an instant the case begins now. Until its
// first step a list shows what its parent says of it.
func (s *Store) insertCase(tx *gorm.DB, p *place, like caseRow) error {
	res := tx.Raw(`INSERT INTO cases (id, kind, order_id, clock_id, sequence, last_at, opened_at, changed_at, buyer, seller, currency)
		VALUES (@id, @kind, @order, @clock, @sequence, coalesce(@at, `+s.dialect.clock+`), coalesce(@at, `+s.dialect.clock+`),
			`+s.dialect.clock+`, @buyer, @seller, @currency)
		ON CONFLICT DO NOTHING RETURNING id, kind, order_id, clock_id, sequence, last_at, changed_at AS real_now`,
		s.args("id", p.ID, "kind", p.Kind, "order", p.OrderID, "clock", p.ClockID, "sequence", p.Sequence, "at", p.LastAt,
			"buyer", like.Buyer, "seller", like.Seller, "currency", like.Currency)).Scan(p)
	if res.Error == nil && res.RowsAffected == 0 {
		return errRepeat
	}
	return res.Error
}
