package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/report"
)

func TestAContestIsExaminedBySomebodyElse(t *testing.T) {
	s := found(t, report.Substantiated)
	s.do("contest", bolt, fields{"text": "The message is forged."})
	s.status(report.Contested)
	require.Equal(t, []string{"bolt report_found", "ada metrics_protected", "bolt report_contested"}, s.sent())
	s.wait(micro)
	s.status(report.UnderReview)
	require.Equal(t, "dora", s.state.Bench.Reviewer)
	s.refused(casefile.AssignmentLapsed, "find", cleo, fields{"finding": "substantiated"})
	require.Equal(t, "objection_upheld", assignmentWhy(s, "cleo"), "an earlier round was hers")
	s.do("assign", sue, fields{"to": "sue"}) // a supervisor may examine a contest
	s.find(sue, report.Unsubstantiated)
	require.Equal(t, []string{"bolt report_voided", "ada metrics_restored"}, s.sent()[3:])
	s.status(report.Answered)
	require.Len(t, s.told("report_found"), 4)
}

func TestAContestInVainLeavesTheFindingAsItWas(t *testing.T) {
	s := found(t, report.Fabricated)
	first := s.state.Rulings[0].Rung
	s.facts.Ladder = []casefile.Rung{*first}
	s.do("contest", ada, fields{"text": "It is true."})
	s.wait(3 * day)
	s.find(dora, report.Fabricated)
	require.Equal(t, []string{"ada report_found", "ada report_contested", "ada report_upheld"}, s.sent())
	require.Equal(t, first, s.state.Rulings[1].Rung, "the same report does not climb twice")
	require.Equal(t, report.Warned, s.state.Reputation)
}

func TestOtherMeasuresReplaceTheEarlierOnes(t *testing.T) {
	s := found(t, report.Substantiated)
	s.do("contest", ada, fields{"text": "Too little."})
	s.wait(micro)
	s.do("find", dora, fields{"finding": "substantiated", "measures": []fields{{"scope": "sell", "for": "7d"}}})
	require.Equal(t, []string{"bolt report_voided", "ada metrics_restored", "bolt report_found", "ada metrics_protected"}, s.sent()[3:])
	require.Equal(t, 2, s.sends[5].Data.(report.Found).Round)
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
	require.Equal(t, []string{"ada report_found", "ada report_contested", "ada report_voided"}, s.sent())
}

func TestTheLadderOfAReporter(t *testing.T) {
	at := began.Add(400 * day)
	p := terms().Report
	rung := func(ago, length int) casefile.Rung {
		r := casefile.Rung{Report: "rep_0", At: at.AddDate(0, 0, -ago)}
		if length > 0 {
			r.Until = r.At.AddDate(0, 0, length)
		}
		return r
	}
	for name, c := range map[string]struct {
		past      []casefile.Rung
		submitted int // days ago
		climbs    bool
		days      int // of the mute; 0: a warning
		is        report.Reputation
	}{
		"the first is a warning": {nil, 3, true, 0, report.Good},
		"then 30 days":           {[]casefile.Rung{rung(10, 0)}, 3, true, 30, report.Warned},
		"then 90 days":           {[]casefile.Rung{rung(90, 0), rung(50, 30)}, 3, true, 90, report.Warned},
		"and 90 days again":      {[]casefile.Rung{rung(300, 0), rung(250, 30), rung(150, 90)}, 3, true, 90, report.Warned},
		"not for what was submitted before the warning": {[]casefile.Rung{rung(2, 0)}, 3, false, 0, report.Warned},
		"nor in its very instant":                       {[]casefile.Rung{rung(3, 0)}, 3, false, 0, report.Warned},
		"while a mute lasts":                            {[]casefile.Rung{rung(90, 0), rung(10, 30)}, 3, true, 90, report.Suspended},
		"what is long ago is forgotten":                 {[]casefile.Rung{rung(365, 0)}, 3, true, 0, report.Good},
	} {
		step, climbs := report.Climb(c.past, "rep_1", at.AddDate(0, 0, -c.submitted), at, p)
		require.Equal(t, c.climbs, climbs, name)
		require.Equal(t, c.is, report.ReputationOf(c.past, at, p.LadderMemory.Std()), name)
		want := casefile.Rung{}
		if climbs {
			want = casefile.Rung{Report: "rep_1", At: at}
			if c.days > 0 {
				want.Until = at.AddDate(0, 0, c.days)
			}
		}
		require.Equal(t, want, step, name)
	}
}

func TestASecondFabricatedReportMutesItsReporter(t *testing.T) {
	s := newScene(t)
	s.facts.Ladder = []casefile.Rung{{Report: "rep_0", At: s.now.Add(-day)}}
	s.do("submit_report", ada, form())
	require.Equal(t, report.Warned, s.state.Reputation)
	s.wait(2 * day)
	s.find(cleo, report.Fabricated)
	require.Equal(t, report.Suspended, s.state.Reputation)
	asked := s.sends[0].Data.(report.Found)
	require.Equal(t, report.FabricatedReport, asked.Behaviour)
	require.Equal(t, "report", asked.Measures[0].Scope)
	require.Equal(t, 30*day, asked.Measures[0].For.Std())
	require.Equal(t, s.now.Add(30*day), s.state.Statement(report.ToReporter).Measures[0].Until)
	require.Empty(t, s.state.Statement(report.ToReported).Measures)
}
