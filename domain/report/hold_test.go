package report_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/report"
)

func proposed(t tester) *scene {
	t.Helper()
	s := underReview(t)
	s.do("propose_hold", cleo, fields{"reasons": "The money is about to leave."})
	return s
}

func TestAHoldStandsWithASecondSignatureForThreeDays(t *testing.T) {
	s := proposed(t)
	require.Empty(t, s.sends, "nothing is held before it is signed")
	require.Equal(t, []string{"supervisors"}, s.told("second_signature"))
	s.do("second", sue, nil)
	require.Equal(t, []string{"ord_1 hold_release"}, s.sent())
	require.Equal(t, s.now.Add(72*time.Hour), s.sends[0].Data.(report.Holding).Until)
	require.Len(t, s.happened(casefile.MeasureStarted), 1)
	s.wait(72*time.Hour + micro)
	require.Equal(t, []string{"ord_1 hold_release", "ord_1 lift_hold"}, s.sent())
	require.Len(t, s.happened(casefile.MeasureEnded), 1)
	s.refused(casefile.WrongStage, "propose_hold", cleo, fields{"reasons": "Once more."})
}

func TestAFindingThatIsNotSubstantiatedLiftsTheHold(t *testing.T) {
	s := proposed(t)
	s.do("second", sue, nil)
	s.find(cleo, report.Unsubstantiated)
	require.Equal(t, []string{"ord_1 hold_release", "ord_1 lift_hold"}, s.sent())

	s = proposed(t)
	s.do("second", sue, nil)
	s.find(cleo, report.Substantiated)
	require.NotContains(t, s.sent(), "ord_1 lift_hold")
	s.wait(72*time.Hour + micro)
	require.Contains(t, s.sent(), "ord_1 lift_hold")
	require.Len(t, s.happened(casefile.MeasureEnded), 1)
}

func TestNoHoldOutlivesItsReport(t *testing.T) {
	s := proposed(t)
	s.do("second", sue, nil)
	s.find(cleo, report.Substantiated)
	s.do("contest", bolt, fields{"text": "No."})
	s.do("contest", ada, fields{"text": "Too little."})
	s.wait(time.Hour)
	s.find(dora, report.Substantiated)
	s.status(report.Closed)
	require.Contains(t, s.sent(), "ord_1 lift_hold")
}

func TestAHoldIsForTheTimeBeforeAFinding(t *testing.T) {
	s := found(t, report.Unsubstantiated)
	s.do("contest", ada, fields{"text": "It is true."})
	s.wait(time.Hour)
	s.refused(casefile.WrongStage, "propose_hold", dora, fields{"reasons": "Stop."})
}

func TestAHoldThatNobodySignsLapses(t *testing.T) {
	s := proposed(t)
	s.wait(day + micro)
	require.Nil(t, s.state.Hold)
	require.Equal(t, []string{"cleo"}, s.told("second_signature_lapsed"))
	require.Empty(t, s.sends)
	s.do("propose_hold", cleo, fields{"reasons": "Now it is urgent."})
	s.do("second", sue, fields{"refuse": true})
	require.Nil(t, s.state.Hold)
	require.Equal(t, []string{"cleo"}, s.told("second_signature_refused"))
}

func TestAnOrderWithoutMoneyIsNotHeld(t *testing.T) {
	s := underReview(t)
	s.facts.Holds = false
	s.refused(casefile.WrongStage, "propose_hold", cleo, fields{"reasons": "Stop."})
	s.facts.Holds = true
	require.Equal(t, "/reasons", s.refused(casefile.ValidationFailed, "propose_hold", cleo, fields{}).Pointer)

	alone := newScene(t)
	alone.facts.Holds = true
	alone.do("submit_report", ada, form())
	alone.wait(day + micro)
	alone.refused(casefile.WrongStage, "propose_hold", cleo, fields{"reasons": "Stop."})
}

func TestAFindingEndsAProposal(t *testing.T) {
	s := proposed(t)
	s.find(cleo, report.Substantiated)
	require.Nil(t, s.state.Hold)
	s.refused(casefile.WrongStage, "second", sue, nil)
	_, waits := s.state.Clocks.Get("hold_signature")
	require.False(t, waits)
}

