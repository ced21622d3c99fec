package shell

import (
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"recourse/contract"
)

// listen registers a handler for every command of the kind and the channel of wakes.
func (r *run) listen(ctx workflow.Context) error {
	options := workflow.UpdateHandlerOptions{Validator: r.validate}
	for _, command := range contract.Commands(r.in.Kind) {
		name := contract.UpdateName(command)
		if err := workflow.SetUpdateHandlerWithOptions(ctx, name, r.deliver, options); err != nil {
			return fmt.Errorf("handle the update %s: %w", name, err)
		}
	}
	// Wakes are counted where they arrive and taken by the next step: no coroutine of their own, which ten thousand open
	// cases would each keep in memory.
	r.wakes = workflow.GetSignalChannel(ctx, contract.SignalWake)
	return nil
}

// deliver handles a command that is stored at the case's door. Its caller is answered by the command's row; the update
// only says when to look: after a step that began when the command was there.
func (r *run) deliver(ctx workflow.Context, d contract.Delivery) error {
	r.wanted = max(r.wanted, d.Sequence)
	return workflow.Await(ctx, func() bool { return max(r.out.Applied, r.missing) >= d.Sequence })
}

// validate looks at the shape only: a refusal here leaves no trace, and the same update would be judged anew.
func (r *run) validate(_ workflow.Context, d contract.Delivery) error {
	if d.Case == r.in.Case && d.Sequence > 0 {
		return nil
	}
	return temporal.NewApplicationErrorWithOptions(
		fmt.Sprintf("not a delivery to %s: case %q, sequence %d", r.in.Case, d.Case, d.Sequence),
		contract.ErrTypeShape,
		temporal.ApplicationErrorOptions{NonRetryable: true, Category: temporal.ApplicationErrorCategoryBenign},
	)
}
