package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/report"
	"recourse/domain/standing"
)

func TestEveryFindingIsToldToBothSidesAndCanBeContested(t *testing.T) {
	for _, f := range report.Findings {
		s := found(t, f)
		require.Equal(t, []string{ada.ID, bolt.ID}, s.told("report_found"), f)
		for _, to := range []report.Audience{report.ToReporter, report.ToReported} {
			stated := s.state.Statement(to)
			require.Equal(t, f, stated.Finding)
			require.NotEmpty(t, stated.Reasons, "the reason is told, also where the reviewer gave none")
			require.Equal(t, s.now.Add(30*day), stated.Contest)
		}
	}
}

func TestWhatFollowsFromAFinding(t *testing.T) {
	for f, want := range map[report.Finding][]string{
		report.Substantiated:   {"bolt enter_points"},
		report.Unsubstantiated: nil,
		report.Fabricated:      {"ada enter_points"},
		report.Duplicate:       nil,
		report.Inadmissible:    nil,
	} {
		require.Equal(t, want, found(t, f).asked(), f)
	}
}

func TestTheVictimIsWhoeverDealtWithTheReportedAccount(t *testing.T) {
	require.Equal(t, "bolt", report.Report{Reported: "ada", Buyer: "ada", Seller: "bolt"}.Victim())
	require.Equal(t, "ada", report.Report{Reported: "bolt", Buyer: "ada", Seller: "bolt"}.Victim())
	require.Empty(t, report.Report{Reported: "bolt"}.Victim())
	require.Empty(t, report.Report{Reported: "carl", Buyer: "ada", Seller: "bolt"}.Victim())
}

func TestMeasuresAreAskedOfTheStanding(t *testing.T) {
	s := underReview(t)
	s.do("find", cleo, fields{"finding": "substantiated", "reasons": "The message says it.", "to_reported": "You asked for money outside.",
		"measures": []fields{{"scope": "list", "for": "30d"}, {"listing": "OUD-T"}}})
	require.Equal(t, []string{"bolt enter_points", "bolt start_measure", "bolt start_measure"}, s.asked())
	list, listing := s.tells[1].Data.(standing.Start), s.tells[2].Data.(standing.Start)
	require.Equal(t, standing.Scope(standing.List), list.Scope)
	require.Equal(t, 30*policy.Day, *list.For)
	require.Equal(t, []any{standing.ScopeListing, "OUD-T", cleo.ID}, []any{listing.Scope, listing.Listing, listing.By})
	require.Nil(t, listing.For, "a listing is gone until somebody ends that")
	told := s.state.Statement(report.ToReported)
	require.Equal(t, "You asked for money outside.", told.Reasons)
	require.Equal(t, s.now.Add(30*day), told.Measures[0].Until)
	require.Equal(t, "OUD-T", told.Measures[1].Listing)
	reporter := s.state.Statement(report.ToReporter)
	require.Equal(t, "The message says it.", reporter.Reasons)
	require.True(t, reporter.Acted)
	require.Empty(t, reporter.Measures, "that something follows is told to the reporter, not what")
}

func TestAFindingThatMakesNoSenseIsRefused(t *testing.T) {
	measure := func(m fields) fields { return fields{"finding": "substantiated", "measures": []fields{m}} }
	for name, c := range map[string]struct {
		data    fields
		pointer string
	}{
		"no finding":                {fields{"finding": "maybe"}, "/finding"},
		"measures without a cause":  {fields{"finding": "unsubstantiated", "measures": []fields{{"scope": "list", "for": "1d"}}}, "/measures"},
		"a measure about nothing":   {measure(fields{"for": "1d"}), "/measures"},
		"a measure about two":       {measure(fields{"scope": "list", "listing": "A", "for": "1d"}), "/measures"},
		"a scope that is none":      {measure(fields{"scope": "breathe", "for": "1d"}), "/measures"},
		"a measure without end":     {measure(fields{"scope": "list"}), "/measures"},
		"a measure named twice":     {fields{"finding": "substantiated", "measures": []fields{{"scope": "list", "for": "1d"}, {"scope": "list", "for": "30d"}}}, "/measures"},
		"a listing named twice":     {fields{"finding": "substantiated", "measures": []fields{{"listing": "A"}, {"listing": "A"}}}, "/measures"},
		"a measure for too long":    {measure(fields{"scope": "list", "for": "366d"}), "/measures"},
		"what is no duplicate of":   {fields{"finding": "substantiated", "of": "rep_0"}, "/of"},
		"a duplicate of itself":     {fields{"finding": "duplicate", "of": "rep_1"}, "/of"},
		"reasons that are too long": {fields{"finding": "unsubstantiated", "to_reporter": string(make([]byte, 4001))}, "/to_reporter"},
	} {
		require.Equal(t, c.pointer, underReview(t).refused(casefile.ValidationFailed, "find", cleo, c.data).Pointer, name)
	}
}

func TestAReportThatNobodyAnswersEndsUnsubstantiated(t *testing.T) {
	s := underReview(t)
	s.until(90*day + micro)
	require.Equal(t, report.Unsubstantiated, s.state.Finding())
	require.Empty(t, s.sends)
	require.Equal(t, []string{ada.ID, bolt.ID}, s.told("report_found"))
	s.until(120*day + 2*micro)
	s.status(report.Closed)
	require.Len(t, s.happened(casefile.ReportClosed), 1)
}