func TestAReferralCarriesAnExportAndItsAnswerIsRecorded(t *testing.T) {
	s := found(t, report.Substantiated)
	export := s.state.Statement(report.Department)
	require.Equal(t, "/to", s.refused(casefile.ValidationFailed, "refer", cleo, fields{"to": " "}).Pointer)
	answer := s.do("refer", cleo, fields{"to": "product safety", "text": "Please look."})
	require.Equal(t, export.Hash(), answer.Result["export"], "what was given can be shown later")
	require.NotEqual(t, export.Hash(), s.state.Statement(report.Department).Hash())
	require.Len(t, s.happened(casefile.ReportReferred), 1)
	s.wait(29 * day)
	require.Equal(t, "/referral", s.refused(casefile.ValidationFailed, "answer_referral", operator, fields{"to": "police", "text": "Seen."}).Pointer)
	s.wait(day + micro)
	require.Equal(t, []string{"supervisors"}, s.told("referral_unanswered"))
	s.status(report.Closed)
	s.do("answer_referral", operator, fields{"text": "We have recalled it."})
	require.Equal(t, "We have recalled it.", s.state.Referrals[0].Answer)
	s.status(report.Closed)
	s.refused(casefile.WrongStage, "answer_referral", operator, fields{"text": "Again."})
}

func TestAReportIsOpenWhileADepartmentIsWaitedFor(t *testing.T) {
	s := found(t, report.Substantiated)
	s.wait(29 * day)
	s.do("refer", cleo, fields{"to": "police"})
	s.wait(2 * day)
	s.status(report.Answered)
	s.refused(casefile.DeadlinePassed, "contest", bolt, fields{"text": "No."})
	s.do("answer_referral", operator, fields{"text": "Seen."})
	s.status(report.Closed)
	require.Empty(t, s.told("referral_unanswered"))
}

// TestNobodyReadsWhatIsNotForHim puts a word of its own into every text and looks for it in each statement.
func TestNobodyReadsWhatIsNotForHim(t *testing.T) {
	for _, unnamed := range []bool{true, false} {
		s := underReview(t, func(f *report.Submission) {
			f.Unnamed, f.Text, f.Evidence, f.Dispute, f.Review = unnamed, "canary-text", []string{"canary-file"}, "canary-dispute", "canary-review"
		})
		s.do("need_info", cleo, fields{"text": "canary-question-reporter"})
		s.do("give_info", ada, fields{"text": "canary-answer-reporter"})
		s.do("need_info", cleo, fields{"text": "canary-question-reported", "to": "reported"})
		s.do("give_info", bolt, fields{"text": "canary-answer-reported"})
		s.do("propose_hold", cleo, fields{"reasons": "canary-hold"})
		s.do("find", cleo, fields{"finding": "substantiated", "reasons": "canary-both", "to_reporter": "canary-to-reporter", "to_reported": "canary-to-reported",
			"measures": []fields{{"listing": "canary-listing"}}})
		s.do("refer", cleo, fields{"to": "canary-department", "text": "canary-referral"})
		s.do("contest", ada, fields{"text": "canary-contest-reporter"})
		s.do("contest", bolt, fields{"text": "canary-contest-reported"})

		own := map[report.Audience][]string{
			report.ToReporter: {"canary-text", "canary-file", "canary-dispute", "canary-review", "canary-question-reporter", "canary-answer-reporter",
				"canary-to-reporter", "canary-contest-reporter", "ord_1"},
			report.ToReported: {"canary-question-reported", "canary-answer-reported", "canary-to-reported", "canary-listing", "canary-contest-reported"},
		}
		if !unnamed {
			own[report.ToReported] = append(own[report.ToReported], "canary-text", "canary-file", "canary-dispute", "canary-review", "ord_1", `"reporter":"ada"`)
		}
		for to, mine := range own {
			text := encode(t, s.state.Statement(to))
			left := text
			for _, word := range mine {
				require.Contains(t, text, word, to)
				left = replaced(left, word)
			}
			require.NotContains(t, left, "canary", to)
			require.NotContains(t, left, "cleo", "nobody learns who decided")
			if to == report.ToReported && unnamed {
				require.NotContains(t, left, ada.ID)
				require.NotContains(t, left, "ord_1", "an order has one buyer, so it names the reporter")
			}
		}
		all := encode(t, s.state.Statement(report.Department))
		for _, word := range []string{"canary-text", "canary-answer-reporter", "canary-answer-reported", "canary-both", "canary-listing", `"reporter":"ada"`} {
			require.Contains(t, all, word)
		}
	}
}

func TestTheListShowsNoSide(t *testing.T) {
	summary := encode(t, found(t, report.Substantiated).state.Summary())
	require.NotContains(t, summary, ada.ID+`"`)
	require.NotContains(t, summary, bolt.ID+`"`)
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
