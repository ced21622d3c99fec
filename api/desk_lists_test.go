package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/policies"
)

func TestACaseCanBeGivenToWhomTheListNames(t *testing.T) {
	s := newStage(t)
	var list wire.ReviewerList
	s.get(s.aSupervisor(), "/v1/reviewers").is(http.StatusOK).into(&list)
	named := map[string]wire.Role{}
	for _, r := range list.Data {
		require.NotEmpty(t, r.Name)
		named[r.ID] = r.Role
	}
	require.Equal(t, wire.Role("reviewer"), named[s.reviewer])
	require.NotContains(t, named, s.seller)
	s.get(s.aSeller(), "/v1/reviewers").refused(wire.ProblemCodeNotAllowed)
}

func TestASupervisorFindsTheStandingsThatWait(t *testing.T) {
	s := newStage(t)
	page := func(query string) (p wire.StandingPage) {
		s.get(s.aSupervisor(), "/v1/standings"+query).is(http.StatusOK).into(&p)
		return p
	}
	require.Empty(t, page("").Data)
	s.post(anOperator(), standingAt(s.seller)+"/measures", `{"scope":"sell","for":"10d","cause":"Complaints."}`).is(http.StatusCreated)
	require.Len(t, page("").Data, 1)
	require.Empty(t, page("?waiting=true").Data, "nothing is contested")
	measure := s.standingOf(s.aSeller(), s.seller).Measures[0].ID
	s.post(s.aSeller(), standingAt(s.seller)+"/contests", `{"measure":"`+measure+`","text":"They were settled."}`).is(http.StatusCreated)
	waiting := page("?waiting=true&state=good").Data
	require.Len(t, waiting, 1)
	require.Equal(t, s.seller, waiting[0].Account)
	require.True(t, waiting[0].Waiting)
	require.Equal(t, wire.RoleSeller, waiting[0].Role)
	require.Empty(t, page("?state=removed").Data)
	s.get(s.aSeller(), "/v1/standings").refused(wire.ProblemCodeNotAllowed)
	s.get(s.aSupervisor(), "/v1/standings?after=nonsense").refused(wire.ProblemCodeValidationFailed)
}

func TestWhatAnAccountIsIsToldToThoseWhoWorkWithStandings(t *testing.T) {
	s := newStage(t)
	for _, by := range []who{s.aReviewer(), s.aSupervisor(), anOperator(), anAuditor()} {
		require.Equal(t, wire.RoleSeller, s.standingOf(by, s.seller).Role, by.role)
		require.Equal(t, wire.RoleBuyer, s.standingOf(by, s.buyer).Role, by.role)
	}
	require.Empty(t, s.standingOf(s.aSeller(), s.seller).Role)
	require.Empty(t, s.standingOf(thePlatform(), s.seller).Role)
}

func TestAReportSaysToTheStaffHowLongAMeasureMayLast(t *testing.T) {
	s := newStage(t)
	id := s.aReport(s.aDispute().Order)
	most := policies.Default().Report.MeasureMax
	require.Equal(t, most.String(), s.reportOf(s.aSupervisor(), id).MeasureMax)
	require.Empty(t, s.reportOf(s.aBuyer(), id).MeasureMax)
	require.Empty(t, s.reportOf(s.aSeller(), id).MeasureMax)
}

func TestARecordNamesToThoseWhoDecideWhatAFindingCanRestOn(t *testing.T) {
	s := newStage(t)
	d := s.underReview()
	var record wire.Record
	s.get(s.aReviewer(), "/v1/disputes/"+d.ID+"/record").is(http.StatusOK).into(&record)
	require.Contains(t, record.Rules, "PROCEDURE 6.3")
	require.Contains(t, record.Rules, "PROCEDURE 12 R8")
	require.Contains(t, record.Rules, "dispute.hearing")
	var seen wire.Record
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID+"/record").is(http.StatusOK).into(&seen)
	require.Empty(t, seen.Rules)
}
