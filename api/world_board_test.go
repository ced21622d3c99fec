package api

import (
	"context"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/store"
)

func (w *world) Board(_ context.Context, q store.BoardQuery) (store.Board, error) {
	defer w.lock()()
	w.counted++
	b := store.Board{Now: w.now, Since: w.now.Add(-q.Window), Waits: map[casefile.Wait]store.Amount{}, Door: store.Amount{N: 3}, DoorOldest: w.now.Add(-time.Minute)}
	stages := map[[2]string]int64{}
	for _, c := range w.cases {
		s := c.record.Summary
		if c.record.Clock != q.Clock || s.Closed {
			continue
		}
		stages[[2]string{c.record.Kind, s.Stage}]++
		if c.record.Kind == casefile.KindDispute {
			b.Sample = append(b.Sample, c.record)
			b.Due = append(b.Due, store.DueCount{Edge: 1, Move: s.Move, N: 1})
		}
	}
	for stage, n := range stages {
		b.Stages = append(b.Stages, store.StageCount{Kind: stage[0], Stage: stage[1], Cases: store.Amount{N: n}})
	}
	b.Outcomes = []store.OutcomeCount{{Outcome: "default_seller_silent", N: 2}, {Outcome: "settled", N: 6}}
	b.Decided, b.Appealed, b.Overturned = 8, 4, 2
	return b, w.broken
}

func (w *world) AwaitedCases(_ context.Context, q store.DueQuery) (store.Page[store.CaseRecord], time.Time, error) {
	defer w.lock()()
	page := store.Page[store.CaseRecord]{}
	if q.After != "" {
		return page, w.now, store.ErrCursor
	}
	for _, c := range w.cases {
		if record := awaiting(c.record); record.AwaitedName != "" && !record.AwaitedAt.After(w.now.Add(q.Within)) && (q.Waits == "" || q.Waits == c.record.Summary.Waits) {
			page.Data = append(page.Data, record)
		}
	}
	slices.SortFunc(page.Data, func(a, b store.CaseRecord) int { return a.AwaitedAt.Compare(b.AwaitedAt) })
	return page, w.now, nil
}

func (w *world) EscrowBatch(_ context.Context, after string, _ int) ([]store.Escrow, string, error) {
	defer w.lock()()
	if after == "" {
		return []store.Escrow{{Currency: "USD", Held: 10, Ledger: 10, Accounts: 1}, {Currency: "EUR", Held: 90, Ledger: 100, Accounts: 1, Differ: 1, Example: "escrow:ord_1"}}, "escrow:ord_2", nil
	}
	return []store.Escrow{{Currency: "EUR", Held: 5, Ledger: 5, Accounts: 2}}, "", nil
}

func (w *world) Incidents(_ context.Context, clock string) ([]store.Incident, time.Time, error) {
	defer w.lock()()
	var found []store.Incident
	for _, i := range slices.Backward(w.incident) {
		if i.Clock == clock {
			found = append(found, i)
		}
	}
	return found, w.timeOf(clock), nil
}

// awaiting is the record with the first deadline that is no reminder, as a step writes it.
func awaiting(r store.CaseRecord) store.CaseRecord {
	if has, is := r.State.(interface{ Deadlines() []clock.Deadline }); is {
		if d, waits := (clock.Set{Deadlines: has.Deadlines()}).Awaited(); waits {
			r.AwaitedAt, r.AwaitedName = d.DueAt, d.Name
		}
	}
	return r
}
