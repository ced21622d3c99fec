package api

import (
	"context"

	"recourse/api/wire"
	"recourse/store"
)

// ListDetections is a page of what the detectors found, the latest first.
func (h *handlers) ListDetections(ctx context.Context, r wire.ListDetectionsRequestObject) (wire.ListDetectionsResponseObject, error) {
	p := r.Params
	page, err := h.detections(ctx, store.DetectionQuery{Detector: string(p.Detector), Subject: p.Subject, Open: p.Open, Clock: p.Clock, After: p.After, Limit: p.Limit})
	return wire.ListDetections200JSONResponse(page), err
}

// RunDetectors runs them at the instant of a test clock. Run again, it finds nothing twice, so a repeat of the request is harmless.
func (h *handlers) RunDetectors(ctx context.Context, r wire.RunDetectorsRequestObject) (wire.RunDetectorsResponseObject, error) {
	if _, err := h.store.Clock(ctx, r.Clock); err != nil {
		return nil, err
	}
	if _, err := h.store.Remember(ctx, once(ctx, r.Params.IdempotencyKey), r.Clock); err != nil {
		return nil, err
	}
	if _, err := h.sweeps.Run(ctx, r.Clock); err != nil {
		return nil, err
	}
	page, err := h.detections(ctx, store.DetectionQuery{Clock: r.Clock})
	return wire.RunDetectors200JSONResponse(page), err
}

func (h *handlers) detections(ctx context.Context, q store.DetectionQuery) (wire.DetectionPage, error) {
	page, err := h.store.Detections(ctx, q)
	if err != nil {
		return wire.DetectionPage{}, cursorProblem(err)
	}
	out := wire.DetectionPage{Data: make([]wire.Detection, len(page.Data)), HasMore: page.HasMore, Next: page.Next}
	for i, d := range page.Data {
		out.Data[i] = detectionView(d)
	}
	return out, nil
}

func detectionView(d store.Detection) wire.Detection {
	f := d.Finding
	out := wire.Detection{ID: d.ID, Detector: wire.Detector(f.Detector), Subject: f.Subject, Since: f.Since, Until: f.Until, FoundAt: d.FoundAt, Text: f.Text,
		Signals: make([]wire.Signal, len(f.Signals)), Rows: f.Rows, Total: f.Total, Policy: d.Policy, Report: d.Report, Open: d.EndedAt.IsZero(),
		Finding: wire.ReportFinding(d.Outcome), EndedAt: d.EndedAt, Clock: d.Clock}
	for i, s := range f.Signals {
		out.Signals[i] = wire.Signal{Name: s.Name, Number: s.Number, Threshold: s.Threshold, Window: length(s.Window), Sample: s.Sample, Met: s.Met}
	}
	return out
}
