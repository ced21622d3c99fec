package console

import (
	"net/url"
	"strings"

	"recourse/api/client"
)

// deskRoots begin the addresses of the cases on the desk, by kind. An order has its page only.
var deskRoots = map[string]string{"dispute": "/desk/disputes/", "report": "/desk/reports/", "review": "/desk/reviews/", "standing": "/desk/standings/"}

// deskPages are the pages of those who decide.
func deskPages() []Page {
	const item = "/desk/disputes/{dispute}/evidence/{evidence}"
	pages := []Page{
		{Name: "desk", Pattern: "GET /desk", Serve: showQueue, Examples: []Example{{As: "Cleo", Path: "/desk"}, {As: "Dara", Path: "/desk?show=all"}, {As: "Sol", Path: "/desk?show=all&snoozed=1"}, {As: "Sol", Path: "/desk?show=fourth"}}},
		{Name: "desk-keys", Pattern: "GET /desk/keys", Serve: showKeys, Examples: []Example{{As: "Cleo", Path: "/desk/keys"}}},
		{Name: "desk-keys", Pattern: "POST /desk/keys", Step: true, Serve: keepKeys},
		{Name: "desk", Pattern: "POST /desk/views", Step: true, Serve: keepView},
		{Name: "desk", Pattern: "GET /desk/live", Step: true, Serve: followQueue},
		{Name: "desk-case", Pattern: "GET /desk/disputes/{dispute}", Serve: showDeskCase, Examples: []Example{
			{As: "Fay", Path: "/desk/disputes/{dispute}", Story: "under_review"}, {As: "Sol", Path: "/desk/disputes/{dispute}", Story: "waiting_signature"},
			{As: "Sol", Path: "/desk/disputes/{dispute}", Story: "panel_review"}, {As: "Sol", Path: "/desk/disputes/{dispute}", Story: "assigning"},
			{As: "Fay", Path: "/desk/disputes/{dispute}", Story: "waiting_evidence"}}},
		{Name: "desk-evidence", Pattern: "GET " + item, Serve: showItem, Examples: []Example{{As: "Sol", Path: "/desk/disputes/{dispute}/evidence/first", Story: "waiting_signature"},
			{As: "Fay", Path: "/desk/disputes/{dispute}/evidence/{first}?with={last}&zoom=150&turn=90", Story: "under_review"}}},
		{Name: "desk-evidence", Pattern: "POST " + item + "/original", Step: true, Serve: sendOriginal},
		{Name: "desk-decide", Pattern: "GET /desk/disputes/{case}/do/decide", Serve: askDecision, Examples: deskDoExamples["decide"]},
		{Name: "desk-decide", Pattern: "POST /desk/disputes/{case}/do/decide", Step: true, Serve: takeDecision},
		{Name: "desk-reports", Pattern: "GET /desk/reports", Serve: showDeskReports, Examples: []Example{{As: "Sol", Path: "/desk/reports"}}},
		{Name: "desk-report", Pattern: "GET /desk/reports/{report}", Serve: showDeskReport, Examples: []Example{{As: "Saul", Path: "/desk/reports/{report}", Story: "report_referred"}}},
		{Name: "desk-reviews", Pattern: "GET /desk/reviews", Serve: showDeskReviews, Examples: []Example{{As: "Cleo", Path: "/desk/reviews?show=all"}}},
		{Name: "desk-review", Pattern: "GET /desk/reviews/{review}", Serve: showDeskReview, Examples: []Example{{As: "Saul", Path: "/desk/reviews/{review}", Story: "review_held"}}},
		{Name: "desk-standings", Pattern: "GET /desk/standings", Serve: showDeskStandings, Examples: []Example{{As: "Sol", Path: "/desk/standings?show=all"}}},
		{Name: "desk-standing", Pattern: "GET /desk/standings/{account}", Serve: showDeskStanding, Examples: []Example{{As: "Sol", Path: "/desk/standings/{seller}", Story: "performing"}, {As: "Sol", Path: "/desk/standings/{seller}", Story: "counterfeit_bag"}}},
	}
	for i := range pages {
		pages[i].Roles = deciders
	}
	return pages
}

