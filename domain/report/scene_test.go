package report_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/report"
	"recourse/domain/standing"
	"recourse/policies"
)

const (
	day   = 24 * time.Hour
	micro = time.Microsecond
)

// The people of every scene: ada reports bolt.
var (
	ada      = casefile.Actor{ID: "ada", Role: casefile.Buyer}
	bolt     = casefile.Actor{ID: "bolt", Role: casefile.Seller}
	carl     = casefile.Actor{ID: "carl", Role: casefile.Buyer}    // a stranger
	cleo     = casefile.Actor{ID: "cleo", Role: casefile.Reviewer} // the first who is asked
	dora     = casefile.Actor{ID: "dora", Role: casefile.Reviewer}
	emil     = casefile.Actor{ID: "emil", Role: casefile.Reviewer}
	sue      = casefile.Actor{ID: "sue", Role: casefile.Supervisor}
	operator = casefile.Actor{ID: "olga", Role: casefile.Operator}
	system   = casefile.Actor{Role: casefile.System}
)

var began = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

type fields map[string]any

type tester interface {
	require.TestingT
	Helper()
}

// scene is one report with what the shell would know for it. Times are counted from the beginning.
type scene struct {
	tester
	now      time.Time
	state    report.Report
	facts    casefile.ReportFacts
	desk     []casefile.Candidate
	events   []casefile.Event
	sends    []casefile.Send
	tells    []casefile.Tell
	duties   []casefile.Duty
	commands int
	salts    rand.ChaCha8
}

func newScene(t tester) *scene {
	t.Helper()
	s := &scene{tester: t, now: began, facts: casefile.ReportFacts{Known: true, Refers: true}}
	for _, who := range []casefile.Actor{cleo, dora, emil, sue} {
		s.desk = append(s.desk, casefile.Candidate{ID: who.ID, Role: who.Role, Linked: []string{who.ID}})
	}
	return s
}

func terms() policy.ReportTerms { return policies.Default().ForReport() }

// form is a good submission about an order.
func form(change ...func(*report.Submission)) report.Submission {
	s := report.Submission{Against: bolt.ID, Behaviour: report.ExtraCharge, Text: "He wants more money.", Affirm: true, Terms: terms()}
	for _, c := range change {
		c(&s)
	}
	return s
}

// aboutOrder names an order of ada's with bolt that holds money.
func (s *scene) aboutOrder() func(*report.Submission) {
	s.facts.Order, s.facts.Buyer, s.facts.Seller, s.facts.Holds = "ord_1", ada.ID, bolt.ID, true
	return func(f *report.Submission) { f.Order = "ord_1" }
}

// submitted is a scene with a report that nobody has yet.
func submitted(t tester, change ...func(*report.Submission)) *scene {
	t.Helper()
	s := newScene(t)
	s.do("submit_report", ada, form(append(change, s.aboutOrder())...))
	return s
}

// screening: cleo has the report.
func screening(t tester, change ...func(*report.Submission)) *scene {
	t.Helper()
	s := submitted(t, change...)
	s.wait(time.Hour)
	return s
}

func underReview(t tester, change ...func(*report.Submission)) *scene {
	t.Helper()
	s := screening(t, change...)
	s.do("admit_report", cleo, nil)
	return s
}

// found: cleo has found.
func found(t tester, f report.Finding, change ...func(*report.Submission)) *scene {
	t.Helper()
	s := underReview(t, change...)
	s.find(cleo, f)
	return s
}

func (s *scene) find(by casefile.Actor, f report.Finding) {
	s.Helper()
	s.do("find", by, fields{"finding": f})
}

// wait lets time pass: every deadline before its end is taken, one at its end is not yet.
func (s *scene) wait(length time.Duration) {
	s.Helper()
	to := s.now.Add(length)
	for steps := 0; ; steps++ {
		require.Less(s, steps, 1000, "it never comes to rest")
		d, found := s.state.Next()
		if !found || !d.DueAt.Before(to) {
			s.now = to
			return
		}
		if d.DueAt.After(s.now) {
			s.now = d.DueAt
		}
		before := s.encoded()
		next, change := s.state.Default(d, s.factsFor(d.Name))
		require.Equal(s, before, s.encoded(), "%s changed what it was given", d.Name)
		s.take(next, change)
	}
}

// until lets time pass to an instant after the beginning.
func (s *scene) until(after time.Duration) {
	s.Helper()
	require.False(s, began.Add(after).Before(s.now), "time does not go back")
	s.wait(began.Add(after).Sub(s.now))
}

// factsFor gives what the kind asks for and nothing else.
func (s *scene) factsFor(trigger string) casefile.Facts {
	need := report.Kind.Needs(trigger)
	var f casefile.Facts
	if need&casefile.NeedReport != 0 {
		facts := s.facts
		f.Report = &facts
	}
	if need&casefile.NeedReviewers != 0 {
		f.Reviewers = s.desk
	}
	return f
}

