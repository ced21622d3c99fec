package protection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
)

func TestClockStandsStillWhileADisputeIsOpen(t *testing.T) {
	s := inspected(t)
	s.at("15d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.state(protection.Disputed)
	require.Equal(t, 1, s.count(casefile.ProtectionPaused))
	require.Equal(t, "240h0m0s", s.last(casefile.ProtectionPaused)["remaining"])
	s.at("19d").left("inspection", "10d")
	s.giveUp()
	s.state(protection.Inspection).due("inspection", "29d").due("inspection_reminder", "27d")
	require.Equal(t, false, s.last(casefile.ProtectionResumed)["floor"])
	require.False(t, s.order().FloorGiven, "it did not lengthen anything")
	require.Equal(t, dispute.Withdrawn, s.order().Claims[0].Outcome)
}

func TestFloorIsGivenOnce(t *testing.T) {
	s := inspected(t)
	s.at("18d").dispute(dispute.Damaged, "refund_partial", 1000) // exactly the floor is left
	s.at("19d").giveUp()
	s.due("inspection", "26d")
	require.False(t, s.order().FloorGiven)
	s.at("24d").dispute(dispute.Damaged, "refund_partial", 1000) // two days are left
	s.at("25d").giveUp()
	s.due("inspection", "32d")
	require.Equal(t, true, s.last(casefile.ProtectionResumed)["floor"])
	s.at("31d").dispute(dispute.Damaged, "refund_partial", 1000)
	s.at("32d").giveUp()
	s.due("inspection", "33d")
	require.Equal(t, false, s.last(casefile.ProtectionResumed)["floor"])
}

func TestAftercarePausesLikeProtection(t *testing.T) {
	s := inspected(t)
	s.past("26d").due("aftercare", "41d")
	s.at("40d").dispute(dispute.Damaged, "refund_partial", 1000)
	s.at("42d").state(protection.Disputed).left("aftercare", "1d")
	s.giveUp()
	s.state(protection.Aftercare).due("aftercare", "49d")
	require.True(t, s.order().FloorGiven)
}

func TestDisputeBeforeShipping(t *testing.T) {
	s := begin(t)
	s.at("5d").dispute(dispute.ExtraChargeDemanded, "refund_partial", 500)
	s.no(casefile.WrongStage, bolt, "ship", is{"carrier": "other", "tracking": "T1"})
	s.no(casefile.WrongStage, bolt, "cancel_order", nil)
	s.past("7d").state(protection.Disputed)
	s.at("8d").giveUp()
	s.state(protection.Funded).due("ship_by", "10d").due("absolute_end", "48d")
	s.at("9d").ship()
	s.state(protection.InTransit).due("absolute_end", "48d")

	s = begin(t)
	s.at("5d").dispute(dispute.ExtraChargeDemanded, "refund_partial", 500)
	s.at("8d").giveUp()
	s.past("10d").state(protection.Closed).money(10500, 0, 0) // it had a dispute
}

func TestOneOpenDisputeForEachLine(t *testing.T) {
	s := inspected(t)
	first := s.dispute(dispute.Damaged, "refund_partial", 1000, is{"sku": "LAMP", "quantity": 1})
	answer := s.no(casefile.DisputeAlreadyOpen, ada, "open_dispute", complaint(dispute.Damaged, "refund_full", 0, is{"sku": "LAMP", "quantity": 1}))
	require.Equal(t, first, answer.Result["dispute"])
	s.no(casefile.DisputeAlreadyOpen, ada, "open_dispute", complaint(dispute.Damaged, "refund_full", 0))
	second := s.dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	require.NotEqual(t, first, second)
	require.Equal(t, 1, s.count(casefile.ProtectionPaused))
	s.giveUp()
	s.state(protection.Disputed)
	require.Zero(t, s.count(casefile.ProtectionResumed), "the other is still open")
	s.only = first
	s.giveUp()
	s.state(protection.Inspection)
	require.Equal(t, 1, s.count(casefile.ProtectionResumed))
}

func TestDisputeCancelsTheLastCall(t *testing.T) {
	s := inspected(t)
	s.at("26d").state(protection.ReleasePending)
	s.dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR") // at its very end
	s.past("26d").state(protection.Disputed).money(0, 0, 10500).due("release_cooling", "").left("inspection", "0s")
	require.Equal(t, "0s", s.last(casefile.ProtectionPaused)["remaining"])
	s.at("27d").giveUp()
	s.state(protection.Inspection).due("inspection", "34d") // the floor
	s.at("33d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.giveUp()
	s.past("34d").state(protection.ReleasePending)
	s.at("34d12h").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.giveUp() // the floor was given: nothing is left, so the last call begins anew
	s.past("34d12h").state(protection.ReleasePending).due("release_cooling", "35d12h")
}

func TestDeliveryDuringADispute(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("12d").dispute(dispute.NoTrackingProgress, "refund_partial", 1000)
	s.ok(bolt, "post_message", is{"text": "It is on its way."})
	s.at("14d").arrive("CHAIR")
	s.left("absolute_end", "33d")
	s.at("15d").arrive("LAMP")
	s.due("absolute_end", "").left("inspection", "15d").state(protection.Disputed)
	s.at("16d").giveUp()
	s.state(protection.Inspection).due("inspection", "31d").due("inspection_reminder", "29d")
}

// The time that a seller asks for itself is the buyer's too, also after the goods have come.
func TestSellersTimeIsTheBuyersToo(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("12d").dispute(dispute.NoTrackingProgress, "refund_partial", 1000)
	s.ok(bolt, "request_time", is{"days": "2d"})
	s.left("absolute_end", "35d")
	require.Equal(t, "840h0m0s", s.last(casefile.ProtectionExtended)["remaining"])

	s = begin(t)
	s.at("2d").ship()
	s.at("12d").dispute(dispute.NoTrackingProgress, "refund_partial", 1000)
	s.at("13d").arrive()
	s.ok(bolt, "request_time", is{"days": "3d"})
	s.left("inspection", "18d")
	s.at("14d").giveUp()
	s.due("inspection", "32d")
}

func TestReopenedDisputeStopsTheClockAgain(t *testing.T) {
	s := inspected(t)
	id := s.at("15d").dispute(dispute.Damaged, "refund_partial", 1000)
	s.giveUp()
	s.at("25d12h").state(protection.ReleasePending)
	s.ok(ada, "reopen", nil) // the last call is protection too
	s.state(protection.Disputed).due("release_cooling", "").left("inspection", "0s")
	require.True(t, s.claim(id).Open)
	require.Empty(t, s.claim(id).Outcome)
	s.settle(1000)
	s.money(1000, 0, 9500)
}

func TestReopenAfterProtection(t *testing.T) {
	s := inspected(t)
	s.at("15d").dispute(dispute.Damaged, "refund_partial", 1000)
	s.giveUp()
	s.at("41d").state(protection.Aftercare)
	s.past("41d").state(protection.Closed)
	s.no(casefile.CaseClosed, ada, "reopen", nil)
}

func TestReopenBesideAnotherDispute(t *testing.T) {
	s := inspected(t)
	first := s.at("15d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.giveUp()
	second := s.dispute(dispute.Damaged, "refund_partial", 1000)
	s.only = first
	answer := s.no(casefile.DisputeAlreadyOpen, ada, "reopen", nil)
	require.Equal(t, second, answer.Result["dispute"])
}

// Only a release brings aftercare; where nothing was released, an order ends with its last dispute.
func TestFullyRefundedByDisputeIsClosedAtOnce(t *testing.T) {
	s := inspected(t)
	first := s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	second := s.dispute(dispute.Damaged, "refund_full", 0, "LAMP")
	s.only = first
	s.ok(bolt, "concede", nil)
	s.state(protection.Disputed).money(4000, 0, 6500)
	s.only = second
	s.ok(bolt, "concede", nil)
	s.state(protection.Inspection).money(10000, 0, 500) // the shipping stays with the order
	s.past("27d").state(protection.Aftercare).money(10000, 500, 0)

	s = inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0)
	s.ok(bolt, "concede", nil)
	s.state(protection.Closed).money(10500, 0, 0)
	_, due := s.order().Next()
	require.False(t, due)
	require.Equal(t, dispute.ConcededBySeller, s.order().Claims[0].Outcome)
	require.Equal(t, money.Minor(10500), s.order().Claims[0].Refunded)
}

func TestReasonChangedIsKnownToTheOrder(t *testing.T) {
	s := inspected(t)
	s.dispute(dispute.Damaged, "refund_full", 0, "CHAIR")
	s.ok(ada, "change_reason", is{"reason": "counterfeit"})
	require.Equal(t, dispute.Counterfeit, s.order().Claims[0].Reason)
	require.Equal(t, money.Minor(4200), s.order().Claims[0].Asked)
	s.ok(bolt, "concede", nil)
	s.money(4200, 0, 6300) // with its part of the shipping
	require.Equal(t, money.Minor(200), s.order().Shipping.Refunded)
}

// What a case of an order may never hear twice, or from one that it does not know.
func TestInternalCommandsOfNoDispute(t *testing.T) {
	s := inspected(t)
	system := casefile.Actor{Role: casefile.System}
	s.no(casefile.WrongStage, system, "enforce_outcome", dispute.Enforcement{Dispute: "dsp_x", Outcome: dispute.Settled})
	s.no(casefile.WrongStage, system, "reason_changed", dispute.ReasonChanged{Dispute: "dsp_x"})
	s.no(casefile.WrongStage, system, "dispute_reopened", dispute.Reopened{Dispute: "dsp_x"})
	s.no(casefile.WrongStage, system, "confirm_transfer", is{"step": 99})
	s.no(casefile.WrongStage, system, "fail_transfer", is{"step": 99})
	id := s.dispute(dispute.Damaged, "refund_full", 0)
	s.no(casefile.WrongStage, system, "dispute_reopened", dispute.Reopened{Dispute: id})
	s.ok(bolt, "concede", nil)
	s.no(casefile.WrongStage, system, "enforce_outcome", dispute.Enforcement{Dispute: id, Outcome: dispute.Settled, Refund: 100})
	s.money(10500, 0, 0)
}
