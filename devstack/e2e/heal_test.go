package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"recourse/api/client"
	"recourse/devstack/stack"
	"recourse/worker"
)

func TestACommandBringsATerminatedRunBack(t *testing.T) {
	for name, options := range databases {
		t.Run(name, func(t *testing.T) {
			s := start(t, options(t))
			m := newMarket(t, s, "", nil)
			order := m.ordered(time.Now())
			m.delivered(order.ID)
			dispute := m.disputed(order.ID)

			require.NoError(t, s.Engine.TerminateWorkflow(t.Context(), disputeRun(dispute.ID), "", "a test"))
			m.said(dispute.ID, "Sorry to hear that.")
			require.Len(t, m.dispute(dispute.ID).Messages, 1)
			m.running(disputeRun(dispute.ID))
			m.whole(order.ID)
		})
	}
}

func TestTheRelayBringsATerminatedRunBack(t *testing.T) {
	s := start(t, stack.Options{Relay: worker.Pace{Poll: 50 * time.Millisecond, Overdue: 100 * time.Millisecond}})
	m := newMarket(t, s, "", map[string]any{"dispute.seller_response": "2s", "dispute.seller_response_reminders": "[]"})
	order := m.ordered(time.Now())
	m.delivered(order.ID)
	dispute := m.disputed(order.ID)

	require.NoError(t, s.Engine.TerminateWorkflow(t.Context(), disputeRun(dispute.ID), "", "a test"))
	m.eventually("nobody has come", func() bool { return m.dispute(dispute.ID).Status == client.StatusClosed })
	require.Equal(t, client.OutcomeDefaultSellerSilent, m.dispute(dispute.ID).Outcome)
	m.refunded(dispute.ID, 40_00)
	m.whole(order.ID)
}

func TestARunThatWasResetGoesOn(t *testing.T) {
	s := start(t, stack.Options{})
	m := newMarket(t, s, "", nil)
	order := m.ordered(time.Now())
	m.delivered(order.ID)
	dispute := m.disputed(order.ID)
	m.said(dispute.ID, "Sorry to hear that.")

	run := disputeRun(dispute.ID)
	_, err := s.Engine.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: stack.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: run}, Reason: "a test", RequestId: "reset-1",
		WorkflowTaskFinishEventId: firstTask(t, s, run),
	})
	require.NoError(t, err)
	m.said(dispute.ID, "We send you a new shade.")
	require.Len(t, m.dispute(dispute.ID).Messages, 2)
	m.running(run)
	m.whole(order.ID)
}

func TestARunThatWasResetGoesOnWithNobodyAfterIt(t *testing.T) {
	s := start(t, stack.Options{})
	m := newMarket(t, s, "", map[string]any{"dispute.seller_response": "3s", "dispute.seller_response_reminders": "[]"})
	order := m.ordered(time.Now())
	m.delivered(order.ID)
	dispute := m.disputed(order.ID)

	run := disputeRun(dispute.ID)
	_, err := s.Engine.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: stack.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: run}, Reason: "a test", RequestId: "reset-1",
		WorkflowTaskFinishEventId: firstTask(t, s, run),
	})
	require.NoError(t, err)
	m.eventually("the default was not taken", func() bool { return m.dispute(dispute.ID).Status == client.StatusClosed })
	m.refunded(dispute.ID, 40_00)
	m.whole(order.ID)
}

// firstTask is the event that ended the run's first task.
func firstTask(t *testing.T, s *stack.Stack, run string) int64 {
	t.Helper()
	history := s.Engine.GetWorkflowHistory(t.Context(), run, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		require.NoError(t, err)
		if event.EventType == enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED {
			return event.EventId
		}
	}
	require.Fail(t, "the run has ended no task")
	return 0
}

// running waits until the case has a run.
func (m *market) running(run string) {
	m.Helper()
	m.eventually("no run of "+run, func() bool {
		ctx, cancel := context.WithTimeout(m.Context(), time.Second)
		defer cancel()
		described, err := m.stack.Engine.DescribeWorkflowExecution(ctx, run, "")
		return err == nil && described.WorkflowExecutionInfo.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
	})
}

// refunded waits until the order has moved what its dispute awards, which it does by a step of its own.
func (m *market) refunded(dispute string, cents int64) {
	m.Helper()
	m.eventually("the money has not moved", func() bool { return m.dispute(dispute).Refunded.Amount == cents })
}

// whole checks what must hold whatever happened: every cent is somewhere, and each case's log has no gap.
func (m *market) whole(order string) {
	m.Helper()
	e := m.order(order).Escrow
	require.Equal(m.T, e.Captured.Amount, e.Held.Amount+e.Refunded.Amount+e.Released.Amount+e.Fees.Amount)
	next := map[string]int64{}
	for _, event := range m.timeline(order) {
		next[event.Case]++
		require.Equal(m.T, next[event.Case], event.Sequence, "the log of %s", event.Case)
	}
}