func (s *scene) send(name string, by casefile.Actor, data any) casefile.Answer {
	s.Helper()
	encoded, err := json.Marshal(data)
	require.NoError(s, err)
	s.commands++
	c := casefile.Command{ID: fmt.Sprintf("cmd_%03d", s.commands), Case: "rep_1", Name: name, By: by, At: s.now, Data: encoded}
	before := s.encoded()
	offered := s.state.Check(name, by, s.now, s.factsFor(name))
	next, change, answer := s.state.Decide(c, s.factsFor(name))
	s.asOffered(name, offered, answer)
	require.Equal(s, before, s.encoded(), "%s changed what it was given", name)
	if !answer.Accepted() {
		require.Equal(s, s.state, next, "a refusal changes nothing")
		require.Empty(s, change)
		require.NotEmpty(s, answer.Detail)
		return answer
	}
	again, _, _ := s.state.Decide(c, s.factsFor(name))
	require.Equal(s, next, again, "the same gives the same")
	require.Greater(s, next.Head().Revision, s.state.Revision)
	s.take(next, change)
	return answer
}

func (s *scene) do(name string, by casefile.Actor, data any) casefile.Answer {
	s.Helper()
	answer := s.send(name, by, data)
	require.True(s, answer.Accepted(), "%s by %s in %s: %+v", name, by.ID, s.state.Status, answer)
	return answer
}

func (s *scene) refused(code casefile.Code, name string, by casefile.Actor, data any) casefile.Answer {
	s.Helper()
	answer := s.send(name, by, data)
	require.Equal(s, code, answer.Refused, "%s by %s in %s: %+v", name, by.ID, s.state.Status, answer)
	return answer
}

// take keeps what a step gave, as a database would: only what its encoding keeps, and events that can be sealed.
func (s *scene) take(next casefile.Case, change casefile.Change) {
	s.Helper()
	encoded, err := json.Marshal(next)
	require.NoError(s, err)
	decoded, err := report.Kind.Decode(encoded)
	require.NoError(s, err)
	again, err := json.Marshal(decoded)
	require.NoError(s, err)
	require.Equal(s, string(encoded), string(again), "round trip")
	for _, e := range change.Events {
		if n := len(s.events); n > 0 {
			require.Equal(s, s.events[n-1].Sequence+1, e.Sequence)
			require.False(s, e.At.Before(s.events[n-1].At))
		}
		_, err := casefile.Seal("rep_1", casefile.Hash{1}, e, &s.salts)
		require.NoError(s, err, "%s: %+v", e.Type, e.Data)
		s.events = append(s.events, e)
	}
	s.sends = append(s.sends, change.Sends...)
	s.tells = append(s.tells, change.Tells...)
	s.duties = append(s.duties, change.Duties...)
	s.state = decoded.(report.Report)
}

func (s *scene) encoded() string {
	s.Helper()
	text, err := json.Marshal(s.state)
	require.NoError(s, err)
	return string(text)
}

func (s *scene) status(want report.Status) {
	s.Helper()
	require.Equal(s, want, s.state.Status)
}

// due is when a deadline is due, after the beginning.
func (s *scene) due(name string) time.Duration {
	s.Helper()
	d, found := s.state.Clocks.Get(name)
	require.True(s, found, "no deadline %s in %+v", name, s.state.Clocks.Deadlines)
	return d.DueAt.Sub(began)
}

// happened are the events of a type.
func (s *scene) happened(of casefile.EventType) []casefile.Event {
	var all []casefile.Event
	for _, e := range s.events {
		if e.Type == of {
			all = append(all, e)
		}
	}
	return all
}

// told are the notices about something, as the accounts that got them.
func (s *scene) told(about string) []string {
	var to []string
	for _, e := range s.happened(casefile.NoticeSent) {
		if e.Data["about"] == about {
			to = append(to, e.Data["to"].(string))
		}
	}
	return to
}

// sent are the names of what was sent to cases of the order, with whom it went to.
func (s *scene) sent() []string {
	var all []string
	for _, one := range s.sends {
		all = append(all, one.Case+" "+one.Name)
	}
	return all
}

// asked are the names of what standings were told, with whose they are.
func (s *scene) asked() []string {
	var all []string
	for _, one := range s.tells {
		require.Equal(s, casefile.KindStanding, one.Kind)
		all = append(all, standing.AccountOf(one.Case)[len("acc_"):]+" "+one.Name)
	}
	return all
}

func (s *scene) story() string {
	var b strings.Builder
	for _, e := range s.events {
		fmt.Fprintf(&b, "%10s %s %v\n", e.At.Sub(began), e.Type, e.Data)
	}
	return b.String()
}
