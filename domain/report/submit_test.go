package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/report"
)

func TestAFormThatIsNotCompleteIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*report.Submission)
		pointer string
	}{
		"without affirmation":    {func(f *report.Submission) { f.Affirm = false }, "/affirm"},
		"about nobody":           {func(f *report.Submission) { f.Against = "" }, "/against"},
		"about oneself":          {func(f *report.Submission) { f.Against = ada.ID }, "/against"},
		"of no known behaviour":  {func(f *report.Submission) { f.Behaviour = "rude" }, "/behaviour"},
		"without words":          {func(f *report.Submission) { f.Text = " \n" }, "/text"},
		"with too many words":    {func(f *report.Submission) { f.Text = strings.Repeat("ü", 4001) }, "/text"},
		"with too many files":    {func(f *report.Submission) { f.Evidence = make([]string, 21) }, "/evidence"},
		"with a nameless file":   {func(f *report.Submission) { f.Evidence = []string{""} }, "/evidence"},
		"on somebody's behalf":   {func(f *report.Submission) { f.Behalf = carl.ID }, "/behalf"},
		"of too long a story":    {func(f *report.Submission) { f.Text = strings.Repeat("a", 5000) }, "/text"},
		"with a text of nothing": {func(f *report.Submission) { f.Text = "a\x00b" }, "/text"},
	} {
		s := newScene(t)
		answer := s.refused(casefile.ValidationFailed, "submit_report", ada, form(c.change))
		require.Equal(t, c.pointer, answer.Pointer, name)
	}
	require.True(t, newScene(t).do("submit_report", ada, form(func(f *report.Submission) { f.Text = strings.Repeat("ü", 4000) })).Accepted())
}

func TestAnAccountOrAnOrderThatIsNotThereIsRefused(t *testing.T) {
	s := newScene(t)
	s.facts.Known = false
	require.Equal(t, "/against", s.refused(casefile.ValidationFailed, "submit_report", ada, form()).Pointer)
	s.facts.Known, s.facts.Refers = true, false
	require.Equal(t, "/order", s.refused(casefile.ValidationFailed, "submit_report", ada, form(func(f *report.Submission) { f.Order = "ord_9" })).Pointer)
}

func TestADayHasItsLimitOfReports(t *testing.T) {
	s := newScene(t)
	s.facts.Today = 10
	s.refused(casefile.TooManyItems, "submit_report", ada, form())
	s.facts.Today = 9
	s.do("submit_report", ada, form())
}

func TestAMutedReportersReportIsTakenAndClosedInadmissible(t *testing.T) {
	s := newScene(t)
	s.facts.Muted = true
	s.do("submit_report", ada, form())
	s.status(report.Closed)
	require.Equal(t, report.Inadmissible, s.state.Finding())
	require.Equal(t, []string{ada.ID, bolt.ID}, s.told("report_found"))
	require.Empty(t, s.tells)
	require.Contains(t, s.state.Statement(report.ToReporter).Reasons, "not processed")
	require.NotContains(t, s.state.Statement(report.ToReported).Reasons, "not processed", "the reported account learns nothing of the reporter's standing")
}

func TestTheSameReportTwiceIsADuplicate(t *testing.T) {
	s := newScene(t)
	s.facts.Same = "rep_0"
	s.do("submit_report", ada, form())
	s.status(report.Closed)
	require.Equal(t, report.Duplicate, s.state.Finding())
	require.Equal(t, "rep_0", s.state.Statement(report.ToReporter).Of)
	require.Empty(t, s.state.Statement(report.ToReported).Of)
	s.refused(casefile.CaseClosed, "contest", ada, fields{"text": "It is another one."})
}

func TestThePlatformRaisesAReportOnSomebodysBehalf(t *testing.T) {
	s := newScene(t)
	s.facts.Muted, s.facts.Today = true, 100 // neither is the platform's
	raised := form(func(f *report.Submission) { f.Affirm, f.Behalf = false, ada.ID })
	s.do("submit_report", system, raised)
	require.True(t, s.state.Raised)
	require.Equal(t, ada.ID, s.state.Reporter)
	s.wait(day + micro)
	require.Equal(t, "/finding", s.refused(casefile.ValidationFailed, "find", cleo, fields{"finding": "fabricated"}).Pointer, "nobody has invented it")
	s.find(cleo, report.Unsubstantiated)
	require.Equal(t, []string{ada.ID, bolt.ID}, s.told("report_found"))

	s = newScene(t)
	require.Equal(t, "/behalf", s.refused(casefile.ValidationFailed, "submit_report", system, form()).Pointer)
}

