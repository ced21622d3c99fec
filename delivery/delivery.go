// Package delivery brings what is stored at a case's door to the case's run, and starts the run where there is none. The
// command is safe before: a delivery that fails costs time, never the command.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"recourse/contract"
)

// ErrSilent: the engine did not answer in the caller's time. The command is stored and will be carried out; its row tells.
var ErrSilent = errors.New("the case has not answered yet")

// taskTimeout is after how long a task of a run that a worker took and lost is given to another. Ten seconds, the server's
// default, is what callers would wait after a worker was killed.
const taskTimeout = 3 * time.Second

// Case is the address of a case: its identifier and its kind.
type Case struct {
	ID   string
	Kind string
}

// Command is a stored command on its way. ID is that of its row, so the same command is never delivered twice to one run.
type Command struct {
	ID       string
	Name     string
	Case     Case
	Sequence int64
	Summary  contract.Summary // of the case, when the caller has it at hand; only a run that begins shows it
}

// Courier delivers. It may be used by many at once.
type Courier struct {
	Client    client.Client
	TaskQueue string // empty: contract.TaskQueue
	// Summarize tells of a case what a run that begins shows of itself. It is asked only for cases that are new, since the
	// others run already, and show what they are after their first step in any case. Nil, or an error: nothing is shown.
	Summarize func(ctx context.Context, caseID string) (contract.Summary, error)
}

// Deliver hands the command to its case and returns when the case has stepped. Then the command's row has the answer. When
// ctx ends first, or the engine is silent, it returns ErrSilent.
func (c *Courier) Deliver(ctx context.Context, command Command) error {
	summary := command.Summary
	if summary == (contract.Summary{}) {
		summary = c.summary(ctx, command.Case, command.Sequence)
	}
	options, workflowType, err := c.options(command.Case, summary)
	if err != nil {
		return err
	}
	for pause := pauseFirst; ; pause = min(2*pause, pauseMost) {
		err = c.update(ctx, command, options, workflowType)
		if err == nil {
			return nil
		}
		if !passing(err) || !wait(ctx, pause) {
			break
		}
	}
	if silent(ctx, err) {
		return fmt.Errorf("deliver %s to %s: %w", command.ID, options.ID, ErrSilent)
	}
	return fmt.Errorf("deliver %s to %s: %w", command.ID, options.ID, err)
}

// Healthy says whether the engine answers.
func (c *Courier) Healthy(ctx context.Context) error {
	if _, err := c.Client.CheckHealth(ctx, nil); err != nil {
		return fmt.Errorf("ask the engine how it is: %w", err)
	}
	return nil
}

// update sends the update, starting a run if there is none, and waits for its end. A case that is not new is nearly always
// running, and an update alone costs the engine less than one with a start.
func (c *Courier) update(ctx context.Context, command Command, options client.StartWorkflowOptions, workflowType string) error {
	update := client.UpdateWorkflowOptions{
		UpdateID:     command.ID,
		WorkflowID:   options.ID,
		UpdateName:   contract.UpdateName(command.Name),
		Args:         []any{contract.Delivery{Case: command.Case.ID, Sequence: command.Sequence}},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	}
	if command.Sequence > 1 {
		handle, err := c.Client.UpdateWorkflow(ctx, update)
		if err == nil {
			err = handle.Get(ctx, nil)
		}
		if !notRunning(err) {
			return err
		}
	}
	handle, err := c.Client.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: c.Client.NewWithStartWorkflowOperation(options, workflowType, input(command.Case)),
		UpdateOptions:          update,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// notRunning says whether there is no run that could take the update: never begun, over, terminated, lost.
func notRunning(err error) bool {
	var absent *serviceerror.NotFound
	return errors.As(err, &absent)
}

// Wake makes the case step soon. Sequence is the last one that is known of the case; 1 says that the case is new.
func (c *Courier) Wake(ctx context.Context, to Case, sequence int64) error {
	options, workflowType, err := c.options(to, c.summary(ctx, to, sequence))
	if err != nil {
		return err
	}
	_, err = c.Client.SignalWithStartWorkflow(ctx, options.ID, contract.SignalWake, nil, options, workflowType, input(to))
	if err != nil {
		return fmt.Errorf("wake %s: %w", options.ID, err)
	}
	return nil
}

// ErrOver: the case's last run has completed, and its row says that the case is open. The row is older than the run, as after
// a restore; an operator decides.
var ErrOver = errors.New("the case's run has completed and its row is open: was the database restored?")

// Revive makes a case step soon whose run should have stepped by itself: the run is woken, or begun anew where it was lost,
// terminated or failed. One that has completed stays so, which is ErrOver.
func (c *Courier) Revive(ctx context.Context, to Case) error {
	options, workflowType, err := c.options(to, c.summary(ctx, to, 1))
	if err != nil {
		return err
	}
	options.WorkflowIDReusePolicy = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	_, err = c.Client.SignalWithStartWorkflow(ctx, options.ID, contract.SignalWake, nil, options, workflowType, input(to))
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &started) {
		err = fmt.Errorf("%w (run %s)", ErrOver, started.RunId)
	}
	if err != nil {
		return fmt.Errorf("revive %s: %w", options.ID, err)
	}
	return nil
}

