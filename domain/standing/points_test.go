package standing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// entered is one entry of a table: when, for what.
type entered struct {
	at   time.Duration
	rule conduct.Rule
}

// TestWhatEachRuleTakes enters things one after the other and looks at what each takes and at the points when all are final.
func TestWhatEachRuleTakes(t *testing.T) {
	const second = 90*day + micro
	for _, c := range []struct {
		what    string
		entries []entered
		takes   []int
		points  int
	}{
		{"a counterfeit", []entered{{0, conduct.Counterfeit}}, []int{6}, 6},
		{"two counterfeits on one day: no cap", []entered{{0, conduct.Counterfeit}, {0, conduct.Counterfeit}}, []int{6, 6}, 0},
		{"three counterfeits: no less than nothing", []entered{{0, conduct.Counterfeit}, {day, conduct.Counterfeit}, {2 * day, conduct.Counterfeit}}, []int{6, 6, 6}, 0},
		{"not as described", []entered{{0, conduct.NotAsDescribed}}, []int{1}, 11},
		{"a second", []entered{{0, conduct.NotAsDescribed}, {day, conduct.NotAsDescribed}}, []int{1, 1}, 10},
		{"the third within 90d", []entered{{0, conduct.NotAsDescribed}, {45 * day, conduct.NotAsDescribed}, {90 * day, conduct.NotAsDescribed}}, []int{1, 1, 2}, 8},
		{"the third a moment later", []entered{{0, conduct.NotAsDescribed}, {45 * day, conduct.NotAsDescribed}, {second, conduct.NotAsDescribed}}, []int{1, 1, 1}, 9},
		{"the fourth within 90d", []entered{{0, conduct.NotAsDescribed}, {day, conduct.NotAsDescribed}, {2 * day, conduct.NotAsDescribed}, {3 * day, conduct.NotAsDescribed}}, []int{1, 1, 2, 2}, 6},
		{"a false shipment", []entered{{0, conduct.FalseShipment}}, []int{2}, 10},
		{"a false shipment within 365d", []entered{{0, conduct.FalseShipment}, {350 * day, conduct.FalseShipment}}, []int{2, 4}, 6},
		{"a broken promise", []entered{{0, conduct.PromiseDefaulted}}, []int{2}, 10},
		{"another within 90d", []entered{{0, conduct.PromiseDefaulted}, {90 * day, conduct.PromiseDefaulted}}, []int{2, 4}, 6},
		{"another a moment later", []entered{{0, conduct.PromiseDefaulted}, {second, conduct.PromiseDefaulted}}, []int{2, 2}, 8},
		{"repeated means the same rule", []entered{{0, conduct.PromiseDefaulted}, {day, conduct.ExtraCharge}, {2 * day, conduct.OffPlatform}}, []int{2, 2, 2}, 6},
		{"pressure to close, twice", []entered{{0, conduct.PressureToClose}, {day, conduct.PressureToClose}}, []int{2, 4}, 6},
		{"pressure to confirm, twice", []entered{{0, conduct.PressureToConfirm}, {day, conduct.PressureToConfirm}}, []int{2, 4}, 6},
		{"an extra charge, twice", []entered{{0, conduct.ExtraCharge}, {day, conduct.ExtraCharge}}, []int{2, 4}, 6},
		{"off the platform, twice", []entered{{0, conduct.OffPlatform}, {day, conduct.OffPlatform}}, []int{2, 4}, 6},
		{"extortion, twice", []entered{{0, conduct.Extortion}, {day, conduct.Extortion}}, []int{2, 4}, 6},
		{"induced reviews, twice", []entered{{0, conduct.InducedReview}, {day, conduct.InducedReview}}, []int{2, 4}, 6},
		{"concealed information, twice", []entered{{0, conduct.ConcealedInformation}, {day, conduct.ConcealedInformation}}, []int{2, 4}, 6},
		{"provoked disputes, twice", []entered{{0, conduct.ProvokedDispute}, {day, conduct.ProvokedDispute}}, []int{2, 4}, 6},
		{"phishing, twice", []entered{{0, conduct.Phishing}, {day, conduct.Phishing}}, []int{2, 4}, 6},
		{"false claims, twice", []entered{{0, conduct.FalseClaim}, {day, conduct.FalseClaim}}, []int{2, 2}, 8},
		{"malicious low reviews, twice", []entered{{0, conduct.MaliciousLowReview}, {day, conduct.MaliciousLowReview}}, []int{2, 2}, 8},
		{"fabricated reports", []entered{{0, conduct.FabricatedReport}, {day, conduct.FabricatedReport}}, []int{0, 0}, 12},
		{"six a day", []entered{{0, conduct.PromiseDefaulted}, {1, conduct.ExtraCharge}, {2, conduct.OffPlatform}, {3, conduct.Phishing}}, []int{2, 2, 2, 0}, 6},
		{"the last of a day is cut", []entered{{0, conduct.PromiseDefaulted}, {time.Hour, conduct.ExtraCharge}, {2 * time.Hour, conduct.NotAsDescribed}, {3 * time.Hour, conduct.PromiseDefaulted}}, []int{2, 2, 1, 1}, 6},
		{"a counterfeit beside the cap", []entered{{0, conduct.PromiseDefaulted}, {1, conduct.Counterfeit}, {2, conduct.PromiseDefaulted}, {3, conduct.ExtraCharge}}, []int{2, 6, 4, 0}, 0},
		// 15 hours after 9:00 it is another day.
		{"a day ends at midnight UTC", []entered{{0, conduct.PromiseDefaulted}, {0, conduct.PromiseDefaulted}, {15*time.Hour - micro, conduct.ExtraCharge}, {15 * time.Hour, conduct.ExtraCharge}}, []int{2, 4, 0, 4}, 2},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := begin(t)
			var ids []string
			for i, e := range c.entries {
				s.at(e.at)
				ids = append(ids, s.enter(fmt.Sprintf("dsp_%d", i), e.rule))
			}
			s.past(c.entries[len(c.entries)-1].at + 7*day)
			var takes []int
			for _, id := range ids {
				require.Equal(t, standing.Final, s.entry(id).Status)
				takes = append(takes, s.entry(id).Points)
			}
			require.Equal(t, c.takes, takes)
			require.Equal(t, c.points, s.s.Balance(s.now))
		})
	}
}

