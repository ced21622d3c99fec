package standing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

func TestAContestedEntryWaitsForItsAnswer(t *testing.T) {
	for _, c := range []struct {
		what     string
		answered time.Duration
		upheld   bool
		before   int // points just before the seventh day is over
		after    int // and when all is over
	}{
		{"dismissed within the week", 3 * day, false, 12, 6},
		{"dismissed later", 30 * day, false, 12, 6},
		{"upheld", 30 * day, true, 12, 12},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := begin(t)
			id := s.enter("dsp_1", conduct.Counterfeit)
			s.at(2 * day)
			contest := s.contest(id)
			require.Equal(t, casefile.Supervisor, s.s.Summary().Move)
			s.at(c.answered).stands(c.before, standing.Good)
			s.rule(contest, c.upheld)
			if s.now.Before(paid.Add(7 * day)) {
				require.Equal(t, standing.Provisional, s.entry(id).Status, "the week is not over")
				s.past(7 * day)
			}
			require.Equal(t, c.after, s.s.Balance(s.now))
			require.Equal(t, c.upheld, s.entry(id).Status == standing.Voided)
			require.Equal(t, c.upheld, s.s.Closed())
			s.no(map[bool]casefile.Code{true: casefile.CaseClosed, false: casefile.WrongStage}[c.upheld], sol, "rule_contest",
				is{"contest": contest, "upheld": !c.upheld, "reasons": "Once more."})
		})
	}
}

func TestAContestIsInTimeUntilTheLastInstant(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit)
	s.at(7 * day)
	s.contest(id)
	s.past(8 * day)
	require.Equal(t, standing.Provisional, s.entry(id).Status)

	s = begin(t)
	id = s.enter("dsp_1", conduct.Counterfeit)
	s.past(7 * day)
	s.no(casefile.DeadlinePassed, bolt, "contest", is{"entry": id, "text": "Too late."})
	s.at(8 * day)
	other := s.enter("dsp_2", conduct.NotAsDescribed)
	s.no(casefile.DeadlinePassed, bolt, "contest", is{"entry": id, "text": "Too late, though another is in time."})
	s.contest(other)
}

func TestAContestAndADecisionThatIsNotFinal(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit, undecided)
	contest := s.contest(id)
	s.at(20 * day)
	s.ok(anybody, "finalise_entry", is{"entry": id})
	require.Equal(t, standing.Provisional, s.entry(id).Status, "the contest waits")
	s.rule(contest, false)
	s.stands(6, standing.Limited)
}

func TestASilentSupervisorIsAskedAgainAndNothingCounts(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit)
	s.contest(id)
	s.past(22*day).stands(12, standing.Good)
	require.Equal(t, 4, strings.Count(strings.Join(s.told(), "\n"), "supervisors contest_ruling"))
	s.past(365*day).stands(12, standing.Good)
	require.True(t, s.s.Closed(), "it expires with the entry")
	require.Equal(t, standing.Lapsed, s.s.Contests[0].Status)
}

func TestContestsThatAreRefused(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit)
	text := "It was not me."
	s.no(casefile.NotAllowed, ada, "contest", is{"entry": id, "text": text})
	s.no(casefile.NotFound, bolt, "contest", is{"entry": "ent_9", "text": text})
	for pointer, data := range map[string]is{
		"/entry": {"text": text}, "/text": {"entry": id, "text": " "},
	} {
		require.Equal(t, pointer, s.no(casefile.ValidationFailed, bolt, "contest", data).Pointer)
	}
	for _, bad := range []is{{"entry": id, "measure": "msr_1", "text": text}, {"entry": id, "text": strings.Repeat("x", 4001)}, {"entry": id, "text": "a\x00b"}, {"entry": 1}} {
		s.no(casefile.ValidationFailed, bolt, "contest", bad)
	}
	contest := s.contest(id)
	s.no(casefile.WrongStage, bolt, "contest", is{"entry": id, "text": text})

	ruling := func(more is) is {
		data := is{"contest": contest, "upheld": true, "reasons": "Seen again."}
		for k, v := range more {
			data[k] = v
		}
		return data
	}
	s.no(casefile.NotAllowed, cleo, "rule_contest", ruling(nil))
	s.no(casefile.NotFound, sol, "rule_contest", ruling(is{"contest": "cts_9"}))
	s.no(casefile.ValidationFailed, sol, "rule_contest", ruling(is{"reasons": ""}))
	s.no(casefile.ConflictOfInterest, casefile.Actor{ID: cleo.ID, Role: casefile.Supervisor}, "rule_contest", ruling(nil))
	s.ok(anybody, "void_entry", is{"entry": id})
	require.Equal(t, standing.Lapsed, s.s.Contests[0].Status, "there is nothing left to rule on")
	s.no(casefile.CaseClosed, sol, "rule_contest", ruling(nil))
	s.enter("dsp_2", conduct.Counterfeit)
	s.no(casefile.WrongStage, bolt, "contest", is{"entry": id, "text": text})
	s.no(casefile.WrongStage, sol, "rule_contest", ruling(nil))
}

