package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"recourse/contract"
)

// schedules is the part of the engine's client that sets schedules up.
type schedules interface {
	Create(ctx context.Context, options client.ScheduleOptions) (client.ScheduleHandle, error)
	GetHandle(ctx context.Context, id string) client.ScheduleHandle
}

// planTimeout bounds what a starting worker waits for its schedules.
const planTimeout = 10 * time.Second

// planDetectors sets up the schedule that runs the detectors, or gives the one that is there this length of time. Any number of
// workers may do so. A pass that still runs when the next is due is left to run; what was missed while the engine was down is
// not made up for, since the next pass reads all of it.
func planDetectors(ctx context.Context, engine schedules, queue string, every time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, planTimeout)
	defer cancel()
	spec := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: every}}}
	_, err := engine.Create(ctx, client.ScheduleOptions{
		ID:            contract.ScheduleDetectors,
		Spec:          spec,
		Action:        &client.ScheduleWorkflowAction{ID: contract.ScheduleDetectors, Workflow: contract.WorkflowSweepDetectors, TaskQueue: queue},
		Overlap:       enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
		CatchupWindow: every,
		Note:          "Runs the detectors over what happened since the last pass. It may be paused, and triggered by hand.",
	})
	if err == nil {
		return nil
	}
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("set up the schedule %s: %w", contract.ScheduleDetectors, err)
	}
	err = engine.GetHandle(ctx, contract.ScheduleDetectors).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			kept := in.Description.Schedule // a pause, and what an operator noted, stay
			if has := kept.Spec; has != nil && len(has.Intervals) == 1 && has.Intervals[0].Every == every {
				return nil, temporal.ErrSkipScheduleUpdate
			}
			kept.Spec = &spec
			return &client.ScheduleUpdate{Schedule: &kept}, nil
		}})
	if err != nil {
		return fmt.Errorf("change the schedule %s: %w", contract.ScheduleDetectors, err)
	}
	return nil
}
