package console

import (
	"context"
	"net/http"
	"strings"

	"recourse/api/client"
)

// kind is a kind of case: where its pages are, and how it is read.
type kind struct {
	name string
	// path begins the address of its page, and of the pages on which its actions are carried out. A kind without one has no
	// pages yet.
	path string
	get  func(ctx context.Context, api *client.Client, id string) (*http.Response, error)
	read func(c *Case, resp *http.Response, err error) error
}

// kinds are all kinds of case, by their name in the contract.
var kinds = map[string]kind{
	"order": {"order", "/orders/", func(ctx context.Context, api *client.Client, id string) (*http.Response, error) {
		return api.GetOrder(ctx, id, nil)
	}, func(c *Case, resp *http.Response, err error) error {
		order, err := client.Result[client.Order](resp, err)
		c.Order, c.Revision, c.Actions, c.Nothing, c.Currency, c.Role = &order, order.Revision, order.Actions, order.IfNothingHappens, order.Currency, order.YourRole
		return err
	}},
	"dispute": {"dispute", "/disputes/", func(ctx context.Context, api *client.Client, id string) (*http.Response, error) {
		return api.GetDispute(ctx, id, nil)
	}, func(c *Case, resp *http.Response, err error) error {
		dispute, err := client.Result[client.Dispute](resp, err)
		c.Dispute, c.Revision, c.Actions, c.Nothing, c.Currency, c.Role = &dispute, dispute.Revision, dispute.Actions, dispute.IfNothingHappens, dispute.Claim.Value.Currency, dispute.YourRole
		return err
	}},
	"standing": {"standing", "/standing/", func(ctx context.Context, api *client.Client, id string) (*http.Response, error) {
		return api.GetStanding(ctx, id, nil)
	}, func(c *Case, resp *http.Response, err error) error {
		standing, err := client.Result[client.Standing](resp, err)
		c.Standing, c.Revision, c.Actions = &standing, standing.Revision, standing.Actions
		return err
	}},
	"report": {"report", "/reports/", func(ctx context.Context, api *client.Client, id string) (*http.Response, error) {
		return api.GetReport(ctx, id)
	}, func(c *Case, resp *http.Response, err error) error {
		report, err := client.Result[client.Report](resp, err)
		c.Report, c.Revision, c.Actions = &report, report.Revision, report.Actions
		return err
	}},
	"review": {"review", "/reviews/", func(ctx context.Context, api *client.Client, id string) (*http.Response, error) {
		return api.GetReview(ctx, id)
	}, func(c *Case, resp *http.Response, err error) error {
		review, err := client.Result[client.Review](resp, err)
		c.Review, c.Revision, c.Actions = &review, review.Revision, review.Actions
		return err
	}},
}

// Case is a case of any kind, as its reader sees it: what all kinds have, and the thing itself.
type Case struct {
	Kind     string
	ID       string
	Revision int64
	Actions  []client.Action
	Nothing  *client.NothingHappens
	Currency string
	Role     client.Role // what the reader is to it
	Desk     bool        // the reader works on it at the desk

	Order    *client.Order
	Dispute  *client.Dispute
	Standing *client.Standing
	Report   *client.Report
	Review   *client.Review
}

// Case reads a case for the reader.
func (v *Visit) Case(kindName, id string) (*Case, error) {
	k, known := kinds[kindName]
	if !known {
		return nil, errNotFound
	}
	c := &Case{Kind: kindName, ID: id, Desk: v.Is(deciders...)}
	resp, err := k.get(v.R.Context(), v.API, id) //nolint:bodyclose // read closes it
	if err := k.read(c, resp, err); err != nil {
		return nil, err
	}
	return c, nil
}

// Path is the address of the case's page.
func (c *Case) Path() string { return c.root() + c.ID }

// root begins the address of the case's page: that of the desk for whoever decides. Empty: it has none.
func (c *Case) root() string {
	if root := deskRoots[c.Kind]; c.Desk && root != "" {
		return root
	}
	return kinds[c.Kind].path
}

// Offer is the dispute's offer of the identifier.
func (c *Case) Offer(id string) *client.Offer {
	if c.Dispute == nil {
		return nil
	}
	for i := range c.Dispute.Offers {
		if c.Dispute.Offers[i].ID == id {
			return &c.Dispute.Offers[i]
		}
	}
	return nil
}

// Move is an action as a page offers it.
type Move struct {
	client.Action
	Words string
	Path  string // of the page on which it is carried out
	On    string // what in the case it is about, such as an offer; empty: the case
	// Primary is the one move of a page that most come for: the first of the forms' table.
	Primary bool
}

// Moves are what the reader may do with the case now, as the API offers it, in the order of the forms' table: what settles
// a case comes before what ends one. What a program does, and no person, is left out.
func (v *Visit) Moves(c *Case) []Move {
	var moves []Move
	if c.root() == "" {
		return nil
	}
	for _, f := range forms {
		if f.Kind != c.Kind || f.Program {
			continue
		}
		for _, action := range c.Actions {
			if action.Name != f.Action {
				continue
			}
			on := f.on(action.Href)
			path := c.Path() + "/do/" + f.Action
			if on != "" {
				path += "?on=" + on
			}
			moves = append(moves, Move{Action: action, Words: v.actionWords(f, string(c.Role)), Path: path, On: on, Primary: len(moves) == 0})
		}
	}
	return moves
}

// MovesOn are the moves about one thing in the case; with nothing named, those about the case itself.
func MovesOn(moves []Move, on string) []Move {
	var about []Move
	for _, m := range moves {
		if m.On == on {
			about = append(about, m)
		}
	}
	return about
}

// short is an identifier as people can read it out: its last characters.
func short(id string) string {
	const read = 6
	_, name, found := strings.Cut(id, "_")
	if !found || len(name) <= read {
		return id
	}
	return name[len(name)-read:]
}
