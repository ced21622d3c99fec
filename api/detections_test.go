package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

func TestWhatWasDetectedIsShownWithItsNumbers(t *testing.T) {
	s := newStage(t, sandbox)
	const clock = "clk_00000000000000000000000001"
	s.world.clocks[clock] = clockAt(s.world.now)
	var first, again wire.DetectionPage
	s.post(thePlatform(), "/v1/test_clocks/"+clock+"/detections", "", "Idempotency-Key", "k").is(http.StatusOK).into(&first)
	require.Len(t, first.Data, 1)
	d := first.Data[0]
	require.Equal(t, wire.Signal{Name: "disputes", Number: 5, Threshold: 5, Window: "7d", Sample: 5, Met: true}, d.Signals[0])
	require.True(t, d.Open)
	require.Equal(t, []string{"dsp_1"}, d.Rows)
	require.Equal(t, 5, d.Total)
	s.post(thePlatform(), "/v1/test_clocks/"+clock+"/detections", "", "Idempotency-Key", "k").is(http.StatusOK).into(&again)
	require.Equal(t, first, again)
	s.post(thePlatform(), "/v1/test_clocks/clk_0000000000000000000000000A/detections", "").refused(wire.ProblemCodeNotFound)

	for query, n := range map[string]int{"": 1, "?detector=complaint_spike": 1, "?detector=brushing": 0, "?subject=" + d.Subject: 1, "?subject=acc_other": 0, "?open=true": 1,
		"?open=false": 0, "?clock=" + clock: 1, "?clock=clk_other": 0} {
		var page wire.DetectionPage
		s.get(s.aReviewer(), "/v1/detections"+query).is(http.StatusOK).into(&page)
		require.Len(t, page.Data, n, query)
	}
	s.get(s.aReviewer(), "/v1/detections?detector=crystal_ball").refused(wire.ProblemCodeValidationFailed)
	s.get(s.aReviewer(), "/v1/detections?after=nonsense").refused(wire.ProblemCodeValidationFailed)
	for _, nobody := range []who{s.aBuyer(), s.aSeller(), thePlatform(), aCarrier()} {
		s.get(nobody, "/v1/detections").refused(wire.ProblemCodeNotAllowed)
	}
	for _, role := range []casefile.Role{casefile.Supervisor, casefile.Operator, casefile.Auditor} {
		s.get(who{id: "x", role: role}, "/v1/detections").is(http.StatusOK)
	}
}

func TestDetectorsRunOnAskingInASandboxAlone(t *testing.T) {
	s := newStage(t)
	s.post(thePlatform(), "/v1/test_clocks/clk_00000000000000000000000001/detections", "").refused(wire.ProblemCodeNotFound)
}
