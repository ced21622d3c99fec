package console

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/url"
	"slices"
	"strconv"

	"recourse/api/client"
)

// queueData is the page of the queue.
type queueData struct {
	Rows    []queueRow
	Filters []queueFilter
	Views   []savedView
	Query   string // of what is looked at, to be saved
	Next    string
	Status  []Option
	Reason  []Option
	Show    string
	Snoozed bool
}

// queueRow is a case in the queue, with what the reader may do about it at once.
type queueRow struct {
	client.QueuedCase
	Has     string // the name of who has it; empty: nobody
	Mine    bool
	Claim   bool
	Assign  bool
	Key     string // of the claim: pressed twice it is one command
	Service string // the name of its colour
}

// queueFilter is one of the five ways to look at the queue; Number is its key.
type queueFilter struct {
	Link
	Name   string
	Number int
	Count  string
}

// queueFilters are the five, in the order of their keys.
var queueFilters = []string{"mine", "unassigned", "overdue", "fourth", "all"}

// queueParams is what a filter asks the API for. The fourth is by role: the panels, or what waits for a second signature.
func (v *Visit) queueParams(filter string) client.ListQueueParams {
	p := client.ListQueueParams{}
	switch filter {
	case "mine":
		p.Reviewer = v.Session.Subject
	case "unassigned":
		p.Unassigned = true
	case "overdue":
		p.Overdue = true
	case "fourth":
		p.Status = client.StatusPanelReview
		if v.Is(client.RoleSupervisor) {
			p.Status = client.StatusWaitingSignature
		}
	}
	return p
}

// queueStatuses are those in which a case waits for the platform's people.
var queueStatuses = []client.Status{client.StatusAssigning, client.StatusWaitingEvidence, client.StatusUnderReview, client.StatusWaitingSignature, client.StatusPanelReview}

func showQueue(v *Visit) error {
	query := v.R.URL.Query()
	show := query.Get("show")
	if !slices.Contains(queueFilters, show) {
		show = "all"
		if v.Is(client.RoleReviewer) {
			show = "mine"
		}
	}
	params := v.queueParams(show)
	params.Limit, params.After = new(client.Limit(perPage)), query.Get("after")
	params.Status = cmp.Or(params.Status, client.Status(query.Get("status")))
	params.Reason, params.Snoozed = client.Reason(query.Get("reason")), query.Get("snoozed") != ""
	page, err := client.Result[client.QueuePage](v.API.ListQueue(v.R.Context(), &params))
	if err != nil {
		return err
	}
	data := queueData{Show: show, Snoozed: params.Snoozed, Views: v.views()}
	if data.Rows, err = v.queueRows(page.Data); err != nil {
		return err
	}
	counts, err := v.queueCounts(v.R.Context())
	if err != nil {
		return err
	}
	for i, name := range queueFilters {
		data.Filters = append(data.Filters, queueFilter{Link: Link{Path: "/desk?show=" + name, Words: v.filterWords(name), Current: name == show}, Name: name, Number: i + 1, Count: counts[name]})
	}
	for _, s := range queueStatuses {
		data.Status = append(data.Status, Option{Value: string(s), Words: v.Word("status", s), Chosen: string(s) == query.Get("status")})
	}
	for _, r := range reasonValues {
		data.Reason = append(data.Reason, Option{Value: string(r), Words: v.Word("reason", r), Chosen: r == params.Reason})
	}
	query.Del("after")
	query.Set("show", show)
	data.Query = query.Encode()
	if page.HasMore && page.Next != "" {
		query.Set("after", page.Next)
		data.Next = "/desk?" + query.Encode()
	}
	return v.Show(v.T("desk.title"), data)
}

// filterWords name a filter, to the role where that differs.
func (v *Visit) filterWords(name string) string {
	if name == "fourth" {
		name += "." + v.Session.Role
	}
	return v.Word("desk.show", name)
}

func (v *Visit) queueRows(cases []client.QueuedCase) ([]queueRow, error) {
	rows, benches := make([]queueRow, len(cases)), map[string]bench{}
	for i, c := range cases {
		d := c.Dispute
		if _, read := benches[d.Clock]; !read {
			named, _, err := v.bench(d.Clock)
			if err != nil {
				return nil, err
			}
			benches[d.Clock] = named
		}
		row := queueRow{QueuedCase: c, Mine: d.Reviewer == v.Session.Subject, Key: rand.Text(), Service: string(c.Service)}
		if d.Reviewer != "" {
			row.Has = benches[d.Clock].Name(d.Reviewer)
		}
		row.Assign = v.Is(client.RoleSupervisor)
		row.Claim = v.Is(client.RoleReviewer) && c.ClaimedUntil.IsZero() && (row.Mine || d.Reviewer == "" || c.Service == client.QueuedCaseServiceOverdue)
		rows[i] = row
	}
	return rows, nil
}

// countTo is how many cases of a filter are counted; beyond that there are simply more.
const countTo = 100

// queueCounts is how many cases each filter has.
func (v *Visit) queueCounts(ctx context.Context) (map[string]string, error) {
	counts := map[string]string{}
	for _, name := range queueFilters {
		p := v.queueParams(name)
		found, err := client.Result[client.Count](v.API.CountQueue(ctx, &client.CountQueueParams{Reviewer: p.Reviewer, Unassigned: p.Unassigned, Overdue: p.Overdue, Status: p.Status,
			Limit: new(client.Limit(countTo))}))
		if err != nil {
			return nil, err
		}
		counts[name] = strconv.FormatInt(found.Count, 10)
		if found.More {
			counts[name] += "+"
		}
	}
	return counts, nil
}

// savedView is a way to look at the queue that the reader has named.
type savedView struct{ Name, Query string }

// Path is where it is looked at.
func (s savedView) Path() string { return "/desk?" + s.Query }

// queueQuery is the part of an address that a saved view may have: what the page itself asks for, and nothing else.
func queueQuery(text string) string {
	asked, err := url.ParseQuery(text)
	if err != nil {
		return ""
	}
	kept := url.Values{}
	for _, name := range []string{"show", "status", "reason", "snoozed"} {
		if value := asked.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return kept.Encode()
}
