package bench

import (
	"encoding/json"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/proto"
)

// History is what one run has cost, as the server tells it.
type History struct {
	Units
	Events      int   `json:"events"`
	Bytes       int64 `json:"bytes"`
	Transitions int64 `json:"state_transitions"`
	Actions     int   `json:"actions"`
	Retries     int   `json:"retries"` // of activities, local ones included, and of workflow tasks
	Other       int   `json:"other"`   // events that are no unit's

	BytesBy map[string]int `json:"bytes_by"` // kind of event, encoded each by itself
}

// Count counts the events of a run. Bytes and transitions are the server's own figures and come from its description.
func Count(events []*historypb.HistoryEvent) History {
	h := History{Events: len(events), BytesBy: map[string]int{}}
	steps := map[int64]bool{} // tasks in which local activities ran: one action, however many
	tries := 0
	for _, e := range events {
		h.BytesBy[e.EventType.String()] += proto.Size(e)
		switch e.EventType {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
			enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED, enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
			enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, enumspb.EVENT_TYPE_TIMER_FIRED, enumspb.EVENT_TYPE_TIMER_CANCELED,
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
			// counted with the event that began them
		case enumspb.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED:
			h.Tasks++
		case enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED, enumspb.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
			h.Retries++
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			h.Activities++
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED:
			more := int(e.GetActivityTaskStartedEventAttributes().GetAttempt()) - 1
			h.Retries += more
			tries += more
		case enumspb.EVENT_TYPE_MARKER_RECORDED:
			marker := e.GetMarkerRecordedEventAttributes()
			h.Markers++
			steps[marker.GetWorkflowTaskCompletedEventId()] = true
			h.Retries += localRetries(marker)
		case enumspb.EVENT_TYPE_TIMER_STARTED:
			h.Timers++
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			h.Signals++
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			h.Updates++
		case enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
			h.Upserts++
		default:
			h.Other++
		}
	}
	h.Actions = h.Units.Actions() - h.Markers + len(steps) + tries
	return h
}

// localRetries reads from a local activity's marker how often it was tried again.
func localRetries(marker *historypb.MarkerRecordedEventAttributes) int {
	var data struct{ Attempt int }
	for _, payload := range marker.GetDetails()["data"].GetPayloads() {
		if json.Unmarshal(payload.GetData(), &data) == nil && data.Attempt > 1 {
			return data.Attempt - 1
		}
	}
	return 0
}