func TestTheAnswerGoesToTheReview(t *testing.T) {
	s := found(t, report.Unsubstantiated, func(f *report.Submission) { f.Review = "rev_1" })
	require.Equal(t, []casefile.Send{{Case: "rev_1", Name: "report_answered", Data: report.ReviewAnswer{Report: "rep_1", Finding: report.Unsubstantiated}}}, s.sends)
}

func TestTheReviewOfAThreatIsToldAlsoWhereTheReportNamesTheOrderAlone(t *testing.T) {
	threat := func(change func(*report.Report)) *scene {
		s := underReview(t)
		s.state.Reporter, s.state.Reported, s.state.Behaviour, s.facts.Review = bolt.ID, ada.ID, report.Extortion, "rev_9"
		change(&s.state)
		return s
	}
	asItIs := func(*report.Report) {}
	told := []casefile.Send{{Case: "rev_9", Name: "report_answered", Data: report.ReviewAnswer{Report: "rep_1", Finding: report.Unsubstantiated}}}
	s := threat(asItIs)
	s.find(cleo, report.Unsubstantiated)
	require.Equal(t, told, s.sends)
	s = threat(asItIs)
	s.wait(100 * day)
	require.Equal(t, told, s.sends, "that nobody has answered in time is an answer")
	for what, change := range map[string]func(*report.Report){
		"the seller is reported": func(r *report.Report) { r.Reporter, r.Reported = ada.ID, bolt.ID },
		"it is something else":   func(r *report.Report) { r.Behaviour = report.FalseClaim },
	} {
		s = threat(change)
		s.find(cleo, report.Unsubstantiated)
		require.Empty(t, s.sends, what)
	}
}

func TestTheReviewerWhoIsLinkedByNowDoesNotDecide(t *testing.T) {
	s := underReview(t)
	s.desk[0].Linked = append(s.desk[0].Linked, ada.ID)
	s.refused(casefile.ConflictOfInterest, "find", cleo, fields{"finding": "substantiated"})
	require.Equal(t, assignmentWhy(s, "cleo"), "linked_to_party")
}

func assignmentWhy(s *scene, to string) any {
	return s.refused(casefile.ConflictOfInterest, "assign", sue, fields{"to": to}).Result["why"]
}

func TestOnlyWhoMayDecideIsGivenAReport(t *testing.T) {
	s := underReview(t)
	require.Equal(t, "/to", s.refused(casefile.ValidationFailed, "assign", sue, fields{"to": "nobody"}).Pointer)
	require.Equal(t, "/to", s.refused(casefile.ValidationFailed, "assign", sue, fields{"to": "sue"}).Pointer)
	s.do("assign", sue, fields{"to": "dora"})
	s.refused(casefile.AssignmentLapsed, "find", cleo, fields{"finding": "substantiated"})
	s.do("assign", sue, fields{"to": "cleo"}) // chosen, so it has the report again
	s.find(cleo, report.Substantiated)
	var kinds []string
	for _, d := range s.duties {
		require.Equal(t, []string{ada.ID, bolt.ID}, d.Parties)
		kinds = append(kinds, d.Reviewer+" "+d.Kind)
	}
	require.Equal(t, []string{"cleo assigned", "cleo set_aside", "dora assigned", "dora set_aside", "cleo assigned", "cleo decided"}, kinds)
}

func TestAMaliciousBuyerExcusesTheSeller(t *testing.T) {
	for what, c := range map[string]struct {
		about func(*report.Report)
		want  standing.Excuse
	}{
		"a dispute": {func(r *report.Report) { r.Dispute = "dsp_1" }, standing.Excuse{Cause: "dsp_1"}},
		"an order":  {func(*report.Report) {}, standing.Excuse{Order: "ord_1"}},
		"a review":  {func(r *report.Report) { r.Review = "rev_1" }, standing.Excuse{}},
		"a seller":  {func(r *report.Report) { r.Reported, r.Reporter = bolt.ID, ada.ID }, standing.Excuse{}},
	} {
		s := underReview(t)
		s.state.Reporter, s.state.Reported, s.state.Buyer, s.state.Seller, s.state.Order = bolt.ID, ada.ID, ada.ID, bolt.ID, "ord_1"
		s.state.Behaviour = report.FalseClaim
		c.about(&s.state)
		excused := func(name string) (all []standing.Excuse) {
			for _, one := range s.tells {
				if one.Name == name {
					require.Equal(t, standing.CaseID(bolt.ID), one.Case)
					e := one.Data.(standing.Excuse)
					require.Equal(t, []any{bolt.ID, s.state.ID, true}, []any{e.Account, e.Report, e.Terms != nil})
					all = append(all, standing.Excuse{Cause: e.Cause, Order: e.Order})
				}
			}
			return all
		}
		s.find(cleo, report.Substantiated)
		var want []standing.Excuse
		if c.want != (standing.Excuse{}) {
			want = append(want, c.want)
		}
		require.Equal(t, want, excused("excuse_cause"), what)
		require.Empty(t, excused("end_excuse"))
		s.do("contest", casefile.Actor{ID: s.state.Reported, Role: casefile.Buyer}, fields{"text": "It is not so."})
		s.do("assign", sue, fields{"to": "sue"})
		s.find(sue, report.Unsubstantiated)
		require.Equal(t, want, excused("end_excuse"), "%s: the finding fell", what)
	}
}
