package play

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
)

// start is the instant of 0d in every story.
var start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// run is one story that is being played: what its names stand for at the server, and what was missed so far.
type run struct {
	story    Story
	session  *session
	clock    string
	policy   string
	accounts map[string]string   // by party: an account, or the role of those who have none
	orders   map[string]string   // by order name
	disputes map[string]string   // by dispute name
	opened   map[string][]string // by order name: its disputes in the order of opening
	offers   map[string]offer
	requests map[string]string // evidence requests
	uploads  map[string]string // announced
	reports  map[string]string // by name
	reviews  map[string]string
	filed    []string          // reports and reviews, in the order of filing
	items    map[string]string // evidence, by name and by file
	hashes   map[int]string    // by number of the step: the record that its decision was told to read
	misses   Problems
}

// offer is an offer as the one who answers it has read it.
type offer struct {
	id      string
	version int64
}

func newRun(story Story, s *session) *run {
	return &run{story: story, session: s, accounts: map[string]string{}, orders: map[string]string{}, disputes: map[string]string{},
		opened: map[string][]string{}, offers: map[string]offer{}, requests: map[string]string{}, uploads: map[string]string{}, reports: map[string]string{},
		reviews: map[string]string{}, items: map[string]string{},
		hashes: map[int]string{}}
}

func (r *run) miss(line int, format string, args ...any) {
	r.misses = append(r.misses, Problem{File: r.story.File, Line: line, Text: fmt.Sprintf(format, args...)})
}

// setUp creates what the story needs before its first step: clock, policy, accounts in the order of the parties, orders.
func (r *run) setUp(ctx context.Context) error {
	clock, err := create[client.TestClock](ctx, r, "create the test clock", func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.CreateTestClock(ctx, nil, client.NewTestClock{Now: start}, e...)
	})
	if err != nil {
		return err
	}
	r.clock = clock.ID
	if len(r.story.Policy) > 0 {
		if err := r.setPolicy(ctx); err != nil {
			return err
		}
	}
	for _, p := range r.story.Parties {
		if err := r.setAccount(ctx, p); err != nil {
			return err
		}
	}
	for _, o := range r.story.Orders {
		if err := r.setOrder(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) setPolicy(ctx context.Context) error {
	overrides := map[string]any{}
	for _, o := range r.story.Policy {
		overrides[o.Key] = o.Value
	}
	policy, err := create[client.PolicyDocument](ctx, r, "create the policy", func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.CreatePolicy(ctx, nil, client.PolicyOverrides{Overrides: overrides}, e...)
	})
	if err != nil {
		return at{r.story.Policy[0].Line, err}
	}
	r.policy = policy.Version
	return nil
}

// setAccount opens the account of a party. Carriers, operators and the platform have none: one acts as their role.
func (r *run) setAccount(ctx context.Context, p Party) error {
	switch p.Role {
	case "buyer", "seller", "reviewer", "supervisor":
	default:
		r.accounts[p.Name] = p.Role
		return nil
	}
	body := client.NewAccount{Role: client.NewAccountRole(p.Role), Name: p.Name, Country: p.Country, Clock: r.clock}
	if p.Reserve != nil {
		body.Reserve = amount(*p.Reserve)
	}
	account, err := create[client.Account](ctx, r, "create the account of "+p.Name, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.CreateAccount(ctx, nil, body, e...)
	})
	if err != nil {
		return at{p.Line, err}
	}
	r.accounts[p.Name] = account.ID
	return nil
}

func (r *run) setOrder(ctx context.Context, o Order) error {
	body := client.NewOrder{
		Buyer: r.accounts[o.Buyer], Seller: r.accounts[o.Seller], Currency: string(o.Currency), Shipping: amount(o.Shipping),
		PaidAt: start, ShipBy: start.Add(o.ShipBy), GuaranteedBy: start.Add(o.GuaranteedBy), Postcode: o.Postcode,
		Policy: r.policy, Clock: r.clock,
	}
	for _, l := range o.Lines {
		body.Lines = append(body.Lines, client.NewLine{Sku: l.SKU, Title: l.Title, Quantity: int(l.Quantity), Price: *amount(l.Price), Category: l.Category})
	}
	for _, code := range o.Programmes {
		body.Programmes = append(body.Programmes, client.Programme(code))
	}
	rep, err := r.session.send(ctx, "", false, func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
		return api.RegisterOrder(ctx, nil, body, e...)
	})
	if err == nil && !rep.accepted() {
		err = unexpected{rep}
	}
	if err != nil {
		return at{o.Line, fmt.Errorf("register the order: %w", err)}
	}
	if rep.late {
		r.orders[o.Name] = rep.caseID
		return nil
	}
	order, err := decode[client.Order](rep, "the order")
	r.orders[o.Name] = order.ID
	return err
}

// at is an error with the line of the file that led to it.
type at struct {
	line int
	err  error
}

func (e at) Error() string { return e.err.Error() }
func (e at) Unwrap() error { return e.err }

// create makes something as the platform. What is being done stands in the error.
func create[T any](ctx context.Context, r *run, what string, do call) (T, error) {
	var out T
	rep, err := r.session.send(ctx, "", false, do)
	if err != nil {
		return out, fmt.Errorf("%s: %w", what, err)
	}
	if !rep.accepted() {
		return out, fmt.Errorf("%s: %w", what, unexpected{rep})
	}
	return decode[T](rep, what)
}

// turn advances the clock to the instant, and waits until everything on the way has happened. It settles what is in flight
// even when the clock stands there already.
func (r *run) turn(ctx context.Context, to time.Time) error {
	deadline, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for try := 0; ; try++ {
		clock, err := create[client.TestClock](deadline, r, "advance the clock to "+since(to), func(ctx context.Context, api *client.Client, e ...client.RequestEditorFn) (*http.Response, error) {
			return api.AdvanceTestClock(ctx, r.clock, nil, client.ClockAdvance{To: to}, e...)
		})
		if err != nil {
			return err
		}
		if clock.Status == client.TestClockStatusReady {
			return nil
		}
		if err := pause(deadline, min(10*time.Millisecond<<min(try, 6), time.Second)); err != nil {
			return fmt.Errorf("advance the clock to %s: it is still advancing at %s: %w", since(to), since(clock.Now), err)
		}
	}
}

// since writes an instant as the files do, after payment.
func since(t time.Time) string { return formatLength(t.Sub(start)) }
