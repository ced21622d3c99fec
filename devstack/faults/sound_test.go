package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/worker"

	"recourse/devstack/stack"
	"recourse/store/audit"
	"recourse/worker/census"
	"recourse/workflows"
	"recourse/workflows/shell"
)

// examine is what `recourse doctor --deep` says, of the database and of the runs. Its own connections may have been cut by the
// fault; that they were is an error for each of them, once.
func (s *system) examine() ([]*audit.Check, error) {
	s.Helper()
	report, err := audit.Run(s.Context(), s.store, audit.Options{Deep: true, Grace: 10 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	checks, err := census.Take(s.Context(), s.ground.engine, s.store, census.Options{Namespace: stack.Namespace, TaskQueue: s.queue, Grace: 5 * time.Second})
	if err != nil {
		return nil, fmt.Errorf("census: %w", err)
	}
	return append(report.Checks, checks...), nil
}

// sound checks the invariants on what a fault left behind, and replays every history that it made.
func (s *system) sound() {
	s.Helper()
	wrong := []string{"nobody has looked"}
	defer func() {
		for _, w := range wrong {
			s.Log(w)
		}
	}()
	until(s.T, "something is wrong", func() bool { // a run may be just about to end
		wrong = nil
		checks, err := s.examine()
		if err != nil {
			wrong = append(wrong, err.Error())
		}
		for _, c := range checks {
			for _, f := range c.Findings {
				wrong = append(wrong, fmt.Sprintf("%s %s: %s: %s", c.Invariant, c.Name, f.Where, f.What))
			}
		}
		return len(wrong) == 0
	})
	require.NotZero(s.T, s.replayed())
}

// replayed is I8: every history of this system is what the present code would do. It says how many there are.
func (s *system) replayed() int {
	s.Helper()
	replayer := worker.NewWorkflowReplayer()
	workflows.Register(replayer, shell.Options{})
	runs := s.runs("")
	for _, r := range runs {
		history := s.history(r[0], r[1])
		if len(history.Events) < 4 {
			continue // it has not begun
		}
		require.NoError(s.T, replayer.ReplayWorkflowHistory(nil, history), "%s", r[0])
	}
	return len(runs)
}

// runs are the workflow and run IDs of this system that the query finds.
func (s *system) runs(query string) [][2]string {
	s.Helper()
	var found [][2]string
	var next []byte
	for {
		page, err := s.ground.engine.ListWorkflow(s.Context(), &workflowservice.ListWorkflowExecutionsRequest{Namespace: stack.Namespace,
			Query: "TaskQueue = '" + s.queue + "'" + query, PageSize: 1000, NextPageToken: next})
		require.NoError(s.T, err)
		for _, e := range page.Executions {
			found = append(found, [2]string{e.Execution.WorkflowId, e.Execution.RunId})
		}
		if next = page.NextPageToken; len(next) == 0 {
			return found
		}
	}
}

func (s *system) history(workflow, run string) *historypb.History {
	s.Helper()
	history := &historypb.History{}
	events := s.ground.engine.GetWorkflowHistory(s.Context(), workflow, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(s.T, err)
		history.Events = append(history.Events, e)
	}
	return history
}

// tale is all that happened to an order and its disputes, and every movement of its money, with the identifiers numbered in
// the order in which they appear. Two runs of one story on a test clock tell the same, to the microsecond.
func (st *story) tale(ctx context.Context, t *testing.T) []string {
	t.Helper()
	var lines []string
	events, _, err := st.system.store.OrderTimeline(ctx, st.order, "", 0)
	require.NoError(t, err)
	for _, e := range events {
		data, err := json.Marshal(e.Data)
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%s %s %d %s by %s %s: %s", e.At.Format(time.RFC3339Nano), e.Case, e.Sequence, e.Type, e.By.Role, e.By.ID, data))
	}
	moved, err := st.system.store.Transfers(ctx, st.order)
	require.NoError(t, err)
	for _, m := range moved {
		postings, err := json.Marshal(m.Postings)
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%s step %d %s for %s: %s", m.At.Format(time.RFC3339Nano), m.Step, m.Verb, m.Cause, postings))
	}
	return numbered(lines)
}

var (
	identifiers = regexp.MustCompile(`\b([a-z]{3})_[0-9A-Z]{26}\b`)
	hashes      = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
)

func numbered(lines []string) []string {
	names := map[string]string{}
	text := identifiers.ReplaceAllStringFunc(strings.Join(lines, "\n"), func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("%s#%d", id[:3], len(names)+1)
		}
		return names[id]
	})
	return strings.Split(hashes.ReplaceAllString(text, "a hash"), "\n")
}
