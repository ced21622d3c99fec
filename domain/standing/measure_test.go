package standing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

func TestMeasuresByScope(t *testing.T) {
	for _, f := range standing.Functions {
		s := begin(t)
		id := s.measure("rep_1", standing.Scope(f), "30d")
		m, muted := s.s.MutedFor(f, s.now)
		require.True(t, muted)
		require.Equal(t, standing.Mute{Function: f, Until: paid.Add(30 * day), Measures: []string{id}}, m)
		require.Equal(t, []standing.Function{f}, s.muted(), "and nothing else")
		s.at(30*day - micro)
		require.NotEmpty(t, s.muted())
		s.past(30 * day)
		require.Empty(t, s.muted())
		require.True(t, s.s.Closed())
		last := s.events[len(s.events)-1]
		require.Equal(t, casefile.MeasureEnded, last.Type)
		require.Equal(t, paid.Add(30*day), last.At)
		s.stands(12, standing.Good)
	}
	s := begin(t)
	s.measure("rep_1", standing.ScopeAccount, "1d")
	require.Equal(t, standing.Functions, s.muted())
}

func TestMeasuresThatOverlap(t *testing.T) {
	s := begin(t)
	short := s.measure("rep_1", standing.Scope(standing.List), "10d")
	long := s.measure("rep_2", standing.ScopeAccount, "20d")
	open := s.measure("rep_3", standing.Scope(standing.List), "")
	m, _ := s.s.MutedFor(standing.List, s.now)
	require.Equal(t, standing.Mute{Function: standing.List, Measures: []string{short, long, open}}, m, "nobody has said until when")
	s.ok(otto, "end_measure", is{"measure": open, "why": "found innocent"})
	m, _ = s.s.MutedFor(standing.List, s.now)
	require.Equal(t, paid.Add(20*day), m.Until)
	s.past(10 * day)
	m, _ = s.s.MutedFor(standing.List, s.now)
	require.Equal(t, []string{long}, m.Measures)
	s.past(20 * day)
	require.Empty(t, s.muted())
}

func TestOfMeasuresThatOverlapTheLastEndCounts(t *testing.T) {
	s := begin(t)
	s.measure("rep_1", standing.Scope(standing.List), "20d")
	s.measure("rep_2", standing.Scope(standing.List), "10d")
	m, _ := s.s.MutedFor(standing.List, s.now)
	require.Equal(t, paid.Add(20*day), m.Until)

	s = suspended(t)
	id := s.measure("rep_1", standing.Scope(standing.List), "20d")
	m, _ = s.s.MutedFor(standing.List, s.now)
	require.Equal(t, standing.Mute{Function: standing.List, Measures: []string{id}, State: standing.Suspended}, m, "a suspension has no day on which it ends")
}

func TestAListingIsGoneUntilItsMeasureIsEnded(t *testing.T) {
	s := begin(t)
	data := is{"account": bolt.ID, "scope": "listing", "listing": "LAMP-7", "cause": "rep_1", "terms": s.terms}
	id := s.ok(anybody, "start_measure", data).Result["measure"]
	require.Equal(t, id, s.ok(anybody, "start_measure", data).Result["measure"], "again it is the same")
	data["listing"] = "LAMP-8"
	s.ok(anybody, "start_measure", data)
	data["cause"], data["listing"] = "rep_2", "LAMP-7"
	s.ok(anybody, "start_measure", data)
	require.Equal(t, []string{"LAMP-7", "LAMP-8"}, s.s.RemovedListings(s.now))
	require.Empty(t, s.muted())
	s.past(400 * day)
	require.False(t, s.s.Closed(), "a measure without an end is active")
	s.ok(anybody, "end_measure", is{"cause": "rep_1"})
	require.Equal(t, []string{"LAMP-7"}, s.s.RemovedListings(s.now), "by the other report")
	s.ok(anybody, "end_measure", is{"cause": "rep_2"})
	require.Empty(t, s.s.RemovedListings(s.now))
	require.True(t, s.s.Closed())
	ended := len(s.events)
	s.ok(anybody, "end_measure", is{"cause": "rep_2"})
	require.Len(t, s.events, ended, "again it changes nothing")
	require.Equal(t, id, s.ok(anybody, "start_measure", is{"account": bolt.ID, "scope": "listing", "listing": "LAMP-7", "cause": "rep_1"}).Result["measure"])
	require.Empty(t, s.s.RemovedListings(s.now), "what has ended is not begun again by a repeat")
}

