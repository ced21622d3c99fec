package standing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/policy"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
)

// fall takes exactly as many points from the account, final at once for the test.
func (s *scene) fall(points int) {
	s.Helper()
	for i := range points { // one a hundred days back from the other, so that none repeats another
		s.enter(fmt.Sprintf("dsp_f%d", i), conduct.NotAsDescribed, effective(s.now.Add(-time.Duration(46*i)*day)))
	}
	s.past(s.now.Sub(paid) + 7*day)
}

func TestTheLadder(t *testing.T) {
	states := map[int]standing.State{12: standing.Good, 11: standing.Good, 10: standing.Good, 9: standing.Good, 8: standing.Warned, 7: standing.Warned,
		6: standing.Limited, 5: standing.Limited, 4: standing.Limited, 3: standing.Restricted, 2: standing.Restricted, 1: standing.Restricted, 0: standing.Suspended}
	for points, state := range states {
		t.Run(fmt.Sprint(points), func(t *testing.T) {
			s := begin(t)
			s.terms.Standing.Expiry, s.terms.Standing.DailyCap = 3000*policy.Day, 12
			s.fall(12 - points)
			if points == 12 {
				require.Equal(t, standing.Good, s.s.StateAt(s.now), "of an account that nobody has entered anything about")
				return
			}
			s.stands(points, state)
			var want []standing.Function
			switch state {
			case standing.Restricted:
				want = []standing.Function{standing.List}
			case standing.Suspended:
				want = []standing.Function{standing.List, standing.Sell, standing.ReviewFunction, standing.ReportFunction}
			}
			require.Equal(t, want, s.muted())
			for _, m := range s.s.Muted(s.now) {
				require.Equal(t, standing.Mute{Function: m.Function, State: state}, m)
			}
		})
	}
}

// suspended is an account with two counterfeits, final at 7d.
func suspended(t tester) *scene {
	s := begin(t)
	s.enter("dsp_1", conduct.Counterfeit)
	s.enter("dsp_2", conduct.Counterfeit)
	return s.past(7*day).stands(0, standing.Suspended)
}

func TestThreeCounterfeitsSuspendWhateverTheyTake(t *testing.T) {
	s := begin(t)
	s.terms.Standing.Counterfeit = 1
	for i := range 3 {
		require.Equal(t, i < 3, s.s.StateAt(s.now) == standing.Good)
		s.enter(fmt.Sprintf("dsp_%d", i), conduct.Counterfeit)
	}
	third := s.enter("rep_1", conduct.Counterfeit, about("dsp_0"))
	s.past(7*day).stands(9, standing.Suspended)
	s.ok(anybody, "void_entry", is{"cause": "dsp_1"})
	s.stands(10, standing.Good)
	require.Zero(t, s.entry(third).Points, "the same counterfeit is not counted a second time")
}

func TestASuspensionIsReviewed(t *testing.T) {
	for _, c := range []struct {
		remove bool
		state  standing.State
		told   string
	}{
		{true, standing.Removed, "acc_bolt review_removed"},
		{false, standing.Restricted, "acc_bolt review_restored"},
	} {
		s := suspended(t)
		require.Contains(t, s.told(), "supervisors removal_review")
		require.Equal(t, casefile.Supervisor, s.s.Summary().Move)
		due, _ := s.s.Next()
		require.Equal(t, "removal_review", due.Name)
		require.Equal(t, paid.Add(14*day), due.DueAt)

		s.no(casefile.NotAllowed, bolt, "rule_removal", is{"remove": false, "reasons": "Please."})
		require.Equal(t, "/reasons", s.no(casefile.ValidationFailed, sol, "rule_removal", is{"remove": true}).Pointer)
		s.ok(sol, "rule_removal", is{"remove": c.remove, "reasons": "Two copies in a month."})
		s.stands(0, c.state)
		require.Contains(t, s.told(), c.told)
		require.Empty(t, s.s.Summary().Move)
		s.no(casefile.WrongStage, sol, "rule_removal", is{"remove": !c.remove, "reasons": "Once more."})
	}
}

