package api

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"recourse/api/wire"
	"recourse/store"
)

// walk holds every account in escrow against the ledger, a piece at a time: each time the board is counted it goes on where it
// stopped, and begins again at the end. What a whole walk has found stands until the next one has ended.
type walk struct {
	mu      sync.Mutex
	after   string
	current tally
	last    tally
}

// tally is what a walk has found.
type tally struct {
	began, ended time.Time
	totals       []store.Escrow
}

// on goes on walking and tells the last whole walk, or the present one before any has ended.
func (w *walk) on(ctx context.Context, batch func(ctx context.Context, after string, limit int) ([]store.Escrow, string, error)) (wire.BoardEscrow, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.current.began.IsZero() {
		w.current.began = time.Now().UTC()
	}
	sums, next, err := batch(ctx, w.after, walkAtOnce)
	if err != nil {
		return wire.BoardEscrow{}, err
	}
	for _, s := range sums {
		w.current.add(s)
	}
	if w.after = next; next == "" {
		w.current.ended = time.Now().UTC()
		w.last, w.current = w.current, tally{}
	}
	if w.last.ended.IsZero() {
		return w.current.view(), nil
	}
	return w.last.view(), nil
}

func (t *tally) add(s store.Escrow) {
	i := slices.IndexFunc(t.totals, func(o store.Escrow) bool { return o.Currency == s.Currency })
	if i < 0 {
		t.totals = append(t.totals, s)
		return
	}
	o := &t.totals[i]
	o.Held, o.Ledger, o.Accounts, o.Differ = o.Held+s.Held, o.Ledger+s.Ledger, o.Accounts+s.Accounts, o.Differ+s.Differ
	o.Example = max(o.Example, s.Example)
}

func (t *tally) view() wire.BoardEscrow {
	out := wire.BoardEscrow{BeganAt: t.began, EndedAt: t.ended, Whole: !t.ended.IsZero(), Totals: make([]wire.BoardTotal, 0, len(t.totals))}
	for _, s := range t.totals {
		out.Totals = append(out.Totals, wire.BoardTotal{Held: moneyView(s.Held, s.Currency), Ledger: moneyView(s.Ledger, s.Currency),
			Difference: int64(s.Held - s.Ledger), Accounts: s.Accounts, Differ: s.Differ, Example: s.Example})
	}
	slices.SortFunc(out.Totals, func(a, b wire.BoardTotal) int { return strings.Compare(a.Held.Currency, b.Held.Currency) })
	return out
}
