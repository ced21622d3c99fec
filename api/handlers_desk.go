package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/store"
)

// ClaimCase takes a case, or says that its reviewer is working on it.
func (h *handlers) ClaimCase(ctx context.Context, r wire.ClaimCaseRequestObject) (wire.ClaimCaseResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.ClaimCase200JSONResponse(dispute), err
}

// ReleaseCase gives a case back.
func (h *handlers) ReleaseCase(ctx context.Context, r wire.ReleaseCaseRequestObject) (wire.ReleaseCaseResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.ReleaseCase200JSONResponse(dispute), err
}

// SnoozeCase puts a case off.
func (h *handlers) SnoozeCase(ctx context.Context, r wire.SnoozeCaseRequestObject) (wire.SnoozeCaseResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.SnoozeCase200JSONResponse(dispute), err
}

// ListQueue is a page of the cases that wait for the platform's people, the most urgent first.
func (h *handlers) ListQueue(ctx context.Context, r wire.ListQueueRequestObject) (wire.ListQueueResponseObject, error) {
	p := r.Params
	query, err := queueOf(wire.CountQueueParams{Reviewer: p.Reviewer, Unassigned: p.Unassigned, Status: p.Status, Reason: p.Reason, Overdue: p.Overdue, Snoozed: p.Snoozed,
		Clock: p.Clock, Limit: p.Limit})
	if err != nil {
		return nil, err
	}
	query.After = p.After
	page, err := h.store.Queue(ctx, query)
	if err != nil {
		return nil, cursorProblem(err)
	}
	out := wire.QueuePage{Data: make([]wire.QueuedCase, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	about, err := h.goods(ctx, page.Data)
	if err != nil {
		return nil, err
	}
	for _, record := range page.Data {
		at, err := h.caseTime(ctx, record)
		if err != nil {
			return nil, err
		}
		queued, err := queuedView(record, disputeSummary(record, callOf(ctx).caller, about), at)
		if err != nil {
			return nil, err
		}
		out.Data = append(out.Data, queued)
	}
	return wire.ListQueue200JSONResponse(out), nil
}

// CountQueue is how many cases wait for the platform's people, up to a limit.
func (h *handlers) CountQueue(ctx context.Context, r wire.CountQueueRequestObject) (wire.CountQueueResponseObject, error) {
	query, err := queueOf(r.Params)
	if err != nil {
		return nil, err
	}
	found, err := h.store.QueueCount(ctx, query)
	return wire.CountQueue200JSONResponse(countView(found)), err
}

// queueOf is the query of the filters that the list and the count share.
func queueOf(p wire.CountQueueParams) (store.QueueQuery, error) {
	if p.Unassigned && p.Reviewer != "" {
		return store.QueueQuery{}, invalid("reviewer", "unassigned", "cannot be asked for with unassigned")
	}
	return store.QueueQuery{Reviewer: p.Reviewer, Unassigned: p.Unassigned, Status: string(p.Status), Reason: string(p.Reason), Overdue: p.Overdue, Snoozed: p.Snoozed,
		Clock: p.Clock, Limit: p.Limit}, nil
}

// queuedView is a case of the queue with the grounds of its place there.
func queuedView(record store.CaseRecord, summary wire.DisputeSummary, at time.Time) (wire.QueuedCase, error) {
	d, ok := record.State.(dispute.Dispute)
	priority, waits := d.Priority()
	if !ok || !waits {
		return wire.QueuedCase{}, fmt.Errorf("show the queue: %s does not wait in it", record.ID)
	}
	out := wire.QueuedCase{Dispute: summary, UrgentAt: priority.At, Service: wire.QueuedCaseService(d.Service(at)), Grounds: make([]wire.Ground, 0, len(priority.Grounds)), SnoozedUntil: record.Summary.Snoozed,
		ClaimedUntil: d.ClaimedUntil()}
	for _, g := range priority.Grounds {
		shown := wire.Ground{Why: wire.GroundWhy(g.Why), Deadline: g.Deadline, Detector: wire.Detector(g.Detector), At: g.At}
		if g.Why == dispute.GroundAmount {
			shown.Amount, shown.Over = new(moneyView(g.Amount, d.Currency)), new(moneyView(g.Over, d.Currency))
		}
		if g.Earlier > 0 {
			shown.Earlier = length(g.Earlier)
		}
		out.Grounds = append(out.Grounds, shown)
	}
	return out, nil
}

// writes refuses a draft of who may not decide the case as it stands.
func writes(d dispute.Dispute, id string) error {
	switch {
	case d.HasCase(id) && d.Undecided():
		return nil
	case d.HasCase(id):
		return refuse(wire.ProblemCode(casefile.WrongStage), "This case waits for no decision.")
	case slices.Contains(d.Bench.Lapsed, id):
		return refuse(wire.ProblemCode(casefile.AssignmentLapsed), "This case was given to somebody else.")
	}
	return refuse(codeNotAllowed, "This case is not yours.")
}

// SaveDraft keeps what the reviewer has written so far.
func (h *handlers) SaveDraft(ctx context.Context, r wire.SaveDraftRequestObject) (wire.SaveDraftResponseObject, error) {
	call := callOf(ctx)
	d, ok := call.record.State.(dispute.Dispute)
	if !ok || d.ID == "" {
		return nil, notFound()
	}
	if err := writes(d, call.actor.ID); err != nil {
		return nil, err
	}
	if err := inCurrency(r.Body, d.Currency); err != nil {
		return nil, err
	}
	body, err := json.Marshal(r.Body)
	if err != nil {
		return nil, fmt.Errorf("encode a draft of %s: %w", d.ID, err)
	}
	draft, err := h.store.SaveDraft(ctx, store.Draft{Case: d.ID, Reviewer: call.actor.ID, Body: body})
	if errors.Is(err, store.ErrNotFound) { // decided meanwhile
		return nil, refuse(wire.ProblemCode(casefile.WrongStage), "This case waits for no decision.")
	}
	if err != nil {
		return nil, err
	}
	shown, err := h.draft(ctx, draft)
	return wire.SaveDraft200JSONResponse(shown), err
}

// inCurrency refuses what a decision would be refused for: an amount in another currency than the case's.
func inCurrency(d *wire.DraftText, currency money.Currency) error {
	for _, m := range []struct {
		at string
		of *wire.Money
	}{{"/refund", d.Refund}, {"/release", d.Release}} {
		if m.of != nil && m.of.Currency != string(currency) {
			return invalid(m.at+"/currency", "currency", "must be the currency of the order")
		}
	}
	return nil
}

// GetDraft shows the caller's own draft.
func (h *handlers) GetDraft(ctx context.Context, r wire.GetDraftRequestObject) (wire.GetDraftResponseObject, error) {
	draft, err := h.store.Draft(ctx, r.Dispute, callOf(ctx).actor.ID)
	if err != nil {
		return nil, err
	}
	shown, err := h.draft(ctx, draft)
	return wire.GetDraft200JSONResponse(shown), err
}

// draft shows a draft with what the rules would say to it as a decision.
func (h *handlers) draft(ctx context.Context, d store.Draft) (wire.Draft, error) {
	out := wire.Draft{Dispute: d.Case, Reviewer: d.Reviewer, SavedAt: d.SavedAt}
	if err := json.Unmarshal(d.Body, &out.Draft); err != nil {
		return out, fmt.Errorf("read the draft of %s: %w", d.Case, err)
	}
	v, err := h.viewOf(ctx, d.Case)
	if err != nil {
		return out, err
	}
	findings := make([]dispute.Finding, len(out.Draft.Findings))
	for i, f := range out.Draft.Findings {
		findings[i] = dispute.Finding{Claim: f.Claim, Holds: f.Holds}
	}
	amount := func(m *wire.Money) money.Minor {
		if m == nil {
			return 0
		}
		return money.Minor(m.Amount)
	}
	w := v.dispute.Weigh(v.facts, findings, amount(out.Draft.Refund), amount(out.Draft.Release))
	out.Remedy = wire.DraftRemedy{Gives: v.money(w.Gives), Away: v.money(w.Away), Second: make([]wire.DraftRemedySecond, len(w.Second))}
	for i, ground := range w.Second {
		out.Remedy.Second[i] = wire.DraftRemedySecond(ground)
	}
	return out, nil
}

// GetPanelDraw shows every draw of the panel, whole enough to be repeated.
func (h *handlers) GetPanelDraw(ctx context.Context, r wire.GetPanelDrawRequestObject) (wire.GetPanelDrawResponseObject, error) {
	records, err := h.store.Told(ctx, r.Dispute, casefile.PanelDrawn)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, notFound()
	}
	role := callOf(ctx).actor.Role
	out := wire.PanelDraw{Draws: make([]wire.Draw, 0, len(records))}
	for _, record := range records {
		shown, err := drawView(record, role == casefile.Buyer || role == casefile.Seller)
		if err != nil {
			return nil, err
		}
		out.Draws = append(out.Draws, shown)
	}
	return wire.GetPanelDraw200JSONResponse(out), nil
}