// deskDoExamples are forms of those who decide, by the kind of case; those of the decision have a page of their own.
var deskDoExamples = map[string][]Example{
	"decide": {{As: "Fay", Path: "/desk/disputes/{dispute}/do/decide", Story: "under_review"}},
	"dispute": {{As: "Sol", Path: "/desk/disputes/{dispute}/do/assign", Story: "assigning"}, {As: "Sol", Path: "/desk/disputes/{dispute}/do/second", Story: "waiting_signature"},
		{As: "Fay", Path: "/desk/disputes/{dispute}/do/request_evidence", Story: "under_review"}, {As: "Fay", Path: "/desk/disputes/{dispute}/do/snooze", Story: "under_review"},
		{As: "Saul", Path: "/desk/disputes/{dispute}/do/vote", Story: "panel"}},
	"report":   {{As: "Saul", Path: "/desk/reports/{report}/do/find", Story: "report_examined"}},
	"review":   {{As: "Saul", Path: "/desk/reviews/{review}/do/moderate", Story: "review_held"}},
	"standing": {{As: "Sol", Path: "/desk/standings/{seller}/do/rule_removal", Story: "counterfeit_bag"}},
}

// atDesk says whether whoever decides is anywhere at the desk: on a page of its table, on a form, or where one would be.
func (v *Visit) atDesk() bool {
	path := v.R.URL.Path
	return v.Is(deciders...) && (path == "/desk" || strings.HasPrefix(path, "/desk/"))
}

// toDesk leads whoever decides from the parties' page of a dispute to its place on the desk, with what was just done.
func (v *Visit) toDesk() error {
	to := deskRoots["dispute"] + url.PathEscape(v.R.PathValue("dispute"))
	if v.R.URL.RawQuery != "" {
		to += "?" + v.R.URL.RawQuery
	}
	return v.Go(to)
}

// bench are the names of those who can have a case, by account.
type bench map[string]string

// Name is what somebody is called; who is not among the reviewers is shown by the end of the identifier.
func (b bench) Name(account string) string {
	if name := b[account]; name != "" {
		return name
	}
	return short(account)
}

// bench reads the reviewers and supervisors of real time, or of a test clock.
func (v *Visit) bench(clock string) (bench, []client.ReviewerName, error) {
	list, err := client.Result[client.ReviewerList](v.API.ListReviewers(v.R.Context(), &client.ListReviewersParams{Clock: clock}))
	named := bench{}
	for _, r := range list.Data {
		named[r.ID] = r.Name
	}
	return named, list.Data, err
}

// whoCanHave are those to whom the case can be given, but for who has it.
func whoCanHave(v *Visit, c *Case) ([]Option, error) {
	clock, has := "", ""
	switch {
	case c.Dispute != nil:
		clock, has = c.Dispute.Clock, c.Dispute.Reviewer
	case c.Report != nil:
		clock, has = c.Report.Clock, c.Report.Reviewer
	}
	_, list, err := v.bench(clock)
	var options []Option
	for _, r := range list {
		if r.ID != has {
			options = append(options, Option{Value: r.ID, Words: r.Name + " (" + v.Word("role", r.Role) + ")"})
		}
	}
	return options, err
}

// lateItems are the items that came late and are not part of the record.
func lateItems(v *Visit, c *Case) ([]Option, error) {
	var options []Option
	if c.Dispute == nil {
		return nil, nil
	}
	for _, item := range c.Dispute.Evidence {
		if !item.Admitted {
			options = append(options, Option{Value: item.ID, Words: v.deskItemWords(item)})
		}
	}
	return options, nil
}

// deskItemWords name an item of evidence: what it is, whose, and how it begins.
func (v *Visit) deskItemWords(item client.Evidence) string {
	words := v.Word("evidence", item.Type) + ", " + v.Word("role", item.By.Role)
	if item.Text == "" {
		return words
	}
	const begins = 60
	text := []rune(item.Text)
	if len(text) > begins {
		text = append(text[:begins:begins], '…')
	}
	return words + ": " + string(text)
}
