package api

import (
	"context"
	"slices"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/domain/tracking"
)

// GetOrderTracking says of each parcel what was checked of its number and what was found.
func (h *handlers) GetOrderTracking(ctx context.Context, r wire.GetOrderTrackingRequestObject) (wire.GetOrderTrackingResponseObject, error) {
	v, err := h.viewOf(ctx, r.Order)
	if err != nil {
		return nil, err
	}
	if v.record.Kind != casefile.KindOrder || v.order.ID == "" {
		return nil, notFound()
	}
	out := wire.OrderTracking{Order: v.order.ID, Parcels: []wire.TrackedParcel{}}
	for _, p := range v.order.Tracking() {
		var uses []string
		if v.readsAnyOrder() {
			if uses, err = h.store.Uses(ctx, v.record.Clock, p.Carrier, p.Tracking); err != nil {
				return nil, err
			}
		}
		out.Parcels = append(out.Parcels, v.tracked(p, uses))
	}
	return wire.GetOrderTracking200JSONResponse(out), nil
}

// readsAnyOrder says that other orders are no secret to the viewer.
func (v *view) readsAnyOrder() bool {
	return access.Refusal("view_order", v.actor.Role, access.Other) == ""
}

// tracked is one parcel as the viewer may see it. A number that was used before goes to another buyer: to the parties that
// buyer's order and postcode are not told, only that there are such.
func (v *view) tracked(p protection.Tracked, uses []string) wire.TrackedParcel {
	out := wire.TrackedParcel{Carrier: p.Carrier, Tracking: p.Parcel.Tracking, Lines: p.Lines, ShippedAt: p.At, Status: p.Last, Verified: p.Verified,
		Suspect: len(p.Suspect) > 0, NotReceivedFrom: p.OpensAt, Policy: p.Policy, Checks: []wire.TrackingCheck{}, Deliveries: []wire.DeliveryClaim{}}
	for _, c := range p.Checks {
		shown := wire.TrackingCheck{Check: wire.TrackingCheckCheck(c.Check), Outcome: wire.TrackingCheckOutcome(c.Outcome), Expected: c.Expected, Found: c.Found, At: c.At}
		if c.Check == tracking.WrongPostcode && c.Outcome == tracking.Failed && !v.readsAnyOrder() {
			shown.Found = ""
		}
		if c.Check == tracking.Reused {
			shown.UsedBy = slices.DeleteFunc(slices.Clone(uses), func(order string) bool { return order == v.order.ID })
		}
		if w := c.Working; w != nil {
			shown.Working = wire.CheckDigitWorking{Standard: w.Standard, Sum: w.String(), Expected: w.Expected, Digit: w.Digit}
		}
		out.Checks = append(out.Checks, shown)
	}
	for _, c := range p.Claims {
		out.Deliveries = append(out.Deliveries, wire.DeliveryClaim{Lines: c.Lines, At: c.At, Strength: wire.Strength(c.Strength), Policy: c.Policy})
	}
	return out
}
