package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

// trackingOf is the order's only parcel as somebody sees it.
func (s *stage) trackingOf(by who, order string) wire.TrackedParcel {
	s.t.Helper()
	var shown wire.OrderTracking
	s.get(by, "/v1/orders/"+order+"/tracking").is(http.StatusOK).into(&shown)
	require.Equal(s.t, order, shown.Order)
	require.Len(s.t, shown.Parcels, 1)
	return shown.Parcels[0]
}

func checkOf(t *testing.T, p wire.TrackedParcel, name wire.TrackingCheckCheck) wire.TrackingCheck {
	t.Helper()
	for _, c := range p.Checks {
		if c.Check == name {
			return c
		}
	}
	require.Fail(t, "it is not checked", name)
	return wire.TrackingCheck{}
}

func TestAnOrdersTrackingSaysWhyItsNumberIsSuspect(t *testing.T) {
	s := newStage(t)
	order := s.anOrder()
	at := "/v1/orders/" + order.ID
	s.post(s.aSeller(), at+"/shipments", `{"carrier":"upu","tracking":"RB123456786US"}`).is(http.StatusOK)
	p := s.trackingOf(s.aBuyer(), order.ID)
	require.True(t, p.Suspect)
	require.False(t, p.Verified)
	require.True(t, p.NotReceivedFrom.Equal(p.ShippedAt))
	require.Equal(t, "protection.not_received_after", p.Policy)
	digit := checkOf(t, p, "check_digit")
	require.Equal(t, wire.TrackingCheck{Check: "check_digit", Outcome: "failed", At: p.ShippedAt, Working: wire.CheckDigitWorking{Standard: "UPU S10",
		Sum: "8×1 + 6×2 + 4×3 + 2×4 + 3×5 + 5×6 + 9×7 + 7×8 = 204", Expected: 5, Digit: 6}}, digit)
	s.post(aCarrier(), at+"/deliveries", `{"postcode":"75011"}`).is(http.StatusOK)
	p = s.trackingOf(s.aSeller(), order.ID)
	require.Equal(t, []string{"LAMP-7"}, p.Deliveries[0].Lines)
	require.Equal(t, wire.Strength("strong"), p.Deliveries[0].Strength)
	require.Equal(t, "protection.inspection", p.Deliveries[0].Policy)
	s.get(who{id: s.otherBuyer, role: casefile.Buyer}, at+"/tracking").refused(wire.ProblemCodeNotFound)
	s.get(aCarrier(), at+"/tracking").refused(wire.ProblemCodeNotAllowed)
}

// The canary is an order and a postcode of somebody else, behind the number that this seller gave a second time.
func TestNoPartyLearnsWhoseNumberItWas(t *testing.T) {
	s := newStage(t)
	first := s.anOrder()
	s.post(s.aSeller(), "/v1/orders/"+first.ID+"/shipments", `{"carrier":"upu","tracking":"RB123456785US"}`).is(http.StatusOK)
	second := s.anOrder()
	s.world.reused = true
	s.post(s.aSeller(), "/v1/orders/"+second.ID+"/shipments", `{"carrier":"upu","tracking":"rb 123456785 us"}`).is(http.StatusOK)
	s.post(aCarrier(), "/v1/orders/"+second.ID+"/tracking_events", `{"status":"in_transit","country":"FR","postcode":"13001"}`).is(http.StatusOK)

	at := "/v1/orders/" + second.ID + "/tracking"
	for _, party := range []who{s.aBuyer(), s.aSeller()} {
		a := s.get(party, at).is(http.StatusOK)
		require.NotContains(t, string(a.body), first.ID, "%s", party.role)
		require.NotContains(t, string(a.body), "13001", "%s", party.role)
		p := s.trackingOf(party, second.ID)
		require.EqualValues(t, "failed", checkOf(t, p, "reused").Outcome)
		require.EqualValues(t, "failed", checkOf(t, p, "wrong_postcode").Outcome)
		require.Equal(t, "75011", checkOf(t, p, "wrong_postcode").Expected)
	}
	for _, staff := range []who{s.aReviewer(), s.aSupervisor(), {id: "auditor", role: casefile.Auditor}, thePlatform(), anOperator()} {
		p := s.trackingOf(staff, second.ID)
		require.Equal(t, []string{first.ID}, checkOf(t, p, "reused").UsedBy)
		require.Equal(t, "13001", checkOf(t, p, "wrong_postcode").Found)
	}
}
