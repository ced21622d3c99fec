package api

import (
	"context"
	"fmt"
	"io"
	"mime"
	"slices"

	"github.com/gin-gonic/gin"

	"recourse/api/wire"
	"recourse/domain/access"
	"recourse/domain/casefile"
	"recourse/domain/disclosure"
	"recourse/domain/policy"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/internal/identifier"
	"recourse/store"
)

// SubmitReport begins a report. One about an order is locked after it, under the policy of the order; any other is under the
// policy in force.
func (h *handlers) SubmitReport(ctx context.Context, r wire.SubmitReportRequestObject) (wire.SubmitReportResponseObject, error) {
	call := callOf(ctx)
	reporter, err := h.store.Account(ctx, call.actor.ID)
	if err != nil {
		return nil, fmt.Errorf("read the account of a reporter: %w", err)
	}
	order, version, err := h.concerned(ctx, *r.Body, reporter)
	if err != nil {
		return nil, err
	}
	p, err := h.policies.Policy(ctx, version, reporter.Clock)
	if err != nil {
		return nil, fmt.Errorf("read the policy of a report: %w", err)
	}
	begin := store.NewCase{Kind: casefile.KindReport, Order: order, Clock: reporter.Clock, Summary: casefile.Summary{Kind: casefile.KindReport,
		Stage: "report", Status: string(report.Submitted), Reason: string(r.Body.Behaviour), Order: order, Move: casefile.Supervisor}}
	receipt, err := h.begin(ctx, begin, "rep", r.Params.IdempotencyKey, map[string]any{"terms": p.ForReport()})
	if err != nil {
		return nil, err
	}
	shown, err := h.shownReport(ctx, receipt.Case)
	return wire.SubmitReport201JSONResponse(shown), err
}

// begin stores the command of a request as the first of a new case, and has it carried out.
func (h *handlers) begin(ctx context.Context, n store.NewCase, prefix, key string, extra map[string]any) (store.Receipt, error) {
	call := callOf(ctx)
	data, _, err := payload(call.value, extra, "")
	if err != nil {
		return store.Receipt{}, err
	}
	command := identifier.New("cmd")
	n.ID = casefile.Derive(prefix, command)
	n.Command = store.Knock{ID: command, Case: n.ID, Name: call.operation.command, By: call.actor, Data: data, Key: key, BodyHash: call.hash}
	receipt, err := h.atTheDoor(ctx, func() (store.Receipt, error) { return h.store.Begin(ctx, n) })
	if err != nil {
		return receipt, err
	}
	_, err = h.bring(ctx, receipt, call.operation.command)
	return receipt, err
}

// concerned is the order that a report is about, where it concerns the reporter, and the version of its policy. What does not
// is left to the rule, which refuses it.
func (h *handlers) concerned(ctx context.Context, n wire.NewReport, reporter store.Account) (order, version string, err error) {
	for _, id := range []string{n.Order, n.Dispute, n.Review} {
		if id == "" {
			continue
		}
		record, err := h.store.Case(ctx, id)
		if err != nil || record.Clock != reporter.Clock || record.Summary.Buyer != reporter.ID && record.Summary.Seller != reporter.ID {
			return "", "", missing(err, "/order", "must be an order, a dispute or a review of yours")
		}
		order = record.Order
		parent, err := h.store.Case(ctx, order)
		if err != nil {
			return "", "", fmt.Errorf("read the order of %s: %w", id, err)
		}
		if o, ok := parent.State.(protection.Order); ok {
			return order, o.Terms.Version, nil
		}
	}
	return "", "", nil
}

func (h *handlers) shownReport(ctx context.Context, id string) (wire.Report, error) {
	record, err := h.store.Case(ctx, id)
	if err != nil {
		return wire.Report{}, err
	}
	v, err := h.reportFrom(ctx, record)
	if err != nil {
		return wire.Report{}, err
	}
	return v.asReport(), nil
}

