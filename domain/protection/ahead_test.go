package protection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
)

func TestACommandIsPossibleUntilTheDeadlineThatEndsIt(t *testing.T) {
	s := begin(t)
	until := func(name string, by casefile.Actor) time.Time {
		require.True(t, s.order().Check(name, by, s.Now).Accepted(), name)
		return protection.Until(s.order().Ahead(), name, by)
	}
	order := s.order()
	shipBy, found := order.Clocks.Get("ship_by")
	require.True(t, found)
	require.Equal(t, shipBy.DueAt, until("ship", bolt))
	require.Equal(t, shipBy.DueAt, until("cancel_order", bolt))

	s = inspected(t)
	order = s.order()
	accepted, found := order.Clocks.Get("inspection")
	require.True(t, found)
	require.Equal(t, accepted.DueAt, until("confirm_receipt", ada))
	terms := s.order().Terms.Protection
	released := accepted.DueAt.Add(terms.ReleaseCooling.Std())
	require.Equal(t, released, until("extend_protection", ada), "the last call is over")
	require.Equal(t, released.Add(terms.Aftercare.Std()), until("post_message", ada), "the order is closed")
	require.Zero(t, until("chargeback", casefile.Actor{ID: "market", Role: casefile.Platform}), "it never ends")
	require.False(t, s.order().DisputableUntil(s.Now).IsZero())
	require.Zero(t, s.order().DisputableUntil(s.Now.Add(3*365*24*time.Hour)))
}

func TestADisputeIsOpenedAboutWhatNoOtherIsAbout(t *testing.T) {
	s := inspected(t)
	s.at("15d").dispute(dispute.Damaged, "refund_partial", 1000, "CHAIR")
	require.False(t, s.order().DisputableUntil(s.Now).IsZero(), "the rest of the order")
	s.giveUp()
	s.at("16d").dispute(dispute.Damaged, "refund_partial", 1000)
	require.Zero(t, s.order().DisputableUntil(s.Now), "nothing is left that no dispute is about")
}
