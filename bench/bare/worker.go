package bare

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// NewWorker works on every script under its name, with the options of our own worker: what is compared is the work.
func NewWorker(c client.Client, scripts map[string]Script, steps Steps) worker.Worker {
	w := worker.New(c, TaskQueue, worker.Options{
		StickyScheduleToStartTimeout:            time.Second,
		MaxConcurrentWorkflowTaskPollers:        8,
		MaxConcurrentActivityTaskPollers:        4,
		MaxConcurrentActivityExecutionSize:      200,
		MaxConcurrentLocalActivityExecutionSize: 200,
	})
	for name, script := range scripts {
		w.RegisterWorkflowWithOptions(script.Run, workflow.RegisterOptions{Name: name})
	}
	w.RegisterActivity(&steps)
	return w
}

// Steps are the activities: nothing, or one row.
type Steps struct{ DB *sql.DB }

// Nothing does nothing.
func (Steps) Nothing(context.Context, Message) error { return nil }

// Insert writes one row.
func (s Steps) Insert(ctx context.Context, m Message) error {
	_, err := s.DB.ExecContext(ctx, `INSERT INTO bare (run, sequence) VALUES ($1, $2)`, m.Case, m.Sequence)
	if err != nil {
		return fmt.Errorf("insert a row: %w", err)
	}
	return nil
}