// onReport carries out a command to a report and answers with the report after it.
func (h *handlers) onReport(ctx context.Context, key string) (wire.Report, error) {
	if _, err := h.carryOut(ctx, key, nil); err != nil {
		return wire.Report{}, err
	}
	return h.shownReport(ctx, callOf(ctx).record.ID)
}

// ListReports is a page of reports, the newest first.
func (h *handlers) ListReports(ctx context.Context, r wire.ListReportsRequestObject) (wire.ListReportsResponseObject, error) {
	p, caller := r.Params, callOf(ctx).actor
	q := store.ReportQuery{CaseQuery: store.CaseQuery{Kind: casefile.KindReport, Status: string(p.Status), Reason: string(p.Behaviour), Order: p.Order,
		Clock: p.Clock, Reviewer: p.Reviewer, Open: p.Open, After: p.After, Limit: p.Limit}, Reporter: p.Reporter, Reported: p.Reported}
	staff := access.Refusal("view_report_timeline", caller.Role, access.Other) == ""
	if !staff {
		// Of an unnamed reporter nothing may be found by asking who it is, or what the report is about.
		if p.Reviewer != "" || p.Reporter != "" && p.Reporter != caller.ID || p.Reporter == "" && p.Order != "" {
			return wire.ListReports200JSONResponse(wire.ReportPage{Data: []wire.ReportSummary{}}), nil
		}
		q.Side = caller.ID
	}
	page, err := h.store.Reports(ctx, q)
	if err != nil {
		return nil, cursorProblem(err)
	}
	out := wire.ReportPage{Data: make([]wire.ReportSummary, 0, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for _, record := range page.Data {
		if record.Revision == 0 {
			continue // not begun: it cannot be read
		}
		s := record.Summary
		shown := wire.ReportSummary{ID: record.ID, Behaviour: wire.Behaviour(s.Reason), Status: wire.ReportStatus(s.Status), Finding: wire.ReportFinding(s.Outcome),
			Reported: record.Reported, SubmittedAt: s.OpenedAt, Open: !s.Closed, Revision: record.Revision, Clock: record.Clock}
		switch caller.ID {
		case record.Reporter:
			shown.Side = wire.ReportSideReporter
		case record.Reported:
			shown.Side = wire.ReportSideReported
		default:
			shown.Reporter, shown.Reviewer = record.Reporter, s.Reviewer
		}
		out.Data = append(out.Data, shown)
	}
	return wire.ListReports200JSONResponse(out), nil
}

// GetReport shows a report.
func (h *handlers) GetReport(ctx context.Context, _ wire.GetReportRequestObject) (wire.GetReportResponseObject, error) {
	v, err := h.reportFrom(ctx, callOf(ctx).record)
	if err != nil {
		return nil, err
	}
	return wire.GetReport200JSONResponse(v.asReport()), nil
}

// GetReportTimeline reads the log of a report.
func (h *handlers) GetReportTimeline(ctx context.Context, r wire.GetReportTimelineRequestObject) (wire.GetReportTimelineResponseObject, error) {
	timeline, err := h.ownTimeline(ctx, r.Params.After, r.Params.Limit)
	return wire.GetReportTimeline200JSONResponse(timeline), err
}

// AdmitReport ends the screening.
func (h *handlers) AdmitReport(ctx context.Context, r wire.AdmitReportRequestObject) (wire.AdmitReportResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.AdmitReport200JSONResponse(shown), err
}

// AssignReport gives the report to a reviewer.
func (h *handlers) AssignReport(ctx context.Context, r wire.AssignReportRequestObject) (wire.AssignReportResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.AssignReport200JSONResponse(shown), err
}

// FindReport answers the report.
func (h *handlers) FindReport(ctx context.Context, r wire.FindReportRequestObject) (wire.FindReportResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.FindReport200JSONResponse(shown), err
}

// NeedInfo asks a side.
func (h *handlers) NeedInfo(ctx context.Context, r wire.NeedInfoRequestObject) (wire.NeedInfoResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.NeedInfo200JSONResponse(shown), err
}

// GiveInfo answers what was asked.
func (h *handlers) GiveInfo(ctx context.Context, r wire.GiveInfoRequestObject) (wire.GiveInfoResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.GiveInfo200JSONResponse(shown), err
}

// ProposeHold asks for a second signature under a hold.
func (h *handlers) ProposeHold(ctx context.Context, r wire.ProposeHoldRequestObject) (wire.ProposeHoldResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.ProposeHold200JSONResponse(shown), err
}

// SecondHold signs it, or refuses.
func (h *handlers) SecondHold(ctx context.Context, r wire.SecondHoldRequestObject) (wire.SecondHoldResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.SecondHold200JSONResponse(shown), err
}

// ContestReport takes a side's word against the finding.
func (h *handlers) ContestReport(ctx context.Context, r wire.ContestReportRequestObject) (wire.ContestReportResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.ContestReport200JSONResponse(shown), err
}

// ReferReport hands the report to a department.
func (h *handlers) ReferReport(ctx context.Context, r wire.ReferReportRequestObject) (wire.ReferReportResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.ReferReport200JSONResponse(shown), err
}

// ExportReferral gives away what a department was given: the statement byte for byte as the log has it, and the files that it names.
func (h *handlers) ExportReferral(ctx context.Context, r wire.ExportReferralRequestObject) (wire.ExportReferralResponseObject, error) {
	record := callOf(ctx).record
	log, err := h.store.Told(ctx, record.ID, casefile.ReportReferred)
	if err != nil {
		return nil, fmt.Errorf("read what was referred of %s: %w", record.ID, err)
	}
	i := slices.IndexFunc(log, func(e casefile.Record) bool { return e.Data["referral"] == r.Referral })
	if i < 0 {
		return nil, notFound()
	}
	if h.bundles == nil {
		return nil, refuse(codeNotFound, "This installation has no key to sign what is handed over with, so it hands nothing over.")
	}
	given, err := report.HandoverOf(r.Referral, log[i].Data["statement"])
	if err != nil {
		return nil, fmt.Errorf("read what was given with %s: %w", r.Referral, err)
	}
	by := callOf(ctx).actor
	eyes := disclosure.Eyes{By: by, Evidence: readsEvidence(record, by)}
	file, size, err := h.spool(func(to io.Writer) error { return h.bundles.WriteReferral(ctx, given, eyes, to) })
	if err != nil {
		return nil, err
	}
	if c, ok := ctx.(*gin.Context); ok {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": r.Referral + ".zip"}))
	}
	return wire.ExportReferral200ApplicationZipResponse{Body: file, ContentLength: size}, nil
}

// readsEvidence says whether somebody reads the files that a report names: who examines it or did, supervisors and auditors. Who runs
// the platform does not.
func readsEvidence(record store.CaseRecord, by casefile.Actor) bool {
	r, is := record.State.(report.Report)
	switch by.Role {
	case casefile.Supervisor, casefile.Auditor:
		return is
	case casefile.Reviewer:
		return is && (r.Bench.Reviewer == by.ID || slices.ContainsFunc(r.Rulings, func(x report.Ruling) bool { return x.By == by.ID }) ||
			slices.ContainsFunc(r.Referrals, func(x report.Referral) bool { return x.By == by.ID }))
	}
	return false
}

// AnswerReferral records what the department says.
func (h *handlers) AnswerReferral(ctx context.Context, r wire.AnswerReferralRequestObject) (wire.AnswerReferralResponseObject, error) {
	shown, err := h.onReport(ctx, r.Params.IdempotencyKey)
	return wire.AnswerReferral200JSONResponse(shown), err
}

// policyOf is the policy that a case of an order is under.
func (h *handlers) policyOf(ctx context.Context, record store.CaseRecord) (policy.Policy, error) {
	version := inForce
	if o, ok := record.State.(protection.Order); ok {
		version = o.Terms.Version
	}
	p, err := h.policies.Policy(ctx, version, record.Clock)
	if err != nil {
		return p, fmt.Errorf("read the policy of %s: %w", record.ID, err)
	}
	return p, nil
}
