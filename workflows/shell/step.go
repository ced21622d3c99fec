package shell

import (
	"errors"
	"fmt"
	"math"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"recourse/contract"
)

// A step is a local activity: it costs one marker instead of three events and a task. Two short tries are enough when the
// database is well.
var stepHere = workflow.LocalActivityOptions{
	StartToCloseTimeout: 2 * time.Second,
	RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 50 * time.Millisecond, MaximumAttempts: 2},
}

// When it is not, the same step goes on as a regular activity, which the server retries for as long as it takes and
// operators see waiting. Its time is longer than the longest lock of a row that is still in order.
var stepAnywhere = workflow.ActivityOptions{
	StartToCloseTimeout: 10 * time.Second,
	RetryPolicy: &temporal.RetryPolicy{
		InitialInterval:    200 * time.Millisecond,
		BackoffCoefficient: 2,
		MaximumInterval:    10 * time.Second,
	},
	Summary: "the database did not answer at once",
}

// step brings the case up to date: stored commands and deadlines, decided in one transaction. Whatever knocks while it runs
// is seen by the next one.
func (r *run) step(ctx workflow.Context) error {
	for r.wakes.ReceiveAsync(nil) { // all of them: this step sees whatever they are about
	}
	r.timer.clear()
	r.effects.forget()
	asked := r.wanted

	var out contract.StepOutcome
	in := contract.StepInput{Case: r.in.Case, Applied: r.out.Applied, Revision: r.out.Revision, Shown: r.out.Summary}
	err := workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, stepHere), contract.ActivityStep, in).Get(ctx, &out)
	if err != nil && !final(err) {
		workflow.GetLogger(ctx).Warn("The step could not be taken at once and is tried until it can.", "case", r.in.Case, "error", err)
		err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, stepAnywhere), contract.ActivityStep, in).Get(ctx, &out)
	}
	if err != nil {
		return r.abandon(ctx, err)
	}

	if out.Applied < r.out.Applied || out.Revision < r.out.Revision {
		// The database was restored to an older point than this run has seen, and the activity did not look. Nothing is done
		// by itself: the task fails and is tried again, so the run stands still, visibly, until the right row is back or an
		// operator terminates the run and so accepts the row as it is.
		panic(fmt.Sprintf("row of %s is behind its run: applied %d after %d, revision %d after %d",
			r.in.Case, out.Applied, r.out.Applied, out.Revision, r.out.Revision))
	}
	if asked > out.Applied && out.Applied == r.out.Applied {
		r.missing = max(r.missing, asked) // nobody waits for ever for a sequence that the row does not have
	}
	out.Summary = out.Summary.After(r.out.Summary)
	r.out = out
	return nil
}

// abandon ends the run without a result. Those who wait are answered first; they look at the row, and find what it has.
func (r *run) abandon(ctx workflow.Context, cause error) error {
	if temporal.IsCanceledError(cause) {
		return fmt.Errorf("step %s: %w", r.in.Case, cause)
	}
	r.missing = math.MaxInt64
	if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
		return fmt.Errorf("answer those who wait for %s: %w", r.in.Case, err)
	}
	return temporal.NewApplicationErrorWithOptions("step "+r.in.Case+": no such case", contract.ErrTypeNoSuchCase,
		temporal.ApplicationErrorOptions{NonRetryable: true, Cause: cause})
}

// final says whether trying again cannot help: there is no such case, or the run is cancelled.
func final(err error) bool {
	var application *temporal.ApplicationError
	return temporal.IsCanceledError(err) || errors.As(err, &application) && application.Type() == contract.ErrTypeNoSuchCase
}
