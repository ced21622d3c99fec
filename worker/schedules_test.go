package worker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"recourse/contract"
)

// engine keeps one schedule, as the real one does.
type engine struct {
	client.ScheduleHandle
	kept    *client.Schedule
	broken  error
	updates int
}

func (e *engine) Create(_ context.Context, o client.ScheduleOptions) (client.ScheduleHandle, error) {
	if e.broken != nil {
		return nil, e.broken
	}
	if e.kept != nil {
		return nil, temporal.ErrScheduleAlreadyRunning
	}
	e.kept = &client.Schedule{Spec: &o.Spec, Action: o.Action, Policy: &client.SchedulePolicies{Overlap: o.Overlap}, State: &client.ScheduleState{}}
	return e, nil
}

func (e *engine) GetHandle(context.Context, string) client.ScheduleHandle { return e }

func (e *engine) Update(_ context.Context, o client.ScheduleUpdateOptions) error {
	update, err := o.DoUpdate(client.ScheduleUpdateInput{Description: client.ScheduleDescription{Schedule: *e.kept}})
	if errors.Is(err, temporal.ErrSkipScheduleUpdate) {
		return nil
	}
	e.kept, e.updates = update.Schedule, e.updates+1
	return err
}

func TestTheScheduleIsSetUpOnceAndKeepsItsPause(t *testing.T) {
	e := &engine{}
	require.NoError(t, planDetectors(t.Context(), e, "queue", time.Minute))
	action, ok := e.kept.Action.(*client.ScheduleWorkflowAction)
	require.True(t, ok)
	require.Equal(t, []any{contract.WorkflowSweepDetectors, "queue"}, []any{action.Workflow, action.TaskQueue})
	require.Empty(t, action.Args)

	e.kept.State.Paused = true
	require.NoError(t, planDetectors(t.Context(), e, "queue", time.Minute))
	require.Zero(t, e.updates, "a second worker changes nothing")
	require.NoError(t, planDetectors(t.Context(), e, "queue", time.Hour))
	require.Equal(t, 1, e.updates)
	require.Equal(t, time.Hour, e.kept.Spec.Intervals[0].Every)
	require.True(t, e.kept.State.Paused)
}

func TestAnEngineThatTakesNoScheduleIsSaid(t *testing.T) {
	broken := errors.New("no such namespace")
	require.ErrorIs(t, planDetectors(t.Context(), &engine{broken: broken}, "queue", time.Minute), broken)
}
