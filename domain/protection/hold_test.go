package protection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/report"
)

// hold is what a report sends when its hold has the second signature.
func (s *story) hold() report.Holding {
	return report.Holding{Report: "rep_1", Until: s.Now.Add(72 * time.Hour)}
}

// release is when the money of the order is due to go to the seller.
func (s *story) release() clock.Deadline {
	s.Helper()
	clocks := s.order().Clocks
	d, found := clocks.Get(s.order().Batches[0].Due)
	require.True(s, found)
	return d
}

func TestAHoldKeepsWhatWouldBeReleasedUntilItIsOver(t *testing.T) {
	s := begin(t)
	s.at("2d")
	s.ship()
	s.at("10d")
	s.arrive()
	s.at("12d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	until := s.release()
	require.NoError(t, s.Advance(until.DueAt.Add(-time.Hour)))
	s.ok(provider, "hold_release", s.hold())
	require.NoError(t, s.Advance(until.DueAt.Add(time.Hour)))
	s.state(protection.ReleasePending).money(0, 0, 10500)
	require.Equal(t, 1, s.count(casefile.MeasureStarted))
	require.NoError(t, s.Advance(until.DueAt.Add(71*time.Hour+time.Microsecond)))
	s.state(protection.Aftercare).money(0, 10500, 0)
	s.no(casefile.WrongStage, provider, "hold_release", s.hold()) // an order has one
}

func TestALiftedHoldLetsTheMoneyGoAtOnce(t *testing.T) {
	s := begin(t)
	s.at("2d")
	s.ship()
	s.at("10d")
	s.arrive()
	s.at("12d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	until := s.release()
	require.NoError(t, s.Advance(until.DueAt.Add(-time.Hour)))
	held := s.hold()
	s.ok(provider, "hold_release", held)
	require.NoError(t, s.Advance(until.DueAt.Add(time.Hour)))
	s.no(casefile.WrongStage, provider, "lift_hold", report.Holding{Report: "rep_2"})
	s.ok(provider, "lift_hold", held)
	s.state(protection.Aftercare).money(0, 10500, 0)
	require.Equal(t, 1, s.count(casefile.MeasureEnded))
	s.no(casefile.WrongStage, provider, "lift_hold", held)
}

func TestAHoldKeepsNothingFromTheBuyer(t *testing.T) {
	s := begin(t)
	s.at("2d")
	s.ship()
	s.at("10d")
	s.arrive()
	s.dispute("not_as_described.damaged", dispute.RefundFull, 0)
	s.ok(provider, "hold_release", s.hold())
	s.ok(bolt, "concede", nil)
	s.money(10500, 0, 0)
}

func TestADisputeTakesBackWhatIsHeld(t *testing.T) {
	s := begin(t)
	s.at("2d")
	s.ship()
	s.at("10d")
	s.arrive()
	s.at("12d").ok(ada, "confirm_receipt", is{"acknowledge": true})
	until := s.release()
	require.NoError(t, s.Advance(until.DueAt.Add(-time.Hour)))
	s.ok(provider, "hold_release", s.hold())
	require.NoError(t, s.Advance(until.DueAt.Add(time.Hour)))
	s.dispute("not_as_described.damaged", dispute.RefundFull, 0)
	require.Empty(t, s.order().Batches)
	s.ok(bolt, "concede", nil)
	s.money(10500, 0, 0)
}
