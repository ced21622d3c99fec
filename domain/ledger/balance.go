package ledger

import (
	"errors"
	"fmt"
	"slices"

	"recourse/domain/money"
)

// ErrUnbalanced is the error of a transfer that may not be written.
var ErrUnbalanced = errors.New("transfer is not sound")

// sides are the kinds of account that a verb takes from and brings to. What is not here, a verb may not touch.
var sides = map[Verb]struct{ from, to []string }{
	Hold:       {[]string{kindCapture}, []string{kindEscrow}},
	Refund:     {[]string{kindEscrow}, []string{kindTransit}},
	Release:    {[]string{kindEscrow}, []string{kindTransit}},
	Split:      {[]string{kindEscrow}, []string{kindTransit}},
	Confirm:    {[]string{kindTransit}, []string{kindBuyer, kindPayable, kindFees}},
	Return:     {[]string{kindTransit}, []string{kindEscrow}},
	Chargeback: {[]string{kindEscrow}, []string{kindBuyer}},
	Goodwill:   {[]string{kindGoodwill}, []string{kindGiven}},
	Recover:    {[]string{kindReserve, kindPayable}, []string{kindRecovered}},
	Claim:      {[]string{kindClaims}, []string{kindClaim}},
	Payout:     {[]string{kindPayable}, []string{kindPaidOut}},
	Reserve:    {[]string{kindDeposit}, []string{kindReserve}},
}

// Balanced says why a transfer may not be written: postings that do not add up to zero, a side that moves nothing or more
// than MaxTotal, an account that is not of the chart, or one that the verb does not move in that direction. The error is
// ErrUnbalanced; it names accounts, never parties' data.
func Balanced(t Transfer) error {
	wrong := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s of step %d %s", ErrUnbalanced, t.Verb, t.Step, fmt.Sprintf(format, args...))
	}
	way, known := sides[t.Verb]
	switch {
	case !known:
		return wrong("has an unknown verb")
	case len(t.Postings) == 0:
		return wrong("moves nothing")
	case !t.Currency.Valid():
		return wrong("has no currency")
	}
	var sum money.Minor
	for _, p := range t.Postings {
		kinds := way.to
		if p.Amount < 0 {
			kinds = way.from
		}
		kind, _ := p.Account.parts()
		switch {
		case !p.Account.Known():
			return wrong("posts to %q, which is no account", p.Account)
		case p.Amount == 0 || p.Amount > money.MaxTotal || p.Amount < -money.MaxTotal:
			return wrong("posts %d to %s", p.Amount, p.Account)
		case !slices.Contains(kinds, kind):
			return wrong("posts %d to %s, which is not its direction", p.Amount, p.Account)
		}
		var ok bool
		if sum, ok = money.Add(sum, p.Amount); !ok {
			return wrong("is out of range")
		}
	}
	if sum != 0 {
		return wrong("adds up to %d", sum)
	}
	return nil
}

// Place is an account in one currency: currencies never mix.
type Place struct {
	Account  Account
	Currency money.Currency
}

// Balances adds up the postings of transfers by account and currency. A sum out of range is ErrUnbalanced, and so is a
// transfer that is not sound.
func Balances(transfers []Transfer) (map[Place]money.Minor, error) {
	balances := map[Place]money.Minor{}
	for _, t := range transfers {
		if err := Balanced(t); err != nil {
			return nil, err
		}
		for _, p := range t.Postings {
			at := Place{p.Account, t.Currency}
			sum, ok := money.Add(balances[at], p.Amount)
			if !ok {
				return nil, fmt.Errorf("%w: the balance of %s is out of range", ErrUnbalanced, p.Account)
			}
			balances[at] = sum
		}
	}
	return balances, nil
}

// Position is where the captured money of one order is, and what moved beside it, in minor units of its currency.
// Held includes what is in transit.
type Position struct {
	Captured  money.Minor
	Held      money.Minor
	InTransit money.Minor
	Refunded  money.Minor
	Released  money.Minor // without fees
	Fees      money.Minor
	Recovered map[string]money.Minor // by the buyer it was recovered for
	Goodwill  map[string]money.Minor // by the party that got it
	Claimed   map[string]money.Minor // by the party that owes it
}

// Conserved says whether held + refunded + released + fees = captured.
func (p Position) Conserved() bool {
	sum, ok := money.Sum(p.Held, p.Refunded, p.Released, p.Fees)
	return ok && sum == p.Captured
}

// PositionOf adds up the transfers of one order, those of its disputes included. An unsound transfer is an error, and so
// are two currencies, because an order has one.
func PositionOf(transfers []Transfer) (Position, error) {
	p := Position{Recovered: map[string]money.Minor{}, Goodwill: map[string]money.Minor{}, Claimed: map[string]money.Minor{}}
	for _, t := range transfers {
		if err := Balanced(t); err != nil {
			return Position{}, err
		}
		if t.Currency != transfers[0].Currency {
			return Position{}, fmt.Errorf("%w: an order in %s and %s", ErrUnbalanced, transfers[0].Currency, t.Currency)
		}
		for _, posting := range t.Postings {
			p.count(posting)
		}
	}
	return p, nil
}

func (p *Position) count(posting Posting) {
	kind, owner := posting.Account.parts()
	switch kind {
	case kindCapture:
		p.Captured -= posting.Amount
	case kindEscrow:
		p.Held += posting.Amount
	case kindTransit:
		p.Held += posting.Amount
		p.InTransit += posting.Amount
	case kindBuyer:
		p.Refunded += posting.Amount
	case kindPayable:
		p.Released += max(0, posting.Amount) // what is taken from it later was released all the same
	case kindFees:
		p.Fees += posting.Amount
	case kindRecovered:
		p.Recovered[owner] += posting.Amount
	case kindGiven:
		p.Goodwill[owner] += posting.Amount
	case kindClaim:
		p.Claimed[owner] += posting.Amount
	}
}
