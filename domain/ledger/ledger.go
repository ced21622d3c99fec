// Package ledger turns a movement of money into double-entry postings. Balances are derived from postings, never edited.
//
// A posting is positive into an account and negative out of it, and those of a transfer add up to zero. The chart of
// accounts, each in every currency by itself:
//
//	capture            source: the outside world that orders are paid from; minus what was captured
//	escrow:{order}     captured money that is held
//	transit:{order}    on its way at the provider; counts as held
//	buyer:{buyer}      refunded to the buyer from escrow, and so out of the system
//	payable:{seller}   released to the seller and not paid out yet
//	fees               what the platform keeps of releases
//	paid_out:{seller}  paid out to the seller, and so out of the system
//	deposit:{seller}   source: what the seller put up; minus the reserve that was funded
//	reserve:{seller}   the seller's money that claims can be paid from after a release
//	recovered:{buyer}  taken back from a seller for the buyer after a release
//	goodwill           source: the platform's own fund; minus what was given
//	given:{party}      goodwill that a party got
//	claims             source: counterpart of the claims; minus what is owed
//	claim:{party}      what a party owes because it could not be recovered: an amount above zero, never a negative balance
//
// Sources go below zero, which is what they are for; no other account may. For each order, over its own transfers,
//
//	escrow + transit + buyer + payable + fees = −capture, that is held + refunded + released + fees = captured
//
// where only confirmed releases count in payable (PROCEDURE 2). Recoveries, claims, goodwill, payouts and reserves never
// touch escrow, so they are no part of that sum.
package ledger

import (
	"strings"

	"recourse/domain/money"
)

// Account is where money can be. Accounts of one order, of one party, and of the platform.
type Account string

// Kinds of account: what stands before the colon. Those of the platform and of the outside world have no owner.
const (
	kindCapture   = "capture"
	kindEscrow    = "escrow"
	kindTransit   = "transit"
	kindBuyer     = "buyer"
	kindPayable   = "payable"
	kindFees      = "fees"
	kindPaidOut   = "paid_out"
	kindDeposit   = "deposit"
	kindReserve   = "reserve"
	kindRecovered = "recovered"
	kindGoodwill  = "goodwill"
	kindGiven     = "given"
	kindClaims    = "claims"
	kindClaim     = "claim"
)

// owned says of each kind of account whether it has an owner after the colon.
var owned = map[string]bool{
	kindCapture: false, kindEscrow: true, kindTransit: true, kindBuyer: true, kindPayable: true, kindFees: false,
	kindPaidOut: true, kindDeposit: true, kindReserve: true, kindRecovered: true, kindGoodwill: false, kindGiven: true,
	kindClaims: false, kindClaim: true,
}

// The accounts that belong to nobody in particular.
const (
	Capture      Account = kindCapture
	Fees         Account = kindFees
	GoodwillFund Account = kindGoodwill
	Claims       Account = kindClaims
)

// EscrowOf is the money of an order that is held.
func EscrowOf(order string) Account { return Account(kindEscrow + ":" + order) }

// TransitOf is the money of an order that is on its way at the provider.
func TransitOf(order string) Account { return Account(kindTransit + ":" + order) }

// RefundedTo is what a buyer got back from escrow.
func RefundedTo(buyer string) Account { return Account(kindBuyer + ":" + buyer) }

// PayableTo is what was released to a seller and not paid out.
func PayableTo(seller string) Account { return Account(kindPayable + ":" + seller) }

// PaidOutTo is what a seller was paid out.
func PaidOutTo(seller string) Account { return Account(kindPaidOut + ":" + seller) }

// DepositOf is where a seller's reserve comes from.
func DepositOf(seller string) Account { return Account(kindDeposit + ":" + seller) }

// ReserveOf is a seller's reserve.
func ReserveOf(seller string) Account { return Account(kindReserve + ":" + seller) }

// RecoveredFor is what was taken back from sellers for a buyer.
func RecoveredFor(buyer string) Account { return Account(kindRecovered + ":" + buyer) }

// GivenTo is the goodwill that a party got.
func GivenTo(party string) Account { return Account(kindGiven + ":" + party) }

// OwedBy is what a party owes.
func OwedBy(party string) Account { return Account(kindClaim + ":" + party) }

// parts takes the account's name apart. The owner is empty for an account that belongs to nobody.
func (a Account) parts() (kind, owner string) {
	kind, owner, _ = strings.Cut(string(a), ":")
	return kind, owner
}

// Known says whether the account is one of the chart: a known kind, with an owner exactly where one belongs.
func (a Account) Known() bool {
	kind, owner := a.parts()
	needs, known := owned[kind]
	return known && needs == (owner != "") && (needs || string(a) == kind)
}

// HasFloor says whether the account may never be below zero: every account but the sources.
func (a Account) HasFloor() bool {
	switch kind, _ := a.parts(); kind {
	case kindCapture, kindDeposit, kindGoodwill, kindClaims:
		return false
	}
	return true
}

// Verb is what happens to money (PROCEDURE 2).
type Verb string

// The verbs. Hold brings captured money into escrow; Refund, Release and Split ask the provider to move it out and leave it
// in transit until Confirm or Return; Chargeback takes out what the bank has already given the buyer; the others never
// touch an order's escrow.
const (
	Hold       Verb = "hold"
	Refund     Verb = "refund"
	Release    Verb = "release"
	Split      Verb = "split"
	Confirm    Verb = "confirm"
	Return     Verb = "return" // the provider failed: what was in transit is held again
	Chargeback Verb = "chargeback"
	Goodwill   Verb = "goodwill"
	Recover    Verb = "recover"
	Claim      Verb = "claim"
	Payout     Verb = "payout"
	Reserve    Verb = "reserve"
)

// Transfer is one movement with one cause, unique by the case, the step and the verb: a repeat is a no-op.
type Transfer struct {
	Step     int64          `json:"step"` // sequence of the event that asked for it
	Verb     Verb           `json:"verb"`
	Cause    string         `json:"cause"`
	Dispute  string         `json:"dispute,omitempty"`
	Currency money.Currency `json:"currency"`
	Postings []Posting      `json:"postings"`
}

// Posting is one side of a transfer: positive into the account, negative out of it.
type Posting struct {
	Account Account     `json:"account"`
	Amount  money.Minor `json:"amount"`
}
