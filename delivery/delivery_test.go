package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"recourse/contract"
	"recourse/delivery"
)

// engine remembers what it was asked for.
type engine struct {
	client.Client
	start  client.StartWorkflowOptions
	kind   any
	input  []any
	update client.UpdateWorkflowOptions
	signal string
	err    error // of the call
	result error // of the update
	calls  int
	first  []error // of the first calls
	absent bool    // there is no run that an update alone could reach
	alone  client.UpdateWorkflowOptions
}

func (e *engine) UpdateWorkflow(_ context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	e.alone = options
	if e.absent {
		return nil, fmt.Errorf("update: %w", serviceerror.NewNotFound("workflow execution already completed"))
	}
	return e.updated(options)
}

func (e *engine) updated(options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	e.calls++
	e.update = options
	if len(e.first) >= e.calls {
		return nil, e.first[e.calls-1]
	}
	return handle{err: e.result}, e.err
}

type operation struct {
	client.WithStartWorkflowOperation
}

func (e *engine) NewWithStartWorkflowOperation(options client.StartWorkflowOptions, workflow any, args ...any) client.WithStartWorkflowOperation {
	e.start, e.kind, e.input = options, workflow, args
	return operation{}
}

func (e *engine) UpdateWithStartWorkflow(_ context.Context, options client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return e.updated(options.UpdateOptions)
}

func (e *engine) SignalWithStartWorkflow(_ context.Context, _ string, signal string, _ any, options client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	e.calls++
	e.signal, e.start, e.kind, e.input = signal, options, workflow, args
	return nil, e.err
}

type handle struct {
	client.WorkflowUpdateHandle
	err error
}

func (h handle) Get(context.Context, any) error { return h.err }

var offer = delivery.Command{ID: "cmd_1", Name: "accept_offer", Case: delivery.Case{ID: "dsp_1", Kind: "dispute"}, Sequence: 4}

func TestDeliveryToARunIsAnUpdateAlone(t *testing.T) {
	e := &engine{}
	require.NoError(t, (&delivery.Courier{Client: e}).Deliver(t.Context(), offer))
	require.Nil(t, e.kind, "nothing was started")
	require.Equal(t, "cmd_1", e.alone.UpdateID)
	require.Equal(t, e.alone, e.update)
}

func TestTheFirstCommandOfACaseStartsItsRun(t *testing.T) {
	e := &engine{}
	first := offer
	first.Sequence = 1
	require.NoError(t, (&delivery.Courier{Client: e}).Deliver(t.Context(), first))
	require.Zero(t, e.alone, "nobody asks for a run that cannot be there")
	require.Equal(t, "Dispute", e.kind)
}

func TestDeliveryToACaseWithoutARunStartsOne(t *testing.T) {
	e := &engine{absent: true}
	courier := &delivery.Courier{Client: e, Summarize: func(context.Context, string) (contract.Summary, error) {
		t.Error("a case that has a run is not read")
		return contract.Summary{}, nil
	}}
	require.NoError(t, courier.Deliver(t.Context(), offer))
	require.Equal(t, "dispute/dsp_1", e.start.ID)
	require.Equal(t, contract.TaskQueue, e.start.TaskQueue)
	require.Equal(t, enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, e.start.WorkflowIDReusePolicy)
	require.Equal(t, enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING, e.start.WorkflowIDConflictPolicy)
	require.Equal(t, 3*time.Second, e.start.WorkflowTaskTimeout)
	require.Equal(t, "Dispute", e.kind)
	require.Equal(t, []any{contract.CaseInput{Case: "dsp_1", Kind: "dispute"}}, e.input)
	require.Equal(t, e.alone, e.update, "the same update, so that it is taken once")
	require.Equal(t, client.UpdateWorkflowOptions{UpdateID: "cmd_1", WorkflowID: "dispute/dsp_1", UpdateName: "acceptOffer",
		Args: []any{contract.Delivery{Case: "dsp_1", Sequence: 4}}, WaitForStage: client.WorkflowUpdateStageCompleted}, e.update)
}

