package play

import (
	"context"
	"errors"
	"time"

	"recourse/api/client"
	"recourse/domain/money"
)

// farAhead is how far the clock turns when a file does not say when to look: longer than every clock of the default policy,
// the warranty's 730 days among them.
const farAhead = 900 * 24 * time.Hour

// look turns the clock to when the file wants to look, and says which instant of the story that is.
func (r *run) look(ctx context.Context) (time.Duration, error) {
	if e := r.story.Expect; e.At != nil {
		// A deadline at that very instant has passed, and is taken when the clock moves past it.
		return *e.At, r.turn(ctx, start.Add(*e.At+time.Microsecond))
	}
	var last time.Duration
	if n := len(r.story.Steps); n > 0 {
		last = r.story.Steps[n-1].At
	}
	return last + farAhead, r.turn(ctx, start.Add(last+farAhead))
}

// compare holds what is there against every expectation of the file.
func (r *run) compare(ctx context.Context) error {
	e := r.story.Expect
	orders := map[string]client.Order{}
	for _, o := range r.story.Orders {
		order, err := r.readOrder(ctx, o.Name)
		if err != nil {
			return at{e.Line, err}
		}
		orders[o.Name] = order
	}
	for _, want := range e.Orders {
		r.compareText(want.State, prefix(want.Order)+"order state", string(orders[want.Order].State))
	}
	for _, want := range e.Escrow {
		got, name := orders[want.Order].Escrow, prefix(want.Order)+"escrow "
		r.compareMoney(want.Buyer, name+"buyer", received(got.Refunded))
		r.compareMoney(want.Seller, name+"seller", received(got.Released))
		r.compareMoney(want.Fees, name+"fees", received(got.Fees))
		r.compareMoney(want.Held, name+"held", received(got.Held))
	}
	r.compareParties(e.Goodwill, "goodwill", orders, func(e client.Escrow) []client.AccountAmount { return e.Goodwill })
	r.compareParties(e.Recovered, "recovered", orders, func(e client.Escrow) []client.AccountAmount { return e.Recovered })
	r.compareParties(e.Claims, "claims", orders, func(e client.Escrow) []client.AccountAmount { return e.Claimed })
	if err := r.compareDisputes(ctx, e.Disputes); err != nil {
		return err
	}
	if err := r.compareStanding(ctx, e.Standing); err != nil {
		return err
	}
	if err := r.compareReports(ctx, e.Reports); err != nil {
		return err
	}
	if err := r.compareReviews(ctx, e.Reviews); err != nil {
		return err
	}
	if len(e.Events)+len(e.Absent) == 0 {
		return nil
	}
	timelines, err := r.timelines(ctx)
	if err != nil {
		return at{e.Line, err}
	}
	r.compareEvents(timelines)
	return nil
}

// prefix names the order in a miss, where the file has several.
func prefix(order string) string {
	if order == "" {
		return ""
	}
	return order + " "
}

func (r *run) compareText(want *Text, what, got string) {
	if want != nil && want.Value != got {
		if got == "" {
			got = "nothing"
		}
		r.miss(want.Line, "%s expected %s got %s", what, want.Value, got)
	}
}

func (r *run) compareMoney(want *Money, what string, got money.Amount) {
	if want != nil && want.Value != got {
		r.miss(want.Line, "%s expected %s got %s", what, formatAmount(want.Value), inCurrency(got, want.Value.Currency))
	}
}

// inCurrency writes an amount, with its currency where that is not the expected one.
func inCurrency(got money.Amount, expected money.Currency) string {
	if got.Currency == expected {
		return formatAmount(got)
	}
	return got.String()
}

// compareParties adds up what each party got or owes over all orders of the file.
func (r *run) compareParties(want []PartyAmount, what string, orders map[string]client.Order, of func(client.Escrow) []client.AccountAmount) {
	for _, w := range want {
		got := money.Amount{Currency: w.Value.Currency}
		for _, o := range r.story.Orders {
			for _, a := range of(orders[o.Name].Escrow) {
				if a.Account == r.accounts[w.Party] && money.Currency(a.Amount.Currency) == got.Currency {
					got.Minor += money.Minor(a.Amount.Amount)
				}
			}
		}
		r.compareMoney(&w.Money, what+" "+w.Party, got)
	}
}

func (r *run) compareDisputes(ctx context.Context, want []DisputeExpect) error {
	for _, w := range want {
		id, err := r.disputeID(r.orderOf(w.Name), w.Name)
		if err != nil {
			r.miss(w.Line, "%v", err)
			continue
		}
		d, err := r.readDispute(ctx, onlooker, id)
		var refused unexpected
		switch {
		case errors.As(err, &refused):
			r.miss(w.Line, "dispute %s expected to be there %v", w.Name, err)
			continue
		case err != nil:
			return at{w.Line, err}
		}
		name := "dispute " + w.Name + " "
		r.compareText(w.Stage, name+"stage", string(d.Stage))
		r.compareText(w.Status, name+"status", string(d.Status))
		r.compareText(w.Outcome, name+"outcome", string(d.Outcome))
		r.compareText(w.Reviewer, name+"reviewer", r.nameOf(d.Reviewer))
		r.compareMoney(w.Refunded, name+"refunded", received(d.Refunded))
		r.compareMoney(w.Released, name+"released", received(d.Released))
		r.compareMoney(w.Recovered, name+"recovered", received(d.Recovered))
		r.compareMoney(w.Claimed, name+"claimed", received(d.Claimed))
	}
	return nil
}

// orderOf is the order that a dispute is about.
func (r *run) orderOf(dispute string) string {
	for _, s := range r.story.Steps {
		if s.Do == "open_dispute" && s.As == dispute {
			return s.Order
		}
	}
	return ""
}
