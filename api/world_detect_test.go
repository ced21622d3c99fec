package api

import (
	"context"
	"slices"
	"time"

	"recourse/detection"
	"recourse/domain/detect"
	"recourse/store"
)

// found is what the world's detectors find on a clock: the same each time, once.
func (w *world) found(clock string) store.Detection {
	f := detect.Finding{Detector: detect.ComplaintSpike, Subject: "acc_00000000000000000000000002", Since: w.now, Until: w.now, Text: "5 disputes by 5 buyers within 7 days.",
		Signals: []detect.Signal{{Name: "disputes", Number: 5, Threshold: 5, Window: 7 * 24 * time.Hour, Sample: 5, Met: true}}, Rows: []string{"dsp_1"}, Total: 5}
	return store.Detection{ID: "det_" + clock, Clock: clock, Finding: f, FoundAt: w.now, Policy: "p", Report: "rep_1"}
}

func (w *world) Run(_ context.Context, clock string) (detection.Result, error) {
	defer w.lock()()
	d := w.found(clock)
	if slices.ContainsFunc(w.detections, func(x store.Detection) bool { return x.ID == d.ID }) {
		return detection.Result{}, w.broken
	}
	w.detections = append(w.detections, d)
	return detection.Result{Found: []store.Detection{d}}, w.broken
}

func (w *world) Detections(_ context.Context, q store.DetectionQuery) (store.Page[store.Detection], error) {
	defer w.lock()()
	page := store.Page[store.Detection]{}
	if q.After != "" {
		return page, store.ErrCursor
	}
	for _, d := range w.detections {
		if (q.Clock == "" || q.Clock == d.Clock) && (q.Subject == "" || q.Subject == d.Finding.Subject) && (q.Detector == "" || q.Detector == string(d.Finding.Detector)) &&
			(q.Open == nil || *q.Open == d.EndedAt.IsZero()) {
			page.Data = append(page.Data, d)
		}
	}
	return page, w.broken
}
