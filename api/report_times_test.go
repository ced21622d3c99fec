package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
)

// PROCEDURE 9: screening takes 24h, a finding is due in 7d, and in 48h where somebody is in danger.
func TestAReportHasItsTimes(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	for safety, finding := range map[string]time.Duration{"false": 7 * 24 * time.Hour, "true": 48 * time.Hour} {
		var made wire.Report
		s.post(s.aBuyer(), "/v1/reports", `{"against":"`+s.seller+`","behaviour":"phishing","order":"`+order+`","text":"x","affirm":true,"safety":`+safety+`}`).
			is(http.StatusCreated).into(&made)
		require.Empty(t, made.Deadlines, "when the desk must be done is not told to a side")
		due := map[string]time.Duration{}
		for _, d := range s.reportOf(anOperator(), made.ID).Deadlines {
			due[d.Name] = d.DueAt.Sub(made.SubmittedAt)
		}
		require.Equal(t, finding, due["finding"], safety)
		require.Equal(t, 24*time.Hour, due["screening"])
		s.post(s.aSupervisor(), "/v1/reports/"+made.ID+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
		s.post(s.aReviewer(), "/v1/reports/"+made.ID+"/find", `{"finding":"inadmissible"}`).is(http.StatusOK)
	}
}
