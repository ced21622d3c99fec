package console

import (
	"net/url"

	"recourse/api/client"
)

// deskList is a list of the desk with its parts.
type deskList[T any] struct {
	Rows []T
	Tabs []Link
	Next string
}

// deskTabs are the parts of a list: the first is what most come for.
func (v *Visit) deskTabs(path string, names ...string) (string, []Link) {
	show := v.R.URL.Query().Get("show")
	chosen := names[0]
	for _, name := range names {
		if name == show {
			chosen = name
		}
	}
	var tabs []Link
	for _, name := range names {
		tabs = append(tabs, Link{Path: path + "?show=" + name, Words: v.Word("desk.part", name), Current: name == chosen})
	}
	return chosen, tabs
}

func deskNext(path, show, after string, more bool) string {
	if !more || after == "" {
		return ""
	}
	return path + "?" + url.Values{"show": {show}, "after": {after}}.Encode()
}

func showDeskReports(v *Visit) error {
	show, tabs := v.deskTabs("/desk/reports", "open", "mine", "under_review", "screening", "contested", "all")
	params := &client.ListReportsParams{Limit: new(client.Limit(perPage)), After: v.R.URL.Query().Get("after")}
	switch show {
	case "open":
		params.Open = new(client.Open(true))
	case "mine":
		params.Reviewer = v.Session.Subject
	case "all":
	default:
		params.Status = client.ReportStatus(show)
	}
	page, err := client.Result[client.ReportPage](v.API.ListReports(v.R.Context(), params))
	if err != nil {
		return err
	}
	return v.Show(v.T("nav.desk.reports"), deskList[client.ReportSummary]{page.Data, tabs, deskNext("/desk/reports", show, page.Next, page.HasMore)})
}

func showDeskReviews(v *Visit) error {
	show, tabs := v.deskTabs("/desk/reviews", "moderation", "edit_requested", "screening", "all")
	params := &client.ListReviewsParams{Limit: new(client.Limit(perPage)), After: v.R.URL.Query().Get("after")}
	if show != "all" {
		params.Status = client.ReviewStatus(show)
	}
	page, err := client.Result[client.ReviewPage](v.API.ListReviews(v.R.Context(), params))
	if err != nil {
		return err
	}
	return v.Show(v.T("nav.desk.reviews"), deskList[client.ReviewSummary]{page.Data, tabs, deskNext("/desk/reviews", show, page.Next, page.HasMore)})
}

func showDeskStandings(v *Visit) error {
	show, tabs := v.deskTabs("/desk/standings", "waiting", "suspended", "all")
	params := &client.ListStandingsParams{Limit: new(client.Limit(perPage)), After: v.R.URL.Query().Get("after"), Waiting: show == "waiting"}
	if show == "suspended" {
		params.State = client.StandingStateSuspended
	}
	page, err := client.Result[client.StandingPage](v.API.ListStandings(v.R.Context(), params))
	if err != nil {
		return err
	}
	return v.Show(v.T("nav.desk.standings"), deskList[client.StandingSummary]{page.Data, tabs, deskNext("/desk/standings", show, page.Next, page.HasMore)})
}

// deskOther is a report, a review or a standing on the desk.
type deskOther struct {
	Case  *Case
	Moves []Move
	Names bench
	Due   *client.Deadline
	Clear string // of a review: where it can be redacted, with the text to begin from
	Run   string // of its run in the Temporal UI; empty: no link
	Told  []told // of a standing: what has happened
}

func (v *Visit) deskOther(kind, id string) (deskOther, error) {
	c, err := v.Case(kind, id)
	if err != nil {
		return deskOther{}, err
	}
	data, clock, run, deadlines := deskOther{Case: c, Moves: v.Moves(c)}, "", "", []client.Deadline(nil)
	switch {
	case c.Report != nil:
		clock, run, deadlines = c.Report.Clock, c.Report.Run, c.Report.Deadlines
	case c.Review != nil:
		clock, run, deadlines = c.Review.Clock, c.Review.Run, c.Review.Deadlines
	case c.Standing != nil:
		clock, run, deadlines = c.Standing.Clock, c.Standing.Run, c.Standing.Deadlines
	}
	data.Run = v.runPath(run)
	data.Due = nextDue(deadlines, nil)
	data.Names, _, err = v.bench(clock)
	v.Follow(c.Kind, c.ID, c.Revision)
	return data, err
}

func showDeskReport(v *Visit) error {
	data, err := v.deskOther("report", v.R.PathValue("report"))
	if err != nil {
		return err
	}
	return v.Show(v.Word("behaviour", data.Case.Report.Behaviour), data)
}

func showDeskReview(v *Visit) error {
	data, err := v.deskOther("review", v.R.PathValue("review"))
	if err != nil {
		return err
	}
	for _, m := range data.Moves {
		if m.Name == "moderate" {
			data.Clear = m.Path + "?" + url.Values{"f.verdict": {string(client.ReviewVerdictRedacted)}, "f.text": {data.Case.Review.Text}}.Encode()
		}
	}
	return v.Show(v.T("desk.review.title"), data)
}

func showDeskStanding(v *Visit) error {
	data, err := v.deskOther("standing", v.R.PathValue("account"))
	if err == nil {
		data.Told, err = v.standingTold(data.Case.ID)
	}
	if err != nil {
		return err
	}
	return v.Show(v.T("desk.standing.title"), data)
}
