package shell_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"recourse/contract"
	"recourse/domain/casefile"
	"recourse/workflows/shell"
)

func TestEffectRunsOnceHoweverOftenTheCaseSteps(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.failTransfer = func(try int) error {
		if try < 3 {
			return errors.New("the provider is silent")
		}
		return nil
	}
	b.after(day, func() { b.send("concede") })
	b.after(day+100*time.Millisecond, b.wake)
	b.after(day+300*time.Millisecond, func() { b.send("post_message") })
	b.after(2*day, func() { b.send("withdraw") })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"concede", "post_message", "confirm_transfer", "withdraw"}, b.row.history())
	require.Equal(t, []int64{1, 1, 1}, b.row.transfers, "three tries of one activity")
}

func TestEffectThatEndsDuringAStepIsNotStartedAgain(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	reading, reported := make(chan struct{}), make(chan struct{})
	report := sync.OnceFunc(func() { close(reported) })
	b.row.failTransfer = func(int) error {
		// Not before the transfer has begun, or the step that starts it would take the message too, and there were no later
		// step to end the transfer in.
		b.after(0, func() { b.send("post_message") })
		<-reading
		return nil
	}
	b.env.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		if info.ActivityType.Name == contract.ActivityTransfer {
			report()
		}
	})
	refused := 0
	b.row.beforeStep = func(int) error {
		if b.row.waiting("post_message") && refused < 2 { // the step of the message cannot be taken at once
			refused++
			return errors.New("connection refused")
		}
		return nil
	}
	read := false
	b.row.afterStep = func(int) {
		if history := b.row.history(); !read && len(history) > 0 && history[len(history)-1] == "post_message" {
			read = true // the row with the effect open; before the step answers, the effect reports and ends
			close(reading)
			<-reported
		}
	}
	b.after(day, func() { b.send("concede") })
	b.after(2*day, func() { b.send("withdraw") })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, 2, refused, "so that the step is an activity, while which others end")
	require.Equal(t, []string{"concede", "post_message", "confirm_transfer", "withdraw"}, b.row.history())
	require.Equal(t, []int64{1}, b.row.transfers)
}

func TestEffectThatIsAskedForAgainRestsFirst(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation", todo: []casefile.Effect{{Step: 9, Kind: casefile.EffectTransfer}}}, shell.Options{})
	b.env.OnActivity(contract.ActivityTransfer, mock.Anything, mock.Anything).Return(nil).Times(2) // ends, and reports nothing
	b.env.OnActivity(contract.ActivityTransfer, mock.Anything, mock.Anything).Return(b.row.Transfer)
	b.after(day, func() { b.send("withdraw") })
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"1m0s", "1m0s"}, b.started)
	require.Equal(t, []string{"confirm_transfer", "withdraw"}, b.row.history())
}

func TestUnknownEffectDoesNotStopTheCase(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation", todo: []casefile.Effect{{Step: 9, Kind: "teleport"}}}, shell.Options{})
	b.after(day, func() { b.send("post_message") })
	b.after(2*day, func() {
		b.row.todo = nil
		b.send("withdraw")
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, []string{"post_message", "withdraw"}, b.row.history())
}

func TestClosedCaseWaitsForItsEffects(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.failTransfer = func(try int) error {
		if try < 2 {
			return errors.New("the provider is silent")
		}
		return nil
	}
	b.after(day, func() {
		b.send("concede")
		b.send("withdraw")
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, map[string]error{"concede 1": nil, "withdraw 2": nil}, b.answers)
	require.Equal(t, day+250*time.Millisecond, b.elapsed())
}

func TestStepThatFailsGoesOnAsARegularActivity(t *testing.T) {
	b := newBench(t, &row{stage: "negotiation"}, shell.Options{})
	b.row.due = []due{{name: "seller_response", at: b.begin.Add(5 * day), then: closes}}
	var down bool
	failures := 0
	b.row.beforeStep = func(int) error {
		if down && failures < 5 {
			failures++
			return errors.New("connection refused")
		}
		return nil
	}
	b.after(day, func() {
		down = true
		b.send("post_message")
	})
	b.run()
	require.NoError(t, b.env.GetWorkflowError())
	require.Equal(t, 5, failures, "two short tries here, three anywhere")
	require.NoError(t, b.answers["post_message 1"])
	require.Equal(t, day+1450*time.Millisecond, b.answered["post_message 1"], "0.05, 0.2, 0.4 and 0.8 s between the tries")
	require.Equal(t, []string{"post_message", "default seller_response"}, b.row.history())
	require.Equal(t, 5*day, b.elapsed())
}
