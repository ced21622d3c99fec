package activities

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"recourse/contract"
	"recourse/store"
)

// Stepper is the recording transaction: it brings a case up to date under its lock. Run again, it finds nothing new and
// returns the same. A row that is behind what the run has seen is left as it is.
type Stepper interface {
	StepFrom(ctx context.Context, caseID string, seen store.Mark) (store.StepResult, error)
}

// Steps takes steps.
type Steps struct {
	Store Stepper
	// Nudge is told of the other cases that a step left something for, after it is committed. It must not block: a step
	// holds up a workflow task, and what is not nudged is found by polling.
	Nudge  func(store.CaseRef)
	Logger *slog.Logger
}

// Step carries out what is stored at the case's door and what is due.
func (s *Steps) Step(ctx context.Context, in contract.StepInput) (out contract.StepOutcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The transaction is rolled back. Neither the value nor the stack goes into a history.
			err = failure(ctx, s.Logger, contract.ErrTypeStep, "step "+in.Case, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	result, err := s.Store.StepFrom(ctx, in.Case, store.Mark{Applied: in.Applied, Revision: in.Revision})
	if err != nil {
		return contract.StepOutcome{}, failure(ctx, s.Logger, contract.ErrTypeStep, "step "+in.Case, err)
	}
	if s.Nudge != nil {
		for _, other := range result.Touched {
			if other.Sequence > 1 { // a new case is begun by whoever opened it, who waits for it; a wake beside that costs four events
				s.Nudge(other)
			}
		}
	}
	out = contract.StepOutcome{
		Applied:  result.Applied,
		Revision: result.Revision,
		NextDue:  result.NextDue,
		Now:      result.Now,
		Deadline: result.Next.Name,
		Todo:     result.Todo,
		Closed:   result.Closed,
		Summary:  contract.Summarize(result.Summary).Since(in.Shown),
	}
	switch {
	case result.Awaited.Name != "":
		out.Awaits, out.Shows = result.Awaited.Name, result.Awaited.DueAt
	case result.NextDue.IsZero():
		out.Shows = result.Next.DueAt
	}
	return out, nil
}
