package dispute_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// past is an earlier case that a reviewer had with a party, so long before the dispute.
func past(s *scene, reviewer, party string, before time.Duration) {
	duty(s, reviewer, "dsp_before"+before.String(), party, before)
}

func duty(s *scene, reviewer, dispute, party string, before time.Duration) {
	for i := range s.Reviewers {
		if s.Reviewers[i].ID == reviewer {
			s.Reviewers[i].Duties = append(s.Reviewers[i].Duties, casefile.PastDuty{Case: dispute, Party: party, At: s.Now.Add(-before)})
		}
	}
}

func TestTheFirstReviewerWithoutAConflictGetsTheCase(t *testing.T) {
	t.Run("in the order in which they are asked", func(t *testing.T) {
		require.Equal(t, "cleo", gathering(t).d().Bench.Reviewer)
	})
	t.Run("not a party or somebody linked to one", func(t *testing.T) {
		s := assigning(t)
		s.Reviewers[0].Linked = []string{"cleo", "bolt"}
		s.Reviewers[1].ID = "ada"
		s.wait(1)
		require.Equal(t, "emil", s.d().Bench.Reviewer)
	})
	t.Run("not one who had a case with a party within ninety days", func(t *testing.T) {
		s := assigning(t)
		past(s, "cleo", "ada", 0)
		past(s, "dora", "bolt", 90*day-micro)
		past(s, "emil", "bolt", 90*day)
		past(s, "emil", "somebody", day)
		s.wait(1)
		require.Equal(t, "emil", s.d().Bench.Reviewer)
		require.False(t, s.d().Bench.Waived)
	})
	t.Run("if nobody is free, who had the fewest, and it is shown", func(t *testing.T) {
		s := assigning(t)
		s.Reviewers = staff(3, 1)
		s.Reviewers[2].Linked = []string{"emil", "ada"}
		past(s, "cleo", "ada", day)
		past(s, "cleo", "ada", 2*day)
		past(s, "dora", "bolt", day)
		s.wait(1)
		require.Equal(t, "dora", s.d().Bench.Reviewer)
		require.Equal(t, true, s.happened(casefile.DisputeAssigned)[0].Data["conflict_waived"])
	})
	t.Run("the fewest are cases, whatever was done in them", func(t *testing.T) {
		s := assigning(t)
		s.Reviewers = staff(2, 1)
		past(s, "cleo", "ada", day)
		past(s, "cleo", "ada", 2*day)
		duty(s, "dora", "dsp_one", "ada", day)
		duty(s, "dora", "dsp_one", "bolt", day)
		duty(s, "dora", "dsp_one", "bolt", 2*day)
		s.wait(1)
		require.Equal(t, "dora", s.d().Bench.Reviewer)
	})
	t.Run("who had it before gets it again when nobody else may", func(t *testing.T) {
		s := gathering(t)
		s.Reviewers = staff(2, 1)
		s.do("assign", sue, fields{"to": "dora"})
		s.object(ada)
		s.do("rule_objection", sue, fields{"upheld": true})
		s.wait(1)
		require.Equal(t, "cleo", s.d().Bench.Reviewer)
		s.waive()
		s.do("decide", cleo, forBuyer())
	})
	t.Run("with nobody at all somebody is looked for every day", func(t *testing.T) {
		s := assigning(t)
		everybody := s.Reviewers
		s.Reviewers = nil
		s.wait(day)
		s.status(dispute.Assigning)
		s.Reviewers = everybody
		s.wait(micro)
		s.status(dispute.WaitingEvidence)
	})
}

func TestASupervisorGivesTheCaseUnderTheSameConflicts(t *testing.T) {
	s := gathering(t)
	past(s, "emil", "ada", day)
	s.refused(casefile.ConflictOfInterest, "assign", sue, fields{"to": "emil"})
	s.refused(casefile.ValidationFailed, "assign", sue, fields{"to": "sam"})
	s.refused(casefile.ValidationFailed, "assign", sue, fields{"to": "nobody"})
	s.do("assign", sue, fields{"to": "dora"})
	require.Equal(t, "dora", s.d().Bench.Reviewer)
	s.refused(casefile.AssignmentLapsed, "decide", cleo, forBuyer())
	s.refused(casefile.AssignmentLapsed, "request_evidence", cleo, fields{"from": "buyer", "type": "invoice", "due": "1d"})
	s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "5d"})})
	s.refused(casefile.AssignmentLapsed, "decide", cleo, forBuyer()) // which ranks before the wrong stage
	s.refused(casefile.WrongStage, "decide", dora, forBuyer())
}

func TestNobodyDecidesWhileNobodyHasTheCase(t *testing.T) {
	s := assigning(t)
	s.waive()
	s.refused(casefile.NotAllowed, "decide", casefile.Actor{Role: casefile.Reviewer}, forBuyer())
}

func TestAnObjectionIsRuledOnOrDismissedBySilence(t *testing.T) {
	t.Run("upheld: another reviewer, for good", func(t *testing.T) {
		s := reviewed(t)
		s.object(ada)
		s.refused(casefile.WrongStage, "object_to_reviewer", ada, fields{"text": "Still."})
		s.refused(casefile.WrongStage, "decide", cleo, forBuyer())
		s.do("rule_objection", sue, fields{"upheld": true, "text": "So it is."})
		s.status(dispute.Assigning)
		s.refused(casefile.ConflictOfInterest, "assign", sue, fields{"to": "cleo"})
		s.wait(1)
		require.Equal(t, "dora", s.d().Bench.Reviewer)
	})
	t.Run("dismissed by silence after 48 hours", func(t *testing.T) {
		s := reviewed(t)
		s.object(ada)
		s.wait(48 * time.Hour)
		s.refused(casefile.WrongStage, "decide", cleo, forBuyer())
		s.wait(micro)
		require.Equal(t, "silence", s.happened(casefile.ObjectionRuled)[0].Data["why"])
		s.do("decide", cleo, forBuyer())
	})
	t.Run("upheld after the reviewer was replaced: the new one stays", func(t *testing.T) {
		s := reviewed(t)
		s.object(ada)
		s.do("assign", sue, fields{"to": "dora"})
		s.refused(casefile.WrongStage, "decide", dora, forBuyer())
		s.do("rule_objection", sue, fields{"upheld": true})
		require.Equal(t, "dora", s.d().Bench.Reviewer)
		s.refused(casefile.ConflictOfInterest, "assign", sue, fields{"to": "cleo"})
		s.do("decide", dora, forBuyer())
	})
	t.Run("of both parties about the same reviewer", func(t *testing.T) {
		s := reviewed(t)
		s.object(ada)
		s.object(bolt)
		s.do("rule_objection", sue, fields{"upheld": true})
		s.wait(1)
		s.do("rule_objection", sue, fields{"upheld": true})
		require.Equal(t, "dora", s.d().Bench.Reviewer)
	})
}
