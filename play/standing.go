package play

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"recourse/api/client"
)

// expectStanding reads how the parties of the file must stand.
func (b *binding) expectStanding(f fields, e *Expect) {
	b.named(f, "standing", func(name string, line int, m fields) {
		if !b.known(name) {
			b.r.problem(line, "expect: standing: unknown party %q", name)
		}
		s := StandingExpect{Line: line, Party: name}
		if n, ok := m.values["points"]; ok {
			if points, ok := b.r.whole(n, m.what+": points", 0); ok {
				s.Points = &points
			}
		}
		if state := b.codeOf(m, "state", standingCodes); state != nil {
			s.State = state.Value
		}
		e.Standing = append(e.Standing, s)
	}, "points", "state")
}

// hasStanding says whether anything can be entered about a party: it is on one side of a trade.
func hasStanding(p Party) bool { return p.Role == "buyer" || p.Role == "seller" }

// readStanding reads how an account stands.
func (r *run) readStanding(ctx context.Context, as, account string) (client.Standing, error) {
	return either[client.Standing](ctx, r, as, "the standing of "+account, func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.GetStanding(ctx, account, nil, e...)
	})
}

func (r *run) compareStanding(ctx context.Context, want []StandingExpect) error {
	for _, w := range want {
		got, err := r.readStanding(ctx, onlooker, r.actor(w.Party))
		if err != nil {
			return at{w.Line, err}
		}
		name := "standing " + w.Party + " "
		if w.Points != nil {
			r.compareText(&Text{w.Line, strconv.FormatInt(*w.Points, 10)}, name+"points", strconv.Itoa(got.Points))
		}
		if w.State != "" {
			r.compareText(&Text{w.Line, w.State}, name+"state", string(got.State))
		}
	}
	return nil
}

// prepareContest says something against an entry or a measure of the party's own standing. The API wants a text, the files
// need none. What names nothing is sent as it is: that it is not there may be what the step is about.
func prepareContest(r *run, ctx context.Context, s Step) (call, error) {
	account := r.actor(s.By)
	standing, err := r.readStanding(ctx, account, account)
	if err != nil {
		return nil, err
	}
	body := client.NewContest{Text: s.text("text"), Entry: r.entryID(standing, s.text("entry")), Measure: measureID(standing, s.text("measure"))}
	if body.Text == "" {
		body.Text = r.story.Title
	}
	return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
		return api.ContestStanding(ctx, account, nil, body, e...)
	}, nil
}

// entryID is the latest entry of a rule, or of a dispute by its name.
func (r *run) entryID(standing client.Standing, name string) string {
	for _, e := range slices.Backward(standing.Entries) {
		if string(e.Rule) == name || e.Cause == r.disputes[name] && name != "" {
			return e.ID
		}
	}
	return name
}

// measureID is the latest measure of a scope, or about a listing.
func measureID(standing client.Standing, name string) string {
	for _, m := range slices.Backward(standing.Measures) {
		if string(m.Scope) == name || m.Listing == name && name != "" {
			return m.ID
		}
	}
	return name
}
