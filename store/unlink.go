package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Unlinked is a link between accounts that was taken back because it was wrong.
type Unlinked struct {
	Link                // as it was
	RemovedBy string    // who took it back
	RemovedAt time.Time // when
	Why       string    // in words
}

type linkRemovalRow struct {
	AccountID string `gorm:"primaryKey"`
	LinkedID  string `gorm:"primaryKey"`
	Kind      string `gorm:"primaryKey"`
	LinkedBy  string
	LinkedAt  instant `gorm:"autoCreateTime:false"`
	ByID      string
	Text      string
	CreatedAt instant `gorm:"primaryKey;autoCreateTime:false"`
}

// TableName is where the rows are.
func (linkRemovalRow) TableName() string { return "link_removals" }

// UnlinkAccounts takes back one kind of link between two accounts, in both directions, and keeps what it was, who took it back
// and why. From then on it keeps nobody from a case; who was passed over for it stays recorded as it was. Where one person comes apart
// by it, the reviews of all its accounts are counted anew, by SpreadRecount. ErrNotFound: the accounts are not linked in this way.
func (s *Store) UnlinkAccounts(ctx context.Context, account string, u Unlinked, once Once) (Account, error) {
	err := s.relink(ctx, "unlink account "+account, func(tx *gorm.DB) error {
		_, err := s.once(tx, once, account, func() error {
			was, err := s.locked(tx, account, u.Account)
			if err != nil {
				return err
			}
			if err := s.unlink(tx, account, u); err != nil || u.Kind != LinkPerson {
				return err
			}
			left, err := people(tx, "", account)
			if err != nil || slices.Contains(left, u.Account) {
				return err
			}
			return s.recountLater(tx, was, u.Window)
		})
		return err
	})
	if err != nil {
		return Account{}, err
	}
	return s.account(s.db.WithContext(ctx), account)
}

func (s *Store) unlink(tx *gorm.DB, id string, u Unlinked) error {
	now, err := s.realNow(tx)
	if err != nil {
		return err
	}
	pair := []string{id, u.Account}
	var links []linkRow
	if err := tx.Where("account_id IN ? AND linked_id IN ? AND kind = ?", pair, pair, u.Kind).Order("account_id").Find(&links).Error; err != nil {
		return err
	}
	removed := make([]linkRemovalRow, 0, len(links))
	for _, l := range links {
		removed = append(removed, linkRemovalRow{AccountID: l.AccountID, LinkedID: l.LinkedID, Kind: l.Kind, LinkedBy: l.ByID, LinkedAt: l.CreatedAt,
			ByID: u.RemovedBy, Text: u.Why, CreatedAt: now})
	}
	if len(removed) == 0 {
		return ErrNotFound
	}
	res := tx.Where("account_id IN ? AND linked_id IN ? AND kind = ?", pair, pair, u.Kind).Delete(&linkRow{})
	if res.Error == nil && res.RowsAffected != int64(len(removed)) {
		return ErrNotFound // somebody else was faster
	}
	if res.Error != nil {
		return res.Error
	}
	return tx.Create(&removed).Error
}

// unlinked reads the links of an account that were taken back into it, the earliest first.
func unlinked(tx *gorm.DB, a *Account) error {
	var rows []linkRemovalRow
	if err := tx.Where("account_id = ?", a.ID).Order("created_at, linked_id, kind").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		a.Unlinked = append(a.Unlinked, Unlinked{Link: Link{Account: r.LinkedID, Kind: r.Kind, By: r.LinkedBy, At: r.LinkedAt.Time},
			RemovedBy: r.ByID, RemovedAt: r.CreatedAt.Time, Why: r.Text})
	}
	return nil
}
