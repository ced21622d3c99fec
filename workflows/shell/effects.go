package shell

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"recourse/contract"
	"recourse/domain/casefile"
)

// effect is a task outside the database: a kind, and the sequence of the event that asked for it.
type effect = casefile.Effect

// An effect is idempotent by its case and step, so its time is short: a killed worker's effect waits the whole of it before
// another worker takes it. It is retried until the world answers.
var effectOptions = workflow.ActivityOptions{
	StartToCloseTimeout: 3 * time.Second,
	RetryPolicy: &temporal.RetryPolicy{
		InitialInterval:    250 * time.Millisecond,
		BackoffCoefficient: 2,
		MaximumInterval:    time.Minute,
	},
}

// effectPause is how long an effect rests that ended and is asked for all the same, so that no mistake fills the history.
const effectPause = time.Minute

// effects are those that this run has started. Each one reports by a command that is stored at the case's door, so its end
// is only a reason to step.
type effects struct {
	running map[effect]bool
	before  map[effect]bool // started earlier in this run
	ended   []effect
}

func newEffects() effects {
	return effects{running: map[effect]bool{}, before: map[effect]bool{}}
}

// start runs what the case asks for and what is not running yet.
func (e *effects) start(ctx workflow.Context, caseID string, todo []effect) {
	for _, task := range todo {
		if e.running[task] {
			continue
		}
		activity, known := activityOf(task.Kind)
		if !known {
			workflow.GetLogger(ctx).Error("This worker does not know an effect that the case asks for.", "case", caseID, "kind", task.Kind, "step", task.Step)
			continue
		}
		again := e.before[task]
		e.running[task], e.before[task] = true, true
		name := task.Kind + " " + strconv.FormatInt(task.Step, 10)
		workflow.GoNamed(ctx, name, func(ctx workflow.Context) {
			if again {
				if err := workflow.NewTimerWithOptions(ctx, effectPause, workflow.TimerOptions{Summary: name + " again"}).Get(ctx, nil); err != nil {
					return // the run is cancelled
				}
			}
			options := optionsOf(task.Kind)
			options.Summary = name
			input := contract.TransferInput{Case: caseID, Step: task.Step}
			err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), activity, input).Get(ctx, nil)
			if err != nil { // only an operator, or a case that is gone, ends an effect without a result
				workflow.GetLogger(ctx).Error("An effect ended without a result.", "case", caseID, "effect", name, "error", err)
			}
			e.ended = append(e.ended, task)
		})
	}
}

// forget lets go of those that ended, because a step begins that sees their results. Sooner would be wrong: a step in
// flight may not have seen them, and would have them started again.
func (e *effects) forget() {
	for _, task := range e.ended {
		delete(e.running, task)
	}
	e.ended = nil
}

// activityOf is the activity that carries out effects of the kind.
func activityOf(kind string) (string, bool) {
	switch kind {
	case casefile.EffectTransfer:
		return contract.ActivityTransfer, true
	case casefile.EffectScan:
		return contract.ActivityScanFile, true
	}
	return "", false
}

// scanWithin is what the largest file may take: its way to the scanner, two minutes there, and what is made of an image.
const scanWithin = 4 * time.Minute

// optionsOf are the times of an effect: a scan may take longer than anything at a provider.
func optionsOf(kind string) workflow.ActivityOptions {
	options := effectOptions
	if kind == casefile.EffectScan {
		options.StartToCloseTimeout = scanWithin
	}
	return options
}
