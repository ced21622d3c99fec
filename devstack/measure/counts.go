package measure

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"recourse/bench"
	"recourse/contract"
	"recourse/domain/casefile"
)

// endWithin bounds how long a run may take to end after the last message.
const endWithin = 2 * time.Minute

// history waits for the end of a run and reads from the server what it has cost.
func (s *system) history(ctx context.Context, workflowID string) (bench.History, error) {
	ctx, cancel := context.WithTimeout(ctx, endWithin)
	defer cancel()
	if err := s.engine.GetWorkflow(ctx, workflowID, "").Get(ctx, nil); err != nil {
		return bench.History{}, fmt.Errorf("wait for the end of %s: %w", workflowID, err)
	}
	var events []*historypb.HistoryEvent
	iterator := s.engine.GetWorkflowHistory(ctx, workflowID, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iterator.HasNext() {
		event, err := iterator.Next()
		if err != nil {
			return bench.History{}, fmt.Errorf("read the history of %s: %w", workflowID, err)
		}
		events = append(events, event)
	}
	h := bench.Count(events)
	described, err := s.engine.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return h, fmt.Errorf("describe %s: %w", workflowID, err)
	}
	info := described.GetWorkflowExecutionInfo()
	h.Bytes, h.Transitions = info.GetHistorySizeBytes(), info.GetStateTransitionCount()
	return h, nil
}

// reference is one of the cases of QUALITY 1.
type reference struct {
	name    string
	dispute bool
	play    func(*story, context.Context) error
}

// runs are the names of the case's runs, as the bounds have them.
func (r reference) runs() []string {
	if !r.dispute {
		return []string{r.name + " order"}
	}
	return []string{r.name + " order", r.name + " dispute"}
}

var references = []reference{
	{name: "P1", play: func(*story, context.Context) error { return nil }},
	{name: "D1", dispute: true, play: (*story).playD1},
	{name: "D2", dispute: true, play: (*story).playD2},
	{name: "D3", dispute: true, play: (*story).open},
}

// costs plays a reference case once, alone, and reads what its runs have cost, by the bounds' names.
func (c *court) costs(ctx context.Context, r reference, policy string) (map[string]bench.History, error) {
	s, err := c.newStory(ctx, policy)
	if err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context) error{s.purchase, s.arrive, func(ctx context.Context) error { return r.play(s, ctx) }} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	runs := map[string]string{r.name + " order": contract.WorkflowID(casefile.KindOrder, s.order)}
	if r.dispute {
		runs[r.name+" dispute"] = contract.WorkflowID(casefile.KindDispute, s.dispute)
	}
	costs := map[string]bench.History{}
	for name, run := range runs {
		if costs[name], err = c.system.history(ctx, run); err != nil {
			return nil, err
		}
	}
	return costs, nil
}
