package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"recourse/contract"
	"recourse/devstack/stack"
)

func TestOperatorsSeeWhatARunIsAbout(t *testing.T) {
	for name, options := range databases {
		t.Run(name, func(t *testing.T) {
			s := start(t, options(t))
			m := newMarket(t, s, "", nil)
			order := m.ordered(time.Now())
			m.delivered(order.ID)
			dispute := m.disputed(order.ID)
			run := disputeRun(dispute.ID)

			described, err := s.Engine.DescribeWorkflow(t.Context(), run, "")
			require.NoError(t, err)
			summary, err := described.GetStaticSummary()
			require.NoError(t, err)
			require.Equal(t, "dispute · not_as_described.damaged · 40.00 EUR · order "+order.ID, summary)

			details := currentDetails(t, s, run)
			for _, said := range []string{"**negotiation** · waiting_seller", "waiting for the seller",
				"seller response due " + dispute.OpenedAt.Add(5*24*time.Hour).UTC().Format(time.RFC3339), "[" + dispute.ID + "](" + s.URL() + "/cases/" + dispute.ID + ")"} {
				require.Contains(t, details, said)
			}

			require.Equal(t, contract.WorkflowDispute, described.WorkflowType.Name)
			shown := attributes(t, s, run)
			require.Equal(t, map[string]any{
				"RecourseKind": "dispute", "RecourseStage": "negotiation", "RecourseReason": "not_as_described.damaged",
				"RecourseOrder": order.ID, "RecourseSeller": m.seller, "RecourseAmount": int64(40_00),
			}, shown)

			query := "RecourseKind = 'dispute' AND RecourseStage = 'negotiation' AND RecourseSeller = '" + m.seller + "' AND RecourseAmount > 3000"
			m.eventually("the run is not found", func() bool { return count(t, s, query) == 1 })
		})
	}
}

func TestOperatorsSeeWhenSomethingIsDueOnATestClock(t *testing.T) {
	s := start(t, stack.Options{})
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := newMarket(t, s, testClock(t, s, began), nil)
	order := m.ordered(began)
	require.Contains(t, currentDetails(t, s, orderRun(order.ID)), "due 2026-03-02T12:00:00Z, on its test clock")
}

func TestHistoriesHoldNothingThatAPartyWrote(t *testing.T) {
	s := start(t, stack.Options{})
	m := newMarket(t, s, "", nil)
	order := m.ordered(time.Now())
	m.delivered(order.ID)
	dispute := m.disputed(order.ID)
	m.said(dispute.ID, "Ring at Lindqvist.")

	for _, run := range []string{orderRun(order.ID), disputeRun(dispute.ID)} {
		history := s.Engine.GetWorkflowHistory(t.Context(), run, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for history.HasNext() {
			event, err := history.Next()
			require.NoError(t, err)
			text := event.String()
			for _, personal := range []string{"Lindqvist", "cracked", "75011", m.buyer} {
				require.NotContains(t, text, personal)
			}
		}
	}
}

// currentDetails are the lines that Temporal's web page shows of a run as it stands.
func currentDetails(t *testing.T, s *stack.Stack, run string) string {
	t.Helper()
	value, err := s.Engine.QueryWorkflow(t.Context(), run, "", "__temporal_workflow_metadata")
	require.NoError(t, err)
	var metadata sdkpb.WorkflowMetadata
	require.NoError(t, value.Get(&metadata))
	return metadata.CurrentDetails
}

// attributes are the search attributes of a run that are ours.
func attributes(t *testing.T, s *stack.Stack, run string) map[string]any {
	t.Helper()
	described, err := s.Engine.DescribeWorkflowExecution(t.Context(), run, "")
	require.NoError(t, err)
	shown := map[string]any{}
	for name, payload := range described.WorkflowExecutionInfo.SearchAttributes.GetIndexedFields() {
		if _, ours := contract.SearchAttributes()[name]; ours {
			shown[name] = decoded(t, payload)
		}
	}
	return shown
}

func decoded(t *testing.T, payload *commonpb.Payload) any {
	t.Helper()
	if string(payload.Metadata["type"]) == "Int" {
		var number int64
		require.NoError(t, converter.GetDefaultDataConverter().FromPayload(payload, &number))
		return number
	}
	var text string
	require.NoError(t, converter.GetDefaultDataConverter().FromPayload(payload, &text))
	return text
}

// count is how many runs a query of an operator finds.
func count(t *testing.T, s *stack.Stack, query string) int64 {
	t.Helper()
	answer, err := s.Engine.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	require.NoError(t, err)
	return answer.Count
}
