package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

// accuse is the form of a report of the buyer about the seller.
func (s *stage) accuse(order, more string) string {
	return `{"against":"` + s.seller + `","behaviour":"extra_charge","order":"` + order + `","text":"` + canary + `"` + more + `}`
}

// aReport is one of the buyer about the seller that was answered, so that both sides know of it.
func (s *stage) aReport(order string) string {
	s.t.Helper()
	var made wire.Report
	s.post(s.aBuyer(), "/v1/reports", s.accuse(order, `,"affirm":true`)).is(http.StatusCreated).into(&made)
	s.post(s.aSupervisor(), "/v1/reports/"+made.ID+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aReviewer(), "/v1/reports/"+made.ID+"/find", `{"finding":"inadmissible"}`).is(http.StatusOK)
	return made.ID
}

// aReview is the buyer's, and sealed.
func (s *stage) aReview(order string) string {
	s.t.Helper()
	var made wire.Review
	s.post(s.aBuyer(), "/v1/orders/"+order+"/reviews", `{"stars":2,"text":"`+canary+`"}`).is(http.StatusCreated).into(&made)
	return made.ID
}

func (s *stage) reportOf(by who, id string) wire.Report {
	s.t.Helper()
	var seen wire.Report
	s.get(by, "/v1/reports/"+id).is(http.StatusOK).into(&seen)
	return seen
}

func TestAReportIsAffirmed(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	a := s.post(s.aBuyer(), "/v1/reports", s.accuse(order, "")).refused(wire.ProblemCodeValidationFailed)
	require.Equal(t, "/affirm", a.problem.Errors[0].Pointer)
	s.post(s.aBuyer(), "/v1/reports", s.accuse("ord_none", `,"affirm":true`)).refused(wire.ProblemCodeValidationFailed)
	s.post(aCarrier(), "/v1/reports", s.accuse(order, `,"affirm":true`)).refused(wire.ProblemCodeNotAllowed)
}

func TestTheSameKeyIsTheSameReport(t *testing.T) {
	s := newStage(t)
	form := s.accuse(s.aDispute().Order, `,"affirm":true`)
	var first, again wire.Report
	s.post(s.aBuyer(), "/v1/reports", form, "Idempotency-Key", "once").is(http.StatusCreated).into(&first)
	s.post(s.aBuyer(), "/v1/reports", form, "Idempotency-Key", "once").is(http.StatusCreated).into(&again)
	require.Equal(t, first.ID, again.ID)
	s.world.silent = true
	s.post(s.aBuyer(), "/v1/reports", form, "Idempotency-Key", "other").is(http.StatusAccepted)
}

func TestEachSideOfAReportHasItsOwnStatement(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	var made wire.Report
	s.post(s.aBuyer(), "/v1/reports", s.accuse(order, `,"affirm":true,"unnamed":true`)).is(http.StatusCreated).into(&made)
	at := "/v1/reports/" + made.ID
	require.Equal(t, wire.ReportAudienceReporter, made.Audience)
	require.Equal(t, wire.ReporterStateGood, made.ReporterState)
	s.get(s.aSeller(), at).refused(wire.ProblemCodeNotFound) // nothing was found, and nothing was asked of it
	s.post(s.aSupervisor(), at+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/admit", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/find", `{"finding":"substantiated","to_reported":"You asked for more.","measures":[{"scope":"list","for":"30d"}]}`).is(http.StatusOK)

	accused := s.reportOf(s.aSeller(), made.ID)
	require.Equal(t, "You asked for more.", accused.Reasons)
	require.Equal(t, "30d", accused.Measures[0].For)
	require.Equal(t, []string{"contest"}, names(accused.Actions))
	body := string(s.get(s.aSeller(), at).body)
	for _, secret := range []string{canary, s.buyer, order, "reporter_state", "reviewer"} {
		require.NotContains(t, body, secret)
	}
	reporter := s.reportOf(s.aBuyer(), made.ID)
	require.True(t, reporter.Acted)
	require.Empty(t, reporter.Measures, "what followed is not the reporter's to know")
	require.Empty(t, reporter.Reviewer)
	whole := s.reportOf(anOperator(), made.ID)
	require.Equal(t, wire.ReportAudienceDepartment, whole.Audience)
	require.Equal(t, canary, whole.Text)
	s.get(s.aSeller(), at+"/timeline").refused(wire.ProblemCodeNotAllowed)
	require.Equal(t, wire.StandingStateGood, s.standingOf(s.aSeller(), s.seller).State)
	require.Len(t, s.standingOf(s.aSeller(), s.seller).Measures, 1)
}

