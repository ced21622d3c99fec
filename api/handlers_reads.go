package api

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/store"
)

// ListOrders is a page of orders, the newest first.
func (h *handlers) ListOrders(ctx context.Context, r wire.ListOrdersRequestObject) (wire.ListOrdersResponseObject, error) {
	p := r.Params
	page, err := h.list(ctx, store.CaseQuery{Kind: casefile.KindOrder, Stage: string(p.State), Buyer: p.Buyer, Seller: p.Seller,
		Clock: p.Clock, Open: p.Open, After: p.After, Limit: p.Limit, States: true})
	if err != nil {
		return nil, err
	}
	clocks := map[string]time.Time{}
	out := wire.OrderPage{Data: make([]wire.OrderSummary, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for _, record := range page.Data {
		at, err := h.listTime(ctx, record, clocks)
		if err != nil {
			return nil, err
		}
		out.Data = append(out.Data, orderSummary(record, callOf(ctx).caller, at))
	}
	return wire.ListOrders200JSONResponse(out), nil
}

// listTime is what a case of a list takes for now. A clock that many of them share is read once.
func (h *handlers) listTime(ctx context.Context, record store.CaseRecord, clocks map[string]time.Time) (time.Time, error) {
	at, known := clocks[record.Clock]
	if !known {
		var err error
		if at, err = h.caseTime(ctx, store.CaseRecord{ID: record.ID, Clock: record.Clock}); err != nil {
			return at, err
		}
		clocks[record.Clock] = at
	}
	if at.Before(record.LastAt) {
		at = record.LastAt
	}
	return at, nil
}

// ListDisputes is a page of disputes, the newest first.
func (h *handlers) ListDisputes(ctx context.Context, r wire.ListDisputesRequestObject) (wire.ListDisputesResponseObject, error) {
	p := r.Params
	page, err := h.list(ctx, store.CaseQuery{Kind: casefile.KindDispute, Stage: string(p.Stage), Status: string(p.Status), Reason: string(p.Reason),
		Buyer: p.Buyer, Seller: p.Seller, Reviewer: p.Reviewer, Order: p.Order, Clock: p.Clock, Open: p.Open, After: p.After, Limit: p.Limit, States: true})
	if err != nil {
		return nil, err
	}
	out := wire.DisputePage{Data: make([]wire.DisputeSummary, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	about, err := h.goods(ctx, page.Data)
	if err != nil {
		return nil, err
	}
	for _, record := range page.Data {
		out.Data = append(out.Data, disputeSummary(record, callOf(ctx).caller, about))
	}
	return wire.ListDisputes200JSONResponse(out), nil
}

// list narrows a query to what the caller may know of. A filter that asks for somebody else's cases finds none.
func (h *handlers) list(ctx context.Context, q store.CaseQuery) (store.Page[store.CaseRecord], error) {
	own := func(filter *string, id string) bool {
		if *filter != "" && *filter != id {
			return false
		}
		*filter = id
		return true
	}
	caller, theirs := callOf(ctx).caller, true
	switch caller.Role {
	case casefile.Buyer:
		theirs = own(&q.Buyer, caller.ID)
	case casefile.Seller:
		theirs = own(&q.Seller, caller.ID)
	}
	if !theirs {
		return store.Page[store.CaseRecord]{}, nil
	}
	page, err := h.store.Cases(ctx, q)
	page.Data = slices.DeleteFunc(page.Data, func(r store.CaseRecord) bool { return r.Revision == 0 }) // not begun: it cannot be read
	return page, cursorProblem(err)
}

func cursorProblem(err error) error {
	if errors.Is(err, store.ErrCursor) {
		return invalid("after", "cursor", "must be the next of a page of this list")
	}
	return err
}

// GetDispute shows a dispute.
func (h *handlers) GetDispute(ctx context.Context, r wire.GetDisputeRequestObject) (wire.GetDisputeResponseObject, error) {
	dispute, err := h.dispute(ctx, r.Dispute)
	if err == nil && len(r.Params.Expand) > 0 {
		dispute.Expanded, err = h.orderOf(ctx, dispute)
	}
	return wire.GetDispute200JSONResponse(dispute), err
}

// GetEligibility shows what may be disputed, and when.
func (h *handlers) GetEligibility(ctx context.Context, r wire.GetEligibilityRequestObject) (wire.GetEligibilityResponseObject, error) {
	v, err := h.viewOf(ctx, r.Order)
	if err != nil {
		return nil, err
	}
	return wire.GetEligibility200JSONResponse(v.eligibility()), nil
}

// GetRecord shows what a decision rests on, with the hash that the decision names.
func (h *handlers) GetRecord(ctx context.Context, r wire.GetRecordRequestObject) (wire.GetRecordResponseObject, error) {
	v, err := h.viewOf(ctx, r.Dispute)
	if err != nil {
		return nil, err
	}
	record, err := v.asRecord()
	return wire.GetRecord200JSONResponse(record), err
}

// GetOrderTimeline reads the merged log of an order and its disputes.
func (h *handlers) GetOrderTimeline(ctx context.Context, r wire.GetOrderTimelineRequestObject) (wire.GetOrderTimelineResponseObject, error) {
	limit := pageLimit(r.Params.Limit)
	records, next, err := h.store.OrderTimeline(ctx, r.Order, r.Params.After, limit)
	if err != nil {
		return nil, cursorProblem(err)
	}
	timeline, err := h.timeline(ctx, records, limit)
	if timeline.HasMore {
		timeline.Next = next
	}
	return wire.GetOrderTimeline200JSONResponse(timeline), err
}

// GetDisputeTimeline reads the log of a dispute.
func (h *handlers) GetDisputeTimeline(ctx context.Context, r wire.GetDisputeTimelineRequestObject) (wire.GetDisputeTimelineResponseObject, error) {
	timeline, err := h.ownTimeline(ctx, r.Params.After, r.Params.Limit)
	return wire.GetDisputeTimeline200JSONResponse(timeline), err
}

// GetStandingTimeline reads the log of a standing. Of an account about which nothing is recorded it is empty.
func (h *handlers) GetStandingTimeline(ctx context.Context, r wire.GetStandingTimelineRequestObject) (wire.GetStandingTimelineResponseObject, error) {
	timeline, err := h.ownTimeline(ctx, r.Params.After, r.Params.Limit)
	return wire.GetStandingTimeline200JSONResponse(timeline), err
}

// ownTimeline is a page of the log of the request's case, and of no other.
func (h *handlers) ownTimeline(ctx context.Context, cursor string, asked int) (wire.Timeline, error) {
	var after int64
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || n < 0 {
			return wire.Timeline{}, cursorProblem(store.ErrCursor)
		}
		after = n
	}
	limit := pageLimit(asked)
	records, err := h.store.Timeline(ctx, callOf(ctx).record.ID, after, limit)
	if err != nil {
		return wire.Timeline{}, err
	}
	timeline, err := h.timeline(ctx, records, limit)
	if timeline.HasMore {
		timeline.Next = strconv.FormatInt(records[len(records)-1].Sequence, 10)
	}
	return timeline, err
}

func pageLimit(asked int) int {
	if asked == 0 {
		return store.DefaultPage
	}
	return min(asked, store.MaxPage)
}

// ListTransfers shows how the order's money moved.
func (h *handlers) ListTransfers(ctx context.Context, r wire.ListTransfersRequestObject) (wire.ListTransfersResponseObject, error) {
	transfers, err := h.store.Transfers(ctx, r.Order)
	if err != nil {
		return nil, err
	}
	list := wire.TransferList{Data: make([]wire.Transfer, 0, len(transfers))}
	order, _ := callOf(ctx).record.State.(protection.Order)
	for _, t := range transfers {
		list.Data = append(list.Data, transferView(t, order))
	}
	return wire.ListTransfers200JSONResponse(list), nil
}
