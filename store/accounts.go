package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// Account is somebody with a part in the procedure.
type Account struct {
	ID        string
	Role      casefile.Role
	Name      string
	Country   string
	Clock     string     // test clock that the account belongs to
	Links     []string   // accounts that are the same person or belong together
	Ties      []Link     // the same with how it is known, once a kind
	Unlinked  []Unlinked // links that were taken back
	CreatedAt time.Time
	Window    time.Duration // with Links, as that of a Link
}

type accountRow struct {
	ID        string `gorm:"primaryKey"`
	Role      string
	Name      string
	Country   string
	ClockID   optional
	Position  int64   `gorm:"autoIncrement"`
	CreatedAt instant `gorm:"autoCreateTime:false"`
}

// TableName is where the rows are.
func (accountRow) TableName() string { return "accounts" }

func (r accountRow) account() Account {
	return Account{ID: r.ID, Role: casefile.Role(r.Role), Name: r.Name, Country: r.Country, Clock: string(r.ClockID), CreatedAt: r.CreatedAt.Time}
}

// CreateAccount adds an account with its links, which count in both directions. The request's key again returns the
// first account. ErrCrowded: one person would have more accounts than personMax.
func (s *Store) CreateAccount(ctx context.Context, a Account, once Once) (Account, error) {
	made := a.ID
	err := s.relink(ctx, "create account "+a.ID, func(tx *gorm.DB) error {
		var err error
		made, err = s.once(tx, once, a.ID, func() error {
			res := tx.Exec(`INSERT INTO accounts (id, role, name, country, clock_id, created_at)
				VALUES (@id, @role, @name, @country, @clock, `+s.dialect.clock+`)`,
				s.args("id", a.ID, "role", string(a.Role), "name", a.Name, "country", a.Country, "clock", optional(a.Clock)))
			if res.Error != nil {
				return res.Error
			}
			return s.linkNew(tx, a, once.Caller)
		})
		return err
	})
	if err != nil {
		return Account{}, err
	}
	return s.account(s.db.WithContext(ctx), made)
}

// linkNew links a new account with others of the same person. It has no reviews; but several others may have become one person by it.
func (s *Store) linkNew(tx *gorm.DB, a Account, by string) error {
	if len(a.Links) == 0 {
		return nil
	}
	all, err := s.locked(tx, append([]string{a.ID}, a.Links...)...)
	if err != nil {
		return err
	}
	links := make([]Link, len(a.Links))
	for i, other := range a.Links {
		links[i] = Link{Account: other, Kind: LinkPerson, By: by}
	}
	if err := s.link(tx, a.ID, links...); err != nil {
		return err
	}
	switch {
	case len(all) > personMax:
		return ErrCrowded
	case len(links) == 1:
		return nil
	}
	return s.recountLater(tx, all, a.Window)
}

// Account is one account with its links.
func (s *Store) Account(ctx context.Context, id string) (Account, error) {
	return s.account(s.from(ctx), id)
}

func (s *Store) account(tx *gorm.DB, id string) (Account, error) {
	var row accountRow
	if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
		return Account{}, doing("read account "+id, err)
	}
	a := row.account()
	if err := linked(tx, &a); err != nil {
		return Account{}, doing("read links of "+id, err)
	}
	return a, doing("read former links of "+id, unlinked(tx, &a))
}

// Accounts are those of one test clock, or of real time, in the order of their creation, without their links.
func (s *Store) Accounts(ctx context.Context, clock string, role casefile.Role) ([]Account, error) {
	tx := inScope(s.from(ctx), optional(clock))
	if role != "" {
		tx = tx.Where("role = ?", string(role))
	}
	var rows []accountRow
	err := tx.Order("position").Limit(accountsMax).Find(&rows).Error
	accounts := make([]Account, len(rows))
	for i, row := range rows {
		accounts[i] = row.account()
	}
	return accounts, doing("list accounts", err)
}

// Roles are what the accounts are. Of an account that is not there nothing is said.
func (s *Store) Roles(ctx context.Context, ids []string) (map[string]casefile.Role, error) {
	roles := make(map[string]casefile.Role, len(ids))
	if len(ids) == 0 {
		return roles, nil
	}
	var rows []accountRow
	err := s.from(ctx).Select("id", "role").Where("id IN ?", ids).Find(&rows).Error
	for _, row := range rows {
		roles[row.ID] = casefile.Role(row.Role)
	}
	return roles, doing("read the roles of accounts", err)
}

// accountsMax bounds a list of accounts.
const accountsMax = 1000
