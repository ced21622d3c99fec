package standing

import (
	"strings"
	"time"
	"unicode/utf8"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/policy"
)

// turn is one trigger's work on a copy of the standing. What it records becomes the change.
type turn struct {
	*Standing
	*casefile.Recorder
	command string
	was     Standing
	excused map[string]time.Duration // how long what came with each entry was to last under an excuse that falls in this turn
}

type rule = casefile.Rule[*turn]

// table is what a standing does with a command in each state; the rows say the rest. What other cases send is taken also
// when nothing is active, since the next entry begins the standing again and a repeat must be harmless.
var table = map[string]rule{
	"enter_points":     casefile.On((*turn).enterPoints).EvenOver(),
	"finalise_entry":   casefile.On((*turn).finaliseEntry).EvenOver(),
	"void_entry":       casefile.On((*turn).voidEntry).EvenOver(),
	"excuse_cause":     casefile.On((*turn).excuseCause).EvenOver(),
	"end_excuse":       casefile.On((*turn).endExcuse).EvenOver(),
	"start_measure":    casefile.On((*turn).startMeasure).EvenOver(),
	"end_measure":      casefile.On((*turn).endMeasure).EvenOver(),
	"contest":          casefile.On((*turn).contest).When((*turn).mayContest),
	"rule_contest":     casefile.On((*turn).ruleContest).When((*turn).mayRule),
	"rule_removal":     casefile.On((*turn).ruleRemoval, string(Suspended)).When((*turn).bySupervisor),
	"declare_incident": casefile.On((*turn).incident),
	"end_incident":     casefile.On((*turn).endIncident),
}

// Commands are the names of all commands that a standing knows.
func Commands() []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	return names
}

// begins says whether the command may be the first that a standing gets.
func begins(name string) bool {
	return name == "enter_points" || name == "start_measure" || name == "excuse_cause"
}

func (s Standing) situation() casefile.Situation {
	return casefile.Situation{State: string(s.State), Over: s.Closed(), Revision: s.Revision}
}

// refusal says why a command cannot reach the rules at all.
func (s Standing) refusal(name string) casefile.Answer {
	if _, known := table[name]; !known {
		return casefile.Refuse(casefile.WrongStage, "A standing does not know this command.")
	}
	if s.Account == "" && !begins(name) {
		return casefile.Refuse(casefile.NotFound, "Nothing is recorded about this account.")
	}
	return casefile.Answer{}
}

func (s Standing) turn(by casefile.Actor, at time.Time, command string) *turn {
	next := s.clone()
	return &turn{Standing: next, Recorder: casefile.NewRecorder(&next.Header, by, at), command: command, was: s}
}

// Decide carries out a command or refuses it. It needs no facts.
func (s Standing) Decide(c casefile.Command, _ casefile.Facts) (casefile.Case, casefile.Change, casefile.Answer) {
	if a := s.refusal(c.Name); !a.Accepted() {
		return s, casefile.Change{}, a
	}
	t := s.turn(c.By, c.At, c.ID)
	if t.ID == "" {
		t.ID = c.Case
	}
	answer := table[c.Name].Apply(c, s.situation(), t)
	if !answer.Accepted() {
		return s, casefile.Change{}, answer
	}
	t.settle()
	t.Revision++
	return *t.Standing, t.Change, answer
}

// Check says whether the command could be carried out now, apart from its data.
func (s Standing) Check(name string, by casefile.Actor, at time.Time) casefile.Answer {
	if a := s.refusal(name); !a.Accepted() {
		return a
	}
	return table[name].Open(s.situation(), s.turn(by, at, ""))
}

// Default carries out what happens at a deadline that nobody met, or on a day that has come.
func (s Standing) Default(d clock.Deadline, _ casefile.Facts) (casefile.Case, casefile.Change) {
	t := s.turn(system, d.DueAt, "")
	t.Clocks.Remove(d.Name)
	t.due(d)
	t.settle()
	t.Revision++
	return *t.Standing, t.Change
}

// Move makes a deadline that was noticed too late due later. Days are never moved.
func (s Standing) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
	before, found := s.Clocks.Get(name)
	if !found {
		return s, casefile.Change{}
	}
	t := s.turn(system, before.DueAt, "")
	t.Clocks.Move(name, noticed)
	t.moved(name, before.DueAt, "noticed_late")
	t.notice(t.Account, name)
	t.Revision++
	return *t.Standing, t.Change
}

// The names of a standing's deadlines, each but the review with what it is about behind a slash.
const (
	dueContest       = "contest"
	dueContestRuling = "contest_ruling"
	dueRemovalReview = "removal_review"
	dueExpiry        = "expiry"
	dueMeasure       = "measure"
)

