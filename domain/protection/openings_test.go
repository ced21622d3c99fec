package protection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/policy"
	"recourse/domain/protection"
)

// opens checks from when until when a reason is open, as can_open tells it now, and that it is so at each end.
func (s *story) opens(reason dispute.Reason, from, until string, lines ...string) {
	s.Helper()
	o := s.opening(reason, lines...)
	instant := func(after string) time.Time {
		length, err := policy.ParseDuration(after)
		require.NoError(s, err)
		return paid.Add(length.Std())
	}
	require.Equal(s, instant(from).Sub(paid).String(), o.From.Sub(paid).String(), "from")
	require.Equal(s, instant(until).Sub(paid).String(), o.Until.Sub(paid).String(), "until")
	require.Equal(s, !s.Now.Before(o.From) && !s.Now.After(o.Until), o.Open, "%+v", o)
}

func (s *story) closed(why string, reason dispute.Reason, lines ...string) {
	s.Helper()
	o := s.opening(reason, lines...)
	require.False(s, o.Open)
	require.Equal(s, why, o.Why)
	if len(lines) == 0 {
		// Opening is refused the same way.
		remedy := dispute.RefundFull
		if reason == dispute.ChangeOfMind {
			remedy = dispute.ReturnAndRefund
		}
		answer := s.no(casefile.ReasonNotOpen, ada, "open_dispute", complaint(reason, remedy, 1))
		require.Equal(s, why, answer.Result["why"])
	}
}

// The tail of protection is the last call and aftercare: 16 days after its end.
func TestNotReceivedOpens(t *testing.T) {
	s := begin(t)
	s.opens(dispute.NoTrackingProgress, "30d", "61d") // not shipped: when the promised day has passed
	s.at("2d").ship("CHAIR")
	s.at("12d").opens(dispute.NoTrackingProgress, "12d", "61d", "CHAIR")
	s.opens(dispute.HeldByCustoms, "30d", "61d", "LAMP")
	s.opens(dispute.WrongAddress, "30d", "61d") // both together: the later
	s.closed("too_early", dispute.ReturnedToSender)
	s.ok(ada, "open_dispute", complaint("not_received.no_tracking_progress", "refund_full", 0, "CHAIR"))

	s = begin(t)
	s.at("2d").ship()
	s.at("11d23h59m59s").closed("too_early", dispute.NoTrackingProgress)
	s.at("12d").opens(dispute.NoTrackingProgress, "12d", "61d")
	s.at("12d").dispute("not_received.no_tracking_progress", "refund_full", 0)

	soon := func(r *protection.Registration) { r.GuaranteedBy = paid.Add(days(8)) }
	s = begin(t, soon)
	s.at("5d").ship()
	s.opens(dispute.NoTrackingProgress, "8d", "39d") // the promised day comes first
}

func TestNotReceivedOpensAtOnceWithSuspectTracking(t *testing.T) {
	s := begin(t)
	s.at("2d").ok(bolt, "ship", is{"carrier": "upu", "tracking": "RB845230407CN", "lines": []string{"CHAIR"}})
	s.ship("LAMP")
	s.opens(dispute.InvalidTracking, "2d", "61d", "CHAIR")
	s.opens(dispute.InvalidTracking, "12d", "61d", "LAMP") // another parcel is not to blame
	id := s.dispute("not_received.invalid_tracking", "refund_full", 0, "CHAIR")
	require.True(t, s.Dispute(id).Suspect)
	id = s.dispute("extra_charge_demanded", "refund_full", 0, "LAMP")
	require.False(t, s.Dispute(id).Suspect)
}

