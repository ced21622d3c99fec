package api

import (
	"context"
	"slices"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/review"
	"recourse/domain/standing/conduct"
	"recourse/store"
)

// SubmitReview begins the review of an order, under the policy of the order.
func (h *handlers) SubmitReview(ctx context.Context, r wire.SubmitReviewRequestObject) (wire.SubmitReviewResponseObject, error) {
	order := callOf(ctx).record
	p, err := h.policyOf(ctx, order)
	if err != nil {
		return nil, err
	}
	begin := store.NewCase{Kind: casefile.KindReview, Order: order.ID, Clock: order.Clock, Summary: casefile.Summary{Kind: casefile.KindReview,
		Stage: "review", Status: string(review.Sealed), Order: order.ID, Buyer: order.Summary.Buyer, Seller: order.Summary.Seller}}
	receipt, err := h.begin(ctx, begin, "rev", r.Params.IdempotencyKey, map[string]any{"order": order.ID, "terms": p.ForReview()})
	if err != nil {
		return nil, err
	}
	shown, err := h.shownReview(ctx, receipt.Case)
	return wire.SubmitReview201JSONResponse(shown), err
}

func (h *handlers) shownReview(ctx context.Context, id string) (wire.Review, error) {
	record, err := h.store.Case(ctx, id)
	if err != nil {
		return wire.Review{}, err
	}
	v, err := h.reviewFrom(ctx, record)
	if err != nil {
		return wire.Review{}, err
	}
	return v.asReview(), nil
}

// onReview carries out a command to a review and answers with the review after it.
func (h *handlers) onReview(ctx context.Context, key string) (wire.Review, error) {
	if _, err := h.carryOut(ctx, key, nil); err != nil {
		return wire.Review{}, err
	}
	return h.shownReview(ctx, callOf(ctx).record.ID)
}

// ListReviews is a page of reviews, the newest first: for the staff all, for everybody else those that can be read, and a
// buyer's own.
func (h *handlers) ListReviews(ctx context.Context, r wire.ListReviewsRequestObject) (wire.ListReviewsResponseObject, error) {
	p, caller := r.Params, callOf(ctx).actor
	q := store.CaseQuery{Kind: casefile.KindReview, Status: string(p.Status), Buyer: p.Buyer, Seller: p.Seller, Order: p.Order, Clock: p.Clock,
		Open: p.Open, After: p.After, Limit: p.Limit}
	staff := access.Refusal("view_review_timeline", caller.Role, access.Other) == ""
	if !staff {
		if p.Buyer != "" && p.Buyer != caller.ID {
			return wire.ListReviews200JSONResponse(wire.ReviewPage{Data: []wire.ReviewSummary{}}), nil
		}
		q.Published = p.Buyer == ""
	}
	page, err := h.store.Cases(ctx, q)
	if err != nil {
		return nil, cursorProblem(err)
	}
	out := wire.ReviewPage{Data: make([]wire.ReviewSummary, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for _, record := range page.Data {
		if record.Revision == 0 {
			continue // not begun: it cannot be read
		}
		s := record.Summary
		shown := wire.ReviewSummary{ID: record.ID, Seller: s.Seller, Status: wire.ReviewStatus(s.Status), Counted: s.Outcome == "counted",
			Reason: wire.UncountedReason(s.Reason), SubmittedAt: s.OpenedAt, Open: !s.Closed, Revision: record.Revision, Clock: record.Clock}
		if staff || caller.ID == s.Buyer || caller.ID == s.Seller {
			shown.Order, shown.Buyer = s.Order, s.Buyer
		}
		out.Data = append(out.Data, shown)
	}
	return wire.ListReviews200JSONResponse(out), nil
}

// GetReview shows a review.
func (h *handlers) GetReview(ctx context.Context, _ wire.GetReviewRequestObject) (wire.GetReviewResponseObject, error) {
	v, err := h.reviewFrom(ctx, callOf(ctx).record)
	if err != nil {
		return nil, err
	}
	return wire.GetReview200JSONResponse(v.asReview()), nil
}

// GetReviewTimeline reads the log of a review.
func (h *handlers) GetReviewTimeline(ctx context.Context, r wire.GetReviewTimelineRequestObject) (wire.GetReviewTimelineResponseObject, error) {
	timeline, err := h.ownTimeline(ctx, r.Params.After, r.Params.Limit)
	return wire.GetReviewTimeline200JSONResponse(timeline), err
}

// EditReview changes the text as a moderator asked.
func (h *handlers) EditReview(ctx context.Context, r wire.EditReviewRequestObject) (wire.EditReviewResponseObject, error) {
	shown, err := h.onReview(ctx, r.Params.IdempotencyKey)
	return wire.EditReview200JSONResponse(shown), err
}

// ModerateReview is a moderator's verdict.
func (h *handlers) ModerateReview(ctx context.Context, r wire.ModerateReviewRequestObject) (wire.ModerateReviewResponseObject, error) {
	shown, err := h.onReview(ctx, r.Params.IdempotencyKey)
	return wire.ModerateReview200JSONResponse(shown), err
}

// ReplyToReview is the seller's one answer.
func (h *handlers) ReplyToReview(ctx context.Context, r wire.ReplyToReviewRequestObject) (wire.ReplyToReviewResponseObject, error) {
	shown, err := h.onReview(ctx, r.Params.IdempotencyKey)
	return wire.ReplyToReview200JSONResponse(shown), err
}

// ReportReview asks a moderator to look.
func (h *handlers) ReportReview(ctx context.Context, r wire.ReportReviewRequestObject) (wire.ReportReviewResponseObject, error) {
	shown, err := h.onReview(ctx, r.Params.IdempotencyKey)
	return wire.ReportReview200JSONResponse(shown), err
}

// AppealReview asks another moderator.
func (h *handlers) AppealReview(ctx context.Context, r wire.AppealReviewRequestObject) (wire.AppealReviewResponseObject, error) {
	shown, err := h.onReview(ctx, r.Params.IdempotencyKey)
	return wire.AppealReview200JSONResponse(shown), err
}

// GetRating is the rating of a store with everything that it is made of.
func (h *handlers) GetRating(ctx context.Context, r wire.GetRatingRequestObject) (wire.GetRatingResponseObject, error) {
	s, err := h.sellerAt(ctx, r.Account, time.Time{})
	if err != nil {
		return nil, err
	}
	records, err := h.store.States(ctx, store.CaseQuery{Kind: casefile.KindReview, Seller: s.account.ID, Clock: s.account.Clock, Published: true})
	if err != nil {
		return nil, err
	}
	protections, err := h.store.Protections(ctx, s.account.ID)
	if err != nil {
		return nil, err
	}
	var all []review.Rated
	for _, record := range records {
		state, ok := record.State.(review.Review)
		if !ok {
			continue
		}
		rated, public := state.Rated()
		if slices.ContainsFunc(protections, func(p store.Protection) bool { return p.OfReview(state.ID, state.Order) }) {
			rated.Counted, rated.Reason = false, review.Reason(conduct.MaliciousBuyer)
		}
		if public {
			all = append(all, rated)
		}
	}
	return wire.GetRating200JSONResponse(ratingView(s.account.ID, review.Rate(all, s.at, s.policy.Review))), nil
}

func ratingView(account string, r review.Rating) wire.Rating {
	out := wire.Rating{Account: account, At: microseconds(r.At), Window: length(r.Window.Std()), Formula: r.Formula, Means: []wire.RatingMean{},
		Inputs: []wire.RatedReview{}, Exclusions: []wire.RatingExclusion{}}
	for _, m := range r.Means {
		out.Means = append(out.Means, wire.RatingMean{Dimension: m.Dimension, Sum: m.Sum, Sample: m.Sample, Hundredths: m.Hundredths})
	}
	for _, in := range r.Inputs {
		out.Inputs = append(out.Inputs, wire.RatedReview{Review: in.Review, PublishedAt: in.PublishedAt, Marks: marksView(in.Marks)})
	}
	for _, e := range r.Exclusions {
		out.Exclusions = append(out.Exclusions, wire.RatingExclusion{Review: e.Review, Reason: wire.UncountedReason(e.Reason)})
	}
	return out
}
