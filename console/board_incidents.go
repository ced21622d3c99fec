package console

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"recourse/api/client"
)

// declarers are who may say that something has happened for which nobody is to lose time.
var declarers = []client.Role{client.RoleOperator}

// incidentForm declares an incident. It belongs to no case.
var incidentForm = Form{Kind: "incident", Action: "declare", Path: "/v1/incidents", Loose: true, Fields: []Field{
	ask("from", Moment).needed(), ask("until", Moment).needed(), ask("country", Line), ask("carrier", Line), text().needed()}}

// incidentView is an incident, and whether it is running.
type incidentView struct {
	client.Incident
	Running bool
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
	now := time.Now()
	if clock != "" {
		board, err := client.Result[client.Board](v.API.GetBoard(v.R.Context(), &client.GetBoardParams{Clock: clock}))
		if err != nil {
			return err
		}
		now = board.AsOf
	}
	data := incidentsData{Longest: list.Longest, Declares: v.Is(declarers...), Declare: onClock("/incidents/new", clock), Back: onClock("/board", clock)}
	for _, i := range list.Data {
		data.Rows = append(data.Rows, incidentView{i, !now.Before(i.From) && now.Before(i.Until)})
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