// due carries out what happens at a deadline. Silence of a supervisor decides nothing about anybody: it is told again.
func (t *turn) due(d clock.Deadline) {
	name, about, _ := strings.Cut(d.Name, "/")
	switch name {
	case dueContest: // also of a measure, which goes on
		if e := t.entry(about); e != nil {
			t.finalise(e)
		}
	case dueContestRuling:
		t.awaitRuling(about)
	case dueRemovalReview:
		t.awaitReview()
	case dueExpiry:
		if e := t.entry(about); e != nil {
			t.expire(e)
		}
	case dueMeasure:
		if m := t.measure(about); m != nil {
			t.end(m, timeIsUp)
		}
	}
}

// begin is the first thing that is recorded about an account, or the first again after nothing was active: the policy is
// that of the day (PROCEDURE 12, R14 is about cases that are open).
func (t *turn) begin(account string, terms *policy.StandingTerms) casefile.Answer {
	switch begun := t.Account != ""; {
	case begun && account != t.Account:
		return casefile.Invalid("/account", "This is the standing of another account.")
	case begun && (terms == nil || !t.was.Closed()):
		return casefile.Answer{}
	case terms == nil || terms.Standing.Points < 1:
		return casefile.Invalid("/terms", "A standing begins under a policy.")
	case !begun:
		t.Account, t.OpenedAt = account, t.At()
		t.State, t.Points = Good, terms.Standing.Points
	}
	t.Terms = *terms
	return casefile.Answer{}
}

func (t *turn) bySupervisor() casefile.Answer {
	if t.By().Role != casefile.Supervisor {
		return casefile.Refuse(casefile.NotAllowed, "A supervisor decides this.")
	}
	return casefile.Answer{}
}

var system = casefile.Actor{Role: casefile.System}

func (t *turn) notice(to, about string) {
	t.EventBy(system, casefile.NoticeSent, map[string]any{"to": to, "about": about})
}

func (t *turn) start(name, base, policyKey string, length time.Duration) {
	t.Clocks.Start(clock.Deadline{Name: name, Since: t.At(), Base: base, Policy: policyKey, Length: length})
}

func (t *turn) moved(name string, from time.Time, why string) {
	if d, found := t.Clocks.Get(name); found {
		t.EventBy(system, casefile.DeadlineMoved, map[string]any{"deadline": name, "from": from, "to": d.DueAt, "why": why})
	}
}

// checkText refuses what is no text: empty, too long, or not UTF-8.
func checkText(pointer, text string, longest int) casefile.Answer {
	switch {
	case casefile.Blank(text):
		return casefile.Invalid(pointer, "Say it in words.")
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return casefile.Invalid(pointer, "The text is not valid UTF-8.")
	case utf8.RuneCountInString(text) > longest:
		return casefile.Invalid(pointer, "The text is longer than is allowed.")
	}
	return casefile.Answer{}
}

// incident is a time in which nobody could act.
type incident struct{ casefile.Incident }

// Fits says whether the window has a length, and one that is not above the longest allowed.
func (i incident) Fits(t *turn) casefile.Answer { return i.Check(t.Terms.Limits.IncidentMax.Std()) }

// incident lets whoever is waited for have the time again. Days stay: an entry expires and a measure ends when it was said.
func (t *turn) incident(i incident) casefile.Answer {
	if t.Clocks.Knows(i.Window()) {
		return casefile.Answer{}
	}
	t.Event(casefile.IncidentDeclared, map[string]any{"from": i.From, "until": i.Until, "text": i.Text})
	before := t.Clocks.Clone()
	for _, name := range t.Clocks.Declare(i.Window()) {
		was, _ := before.Get(name)
		t.moved(name, was.DueAt, "incident")
	}
	return casefile.Answer{}
}

// endIncident takes back what an incident has given for the time after its early end.
func (t *turn) endIncident(i casefile.IncidentEnd) casefile.Answer {
	if a := i.Check(); !a.Accepted() {
		return a
	}
	before := t.Clocks.Clone()
	names, lasted := t.Clocks.End(i.Window(), i.At)
	if !lasted && len(names) == 0 {
		return casefile.Answer{}
	}
	t.Event(casefile.IncidentEnded, map[string]any{"from": i.From, "until": i.Until, "at": i.At})
	for _, name := range names {
		was, _ := before.Get(name)
		t.moved(name, was.DueAt, "incident_ended")
	}
	return casefile.Answer{}
}
