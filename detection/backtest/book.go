package backtest

import (
	"context"
	"slices"
	"sort"
	"time"

	"recourse/detection"
	"recourse/detection/market"
	"recourse/domain/detect"
)

type place struct {
	kind    detect.Kind
	side    detection.Side
	account string
}

// book is a market in memory.
type book struct {
	rows  map[place][]detect.Row // by time
	all   map[detect.Kind][]detect.Row
	links map[string][]detect.Link
}

func newBook(m market.Market) *book {
	b := &book{rows: map[place][]detect.Row{}, all: map[detect.Kind][]detect.Row{}, links: map[string][]detect.Link{}}
	for _, r := range m.Rows {
		b.all[r.Kind] = append(b.all[r.Kind], r)
		for _, p := range []place{{r.Kind, detection.Seller, r.Seller}, {r.Kind, detection.Buyer, r.Buyer}, {r.Kind, detection.Author, r.Author}} {
			if p.account != "" {
				b.rows[p] = append(b.rows[p], r)
			}
		}
	}
	for _, l := range m.Links {
		b.links[l.A] = append(b.links[l.A], l)
	}
	return b
}

func (b *book) Rows(_ context.Context, q detection.Query) ([]detect.Row, error) {
	rows := b.rows[place{q.Kind, q.Side, q.Account}]
	return rows[after(rows, q.After):after(rows, q.Until)], nil
}

func (b *book) Count(ctx context.Context, q detection.Query) (int, error) {
	rows, err := b.Rows(ctx, q)
	return len(rows), err
}

func (b *book) Market(_ context.Context, kind detect.Kind, from, until time.Time) (int, error) {
	return after(b.all[kind], until) - after(b.all[kind], from), nil
}

func (b *book) Links(_ context.Context, accounts []string) ([]detect.Link, error) {
	var all []detect.Link
	for _, a := range accounts {
		for _, l := range b.links[a] {
			if _, here := slices.BinarySearch(accounts, l.B); here {
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// after is the index of the first row later than the instant.
func after(rows []detect.Row, at time.Time) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i].At.After(at) })
}
