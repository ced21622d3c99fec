package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

func TestADecisionWaitsForWhatTheReviewerAsksFor(t *testing.T) {
	s := newStage(t)
	d := s.underReview()
	at := "/v1/disputes/" + d.ID
	var asked wire.EvidenceRequest
	s.post(s.aReviewer(), at+"/request_evidence", `{"from":"seller","type":"proof_of_shipment","due":"2d","mandatory":true}`).is(http.StatusCreated).into(&asked)
	for _, by := range []who{s.aBuyer(), s.aSeller()} {
		seen := s.seen(by, d.ID)
		require.Len(t, seen.Requests, 1, "both sides see what is asked for")
		require.Equal(t, asked.ID, seen.Requests[0].ID)
		require.False(t, seen.Requests[0].DueAt.IsZero())
	}
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 4550, 0, "")).refused(wire.ProblemCodeEvidenceRequestOpen)

	var answer, late wire.Evidence
	s.post(s.aSeller(), at+"/evidence", `{"type":"proof_of_shipment","text":"By courier, 2 kg.","request":"`+asked.ID+`"}`).is(http.StatusCreated).into(&answer)
	require.False(t, answer.Late, "what was asked for is not late, although the round is over")
	s.post(s.aSeller(), at+"/evidence", `{"type":"statement","text":"And she knew."}`).is(http.StatusCreated).into(&late)
	require.True(t, late.Late)
	require.False(t, late.Admitted)
	var shown wire.Evidence
	s.get(s.aBuyer(), at+"/evidence/"+late.ID).is(http.StatusOK).into(&shown)
	require.True(t, shown.Late, "a late item is kept, shown and marked")
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 4550, 0, "")).refused(wire.ProblemCodeHearingNotComplete)
	s.post(s.aBuyer(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	stale := s.verdict(d.ID, 4550, 0, "")
	s.post(s.aReviewer(), at+"/admit_evidence", `{"item":"`+late.ID+`","reasons":"It answers the complaint."}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/decide", stale).refused(wire.ProblemCodeStaleRevision)
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 4550, 0, "")).refused(wire.ProblemCodeHearingNotComplete)
	s.post(s.aBuyer(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 4550, 0, "")).is(http.StatusOK)
}

func TestThePartiesReadWhoHasOpenedAnOriginal(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	item := s.handIn(s.aBuyer(), at+"/evidence", withComment())
	s.post(s.aSupervisor(), at+"/evidence/"+item.ID+"/original", "").is(http.StatusOK)
	for _, by := range []who{s.aBuyer(), s.aSeller(), {id: "auditor", role: casefile.Auditor}} {
		var page wire.Timeline
		s.get(by, at+"/timeline").is(http.StatusOK).into(&page)
		last := page.Data[len(page.Data)-1]
		require.Equal(t, "evidence.viewed", last.Type)
		require.Equal(t, s.supervisor, last.By.ID)
		require.Equal(t, item.ID, last.Data["evidence"])
	}
}