func TestAnEntryIsFinalAtTheLaterOfDecisionAndSevenDays(t *testing.T) {
	for _, c := range []struct {
		what  string
		final time.Duration // of the decision; negative: from the beginning
		want  time.Duration
	}{
		{"a decision that is final", -1, 7 * day},
		{"final within the week", 3 * day, 7 * day},
		{"final on the seventh day", 7 * day, 7 * day},
		{"final after an appeal", 21 * day, 21 * day},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := begin(t)
			id := s.enter("dsp_1", conduct.Counterfeit, func(p *standing.Points) { p.Final = c.final < 0 })
			if c.final >= 0 {
				s.at(c.final)
				require.Equal(t, standing.Provisional, s.entry(id).Status)
				s.ok(anybody, "finalise_entry", is{"cause": "dsp_1", "decision": "dec_2"})
				s.ok(anybody, "finalise_entry", is{"entry": id})
			}
			if s.now.Before(paid.Add(c.want)) {
				s.at(c.want).stands(12, standing.Good)
			}
			s.past(c.want).stands(6, standing.Limited)
			last := s.events[len(s.events)-1]
			require.Equal(t, paid.Add(c.want), last.At, "to the instant")
			require.Contains(t, s.types(), casefile.StandingFinalised)
		})
	}
}

func TestARepeatedEntryIsHarmless(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit, undecided)
	before, events := s.s, len(s.events)
	require.Equal(t, id, s.enter("dsp_1", conduct.Counterfeit, undecided))
	before.Revision++
	require.Equal(t, encoded(t, before), encoded(t, s.s))
	require.Len(t, s.events, events)

	require.Equal(t, id, s.enter("dsp_1", conduct.Counterfeit), "the same, now final")
	s.past(7*day).stands(6, standing.Limited)
	require.Equal(t, id, s.enter("dsp_1", conduct.Counterfeit, undecided), "an old message changes nothing")
	s.stands(6, standing.Limited)
	require.Len(t, s.s.Entries, 1)
}

func TestOneActCountsOnce(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.ExtraCharge)
	s.at(day)
	again := s.enter("rep_1", conduct.ExtraCharge, about("dsp_1"))
	s.enter("rep_2", conduct.OffPlatform, about("dsp_1"))
	s.past(8*day).stands(8, standing.Warned)
	require.Zero(t, s.entry(again).Points, "the report is about what the dispute has decided")
	require.False(t, s.entry(again).Repeated)

	s.ok(anybody, "void_entry", is{"cause": "dsp_1", "why": "overturned"})
	s.stands(8, standing.Warned)
	require.Equal(t, 2, s.entry(again).Points, "now the report alone carries it")
}

func TestAProvisionalEntryMakesNobodysRepetitionWorse(t *testing.T) {
	s := begin(t)
	first := s.enter("dsp_1", conduct.PromiseDefaulted, undecided)
	s.at(day)
	second := s.enter("dsp_2", conduct.PromiseDefaulted)
	require.Equal(t, 4, s.entry(second).Points, "what it would take if both became final")
	s.past(8*day).stands(10, standing.Good)
	require.Equal(t, 2, s.entry(second).Points)
	s.ok(anybody, "finalise_entry", is{"entry": first})
	s.stands(6, standing.Limited)
	require.Equal(t, 4, s.entry(second).Points)
}