func TestASilentReviewIsAskedForAgain(t *testing.T) {
	s := suspended(t)
	asked := func() int {
		n := 0
		for _, told := range s.told() {
			if told == "supervisors removal_review" {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, asked())
	s.past(14*day+micro).stands(0, standing.Suspended)
	require.Equal(t, 2, asked())
	s.past(366*day).stands(12, standing.Good)
	require.True(t, s.s.Closed(), "a suspension ends with the entries that it rests on")
}

func TestARestoredAccountIsSuspendedAgainOnlyForSomethingNew(t *testing.T) {
	s := suspended(t)
	s.ok(sol, "rule_removal", is{"reasons": "The supplier is another now."})
	s.stands(0, standing.Restricted)
	s.ok(anybody, "void_entry", is{"cause": "dsp_1"})
	s.stands(6, standing.Limited)
	s.at(20 * day)
	s.enter("dsp_3", conduct.Counterfeit)
	s.past(27*day).stands(0, standing.Suspended)
	require.Equal(t, s.now, s.s.Review.Since.Add(micro), "with a review of its own")
	require.Empty(t, s.s.Review.Verdict)
}

func TestARestoredAccountIsNotSuspendedByWhatTakesNothing(t *testing.T) {
	s := suspended(t)
	s.ok(sol, "rule_removal", is{"reasons": "The supplier is another now."})
	s.enter("rep_1", conduct.FabricatedReport)
	s.enter("rep_2", conduct.Counterfeit, about("dsp_1"))
	s.past(15*day).stands(0, standing.Restricted)
}

func TestAnAccountRestoredWithPointsLeftIsStillRestricted(t *testing.T) {
	s := begin(t)
	s.terms.Standing.Counterfeit = 1
	for i := range 3 {
		s.enter(fmt.Sprintf("dsp_%d", i), conduct.Counterfeit)
	}
	s.past(7*day).stands(9, standing.Suspended)
	s.ok(sol, "rule_removal", is{"reasons": "The supplier is another now."})
	s.stands(9, standing.Restricted)
	s.ok(anybody, "void_entry", is{"cause": "dsp_0"})
	s.stands(10, standing.Good)
}

func TestARestoredAccountThatFallsFurther(t *testing.T) {
	s := suspended(t)
	s.ok(sol, "rule_removal", is{"reasons": "The supplier is another now."})
	s.at(8 * day)
	s.enter("dsp_3", conduct.NotAsDescribed)
	s.at(15*day).stands(0, standing.Restricted)
	s.past(15*day).stands(0, standing.Suspended)
}

func TestARemovalFallsWithWhatItRestsOn(t *testing.T) {
	s := suspended(t)
	s.ok(sol, "rule_removal", is{"remove": true, "reasons": "Two copies in a month."})
	s.past(366*day).stands(12, standing.Removed)
	require.True(t, s.s.Closed(), "removed, and nothing is left to wait for")
	require.NotEmpty(t, s.muted(), "also when its entries have expired")
	s.ok(anybody, "void_entry", is{"cause": "dsp_2", "why": "panel"})
	s.stands(12, standing.Good)
	require.Empty(t, s.muted())
	require.Contains(t, s.types()[len(s.types())-2:], casefile.StandingChanged)
}

func TestARemovalThatLosesItsGroundLeavesASuspension(t *testing.T) {
	s := suspended(t)
	s.ok(sol, "rule_removal", is{"remove": true, "reasons": "Two copies in a month."})
	s.enter("dsp_3", conduct.Counterfeit)
	s.past(15*day).stands(0, standing.Removed)
	s.ok(anybody, "void_entry", is{"cause": "dsp_1"})
	s.stands(0, standing.Suspended)
	require.Empty(t, s.s.Review.Verdict, "what is left is another ground and needs another review")
}
