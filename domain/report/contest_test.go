package report_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/report"
	"recourse/domain/standing"
)

func TestAContestIsExaminedBySomebodyElse(t *testing.T) {
	s := found(t, report.Substantiated)
	s.do("contest", bolt, fields{"text": "The message is forged."})
	s.status(report.Contested)
	require.Equal(t, []string{"bolt enter_points", "bolt enter_points"}, s.asked())
	require.True(t, s.tells[0].Data.(standing.Points).Final)
	require.False(t, s.tells[1].Data.(standing.Points).Final, "what is provisional waits for the answer")
	s.wait(micro)
	s.status(report.UnderReview)
	require.Equal(t, "dora", s.state.Bench.Reviewer)
	s.refused(casefile.AssignmentLapsed, "find", cleo, fields{"finding": "substantiated"})
	require.Equal(t, "objection_upheld", assignmentWhy(s, "cleo"), "an earlier round was hers")
	s.do("assign", sue, fields{"to": "sue"}) // a supervisor may examine a contest
	s.find(sue, report.Unsubstantiated)
	require.Equal(t, []string{"bolt void_entry"}, s.asked()[2:])
	s.status(report.Answered)
	require.Len(t, s.told("report_found"), 4)
}

func TestAContestInVainLeavesTheFindingAsItWas(t *testing.T) {
	s := found(t, report.Fabricated)
	s.do("contest", ada, fields{"text": "It is true."})
	s.wait(3 * day)
	s.find(dora, report.Fabricated)
	require.Equal(t, []string{"ada enter_points", "ada enter_points", "ada finalise_entry"}, s.asked())
}

func TestOtherMeasuresReplaceTheEarlierOnes(t *testing.T) {
	s := found(t, report.Substantiated)
	s.do("contest", ada, fields{"text": "Too little."})
	s.wait(micro)
	s.do("find", dora, fields{"finding": "substantiated", "measures": []fields{{"scope": "sell", "for": "7d"}}})
	require.Equal(t, []string{"bolt finalise_entry", "bolt start_measure"}, s.asked()[2:], "the entry is the same")
	s.do("contest", bolt, fields{"text": "Too much."})
	s.wait(micro)
	s.find(emil, report.Substantiated)
	require.Equal(t, []string{"bolt enter_points", "bolt finalise_entry", "bolt end_measure"}, s.asked()[4:])
}

func TestWhatWasTakenBackIsEnteredAgainByAnotherFinding(t *testing.T) {
	s := found(t, report.Substantiated)
	s.do("contest", bolt, fields{"text": "No."})
	s.wait(micro)
	s.find(dora, report.Unsubstantiated)
	s.do("contest", ada, fields{"text": "It is true."})
	s.wait(micro)
	s.find(emil, report.Substantiated)
	account := standing.Standing{}
	for i, one := range s.tells {
		data, err := json.Marshal(one.Data)
		require.NoError(t, err)
		next, _, answer := account.Decide(casefile.Command{ID: fmt.Sprintf("cmd_%d", i), Case: one.Case, Name: one.Name, By: system, At: s.now, Data: data}, casefile.Facts{})
		require.True(t, answer.Accepted(), "%s: %+v", one.Name, answer)
		account = next.(standing.Standing)
	}
	require.Len(t, account.Entries, 2)
	require.Equal(t, []standing.EntryStatus{standing.Voided, standing.Provisional}, []standing.EntryStatus{account.Entries[0].Status, account.Entries[1].Status})
	require.Equal(t, "rep_1/3", account.Entries[1].Decision)
}

func TestEachSideContestsOnceAndInThirtyDays(t *testing.T) {
	s := found(t, report.Substantiated)
	s.wait(30 * day) // the last instant is in time
	s.do("contest", bolt, fields{"text": "No."})
	s.refused(casefile.WrongStage, "contest", bolt, fields{"text": "And again no."})
	s.do("contest", ada, fields{"text": "Too little."}) // joins the round
	_, waits := s.state.Clocks.Get("contest")
	require.False(t, waits, "nobody can contest any more")
	s.wait(day)
	s.find(dora, report.Substantiated)
	s.status(report.Closed)
	s.refused(casefile.CaseClosed, "contest", ada, fields{"text": "Still too little."})

	s = found(t, report.Substantiated)
	s.wait(30*day + micro)
	s.status(report.Closed)
	s.refused(casefile.DeadlinePassed, "contest", bolt, fields{"text": "No."})
}

func TestTheOtherSidesTimeGoesOnWhileAContestIsExamined(t *testing.T) {
	s := found(t, report.Substantiated)
	until := s.due("contest")
	s.wait(29 * day)
	s.do("contest", bolt, fields{"text": "No."})
	require.Equal(t, until, s.due("contest"))
	s.until(until + micro)
	s.status(report.UnderReview)
	s.refused(casefile.DeadlinePassed, "contest", ada, fields{"text": "Too little."})
	s.find(dora, report.Unsubstantiated)
	s.do("contest", ada, fields{"text": "It is true."}) // another finding, another time
	s.refused(casefile.WrongStage, "contest", bolt, fields{"text": "No."})
}

func TestAContestThatNobodyAnswersTakesTheFindingBack(t *testing.T) {
	s := found(t, report.Fabricated)
	s.desk = s.desk[:1] // cleo found; nobody else is there
	s.do("contest", ada, fields{"text": "It is true."})
	s.wait(90*day + micro)
	require.Equal(t, report.Unsubstantiated, s.state.Finding())
	require.Equal(t, []string{"ada enter_points", "ada enter_points", "ada void_entry"}, s.asked())
}
