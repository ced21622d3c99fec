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

// enforce ends the latest dispute with an outcome as its rules would send it.
func (s *story) enforce(e dispute.Enforcement) {
	s.Helper()
	e.Dispute = s.only
	if e.Reason == "" {
		e.Reason = s.claim(s.only).Reason
	}
	answer, err := s.Do(orderID, "enforce_outcome", provider, e)
	require.NoError(s, err)
	require.True(s, answer.Accepted(), "%+v", answer)
}

func TestSettlementOfDeliveredGoods(t *testing.T) {
	s := inspected(t)
	s.at("12d").dispute(dispute.Damaged, "refund_partial", 1500, "CHAIR")
	s.at("13d").settle(1000)
	s.state(protection.Inspection).money(1000, 0, 9500).due("release_cooling/"+s.only, "14d").due("inspection", "26d")
	s.at("14d").money(1000, 0, 9500)
	s.past("14d").state(protection.Inspection).money(1000, 3000, 6500)
	require.Equal(t, []money.Minor{1000, 3000}, []money.Minor{s.claim(s.only).Refunded, s.claim(s.only).Released})
	s.past("27d").state(protection.Aftercare).money(1000, 9500, 0).due("aftercare", "42d")
}

func TestSettlementGoesOnWhileAnotherDisputeIsOpen(t *testing.T) {
	s := inspected(t)
	first := s.at("12d").dispute(dispute.Damaged, "refund_partial", 1500, "CHAIR")
	second := s.dispute(dispute.Damaged, "refund_partial", 1500, "LAMP")
	s.ok(bolt, "post_message", is{"text": "We see."})
	s.only = first
	s.settle(1000)
	s.state(protection.Disputed)
	s.past("13d").state(protection.Disputed).money(1000, 3000, 6500)
	s.only = second
	s.at("13d12h").settle(2000)
	s.state(protection.Inspection).money(3000, 3000, 4500).due("release_cooling/"+second, "14d12h") // the shipping stays on the clock
}

// Disputing the same line again stops what the first settlement was about to release.
func TestDisputeInTheLastCallOfASettlement(t *testing.T) {
	s := inspected(t)
	first := s.at("12d").dispute(dispute.Damaged, "refund_partial", 1000)
	s.settle(1000)
	s.state(protection.ReleasePending).due("inspection", "")
	s.at("12d12h").dispute(dispute.Quality, "refund_full", 0)
	require.Equal(t, money.Minor(9500), s.order().Claims[1].Asked)
	s.due("release_cooling/"+first, "").past("14d").money(1000, 0, 9500)
	s.at("15d").giveUp()
	s.state(protection.Inspection).due("inspection", "22d") // nothing was left, so the floor
	s.past("23d").state(protection.Aftercare).money(1000, 9500, 0)
}

func TestSettlementOfWhatNeverCame(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("12d").dispute(dispute.NoTrackingProgress, "refund_partial", 3000)
	s.settle(3000)
	s.state(protection.InTransit).money(3000, 0, 7500).due("absolute_end", "45d")
	s.past("45d").state(protection.Closed).money(10500, 0, 0) // leftovers of a settlement included

	s = begin(t)
	s.at("2d").ship()
	s.at("12d").dispute(dispute.NoTrackingProgress, "refund_partial", 3000)
	s.settle(3000)
	s.at("14d").arrive()
	s.past("29d").state(protection.ReleasePending)
	s.past("30d").state(protection.Aftercare).money(3000, 7500, 0)
}

// Of a settlement about several lines each goes its own way; the shipping goes with the last.
func TestSettlementOfWhatCameInPart(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("10d").arrive("CHAIR")
	s.at("12d").dispute(dispute.NoTrackingProgress, "refund_partial", 2100)
	s.settle(2100)
	o := s.order()
	require.Equal(t, []money.Minor{1200, 800, 100}, []money.Minor{o.Lines[0].Refunded, o.Lines[1].Refunded, o.Shipping.Refunded}, "in proportion")
	require.Equal(t, []money.Minor{0, 3200, 0}, []money.Minor{o.Lines[0].Pending, o.Lines[1].Pending, o.Shipping.Pending})
	s.past("13d").state(protection.InTransit).money(2100, 3200, 5200)
	s.past("45d").money(6900, 3200, 400)
	s.past("46d").state(protection.Aftercare).money(6900, 3600, 0)
}

func TestConfirmedGoodsAreSettledAsDelivered(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", nil)
	s.at("3d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	s.at("3d12h").dispute(dispute.Damaged, "refund_partial", 1000)
	s.settle(1000)
	s.state(protection.ReleasePending)
	s.past("4d12h").state(protection.Aftercare).money(1000, 9500, 0)
}

// A promise of goods that was kept is the delivery that the first parcel never had.
func TestKeptPromiseCountsAsDelivery(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("10d").arrive("LAMP")
	s.at("12d").dispute(dispute.NoTrackingProgress, "replacement", 0, "CHAIR")
	offer := s.ok(bolt, "offer", is{"remedy": "replacement", "due": "10d"})
	s.ok(ada, "accept_offer", is{"offer": offer.Result["offer"]})
	s.at("18d").ok(ada, "confirm_performance", nil)
	s.state(protection.Inspection).due("release_cooling/"+s.only, "19d").due("inspection", "33d") // now everything has come
	s.past("34d").state(protection.Aftercare).money(0, 10500, 0)
}

func TestDecisionMovesInOneTransfer(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0)
	before := len(s.Transfers)
	s.enforce(dispute.Enforcement{Outcome: dispute.DecidedSplit, Refund: 4000, Release: 6500, Rest: dispute.RestNone})
	s.state(protection.Aftercare).money(4000, 6500, 0)
	require.Equal(t, []ledger.Verb{ledger.Split, ledger.Confirm}, []ledger.Verb{s.Transfers[before].Verb, s.Transfers[before+1].Verb})
	require.Len(t, s.Transfers, before+2)
	require.Equal(t, 1, s.count(casefile.EscrowSplit))
}

