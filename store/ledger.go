package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"recourse/domain/ledger"
	"recourse/domain/money"
)

type transferRow struct {
	CaseID   string `gorm:"primaryKey"`
	Step     int64  `gorm:"primaryKey;autoIncrement:false"`
	Verb     string `gorm:"primaryKey"`
	OrderID  string
	Cause    string
	Dispute  string
	Currency string
	At       instant
}

// TableName is where the rows are.
func (transferRow) TableName() string { return "transfers" }

type postingRow struct {
	CaseID      string `gorm:"primaryKey"`
	Step        int64  `gorm:"primaryKey;autoIncrement:false"`
	Verb        string `gorm:"primaryKey"`
	Position    int    `gorm:"primaryKey;autoIncrement:false"`
	OrderID     string
	Account     string
	Currency    string
	AmountMinor int64
}

// TableName is where the rows are.
func (postingRow) TableName() string { return "postings" }

type balanceRow struct {
	Account      string `gorm:"primaryKey"`
	Currency     string `gorm:"primaryKey"`
	BalanceMinor int64
}

// TableName is where the rows are.
func (balanceRow) TableName() string { return "balances" }

type balanceKey struct{ account, currency string }

func (k balanceKey) compare(other balanceKey) int {
	return cmp.Or(cmp.Compare(k.account, other.account), cmp.Compare(k.currency, other.currency))
}

// guardedAccount says that the store keeps a balance of the account, so that the database itself refuses to let it fall below
// zero: money of an order that is held or on its way, and what a seller can be asked for. What only ever grows needs no
// guard, and a row that every settlement writes (fees) would make them all wait for each other.
func guardedAccount(a ledger.Account) bool {
	for _, kind := range []string{"escrow:", "transit:", "payable:", "reserve:"} {
		if strings.HasPrefix(string(a), kind) {
			return true
		}
	}
	return false
}

// transfer adds a movement to what the step writes.
func (b *batch) transfer(w *work, t ledger.Transfer, when instant) error {
	return b.post(w.own.ID, w.own.OrderID, t, when)
}

func (b *batch) post(caseID, orderID string, t ledger.Transfer, when instant) error {
	if err := ledger.Balanced(t); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrRules, caseID, err)
	}
	for i, p := range t.Postings {
		b.postings = append(b.postings, postingRow{CaseID: caseID, Step: t.Step, Verb: string(t.Verb), Position: i, OrderID: orderID,
			Account: string(p.Account), Currency: string(t.Currency), AmountMinor: int64(p.Amount)})
		if guardedAccount(p.Account) {
			if b.moved == nil {
				b.moved = map[balanceKey]int64{}
			}
			b.moved[balanceKey{string(p.Account), string(t.Currency)}] += int64(p.Amount)
		}
	}
	b.transfers = append(b.transfers, transferRow{CaseID: caseID, Step: t.Step, Verb: string(t.Verb), OrderID: orderID, Cause: t.Cause,
		Dispute: t.Dispute, Currency: string(t.Currency), At: when})
	return nil
}

// moveMoney writes the step's transfers.
func (w *work) moveMoney() error { return w.batch.writeMoney(w.tx) }

// writeMoney inserts transfers and postings and keeps the balances that have a floor. The rows of balances are taken in
// the order of their names, whoever comes.
func (b *batch) writeMoney(tx *gorm.DB) error {
	if len(b.transfers) == 0 {
		return nil
	}
	if err := tx.Create(&b.transfers).Error; err != nil {
		return err
	}
	if len(b.postings) > 0 {
		if err := tx.Create(&b.postings).Error; err != nil {
			return err
		}
	}
	keys := make([]balanceKey, 0, len(b.moved))
	for k := range b.moved {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, balanceKey.compare)
	for _, k := range keys {
		if err := moveBalance(tx, k, b.moved[k]); err != nil {
			return err
		}
	}
	return nil
}

// moveBalance changes one balance. What is taken must be there, and a reserve, which anybody may add to, stays within what
// can be counted exactly; the statement itself sees to both.
func moveBalance(tx *gorm.DB, k balanceKey, by int64) error {
	if by == 0 {
		return nil
	}
	if by > 0 {
		add := clause.OnConflict{
			Columns:   []clause.Column{{Name: "account"}, {Name: "currency"}},
			DoUpdates: clause.Set{{Column: clause.Column{Name: "balance_minor"}, Value: gorm.Expr("balances.balance_minor + excluded.balance_minor")}},
		}
		if strings.HasPrefix(k.account, "reserve:") {
			add.Where.Exprs = []clause.Expression{gorm.Expr("balances.balance_minor <= ? - excluded.balance_minor", int64(money.MaxTotal))}
		}
		res := tx.Clauses(add).Create(&balanceRow{Account: k.account, Currency: k.currency, BalanceMinor: by})
		if res.Error == nil && res.RowsAffected == 0 {
			return fmt.Errorf("%w: %s in %s, wanted %d more", ErrFull, k.account, k.currency, by)
		}
		return res.Error
	}
	res := tx.Exec(`UPDATE balances SET balance_minor = balance_minor - ? WHERE account = ? AND currency = ? AND balance_minor >= ?`,
		-by, k.account, k.currency, -by)
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("%w: %s in %s, wanted %d", ErrInsufficient, k.account, k.currency, -by)
	}
	return res.Error
}

// lockBalances reads balances and holds them until the transaction is over, in the order of their names.
func lockBalances(tx *gorm.DB, keys ...balanceKey) (map[balanceKey]int64, error) {
	held := map[balanceKey]int64{}
	wanted := tx.Session(&gorm.Session{NewDB: true})
	for _, k := range keys {
		wanted = wanted.Or("account = ? AND currency = ?", k.account, k.currency)
	}
	var rows []balanceRow
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where(wanted).Order("account, currency").Find(&rows).Error
	for _, r := range rows {
		held[balanceKey{r.Account, r.Currency}] = r.BalanceMinor
	}
	return held, err
}
