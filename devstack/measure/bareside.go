package measure

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"recourse/bench/bare"
	"recourse/internal/identifier"
)

// bareRun is one run of a script, driven by a client with nothing around it. It is addressed as ours are, so that both
// histories carry identifiers of the same length.
type bareRun struct {
	engine   client.Client
	script   string
	id       string
	name     string
	sequence atomic.Int64
}

// bareCase is a run that does not exist yet: the first message starts it.
func (s *system) bareCase(script, kind, prefix string) *bareRun {
	id := identifier.New(prefix)
	return &bareRun{engine: s.engine, script: script, id: id, name: kind + "/" + id}
}

// send delivers one message as an update and waits for its end. The first message of a run starts it.
func (r *bareRun) send(ctx context.Context, update string) error {
	message := bare.Message{Case: r.id, Sequence: r.sequence.Add(1)}
	options := client.UpdateWorkflowOptions{UpdateID: identifier.New("cmd"), WorkflowID: r.name, UpdateName: update,
		Args: []any{message}, WaitForStage: client.WorkflowUpdateStageCompleted}
	var handle client.WorkflowUpdateHandle
	var err error
	if message.Sequence == 1 {
		start := r.engine.NewWithStartWorkflowOperation(bareOptions(r.name), r.script, message)
		handle, err = r.engine.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{StartWorkflowOperation: start, UpdateOptions: options})
	} else {
		handle, err = r.engine.UpdateWorkflow(ctx, options)
	}
	if err == nil {
		err = handle.Get(ctx, nil)
	}
	if err != nil {
		return fmt.Errorf("send %s to %s: %w", update, r.name, err)
	}
	return nil
}

// signal wakes the run, and starts it where there is none, as our relay does.
func (r *bareRun) signal(ctx context.Context) error {
	_, err := r.engine.SignalWithStartWorkflow(ctx, r.name, "wake", nil, bareOptions(r.name), r.script, bare.Message{Case: r.id})
	if err != nil {
		return fmt.Errorf("wake %s: %w", r.name, err)
	}
	return nil
}

// ended waits for the end of the run.
func (r *bareRun) ended(ctx context.Context) error {
	if err := r.engine.GetWorkflow(ctx, r.name, "").Get(ctx, nil); err != nil {
		return fmt.Errorf("wait for the end of %s: %w", r.name, err)
	}
	return nil
}

func bareOptions(id string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: id, TaskQueue: bare.TaskQueue, WorkflowTaskTimeout: 3 * time.Second,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING}
}

// play sends a script's messages in their order, each when what comes before it has happened.
func (r *bareRun) play(ctx context.Context, script bare.Script) error {
	var timer time.Duration
	for _, moment := range script.Moments {
		var err error
		switch moment.On {
		case bare.OnActivity: // comes by itself
		case bare.OnTimer:
			err = pause(ctx, timer+100*time.Millisecond)
		case bare.OnSignal:
			err = r.signal(ctx)
		default:
			err = r.send(ctx, moment.On)
		}
		if err != nil {
			return err
		}
		if moment.Timer > 0 {
			timer = moment.Timer
		}
	}
	return nil
}
