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
// is. ErrNotFound: they are not two accounts.
func (s *Store) LinkAccounts(ctx context.Context, account string, to Link, once Once) (Account, error) {
	err := s.write(ctx, "link account "+account, func(tx *gorm.DB) error {
		var known int64
		if err := tx.Model(&accountRow{}).Where("id IN ?", []string{account, to.Account}).Count(&known).Error; err != nil {
			return err
		}
		if known != 2 {
			return ErrNotFound
		}
		_, err := s.once(tx, once, account, func() error { return s.link(tx, account, to) })
		return err
	})
	if err != nil {
		return Account{}, err
	}
	return s.account(s.db.WithContext(ctx), account)
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
