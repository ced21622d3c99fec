package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/ledger"
	"recourse/domain/money"
	"recourse/domain/protection"
)

func (s *story) providerFails(reason string) {
	s.Provider = func(string, int64) string { return reason }
}

func TestFailedPaymentIsHeldAndRetried(t *testing.T) {
	s := inspected(t)
	s.providerFails("account_closed")
	s.past("26d").state(protection.Aftercare).money(0, 0, 10500)
	require.Zero(t, s.escrow().InTransit)
	require.Equal(t, "account_closed", s.last(casefile.TransferFailed)["reason"])
	require.Equal(t, map[string]any{"to": "operators", "about": "transfer_failed"}, s.last(casefile.NoticeSent))
	failed := s.order().Payments[0].Step
	require.Empty(t, s.order().Effects())
	s.no(casefile.WrongStage, olga, "retry_transfer", is{"step": failed + 1})
	s.past("60d").state(protection.Closed)
	require.False(t, s.order().Closed(), "a payment waits for a person")
	require.Equal(t, casefile.WaitsForRetry, s.order().Summary().Waits)

	s.ok(olga, "retry_transfer", is{"step": failed}) // it fails again
	again := s.order().Payments[0].Step
	require.Greater(t, again, failed)
	require.Equal(t, 2, s.count(casefile.TransferFailed))
	s.Provider = nil
	s.ok(olga, "retry_transfer", is{"step": again})
	s.money(0, 10500, 0)
	require.True(t, s.order().Closed())
	require.Empty(t, s.order().Summary().Waits)
	require.Equal(t, again, s.last(casefile.EscrowReleased)["retry_of"])
	require.Equal(t, 3, s.count(casefile.EscrowReleased), "each try is an event of its own")
	s.no(casefile.WrongStage, olga, "retry_transfer", is{"step": again})
}

func TestMoneyOnItsWayIsHeld(t *testing.T) {
	s := inspected(t)
	s.at("25d12h")
	d, _ := s.order().Next()
	require.Equal(t, "release_cooling", d.Name)
	next, _ := s.order().Default(d, casefile.Facts{})
	released := next.(protection.Order)
	require.Equal(t, protection.Escrow{Captured: 10500, Held: 10500, InTransit: 10500}, released.Escrow())
	require.Equal(t, []casefile.Effect{{Step: released.Payments[0].Step, Kind: casefile.EffectTransfer}}, released.Effects())
	require.False(t, released.Closed())
	confirm := casefile.Command{ID: "cmd_8", Case: orderID, Name: "confirm_transfer", By: provider, At: d.DueAt, Data: []byte(mustJSON(is{"step": released.Payments[0].Step}))}
	next, change, answer := released.Decide(confirm, casefile.Facts{})
	require.True(t, answer.Accepted())
	require.Equal(t, ledger.Confirm, change.Transfers[0].Verb)
	require.Empty(t, next.(protection.Order).Payments)
	_, change, answer = next.Decide(confirm, casefile.Facts{}) // told twice
	require.Equal(t, casefile.WrongStage, answer.Refused)
	require.Empty(t, change.Transfers)
}

// A refund that failed is not asked for again once the bank has paid it.
func TestBankPaysAFailedRefund(t *testing.T) {
	s := inspected(t)
	s.providerFails("account_closed")
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.enforce(dispute.Enforcement{Outcome: dispute.DecidedSplit, Refund: 4000, Release: 6500, Rest: dispute.RestNone})
	s.Provider = nil
	step := s.order().Payments[0].Step
	s.chargeback(4000)
	s.no(casefile.WrongStage, olga, "retry_transfer", is{"step": step})
	s.bankSays("buyer")
	s.money(4000, 0, 6500)
	require.Zero(t, s.owed(ada.ID)+s.owed(bolt.ID))
	require.Zero(t, s.count(casefile.EscrowRecovered), "the money was there")
	s.ok(olga, "retry_transfer", is{"step": step})
	require.Equal(t, ledger.Release, s.Transfers[len(s.Transfers)-2].Verb)
	s.money(4000, 6500, 0)
}

func TestFees(t *testing.T) {
	s := inspected(t, under(map[string]string{"fees.percent": "2.5"}))
	s.dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.settle(1000)
	s.past("11d").money(1000, 2925, 6500)
	require.Equal(t, money.Minor(75), s.escrow().Fees, "of what is released")
	require.Equal(t, money.Minor(2925), s.claim(s.only).Released)
	require.Equal(t, money.Minor(75), s.last(casefile.EscrowReleased)["fee"])
	s.past("26d")
	s.past("27d").state(protection.Aftercare)
	e := s.escrow()
	require.Equal(t, protection.Escrow{Captured: 10500, Refunded: 1000, Released: 9262, Fees: 238}, e, "163 of 65.00, half a cent up")
	require.Equal(t, money.Minor(9262), s.Funds.Payable)
	// What is taken back after a release is what the buyer paid, fee or not.
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.ok(bolt, "concede", nil)
	require.Equal(t, []money.Minor{9262, 238}, []money.Minor{s.claim(s.only).Recovered, s.claim(s.only).Claimed})
}

