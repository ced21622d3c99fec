package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Link says that two accounts are the same person or belong together, and how that is known.
type Link struct {
	Account string // the other one
	Kind    string // one of LinkKinds
	By      string // who said so
	At      time.Time
	// Window is how long ago a review may have been published that is counted anew because of the link, or because it was taken back;
	// zero: however long. It is not kept.
	Window time.Duration
}

// LinkKinds are the ways in which accounts can be linked.
var LinkKinds = []string{LinkPerson, "device", "address", "instrument"}

// LinkPerson is the kind of a link between accounts of the same person, or of people close to each other.
const LinkPerson = "person"

type linkRow struct {
	AccountID string `gorm:"primaryKey"`
	LinkedID  string `gorm:"primaryKey"`
	Kind      string `gorm:"primaryKey"`
	ByID      string
	CreatedAt instant `gorm:"autoCreateTime:false"`
}

// TableName is where the rows are.
func (linkRow) TableName() string { return "account_links" }

// LinkAccounts links an account with another; the link counts in both directions. What is linked so already stays as it
// is. Where it makes two persons one, their reviews are counted anew, by SpreadRecount. ErrNotFound: they are not two accounts.
// ErrCrowded: one person would have more accounts than personMax.
func (s *Store) LinkAccounts(ctx context.Context, account string, to Link, once Once) (Account, error) {
	err := s.relink(ctx, "link account "+account, func(tx *gorm.DB) error {
		_, err := s.once(tx, once, account, func() error {
			all, err := s.locked(tx, account, to.Account)
			switch {
			case err != nil:
				return err
			case account == to.Account, !slices.Contains(all, account), !slices.Contains(all, to.Account):
				return ErrNotFound
			case to.Kind != LinkPerson:
				return s.link(tx, account, to)
			}
			was, err := people(tx, "", account)
			if err != nil {
				return err
			}
			if err := s.link(tx, account, to); err != nil || slices.Contains(was, to.Account) {
				return err
			}
			if len(all) > personMax {
				return ErrCrowded
			}
			return s.recountLater(tx, all, to.Window)
		})
		return err
	})
	if err != nil {
		return Account{}, err
	}
	return s.account(s.db.WithContext(ctx), account)
}

// relink is write for what changes how accounts are linked: it begins anew where somebody else changed the links of the same people
// while their accounts were being locked. Whoever counts reviews of them has done so, or begins after this transaction.
func (s *Store) relink(ctx context.Context, what string, change func(tx *gorm.DB) error) error {
	for {
		if err := s.write(ctx, what, change); !errors.Is(err, errRelinked) {
			return err
		}
	}
}

func (s *Store) link(tx *gorm.DB, id string, links ...Link) error {
	now, err := s.realNow(tx)
	if err != nil || len(links) == 0 {
		return err
	}
	rows := make([]linkRow, 0, 2*len(links))
	for _, l := range links {
		rows = append(rows, linkRow{id, l.Account, l.Kind, l.By, now}, linkRow{l.Account, id, l.Kind, l.By, now})
	}
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// linked reads the links of an account into it.
func linked(tx *gorm.DB, a *Account) error {
	var rows []linkRow
	if err := tx.Where("account_id = ?", a.ID).Order("linked_id, kind").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		a.Ties = append(a.Ties, Link{Account: r.LinkedID, Kind: r.Kind, By: r.ByID, At: r.CreatedAt.Time})
		if !slices.Contains(a.Links, r.LinkedID) {
			a.Links = append(a.Links, r.LinkedID)
		}
	}
	return nil
}
