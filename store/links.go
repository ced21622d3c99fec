package store

import (
	"context"
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
	err := s.write(ctx, "link account "+account, func(tx *gorm.DB) error {
		_, err := s.once(tx, once, account, func() error {
			pair, err := s.lockAccounts(tx, account, to.Account)
			switch {
			case err != nil:
				return err
			case len(pair) != 2:
				return ErrNotFound
			case to.Kind != LinkPerson:
				return s.link(tx, account, to)
			}
			was, err := person(tx, account, "")
			if err != nil {
				return err
			}
			if err := s.link(tx, account, to); err != nil || slices.Contains(was, to.Account) {
				return err
			}
			all, err := joined(tx, account)
			if err != nil {
				return err
			}
			return s.recountLater(tx, all, false, to.Window)
		})
		return err
	})
	if err != nil {
		return Account{}, err
	}
	return s.account(s.db.WithContext(ctx), account)
}

// lockAccounts takes the rows of those accounts that there are, in the order of their identifiers: whoever counts reviews of one of them
// has done so, or begins after this transaction.
func (s *Store) lockAccounts(tx *gorm.DB, ids ...string) (map[string]accountRow, error) {
	var rows []accountRow
	err := tx.Raw("SELECT * FROM accounts WHERE id IN ? ORDER BY id "+s.dialect.lock, ids).Scan(&rows).Error
	found := make(map[string]accountRow, len(rows))
	for _, r := range rows {
		found[r.ID] = r
	}
	return found, err
}

// joined are the accounts of a person that has just got more of them.
func joined(tx *gorm.DB, account string) ([]string, error) {
	all, err := person(tx, account, "")
	if err == nil && len(all) > personMax {
		err = ErrCrowded
	}
	return all, err
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
