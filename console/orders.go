package console

import (
	"net/url"

	"recourse/api/client"
)

// perPage is how many cases a list shows.
const perPage = 12

// listData is one page of a list.
type listData[T any] struct {
	Rows []T
	Tabs []Link
	Next string // the address of the next page
}

// shows are the parts of a list that can be looked at.
var shows = map[string]*client.Open{"open": new(client.Open(true)), "closed": new(client.Open(false)), "all": nil}

// show is which part of the list the address asks for, with the ways to the others.
func (v *Visit) part(path string) (string, []Link) {
	show := v.R.URL.Query().Get("show")
	if _, known := shows[show]; !known {
		show = "open"
	}
	var tabs []Link
	for _, name := range []string{"open", "closed", "all"} {
		tabs = append(tabs, Link{Path: path + "?show=" + name, Words: v.T("list." + name), Current: name == show})
	}
	return show, tabs
}

// next is the address of the next page of a list, or empty.
func next(path, show, after string, more bool) string {
	if !more || after == "" {
		return ""
	}
	return path + "?" + url.Values{"show": {show}, "after": {after}}.Encode()
}

func showOrders(v *Visit) error {
	show, tabs := v.part("/orders")
	page, err := client.Result[client.OrderPage](v.API.ListOrders(v.R.Context(), &client.ListOrdersParams{Limit: new(client.Limit(perPage)),
		After: v.R.URL.Query().Get("after"), Open: shows[show]}))
	if err != nil {
		return err
	}
	return v.Show(v.T("orders.title"), listData[client.OrderSummary]{Rows: page.Data, Tabs: tabs, Next: next("/orders", show, page.Next, page.HasMore)})
}

// orderData is the page of an order.
type orderData struct {
	Case     *Case
	Order    *client.Order
	Moves    []Move
	Timeline []told
	Review   *client.ReviewSummary // the reader's, or the one about the reader
	MayRate  bool
	Run      string // in the Temporal UI, for who oversees the platform
}

// onTimeline is how many events a page shows.
const onTimeline = 100

func showOrder(v *Visit) error {
	c, err := v.Case("order", v.R.PathValue("order"))
	if err != nil {
		return err
	}
	timeline, err := client.Result[client.Timeline](v.API.GetOrderTimeline(v.R.Context(), c.ID, &client.GetOrderTimelineParams{Limit: new(client.Limit(onTimeline))}))
	if err != nil {
		return err
	}
	v.Follow(c.Kind, c.ID, c.Revision)
	data := orderData{Case: c, Order: c.Order, Moves: v.Moves(c), Timeline: v.told(timeline.Data, c.Currency), Run: v.runPath(c.Order.Run)}
	if data.Review, err = v.reviewOf(c.Order); err != nil {
		return err
	}
	data.MayRate = data.Review == nil && c.Role == client.RoleBuyer && arrivedOrOver(c.Order)
	return v.Show(v.T("order.title", "Name", orderName(c.Order)), data)
}

// orderName is what was bought, in short.
func orderName(o *client.Order) string {
	switch len(o.Lines) {
	case 0:
		return short(o.ID)
	case 1:
		return o.Lines[0].Title
	}
	return o.Lines[0].Title + " …"
}
