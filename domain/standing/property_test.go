package standing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// play is one account with people and other cases that do anything at any time.
type play struct {
	*rapid.T
	*scene
	causes int
}

func (p *play) cause() string {
	p.causes++
	return fmt.Sprintf("dsp_%d", p.causes)
}

// some draws one of what there is; the empty text where there is nothing.
func some[T any](t *rapid.T, all []T, id func(T) string) string {
	if len(all) == 0 {
		return "none"
	}
	return id(rapid.SampledFrom(all).Draw(t, "one"))
}

func (p *play) act() {
	t := p.T
	entry := some(t, p.s.Entries, func(e standing.Entry) string { return e.ID })
	measure := some(t, p.s.Measures, func(m standing.Measure) string { return m.ID })
	switch rapid.SampledFrom([]string{"enter", "enter", "enter", "again", "finalise", "void", "measure", "end", "contest", "rule", "removal", "incident", "excuse", "blame"}).Draw(t, "do") {
	case "enter":
		back := time.Duration(rapid.IntRange(0, 100).Draw(t, "days back")) * day
		p.enter(p.cause(), rapid.SampledFrom(conduct.Rules).Draw(t, "rule"), effective(p.now.Add(-back)), func(e *standing.Points) {
			e.Final = rapid.Bool().Draw(t, "final")
			e.About = rapid.SampledFrom([]string{"", "", "dsp_1", "dsp_2"}).Draw(t, "about")
		})
	case "again":
		if n := len(p.s.Entries); n > 0 {
			e := p.s.Entries[rapid.IntRange(0, n-1).Draw(t, "entry")]
			p.enter(e.Cause, e.Rule)
		}
	case "finalise":
		p.send(anybody, "finalise_entry", is{"entry": entry})
	case "void":
		p.send(anybody, "void_entry", is{"entry": entry})
	case "measure":
		p.measure(p.cause(), rapid.SampledFrom([]standing.Scope{standing.ScopeAccount, "list", "report"}).Draw(t, "scope"),
			rapid.SampledFrom([]string{"", "1d", "40d"}).Draw(t, "length"))
	case "end":
		p.send(otto, "end_measure", is{"measure": measure})
	case "contest":
		data := is{"entry": entry, "text": "No."}
		if rapid.Bool().Draw(t, "a measure") {
			data = is{"measure": measure, "text": "No."}
		}
		p.send(bolt, "contest", data)
	case "rule":
		contest := some(t, p.s.Contests, func(c standing.Contest) string { return c.ID })
		p.send(sol, "rule_contest", is{"contest": contest, "upheld": rapid.Bool().Draw(t, "upheld"), "reasons": "So."})
	case "removal":
		p.send(sol, "rule_removal", is{"remove": rapid.Bool().Draw(t, "remove"), "reasons": "So."})
	case "excuse":
		p.send(anybody, "excuse_cause", is{"account": bolt.ID, "cause": p.cause(), "report": "rep_x", "terms": p.terms})
	case "blame":
		p.send(anybody, "end_excuse", is{"account": bolt.ID, "cause": p.cause(), "report": "rep_x"})
	case "incident":
		p.send(otto, "declare_incident", is{"from": p.now, "until": p.now.Add(day), "text": "Flood."})
		if rapid.Bool().Draw(t, "ends early") {
			p.send(otto, "end_incident", is{"from": p.now, "until": p.now.Add(day), "at": p.now.Add(time.Hour)})
		}
	}
}

// sound looks at the standing between two steps.
func (p *play) sound() {
	terms := p.s.Terms.Standing
	balance := p.s.Balance(p.now)
	require.True(p.T, balance >= 0 && balance <= max(terms.Points, 0), "%d points", balance)
	days := map[string]int{}
	waits := 0
	for _, e := range p.s.Entries {
		require.GreaterOrEqual(p.T, e.Points, 0)
		if e.Status != standing.Voided && p.s.WhyNot(e) != "" {
			require.Zero(p.T, e.Points, "what never counts weighs nothing")
		}
		if e.Status == standing.Final && e.Rule != conduct.Counterfeit {
			days[e.Effective.UTC().Format(time.DateOnly)] += e.Points
		}
		if e.Status == standing.Voided {
			require.False(p.T, slices.ContainsFunc(p.s.Measures, func(m standing.Measure) bool { return m.Entry == e.ID && m.EndedAt.IsZero() }))
		}
	}
	for when, points := range days {
		require.LessOrEqual(p.T, points, terms.DailyCap, when)
	}
	for _, c := range p.s.Contests {
		if c.Status == standing.Waiting {
			waits++
		}
	}
	if waits > 0 || p.s.Review != nil && p.s.Review.Verdict == "" {
		_, due := p.s.Clocks.Next()
		require.True(p.T, due, "somebody is waited for without a deadline")
	}
	if p.s.Account != "" {
		require.Equal(p.T, p.s.StateAt(p.now) == standing.Suspended, p.s.Review != nil && p.s.Review.Verdict == "", "who is suspended is reviewed")
	}
}

