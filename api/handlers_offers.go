package api

import (
	"context"

	"recourse/api/wire"
)

// MakeOffer proposes a settlement.
func (h *handlers) MakeOffer(ctx context.Context, r wire.MakeOfferRequestObject) (wire.MakeOfferResponseObject, error) {
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	dispute, err := h.dispute(ctx, r.Dispute)
	if err != nil {
		return nil, err
	}
	offer, err := found(dispute.Offers, done.made("ofr"), func(o wire.Offer) string { return o.ID })
	return wire.MakeOffer201JSONResponse(offer), err
}

// AcceptOffer accepts the other party's offer.
func (h *handlers) AcceptOffer(ctx context.Context, r wire.AcceptOfferRequestObject) (wire.AcceptOfferResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, named(r.Offer))
	return wire.AcceptOffer200JSONResponse(dispute), err
}

// RejectOffer rejects the other party's offer.
func (h *handlers) RejectOffer(ctx context.Context, r wire.RejectOfferRequestObject) (wire.RejectOfferResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, named(r.Offer))
	return wire.RejectOffer200JSONResponse(dispute), err
}

// WithdrawOffer withdraws an offer of one's own.
func (h *handlers) WithdrawOffer(ctx context.Context, r wire.WithdrawOfferRequestObject) (wire.WithdrawOfferResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, named(r.Offer))
	return wire.WithdrawOffer200JSONResponse(dispute), err
}

// ShipReplacement ships what was promised.
func (h *handlers) ShipReplacement(ctx context.Context, r wire.ShipReplacementRequestObject) (wire.ShipReplacementResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, promised(r.Offer))
	return wire.ShipReplacement200JSONResponse(dispute), err
}

// DeliverReplacement records that what was promised has come.
func (h *handlers) DeliverReplacement(ctx context.Context, r wire.DeliverReplacementRequestObject) (wire.DeliverReplacementResponseObject, error) {
	command, err := h.report(ctx, r.Params.IdempotencyKey, promised(r.Offer))
	return wire.DeliverReplacement200JSONResponse(command), err
}

// ConfirmPerformance says that the promise was kept.
func (h *handlers) ConfirmPerformance(ctx context.Context, r wire.ConfirmPerformanceRequestObject) (wire.ConfirmPerformanceResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, promised(r.Offer))
	return wire.ConfirmPerformance200JSONResponse(dispute), err
}

func named(offer string) map[string]any { return map[string]any{"offer": offer} }

// thePromise stands in a path for what is owed after a concession, which was no offer.
const thePromise = "promise"

func promised(offer string) map[string]any {
	if offer == thePromise {
		return nil
	}
	return named(offer)
}

// found is the item with the identifier. A command that was accepted has made it, so that it is not there is our mistake.
func found[T any](items []T, id string, of func(T) string) (T, error) {
	for _, item := range items {
		if of(item) == id {
			return item, nil
		}
	}
	var none T
	return none, &absentError{id}
}

type absentError struct{ id string }

func (e *absentError) Error() string { return e.id + " was made and is not in the case" }
