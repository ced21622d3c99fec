package ledger

import (
	"math"

	"recourse/domain/money"
)

// Movement is a payment out of an order's escrow that the provider carries out: the same for its request and its answer.
// Release is what the seller gets, without the fee. Amounts are minor units of the currency and not negative.
type Movement struct {
	Step     int64 // sequence of the event that asked for it
	Verb     Verb  // Refund, Release or Split
	Cause    string
	Dispute  string
	Currency money.Currency
	Order    string
	Buyer    string
	Seller   string
	Refund   money.Minor
	Release  money.Minor
	Fee      money.Minor
}

// total is all that moves. A sum out of range becomes an amount that Balanced refuses.
func (m Movement) total() money.Minor {
	sum, ok := money.Sum(m.Refund, m.Release, m.Fee)
	if !ok {
		return math.MaxInt64
	}
	return sum
}

// transfer is the movement under a verb.
func (m Movement) transfer(verb Verb, postings ...Posting) Transfer {
	return Transfer{Step: m.Step, Verb: verb, Cause: m.Cause, Dispute: m.Dispute, Currency: m.Currency, Postings: moving(postings)}
}

// moving leaves out the sides that nothing moves on.
func moving(postings []Posting) []Posting {
	var all []Posting
	for _, p := range postings {
		if p.Amount != 0 {
			all = append(all, p)
		}
	}
	return all
}

// RequestOut takes the money out of escrow into transit, under the movement's verb.
func RequestOut(m Movement) Transfer {
	return m.transfer(m.Verb, Posting{EscrowOf(m.Order), -m.total()}, Posting{TransitOf(m.Order), m.total()})
}

// ConfirmOut brings what was in transit to the buyer, the seller's payable and the fees: the provider has moved it.
func ConfirmOut(m Movement) Transfer {
	return m.transfer(Confirm, Posting{TransitOf(m.Order), -m.total()}, Posting{RefundedTo(m.Buyer), m.Refund},
		Posting{PayableTo(m.Seller), m.Release}, Posting{Fees, m.Fee})
}

// ReturnOut brings what was in transit back into escrow: the provider has failed. A later try has a step of its own.
func ReturnOut(m Movement) Transfer {
	return m.transfer(Return, Posting{TransitOf(m.Order), -m.total()}, Posting{EscrowOf(m.Order), m.total()})
}

// between is a transfer of one amount from one account to another.
func between(step int64, verb Verb, cause, dispute string, currency money.Currency, from, to Account, amount money.Minor) Transfer {
	return Transfer{Step: step, Verb: verb, Cause: cause, Dispute: dispute, Currency: currency,
		Postings: moving([]Posting{{from, -amount}, {to, amount}})}
}

// HoldCapture brings what was captured for an order into its escrow.
func HoldCapture(step int64, order string, total money.Minor, currency money.Currency) Transfer {
	return between(step, Hold, "capture", "", currency, Capture, EscrowOf(order), total)
}

// ChargedBack takes out of escrow what the buyer's bank has given back already. No provider is asked.
func ChargedBack(step int64, order, buyer string, amount money.Minor, currency money.Currency) Transfer {
	return between(step, Chargeback, "chargeback", "", currency, EscrowOf(order), RefundedTo(buyer), amount)
}

// GoodwillTo gives a party money of the platform's own.
func GoodwillTo(step int64, party string, amount money.Minor, currency money.Currency, cause, dispute string) Transfer {
	return between(step, Goodwill, cause, dispute, currency, GoodwillFund, GivenTo(party), amount)
}

// RecoverFrom takes money that was released back from the seller for the buyer: so much from its reserve and so much from
// its payable.
func RecoverFrom(step int64, seller, buyer string, fromReserve, fromPayable money.Minor, currency money.Currency, dispute string) Transfer {
	both, ok := money.Add(fromReserve, fromPayable)
	if !ok {
		both = math.MaxInt64
	}
	return Transfer{Step: step, Verb: Recover, Cause: "recovery", Dispute: dispute, Currency: currency, Postings: moving([]Posting{
		{ReserveOf(seller), -fromReserve}, {PayableTo(seller), -fromPayable}, {RecoveredFor(buyer), both}})}
}

// ClaimOn shows what a party owes because it could not be recovered.
func ClaimOn(step int64, party string, amount money.Minor, currency money.Currency, dispute string) Transfer {
	return between(step, Claim, "claim", dispute, currency, Claims, OwedBy(party), amount)
}

// PayOut moves what is payable to the seller out of the system.
func PayOut(step int64, seller string, amount money.Minor, currency money.Currency) Transfer {
	return between(step, Payout, "payout", "", currency, PayableTo(seller), PaidOutTo(seller), amount)
}

// FundReserve brings money that a seller put up into its reserve.
func FundReserve(step int64, seller string, amount money.Minor, currency money.Currency) Transfer {
	return between(step, Reserve, "deposit", "", currency, DepositOf(seller), ReserveOf(seller), amount)
}