func begun(t *rapid.T) *play {
	p := &play{T: t, scene: begin(t)}
	for range rapid.IntRange(1, 25).Draw(t, "steps") {
		if rapid.IntRange(0, 2).Draw(t, "pass") == 0 {
			p.past(p.now.Sub(paid) + time.Duration(rapid.IntRange(0, 20*24).Draw(t, "hours"))*time.Hour)
			p.sound()
		}
		p.act()
		p.sound()
	}
	return p
}

// TestWhateverHappens plays standings at random. Every refusal changes nothing and every state survives its encoding; the
// scene looks at that.
func TestWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := begun(t)
		p.again()
		p.past(p.now.Sub(paid) + 900*day)
		p.sound()
		if len(p.s.Measures) == 0 && p.s.Account != "" {
			require.True(t, p.s.Closed(), "a year later nothing is active: %+v", p.s.Deadlines())
		}
	})
}

// again takes the next deadline twice, from the state and from what its encoding keeps: the same comes of it.
func (p *play) again() {
	due, found := p.s.Next()
	if !found {
		return
	}
	decoded, err := standing.Kind.Decode([]byte(encoded(p.T, p.s)))
	require.NoError(p.T, err)
	one, first := p.s.Default(due, casefile.Facts{})
	other, second := decoded.Default(due, casefile.Facts{})
	require.Equal(p.T, encoded(p.T, one), encoded(p.T, other))
	require.Equal(p.T, encoded(p.T, first), encoded(p.T, second))
}

func TestVoidingEverythingMakesWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := begun(t)
		for _, i := range rapid.Permutation(indices(len(p.s.Entries))).Draw(t, "order") {
			p.ok(anybody, "void_entry", is{"entry": p.s.Entries[i].ID})
		}
		for _, m := range p.s.Measures {
			p.ok(otto, "end_measure", is{"measure": m.ID})
		}
		if p.s.Account == "" {
			return
		}
		p.stands(p.s.Terms.Standing.Points, standing.Good)
		require.Empty(t, p.muted())
		require.Equal(t, standing.ReporterGood, p.s.ReporterAt(p.now))
		require.True(t, p.s.Closed())
	})
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestFinalisingAndVoidingInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom(conduct.Rules).Draw(t, "rule")
		steps := []string{"finalise_entry", "void_entry", "finalise_entry", "void_entry"}
		var ends []string
		for _, order := range [][]int{{0, 1, 2, 3}, rapid.Permutation(indices(len(steps))).Draw(t, "order")} {
			s := begin(t)
			s.enter("dsp_0", conduct.NotAsDescribed)
			id := s.enter("dsp_1", rule, undecided)
			for i, step := range order {
				s.past(time.Duration(i+1) * 5 * day)
				s.ok(anybody, steps[step], is{"entry": id})
			}
			require.Equal(t, standing.Voided, s.entry(id).Status)
			s.stands(11, standing.Good)
			require.Empty(t, s.muted())
			ends = append(ends, encoded(t, s.s.Muted(s.now)))
		}
		require.Equal(t, ends[0], ends[1])
	})
}

// TestTheOrderOfArrivalDoesNotMatter enters the same things in two orders within one instant.
func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	type thing struct {
		cause, about string
		rule         conduct.Rule
		effective    time.Time
	}
	rapid.Check(t, func(t *rapid.T) {
		var things []thing
		for i := range rapid.IntRange(2, 8).Draw(t, "things") {
			things = append(things, thing{cause: fmt.Sprintf("dsp_%d", i), about: rapid.SampledFrom([]string{"", "", "dsp_0"}).Draw(t, "about"),
				rule:      rapid.SampledFrom([]conduct.Rule{conduct.FalseShipment, conduct.NotAsDescribed, conduct.ExtraCharge, conduct.Counterfeit, conduct.FabricatedReport}).Draw(t, "rule"),
				effective: paid.Add(-time.Duration(rapid.IntRange(0, 3).Draw(t, "back")) * 12 * time.Hour)})
		}
		type outcome struct {
			Points   map[string]int
			Pauses   map[string]policy.Duration
			Balance  int
			State    standing.State
			Reporter standing.Reporter
		}
		var outcomes []outcome
		for _, order := range [][]int{indices(len(things)), rapid.Permutation(indices(len(things))).Draw(t, "order")} {
			s := begin(t)
			for _, i := range order {
				s.enter(things[i].cause, things[i].rule, about(things[i].about), effective(things[i].effective))
			}
			s.past(7 * day)
			o := outcome{Points: map[string]int{}, Pauses: map[string]policy.Duration{}, Balance: s.s.Balance(s.now), State: s.s.State, Reporter: s.s.ReporterAt(s.now)}
			for _, e := range s.s.Entries {
				o.Points[e.Cause] = e.Points
			}
			for _, m := range s.s.Measures {
				if m.EndedAt.IsZero() {
					o.Pauses[m.Cause] = policy.Duration(m.End.Sub(m.Start))
				}
			}
			outcomes = append(outcomes, o)
		}
		require.Equal(t, outcomes[0], outcomes[1])
	})
}