func TestADetectorsReportHasOneSide(t *testing.T) {
	seen := form(func(f *report.Submission) {
		f.Affirm, f.Detector, f.Detection, f.Behaviour, f.Text = false, "brushing", "det_1", report.Brushing, "12 orders by 4 buyers within one hour."
	})
	s := newScene(t)
	s.do("submit_report", system, seen)
	require.Equal(t, []string{bolt.ID}, s.state.Parties(), "a detector is nobody's acquaintance")
	require.Empty(t, s.state.Reporter)
	s.wait(day + micro)
	require.Equal(t, "/to", s.refused(casefile.ValidationFailed, "need_info", cleo, fields{"text": "What did you see?"}).Pointer)
	require.Equal(t, "/finding", s.refused(casefile.ValidationFailed, "find", cleo, fields{"finding": "fabricated"}).Pointer, "nobody has invented it")
	s.do("need_info", cleo, fields{"text": "Who are these buyers?", "to": report.ReportedSide})
	s.do("give_info", bolt, fields{"text": "An office."})
	s.find(cleo, report.Unsubstantiated)
	require.Equal(t, []string{bolt.ID}, s.told("report_found"), "the detector needs no answer")

	told, whole := s.state.Statement(report.ToReported), s.state.Statement(report.Department)
	require.Equal(t, "brushing", told.Detector)
	require.Equal(t, "12 orders by 4 buyers within one hour.", told.Text)
	require.Empty(t, told.Detection, "the rows name other people's orders")
	require.Equal(t, "det_1", whole.Detection)

	s.do("contest", bolt, fields{"text": "Again."})
	s.wait(micro)
	s.find(dora, report.Unsubstantiated)
	s.status(report.Closed)
	for _, c := range []func(*report.Submission){
		func(f *report.Submission) { f.Detection = "" },
		func(f *report.Submission) { f.Detector = "" },
		func(f *report.Submission) { f.Behalf = ada.ID },
	} {
		bad := seen
		c(&bad)
		newScene(t).refused(casefile.ValidationFailed, "submit_report", system, bad)
	}
	claimed := seen
	claimed.Affirm = true
	newScene(t).refused(casefile.ValidationFailed, "submit_report", ada, claimed)
}

func TestScreeningLastsADayAndSilenceLetsTheReportIn(t *testing.T) {
	s := screening(t)
	require.Equal(t, day, s.due("screening"))
	s.until(day)
	s.status(report.Screening)
	s.wait(micro)
	s.status(report.UnderReview)
	require.Equal(t, []string{ada.ID}, s.told("report_admitted"))
}

func TestAReportThatNobodyHasWaitsForSomebody(t *testing.T) {
	s := submitted(t)
	s.desk = nil
	s.wait(2*day + micro)
	s.status(report.Submitted)
	require.NotEmpty(t, s.told("nobody_free"))
	s.desk = []casefile.Candidate{{ID: "dora", Role: casefile.Reviewer}}
	s.wait(day)
	s.status(report.UnderReview)
	require.Equal(t, "dora", s.state.Bench.Reviewer)
}

func TestAFindingIsDueInSevenDaysAndInTwoWhereSomebodyIsInDanger(t *testing.T) {
	require.Equal(t, 7*day, submitted(t).due("finding"))
	s := screening(t, func(f *report.Submission) { f.Safety = true })
	require.Equal(t, 2*day, s.due("finding"))
	s.do("admit_report", cleo, fields{"safety": false})
	require.Equal(t, 7*day, s.due("finding"), "the reviewer sees no danger")
	s = screening(t)
	s.do("admit_report", cleo, fields{"safety": true})
	require.Equal(t, 2*day, s.due("finding"))
	s.until(2*day + micro)
	require.True(t, s.state.Overdue)
	require.Contains(t, s.told("finding_overdue"), "supervisors")
	s.status(report.UnderReview)
}

func TestTheTimeOfTheFindingStandsStillWhileASideIsAsked(t *testing.T) {
	s := underReview(t)
	s.do("need_info", cleo, fields{"text": "When was it?"})
	require.Equal(t, time.Hour+5*day, s.due("info"))
	require.Equal(t, []string{ada.ID}, s.told("info_needed"))
	s.wait(5 * day) // the last instant is in time
	s.do("give_info", ada, fields{"text": "On Monday.", "evidence": []string{"fil_1"}})
	s.status(report.UnderReview)
	require.Equal(t, 12*day, s.due("finding"))
	require.Equal(t, []string{"fil_1"}, s.state.Questions[0].Evidence)

	s.do("need_info", cleo, fields{"text": "Did you?", "to": "reported"})
	require.Equal(t, []string{ada.ID, bolt.ID}, s.told("info_needed"))
	s.refused(casefile.WrongStage, "give_info", ada, fields{"text": "He did."})
	s.do("give_info", bolt, fields{"text": "I did not."})
}

func TestAFindingThatIsLateFromTheBeginningIsDueAtOnce(t *testing.T) {
	s := screening(t, func(f *report.Submission) { f.Terms.Report.FindingSafety = policy.Duration(12 * time.Hour) })
	s.until(20 * time.Hour)
	s.do("admit_report", cleo, fields{"safety": true})
	require.Equal(t, 20*time.Hour, s.due("finding"))
}

func TestNobodyAnswersAQuestionThatNobodyAsksAnyMore(t *testing.T) {
	s := underReview(t)
	s.until(88 * day)
	s.do("need_info", cleo, fields{"text": "When was it?"})
	s.until(90*day + micro)
	s.status(report.Answered)
	s.refused(casefile.DeadlinePassed, "give_info", ada, fields{"text": "On Monday."})
}

func TestSilenceIsNoFindingAndALateAnswerIsRefused(t *testing.T) {
	s := underReview(t)
	s.do("need_info", cleo, fields{"text": "When was it?"})
	s.wait(5*day + micro)
	s.status(report.UnderReview)
	require.Equal(t, []string{ada.ID}, s.told("info_lapsed"))
	s.refused(casefile.DeadlinePassed, "give_info", ada, fields{"text": "On Monday."})
	s.do("need_info", cleo, fields{"text": "I ask again: when?"})
	s.do("give_info", ada, fields{"text": "On Monday."})
	require.Equal(t, "/to", s.refused(casefile.ValidationFailed, "need_info", cleo, fields{"text": "?", "to": "carrier"}).Pointer)
}
