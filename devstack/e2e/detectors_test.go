package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	sdkclient "go.temporal.io/sdk/client"

	"recourse/api/client"
	"recourse/contract"
	"recourse/devstack/stack"
)

// In real time nobody asks for a pass: the engine's schedule starts it. Here it is triggered by hand, as an operator can.
func TestTheEnginesScheduleRunsTheDetectors(t *testing.T) {
	s := start(t, stack.Options{Detectors: time.Hour})
	m := newMarket(t, s, "", nil)
	for range 2 { // both are shipped under one number
		m.delivered(m.ordered(time.Now()).ID)
	}
	schedule := s.Engine.ScheduleClient().GetHandle(t.Context(), contract.ScheduleDetectors)
	found := func() []client.Detection {
		page := good(client.Result[client.DetectionPage](m.as("operator").ListDetections(t.Context(), &client.ListDetectionsParams{Subject: m.seller}))).in(t)
		return page.Data
	}
	// pass is one more run of the schedule, over when the engine says so.
	passes := 0
	pass := func() sdkclient.ScheduleActionResult {
		t.Helper()
		require.NoError(t, schedule.Trigger(t.Context(), sdkclient.ScheduleTriggerOptions{}))
		passes++
		var last sdkclient.ScheduleActionResult
		m.eventually("the schedule has started no pass", func() bool {
			described, err := schedule.Describe(t.Context())
			require.NoError(t, err)
			if described.Info.NumActions < passes || len(described.Info.RunningWorkflows) > 0 {
				return false
			}
			last = described.Info.RecentActions[len(described.Info.RecentActions)-1]
			return true
		})
		return last
	}
	var last sdkclient.ScheduleActionResult
	m.eventually("nothing was found", func() bool { // what happened in the last moments may still be on its way, and is left to the next pass
		last = pass()
		return len(found()) > 0
	})
	detection := found()[0]
	require.Equal(t, client.DetectorTracking, detection.Detector)
	require.NotEmpty(t, detection.Rows)
	report := good(client.Result[client.Report](m.as("operator").GetReport(t.Context(), detection.Report))).in(t)
	require.Equal(t, m.seller, report.Reported)
	pass()
	require.Len(t, found(), 1, "what is open is not opened again")
	points := good(client.Result[client.Standing](m.platform.GetStanding(t.Context(), m.seller, nil))).in(t)
	require.EqualValues(t, 12, points.Points, "what is found punishes nothing")

	started := last.StartWorkflowResult
	history := s.Engine.GetWorkflowHistory(t.Context(), started.WorkflowID, started.FirstExecutionRunID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	var types []enumspb.EventType
	for history.HasNext() {
		event, err := history.Next()
		require.NoError(t, err)
		require.NotContains(t, event.String(), m.seller)
		types = append(types, event.EventType)
	}
	require.Equal(t, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, types[len(types)-1])
}
