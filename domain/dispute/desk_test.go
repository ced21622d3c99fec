package dispute_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// overdue is a case whose decision was not made in time.
func overdue(t *testing.T) *scene {
	s := reviewed(t)
	s.late("decision_sla")
	return s
}

func TestAClaimHoldsForItsLease(t *testing.T) {
	t.Run("who does not act loses the case, and what still comes has lapsed", func(t *testing.T) {
		s := reviewed(t)
		s.do("claim", cleo, nil)
		require.Equal(t, s.Now.Add(day), s.due("assignment_lease"))
		s.late("assignment_lease")
		require.Equal(t, "dora", s.d().Bench.Reviewer)
		s.refused(casefile.AssignmentLapsed, "decide", cleo, forBuyer())
		_, leased := s.deadline("assignment_lease")
		require.False(t, leased, "who is assigned has claimed nothing")
	})
	t.Run("to claim again begins it anew", func(t *testing.T) {
		s := reviewed(t)
		s.do("claim", cleo, nil)
		s.wait(23 * time.Hour)
		s.do("claim", cleo, nil)
		require.Equal(t, s.Now.Add(day), s.due("assignment_lease"))
		require.Len(t, s.happened(casefile.DisputeAssigned), 1, "the same reviewer has it")
	})
	t.Run("the time that others take does not count", func(t *testing.T) {
		s := gathering(t)
		s.do("claim", cleo, nil)
		s.late("assignment_lease")
		require.Equal(t, "cleo", s.d().Bench.Reviewer)
		require.Equal(t, s.Now.Add(day-micro), s.due("assignment_lease"), "it runs anew")
	})
	t.Run("a proposal waits for somebody else", func(t *testing.T) {
		s := reviewed(t)
		s.do("claim", cleo, nil)
		s.do("decide", cleo, split())
		_, leased := s.deadline("assignment_lease")
		require.False(t, leased)
	})
	t.Run("with nobody else it is the same reviewer's again", func(t *testing.T) {
		s := reviewed(t)
		s.Reviewers = staff(1, 1)
		s.do("claim", cleo, nil)
		s.late("assignment_lease")
		require.Equal(t, "cleo", s.d().Bench.Reviewer)
		s.do("decide", cleo, forBuyer())
	})
}

func TestACaseIsClaimedThatNobodyHasOrThatIsOverdue(t *testing.T) {
	t.Run("one that waits for somebody", func(t *testing.T) {
		s := assigning(t)
		s.do("claim", dora, nil)
		require.Equal(t, "dora", s.d().Bench.Reviewer)
		s.status(dispute.WaitingEvidence)
		s.wait(day)
		require.Equal(t, "dora", s.d().Bench.Reviewer, "nobody else is looked for")
	})
	t.Run("one that is overdue and that nobody says to be working on", func(t *testing.T) {
		s := reviewed(t)
		s.refused(casefile.WrongStage, "claim", dora, nil)
		s.late("decision_sla")
		s.do("claim", dora, nil)
		require.Equal(t, "dora", s.d().Bench.Reviewer)
		s.refused(casefile.AssignmentLapsed, "decide", cleo, forBuyer())
		emil := casefile.Actor{ID: "emil", Role: casefile.Reviewer}
		s.refused(casefile.WrongStage, "claim", emil, nil)
	})
	t.Run("not by who has a conflict", func(t *testing.T) {
		s := assigning(t)
		past(s, "dora", "ada", day)
		require.Equal(t, "earlier_case", s.refused(casefile.ConflictOfInterest, "claim", dora, nil).Result["why"])
		s.refused(casefile.NotAllowed, "claim", casefile.Actor{ID: "stranger", Role: casefile.Reviewer}, nil)
	})
	t.Run("who got it although everybody had a conflict claims it all the same", func(t *testing.T) {
		s := assigning(t)
		s.Reviewers = staff(1, 1)
		past(s, "cleo", "ada", day)
		s.wait(1)
		s.do("claim", cleo, nil)
		s.Reviewers[0].Linked = []string{"cleo", "ada"}
		s.refused(casefile.ConflictOfInterest, "claim", cleo, nil)
	})
}