func TestMeasuresThatCannotBe(t *testing.T) {
	s := begin(t)
	for pointer, data := range map[string]is{
		"/account": {"scope": "list", "cause": "rep_1"},
		"/cause":   {"account": bolt.ID, "scope": "list"},
		"/scope":   {"account": bolt.ID, "scope": "breathe", "cause": "rep_1"},
		"/listing": {"account": bolt.ID, "scope": "listing", "cause": "rep_1"},
		"/for":     {"account": bolt.ID, "scope": "list", "cause": "rep_1", "for": "0d"},
		"/terms":   {"account": bolt.ID, "scope": "list", "cause": "rep_1"},
		"":         {"account": bolt.ID, "scope": "list", "cause": "rep_1", "for": "-3d"},
	} {
		require.Equal(t, pointer, s.no(casefile.ValidationFailed, cleo, "start_measure", data).Pointer)
	}
	s.no(casefile.ValidationFailed, cleo, "start_measure", is{"account": bolt.ID, "scope": "list", "listing": "LAMP-7", "cause": "rep_1"})
	s.measure("rep_1", "list", "1d")
	s.no(casefile.NotFound, cleo, "end_measure", is{"measure": "msr_9"})
	s.no(casefile.ValidationFailed, cleo, "end_measure", is{})
}

func TestAMeasureIsContested(t *testing.T) {
	s := begin(t)
	id := s.measure("rep_1", standing.Scope(standing.Sell), "30d")
	s.at(7 * day)
	contest := s.ok(bolt, "contest", is{"measure": id, "text": "That was another shop."}).Result["contest"]
	require.NotEmpty(t, s.muted(), "it goes on until somebody answers")
	s.no(casefile.ConflictOfInterest, casefile.Actor{ID: cleo.ID, Role: casefile.Supervisor}, "rule_contest", is{"contest": contest, "upheld": false, "reasons": "Mine."})
	s.at(9 * day)
	s.ok(sol, "rule_contest", is{"contest": contest, "upheld": true, "reasons": "It was another shop."})
	require.Empty(t, s.muted())
	require.True(t, s.s.Closed())

	late := s.measure("rep_2", standing.Scope(standing.Sell), "30d")
	s.past(16 * day)
	s.no(casefile.DeadlinePassed, bolt, "contest", is{"measure": late, "text": "Too late."})
}

func TestAFalseShipmentTakesListingsAway(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.FalseShipment)
	s.at(7 * day)
	require.Empty(t, s.muted(), "not before it counts")
	s.past(7*day).stands(10, standing.Good)
	m, _ := s.s.MutedFor(standing.List, s.now)
	require.Equal(t, paid.Add(14*day), m.Until)
	s.past(14 * day)
	require.Empty(t, s.muted())

	s.at(365 * day)
	s.enter("dsp_2", conduct.FalseShipment, effective(paid.Add(364*day)))
	s.enter("rep_2", conduct.FalseShipment, about("dsp_2"))
	s.past(372*day).stands(8, standing.Warned)
	m, _ = s.s.MutedFor(standing.List, s.now)
	require.Equal(t, paid.Add(402*day), m.Until, "repeated within 365d: 30d")
	require.Len(t, m.Measures, 1, "the report about the same shipment adds nothing")
}

func TestAVoidedCauseEndsItsMeasures(t *testing.T) {
	s := begin(t)
	s.enter("rep_1", conduct.ExtraCharge)
	s.enter("rep_2", conduct.Phishing)
	s.measure("rep_1", standing.Scope(standing.List), "30d")
	other := s.measure("rep_2", standing.Scope(standing.Sell), "30d")
	s.at(day)
	s.ok(anybody, "void_entry", is{"cause": "rep_1", "why": "contest_upheld"})
	require.Equal(t, []standing.Function{standing.Sell}, s.muted())
	m, _ := s.s.MutedFor(standing.Sell, s.now)
	require.Equal(t, []string{other}, m.Measures)
}

