// Package shell is the durable shell that drives every case. The case's row decides, under its lock; the shell keeps time
// and order: it knocks (Step) whenever somebody asks or something is due, runs the effects that the case asked for, holds
// the one live timer, and answers those who wait. It carries no state of the case and no rule, so both may change while
// cases are open.
package shell

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"recourse/contract"
)

// Options are what a worker decides for all its runs.
type Options struct {
	// Desk is the address under which people open a case ("https://desk.example/cases"). It is shown and decides nothing,
	// so that it may change without harm to a run.
	Desk string
	// ContinueAfter makes a run continue as new after that many events. Zero leaves it to the server's suggestion; tests
	// use it to get many short runs.
	ContinueAfter int
}

// Case is the workflow of one case, from its first command until it is over.
func (o Options) Case(ctx workflow.Context, in contract.CaseInput) error {
	r := &run{in: in, effects: newEffects()}
	r.out.Applied, r.out.Revision = in.Applied, in.Revision
	r.board.begin(ctx, o.Desk, in)
	if err := r.listen(ctx); err != nil { // before anything blocks: what arrives first must find its handler
		return err
	}
	for {
		if err := r.step(ctx); err != nil {
			return err
		}
		if err := r.board.show(ctx, r.out); err != nil {
			return err
		}
		r.effects.start(ctx, in.Case, r.out.Todo)
		r.timer.set(ctx, r.out)

		full := o.full(ctx)
		leave := func() bool { return (r.out.Closed || full) && r.quiet(ctx) }
		if err := workflow.Await(ctx, func() bool { return r.knocked() || leave() }); err != nil {
			return fmt.Errorf("wait for what %s needs next: %w", in.Case, err)
		}
		switch {
		case r.knocked(): // also when everything else is ready to leave: nobody is left standing
		case r.out.Closed:
			return nil
		default:
			next := contract.CaseInput{Case: in.Case, Kind: in.Kind, Applied: r.out.Applied, Revision: r.out.Revision}
			return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, next)
		}
	}
}

// full says whether the history is long enough to go on with a fresh one.
func (o Options) full(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() || o.ContinueAfter > 0 && info.GetCurrentHistoryLength() >= o.ContinueAfter
}

// run is what one run of a case remembers. Losing it is harmless: the next run begins again from the row.
type run struct {
	in      contract.CaseInput
	out     contract.StepOutcome // of the last step
	wanted  int64                // the highest sequence that somebody asked for
	missing int64                // a step looked for everything up to here and the row does not have it
	wakes   workflow.ReceiveChannel
	timer   timer
	effects effects
	board   board
}

// knocked says whether there is a reason to step again. Await asks it, so it changes nothing.
func (r *run) knocked() bool {
	return r.wakes.Len() > 0 || r.wanted > max(r.out.Applied, r.missing) || r.timer.fired() || len(r.effects.ended) > 0
}

// quiet says whether the run could end now without leaving anything behind.
func (r *run) quiet(ctx workflow.Context) bool {
	return len(r.effects.running) == 0 && workflow.AllHandlersFinished(ctx)
}
