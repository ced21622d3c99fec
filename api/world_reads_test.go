package api

import (
	"cmp"
	"context"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/tracking"
	"recourse/internal/identifier"
	"recourse/store"
)

func (w *world) Case(_ context.Context, id string) (store.CaseRecord, error) {
	defer w.lock()()
	if w.broken != nil {
		return store.CaseRecord{}, w.broken
	}
	if c := w.cases[id]; c != nil {
		return c.record, nil
	}
	return store.CaseRecord{}, store.ErrNotFound
}

func (w *world) Cases(_ context.Context, q store.CaseQuery) (store.Page[store.CaseRecord], error) {
	defer w.lock()()
	if q.After != "" && !identifier.Valid(prefixes[q.Kind], q.After) {
		return store.Page[store.CaseRecord]{}, store.ErrCursor
	}
	var ids []string
	for id, c := range w.cases {
		s := c.record.Summary
		fits := func(filter, value string) bool { return filter == "" || filter == value }
		if c.record.Kind == q.Kind && fits(q.Buyer, s.Buyer) && fits(q.Seller, s.Seller) && fits(q.Stage, s.Stage) && fits(q.Status, s.Status) &&
			fits(q.Reason, s.Reason) && fits(q.Order, c.record.Order) && fits(q.Reviewer, s.Reviewer) && fits(q.Clock, c.record.Clock) && (q.Open == nil || *q.Open == !s.Closed) && (!q.Waiting || s.Move != "") {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	page := store.Page[store.CaseRecord]{}
	for _, id := range ids {
		if q.After != "" && id <= q.After {
			continue
		}
		if q.Limit > 0 && len(page.Data) == q.Limit {
			page.HasMore, page.Next = true, page.Data[len(page.Data)-1].ID
			break
		}
		record := awaiting(w.cases[id].record)
		if !q.States {
			record.State = nil
		}
		page.Data = append(page.Data, record)
	}
	return page, nil
}

func (w *world) Orders(_ context.Context, ids []string) ([]store.CaseRecord, error) {
	defer w.lock()()
	var found []store.CaseRecord
	for _, id := range ids {
		if c := w.cases[id]; c != nil && c.record.Kind == casefile.KindOrder {
			found = append(found, c.record)
		}
	}
	return found, nil
}

func (w *world) States(ctx context.Context, q store.CaseQuery) ([]store.CaseRecord, error) {
	q.States = true
	page, err := w.Cases(ctx, q)
	return page.Data, err
}

func (w *world) Reports(ctx context.Context, q store.ReportQuery) (store.Page[store.ReportRecord], error) {
	q.States = true
	page, err := w.Cases(ctx, q.CaseQuery)
	out := store.Page[store.ReportRecord]{HasMore: page.HasMore, Next: page.Next}
	for _, record := range page.Data {
		r, _ := record.State.(report.Report)
		if q.Side == "" || q.Side == r.Reporter || q.Side == r.Reported && len(r.Rulings) > 0 {
			out.Data = append(out.Data, store.ReportRecord{CaseRecord: record, Reporter: r.Reporter, Reported: r.Reported})
		}
	}
	return out, err
}

func (w *world) Timeline(_ context.Context, id string, after int64, limit int) ([]casefile.Record, error) {
	defer w.lock()()
	if w.cases[id] == nil {
		return nil, nil
	}
	log := w.cases[id].log
	log = log[min(int(after), len(log)):]
	return slices.Clone(log[:min(limit, len(log))]), nil
}

func (w *world) Told(_ context.Context, id string, types ...casefile.EventType) ([]casefile.Record, error) {
	defer w.lock()()
	var told []casefile.Record
	for _, r := range w.cases[id].log {
		if slices.Contains(types, r.Type) {
			told = append(told, r)
		}
	}
	return told, nil
}

func (w *world) OrderTimeline(_ context.Context, id, after string, limit int) ([]casefile.Record, string, error) {
	if after != "" {
		return nil, "", store.ErrCursor
	}
	defer w.lock()()
	var records []casefile.Record
	for _, c := range w.cases {
		if c.record.Order == id && (c.record.Kind == casefile.KindOrder || c.record.Kind == casefile.KindDispute) {
			records = append(records, c.log...)
		}
	}
	slices.SortFunc(records, func(a, b casefile.Record) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Case, b.Case), cmp.Compare(a.Sequence, b.Sequence))
	})
	return records[:min(limit, len(records))], "next", nil
}

func (w *world) Roots(_ context.Context, after string, limit int) (store.Page[store.Root], error) {
	if after != "" {
		return store.Page[store.Root]{}, store.ErrCursor
	}
	page := store.Page[store.Root]{Data: w.roots[:min(limit, len(w.roots))], HasMore: len(w.roots) > limit}
	if page.HasMore {
		page.Next = page.Data[limit-1].Day
	}
	return page, nil
}

func (w *world) KeepCarrierEvents(_ context.Context, events []store.CarrierEvent) (kept int64, err error) {
	defer w.lock()()
	for _, e := range events {
		key := tracking.Normalize(e.Carrier) + " " + e.ID
		if _, known := w.heard[key]; !known {
			w.heard[key] = e
			kept++
		}
	}
	return kept, w.broken
}

func (w *world) Uses(_ context.Context, clock, carrier, number string) ([]string, error) {
	defer w.lock()()
	var orders []string
	for id, c := range w.cases {
		o, _ := c.record.State.(protection.Order)
		if c.record.Clock == clock && slices.ContainsFunc(o.Parcels, func(p protection.Parcel) bool {
			return tracking.Same(p.Carrier, p.Tracking, carrier, number)
		}) {
			orders = append(orders, id)
		}
	}
	slices.Sort(orders)
	return orders, w.broken
}

func (w *world) Transfers(context.Context, string) ([]store.TransferRecord, error) { return nil, nil }
