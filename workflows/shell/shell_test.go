package shell_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/workflows/shell"
)

const day = 24 * time.Hour

// closes makes a deadline the end of the case.
func closes(r *row) { r.closed, r.stage, r.due = true, "final", nil }

func TestSilenceEndsTheCaseExactlyAtItsDeadline(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"default seller_response"}, b.row.history())
	require.Equal(t, 5*day, b.elapsed())
	require.Equal(t, []string{"120h0m0s"}, b.started)
	require.Equal(t, 2, b.row.steps, "one when the run begins, one when it is due")
}

func TestCommandsAndDeadlinesAreTakenInTheOrderOfTheirTime(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "reminder", at: b.begin.Add(2 * day)}, {name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.after(day, func() { b.send("post_message") })
	b.after(3*day, func() { b.send("submit_evidence") })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"post_message", "default reminder", "submit_evidence", "default seller_response"}, b.row.history())
	require.Equal(t, map[string]error{"post_message 1": nil, "submit_evidence 2": nil}, b.answers)
	require.Equal(t, map[string]time.Duration{"post_message 1": day, "submit_evidence 2": 3 * day}, b.answered)
	require.Equal(t, []string{"48h0m0s", "72h0m0s"}, b.started, "a command that moves no deadline leaves the timer alone")
	require.Zero(t, b.cancelled)
	require.Equal(t, 5, b.row.steps)
}

func TestUpdateInTheVeryTaskThatFiresTheDeadline(t *testing.T) {
	for name, arrive := range map[string]time.Duration{"in time": 5 * day, "a moment earlier": 5*day - time.Microsecond, "late": 5*day + time.Microsecond} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
			due5 := b.begin.Add(5 * day)
			b.row.due = []due{{name: "seller_response", at: due5, then: closes}}
			b.after(arrive, func() { b.send("post_message") })
			b.run()
			require.NoError(t, b.env.GetWorkflowError())
			if arrive <= 5*day {
				require.Equal(t, []string{"post_message", "default seller_response"}, b.row.history())
				require.NoError(t, b.answers["post_message 1"])
			} else {
				require.Equal(t, "default seller_response", b.row.history()[0])
			}
		})
	}
}

func TestTimerIsCancelledWhenItsDeadlineIsGone(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day)}}
	b.after(day, func() { b.send("escalate") })
	b.after(2*day, func() { b.send("withdraw") })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, 1, b.cancelled)
	require.Zero(t, b.fired)
	require.Equal(t, 2*day, b.elapsed())
}

func TestTimerThatFiredTooEarlyIsSetAgainByWhatIsLeft(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.after(4*day, func() { b.row.late = 90 * time.Minute }) // the database's clock is put back
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"120h0m0s", "1h30m0s"}, b.started)
	require.Equal(t, 5*day+90*time.Minute, b.elapsed())
}

func TestTimerIsRoundedUpToTheMillisecondsOfTheEngine(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(time.Hour + time.Microsecond), then: closes}}
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"1h0m0.001s"}, b.started)
	require.Equal(t, 2, b.row.steps)
}

