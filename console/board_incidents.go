package console

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"recourse/api/client"
)

// declarers are who may say that something has happened for which nobody is to lose time.
var declarers = []client.Role{client.RoleOperator}

// incidentForm declares an incident. It belongs to no case.
var incidentForm = Form{Kind: "incident", Action: "declare", Path: "/v1/incidents", Loose: true, Fields: []Field{
	ask("from", Moment).needed(), ask("until", Moment).needed(), ask("country", Line), ask("carrier", Line), text().needed()}}

// endForm ends an incident before its time.
var endForm = Form{Kind: "incident", Action: "end", Path: "/v1/incidents/{incident}/end", Loose: true, Grave: true}

// incidentView is an incident, and whether it is running.
type incidentView struct {
	client.Incident
	Running bool
	End     string // the address of the page on which it is ended; empty: the reader cannot
}

type incidentsData struct {
	Rows     []incidentView
	Longest  string
	Declares bool
	Declare  string
	Back     string
}

func showIncidents(v *Visit) error {
	clock := v.R.URL.Query().Get("clock")
	list, err := client.Result[client.IncidentList](v.API.ListIncidents(v.R.Context(), &client.ListIncidentsParams{Clock: clock}))
	if err != nil {
		return err
	}
	data := incidentsData{Longest: list.Longest, Declares: v.Is(declarers...), Declare: onClock("/incidents/new", clock), Back: onClock("/board", clock)}
	for _, i := range list.Data {
		row := incidentView{Incident: i, Running: i.EndedAt.IsZero() && !list.AsOf.Before(i.From) && list.AsOf.Before(i.Until)}
		if endable(i) {
			row.End = onClock("/incidents/"+i.ID+"/end", clock)
		}
		data.Rows = append(data.Rows, row)
	}
	return v.Show(v.T("incidents.title"), data)
}

// incident is what the pages of declaring have in common.
func (v *Visit) incident() *doData {
	clock := v.R.URL.Query().Get("clock")
	return &doData{Case: &Case{ID: onClock("/incidents", clock)}, Form: incidentForm, Title: v.T("action.incident.declare"), Next: v.T("next.incident.declare"),
		Path: onClock("/incidents/new", clock)}
}

func askForIncident(v *Visit) error { return v.form(http.StatusOK, v.incident(), filled{}) }

// declareIncident takes the form: checked, changed once more, or sent.
func declareIncident(v *Visit) error {
	d := v.incident()
	in := v.fill(d.Form, d.Case)
	switch step := v.R.PostFormValue("step"); {
	case step == "edit":
		in.wrong = map[string]string{}
		return v.form(http.StatusOK, d, in)
	case len(in.wrong) > 0:
		return v.form(http.StatusUnprocessableEntity, d, in)
	case step != "send":
		return v.check(d, in)
	}
	if clock := v.R.URL.Query().Get("clock"); clock != "" {
		in.body["clock"] = clock
	}
	if country, named := in.body["country"].(string); named {
		in.body["country"] = strings.ToUpper(country)
	}
	_, err := client.Result[json.RawMessage](v.API.Do(v.R.Context(), http.MethodPost, d.Form.Path, in.body, client.Key(v.R.PostFormValue("key"))))
	if problem, refused := errors.AsType[*client.ProblemError](err); refused && problem.Problem.Status == http.StatusUnprocessableEntity {
		d.Notes = v.place(problem.Problem, d.Form, in.wrong)
		return v.form(http.StatusUnprocessableEntity, d, in)
	}
	if err != nil {
		return err
	}
	return v.Go(onClock("/incidents", v.R.URL.Query().Get("clock"), "done", "incident"))
}

func endable(i client.Incident) bool {
	return slices.ContainsFunc(i.Actions, func(a client.Action) bool { return a.Name == "end_incident" })
}

// ending is the page on which an incident is ended: what it is, what follows from it, and the button.
func (v *Visit) ending() (*doData, bool, error) {
	clock, id := v.R.URL.Query().Get("clock"), v.R.PathValue("incident")
	list, err := client.Result[client.IncidentList](v.API.ListIncidents(v.R.Context(), &client.ListIncidentsParams{Clock: clock}))
	if err != nil {
		return nil, false, err
	}
	at := slices.IndexFunc(list.Data, func(i client.Incident) bool { return i.ID == id })
	if at < 0 {
		return nil, false, errNotFound
	}
	i := list.Data[at]
	where := v.T("incidents.everywhere")
	if i.Country != "" || i.Carrier != "" {
		where = strings.TrimSpace(i.Country + " " + i.Carrier)
	}
	next := v.T("next.incident.end")
	if list.AsOf.Before(i.From) {
		next = v.T("next.incident.end.before")
	}
	return &doData{Case: &Case{ID: onClock("/incidents", clock)}, Form: endForm, Title: v.T("action.incident.end"), Next: next, Check: true, Key: rand.Text(),
		Path: onClock("/incidents/"+id+"/end", clock), Given: []given{{v.T("incidents.where"), where}, {v.T("form.incident.declare.from"), utc(i.From)},
			{v.T("form.incident.declare.until"), utc(i.Until)}, {v.T("form.incident.declare.text"), i.Text}}}, endable(i), nil
}

func askToEnd(v *Visit) error {
	d, can, err := v.ending()
	switch {
	case err != nil:
		return err
	case !can:
		return v.notNow(http.StatusConflict, d.Case, d.Form, nil)
	}
	return v.show(http.StatusOK, "do", d.Title, d)
}

// endIncident ends it by the API. Ended once, a second press changes nothing.
func endIncident(v *Visit) error {
	clock := v.R.URL.Query().Get("clock")
	path := endForm.href(v.R.PathValue("incident"), "")
	_, err := client.Result[json.RawMessage](v.API.Do(v.R.Context(), http.MethodPost, path, map[string]any{}, client.Key(v.R.PostFormValue("key"))))
	if problem, refused := errors.AsType[*client.ProblemError](err); refused && problem.Code == client.ProblemCodeWrongStage {
		return v.notNow(http.StatusConflict, &Case{ID: onClock("/incidents", clock)}, endForm, problem)
	}
	if err != nil {
		return err
	}
	return v.Go(onClock("/incidents", clock, "done", "incident-ended"))
}

// utc is an instant as it was typed, in the zone that the form names.
func utc(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }
