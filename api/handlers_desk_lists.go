package api

import (
	"context"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/store"
)

// ListReviewers names those to whom a case can be given.
func (h *handlers) ListReviewers(ctx context.Context, r wire.ListReviewersRequestObject) (wire.ListReviewersResponseObject, error) {
	out := wire.ReviewerList{Data: []wire.ReviewerName{}}
	for _, role := range []casefile.Role{casefile.Reviewer, casefile.Supervisor} {
		accounts, err := h.store.Accounts(ctx, r.Params.Clock, role)
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			out.Data = append(out.Data, wire.ReviewerName{ID: a.ID, Name: a.Name, Role: wire.Role(a.Role)})
		}
	}
	return wire.ListReviewers200JSONResponse(out), nil
}

// ListStandings is a page of the standings that there are.
func (h *handlers) ListStandings(ctx context.Context, r wire.ListStandingsRequestObject) (wire.ListStandingsResponseObject, error) {
	p := r.Params
	page, err := h.store.Cases(ctx, store.CaseQuery{Kind: casefile.KindStanding, Status: string(p.State), Clock: p.Clock, Waiting: p.Waiting, After: p.After, Limit: p.Limit})
	if err != nil {
		return nil, cursorProblem(err)
	}
	accounts := make([]string, len(page.Data))
	for i, record := range page.Data {
		accounts[i] = standing.AccountOf(record.ID)
	}
	roles, err := h.store.Roles(ctx, accounts)
	if err != nil {
		return nil, err
	}
	out := wire.StandingPage{Data: make([]wire.StandingSummary, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for i, record := range page.Data {
		s := record.Summary
		out.Data = append(out.Data, wire.StandingSummary{Account: accounts[i], Role: wire.Role(roles[accounts[i]]), State: wire.StandingState(s.Status), Waiting: s.Move != "",
			OpenedAt: s.OpenedAt, Revision: record.Revision, Clock: record.Clock})
	}
	return wire.ListStandings200JSONResponse(out), nil
}
