// Package census holds the engine's runs against the database's rows: every open case has its run, every run has its case,
// and no run stands still. After a restore this is how it is known which cases the two disagree about. It changes nothing.
package census

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"recourse/contract"
	"recourse/store"
	"recourse/store/audit"
)

// Options say what to compare.
type Options struct {
	Namespace string
	TaskQueue string        // empty: contract.TaskQueue
	Grace     time.Duration // how new a case may be that has no run yet, and a run that is just ending
}

// row is an open case.
type row struct{ ID, Kind string }

// taker is one census.
type taker struct {
	engine             client.Client
	store              *store.Store
	options            Options
	rows               map[string]row // open cases by workflow ID
	cases, runs, still audit.Check
}

// Take compares. An error means that one of the two could not be asked.
func Take(ctx context.Context, engine client.Client, s *store.Store, o Options) ([]*audit.Check, error) {
	if o.TaskQueue == "" {
		o.TaskQueue = contract.TaskQueue
	}
	t := &taker{engine: engine, store: s, options: o,
		cases: audit.Check{Invariant: "I7", Name: "every open case has its run"},
		runs:  audit.Check{Invariant: "I7", Name: "every run has its open case"},
		still: audit.Check{Invariant: "I7", Name: "no run stands still"}}
	running, err := t.list(ctx, enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING)
	if err != nil {
		return nil, err
	}
	failed, err := t.list(ctx, enumspb.WORKFLOW_EXECUTION_STATUS_FAILED)
	if err != nil {
		return nil, err
	}
	if err := t.readRows(ctx); err != nil {
		return nil, err
	}
	for id, r := range t.rows {
		t.cases.Looked++
		if err := t.lookAtCase(ctx, id, r); err != nil {
			return nil, err
		}
	}
	all := append(running, failed...)
	slices.Sort(all)
	for _, id := range slices.Compact(all) {
		t.runs.Looked++
		if err := t.lookAtRun(ctx, id); err != nil {
			return nil, err
		}
	}
	return []*audit.Check{&t.cases, &t.runs, &t.still}, nil
}

// Names are the checks of a census, for a report of one that could not be taken.
func Names(why string) []*audit.Check {
	return []*audit.Check{{Invariant: "I7", Name: "every open case has its run", NotRun: why},
		{Invariant: "I7", Name: "every run has its open case", NotRun: why}, {Invariant: "I7", Name: "no run stands still", NotRun: why}}
}

func (t *taker) readRows(ctx context.Context) error {
	t.rows = map[string]row{}
	return t.store.Inspect(ctx, func(v store.View) error {
		var rows []row
		err := v.Query(&rows, `SELECT id, kind FROM cases WHERE NOT closed AND changed_at < ?`, v.Now().Add(-t.options.Grace))
		for _, r := range rows {
			t.rows[contract.WorkflowID(r.Kind, r.ID)] = r
		}
		return err
	})
}

// list is the workflow IDs of our runs with the status. What visibility does not show yet is asked for one by one.
func (t *taker) list(ctx context.Context, status enumspb.WorkflowExecutionStatus) ([]string, error) {
	types := make([]string, 0, len(contract.Kinds()))
	for _, kind := range contract.Kinds() {
		if name, ok := contract.WorkflowType(kind); ok {
			types = append(types, "'"+name+"'")
		}
	}
	query := fmt.Sprintf("WorkflowType IN (%s) AND ExecutionStatus = '%s' AND TaskQueue = '%s'", strings.Join(types, ", "), status, t.options.TaskQueue)
	var ids []string
	var next []byte
	for {
		page, err := t.engine.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Namespace: t.options.Namespace, PageSize: 1000,
			Query: query, NextPageToken: next})
		if err != nil {
			return nil, fmt.Errorf("list the runs: %w", err)
		}
		for _, e := range page.Executions {
			ids = append(ids, e.Execution.WorkflowId)
		}
		if next = page.NextPageToken; len(next) == 0 {
			slices.Sort(ids)
			return ids, nil
		}
	}
}

// lookAtCase: an open case has a run that runs.
func (t *taker) lookAtCase(ctx context.Context, id string, r row) error {
	run, err := t.engine.DescribeWorkflowExecution(ctx, id, "")
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &missing):
		t.cases.Find(r.ID, "it is open and has no run")
		return nil
	case err != nil:
		return fmt.Errorf("look at the run %s: %w", id, err)
	}
	status := run.WorkflowExecutionInfo.Status
	if status == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		t.cases.Find(r.ID, "it is open and its run has completed: the row is older than the run")
		return nil
	}
	if status != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.cases.Find(r.ID, "it is open and its run is %s", strings.ToLower(status.String()))
		return nil
	}
	t.still.Looked++
	for _, a := range run.PendingActivities {
		if a.LastFailure != nil && a.Attempt > 1 {
			t.still.Find(r.ID, "%s is tried for the %d. time: %s", a.ActivityType.Name, a.Attempt, a.LastFailure.Message)
		}
	}
	if task := run.PendingWorkflowTask; task != nil && task.Attempt > 2 {
		t.still.Find(r.ID, "a task of its run is tried for the %d. time", task.Attempt)
	}
	return nil
}

// lookAtRun: a run that runs has an open case, and one that failed has at least a row.
func (t *taker) lookAtRun(ctx context.Context, id string) error {
	if _, open := t.rows[id]; open {
		return nil
	}
	_, caseID, ok := contract.CaseOf(id)
	if !ok {
		t.runs.Find(id, "it is no run of a case")
		return nil
	}
	c, err := t.store.Case(ctx, caseID)
	if errors.Is(err, store.ErrNotFound) {
		t.runs.Find(id, "there is no case %s: the database is older than the run", caseID)
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the case of %s: %w", id, err)
	}
	if !c.Summary.Closed || c.Sequence > c.Applied {
		return nil // newer than the list of open cases
	}
	run, err := t.engine.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return fmt.Errorf("look at the run %s: %w", id, err)
	}
	info := run.WorkflowExecutionInfo
	if info.Status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING && time.Since(info.StartTime.AsTime()) > t.options.Grace && run.PendingWorkflowTask == nil {
		t.runs.Find(id, "its case is closed, and it runs")
	}
	return nil
}
