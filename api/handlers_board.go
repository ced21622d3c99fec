package api

import (
	"context"
	"time"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/store"
)

// GetBoard shows how the cases and the system stand.
func (h *handlers) GetBoard(ctx context.Context, r wire.GetBoardRequestObject) (wire.GetBoardResponseObject, error) {
	if err := h.knownClock(ctx, r.Params.Clock); err != nil {
		return nil, err
	}
	board, err := h.boardOf(ctx, r.Params.Clock)
	return wire.GetBoard200JSONResponse(board), err
}

// maxAhead is how far a list of deadlines looks.
const maxAhead = 30 * 24 * time.Hour

// ListBoardCases is a page of the cases behind a number of the board.
func (h *handlers) ListBoardCases(ctx context.Context, r wire.ListBoardCasesRequestObject) (wire.ListBoardCasesResponseObject, error) {
	p := r.Params
	if err := h.knownClock(ctx, p.Clock); err != nil {
		return nil, err
	}
	within := breachWithin
	if p.Within != "" {
		length, err := policy.ParseDuration(p.Within)
		if err != nil || length.Std() > maxAhead {
			return nil, invalid("within", "range", "must be at most 30d")
		}
		within = length.Std()
	}
	page, now, err := h.store.AwaitedCases(ctx, store.DueQuery{Clock: p.Clock, Within: within, Waits: casefile.Wait(p.Waits), After: p.After, Limit: p.Limit})
	if err != nil {
		return nil, cursorProblem(err)
	}
	out := wire.BoardCasePage{AsOf: now, Data: make([]wire.BoardCase, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	about, err := h.goods(ctx, page.Data)
	if err != nil {
		return nil, err
	}
	for _, c := range page.Data {
		out.Data = append(out.Data, boardCase(c, about))
	}
	return wire.ListBoardCases200JSONResponse(out), nil
}

// knownClock refuses a test clock outside a sandbox, or one that is not there.
func (h *handlers) knownClock(ctx context.Context, clock string) error {
	if clock == "" {
		return nil
	}
	if !h.config.Sandbox {
		return invalid("clock", "sandbox", "exists only in a sandbox")
	}
	_, err := h.store.Clock(ctx, clock)
	return missing(err, "clock", "must be a test clock")
}

// ListIncidents shows what was declared.
func (h *handlers) ListIncidents(ctx context.Context, r wire.ListIncidentsRequestObject) (wire.ListIncidentsResponseObject, error) {
	if err := h.knownClock(ctx, r.Params.Clock); err != nil {
		return nil, err
	}
	longest, err := h.longestIncident(ctx, r.Params.Clock)
	if err != nil {
		return nil, err
	}
	incidents, now, err := h.store.Incidents(ctx, r.Params.Clock)
	if err != nil {
		return nil, err
	}
	out := wire.IncidentList{AsOf: now, Data: make([]wire.Incident, 0, len(incidents)), Longest: length(longest)}
	for _, i := range incidents {
		view := incidentView(i)
		if i.EndedAt.IsZero() && now.Before(i.Until) && access.Refusal("end_incident", callOf(ctx).actor.Role, access.Other) == "" {
			view.Actions = []wire.Action{{Name: "end_incident", Method: wire.ActionMethodPOST, Href: "/v1/incidents/" + i.ID + "/end"}}
		}
		out.Data = append(out.Data, view)
	}
	return wire.ListIncidents200JSONResponse(out), nil
}

func incidentView(i store.Incident) wire.Incident {
	return wire.Incident{ID: i.ID, Clock: i.Clock, Country: i.Country, Carrier: i.Carrier, From: i.From, Until: i.Until, Text: i.Text, DeclaredAt: i.CreatedAt,
		EndedAt: i.EndedAt}
}
