package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/ledger"
	"recourse/domain/money"
)

// TransferRecord is one movement of money as the ledger has it. Case is the case that moved it, or the account that a
// payout or a reserve belongs to.
type TransferRecord struct {
	Case string
	At   time.Time
	ledger.Transfer
}

// Transfers are the movements of one order's money in the order in which they happened.
func (s *Store) Transfers(ctx context.Context, orderID string) ([]TransferRecord, error) {
	var transfers []transferRow
	var postings []postingRow
	err := s.read(ctx, "read transfers of "+orderID, func(tx *gorm.DB) error {
		if err := tx.Where("order_id = ?", orderID).Order("at, step, verb").Find(&transfers).Error; err != nil {
			return err
		}
		return tx.Where("order_id = ?", orderID).Order("case_id, step, verb, position").Find(&postings).Error
	})
	if err != nil {
		return nil, err
	}
	records := make([]TransferRecord, len(transfers))
	for i, t := range transfers {
		records[i] = t.record(postings)
	}
	return records, nil
}

// record is a movement with those of the postings that are its own.
func (r transferRow) record(postings []postingRow) TransferRecord {
	record := TransferRecord{Case: r.CaseID, At: r.At.Time, Transfer: ledger.Transfer{Step: r.Step, Verb: ledger.Verb(r.Verb), Cause: r.Cause,
		Dispute: r.Dispute, Currency: money.Currency(r.Currency)}}
	for _, p := range postings {
		if p.CaseID == r.CaseID && p.Step == r.Step && p.Verb == r.Verb {
			record.Postings = append(record.Postings, ledger.Posting{Account: ledger.Account(p.Account), Amount: money.Minor(p.AmountMinor)})
		}
	}
	return record
}

// EscrowOf says where an order's captured money is, and what moved beside it.
func (s *Store) EscrowOf(ctx context.Context, orderID string) (ledger.Position, error) {
	records, err := s.Transfers(ctx, orderID)
	if err != nil {
		return ledger.Position{}, err
	}
	transfers := make([]ledger.Transfer, len(records))
	for i, r := range records {
		transfers[i] = r.Transfer
	}
	position, err := ledger.PositionOf(transfers)
	return position, doing("sum up escrow of "+orderID, err)
}

// Balance is what an account holds, summed up from its postings.
func (s *Store) Balance(ctx context.Context, account ledger.Account, currency money.Currency) (money.Minor, error) {
	var sum int64
	err := s.from(ctx).Raw(`SELECT coalesce(sum(amount_minor), 0) FROM postings WHERE account = ? AND currency = ?`, string(account), string(currency)).
		Scan(&sum).Error
	return money.Minor(sum), doing("sum up "+string(account), err)
}

// Post moves money that belongs to an account and to no order: a payout, a reserve. The movements of one account are
// numbered, whatever step the transfer came with.
func (s *Store) Post(ctx context.Context, account string, t ledger.Transfer, once Once) (TransferRecord, error) {
	record := TransferRecord{Case: account, Transfer: t}
	err := s.write(ctx, fmt.Sprintf("%s of %s", t.Verb, account), func(tx *gorm.DB) error {
		var row accountRow
		err := tx.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", account).Take(&row).Error
		if err != nil {
			return err
		}
		var last int64
		if err := tx.Raw(`SELECT coalesce(max(step), 0) FROM transfers WHERE case_id = ?`, account).Scan(&last).Error; err != nil {
			return err
		}
		made, err := s.once(tx, once, fmt.Sprintf("%s/%d/%s", account, last+1, t.Verb), func() error {
			record.Step = last + 1
			return s.post(tx, row, &record)
		})
		if err != nil || record.Step > last {
			return err
		}
		return posted(tx, made, &record)
	})
	return record, err
}

func (s *Store) post(tx *gorm.DB, account accountRow, record *TransferRecord) error {
	when, err := s.realNow(tx)
	if err != nil {
		return err
	}
	if account.ClockID != "" {
		clock, err := s.holdClock(tx, string(account.ClockID))
		if err != nil {
			return err
		}
		when = at(clock.Now)
	}
	record.At = when.Time
	var b batch
	if err := b.post(account.ID, "", record.Transfer, when); err != nil {
		return err
	}
	return b.writeMoney(tx)
}

// posted finds the movement that a repeated request made the first time.
func posted(tx *gorm.DB, made string, record *TransferRecord) error {
	parts := strings.Split(made, "/")
	if len(parts) != 3 || parts[0] != record.Case {
		return ErrIdempotencyMismatch
	}
	var row transferRow
	if err := tx.Where("case_id = ? AND step = ? AND verb = ?", parts[0], parts[1], parts[2]).Take(&row).Error; err != nil {
		return err
	}
	var postings []postingRow
	err := tx.Where("case_id = ? AND step = ? AND verb = ?", parts[0], parts[1], parts[2]).Order("position").Find(&postings).Error
	*record = row.record(postings)
	return err
}
