package shell

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"recourse/contract"
)

// timer is the one live timer of a case. It only starts a fence: whether something is really due is decided by the step
// that it causes, under the row's lock.
type timer struct {
	due    time.Time
	name   string
	future workflow.Future // nil: no timer
	cancel workflow.CancelFunc
}

// fired says whether the timer has fired and no step has begun since.
func (t *timer) fired() bool { return t.future != nil && t.future.IsReady() }

// clear forgets a timer that has fired, because a step begins that looks at what is due. One that is still running stays.
func (t *timer) clear() {
	if t.fired() {
		t.cancel()
		*t = timer{}
	}
}

// set makes the timer what the last step says: nothing if it is that already, else the old one is cancelled first. A timer
// that fired too early is set again by what is left, measured by the database's clock.
func (t *timer) set(ctx workflow.Context, out contract.StepOutcome) {
	if t.future != nil && !t.fired() && t.due.Equal(out.NextDue) && t.name == out.Deadline {
		return
	}
	if t.future != nil {
		t.cancel()
	}
	*t = timer{}
	if out.Closed || out.NextDue.IsZero() {
		return
	}
	length := out.NextDue.Sub(out.Now)
	if rest := length % time.Millisecond; rest > 0 {
		length += time.Millisecond - rest // the engine counts milliseconds, and early costs another step
	}
	if length <= 0 {
		length = time.Second // a step takes whatever is due; should one not, the history must not fill with timers
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	*t = timer{due: out.NextDue, name: out.Deadline, cancel: cancel}
	t.future = workflow.NewTimerWithOptions(timerCtx, length, workflow.TimerOptions{Summary: contract.TimerName(out.Deadline)})
}
