package api

import (
	"context"

	"recourse/api/wire"
)

// Assign gives the case to a reviewer.
func (h *handlers) Assign(ctx context.Context, r wire.AssignRequestObject) (wire.AssignResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Assign200JSONResponse(dispute), err
}

// ObjectToReviewer objects to who has the case.
func (h *handlers) ObjectToReviewer(ctx context.Context, r wire.ObjectToReviewerRequestObject) (wire.ObjectToReviewerResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.ObjectToReviewer200JSONResponse(dispute), err
}

// RuleObjection rules on an objection.
func (h *handlers) RuleObjection(ctx context.Context, r wire.RuleObjectionRequestObject) (wire.RuleObjectionResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.RuleObjection200JSONResponse(dispute), err
}

// WaiveHearing waives the rest of the evidence period and the hearing.
func (h *handlers) WaiveHearing(ctx context.Context, r wire.WaiveHearingRequestObject) (wire.WaiveHearingResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.WaiveHearing200JSONResponse(dispute), err
}

// RequestEvidence asks a party for evidence.
func (h *handlers) RequestEvidence(ctx context.Context, r wire.RequestEvidenceRequestObject) (wire.RequestEvidenceResponseObject, error) {
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	dispute, err := h.dispute(ctx, r.Dispute)
	if err != nil {
		return nil, err
	}
	request, err := found(dispute.Requests, done.made("req"), func(q wire.EvidenceRequest) string { return q.ID })
	return wire.RequestEvidence201JSONResponse(request), err
}

// AdmitEvidence lets a late item in.
func (h *handlers) AdmitEvidence(ctx context.Context, r wire.AdmitEvidenceRequestObject) (wire.AdmitEvidenceResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.AdmitEvidence200JSONResponse(dispute), err
}

// ExtendEvidence makes the evidence period longer.
func (h *handlers) ExtendEvidence(ctx context.Context, r wire.ExtendEvidenceRequestObject) (wire.ExtendEvidenceResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.ExtendEvidence200JSONResponse(dispute), err
}

// Decide rules on the case. The answer says whether the decision stands or waits for a second signature.
func (h *handlers) Decide(ctx context.Context, r wire.DecideRequestObject) (wire.DecideResponseObject, error) {
	done, err := h.carryOut(ctx, r.Params.IdempotencyKey, nil)
	if err != nil {
		return nil, err
	}
	decision := wire.Decision{ID: done.made("dec"), Outcome: wire.Outcome(r.Body.Outcome), Refund: r.Body.Refund, Release: r.Body.Release,
		Return: r.Body.Return, Reasons: r.Body.Reasons, RecordHash: r.Body.RecordHash, By: callOf(ctx).actor.ID}
	state, _ := done.answer.Result["state"].(string)
	decision.State = wire.DecisionState(state)
	for _, f := range r.Body.Findings {
		decision.Findings = append(decision.Findings, wire.FindingRecord(f))
	}
	if decision.State == wire.DecisionStateProposed {
		decision.ProposedAt = done.receipt.ReceivedAt
	} else {
		decision.DecidedAt = done.receipt.ReceivedAt
	}
	return wire.Decide200JSONResponse(decision), nil
}

// Second signs a proposed decision, or returns the file.
func (h *handlers) Second(ctx context.Context, r wire.SecondRequestObject) (wire.SecondResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Second200JSONResponse(dispute), err
}

// Appeal asks for a panel.
func (h *handlers) Appeal(ctx context.Context, r wire.AppealRequestObject) (wire.AppealResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Appeal200JSONResponse(dispute), err
}

// Vote is one panel member's answer.
func (h *handlers) Vote(ctx context.Context, r wire.VoteRequestObject) (wire.VoteResponseObject, error) {
	dispute, err := h.onDispute(ctx, r.Params.IdempotencyKey, nil)
	return wire.Vote200JSONResponse(dispute), err
}
