package console

import (
	"crypto/rand"
	"net/http"
	"strings"

	"recourse/api/client"
)

// reportsData are the reports that the reader made, and those about the reader that were answered.
type reportsData struct {
	Rows []client.ReportSummary
	Next string
}

func showReports(v *Visit) error {
	page, err := client.Result[client.ReportPage](v.API.ListReports(v.R.Context(), &client.ListReportsParams{Limit: new(client.Limit(perPage)),
		After: v.R.URL.Query().Get("after")}))
	if err != nil {
		return err
	}
	return v.Show(v.T("reports.title"), reportsData{Rows: page.Data, Next: next("/reports", "all", page.Next, page.HasMore)})
}

// reportData is the page of a report, as the reader's own statement says it.
type reportData struct {
	Case   *Case
	Report *client.Report
	Moves  []Move
	Due    *client.Deadline
	Run    string // of its run in the Temporal UI; empty: no link
	Back   Link   // where the reader's reports are
}

func showReport(v *Visit) error {
	c, err := v.Case("report", v.R.PathValue("report"))
	if err != nil {
		return err
	}
	v.Follow(c.Kind, c.ID, c.Revision)
	return v.Show(v.T("report.title", "Behaviour", v.Word("behaviour", c.Report.Behaviour)), reportData{Case: c, Report: c.Report, Moves: v.Moves(c), Due: nextDue(c.Report.Deadlines, nil),
		Run: v.runPath(c.Report.Run), Back: v.backToReports()})
}

// backToReports is where the reader has come from: a party's own reports, those of the desk, or the board, which lists what waits.
func (v *Visit) backToReports() Link {
	switch {
	case v.Is(parties...):
		return Link{Path: "/reports", Words: v.T("reports.title")}
	case v.Is(deciders...):
		return Link{Path: "/desk/reports", Words: v.T("nav.desk.reports")}
	}
	return Link{Path: "/board", Words: v.T("nav.board")}
}

// behaviours are what a report can be about, those first that happen most.
var behaviours = []client.Behaviour{
	client.BehaviourExtraCharge, client.BehaviourOffPlatform, client.BehaviourExtortion, client.BehaviourProvokedDispute, client.BehaviourFalseLogistics,
	client.BehaviourConcealedInformation, client.BehaviourFalseClaim, client.BehaviourInducedReview, client.BehaviourMaliciousLowReview, client.BehaviourPhishing,
	client.BehaviourBrushing, client.BehaviourFabricatedReport, client.BehaviourOther,
}

// accuseData is the page on which a report is written.
type accuseData struct {
	Against string // the account
	Known   bool   // it follows from the case, and is not asked
	Who     string // in words
	Refs    []hiddenField
	Choice  fieldView
	Whom    fieldView
	Text    fieldView
	Affirm  string // what is wrong with the affirmation
	Ticked  map[string]bool
	Key     string
	Notes   []string
}

func askReport(v *Visit) error { return v.accuse(http.StatusOK, nil, nil) }

// accuse shows the form. From a case it is known whom it is about: the other side.
func (v *Visit) accuse(status int, wrong map[string]string, notes []string) error {
	if wrong == nil {
		wrong = map[string]string{}
	}
	value := func(name string) string {
		if v.R.Method == http.MethodPost {
			return v.R.PostFormValue("f." + name)
		}
		return v.R.URL.Query().Get(name)
	}
	d := accuseData{Key: rand.Text(), Notes: notes, Affirm: wrong["affirm"], Ticked: map[string]bool{}, Against: value("against"),
		Whom:   fieldView{Field: Field{Name: "against", Type: Line, Needed: true, Max: 100}, ID: "f-against", Words: v.T("accuse.against"), Help: v.T("accuse.against.help"), Typed: value("against"), Wrong: wrong["against"]},
		Choice: fieldView{Field: Field{Name: "behaviour", Type: Choice, Needed: true}, ID: "f-behaviour", Words: v.T("accuse.behaviour"), Wrong: wrong["behaviour"]},
		Text:   fieldView{Field: text().needed(), ID: "f-text", Words: v.T("accuse.text"), Help: v.T("accuse.text.help"), Typed: value("text"), Wrong: wrong["text"]}}
	for _, b := range behaviours {
		d.Choice.Options = append(d.Choice.Options, Option{Value: string(b), Words: v.Word("behaviour", b), Chosen: string(b) == value("behaviour")})
	}
	for _, name := range []string{"affirm", "unnamed", "safety"} {
		d.Ticked[name] = value(name) != ""
	}
	for _, name := range []string{"order", "dispute", "review"} {
		if id := value(name); identifierForm.MatchString(id) {
			d.Refs = append(d.Refs, hiddenField{"f." + name, id})
		}
	}
	if err := v.accused(&d, value("order"), value("dispute")); err != nil {
		return err
	}
	return v.show(status, "accuse", v.T("accuse.title"), d)
}

// accused finds the other side of a case that the report comes from.
func (v *Visit) accused(d *accuseData, order, dispute string) error {
	var buyer, seller string
	switch {
	case identifierForm.MatchString(dispute):
		c, err := v.Case("dispute", dispute)
		if err != nil {
			return err
		}
		buyer, seller = c.Dispute.Buyer, c.Dispute.Seller
	case identifierForm.MatchString(order):
		c, err := v.Case("order", order)
		if err != nil {
			return err
		}
		buyer, seller = c.Order.Buyer, c.Order.Seller
	default:
		return nil
	}
	d.Known, d.Against, d.Who = true, seller, v.T("accuse.who.seller")
	if v.Session.Subject == seller {
		d.Against, d.Who = buyer, v.T("accuse.who.buyer")
	}
	return nil
}

// sendReport submits a report, and leads to its page.
func sendReport(v *Visit) error {
	said := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(v.R.PostFormValue("f."+name), "\r\n", "\n"))
	}
	body, wrong := map[string]any{}, map[string]string{}
	for _, name := range []string{"against", "behaviour", "text", "order", "dispute", "review"} {
		if text := said(name); text != "" {
			body[name] = text
		} else if name == "against" || name == "behaviour" || name == "text" {
			wrong[name] = v.T("wrong.missing")
		}
	}
	for _, name := range []string{"affirm", "unnamed", "safety"} {
		if said(name) != "" {
			body[name] = true
		}
	}
	if body["affirm"] != true {
		wrong["affirm"] = v.T("accuse.affirm.wrong")
	}
	if len(wrong) > 0 {
		return v.accuse(http.StatusUnprocessableEntity, wrong, nil)
	}
	made, err := client.Result[client.Report](v.API.Do(v.R.Context(), http.MethodPost, "/v1/reports", body, client.Key(v.R.PostFormValue("key"))))
	return v.began(err, "/reports/"+made.ID, "report", "/reports", v.accuse)
}