func TestAMeasureOutlivesOneOfTheEntriesOfItsCause(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.ExtraCharge)
	s.enter("dsp_1", conduct.OffPlatform)
	s.measure("dsp_1", standing.Scope(standing.Sell), "30d")
	s.ok(anybody, "void_entry", is{"cause": "dsp_1", "rule": conduct.ExtraCharge})
	require.Equal(t, []standing.Function{standing.Sell}, s.muted(), "the other is still there")
	s.ok(anybody, "void_entry", is{"cause": "dsp_1"})
	require.Empty(t, s.muted())
}

func TestAFindingsOwnMeasureIsNotTheOneOfItsEntry(t *testing.T) {
	s := begin(t)
	s.enter("rep_1", conduct.FalseShipment)
	s.past(7 * day)
	s.measure("rep_1", standing.Scope(standing.List), "60d")
	m, _ := s.s.MutedFor(standing.List, s.now)
	require.Len(t, m.Measures, 2)
	require.Equal(t, s.now.Add(60*day), m.Until)
}

func TestARepetitionThatIsNoneAnyMoreEndsAtOnce(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.FalseShipment)
	s.enter("dsp_2", conduct.FalseShipment)
	s.past(20 * day)
	require.Equal(t, []standing.Function{standing.List}, s.muted())
	s.ok(anybody, "void_entry", is{"cause": "dsp_1"})
	require.Empty(t, s.muted())
	var ended []any
	for _, e := range s.events {
		if e.Type == casefile.MeasureEnded {
			ended = append(ended, e.Data["why"])
		}
	}
	require.Equal(t, []any{"time", "no_repetition"}, ended)
}

func TestAMeasureEndsOnItsDayAlsoWhenItsEntryHasExpired(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.FalseShipment, effective(paid.Add(-355*day)))
	s.past(12*day).stands(12, standing.Good)
	require.Equal(t, []standing.Function{standing.List}, s.muted(), "from the 7th to the 14th day, though the points are back on the 10th")
	s.past(14 * day)
	require.Empty(t, s.muted())
}

func TestTheLadderForFabricatedReports(t *testing.T) {
	s := begin(t)
	report := func(cause string, sent, at time.Duration) {
		s.at(at)
		s.enter(cause, conduct.FabricatedReport, submitted(sent))
	}
	reporter := func(want standing.Reporter, until time.Duration) {
		t.Helper()
		require.Equal(t, want, s.s.ReporterAt(s.now))
		m, muted := s.s.MutedFor(standing.ReportFunction, s.now)
		require.Equal(t, want == standing.ReporterSuspended, muted)
		if muted {
			require.Equal(t, paid.Add(until), m.Until)
		}
	}
	require.Equal(t, standing.ReporterGood, s.s.ReporterAt(s.now))
	report("rep_1", 0, day)
	reporter(standing.ReporterWarned, 0)
	report("rep_2", day, 2*day)
	reporter(standing.ReporterWarned, 0) // sent before the warning
	report("rep_3", 2*day+micro, 4*day)
	reporter(standing.ReporterSuspended, 34*day)
	report("rep_4", 3*day, 5*day)
	reporter(standing.ReporterSuspended, 34*day) // on its way when the pause began
	s.past(34 * day)
	reporter(standing.ReporterWarned, 0)
	report("rep_5", 35*day, 36*day)
	reporter(standing.ReporterSuspended, 126*day)
	s.past(126 * day)
	report("rep_6", 127*day, 128*day)
	reporter(standing.ReporterSuspended, 218*day)
	s.stands(12, standing.Good)

	s.ok(anybody, "void_entry", is{"cause": "rep_6"})
	reporter(standing.ReporterWarned, 0)
	s.past(401 * day)
	require.Equal(t, standing.ReporterGood, s.s.ReporterAt(s.now), "forgotten when the last of them has expired")
	require.True(t, s.s.Closed())
	report("rep_7", 401*day, 402*day)
	reporter(standing.ReporterWarned, 0)
}

func TestAVoidedWarningTakesThePauseAfterItAway(t *testing.T) {
	s := begin(t)
	s.enter("rep_1", conduct.FabricatedReport)
	s.at(day)
	s.enter("rep_2", conduct.FabricatedReport)
	require.Equal(t, standing.ReporterSuspended, s.s.ReporterAt(s.now))
	s.at(2 * day)
	s.ok(anybody, "void_entry", is{"cause": "rep_1"})
	require.Equal(t, standing.ReporterWarned, s.s.ReporterAt(s.now))
	require.Empty(t, s.muted())
}
