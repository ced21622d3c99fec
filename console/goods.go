package console

import (
	"strings"

	"recourse/api/client"
)

// disputeRow is a dispute in a list, with what it is about: somebody who has three disputes about damage tells them apart by
// the goods.
type disputeRow struct {
	client.DisputeSummary
	Goods string // empty: the order is not among the reader's latest
}

// namedOrders bounds how many orders a list of disputes is named by.
const namedOrders = 50

// goodsOf are the titles of the lines of orders, by order.
func goodsOf(orders []client.OrderSummary) map[string]string {
	goods := map[string]string{}
	for _, o := range orders {
		var titles []string
		for _, line := range o.Lines {
			titles = append(titles, line.Title)
		}
		goods[o.ID] = strings.Join(titles, ", ")
	}
	return goods
}

// named puts the goods to disputes.
func named(disputes []client.DisputeSummary, goods map[string]string) []disputeRow {
	rows := make([]disputeRow, len(disputes))
	for i, d := range disputes {
		rows[i] = disputeRow{d, goods[d.Order]}
	}
	return rows
}

// latestGoods are what a party's latest orders are about; nobody else has orders of their own.
func (v *Visit) latestGoods(open *client.Open) (map[string]string, error) {
	if !v.Is(parties...) {
		return nil, nil
	}
	page, err := client.Result[client.OrderPage](v.API.ListOrders(v.R.Context(), &client.ListOrdersParams{Limit: new(client.Limit(namedOrders)), Open: open}))
	return goodsOf(page.Data), err
}
