package api

import (
	"context"
	"slices"

	"recourse/api/wire"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/store"
)

// goods are orders by their identifiers: what the cases of a list are about.
type goods map[string]protection.Order

// goods reads the orders of the cases of one page, all at once. Orders among them are their own.
func (h *handlers) goods(ctx context.Context, page []store.CaseRecord) (goods, error) {
	about, missing := goods{}, []string{}
	for _, r := range page {
		order := r.Summary.Order
		if o, is := r.State.(protection.Order); is {
			about[r.ID] = o
		} else if order != "" && !slices.Contains(missing, order) {
			missing = append(missing, order)
		}
	}
	records, err := h.store.Orders(ctx, missing)
	for _, r := range records {
		if o, is := r.State.(protection.Order); is {
			about[r.ID] = o
		}
	}
	return about, err
}

// lines are what the case is about, in short: the disputed part of the order for a dispute, all of it otherwise.
func (g goods) lines(r store.CaseRecord) []wire.OrderedLine {
	id := r.Summary.Order
	if _, is := r.State.(protection.Order); is {
		id = r.ID
	}
	disputed, isDispute := r.State.(dispute.Dispute)
	lines := []wire.OrderedLine{}
	for _, l := range g[id].Lines {
		quantity := l.Quantity
		if isDispute {
			at := slices.IndexFunc(disputed.Lines, func(d dispute.Line) bool { return d.SKU == l.SKU })
			if at < 0 {
				continue
			}
			quantity = disputed.Lines[at].Quantity
		}
		lines = append(lines, wire.OrderedLine{Sku: l.SKU, Title: l.Title, Quantity: int(quantity)})
	}
	return lines
}
