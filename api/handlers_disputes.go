package api

import (
	"context"
	"strconv"

	"recourse/api/wire"
	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

// OpenDispute asks the order to open a dispute, and waits for the dispute to begin, so that it can be read at once.
func (h *handlers) OpenDispute(ctx context.Context, r wire.OpenDisputeRequestObject) (wire.OpenDisputeResponseObject, error) {
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	id := done.made(prefixes[casefile.KindDispute])
	record, err := h.store.Case(ctx, id)
	if err == nil && record.Revision == 0 {
		h.handOver(ctx, delivery.Command{ID: identifier.Derive("cmd", id, "open"), Name: "open", Sequence: 1,
			Case: delivery.Case{ID: id, Kind: casefile.KindDispute}})
		record, err = h.store.Case(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	if record.Revision == 0 { // the order has opened it; that it has not begun says nothing about the command
		return nil, &pendingError{receipt: done.receipt, name: callOf(ctx).operation.command}
	}
	dispute, err := h.dispute(ctx, id)
	return wire.OpenDispute201JSONResponse(dispute), err
}

// PostMessage posts a message in a dispute.
func (h *handlers) PostMessage(ctx context.Context, r wire.PostMessageRequestObject) (wire.PostMessageResponseObject, error) {
	message, err := h.post(ctx, r.Params.IdempotencyKey)
	return wire.PostMessage201JSONResponse(message), err
}

// Concede gives in.
func (h *handlers) Concede(ctx context.Context, r wire.ConcedeRequestObject) (wire.ConcedeResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Concede200JSONResponse(dispute), err
}

// RequestTime asks for more time to answer.
func (h *handlers) RequestTime(ctx context.Context, r wire.RequestTimeRequestObject) (wire.RequestTimeResponseObject, error) {
	days := strconv.Itoa(r.Body.Days) + "d"
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, map[string]any{"days": days})
	return wire.RequestTime200JSONResponse(dispute), err
}

// ChangeReason changes what the dispute is about.
func (h *handlers) ChangeReason(ctx context.Context, r wire.ChangeReasonRequestObject) (wire.ChangeReasonResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.ChangeReason200JSONResponse(dispute), err
}

// Escalate asks for a decision.
func (h *handlers) Escalate(ctx context.Context, r wire.EscalateRequestObject) (wire.EscalateResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Escalate200JSONResponse(dispute), err
}

// Withdraw starts to withdraw the dispute.
func (h *handlers) Withdraw(ctx context.Context, r wire.WithdrawRequestObject) (wire.WithdrawResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Withdraw200JSONResponse(dispute), err
}

// CancelWithdrawal takes a withdrawal back.
func (h *handlers) CancelWithdrawal(ctx context.Context, r wire.CancelWithdrawalRequestObject) (wire.CancelWithdrawalResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.CancelWithdrawal200JSONResponse(dispute), err
}

// Reopen opens a withdrawn dispute again.
func (h *handlers) Reopen(ctx context.Context, r wire.ReopenRequestObject) (wire.ReopenResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Reopen200JSONResponse(dispute), err
}

// ShipReturn sends the goods back.
func (h *handlers) ShipReturn(ctx context.Context, r wire.ShipReturnRequestObject) (wire.ShipReturnResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.ShipReturn200JSONResponse(dispute), err
}

// DeliverReturn records that the goods are back.
func (h *handlers) DeliverReturn(ctx context.Context, r wire.DeliverReturnRequestObject) (wire.DeliverReturnResponseObject, error) {
	command, err := h.report(ctx, r.Params.IdempotencyKey, nil)
	return wire.DeliverReturn200JSONResponse(command), err
}

// InspectReturn says what came back.
func (h *handlers) InspectReturn(ctx context.Context, r wire.InspectReturnRequestObject) (wire.InspectReturnResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.InspectReturn200JSONResponse(dispute), err
}