func TestCurrenciesWithoutAndWithMoreDecimals(t *testing.T) {
	for currency, price := range map[money.Currency]money.Minor{"JPY": 5, "KWD": 12345} {
		t.Run(string(currency), func(t *testing.T) {
			s := inspected(t, under(map[string]string{"fees.percent": "10"}), func(r *protection.Registration) {
				r.Currency, r.Shipping = currency, 1
				r.Lines[0].Price, r.Lines[1].Price = price, price
			})
			require.Equal(t, money.Minor(0)+(price*3+1), s.escrow().Captured)
			s.dispute(dispute.Damaged, "refund_partial", 1, is{"sku": "LAMP", "quantity": 1})
			s.settle(1)
			s.past("27d").state(protection.Aftercare)
			e := s.escrow()
			require.Equal(t, money.Minor(1), e.Refunded)
			require.Equal(t, price*3, e.Released+e.Fees)
			for _, transfer := range s.Transfers {
				require.Equal(t, currency, transfer.Currency)
			}
		})
	}
}

func TestGoodwillWaitsForTwoSignatures(t *testing.T) {
	waits := func(t *testing.T) *story {
		s := inspected(t)
		s.dispute(dispute.Damaged, "refund_full", 0)
		s.enforce(dispute.Enforcement{Outcome: dispute.NoDecision, Refund: 6000, Release: 4500, Rest: dispute.RestNone, Goodwill: 6000, Signatures: true})
		s.money(6000, 4500, 0)
		require.Zero(t, s.count(casefile.EscrowGoodwill))
		return s
	}
	s := waits(t)
	s.no(casefile.WrongStage, olga, "sign_goodwill", is{"dispute": "dsp_other"})
	require.Equal(t, "signed_once", s.ok(olga, "sign_goodwill", is{"dispute": s.only}).Result["state"])
	s.no(casefile.ConflictOfInterest, olga, "sign_goodwill", is{"dispute": s.only})
	s.past("60d").state(protection.Closed)
	require.False(t, s.order().Closed(), "it waits for a person")
	require.Equal(t, casefile.WaitsForSignature, s.order().Summary().Waits)
	s.ok(otto, "sign_goodwill", is{"dispute": s.only})
	require.Equal(t, money.Minor(6000), s.order().Goodwill[bolt.ID])
	require.Equal(t, money.Minor(6000), s.last(casefile.EscrowGoodwill)["amount"])
	s.no(casefile.WrongStage, otto, "sign_goodwill", is{"dispute": s.only})
	require.True(t, s.order().Closed())

	s = waits(t)
	s.ok(olga, "sign_goodwill", is{"dispute": s.only, "refuse": true})
	require.Zero(t, s.count(casefile.EscrowGoodwill))
	require.Equal(t, map[string]any{"to": "bolt", "about": "goodwill_refused"}, s.last(casefile.NoticeSent))
}

func TestGoodwillIsNoPartOfTheOrdersMoney(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.enforce(dispute.Enforcement{Outcome: dispute.NoDecision, Refund: 4000, Release: 6500, Rest: dispute.RestNone, Goodwill: 4000})
	s.money(4000, 6500, 0)
	require.Equal(t, map[string]money.Minor{bolt.ID: 4000}, s.order().Goodwill)
	require.Equal(t, protection.Escrow{Captured: 10500, Refunded: 4000, Released: 6500}, s.escrow())
}

func TestReturnCost(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.enforce(dispute.Enforcement{Outcome: dispute.ReturnedAndRefunded, Refund: 10500, Rest: dispute.RestSettled, ReturnCost: 1200, CostBy: "platform"})
	require.Equal(t, map[string]money.Minor{ada.ID: 1200}, s.order().Goodwill)

	s = inspected(t)
	s.Funds.Reserve = 700
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.enforce(dispute.Enforcement{Outcome: dispute.ReturnedAndRefunded, Refund: 10500, Rest: dispute.RestSettled, ReturnCost: 1200, CostBy: "seller"})
	require.Equal(t, money.Minor(700), s.last(casefile.EscrowRecovered)["amount"])
	require.Equal(t, money.Minor(500), s.owed(bolt.ID))
	require.Equal(t, "return_cost", s.last(casefile.EscrowClaimed)["cause"])
	claim := s.claim(s.only)
	require.Equal(t, []money.Minor{10500, 0, 0, 0}, []money.Minor{claim.Refunded, claim.Released, claim.Recovered, claim.Claimed}, "no part of the order's money")
}
