package standing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
	"recourse/policies"
)

const day = 24 * time.Hour

// micro is the least step of time.
const micro = time.Microsecond

var (
	paid    = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	bolt    = casefile.Actor{ID: "acc_bolt", Role: casefile.Seller}
	ada     = casefile.Actor{ID: "acc_ada", Role: casefile.Buyer}
	sol     = casefile.Actor{ID: "acc_sol", Role: casefile.Supervisor}
	cleo    = casefile.Actor{ID: "acc_cleo", Role: casefile.Reviewer}
	otto    = casefile.Actor{ID: "acc_otto", Role: casefile.Operator}
	anybody = casefile.Actor{Role: casefile.System}
)

type is = map[string]any

type tester interface {
	require.TestingT
	Helper()
}

// scene is one account's standing with a clock: commands are taken as they come, deadlines before the clock passes them.
type scene struct {
	tester
	now      time.Time
	s        standing.Standing
	events   []casefile.Event
	commands int
	terms    policy.StandingTerms
}

func begin(t tester) *scene {
	return &scene{tester: t, now: paid, terms: policies.Default().ForStanding()}
}

// at moves the clock to the time after payment; what is due at that very instant waits, as on a test clock.
func (s *scene) at(after time.Duration) *scene {
	s.Helper()
	to := paid.Add(after)
	require.False(s, to.Before(s.now), "time does not go back")
	for {
		due, found := s.s.Next()
		if !found || !due.DueAt.Before(to) {
			s.now = to
			return s
		}
		next, change := s.s.Default(due, casefile.Facts{})
		s.keep(next, change)
	}
}

// past is at, with what is due at that instant.
func (s *scene) past(after time.Duration) *scene { return s.at(after + micro) }

// keep holds on to a step: only what its encoding keeps survives it.
func (s *scene) keep(next casefile.Case, change casefile.Change) {
	s.Helper()
	for _, e := range change.Events {
		require.Equal(s, int64(len(s.events)+1), e.Sequence, "events have no gaps")
		if n := len(s.events); n > 0 {
			require.False(s, e.At.Before(s.events[n-1].At), "no event is stamped before the one before it")
		}
		_, err := casefile.Canonical(e.Data)
		require.NoError(s, err, "%s can be sealed", e.Type)
		s.events = append(s.events, e)
	}
	decoded, err := standing.Kind.Decode([]byte(encoded(s, next)))
	require.NoError(s, err)
	s.s = decoded.(standing.Standing)
}

func encoded(t tester, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// send sends a command; a refusal changes nothing.
func (s *scene) send(by casefile.Actor, name string, data any) casefile.Answer {
	s.Helper()
	s.commands++
	before := encoded(s, s.s)
	c := casefile.Command{ID: fmt.Sprintf("cmd_%06d", s.commands), Case: standing.CaseID(bolt.ID), Sequence: int64(s.commands), Name: name, By: by, At: s.now,
		Data: json.RawMessage(encoded(s, data))}
	next, change, answer := s.s.Decide(c, casefile.Facts{})
	require.Equal(s, before, encoded(s, s.s), "%s changed what it was given", name)
	if !answer.Accepted() {
		require.Equal(s, before, encoded(s, next), "%s was refused and changed something", name)
		require.Empty(s, change)
		require.NotEmpty(s, answer.Detail)
		return answer
	}
	s.keep(next, change)
	return answer
}

func (s *scene) ok(by casefile.Actor, name string, data any) casefile.Answer {
	s.Helper()
	answer := s.send(by, name, data)
	require.Empty(s, answer.Refused, "%s: %+v", name, answer)
	return answer
}

func (s *scene) no(code casefile.Code, by casefile.Actor, name string, data any) casefile.Answer {
	s.Helper()
	answer := s.send(by, name, data)
	require.Equal(s, code, answer.Refused, "%s: %+v", name, answer)
	return answer
}

// enter is an entry about bolt; with changes it is another one. It returns the entry's identifier.
func (s *scene) enter(cause string, rule conduct.Rule, with ...func(*standing.Points)) string {
	s.Helper()
	p := standing.Points{Account: bolt.ID, Rule: rule, Cause: cause, Decision: "dec_" + cause, DecidedBy: cleo.ID, Final: true, Effective: s.now, Terms: &s.terms}
	for _, change := range with {
		change(&p)
	}
	return s.ok(anybody, "enter_points", p).Result["entry"].(string)
}

func undecided(p *standing.Points) { p.Final = false }

func about(dispute string) func(*standing.Points) {
	return func(p *standing.Points) { p.About = dispute }
}

func effective(at time.Time) func(*standing.Points) {
	return func(p *standing.Points) { p.Effective = at }
}

func submitted(after time.Duration) func(*standing.Points) {
	return func(p *standing.Points) { p.Submitted = paid.Add(after) }
}

// measure starts a measure and returns its identifier.
func (s *scene) measure(cause string, scope standing.Scope, length string) string {
	s.Helper()
	data := is{"account": bolt.ID, "scope": scope, "cause": cause, "by": cleo.ID, "terms": s.terms}
	if length != "" {
		data["for"] = length
	}
	return s.ok(anybody, "start_measure", data).Result["measure"].(string)
}

func (s *scene) contest(entry string) string {
	s.Helper()
	return s.ok(bolt, "contest", is{"entry": entry, "text": "It was not me."}).Result["contest"].(string)
}

func (s *scene) rule(contest string, upheld bool) {
	s.Helper()
	s.ok(sol, "rule_contest", is{"contest": contest, "upheld": upheld, "reasons": "Seen again."})
}

// stands looks at the points and the state, as they are recorded and as they hold now.
func (s *scene) stands(points int, state standing.State) *scene {
	s.Helper()
	require.Equal(s, points, s.s.Balance(s.now))
	require.Equal(s, state, s.s.StateAt(s.now))
	if due, found := s.s.Next(); !found || due.DueAt.After(s.now) {
		require.Equal(s, points, s.s.Points)
		require.Equal(s, state, s.s.State)
	}
	return s
}

func (s *scene) entry(id string) standing.Entry {
	s.Helper()
	i := slices.IndexFunc(s.s.Entries, func(e standing.Entry) bool { return e.ID == id })
	require.GreaterOrEqual(s, i, 0, "no entry %s", id)
	return s.s.Entries[i]
}

// muted are the functions that are taken from the account now.
func (s *scene) muted() []standing.Function {
	var all []standing.Function
	for _, m := range s.s.Muted(s.now) {
		all = append(all, m.Function)
	}
	return all
}

// types are the events so far, without notices.
func (s *scene) types() []casefile.EventType {
	var all []casefile.EventType
	for _, e := range s.events {
		if e.Type != casefile.NoticeSent {
			all = append(all, e.Type)
		}
	}
	return all
}

// told are the notices so far: to whom, about what.
func (s *scene) told() []string {
	var all []string
	for _, e := range s.events {
		if e.Type == casefile.NoticeSent {
			all = append(all, fmt.Sprintf("%s %s", e.Data["to"], e.Data["about"]))
		}
	}
	return all
}
