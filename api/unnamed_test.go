package api

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/report"
)

// said carries out at once what the rules of one case say to another.
func (s *stage) said(caseID, command string, data any) {
	s.t.Helper()
	defer s.world.lock()()
	s.world.tell(casefile.Tell{Kind: s.world.cases[caseID].record.Kind, Case: caseID, Name: command, Data: data}, "")
}

// TestAnUnnamedReporterIsFoundInNoView looks through everything that the reported account can read: no view of the report, or of
// what followed from it, leads to its order, and no view of the order leads to the report (PROCEDURE 9).
func TestAnUnnamedReporterIsFoundInNoView(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	var made wire.Report
	s.post(s.aBuyer(), "/v1/reports", s.accuse(d.Order, `,"dispute":"`+d.ID+`","affirm":true,"unnamed":true`)).is(http.StatusCreated).into(&made)
	at := "/v1/reports/" + made.ID
	s.post(s.aSupervisor(), at+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/admit", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/hold", `{"reasons":"`+canary+`"}`).is(http.StatusOK)
	var held wire.Report
	s.post(s.aSupervisor(), at+"/hold/second", `{}`).is(http.StatusOK).into(&held)
	s.said(d.Order, "hold_release", report.Holding{Report: made.ID, Until: held.Hold.Until})
	s.post(s.aReviewer(), at+"/find", `{"finding":"substantiated","to_reporter":"`+canary+`","to_reported":"You asked for more.","measures":[{"scope":"list","for":"30d"}]}`).
		is(http.StatusOK)
	standing := standingAt(s.seller)
	require.Len(t, s.standingOf(s.aSeller(), s.seller).Entries, 1)
	require.Len(t, s.standingOf(s.aSeller(), s.seller).Measures, 1)
	require.Equal(t, d.ID, s.standingOf(anOperator(), s.seller).Entries[0].About, "who runs the platform sees which act it is")
	require.Equal(t, s.reviewer, s.standingOf(anOperator(), s.seller).Measures[0].By)

	about := []string{at, "/v1/reports", standing, standing + "/timeline"}
	for _, path := range about {
		body := string(s.get(s.aSeller(), path).is(http.StatusOK).body)
		require.Contains(t, body, made.ID, path)
		for _, secret := range []string{canary, s.buyer, s.reviewer, s.supervisor, d.Order, d.ID} {
			require.NotContains(t, body, secret, path)
		}
	}
	order, dispute := "/v1/orders/"+d.Order, "/v1/disputes/"+d.ID
	for _, path := range []string{order, order + "/timeline", order + "/eligibility", order + "/tracking", dispute, dispute + "/timeline", "/v1/orders", "/v1/disputes",
		"/v1/accounts/" + s.seller + "/metrics", "/v1/accounts/" + s.seller + "/metrics/export", "/v1/accounts/" + s.seller + "/rating"} {
		body := string(s.get(s.aSeller(), path).is(http.StatusOK).body)
		for _, secret := range []string{canary, made.ID} {
			require.NotContains(t, body, secret, path)
		}
	}
	require.Contains(t, string(s.get(anOperator(), order+"/timeline").is(http.StatusOK).body), made.ID)
	s.get(s.aSeller(), at+"/timeline").refused(wire.ProblemCodeNotAllowed)
	for _, query := range []string{"?order=" + d.Order, "?reporter=" + s.buyer, "?reviewer=" + s.reviewer} {
		var page wire.ReportPage
		s.get(s.aSeller(), "/v1/reports"+query).is(http.StatusOK).into(&page)
		require.Empty(t, page.Data, "nothing is found by asking: %s", query)
	}
	require.Equal(t, []string{"contest"}, names(slices.Clone(s.reportOf(s.aSeller(), made.ID).Actions)))
}
