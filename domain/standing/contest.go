package standing

import (
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// Contest is what the account's holder says against an entry or a measure. While it waits the entry stays provisional; a
// measure goes on.
type Contest struct {
	ID      string        `json:"id"`
	About   string        `json:"about"` // the entry or the measure
	Text    string        `json:"text"`
	At      time.Time     `json:"at"`
	Status  ContestStatus `json:"status"`
	RuledBy string        `json:"ruled_by,omitempty"`
	RuledAt time.Time     `json:"ruled_at,omitzero"`
	Reasons string        `json:"reasons,omitempty"`
}

// ContestStatus is what became of a contest.
type ContestStatus string

// A contest has lapsed when what it is about has ended before it was answered.
const (
	Waiting   ContestStatus = "waiting"
	Upheld    ContestStatus = "upheld"
	Dismissed ContestStatus = "dismissed"
	Lapsed    ContestStatus = "lapsed"
)

func (c Contest) waits() bool { return c.Status == Waiting }

// openContest begins the time in which an entry or a measure may be contested.
func (t *turn) openContest(id, base string) {
	t.Start(dueContest+"/"+id, base, "standing.contest", t.Terms.Standing.Contest.Std())
}

// mayContest says whether the account's holder asks, while there is something to contest.
func (t *turn) mayContest() casefile.Answer {
	switch {
	case t.By().ID != t.Account:
		return casefile.Refuse(casefile.NotAllowed, "Only the account's holder may contest this.")
	case !slices.ContainsFunc(t.Clocks.Deadlines, func(d clock.Deadline) bool { return strings.HasPrefix(d.Name, dueContest+"/") }):
		return casefile.Refuse(casefile.DeadlinePassed, "The time to contest anything in this standing is over.")
	}
	return casefile.Answer{}
}

// mayRule says whether a supervisor asks, while a contest waits.
func (t *turn) mayRule() casefile.Answer {
	if a := t.bySupervisor(); !a.Accepted() {
		return a
	}
	if !slices.ContainsFunc(t.Contests, Contest.waits) {
		return casefile.Refuse(casefile.WrongStage, "No contest waits for an answer.")
	}
	return casefile.Answer{}
}

type contest struct {
	Entry   string `json:"entry,omitempty"`
	Measure string `json:"measure,omitempty"`
	Text    string `json:"text"`
}

// Valid says whether one thing is contested.
func (c contest) Valid() casefile.Answer {
	if (c.Entry == "") == (c.Measure == "") {
		return casefile.Invalid("/entry", "Contest one entry or one measure.")
	}
	return casefile.Answer{}
}

// Fits says whether it is said in words.
func (c contest) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/text", c.Text, t.Terms.Limits.TextRunes)
}

// contest takes the holder's word against an entry or a measure, once, and as long as both the time and the thing last.
func (t *turn) contest(c contest) casefile.Answer {
	about := c.Entry + c.Measure
	if a := t.contestable(t.entry(c.Entry), t.measure(c.Measure), about); !a.Accepted() {
		return a
	}
	made := Contest{ID: casefile.Derive("cts", t.command), About: about, Text: c.Text, At: t.At(), Status: Waiting}
	t.Contests = append(t.Contests, made)
	t.awaitRuling(made.ID)
	return casefile.Answer{Result: map[string]any{"contest": made.ID}}
}

// contestable says whether an entry or a measure may be contested now.
func (s Standing) contestable(e *Entry, m *Measure, about string) casefile.Answer {
	if e == nil && m == nil {
		return casefile.Refuse(casefile.NotFound, "There is nothing of that name in this standing.")
	}
	gone := e != nil && (e.Status == Voided || e.Expired) || m != nil && !m.open()
	_, open := s.Clocks.Get(dueContest + "/" + about)
	switch {
	case !open && !gone:
		return casefile.Refuse(casefile.DeadlinePassed, "The time to contest this is over.")
	case gone:
		return casefile.Refuse(casefile.WrongStage, "This is not in force any more.")
	case s.contestOf(about).Status != "":
		return casefile.Refuse(casefile.WrongStage, "This has been contested already.")
	}
	return casefile.Answer{}
}

