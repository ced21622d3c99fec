package bench_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"recourse/bench"
)

func event(kind enumspb.EventType) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: kind}
}

func marker(task int64, attempt string) *historypb.HistoryEvent {
	e := event(enumspb.EVENT_TYPE_MARKER_RECORDED)
	e.Attributes = &historypb.HistoryEvent_MarkerRecordedEventAttributes{MarkerRecordedEventAttributes: &historypb.MarkerRecordedEventAttributes{
		WorkflowTaskCompletedEventId: task,
		Details:                      map[string]*commonpb.Payloads{"data": {Payloads: []*commonpb.Payload{{Data: []byte(`{"Attempt":` + attempt + `}`)}}}},
	}}
	return e
}

func TestHistoryIsCountedByUnits(t *testing.T) {
	task := []*historypb.HistoryEvent{event(enumspb.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED), event(enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED),
		event(enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)}
	activity := []*historypb.HistoryEvent{event(enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), event(enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED),
		event(enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED)}
	activity[1].Attributes = &historypb.HistoryEvent_ActivityTaskStartedEventAttributes{
		ActivityTaskStartedEventAttributes: &historypb.ActivityTaskStartedEventAttributes{Attempt: 1}}
	events := []*historypb.HistoryEvent{event(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)}
	events = append(events, task...)
	events = append(events, event(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED), marker(4, "1"), marker(4, "1"),
		event(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED), event(enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES),
		event(enumspb.EVENT_TYPE_TIMER_STARTED), event(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED), event(enumspb.EVENT_TYPE_TIMER_CANCELED))
	events = append(events, activity...)
	events = append(events, event(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED))

	h := bench.Count(events)
	require.Equal(t, bench.Units{Tasks: 1, Activities: 1, Markers: 2, Timers: 1, Signals: 1, Updates: 1, Upserts: 1}, h.Units)
	require.Equal(t, len(events), h.Events)
	require.Equal(t, h.Units.Events(), h.Events, "the formula and the history agree")
	require.Equal(t, 7, h.Actions, "start, update, one task with local activities, upsert, timer, signal, activity")
	require.Zero(t, h.Retries)
	require.Zero(t, h.Other)
}

func TestRetriesAreSeenWhereverTheyHappen(t *testing.T) {
	again := event(enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED)
	again.Attributes = &historypb.HistoryEvent_ActivityTaskStartedEventAttributes{
		ActivityTaskStartedEventAttributes: &historypb.ActivityTaskStartedEventAttributes{Attempt: 3}}
	h := bench.Count([]*historypb.HistoryEvent{again, marker(7, "2"), event(enumspb.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT),
		event(enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED), event(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)})
	require.Equal(t, 2+1+1+1, h.Retries)
	require.Equal(t, 1, h.Other)
}
