package api

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
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

func TestAReportOfADetectorIsShownWithoutItsRowsToWhomItIsAbout(t *testing.T) {
	s := newStage(t)
	id, command := identifier.New("rep"), identifier.New("cmd")
	form, err := json.Marshal(report.Submission{Against: s.seller, Behaviour: report.Other, Text: "5 disputes by 5 buyers within 7 days.", Detector: "complaint_spike", Detection: "det_1",
		Terms: policies.Default().ForReport()})
	require.NoError(t, err)
	receipt, err := s.world.Begin(t.Context(), store.NewCase{ID: id, Kind: casefile.KindReport, Command: store.Knock{ID: command, Case: id, Name: "submit_report", By: casefile.Detectors,
		Data: form, Internal: true}})
	require.NoError(t, err)
	require.NoError(t, s.world.Deliver(t.Context(), delivery.Command{ID: command, Name: "submit_report", Case: delivery.Case{ID: id, Kind: casefile.KindReport}, Sequence: receipt.Sequence}))
	s.get(s.aSeller(), "/v1/reports/"+id).refused(wire.ProblemCodeNotFound)

	var whole, told wire.Report
	s.get(s.aReviewer(), "/v1/reports/"+id).is(http.StatusOK).into(&whole)
	require.Equal(t, []string{"complaint_spike", "det_1", ""}, []string{string(whole.Detector), whole.Detection, whole.Reporter})
	require.Empty(t, whole.ReporterState, "nobody reported it")
	s.post(s.aSupervisor(), "/v1/reports/"+id+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aReviewer(), "/v1/reports/"+id+"/admit", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), "/v1/reports/"+id+"/find", `{"finding":"unsubstantiated"}`).is(http.StatusOK)
	s.get(s.aSeller(), "/v1/reports/"+id).is(http.StatusOK).into(&told)
	require.Equal(t, "5 disputes by 5 buyers within 7 days.", told.Text)
	require.Equal(t, wire.Detector("complaint_spike"), told.Detector)
	require.Empty(t, told.Detection)
	require.False(t, told.ContestUntil.IsZero())
}

func TestDetectorsAreAskedProperlyAndByTheMarketplaceAlone(t *testing.T) {
	s := newStage(t, sandbox)
	const clock = "clk_00000000000000000000000001"
	s.world.clocks[clock] = clockAt(s.world.now)
	run := "/v1/test_clocks/" + clock + "/detections"
	for _, nobody := range []who{s.aBuyer(), s.aSeller(), s.aReviewer(), s.aSupervisor(), aCarrier()} {
		s.post(nobody, run, "").refused(wire.ProblemCodeNotFound)
	}
	s.post(who{id: "x", role: casefile.Auditor}, run, "").refused(wire.ProblemCodeNotAllowed)
	s.post(thePlatform(), run, `{`).refused(wire.ProblemCodeMalformed)
	s.post(thePlatform(), run, `[]`).refused(wire.ProblemCodeValidationFailed)
	require.Empty(t, s.world.detections, "who is refused has run nothing")

	for _, query := range []string{"?limit=0", "?limit=101", "?limit=many", "?open=maybe", "?colour=red"} {
		s.get(s.aReviewer(), "/v1/detections"+query).refused(wire.ProblemCodeValidationFailed)
	}
	s.post(thePlatform(), run, "").is(http.StatusOK)
	for _, party := range []who{s.aBuyer(), s.aSeller()} { // also of oneself: one learns of it from the report
		s.get(party, "/v1/detections?subject="+party.id).refused(wire.ProblemCodeNotAllowed)
	}
}
