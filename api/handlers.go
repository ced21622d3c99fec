package api

import (
	"context"
	"time"

	"recourse/api/wire"
	"recourse/store"
)

// handlers implements what the contract asks for, an operation a method. By the time one runs, the caller is known and may
// do this, the case is loaded and the request conforms.
type handlers struct {
	*Server
}

var _ wire.StrictServerInterface = (*handlers)(nil)

// onOrder carries out a command to an order and answers with the order after it.
func (h *handlers) onOrder(ctx context.Context, key string) (wire.Order, error) {
	if _, err := h.carryOut(ctx, key, nil); err != nil {
		return wire.Order{}, err
	}
	return h.order(ctx, callOf(ctx).record.ID)
}

// onDispute carries out a command to a dispute and answers with the dispute after it.
func (h *handlers) onDispute(ctx context.Context, key string, extra map[string]any) (wire.Dispute, error) {
	if _, err := h.carryOut(ctx, key, extra); err != nil {
		return wire.Dispute{}, err
	}
	return h.dispute(ctx, callOf(ctx).record.ID)
}

// report carries out what a carrier reports. A carrier may not read the case, so the answer is the command's own.
func (h *handlers) report(ctx context.Context, key string, extra map[string]any) (wire.Command, error) {
	done, err := h.carryOut(ctx, key, extra)
	if err != nil {
		return wire.Command{}, err
	}
	return commandView(store.CommandRecord{Receipt: done.receipt, Name: callOf(ctx).operation.command, Applied: true, Answer: done.answer}), nil
}

// order reads an order as the caller sees it.
func (h *handlers) order(ctx context.Context, id string) (wire.Order, error) {
	v, err := h.viewOf(ctx, id)
	if err != nil {
		return wire.Order{}, err
	}
	return v.asOrder()
}

// dispute reads a dispute as the caller sees it.
func (h *handlers) dispute(ctx context.Context, id string) (wire.Dispute, error) {
	v, err := h.viewOf(ctx, id)
	if err != nil {
		return wire.Dispute{}, err
	}
	return v.asDispute()
}

// GetCommand tells the result of a command.
func (h *handlers) GetCommand(ctx context.Context, r wire.GetCommandRequestObject) (wire.GetCommandResponseObject, error) {
	record, err := h.store.Command(ctx, r.Command)
	if err != nil {
		return nil, err
	}
	return wire.GetCommand200JSONResponse(commandView(record)), nil
}

func commandView(record store.CommandRecord) wire.Command {
	c := (&pendingError{receipt: record.Receipt, name: record.Name}).command()
	switch {
	case !record.Applied:
	case record.Answer.Accepted():
		c.State, c.Result = wire.CommandStateAccepted, record.Answer.Result
	default:
		c.State = wire.CommandStateRefused
		d := refused(record.ID, record.Answer).document("")
		c.Problem = &d
	}
	return c
}

// once makes the repeat of a request that is no command harmless.
func once(ctx context.Context, key string) store.Once {
	call := callOf(ctx)
	return store.Once{Caller: call.caller.ID, Key: key, BodyHash: call.hash}
}

// microseconds is an instant as everything here keeps it.
func microseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
