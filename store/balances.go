package store

import (
	"context"

	"recourse/domain/ledger"
	"recourse/domain/money"
)

// Balance is what an account has in one currency, and what it owes.
type Balance struct {
	Currency money.Currency
	Reserve  money.Minor
	Payable  money.Minor
	Claimed  money.Minor
}

// Balances are an account's, by currency. They are summed up from the postings, so that the answer never depends on a
// number that somebody could have edited.
func (s *Store) Balances(ctx context.Context, account string) ([]Balance, error) {
	reserve, payable, owed := string(ledger.ReserveOf(account)), string(ledger.PayableTo(account)), string(ledger.OwedBy(account))
	var sums []struct {
		Account, Currency string
		Amount            int64
	}
	err := s.from(ctx).Raw(`SELECT account, currency, sum(amount_minor) AS amount FROM postings WHERE account IN ?
		GROUP BY account, currency ORDER BY currency`, []string{reserve, payable, owed}).Scan(&sums).Error
	var list []Balance
	for _, sum := range sums {
		if len(list) == 0 || string(list[len(list)-1].Currency) != sum.Currency {
			list = append(list, Balance{Currency: money.Currency(sum.Currency)})
		}
		b := &list[len(list)-1]
		switch sum.Account {
		case reserve:
			b.Reserve = money.Minor(sum.Amount)
		case payable:
			b.Payable = money.Minor(sum.Amount)
		case owed:
			b.Claimed = money.Minor(sum.Amount)
		}
	}
	return list, doing("sum up balances of "+account, err)
}

// AddReserve takes what a seller puts up for later claims. A reserve above money.MaxTotal would be ErrFull.
func (s *Store) AddReserve(ctx context.Context, account string, amount money.Amount, once Once) error {
	_, err := s.Post(ctx, account, ledger.FundReserve(0, account, amount.Minor, amount.Currency), once)
	return err
}

// PayOut pays a seller what was released to it. More than that is ErrInsufficient.
func (s *Store) PayOut(ctx context.Context, account string, amount money.Amount, once Once) error {
	_, err := s.Post(ctx, account, ledger.PayOut(0, account, amount.Minor, amount.Currency), once)
	return err
}

// Unbalanced compares every balance that the store keeps with the sum of its postings and names the accounts where they
// differ (QUALITY 2, I1).
func (s *Store) Unbalanced(ctx context.Context) ([]string, error) {
	var accounts []string
	err := s.from(ctx).Raw(`SELECT balances.account FROM balances
		LEFT JOIN (SELECT account, currency, sum(amount_minor) AS total FROM postings GROUP BY account, currency) AS sums
			ON sums.account = balances.account AND sums.currency = balances.currency
		WHERE balances.balance_minor <> coalesce(sums.total, 0) ORDER BY balances.account`).Scan(&accounts).Error
	return accounts, doing("check balances", err)
}
