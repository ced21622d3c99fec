package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/report"
)

// TestTheStoryOfTheExtraCharge retells cases/extra-charge-reported.yaml for the report in it.
func TestTheStoryOfTheExtraCharge(t *testing.T) {
	s := newScene(t)
	yousef, goldenport, helga := casefile.Actor{ID: "yousef", Role: casefile.Buyer}, "goldenport", casefile.Actor{ID: "helga", Role: casefile.Reviewer}
	s.desk = []casefile.Candidate{{ID: helga.ID, Role: casefile.Reviewer, Linked: []string{helga.ID}}}
	s.until(7*day + day/2)
	s.do("submit_report", yousef, fields{"against": goldenport, "behaviour": "extra_charge", "affirm": true, "terms": terms(),
		"text": "The seller demands 6.500 by bank transfer after the order was paid. His message is in the case."})
	require.Equal(t, 14*day+day/2, s.due("finding"))
	s.until(11 * day)
	s.status(report.UnderReview)
	s.do("find", helga, fields{"finding": "substantiated", "measures": []fields{{"scope": "list", "for": "30d"}}})

	require.Equal(t, report.Substantiated, s.state.Finding())
	require.Equal(t, report.Good, s.state.Reputation)
	require.Equal(t, []casefile.Send{{Case: goldenport, Name: "report_found", Data: report.Found{Report: "rep_1", Round: 1, Account: goldenport,
		Finding: report.Substantiated, Behaviour: report.ExtraCharge, At: began.Add(11 * day),
		Measures: []report.Measure{{Scope: "list", For: 30 * policy.Day}}}}}, s.sends)
	require.ElementsMatch(t, []string{yousef.ID, goldenport}, s.told("report_found"))
	require.Len(t, s.happened(casefile.ReportSubmitted), 1)
	require.Len(t, s.happened(casefile.ReportFound), 1)
	s.until(19 * day)
	s.status(report.Answered)
}

// TestTheStoryOfTheFabricatedReport retells cases/fabricated-report-uncounted-review.yaml for both reports in it.
func TestTheStoryOfTheFabricatedReport(t *testing.T) {
	ines := casefile.Actor{ID: "ines", Role: casefile.Buyer}
	earlier := []casefile.PastDuty{{Case: "dsp_1", Party: "ines", At: began.Add(24 * day)}, {Case: "dsp_1", Party: "yarnstudio", At: began.Add(24 * day)}}
	desk := []casefile.Candidate{{ID: "aldo", Role: casefile.Reviewer, Linked: []string{"aldo"}, Duties: earlier},
		{ID: "berit", Role: casefile.Reviewer, Linked: []string{"berit"}}, {ID: "ottilie", Role: casefile.Supervisor}}

	first := newScene(t)
	first.desk = desk
	first.until(49 * day)
	first.do("submit_report", ines, fields{"against": "yarnstudio", "behaviour": "false_logistics", "affirm": true, "terms": terms(),
		"text": "This shop forges carrier papers, it forged mine."})
	first.until(52 * day)
	require.Equal(t, "berit", first.state.Bench.Reviewer, "aldo decided a case with both within 90d")
	first.find(casefile.Actor{ID: "berit", Role: casefile.Reviewer}, report.Fabricated)
	require.Equal(t, report.Fabricated, first.state.Finding())
	require.Equal(t, report.Warned, first.state.Reputation)
	require.Equal(t, []string{"ines report_found"}, first.sent())
	rung := first.sends[0].Data.(report.Found).Rung
	require.True(t, rung.Until.IsZero(), "a warning only")
	require.Empty(t, first.happened(casefile.ReportReferred))

	second := newScene(t)
	second.desk, second.facts.Ladder = desk, []casefile.Rung{*rung}
	second.until(54 * day)
	second.do("submit_report", ines, fields{"against": "yarnstudio", "behaviour": "off_platform", "affirm": true, "terms": terms(),
		"text": "They asked me to write to a private address about my order."})
	second.until(63 * day)
	second.status(report.UnderReview)
	require.Equal(t, report.Warned, second.state.Reputation, "still taken")
}