func TestAReleasedCaseIsSomebodyElses(t *testing.T) {
	s := reviewed(t)
	s.refused(casefile.NotAllowed, "release", dora, fields{"text": "Not mine."})
	s.refused(casefile.ValidationFailed, "release", cleo, fields{"text": " "})
	s.do("claim", cleo, nil)
	s.do("release", cleo, fields{"text": "I know him after all."})
	s.wait(1)
	require.Equal(t, "dora", s.d().Bench.Reviewer)
	_, leased := s.deadline("assignment_lease")
	require.False(t, leased)
	s.refused(casefile.AssignmentLapsed, "release", cleo, fields{"text": "Again."})
}

func TestASnoozeEndsWhenAnythingHappens(t *testing.T) {
	snoozed := func(t *testing.T) *scene {
		s := reviewed(t)
		s.do("snooze", cleo, fields{"until": s.Now.Add(2 * day), "text": "The courier answers on Monday."})
		require.Equal(t, s.Now.Add(2*day), s.d().Bench.Snooze.Until)
		return s
	}
	awake := func(s *scene) { require.Nil(s, s.d().Bench.Snooze) }
	t.Run("a party's act", func(t *testing.T) {
		s := snoozed(t)
		s.do("post_message", ada, fields{"text": "And?"})
		awake(s)
	})
	t.Run("a decision that is overdue", func(t *testing.T) {
		s := snoozed(t)
		s.late("decision_sla")
		awake(s)
	})
	t.Run("somebody else who gets the case", func(t *testing.T) {
		s := snoozed(t)
		s.do("assign", sue, fields{"to": "dora"})
		awake(s)
	})
	t.Run("a claim", func(t *testing.T) {
		s := snoozed(t)
		s.do("claim", cleo, nil)
		awake(s)
	})
	t.Run("what the platform does leaves it", func(t *testing.T) {
		s := snoozed(t)
		s.do("request_evidence", cleo, fields{"from": "buyer", "type": "invoice", "due": "1d"})
		require.NotNil(t, s.d().Bench.Snooze)
	})
	t.Run("it is not for the past nor for long", func(t *testing.T) {
		s := reviewed(t)
		for _, until := range []time.Time{s.Now, s.Now.Add(3*day + micro), {}} {
			s.refused(casefile.ValidationFailed, "snooze", cleo, fields{"until": until, "text": "Later."})
		}
		s.refused(casefile.ValidationFailed, "snooze", cleo, fields{"until": s.Now.Add(day)})
		s.refused(casefile.NotAllowed, "snooze", dora, fields{"until": s.Now.Add(day), "text": "Later."})
	})
}

func TestWhoWasPassedOverIsRecordedAndWhy(t *testing.T) {
	s := assigning(t)
	s.Reviewers = staff(5, 1)
	s.Reviewers[0].Linked, s.Reviewers[0].Kinds = []string{"cleo", "bolt"}, map[string][]string{"bolt": {"device", "address"}}
	past(s, "dora", "ada", day)
	past(s, "dora", "bolt", 2*day)
	s.wait(1)
	require.Equal(t, "emil", s.d().Bench.Reviewer)
	assigned := s.happened(casefile.DisputeAssigned)
	require.Equal(t, []dispute.Exclusion{{Reviewer: "cleo", Why: "linked_to_party", Links: []string{"device", "address"}},
		{Reviewer: "dora", Why: "earlier_case"}}, assigned[0].Data["excluded"])

	s.object(ada)
	s.do("rule_objection", sue, fields{"upheld": true})
	s.wait(1)
	s.do("assign", sue, fields{"to": "gus"})
	assigned = s.happened(casefile.DisputeAssigned)
	last := assigned[len(assigned)-1].Data["excluded"].([]dispute.Exclusion)
	require.Contains(t, last, dispute.Exclusion{Reviewer: "emil", Why: "objection_upheld"})
	require.Contains(t, last, dispute.Exclusion{Reviewer: "fay", Why: "had_the_case"})
	require.False(t, slices.ContainsFunc(last, func(e dispute.Exclusion) bool { return e.Reviewer == "gus" || e.Reviewer == "sue" }))
}

func TestWhenNobodyIsFreeTheSupervisorsAreToldWhy(t *testing.T) {
	s := assigning(t)
	s.Reviewers = staff(1, 1)
	s.Reviewers[0].Linked = []string{"cleo", "ada"}
	s.wait(1)
	s.status(dispute.Assigning)
	notices := s.happened(casefile.NoticeSent)
	last := notices[len(notices)-1].Data
	require.Equal(t, "nobody_free", last["about"])
	require.Equal(t, []dispute.Exclusion{{Reviewer: "cleo", Why: "linked_to_party"}}, last["excluded"])
}