func TestAVoidedEntryMakesWhole(t *testing.T) {
	s := begin(t)
	first := s.enter("dsp_1", conduct.FalseShipment)
	s.at(day)
	second := s.enter("dsp_2", conduct.FalseShipment)
	s.past(8*day).stands(6, standing.Limited)
	require.Equal(t, []standing.Function{standing.List}, s.muted())
	s.ok(anybody, "void_entry", is{"entry": first, "why": "panel"})
	s.stands(10, standing.Good)
	require.Equal(t, 2, s.entry(second).Points, "it repeats nothing any more")
	m, muted := s.s.MutedFor(standing.List, s.now)
	require.True(t, muted, "the second one's own pause goes on")
	require.Equal(t, paid.Add(15*day), m.Until, "for 7 days and no longer for 30")
	s.ok(anybody, "void_entry", is{"cause": "dsp_2", "rule": "false_shipment"})
	s.stands(12, standing.Good)
	require.Empty(t, s.muted())
	require.True(t, s.s.Closed())
	before, events := s.entry(first), len(s.events)
	s.ok(anybody, "void_entry", is{"entry": first})
	s.ok(anybody, "finalise_entry", is{"entry": first, "decision": "dec_9"})
	require.Equal(t, first, s.enter("dsp_1", conduct.FalseShipment, func(p *standing.Points) { p.Decision = "dec_9" }), "it is not entered again")
	require.Equal(t, before, s.entry(first), "what is voided stays so")
	require.Len(t, s.events, events)
	s.stands(12, standing.Good)
}

func TestAnEntryExpires(t *testing.T) {
	s := begin(t).at(day)
	s.enter("dsp_1", conduct.Counterfeit, effective(paid))
	s.at(365*day-micro).stands(6, standing.Limited)
	due, _ := s.s.Next()
	require.True(t, due.Reminder, "a day is never moved")
	s.past(365*day).stands(12, standing.Good)
	require.True(t, s.s.Closed())
	last := s.events[len(s.events)-1]
	require.Equal(t, paid.Add(365*day), last.At)
	_, changed := s.s.Move(due.Name, s.now)
	require.Empty(t, changed)
}

// TestWhatHoldsNeedsNoStep: an entry's last day and a measure's end hold although nobody has recorded them.
func TestWhatHoldsNeedsNoStep(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.Counterfeit)
	s.measure("rep_1", standing.ScopeAccount, "30d")
	s.past(8 * day)
	require.Len(t, s.s.Muted(s.now), len(standing.Functions))
	require.Empty(t, s.s.Muted(paid.Add(30*day)), "not at its end any more")
	require.Equal(t, 6, s.s.Balance(paid.Add(365*day-micro)))
	require.Equal(t, 12, s.s.Balance(paid.Add(365*day)))
	require.Equal(t, standing.Good, s.s.StateAt(paid.Add(365*day)))
}

func TestTheNextEntryBeginsAgainUnderTheNewPolicy(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.PromiseDefaulted)
	old := s.terms
	s.terms.Version, s.terms.Standing.Counterfeit = "another", 5
	s.at(day)
	s.enter("dsp_2", conduct.Counterfeit)
	require.Equal(t, old, s.s.Terms, "what is active keeps its policy")
	s.past(366 * day)
	require.True(t, s.s.Closed())
	require.Equal(t, standing.Good, s.s.State)
	s.enter("dsp_3", conduct.Counterfeit)
	require.False(t, s.s.Closed())
	require.Equal(t, "another", s.s.Terms.Version)
	s.past(373*day+2*micro).stands(7, standing.Warned)
}

func TestEntriesThatCannotBe(t *testing.T) {
	s := begin(t)
	whole := func(with ...any) is {
		data := is{"account": bolt.ID, "rule": "counterfeit", "cause": "dsp_1", "terms": s.terms}
		for i := 0; i < len(with); i += 2 {
			data[with[i].(string)] = with[i+1]
		}
		return data
	}
	for pointer, data := range map[string]is{
		"/account": whole("account", ""), "/cause": whole("cause", ""), "/rule": whole("rule", "rudeness"),
		"/terms": {"account": bolt.ID, "rule": "counterfeit", "cause": "dsp_1"}, "": whole("effective", "yesterday"),
	} {
		require.Equal(t, pointer, s.no(casefile.ValidationFailed, anybody, "enter_points", data).Pointer)
	}
	require.Equal(t, "/terms", s.no(casefile.ValidationFailed, anybody, "enter_points", whole("terms", is{"version": "empty"})).Pointer)
	s.ok(anybody, "enter_points", whole("effective", "2099-01-01T00:00:00Z"))
	require.Equal(t, s.now, s.s.Entries[0].Effective, "nothing is decided in the future")
	s.no(casefile.ValidationFailed, anybody, "enter_points", whole("account", ada.ID))
	s.no(casefile.NotFound, anybody, "finalise_entry", is{"cause": "dsp_2"})
	s.no(casefile.NotFound, anybody, "void_entry", is{"entry": "ent_9"})
	s.no(casefile.ValidationFailed, anybody, "void_entry", is{"why": "all of them"})
}