// What a department was given can be taken away later, byte for byte, whatever has become of the report since.
func TestWhatADepartmentWasGivenIsKeptWithItsAnswer(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	var made, referred wire.Report
	s.post(s.aBuyer(), "/v1/reports", s.accuse(order, `,"affirm":true,"unnamed":true`)).is(http.StatusCreated).into(&made)
	at := "/v1/reports/" + made.ID
	s.post(s.aSupervisor(), at+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/admit", `{}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/referrals", `{"to":"police"}`).refused(wire.ProblemCodeWrongStage)
	s.post(s.aReviewer(), at+"/find", `{"finding":"substantiated","reasons":"<It> & \"that\" – 真的."}`).is(http.StatusOK)
	s.post(s.aReviewer(), at+"/referrals", `{"to":"product_safety","text":"Please look."}`).is(http.StatusOK).into(&referred)
	given := referred.Referrals[0]
	s.post(s.aSeller(), at+"/contest", `{"text":"No."}`).is(http.StatusOK)
	s.post(anOperator(), at+"/referrals/answer", `{"text":"It was recalled."}`).is(http.StatusOK).into(&referred)
	require.Equal(t, []string{"product_safety", "It was recalled."}, []string{referred.Referrals[0].To, referred.Referrals[0].Answer})
	require.False(t, referred.Referrals[0].AnsweredAt.IsZero())

	export := s.get(anOperator(), at+"/referrals/"+given.ID+"/export").is(http.StatusOK)
	sum := sha256.Sum256(export.body)
	require.Equal(t, given.Export, hex.EncodeToString(sum[:]))
	var statement map[string]any
	export.into(&statement)
	require.Equal(t, []any{canary, s.buyer, order, "answered"}, []any{statement["text"], statement["reporter"], statement["order"], statement["status"]})
	s.get(anOperator(), at+"/referrals/ref_0000000000000000000000000A/export").refused(wire.ProblemCodeNotFound)
	for _, by := range []who{s.aBuyer(), s.aSeller()} {
		s.get(by, at+"/referrals/"+given.ID+"/export").refused(wire.ProblemCodeNotAllowed)
		require.Empty(t, s.reportOf(by, made.ID).Referrals, "no side is told to whom")
		require.NotContains(t, string(s.get(by, at).body), "product_safety")
	}
}

func TestListsOfReportsNameNobodyToASide(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	id := s.aReport(order)
	list := func(by who, query string) []wire.ReportSummary {
		var page wire.ReportPage
		s.get(by, "/v1/reports"+query).is(http.StatusOK).into(&page)
		return page.Data
	}
	require.Equal(t, wire.ReportSideReporter, list(s.aBuyer(), "")[0].Side)
	accused := list(s.aSeller(), "")
	require.Equal(t, []string{id, "", ""}, []string{accused[0].ID, accused[0].Reporter, accused[0].Reviewer})
	require.Empty(t, list(s.aSeller(), "?reporter="+s.buyer), "who it was cannot be found by asking")
	require.Empty(t, list(s.aSeller(), "?order="+order))
	require.Empty(t, list(who{id: s.otherBuyer, role: casefile.Buyer}, ""))
	require.Equal(t, s.buyer, list(anOperator(), "?status=answered&behaviour=extra_charge")[0].Reporter)
}

func TestASealedReviewIsItsAuthorsAlone(t *testing.T) {
	s := newStage(t)
	order := s.aDispute().Order
	id := s.aReview(order)
	at := "/v1/reviews/" + id
	var mine, sellers wire.Review
	s.get(s.aBuyer(), at).is(http.StatusOK).into(&mine)
	require.Equal(t, []any{canary, 2, wire.ReviewStatusSealed, false}, []any{mine.Text, mine.Marks.Stars, mine.Status, mine.Published})
	s.get(s.aSeller(), at).is(http.StatusOK).into(&sellers)
	require.Equal(t, []any{"", 0}, []any{sellers.Text, sellers.Marks.Stars})
	s.get(who{id: s.otherBuyer, role: casefile.Buyer}, at).refused(wire.ProblemCodeNotFound)
	s.post(who{id: s.otherBuyer, role: casefile.Buyer}, at+"/report", `{"text":"It is false."}`).refused(wire.ProblemCodeNotFound)
	s.post(s.aSeller(), "/v1/orders/"+order+"/reviews", `{"stars":5}`).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aBuyer(), "/v1/orders/"+order+"/reviews", `{"stars":6}`).refused(wire.ProblemCodeValidationFailed)
	var rating wire.Rating
	s.get(s.aBuyer(), "/v1/accounts/"+s.seller+"/rating").is(http.StatusOK).into(&rating)
	require.Empty(t, rating.Inputs)
	require.Len(t, rating.Means, 5)
	require.NotEmpty(t, rating.Formula)
	s.get(s.aBuyer(), "/v1/accounts/"+s.buyer+"/rating").refused(wire.ProblemCodeNotFound)
}
