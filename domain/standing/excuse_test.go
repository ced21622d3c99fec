package standing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

func (s *scene) excuse(command, cause, report string) {
	s.Helper()
	s.ok(anybody, command, is{"account": bolt.ID, "cause": cause, "report": report, "terms": s.terms})
}

func TestADisputeOfAMaliciousBuyerNeverCounts(t *testing.T) {
	for what, first := range map[string]bool{"found before the decision": true, "found after it": false} {
		s := begin(t)
		if first {
			s.excuse("excuse_cause", "dsp_1", "rep_1")
		}
		id := s.enter("dsp_1", conduct.FalseShipment)
		s.enter("dsp_2", conduct.FalseShipment)
		s.past(7 * day)
		if !first {
			require.Equal(t, 12-2-4, s.s.Balance(s.now), what)
			require.Len(t, s.s.Muted(s.now), 1)
			s.excuse("excuse_cause", "dsp_1", "rep_1")
		}
		require.Equal(t, 12-2, s.s.Balance(s.now), "%s: and what is left is no repetition", what)
		for _, e := range s.s.Entries {
			require.Equal(t, standing.Final, e.Status, "it stands, and weighs nothing")
			require.Equal(t, map[bool]string{true: "malicious_buyer", false: ""}[e.ID == id], s.s.WhyNot(e))
		}
		for _, m := range s.s.Measures {
			require.Equal(t, m.Cause == "dsp_2", m.ActiveAt(s.now), "%s: measures that came with it end", what)
		}

		s.excuse("excuse_cause", "dsp_1", "rep_2")
		s.excuse("excuse_cause", "dsp_1", "rep_2")
		s.excuse("end_excuse", "dsp_1", "rep_1")
		require.Equal(t, 12-2, s.s.Balance(s.now), "%s: another report excuses it still", what)
		s.excuse("end_excuse", "dsp_1", "rep_2")
		require.Equal(t, 12-2-4, s.s.Balance(s.now), "%s: a finding that falls gives the weight back", what)
		s.no(casefile.NotFound, anybody, "end_excuse", is{"account": bolt.ID, "cause": "dsp_1", "report": "rep_2"})
	}
}

// active are how long measures go on that are in force, but for the microseconds in which commands came.
func (s *scene) active() []time.Duration {
	var left []time.Duration
	for _, m := range s.s.Measures {
		if m.ActiveAt(s.now) {
			left = append(left, m.End.Sub(s.now).Round(time.Second))
		}
	}
	return left
}

func TestAPauseThatAnExcuseEndedGoesOnWhenTheFindingFalls(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.FalseShipment)
	s.past(7 * day)
	s.at(9*day + micro)
	require.Equal(t, []time.Duration{5 * day}, s.active())
	s.excuse("excuse_cause", "dsp_1", "rep_1")
	require.Empty(t, s.active())
	s.at(30*day + micro)
	s.excuse("end_excuse", "dsp_1", "rep_1")
	require.Equal(t, []time.Duration{5 * day}, s.active(), "what was left of it, also after its day")
	require.Len(t, s.s.Measures, 2, "what was is not changed")
	s.enter("dsp_2", conduct.NotAsDescribed)
	require.Equal(t, []time.Duration{5 * day}, s.active(), "whatever else happens to the account")
	s.at(31*day + micro)
	s.excuse("excuse_cause", "dsp_1", "rep_2")
	s.at(40*day + micro)
	s.excuse("end_excuse", "dsp_1", "rep_2")
	require.Equal(t, []time.Duration{4 * day}, s.active(), "and again")
	s.past(44*day + micro)
	require.Empty(t, s.active())
	s.excuse("excuse_cause", "dsp_1", "rep_3")
	s.excuse("end_excuse", "dsp_1", "rep_3")
	require.Empty(t, s.active(), "the seven days are over")
	require.Len(t, s.s.Measures, 3)
}

func TestARepetitionThatAnExcuseTookAwayIsOneAgain(t *testing.T) {
	for what, late := range map[string]bool{"while it runs": false, "after its seven days": true} {
		s := begin(t)
		s.enter("dsp_1", conduct.FalseShipment)
		s.past(7 * day)
		s.at(20 * day)
		s.enter("dsp_2", conduct.FalseShipment)
		s.past(27 * day)
		require.Equal(t, []time.Duration{30 * day}, s.active()[:1], what)
		s.at(29*day + micro)
		s.excuse("excuse_cause", "dsp_1", "rep_1")
		require.Equal(t, []time.Duration{5 * day}, s.active(), "%s: a first false shipment", what)
		if late {
			s.at(50*day + micro)
			require.Empty(t, s.active())
		}
		s.excuse("end_excuse", "dsp_1", "rep_1")
		want := 28 * day
		if late {
			want = 23 * day // seven of the thirty are over
		}
		require.Equal(t, []time.Duration{want}, s.active(), what)
	}
}

func TestAPauseThatWasTakenBackIsNotBegunAgain(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.FalseShipment)
	s.past(7 * day)
	s.ok(anybody, "end_measure", is{"cause": "dsp_1", "why": "A mistake."})
	s.excuse("excuse_cause", "dsp_1", "rep_1")
	s.excuse("end_excuse", "dsp_1", "rep_1")
	require.Empty(t, s.active())
}

func TestAnExcuseForAnOrderIsForAllItsDisputes(t *testing.T) {
	s := begin(t)
	of := func(order string) func(*standing.Points) { return func(p *standing.Points) { p.Order = order } }
	s.enter("dsp_1", conduct.Counterfeit, of("ord_1"))
	s.enter("dsp_2", conduct.NotAsDescribed, of("ord_1"))
	s.enter("dsp_3", conduct.NotAsDescribed, of("ord_2"))
	s.enter("rep_4", conduct.Phishing) // of no order
	s.past(7 * day)
	require.Equal(t, 12-6-1-1-2, s.s.Balance(s.now))
	s.ok(anybody, "excuse_cause", is{"account": bolt.ID, "order": "ord_1", "report": "rep_1"})
	require.Equal(t, 12-1-2, s.s.Balance(s.now))
	s.ok(anybody, "end_excuse", is{"account": bolt.ID, "order": "ord_1", "report": "rep_1"})
	require.Equal(t, 12-6-1-1-2, s.s.Balance(s.now))
}

func TestAnExcuseNamesWhatItIsAbout(t *testing.T) {
	s := begin(t)
	whole := is{"account": bolt.ID, "cause": "dsp_1", "report": "rep_1", "terms": s.terms}
	for name := range whole {
		if name == "terms" {
			continue
		}
		part := is{}
		for key, value := range whole {
			if key != name {
				part[key] = value
			}
		}
		s.no(casefile.ValidationFailed, anybody, "excuse_cause", part)
	}
}
