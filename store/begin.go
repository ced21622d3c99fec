package store

import (
	"context"

	"gorm.io/gorm"

	"recourse/domain/casefile"
	"recourse/internal/crash"
)

// NewCase is a case that begins with its first command: an order that is registered. Its Case is the new ID.
type NewCase struct {
	ID      string
	Kind    string
	Clock   string // test clock that the case is bound to for good; empty: real time
	Command Knock
	Summary casefile.Summary // what lists show of it until it has begun
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
		if err := s.insertCase(tx, &p, n.Summary, shown{caller: n.Command.By.ID, key: n.Command.Key}); err != nil {
			return err
		}
		if p.Used {
			return ErrIdempotencyMismatch
		}
		row, err := s.row(n.Command, p, data)
		if err != nil {
			return err
		}
		receipt = row.receipt(n.Kind)
		if err := keep(tx, row); err != nil {
			return err
		}
		err = s.tellBegun(tx, p)
		crash.At(crash.DoorOpen)
		return err
	})
	crash.At(crash.DoorStored)
	n.Command.Case = "" // a repeat names the first case, not this one
	return s.received(ctx, what, n.Command, receipt, err)
}

// insertCase adds the row of a case that has one command at its door. Without an instant the case begins now. Until its
// first step a list shows the summary that it was given.
func (s *Store) insertCase(tx *gorm.DB, p *place, summary casefile.Summary, by shown) error {
	var like caseRow
	like.summarize(summary)
	res := tx.Raw(`INSERT INTO cases (id, kind, order_id, clock_id, sequence, last_at, opened_at, changed_at,
			stage, status, reason, buyer, seller, move, amount_minor, currency)
		VALUES (@id, @kind, @order, @clock, @sequence, coalesce(@at, `+s.dialect.clock+`), coalesce(@at, `+s.dialect.clock+`),
			`+s.dialect.clock+`, @stage, @status, @reason, @buyer, @seller, @move, @amount, @currency)
		ON CONFLICT DO NOTHING RETURNING id, kind, order_id, clock_id, sequence, last_at, changed_at AS real_now`+s.dialect.joined()+by.used(),
		s.args("id", p.ID, "kind", p.Kind, "order", p.OrderID, "clock", p.ClockID, "sequence", p.Sequence, "at", p.LastAt,
			"stage", like.Stage, "status", like.Status, "reason", like.Reason, "buyer", like.Buyer, "seller", like.Seller, "move", like.Move,
			"amount", like.AmountMinor, "currency", like.Currency, "caller", by.caller, "key", by.key)).Scan(p)
	if res.Error == nil && res.RowsAffected == 0 {
		return errRepeat
	}
	return res.Error
}