func TestDecisionAboutPartOfALine(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0, is{"sku": "LAMP", "quantity": 1})
	s.enforce(dispute.Enforcement{Outcome: dispute.DecidedForBuyer, Refund: 3000, Rest: dispute.RestNone})
	s.state(protection.Inspection).money(3000, 0, 7500)
	// The other lamp can be disputed too, and no more than is left of the line.
	s.dispute(dispute.Damaged, "refund_full", 0, "LAMP")
	require.Equal(t, money.Minor(3000), s.claim(s.only).Asked)
	s.enforce(dispute.Enforcement{Outcome: dispute.DecidedForSeller, Release: 3000, Rest: dispute.RestNone})
	s.state(protection.Inspection).money(3000, 3000, 4500)
}

// An outcome never moves more than is left, whatever it says.
func TestOutcomeIsCapped(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	s.enforce(dispute.Enforcement{Outcome: dispute.DecidedForBuyer, Refund: 99999, Release: 99999, Rest: dispute.RestNone})
	s.money(4000, 0, 6500)
}

func TestReturnLapsedResumesWithoutFloor(t *testing.T) {
	s := inspected(t)
	s.at("24d").dispute(dispute.Damaged, "return_and_refund", 0)
	s.ok(bolt, "concede", nil)
	s.past("34d").state(protection.Inspection).due("inspection", "35d")
	require.Equal(t, dispute.Withdrawn, s.claim(s.only).Outcome)
	require.False(t, s.order().FloorGiven)
}

func TestAftercareRecoversFromTheSeller(t *testing.T) {
	for name, c := range map[string]struct {
		funds                       casefile.Funds
		recovered, claimed, reserve money.Minor
	}{
		"from the reserve":          {casefile.Funds{Reserve: 5000}, 4000, 0, 1000},
		"then from what is payable": {casefile.Funds{Reserve: 1500}, 4000, 0, 0},
		"from what is payable":      {casefile.Funds{}, 4000, 0, 0},
		"the rest is a claim":       {casefile.Funds{Reserve: 1000, Payable: -9000}, 2500, 1500, 0},
		"all of it is a claim":      {casefile.Funds{Payable: -10500}, 0, 4000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := inspected(t)
			s.past("26d").money(0, 10500, 0)
			s.Funds.Reserve += c.funds.Reserve
			s.Funds.Payable += c.funds.Payable // below zero: paid out since
			s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
			s.ok(bolt, "concede", nil)
			s.state(protection.Aftercare).money(0, 10500, 0) // the release stands
			claim := s.claim(s.only)
			require.Equal(t, []money.Minor{0, 0, c.recovered, c.claimed}, []money.Minor{claim.Refunded, claim.Released, claim.Recovered, claim.Claimed})
			require.Equal(t, c.reserve, s.Funds.Reserve)
			require.Equal(t, c.recovered > 0, s.count(casefile.EscrowRecovered) == 1)
			require.Equal(t, c.claimed > 0, s.count(casefile.EscrowClaimed) == 1)
			at, err := ledger.PositionOf(s.Ledger[orderID])
			require.NoError(t, err)
			require.Equal(t, c.recovered, at.Recovered[ada.ID])
			require.Equal(t, c.claimed, at.Claimed[bolt.ID])
			// It was paid, one way or another: nobody asks for it again.
			answer := s.no(casefile.ReasonNotOpen, ada, "open_dispute", complaint(dispute.Quality, "refund_full", 0, "CHAIR"))
			require.Equal(t, "nothing_left", answer.Result["why"])
		})
	}
}

// A line of which a part was released and a part is held pays from what is held first.
func TestOutcomeReachesHeldAndReleased(t *testing.T) {
	s := inspected(t)
	s.Funds.Reserve = 100000
	s.dispute(dispute.Damaged, "refund_partial", 500, is{"sku": "LAMP", "quantity": 1})
	s.settle(500)
	s.past("11d").money(500, 2500, 7500)
	s.at("12d").dispute(dispute.Quality, "refund_full", 0, "LAMP")
	require.Equal(t, money.Minor(5500), s.claim(s.only).Asked)
	s.ok(bolt, "concede", nil)
	s.money(3500, 2500, 4500)
	require.Equal(t, money.Minor(2500), s.claim(s.only).Recovered)
	require.Equal(t, money.Minor(3000), s.claim(s.only).Refunded)
	require.Zero(t, s.claim(s.only).Claimed)
}

// No seller is asked for what was never released to it.
func TestNothingIsRecoveredThatWasNotReleased(t *testing.T) {
	s := inspected(t, func(r *protection.Registration) { r.Lines[0].Price, r.Lines[1].Price, r.Shipping = 2000, 4000, 101 })
	s.dispute(dispute.Counterfeit, "refund_partial", 100, "LAMP")
	s.settle(100) // its half of the shipping, rounded up, waits for its last call
	s.dispute(dispute.Counterfeit, "refund_full", 0, "CHAIR")
	s.ok(bolt, "concede", nil)
	require.Zero(t, s.count(casefile.EscrowRecovered)+s.count(casefile.EscrowClaimed))
}