func TestNewCaseShowsWhatItIsAbout(t *testing.T) {
	e := &engine{}
	summary := contract.Summary{Stage: "negotiation", Reason: "counterfeit", Order: "ord_1", Amount: 4550, Value: "45.50 EUR"}
	courier := &delivery.Courier{Client: e, TaskQueue: "queue", Summarize: func(_ context.Context, id string) (contract.Summary, error) {
		require.Equal(t, "dsp_1", id)
		return summary, nil
	}}
	require.NoError(t, courier.Wake(t.Context(), offer.Case, 1))
	require.Equal(t, contract.SignalWake, e.signal)
	require.Equal(t, "queue", e.start.TaskQueue)
	require.Equal(t, "dispute · counterfeit · 45.50 EUR · order ord_1", e.start.StaticSummary)
	require.Equal(t, contract.AttributesAtStart("dispute", summary), e.start.TypedSearchAttributes)

	courier.Summarize = func(context.Context, string) (contract.Summary, error) { return contract.Summary{}, errors.New("down") }
	require.NoError(t, courier.Wake(t.Context(), offer.Case, 1), "showing it is worth no failure")
	require.Equal(t, "dispute", e.start.StaticSummary)

	first := offer
	first.Sequence, first.Summary = 1, summary
	require.NoError(t, courier.Deliver(t.Context(), first))
	require.Equal(t, "dispute · counterfeit · 45.50 EUR · order ord_1", e.start.StaticSummary, "told by the caller")
}

func TestSilenceIsKnownFromRefusal(t *testing.T) {
	for name, c := range map[string]struct {
		engine engine
		silent bool
	}{
		"the caller's time is over": {engine{err: client.NewWorkflowUpdateServiceTimeoutOrCanceledError(context.DeadlineExceeded)}, true},
		"nobody there":              {engine{err: serviceerror.NewUnavailable("connection refused")}, true},
		"late":                      {engine{result: context.DeadlineExceeded}, true},
		"refused":                   {engine{err: serviceerror.NewInvalidArgument("unknown search attribute")}, false},
		"refused by the run":        {engine{result: errors.New("unknown update acceptOffer")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := (&delivery.Courier{Client: &c.engine}).Deliver(t.Context(), offer)
			require.ErrorContains(t, err, "deliver cmd_1 to dispute/dsp_1: ")
			require.Equal(t, c.silent, errors.Is(err, delivery.ErrSilent))
		})
	}
}

func TestRunThatWasJustEndingIsTriedAgain(t *testing.T) {
	e := &engine{first: []error{
		fmt.Errorf("failed workflow update: %w", serviceerror.NewWorkflowNotReady("unexpected workflow task failure")),
		serviceerror.NewResourceExhausted(enumspb.RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW, "the workflow is closing"),
		temporal.NewNonRetryableApplicationError("workflow completed", "AcceptedUpdateCompletedWorkflow", nil),
	}}
	require.NoError(t, (&delivery.Courier{Client: e}).Deliver(t.Context(), offer))
	require.Equal(t, 4, e.calls)

	e = &engine{err: serviceerror.NewWorkflowNotReady("again and again")}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, (&delivery.Courier{Client: e}).Deliver(ctx, offer), delivery.ErrSilent, "not for longer than the caller waits")
}

func TestUnknownKindIsNotDelivered(t *testing.T) {
	e := &engine{}
	courier := &delivery.Courier{Client: e}
	require.ErrorContains(t, courier.Wake(t.Context(), delivery.Case{ID: "pcl_1", Kind: "parcel"}, 1), `kind "parcel"`)
	require.ErrorContains(t, courier.Deliver(t.Context(), delivery.Command{ID: "cmd_1", Case: delivery.Case{ID: "pcl_1", Kind: "parcel"}}), `kind "parcel"`)
	require.Zero(t, e.calls)
}
