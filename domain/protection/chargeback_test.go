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

func (s *story) chargeback(amount money.Minor) {
	s.Helper()
	s.ok(shop, "chargeback", is{"amount": amount})
}

func (s *story) bankSays(winner string) {
	s.Helper()
	s.ok(shop, "close_chargeback", is{"won_by": winner})
}

func (s *story) frozen() (sum money.Minor) {
	sum = s.order().Shipping.Frozen
	for _, l := range s.order().Lines {
		sum += l.Frozen
	}
	return sum
}

// claims is what the ledger says that a party owes.
func (s *story) owed(party string) money.Minor {
	s.Helper()
	at, err := ledger.PositionOf(s.Ledger[orderID])
	require.NoError(s, err)
	return at.Claimed[party]
}

func TestChargebackIsChecked(t *testing.T) {
	s := begin(t)
	s.no(casefile.ValidationFailed, shop, "chargeback", is{"amount": 0})
	s.no(casefile.AmountExceedsCap, shop, "chargeback", is{"amount": 10501})
	s.no(casefile.WrongStage, shop, "close_chargeback", is{"won_by": "buyer"})
	s.chargeback(10500)
	s.no(casefile.WrongStage, shop, "chargeback", is{"amount": 1})
	s.no(casefile.ValidationFailed, shop, "close_chargeback", is{"won_by": "bank"})
	require.Equal(t, money.Minor(10500), s.last(casefile.ChargebackOpened)["frozen"])
}

func TestChargebackLostWhileHeld(t *testing.T) {
	s := inspected(t)
	s.chargeback(4000)
	require.Equal(t, money.Minor(4000), s.frozen())
	s.bankSays("buyer")
	s.state(protection.Inspection).money(4000, 0, 6500).due("inspection", "25d")
	require.Zero(t, s.owed(bolt.ID)+s.owed(ada.ID))
	s.past("26d").state(protection.Aftercare).money(4000, 6500, 0)
}

func TestChargebackOfEverything(t *testing.T) {
	s := inspected(t)
	s.chargeback(10500)
	s.bankSays("buyer")
	s.money(10500, 0, 0)
	require.True(t, s.order().Closed())
}

func TestChargebackWonBySeller(t *testing.T) {
	s := inspected(t)
	s.at("12d").chargeback(10500)
	s.at("20d").bankSays("seller")
	s.state(protection.Inspection).money(0, 0, 10500).due("inspection", "25d").due("chargeback_max", "") // without a dispute nothing stood still
	require.Zero(t, s.frozen())
}

// Protection runs out while the bank holds everything: the money moves when the bank has answered, as it would have.
func TestClockRunsOutWhileFrozen(t *testing.T) {
	s := inspected(t)
	s.at("12d").chargeback(10500)
	s.past("27d").state(protection.ReleasePending).money(0, 0, 10500)
	s.at("30d").bankSays("seller")
	s.state(protection.ReleasePending).due("release_cooling", "31d")
	s.past("31d").state(protection.Aftercare).money(0, 10500, 0)

	s = begin(t)
	s.at("2d").ship()
	s.chargeback(4000)
	s.past("45d").state(protection.ReleasePending).money(6500, 0, 4000)
	s.at("50d").bankSays("seller")
	s.state(protection.Refunded).money(10500, 0, 0)
}

func TestNotShippedWhileFrozen(t *testing.T) {
	s := begin(t)
	s.chargeback(4000)
	s.past("7d").money(6500, 0, 4000)
	s.no(casefile.WrongStage, bolt, "ship", is{"carrier": "other", "tracking": "T1"})
	s.no(casefile.WrongStage, bolt, "cancel_order", nil)
	s.at("9d").bankSays("seller")
	s.state(protection.Refunded).money(10500, 0, 0)
	require.True(t, s.order().Closed())

	s = begin(t)
	s.chargeback(4000)
	s.ok(bolt, "cancel_order", nil)
	s.bankSays("buyer")
	s.state(protection.Refunded).money(10500, 0, 0)
}

