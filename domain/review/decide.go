package review

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// turn is one trigger's work on a copy of the review. What it records becomes the change.
type turn struct {
	*Review
	*casefile.Recorder
	facts casefile.Facts
}

type rule = casefile.Rule[*turn]

func in(list ...Status) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// table says in which status a command is accepted: elsewhere it is refused with wrong_stage, and with case_closed when the
// review was removed.
var table = map[string]rule{
	"submit_review": casefile.On((*turn).submit, ""),
	"edit_review":   casefile.On((*turn).edit, in(EditRequested)...).When((*turn).isBuyer),
	"moderate":      casefile.On((*turn).moderate, in(Moderation, Published, Redacted)...).When((*turn).mayModerate),
	"reply":         casefile.On((*turn).reply, in(Published, Redacted, Moderation)...).When((*turn).mayReply),
	"report_review": casefile.On((*turn).reportReview, in(Published, Redacted)...).When((*turn).mayReportReview),
	"appeal":        casefile.On((*turn).appeal, in(Published, Redacted, Removed)...).When((*turn).mayAppeal).EvenOver(),

	"screened":         casefile.On((*turn).screened).EvenOver(),
	"dispute_ended":    casefile.On((*turn).disputeEnded).EvenOver(),
	"report_answered":  casefile.On((*turn).reportAnswered).EvenOver(),
	"recount":          casefile.On((*turn).recountAsked).EvenOver(),
	"declare_incident": casefile.On((*turn).incident),
	"end_incident":     casefile.On((*turn).endIncident),
}

// Commands are the names of all commands that a review knows, the people's and the system's.
func Commands() []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	return names
}

func (r Review) situation() casefile.Situation {
	return casefile.Situation{State: string(r.Status), Over: r.Status == Removed, Revision: r.Revision}
}

// Decide carries out a command or refuses it.
func (r Review) Decide(c casefile.Command, facts casefile.Facts) (casefile.Case, casefile.Change, casefile.Answer) {
	row, known := table[c.Name]
	if !known || r.ID == "" && c.Name != "submit_review" {
		return r, casefile.Change{}, casefile.Refuse(casefile.WrongStage, "A review does not know this command.")
	}
	next := r.clone()
	if next.ID == "" {
		next.ID = c.Case
	}
	t := &turn{Review: next, Recorder: casefile.NewRecorder(&next.Header, c.By, c.At), facts: facts}
	answer := row.Apply(c, r.situation(), t)
	if !answer.Accepted() {
		return r, casefile.Change{}, answer
	}
	next.Revision++
	return *next, t.Change, answer
}

// Check says whether the command could be carried out now, apart from its data.
func (r Review) Check(name string, by casefile.Actor, at time.Time, facts casefile.Facts) casefile.Answer {
	row, known := table[name]
	if !known {
		return casefile.Refuse(casefile.WrongStage, "A review does not know this command.")
	}
	next := r.clone()
	return row.Open(r.situation(), &turn{Review: next, Recorder: casefile.NewRecorder(&next.Header, by, at), facts: facts})
}

// The names of a review's deadlines.
const (
	dueSeal       = "seal"
	dueRecheck    = "dispute_recheck"
	dueScreening  = "screening"
	dueModeration = "moderation"
	dueAppeal     = "appeal_answer"
	dueEdit       = "edit"
)

// Default carries out what happens at a deadline that nobody met.
func (r Review) Default(due clock.Deadline, facts casefile.Facts) (casefile.Case, casefile.Change) {
	next := r.clone()
	next.Clocks.Remove(due.Name)
	t := &turn{Review: next, Recorder: casefile.NewRecorder(&next.Header, system, due.DueAt), facts: facts}
	switch due.Name {
	case dueSeal, dueRecheck:
		t.unseal()
	case dueScreening:
		t.screen(true)
	case dueModeration:
		t.moderatorSilent()
	case dueAppeal:
		t.dismissAppeal()
	case dueEdit:
		t.hold("not_edited")
	}
	next.Revision++
	return *next, t.Change
}

// Move makes a deadline that was noticed too late due later.
func (r Review) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
	next := r.clone()
	before, found := next.Clocks.Get(name)
	if !found {
		return r, casefile.Change{}
	}
	recorder := casefile.NewRecorder(&next.Header, system, before.DueAt)
	recorder.NoticedLate(&next.Clocks, before, noticed)
	next.Revision++
	return *next, recorder.Change
}

var system = casefile.Actor{Role: casefile.System}

func (t *turn) start(name, base, policyKey string, length time.Duration) {
	t.Clocks.Start(clock.Deadline{Name: name, Since: t.At(), Base: base, Policy: policyKey, Length: length})
}

func (t *turn) incident(i casefile.Incident) casefile.Answer {
	if a := i.Check(t.Terms.Limits.IncidentMax.Std()); !a.Accepted() {
		return a
	}
	t.StandStill(&t.Clocks, i.Window(), i.Text)
	return casefile.Answer{}
}

// endIncident lets go on what stood still for an incident that ended before its time.
func (t *turn) endIncident(i casefile.IncidentEnd) casefile.Answer {
	if a := i.Check(); !a.Accepted() {
		return a
	}
	t.GoOn(&t.Clocks, i)
	return casefile.Answer{}
}