// A parcel that was delivered at another postcode was never sent to the buyer.
func TestNotReceivedOpensAtOnceWhenDeliveredElsewhere(t *testing.T) {
	s := begin(t)
	s.at("2d").ship("CHAIR")
	s.ship("LAMP")
	s.at("4d").ok(post, "deliver", is{"postcode": "75012", "lines": []string{"CHAIR"}})
	require.Equal(t, []string{"wrong_postcode"}, s.last(casefile.TrackingSuspect)["reasons"])
	s.opens(dispute.WrongAddress, "2d", "61d", "CHAIR")
	s.opens(dispute.WrongAddress, "12d", "61d", "LAMP") // another parcel is not to blame
	s.at("5d").ok(post, "deliver", is{"postcode": "75 011", "lines": []string{"LAMP"}})
	require.Equal(t, 1, s.count(casefile.TrackingSuspect))
}

func TestLateDeliveryOpens(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.at("30d").arrive("CHAIR")
	s.closed("not_delivered_late", dispute.Late, "CHAIR") // on the promised day
	s.at("31d").closed("not_delivered_late", dispute.Late, "LAMP")
	s.arrive("LAMP")
	s.opens(dispute.Late, "31d", "62d", "LAMP")
	s.closed("not_delivered_late", dispute.Late)
	require.Equal(t, money.Minor(600), s.opening(dispute.Late, "LAMP").Default, "a tenth of the line")
	s.ok(ada, "open_dispute", complaint(dispute.Late, "refund_partial", 0, "LAMP")) // its default needs no amount
	require.Equal(t, money.Minor(600), s.order().Claims[0].Asked)
}

func TestNotAsDescribedOpens(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	for _, reason := range []dispute.Reason{dispute.NotAsDescribed, dispute.Quality, dispute.Damaged, dispute.MissingParts, dispute.ShortQuantity, dispute.WrongItem, dispute.Counterfeit} {
		s.closed("not_delivered", reason)
	}
	s.at("10d").arrive("CHAIR")
	s.opens(dispute.Damaged, "10d", "61d", "CHAIR")
	s.closed("not_delivered", dispute.Damaged)
	s.arrive("LAMP")
	s.opens(dispute.Damaged, "10d", "41d")
	s.past("25d").opens(dispute.Damaged, "10d", "41d")
	s.past("26d").opens(dispute.Damaged, "10d", "41d") // aftercare
	s.at("41d").opens(dispute.Damaged, "10d", "41d")
	s.past("41d").closed("protection_over", dispute.Damaged)
}

// A buyer who confirmed unseen can say what is wrong once the goods are there, or never recorded as delivered.
func TestNotAsDescribedAfterAnEarlyConfirmation(t *testing.T) {
	s := begin(t)
	s.at("2d").ship()
	s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", nil)
	s.at("3d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	s.at("6d").state(protection.Aftercare).opens(dispute.Damaged, "0d", "19d")
}

func TestCounterfeitOpens(t *testing.T) {
	s := inspected(t)
	s.opens(dispute.Counterfeit, "10d", "41d")
	s.past("41d").closed("protection_over", dispute.Counterfeit)

	s = inspected(t, in("guaranteed_genuine"))
	s.opens(dispute.Counterfeit, "10d", "100d") // 90 days from delivery
	s.past("41d").state(protection.Closed)
	s.at("100d").opens(dispute.Counterfeit, "10d", "100d")
	s.dispute(dispute.Counterfeit, "refund_full", 0)
	s.state(protection.Disputed)
	require.Zero(t, s.count(casefile.ProtectionPaused), "no clock is left that could stand still")

	s = inspected(t, in("guaranteed_genuine"))
	s.past("100d").closed("protection_over", dispute.Counterfeit)
}

// Each line has its own term; lines together have the shorter one.
func TestGenuineTermOfEachLine(t *testing.T) {
	s := begin(t, in("guaranteed_genuine"))
	s.at("2d").ship()
	s.at("5d").arrive("CHAIR")
	s.at("20d").arrive("LAMP")
	s.past("60d").state(protection.Closed)
	s.opens(dispute.Counterfeit, "5d", "95d", "CHAIR")
	s.opens(dispute.Counterfeit, "20d", "110d", "LAMP")
	s.opens(dispute.Counterfeit, "20d", "95d")
}

// Where delivery was never recorded the terms count from the release.
func TestTermsFromRelease(t *testing.T) {
	s := begin(t, in("guaranteed_genuine", "warranty"))
	s.at("2d").ship()
	s.no(casefile.ConfirmBeforeDelivery, ada, "confirm_receipt", nil)
	s.at("3d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	s.closed("not_released", dispute.WarrantyDefect)
	s.past("30d").state(protection.Closed)
	s.opens(dispute.Counterfeit, "0d", "94d")
	s.opens(dispute.WarrantyDefect, "4d", "734d")
}

func TestWarrantyOpens(t *testing.T) {
	s := inspected(t)
	s.closed("not_in_programme", dispute.WarrantyDefect)

	s = inspected(t, in("warranty"))
	s.closed("not_released", dispute.WarrantyDefect)
	s.past("26d").opens(dispute.WarrantyDefect, "26d", "740d")
	s.at("740d").opens(dispute.WarrantyDefect, "26d", "740d")
	s.dispute(dispute.WarrantyDefect, "repair", 0)
	require.Equal(t, money.Minor(10500), s.order().Claims[0].Asked)
	s.past("735d")

	s = inspected(t, in("warranty"))
	s.past("740d").closed("protection_over", dispute.WarrantyDefect)
}

// Money comes second, when a repair or a replacement was tried.
func TestAWarrantyMendsFirst(t *testing.T) {
	s := inspected(t, in("warranty"))
	s.past("50d").state(protection.Closed)
	for _, remedy := range []dispute.Remedy{"refund_full", "return_and_refund"} {
		answer := s.no(casefile.ValidationFailed, ada, "open_dispute", complaint(dispute.WarrantyDefect, remedy, 0, "LAMP"))
		require.Equal(t, "/remedy", answer.Pointer)
	}
	s.dispute(dispute.WarrantyDefect, "replacement", 0, "LAMP")
	s.no(casefile.ValidationFailed, ada, "change_reason", is{"reason": dispute.WarrantyDefect, "remedy": "refund_full"})
	s.giveUp()
	s.no(casefile.ValidationFailed, ada, "open_dispute", complaint(dispute.WarrantyDefect, "refund_full", 0, "LAMP")) // nothing was mended
	s.dispute(dispute.WarrantyDefect, "repair", 0, "LAMP")
	s.ok(bolt, "concede", nil)
	s.ok(ada, "confirm_performance", nil)
	s.no(casefile.ValidationFailed, ada, "open_dispute", complaint(dispute.WarrantyDefect, "refund_full", 0, "CHAIR"))
	s.dispute(dispute.WarrantyDefect, "refund_full", 0, "LAMP")

	s = inspected(t, in("warranty"))
	s.past("50d").dispute(dispute.WarrantyDefect, "repair", 0, "LAMP")
	s.ok(bolt, "concede", nil)
	s.ok(bolt, "ship_replacement", is{"carrier": "other", "tracking": "T9"})
	s.ok(post, "deliver_replacement", is{"strength": "strong"})
	s.ok(ada, "escalate", nil)
	s.ok(ada, "change_reason", is{"reason": dispute.WarrantyDefect, "remedy": "refund_full"}) // it was tried
}

func TestExtraChargeAndPressureOpenAnyTime(t *testing.T) {
	s := begin(t)
	for _, reason := range []dispute.Reason{dispute.ExtraChargeDemanded, dispute.OffPlatformPressure} {
		s.opens(reason, "0d", "61d")
	}
	require.Equal(t, money.Minor(10500), s.opening(dispute.ExtraChargeDemanded).Default, "nothing was delivered")
	require.Zero(t, s.opening(dispute.OffPlatformPressure).Default)

	s = inspected(t)
	require.Zero(t, s.opening(dispute.ExtraChargeDemanded).Default)
	s.no(casefile.ValidationFailed, ada, "open_dispute", complaint(dispute.ExtraChargeDemanded, "refund_full", 0))
	s.past("26d").state(protection.Aftercare)
	s.opens(dispute.ExtraChargeDemanded, "0d", "41d")
	s.dispute(dispute.OffPlatformPressure, "refund_full", 0)
}

func TestChangeOfMindOpens(t *testing.T) {
	s := inspected(t)
	s.closed("not_in_programme", dispute.ChangeOfMind)

	s = begin(t, in("choice"))
	s.at("2d").ship()
	s.closed("not_in_inspection", dispute.ChangeOfMind)
	s.at("10d").arrive()
	s.opens(dispute.ChangeOfMind, "10d", "25d") // no aftercare
	s.at("25d").opens(dispute.ChangeOfMind, "10d", "25d")
	s.past("25d").closed("not_in_inspection", dispute.ChangeOfMind)
	s.dispute(dispute.Quality, "refund_partial", 1, "CHAIR")
	s.closed("not_in_inspection", dispute.ChangeOfMind, "LAMP") // a cancelled last call is no new inspection

	s = inspected(t, in("choice"))
	s.at("20d").dispute(dispute.Quality, "refund_partial", 1, "CHAIR")
	s.at("22d").opens(dispute.ChangeOfMind, "10d", "27d", "LAMP") // it stands still with the clock
	id := s.dispute(dispute.ChangeOfMind, "return_and_refund", 0, "LAMP")
	require.Equal(t, dispute.WaitingReturn, s.Dispute(id).Status, "nobody is asked")
	require.True(t, s.Dispute(id).Platform)
}

func TestAbsoluteMaxEndsDisputes(t *testing.T) {
	long := under(map[string]string{"protection.absolute_max": "40d"})
	s := inspected(t, long)
	s.opens(dispute.Damaged, "10d", "40d")
	s.past("26d").state(protection.Aftercare)
	s.at("40d").opens(dispute.Damaged, "10d", "40d")
	s.past("40d").state(protection.Aftercare).closed("protection_over", dispute.Damaged)

	// Genuine and warranty claims are apart from it.
	s = inspected(t, long, in("guaranteed_genuine", "warranty"))
	s.past("45d").opens(dispute.Counterfeit, "10d", "100d")
	s.opens(dispute.WarrantyDefect, "26d", "740d")
}

// What is still held when the order is too old moves: what came to the seller, the rest back.
func TestAbsoluteMaxMovesWhatIsHeld(t *testing.T) {
	s := begin(t, under(map[string]string{"protection.absolute_max": "35d"}))
	s.at("2d").ship()
	s.at("30d").arrive("CHAIR")
	s.at("35d").state(protection.InTransit)
	s.past("35d").state(protection.ReleasePending).money(6000, 0, 4500)
	require.Equal(t, "absolute_max", s.last(casefile.ProtectionEnded)["cause"])
	s.past("36d").state(protection.Aftercare).money(6000, 4500, 0)
}

func TestOpenDisputeOutlivesTheAbsoluteMax(t *testing.T) {
	s := begin(t, under(map[string]string{"protection.absolute_max": "35d"}))
	s.at("2d").ship()
	s.at("30d").arrive()
	s.at("34d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	s.ok(bolt, "post_message", is{"text": "We look into it."}) // to the order
	s.past("35d").state(protection.Disputed).money(0, 0, 10500)
	s.no(casefile.ReasonNotOpen, ada, "open_dispute", complaint(dispute.Damaged, "refund_full", 0, "LAMP"))
	s.at("36d").settle(1000)
	s.state(protection.ReleasePending).money(1000, 0, 9500)
	s.past("37d").state(protection.Aftercare).money(1000, 9500, 0)
}

// The window ends with what really happens next, also where only a settlement's last call is left.
func TestProtectionUntilTheEndOfASettlement(t *testing.T) {
	s := inspected(t)
	s.at("20d").dispute(dispute.Damaged, "refund_partial", 1000)
	s.settle(1000)
	s.opens(dispute.Damaged, "10d", "36d")
	s.past("21d").opens(dispute.Damaged, "10d", "36d")
	s.past("36d").state(protection.Closed)
}