func TestAContestIsAnsweredOnce(t *testing.T) {
	s := begin(t)
	first := s.contest(s.enter("dsp_1", conduct.Counterfeit))
	s.contest(s.enter("dsp_2", conduct.Counterfeit))
	s.rule(first, false)
	s.no(casefile.WrongStage, sol, "rule_contest", is{"contest": first, "upheld": true, "reasons": "Once more."})
}

func TestAnIncidentGivesTheHolderTheTimeAgain(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit)
	pause := s.measure("rep_1", standing.Scope(standing.Sell), "10d")
	s.at(day)
	s.no(casefile.ValidationFailed, otto, "declare_incident", is{"from": s.now, "until": s.now, "text": "Flood."})
	s.no(casefile.ValidationFailed, otto, "declare_incident", is{"from": s.now, "until": s.now.Add(15 * day), "text": "Flood."})
	s.ok(otto, "declare_incident", is{"from": s.now, "until": s.now.Add(2 * day), "text": "Flood."})
	require.Contains(t, s.types(), casefile.DeadlineMoved)
	s.past(8 * day)
	s.contest(id)
	s.at(9*day).stands(12, standing.Good)
	s.past(9 * day)
	require.Equal(t, standing.Provisional, s.entry(id).Status, "contested in the time that was given again")
	s.past(10 * day)
	require.NotContains(t, s.muted(), standing.Sell, "a measure ends on its day")
	require.NotZero(t, pause)
}

func TestAnIncidentThatEndsEarlyGivesOnlyWhatItTook(t *testing.T) {
	s := begin(t)
	id := s.enter("dsp_1", conduct.Counterfeit)
	s.at(day)
	window := is{"from": s.now, "until": s.now.Add(2 * day)}
	s.ok(otto, "declare_incident", is{"from": window["from"], "until": window["until"], "text": "Flood."})
	s.no(casefile.ValidationFailed, otto, "end_incident", is{"from": window["from"], "until": window["until"], "at": window["until"]})
	end := is{"from": window["from"], "until": window["until"], "at": s.now.Add(time.Hour)}
	s.ok(otto, "end_incident", end)
	require.Contains(t, s.types(), casefile.IncidentEnded)
	told := len(s.types())
	s.ok(otto, "end_incident", end)
	require.Len(t, s.types(), told, "it ends once")
	s.past(7*day + time.Hour)
	require.Equal(t, standing.Final, s.entry(id).Status, "an hour was given again and not two days")
}

func TestADeadlineNoticedLateIsMoved(t *testing.T) {
	s := begin(t)
	s.enter("dsp_1", conduct.Counterfeit)
	due, _ := s.s.Next()
	s.now = due.DueAt.Add(time.Hour)
	s.keep(s.s.Move(due.Name, s.now))
	moved, _ := s.s.Next()
	require.Equal(t, due.DueAt.Add(2*time.Hour), moved.DueAt)
	require.Equal(t, casefile.DeadlineMoved, s.events[len(s.events)-2].Type)
	s.contest(s.s.Entries[0].ID)
}