func TestChargebackStopsLastCalls(t *testing.T) {
	s := inspected(t)
	s.at("12d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.settle(1000)
	s.at("12d12h").chargeback(9500) // all that is held, the settlement's leftover too
	s.due("release_cooling/"+s.only, "")
	s.past("14d").money(1000, 0, 9500)
	s.at("15d").bankSays("seller")
	s.due("release_cooling/"+s.only, "16d").due("inspection", "25d")
	s.past("16d").state(protection.Inspection).money(1000, 3000, 6500)

	s = inspected(t)
	s.at("25d12h").state(protection.ReleasePending).chargeback(4000)
	s.past("26d").money(0, 6500, 4000).state(protection.ReleasePending)
	s.at("28d").bankSays("seller")
	s.due("release_cooling", "29d")
	s.past("29d").state(protection.Aftercare).money(0, 10500, 0)

	// In the last call the rest of it waits with what comes back.
	s = inspected(t)
	s.at("25d12h").chargeback(4000)
	s.at("25d18h").bankSays("seller")
	s.state(protection.ReleasePending).due("release_cooling", "26d18h")
	s.past("26d18h").state(protection.Aftercare).money(0, 10500, 0)
}

// Who disputes a settled line while the bank has its money has stopped that last call for good.
func TestDisputedWhileFrozenIsNotGivenBack(t *testing.T) {
	s := inspected(t)
	first := s.at("12d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.settle(1000)
	s.at("12d12h").chargeback(9500)
	second := s.dispute(dispute.Quality, "refund_full", 0, "CHAIR")
	require.True(t, s.Dispute(second).Frozen)
	s.at("15d").bankSays("seller")
	s.due("release_cooling/"+first, "")
	require.False(t, s.Dispute(second).Frozen)
	s.past("17d").money(1000, 0, 9500)
}

func TestChargebackCountsAgainstDisputedLinesFirst(t *testing.T) {
	s := inspected(t)
	first := s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	second := s.dispute(dispute.Damaged, "refund_full", 0, "LAMP")
	s.chargeback(5000)
	o := s.order()
	require.Equal(t, []money.Minor{1000, 4000, 0}, []money.Minor{o.Lines[0].Frozen, o.Lines[1].Frozen, o.Shipping.Frozen}, "in order of opening")
	require.True(t, s.Dispute(first).Frozen)
	require.True(t, s.Dispute(second).Frozen)
	s.bankSays("buyer")
	require.Equal(t, dispute.SupersededByChargeback, s.Dispute(first).Outcome)
	require.Equal(t, dispute.SupersededByChargeback, s.claim(first).Outcome)
	require.Equal(t, money.Minor(4000), s.claim(first).Refunded)
	require.False(t, s.Dispute(second).Frozen, "it goes on about the rest")
	require.Equal(t, money.Minor(5000), s.Dispute(second).Claim.Amount)
	require.Equal(t, money.Minor(5000), s.claim(second).Asked)
	s.state(protection.Disputed).money(5000, 0, 5500)
	s.only = second
	s.ok(bolt, "concede", nil)
	s.money(10000, 0, 500)
}

func TestChargebackOfOtherLinesStopsNothing(t *testing.T) {
	s := inspected(t)
	first := s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	s.chargeback(4500)
	s.bankSays("seller")
	second := s.dispute(dispute.Damaged, "refund_full", 0, "LAMP")
	s.only = first
	s.ok(bolt, "concede", nil)
	s.money(4000, 0, 6500)
	s.chargeback(500) // of the lamps, which are disputed
	require.True(t, s.Dispute(second).Frozen)
	s.bankSays("seller")

	s = begin(t)
	s.at("2d").ship()
	s.at("10d").arrive("CHAIR")
	s.chargeback(6000) // the lamps come first in the order
	third := s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	require.False(t, s.Dispute(third).Frozen)
	s.only = third
	s.ok(bolt, "concede", nil)
	s.money(4000, 0, 6500)
}

// While the bank has the money a covered dispute stands still, but its parties can still agree.
func TestDeadlinesOfACoveredDisputeStandStill(t *testing.T) {
	s := inspected(t)
	s.at("12d").dispute(dispute.Damaged, "refund_full", 0)
	s.at("16d").chargeback(10500)
	s.past("40d").state(protection.Disputed).money(0, 0, 10500)
	s.at("41d").bankSays("seller")
	s.at("42d").money(0, 0, 10500) // one of the seller's five days was left
	s.past("42d").state(protection.Closed).money(10500, 0, 0)
	require.Equal(t, dispute.DefaultSellerSilent, s.claim(s.only).Outcome)
}

func TestOutcomeThatReachesFrozenMoneyWaits(t *testing.T) {
	frozen := func(t *testing.T) *story {
		s := inspected(t)
		s.at("12d").dispute(dispute.Damaged, "refund_partial", 4000)
		s.chargeback(2000)
		s.at("13d").settle(3000)
		s.state(protection.Disputed).money(0, 0, 10500)
		require.Equal(t, dispute.Settled, s.claim(s.only).Outcome)
		// The line is not free for another dispute before the outcome was carried out.
		s.no(casefile.DisputeAlreadyOpen, ada, "open_dispute", complaint(dispute.Quality, "refund_full", 0, "CHAIR"))
		return s
	}
	s := frozen(t)
	s.at("20d").bankSays("seller")
	s.state(protection.ReleasePending).money(3000, 0, 7500)
	s.past("21d").state(protection.Aftercare).money(3000, 7500, 0)

	s = frozen(t)
	s.at("20d").bankSays("buyer")
	require.Equal(t, dispute.SupersededByChargeback, s.claim(s.only).Outcome)
	require.Equal(t, dispute.SupersededByChargeback, s.Dispute(s.only).Outcome)
	s.state(protection.Inspection).money(2000, 0, 8500).due("inspection", "33d") // the rest is back on the order's clock
}

func TestWithdrawalDoesNotWaitForTheBank(t *testing.T) {
	s := inspected(t)
	s.at("20d").dispute(dispute.Damaged, "refund_full", 0)
	s.chargeback(10500)
	s.at("21d").giveUp()
	s.state(protection.Inspection).due("inspection", "28d")
	s.at("22d").bankSays("seller")
	s.due("inspection", "28d").money(0, 0, 10500)
	s.ok(ada, "reopen", nil)
	require.False(t, s.Dispute(s.only).Frozen, "it was told, though it was closed")
	s.past("27d")
	require.Equal(t, dispute.DefaultSellerSilent, s.claim(s.only).Outcome)
}

func TestReopenedWhileTheBankHasTheMoney(t *testing.T) {
	s := inspected(t)
	s.at("20d").dispute(dispute.Damaged, "refund_full", 0)
	s.at("21d").giveUp()
	s.chargeback(10500)
	s.ok(ada, "reopen", nil)
	require.True(t, s.Dispute(s.only).Frozen)
	s.past("40d").bankSays("buyer")
	require.Equal(t, dispute.SupersededByChargeback, s.claim(s.only).Outcome)
	s.money(10500, 0, 0)
}

func TestDisputeOpenedDuringAChargeback(t *testing.T) {
	s := inspected(t)
	s.chargeback(10500)
	s.dispute(dispute.Damaged, "refund_full", 0)
	require.True(t, s.Dispute(s.only).Frozen)
	s.bankSays("buyer")
	require.Equal(t, dispute.SupersededByChargeback, s.claim(s.only).Outcome, "the shipping is covered too")
	require.True(t, s.order().Closed())
}
