package console

import (
	"recourse/api/client"
)

// homeData is what somebody finds first: what waits for them, and then the rest.
type homeData struct {
	Name     string
	Yours    []client.DisputeSummary // where it is the reader's move
	Open     []client.DisputeSummary // the others that are open
	Orders   []client.OrderSummary   // the latest, of a party
	MoreOpen bool
}

const onHome = 6

// showHome is by role: a party sees what waits for it and its latest orders, whoever decides sees their own cases, and who
// runs the platform sees what is open.
func showHome(v *Visit) error {
	data := homeData{Name: v.Session.Name}
	params := &client.ListDisputesParams{Limit: new(client.Limit(50)), Open: new(client.Open(true))}
	if v.Is(deciders...) {
		params.Reviewer = v.Session.Subject
	}
	disputes, err := client.Result[client.DisputePage](v.API.ListDisputes(v.R.Context(), params))
	if err != nil {
		return err
	}
	var orders client.OrderPage
	if v.Is(parties...) {
		orders, err = client.Result[client.OrderPage](v.API.ListOrders(v.R.Context(), &client.ListOrdersParams{Limit: new(client.Limit(onHome)), Open: new(client.Open(true))}))
		if err != nil {
			return err
		}
		data.Orders = orders.Data
	}
	for _, d := range disputes.Data {
		if d.YourMove {
			data.Yours = append(data.Yours, d)
		} else {
			data.Open = append(data.Open, d)
		}
	}
	if len(data.Open) > onHome {
		data.Open, data.MoreOpen = data.Open[:onHome], true
	}
	return v.Show(v.T("home.title", "Name", v.Session.Name), data)
}
