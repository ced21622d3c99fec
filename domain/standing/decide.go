package standing

import (
	"strings"
	"time"

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

// table is what a standing does with a command in each state; the rows say the rest. What other cases send is taken also
// when nothing is active, since the next entry begins the standing again and a repeat must be harmless.
var table = casefile.Table[*turn]{
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
	"end_incident":     casefile.On((*turn).GoOn),
}

// Commands are the names of all commands that a standing knows.
func Commands() []string { return table.Commands() }

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
	return &turn{Standing: next, Recorder: casefile.NewRecorder(&next.Header, &next.Clocks, by, at), command: command, was: s}
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
	t := s.turn(casefile.ByItself, d.DueAt, "")
	t.Clocks.Remove(d.Name)
	t.due(d)
	t.settle()
	t.Revision++
	return *t.Standing, t.Change
}

// Move makes a deadline that was noticed too late due later. Days are never moved.
func (s Standing) Move(name string, noticed time.Time) (casefile.Case, casefile.Change) {
	next := s.clone()
	change, found := casefile.NoticedLate(&next.Header, &next.Clocks, name, noticed, next.Account)
	if !found {
		return s, change
	}
	return *next, change
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

// incident is a time in which nobody could act. Days stay: an entry expires and a measure ends when it was said.
type incident struct{ casefile.Incident }

// Fits checks its length.
func (i incident) Fits(t *turn) casefile.Answer { return i.Check(t.Terms.Limits.IncidentMax.Std()) }

func (t *turn) incident(i incident) casefile.Answer { return t.StandStill(i.Incident) }
