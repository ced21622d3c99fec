package report

import (
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// turn is one trigger's work on a copy of the report. What it records becomes the change.
type turn struct {
	*Report
	*casefile.Recorder
	facts   casefile.Facts
	command string
}

type rule = casefile.Rule[*turn]

func in(list ...Status) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// Where commands are accepted.
var (
	unanswered = in(Submitted, Screening, UnderReview, NeedInfo, Contested)
	examined   = in(Screening, UnderReview, NeedInfo)
	open       = in(Submitted, Screening, UnderReview, NeedInfo, Answered, Contested)
)

// table says in which status a command is accepted: elsewhere it is refused with wrong_stage, and with case_closed when the
// report is over.
var table = map[string]rule{
	"submit_report":    casefile.On((*turn).submit, ""),
	"assign":           casefile.On((*turn).assign, unanswered...),
	"admit_report":     casefile.On((*turn).admit, in(Screening)...).When((*turn).onBench),
	"find":             casefile.On((*turn).find, examined...).When((*turn).mayFind),
	"need_info":        casefile.On((*turn).ask, in(UnderReview)...).When((*turn).onBench),
	"give_info":        casefile.On((*turn).giveInfo).When((*turn).mayGiveInfo),
	"propose_hold":     casefile.On((*turn).proposeHold, examined...).When((*turn).mayHold),
	"second":           casefile.On((*turn).second, unanswered...).When((*turn).holdWaits),
	"contest":          casefile.On((*turn).contest).When((*turn).mayContest).EvenOver(),
	"refer":            casefile.On((*turn).refer, open...).When((*turn).mayRefer),
	"answer_referral":  casefile.On((*turn).answerReferral).When((*turn).referralWaits).EvenOver(),
	"declare_incident": casefile.On((*turn).incident),
	"end_incident":     casefile.On((*turn).endIncident),
}

// Commands are the names of all commands that a report knows.
func Commands() []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	return names
}

func (r Report) situation() casefile.Situation {
	return casefile.Situation{State: string(r.Status), Over: r.Status == Closed, Revision: r.Revision}
}

// Decide carries out a command or refuses it.
func (r Report) Decide(c casefile.Command, facts casefile.Facts) (casefile.Case, casefile.Change, casefile.Answer) {
	row, known := table[c.Name]
	if !known || r.ID == "" && c.Name != "submit_report" {
		return r, casefile.Change{}, casefile.Refuse(casefile.WrongStage, "A report does not know this command.")
	}
	next := r.clone()
	if next.ID == "" {
		next.ID = c.Case
	}
	t := &turn{Report: next, Recorder: casefile.NewRecorder(&next.Header, c.By, c.At), facts: facts, command: c.ID}
	answer := row.Apply(c, r.situation(), t)
	if !answer.Accepted() {
		return r, casefile.Change{}, answer
	}
	t.settleStatus()
	next.Revision++
	return *next, t.Change, answer
}

// Check says whether the command could be carried out now, apart from its data.
func (r Report) Check(name string, by casefile.Actor, at time.Time, facts casefile.Facts) casefile.Answer {
	row, known := table[name]
	if !known {
		return casefile.Refuse(casefile.WrongStage, "A report does not know this command.")
	}
	next := r.clone()
	return row.Open(r.situation(), &turn{Report: next, Recorder: casefile.NewRecorder(&next.Header, by, at), facts: facts})
}

// Default carries out what happens at a deadline that nobody met.
func (r Report) Default(due clock.Deadline, facts casefile.Facts) (casefile.Case, casefile.Change) {
	next := r.clone()
	next.Clocks.Remove(due.Name)
	t := &turn{Report: next, Recorder: casefile.NewRecorder(&next.Header, system, due.DueAt), facts: facts}
	t.due(due)
	t.settleStatus()
	next.Revision++
	return *next, t.Change
}

// Move makes a deadline that was noticed too late due later.
func (r Report) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
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

func (t *turn) words(text string) casefile.Answer {
	return casefile.CheckText(text, t.Terms.Limits.TextRunes)
}