func TestCaseOnATestClockSetsNoTimer(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation", onTestClock: true}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(time.Hour), then: closes}}
	b.after(day, func() {
		b.row.onTestClock = false // as when the clock stands at the due during an advance
		b.wake()
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Empty(t, b.started)
	require.Equal(t, []string{"default seller_response"}, b.row.history())
}

func TestManyWakesAtOnceAreOneStep(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.after(day, func() {
		b.row.knock("freeze")
		b.wake()
		b.wake()
		b.wake()
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"freeze", "default seller_response"}, b.row.history())
	require.LessOrEqual(t, b.row.steps, 4)
}

func TestDeliveryOfTheWrongShapeIsRefusedAndLeavesNoTrace(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.after(day, func() {
		b.deliver("post_message", contract.Delivery{Case: "dsp_other", Sequence: 1})
		b.deliver("offer", contract.Delivery{Case: "dsp_1"})
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	for _, id := range []string{"post_message 1", "offer 0"} {
		var refusal *temporal.ApplicationError
		require.ErrorAs(t, b.answers[id], &refusal)
		require.Equal(t, contract.ErrTypeShape, refusal.Type())
	}
	require.Equal(t, 2, b.row.steps)
}

func TestClosingAnswersWhoeverWaits(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.after(day, func() {
		b.send("withdraw")
		b.send("post_message")
		b.send("offer")
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, map[string]error{"withdraw 1": nil, "post_message 2": nil, "offer 3": nil}, b.answers)
	require.Equal(t, []string{"withdraw", "post_message refused: case_closed", "offer refused: case_closed"}, b.row.history())
	require.Equal(t, day, b.elapsed())
}

func TestCommandForAClosedCaseIsAnsweredByARunOfItsOwn(t *testing.T) {
	b := newBench(t, &row{stage: "final", closed: true}, shell.Options{})
	b.after(0, func() { b.send("post_message") })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Zero(t, b.elapsed())
}

func TestNobodyWaitsForASequenceThatTheRowDoesNotHave(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.after(day, func() { b.deliver("offer", contract.Delivery{Case: "dsp_1", Sequence: 7}) })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.NoError(t, b.answers["offer 7"])
	require.Equal(t, day, b.answered["offer 7"])
	require.Equal(t, 3, b.row.steps)
}

func TestRowBehindItsRunStopsTheCase(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day)}}
	b.after(day, func() { b.send("concede") })
	b.row.failTransfer = func(int) error { return errors.New("not yet") }
	b.after(day+time.Minute, func() {
		b.row.commands, b.row.applied, b.row.revision, b.row.todo = nil, 0, 0, nil
		b.wake()
	})
	b.run()
	require.ErrorContains(t, b.env.GetWorkflowError(), "row of dsp_1 is behind its run: applied 0 after 1, revision 0 after 1")
}

func TestNoSuchCaseEndsTheRunAndAnswersWhoeverWaits(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	b.after(day, func() {
		b.row.id = "dsp_gone"
		b.deliver("offer", contract.Delivery{Case: "dsp_1", Sequence: 1})
	})
	b.run()
	var failure *temporal.ApplicationError
	require.ErrorAs(t, b.env.GetWorkflowError(), &failure)
	require.Equal(t, contract.ErrTypeNoSuchCase, failure.Type())
	require.NoError(t, b.answers["offer 1"])
	require.Equal(t, 2, b.row.steps, "not tried again")
}

func TestContinueAsNewPassesNothingButTheCase(t *testing.T) {
	r := &row{stage: "negotiation"}
	b := newBench(t, r, shell.Options{ContinueAfter: 1})
	b.env.SetCurrentHistoryLength(40)
	due5 := b.begin.Add(5 * day)
	r.due = []due{{name: "seller_response", at: due5, then: closes}}
	b.run()
	next := continued(t, b.env.GetWorkflowError())
	require.Equal(t, contract.CaseInput{Case: "dsp_1", Kind: casefile.KindDispute}, next)

	second := newBench(t, r, shell.Options{})
	r.due[0].at = second.begin.Add(5 * day)
	second.after(day, func() { second.send("post_message") })
	second.env.ExecuteWorkflow(contract.WorkflowDispute, next)
	require.NoError(t, second.env.GetWorkflowError())
	require.Equal(t, []string{"post_message", "default seller_response"}, r.history())
}

func TestContinueAsNewWaitsForEffectsAndForThoseWhoWait(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(30 * day), then: closes}}
	b.row.failTransfer = func(try int) error {
		if try < 4 {
			return errors.New("not yet")
		}
		return nil
	}
	b.after(day, func() { b.send("concede") })
	b.after(day+500*time.Millisecond, func() {
		b.env.SetContinueAsNewSuggested(true)
		b.send("offer")
	})
	b.run()
	continued(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"concede", "offer", "confirm_transfer"}, b.row.history())
	require.Len(t, b.row.transfers, 4)
	require.Equal(t, map[string]error{"concede 1": nil, "offer 2": nil}, b.answers)
	require.Equal(t, day+1750*time.Millisecond, b.elapsed(), "the three pauses between four tries")
}

func continued(t *testing.T, err error) contract.CaseInput {
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, err, &again)
	require.Equal(t, contract.WorkflowDispute, again.WorkflowType.Name)
	var in contract.CaseInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	return in
}
