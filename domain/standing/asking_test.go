package standing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// What may be contested is what a contest is accepted about: once, in its time, while it is in force.
func TestContestUntilSaysWhatAContestIsAcceptedAbout(t *testing.T) {
	s := begin(t)
	entry, other := s.enter("dsp_1", conduct.Phishing), s.enter("dsp_2", conduct.ExtraCharge)
	measure := s.measure("rep_1", standing.Scope(standing.Sell), "3d")
	until, open := s.s.ContestUntil(entry, s.now)
	require.True(t, open)
	require.Equal(t, paid.Add(7*day), until)
	asks := func(id string) bool { _, open := s.s.ContestUntil(id, s.now); return open }
	require.True(t, asks(measure))
	require.False(t, asks("ent_none"))

	s.contest(entry)
	require.False(t, asks(entry), "it was contested")
	s.past(3 * day)
	require.False(t, asks(measure), "it has ended")
	s.at(7 * day)
	require.True(t, asks(other), "its last instant is in time")
	_, open = s.s.ContestUntil(other, s.now.Add(micro))
	require.False(t, open, "also when nobody has taken the deadline yet")
	s.past(7 * day)
	require.False(t, asks(other))
}

func TestContestsAreForThoseWhoDidNotDecide(t *testing.T) {
	s := begin(t)
	first := s.contest(s.enter("dsp_1", conduct.Phishing, func(p *standing.Points) { p.DecidedBy = sol.ID }))
	second := s.contest(s.enter("dsp_2", conduct.ExtraCharge))
	ids := func(by casefile.Actor) []string {
		var out []string
		for _, c := range s.s.ContestsFor(by) {
			out = append(out, c.ID)
		}
		return out
	}
	wanda := casefile.Actor{ID: "acc_wanda", Role: casefile.Supervisor}
	require.Equal(t, []string{second}, ids(sol))
	require.Equal(t, []string{first, second}, ids(wanda))
	s.rule(second, false)
	require.Empty(t, ids(sol))
	require.Equal(t, []string{first}, ids(wanda))
}

func TestACaseAndItsAccountNameEachOther(t *testing.T) {
	require.Equal(t, "std_01ARZ3", standing.CaseID("acc_01ARZ3"))
	require.Equal(t, "acc_01ARZ3", standing.AccountOf(standing.CaseID("acc_01ARZ3")))
}
