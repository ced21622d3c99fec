package review_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/review"
	"recourse/policies"
)

const (
	day   = 24 * time.Hour
	micro = time.Microsecond
)

// The people of every scene: ada bought from bolt.
var (
	ada      = casefile.Actor{ID: "ada", Role: casefile.Buyer}
	bolt     = casefile.Actor{ID: "bolt", Role: casefile.Seller}
	carl     = casefile.Actor{ID: "carl", Role: casefile.Buyer} // a stranger
	cleo     = casefile.Actor{ID: "cleo", Role: casefile.Reviewer}
	dora     = casefile.Actor{ID: "dora", Role: casefile.Reviewer}
	operator = casefile.Actor{ID: "olga", Role: casefile.Operator}
	system   = casefile.Actor{Role: casefile.System}
)

// began is when the order of every scene was delivered.
var began = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

type fields map[string]any

type tester interface {
	require.TestingT
	Helper()
}

// scene is one review with what the shell would know for it. Times are counted from the delivery.
type scene struct {
	tester
	now      time.Time
	state    review.Review
	facts    casefile.ReviewFacts
	desk     []casefile.Candidate
	events   []casefile.Event
	openings []casefile.Opening
	commands int
	salts    rand.ChaCha8
}

func newScene(t tester) *scene {
	t.Helper()
	return &scene{tester: t, now: began, facts: casefile.ReviewFacts{Order: "ord_1", Buyer: ada.ID, Seller: bolt.ID, Currency: "EUR", Total: 4550,
		DeliveredAt: began, Scanned: true}, desk: []casefile.Candidate{{ID: cleo.ID, Role: casefile.Reviewer}, {ID: dora.ID, Role: casefile.Reviewer}}}
}

func terms() policy.ReviewTerms { return policies.Default().ForReview() }

// form is a good review.
func form(change ...fields) fields {
	f := fields{"order": "ord_1", "stars": 4, "as_described": 5, "quality": 4, "communication": 3, "shipping_speed": 2,
		"text": "A lamp. Call me: 0123. It is dim.", "terms": terms()}
	for _, c := range change {
		for key, value := range c {
			if value == nil {
				delete(f, key)
			} else {
				f[key] = value
			}
		}
	}
	return f
}

func flags(rules ...string) []casefile.Flag {
	var all []casefile.Flag
	for i, r := range rules {
		all = append(all, casefile.Flag{Rule: r, From: i, Until: i + 1})
	}
	return all
}

// sealed is a scene with a review that was submitted on the first day.
func sealed(t tester) *scene {
	t.Helper()
	s := newScene(t)
	s.do("submit_review", ada, form())
	return s
}

// published: nothing was found in it.
func published(t tester) *scene {
	t.Helper()
	s := sealed(t)
	s.wait(7*day + micro)
	return s
}

// held: a telephone number was found in it.
func held(t tester, rules ...string) *scene {
	t.Helper()
	s := sealed(t)
	if rules == nil {
		rules = []string{review.ContactData}
	}
	s.facts.Flags = flags(rules...)
	s.wait(7*day + micro)
	s.facts.Flags = nil // of the next text that is sent
	return s
}

func (s *scene) redact(by casefile.Actor) {
	s.Helper()
	s.do("moderate", by, fields{"verdict": "redacted", "text": "A lamp. […] It is dim."})
}

// wait lets time pass: every deadline before its end is taken, one at its end is not yet.
func (s *scene) wait(length time.Duration) {
	s.Helper()
	to := s.now.Add(length)
	for steps := 0; ; steps++ {
		require.Less(s, steps, 2000, "it never comes to rest")
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

// until lets time pass to an instant after the delivery.
func (s *scene) until(after time.Duration) {
	s.Helper()
	require.False(s, began.Add(after).Before(s.now), "time does not go back")
	s.wait(began.Add(after).Sub(s.now))
}

// factsFor gives what the kind asks for and nothing else.
func (s *scene) factsFor(trigger string) casefile.Facts {
	need := review.Kind.Needs(trigger)
	var f casefile.Facts
	if need&casefile.NeedReview != 0 {
		facts := s.facts
		f.Review = &facts
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
	c := casefile.Command{ID: fmt.Sprintf("cmd_%03d", s.commands), Case: "rev_1", Name: name, By: by, At: s.now, Data: encoded}
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
	decoded, err := review.Kind.Decode(encoded)
	require.NoError(s, err)
	again, err := json.Marshal(decoded)
	require.NoError(s, err)
	require.Equal(s, string(encoded), string(again), "round trip")
	for _, e := range change.Events {
		if n := len(s.events); n > 0 {
			require.Equal(s, s.events[n-1].Sequence+1, e.Sequence)
			require.False(s, e.At.Before(s.events[n-1].At))
		}
		_, err := casefile.Seal("rev_1", casefile.Hash{1}, e, &s.salts)
		require.NoError(s, err, "%s: %+v", e.Type, e.Data)
		s.events = append(s.events, e)
	}
	s.openings = append(s.openings, change.Openings...)
	s.state = decoded.(review.Review)
}

func (s *scene) encoded() string {
	s.Helper()
	text, err := json.Marshal(s.state)
	require.NoError(s, err)
	return string(text)
}

func (s *scene) status(want review.Status) {
	s.Helper()
	require.Equal(s, want, s.state.Status)
}

// counts says whether the review is public and counted, or why it is not.
func (s *scene) counts(reason review.Reason) {
	s.Helper()
	require.True(s, s.state.Public())
	require.Equal(s, reason, s.state.Reason)
	require.Equal(s, reason == "", s.state.Counted)
}

// types are the types of all events but notices, in order.
func (s *scene) types() []casefile.EventType {
	var all []casefile.EventType
	for _, e := range s.events {
		if e.Type != casefile.NoticeSent {
			all = append(all, e.Type)
		}
	}
	return all
}

func (s *scene) happened(of casefile.EventType) []casefile.Event {
	var all []casefile.Event
	for _, e := range s.events {
		if e.Type == of {
			all = append(all, e)
		}
	}
	return all
}
