package api

import (
	"context"
	"slices"

	"recourse/api/wire"
)

// expandedMost bounds how many disputes an order is shown with.
const expandedMost = 20

// disputesOf are an order's disputes whole, the latest first, as far as the caller may see them.
func (h *handlers) disputesOf(ctx context.Context, order wire.Order) (*wire.ExpandedOrder, error) {
	out := &wire.ExpandedOrder{Disputes: []wire.Dispute{}}
	for _, reference := range slices.Backward(order.Disputes) {
		if len(out.Disputes) == expandedMost {
			break
		}
		v, err := h.viewOf(ctx, reference.ID)
		if err != nil {
			return nil, err
		}
		if !v.may("view_dispute") || v.dispute.ID == "" { // not theirs to see, or not begun
			continue
		}
		dispute, err := v.asDispute()
		if err != nil {
			return nil, err
		}
		out.Disputes = append(out.Disputes, dispute)
	}
	return out, nil
}

// orderOf is a dispute's order whole, if the caller may see it.
func (h *handlers) orderOf(ctx context.Context, dispute wire.Dispute) (*wire.ExpandedDispute, error) {
	v, err := h.viewOf(ctx, dispute.Order)
	if err != nil || !v.may("view_order") {
		return &wire.ExpandedDispute{}, err
	}
	order, err := v.asOrder()
	return &wire.ExpandedDispute{Order: &order}, err
}