func input(to Case) contract.CaseInput { return contract.CaseInput{Case: to.ID, Kind: to.Kind} }

// options are those of a run that begins. Its place is never taken: a running one is used, a finished one is followed.
func (c *Courier) options(to Case, summary contract.Summary) (client.StartWorkflowOptions, string, error) {
	workflowType, ok := contract.WorkflowType(to.Kind)
	if !ok {
		return client.StartWorkflowOptions{}, "", fmt.Errorf("deliver to %s: no workflow for cases of kind %q", to.ID, to.Kind)
	}
	queue := c.TaskQueue
	if queue == "" {
		queue = contract.TaskQueue
	}
	return client.StartWorkflowOptions{
		ID:                       contract.WorkflowID(to.Kind, to.ID),
		TaskQueue:                queue,
		WorkflowTaskTimeout:      taskTimeout,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes:    contract.AttributesAtStart(to.Kind, summary),
		StaticSummary:            contract.StaticSummary(to.Kind, summary),
	}, workflowType, nil
}

// summary asks for what a new case shows. Showing it is worth no failure.
func (c *Courier) summary(ctx context.Context, of Case, sequence int64) contract.Summary {
	if c.Summarize == nil || sequence > 1 {
		return contract.Summary{}
	}
	summary, err := c.Summarize(ctx, of.ID)
	if err != nil {
		slog.WarnContext(ctx, "A run begins without saying what it is about.", "case", of.ID, "error", err)
		return contract.Summary{}
	}
	return summary
}

// The pauses between two tries of a delivery that met a run which was just ending.
const (
	pauseFirst = 20 * time.Millisecond
	pauseMost  = 500 * time.Millisecond
)

// lost is the type of the failure that the engine gives an update whose run ended under it: terminated by an operator.
const lost = "AcceptedUpdateCompletedWorkflow"

// passing says whether an error comes from the moment and not from the command: the run was about to continue as new, or
// was ended, just when the update arrived. The update has the command's ID, so sending it again does no harm.
func passing(err error) bool {
	var notReady *serviceerror.WorkflowNotReady
	var exhausted *serviceerror.ResourceExhausted
	var aborted *serviceerror.Aborted
	var failure *temporal.ApplicationError
	return errors.As(err, &notReady) || errors.As(err, &exhausted) || errors.As(err, &aborted) ||
		errors.As(err, &failure) && failure.Type() == lost
}

// wait waits for the pause and says whether there is still time.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// silent says whether an error means that nobody answered, rather than that somebody said no.
func silent(ctx context.Context, err error) bool {
	var waited *client.WorkflowUpdateServiceTimeoutOrCanceledError
	var unavailable *serviceerror.Unavailable
	var late *serviceerror.DeadlineExceeded
	return ctx.Err() != nil || errors.As(err, &waited) || errors.As(err, &unavailable) || errors.As(err, &late) ||
		errors.Is(err, context.DeadlineExceeded)
}