// ContestUntil returns until when the account's holder may contest an entry or a measure, and whether that is possible at
// an instant: once, while its time runs and it is in force.
func (s Standing) ContestUntil(id string, at time.Time) (time.Time, bool) {
	due, open := s.Clocks.Get(dueContest + "/" + id)
	if !open || at.After(due.DueAt) || !s.contestable(s.entry(id), s.measure(id), id).Accepted() {
		return time.Time{}, false
	}
	return due.DueAt, true
}

// awaitRuling asks the supervisors for an answer, and asks again when they are silent: what is contested stays as it is
// until somebody answers (PROCEDURE 8).
func (t *turn) awaitRuling(id string) {
	if c := t.contestBy(id); c == nil || !c.waits() {
		return
	}
	t.EventBy(casefile.ByItself, casefile.NoticeSent, map[string]any{"to": "supervisors", "about": dueContestRuling, "contest": id})
	t.Start(dueContestRuling+"/"+id, "contest", "standing.contest_ruling", t.Terms.Standing.ContestRuling.Std())
}

type contestRuling struct {
	Contest string `json:"contest"`
	Upheld  bool   `json:"upheld"`
	Reasons string `json:"reasons"`
}

// Fits says whether reasons are given.
func (r contestRuling) Fits(t *turn) casefile.Answer {
	return casefile.CheckText("/reasons", r.Reasons, t.Terms.Limits.TextRunes)
}

// ruleContest answers a contest. Whoever decided what is contested does not judge it.
func (t *turn) ruleContest(r contestRuling) casefile.Answer {
	c := t.contestBy(r.Contest)
	if c == nil {
		return casefile.Refuse(casefile.NotFound, "There is no such contest.")
	}
	if t.conflicted(*c, t.By()) {
		return casefile.Refuse(casefile.ConflictOfInterest, "Somebody else answers this.")
	}
	e, m := t.entry(c.About), t.measure(c.About)
	if !c.waits() {
		return casefile.Refuse(casefile.WrongStage, "This contest waits for nobody.")
	}
	c.Status, c.RuledBy, c.RuledAt, c.Reasons = Dismissed, t.By().ID, t.At(), r.Reasons
	if r.Upheld {
		c.Status = Upheld
	}
	t.Clocks.Remove(dueContestRuling + "/" + c.ID)
	t.EventBy(casefile.ByItself, casefile.NoticeSent, map[string]any{"to": t.Account, "about": "contest_" + string(c.Status), "contest": c.ID, "reasons": r.Reasons})
	switch {
	case r.Upheld && e != nil:
		t.void(e, "contest_upheld")
	case r.Upheld && m != nil:
		t.end(m, "contest_upheld")
	case e != nil:
		t.finalise(e)
	}
	return casefile.Answer{Result: map[string]any{"contest": c.ID, "status": c.Status}}
}

// conflicted says whether somebody decided what is contested.
func (s Standing) conflicted(c Contest, by casefile.Actor) bool {
	e, m := s.entry(c.About), s.measure(c.About)
	return by.ID != "" && (e != nil && e.DecidedBy == by.ID || m != nil && m.By == by.ID)
}

// ContestsFor returns the contests that somebody may answer now, the oldest first.
func (s Standing) ContestsFor(by casefile.Actor) []Contest {
	return slices.DeleteFunc(slices.Clone(s.Contests), func(c Contest) bool { return !c.waits() || s.conflicted(c, by) })
}

// lapseContest ends a contest that has nothing left to be about.
func (t *turn) lapseContest(about string) {
	for i := range t.Contests {
		if c := &t.Contests[i]; c.About == about && c.waits() {
			c.Status = Lapsed
			t.Clocks.Remove(dueContestRuling + "/" + c.ID)
		}
	}
}

// contestOf is the one contest about an entry or a measure; the zero Contest where there is none.
func (s Standing) contestOf(about string) Contest {
	if i := slices.IndexFunc(s.Contests, func(c Contest) bool { return c.About == about }); i >= 0 {
		return s.Contests[i]
	}
	return Contest{}
}

func (t *turn) contestBy(id string) *Contest {
	if i := slices.IndexFunc(t.Contests, func(c Contest) bool { return c.ID == id }); i >= 0 {
		return &t.Contests[i]
	}
	return nil
}
