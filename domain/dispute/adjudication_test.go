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
	for i := range s.Reviewers {
		if s.Reviewers[i].ID == reviewer {
			s.Reviewers[i].Duties = append(s.Reviewers[i].Duties, casefile.PastDuty{Case: "dsp_before", Party: party, At: s.Now.Add(-before)})
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

func TestTheEvidencePeriodIsFiveDaysFromTheEscalation(t *testing.T) {
	s := assigning(t)
	since := s.Now
	require.Equal(t, since.Add(5*day), s.due("evidence_period"))
	s.wait(5 * day)
	s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
	answer := s.do("submit_evidence", ada, fields{"type": "statement", "text": "In the last instant."})
	require.Equal(t, false, answer.Result["late"])
	s.wait(micro)
	s.status(dispute.UnderReview)
	answer = s.do("submit_evidence", ada, fields{"type": "statement", "text": "Too late."})
	require.Equal(t, true, answer.Result["late"])
	require.Len(t, s.happened(casefile.EvidenceLate), 1)
}

func TestEachPartyExtendsTheEvidencePeriodOnce(t *testing.T) {
	s := gathering(t)
	due := s.due("evidence_period")
	s.do("extend_evidence", ada, nil)
	s.refused(casefile.WrongStage, "extend_evidence", ada, nil)
	s.do("extend_evidence", bolt, nil)
	require.Equal(t, due.Add(6*day), s.due("evidence_period"))
	require.True(t, s.d().Delayed)
}

func TestAPartyHasTwentyItemsForTheRoundAndForEachRequest(t *testing.T) {
	s := gathering(t)
	item := fields{"type": "statement", "text": "One more."}
	for range 20 {
		s.do("submit_evidence", ada, item)
	}
	s.refused(casefile.TooManyItems, "submit_evidence", ada, item)
	s.do("submit_evidence", bolt, item)
	id := s.do("request_evidence", cleo, fields{"from": "buyer", "type": "invoice", "due": "2d"}).Result["request"]
	for range 20 {
		s.do("submit_evidence", ada, fields{"type": "invoice", "text": "A page.", "request": id})
	}
	s.refused(casefile.TooManyItems, "submit_evidence", ada, fields{"type": "invoice", "text": "A page.", "request": id})
	s.refused(casefile.ValidationFailed, "submit_evidence", bolt, fields{"type": "invoice", "text": "A page.", "request": id})
}

func TestWhatIsAskedForIsWaitedFor(t *testing.T) {
	ask := fields{"from": "bolt", "type": "invoice", "due": "2d", "mandatory": true}
	t.Run("until it comes", func(t *testing.T) {
		s := reviewed(t)
		s.do("request_evidence", cleo, ask)
		s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
		answer := s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"})
		require.Equal(t, false, answer.Result["late"], "the period is over, but this was asked for")
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.wait(day)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("or until it is due", func(t *testing.T) {
		s := reviewed(t)
		id := s.do("request_evidence", cleo, ask).Result["request"]
		s.wait(2 * day)
		s.refused(casefile.EvidenceRequestOpen, "decide", cleo, forBuyer())
		s.wait(micro)
		require.Equal(t, true, s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1", "request": id}).Result["late"])
		s.do("decide", cleo, forBuyer())
	})
	t.Run("more may come until it is due", func(t *testing.T) {
		s := reviewed(t)
		id := s.do("request_evidence", cleo, ask).Result["request"]
		s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"})
		s.wait(2 * day)
		require.Equal(t, false, s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_2", "request": id}).Result["late"])
		s.wait(micro)
		hash := s.d().RecordHash()
		require.Equal(t, true, s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_3", "request": id}).Result["late"])
		require.Equal(t, hash, s.d().RecordHash(), "a late item is no part of the record")
	})
	t.Run("not when it may be left out", func(t *testing.T) {
		s := reviewed(t)
		s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "2d"})
		s.do("decide", cleo, forBuyer())
	})
	t.Run("no longer than a promise may take", func(t *testing.T) {
		s := reviewed(t)
		s.refused(casefile.ValidationFailed, "request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "30d1s"})
		s.refused(casefile.ValidationFailed, "request_evidence", cleo, fields{"from": "cleo", "type": "invoice", "due": "1d"})
		s.refused(casefile.ValidationFailed, "request_evidence", cleo, fields{"from": "seller", "type": "poem", "due": "1d"})
	})
	t.Run("also after a promise was broken off", func(t *testing.T) {
		s := reviewed(t)
		s.do("request_evidence", cleo, ask)
		s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.Replacement, "due": "20d"})})
		s.shipReplacement()
		s.do("deliver_replacement", carrier, nil)
		s.do("escalate", ada, nil)
		s.waive()
		s.wait(2*day + micro)
		s.do("decide", cleo, forBuyer())
	})
}

func TestEachPartyHasHadTheOthersItemsForADay(t *testing.T) {
	late := func(s *scene) string {
		return s.do("submit_evidence", bolt, fields{"type": "proof_of_shipment", "file": "fil_1"}).Result["evidence"].(string)
	}
	t.Run("of an item in time", func(t *testing.T) {
		s := gathering(t)
		s.at(s.due("evidence_period").Sub(paid))
		late(s)
		s.wait(day - micro)
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.wait(micro)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("not of a late one, until the reviewer admits it", func(t *testing.T) {
		s := reviewed(t)
		s.wait(time.Hour)
		id := late(s)
		hash := s.d().RecordHash()
		s.do("admit_evidence", cleo, fields{"item": id, "reasons": "The scan was down."})
		require.NotEqual(t, hash, s.d().RecordHash())
		s.refused(casefile.WrongStage, "admit_evidence", cleo, fields{"item": id, "reasons": "Again."})
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.wait(day)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("or waived it", func(t *testing.T) {
		s := gathering(t)
		late(s)
		s.wait(time.Hour)
		s.waive()
		s.do("decide", cleo, forBuyer())
	})
	t.Run("and a waiver covers what was there", func(t *testing.T) {
		s := gathering(t)
		s.do("waive_hearing", ada, nil)
		s.wait(time.Hour)
		late(s)
		s.do("waive_hearing", bolt, nil)
		s.refused(casefile.HearingNotComplete, "decide", cleo, forBuyer())
		s.do("waive_hearing", ada, nil)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("of an item handed in while a withdrawal cools, as before it", func(t *testing.T) {
		s := reviewed(t)
		s.do("withdraw", ada, nil)
		require.Equal(t, true, s.do("submit_evidence", ada, fields{"type": "statement", "text": "Oh."}).Result["late"])
	})
}

func TestADecisionIsMadeOnTheRecordThatWasRead(t *testing.T) {
	s := reviewed(t)
	read := forBuyer()
	read["record_hash"] = s.d().RecordHash()
	s.do("post_message", ada, fields{"text": "Messages are not part of it."})
	require.Equal(t, read["record_hash"], s.d().RecordHash())
	s.offer(bolt, part(100))
	s.refused(casefile.RecordChanged, "decide", cleo, read)
	read["record_hash"] = s.d().RecordHash()
	s.do("decide", cleo, read)
	require.Equal(t, read["record_hash"], s.d().Decision.RecordHash)
}

func TestADecisionAwardsWhatIsInDispute(t *testing.T) {
	s := reviewed(t)
	bad := func(code casefile.Code, v fields) { s.refused(code, "decide", cleo, v) }
	bad(casefile.AmountExceedsCap, ruling(dispute.DecidedForBuyer, 4551, 0))
	bad(casefile.AmountExceedsCap, ruling(dispute.DecidedSplit, 4000, 551))
	bad(casefile.ValidationFailed, ruling(dispute.DecidedSplit, 4000, 549))
	bad(casefile.ValidationFailed, ruling(dispute.DecidedForBuyer, -1, 4551))
	bad(casefile.ValidationFailed, ruling(dispute.DecidedForBuyer, 0, 4550))
	bad(casefile.ValidationFailed, ruling(dispute.DecidedForSeller, 1, 4549))
	bad(casefile.ValidationFailed, ruling(dispute.DecidedSplit, 4550, 0))
	bad(casefile.ValidationFailed, ruling(dispute.Settled, 4550, 0))
	mute := forBuyer()
	mute["reasons"] = " "
	bad(casefile.ValidationFailed, mute)
	foreign := forBuyer()
	foreign["findings"] = []fields{{"claim": "damaged", "holds": true, "evidence": []string{"evd_other"}}}
	bad(casefile.ValidationFailed, foreign)
	nothing := forSeller()
	nothing["return"] = true
	bad(casefile.ValidationFailed, nothing)
	s.do("decide", cleo, forBuyer())
}

func TestWhatIsFarFromTheFormulaNeedsASecondSignature(t *testing.T) {
	for name, c := range map[string]struct {
		claim, verdict fields
		proposed       bool
	}{
		"a fifth away":                         {fields{"remedy": dispute.RefundFull}, ruling(dispute.DecidedSplit, 3640, 910), false},
		"more than a fifth away":               {fields{"remedy": dispute.RefundFull}, ruling(dispute.DecidedSplit, 3639, 911), true},
		"for the seller, the reason not found": {fields{"remedy": dispute.RefundFull}, forSeller(), false},
		"the part that was asked":              {fields{"remedy": dispute.RefundPartial, "amount": 1000}, ruling(dispute.DecidedSplit, 1000, 3550), false},
		"much more than was asked":             {fields{"remedy": dispute.RefundPartial, "amount": 1000}, forBuyer(), true},
		"money although the reason is not found": {fields{"remedy": dispute.RefundFull}, fields{"outcome": dispute.DecidedForBuyer, "refund": 4550, "release": 0,
			"reasons": "Out of pity.", "findings": []fields{{"claim": dispute.Damaged, "holds": false}}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c.claim["reason"] = dispute.Damaged
			s := disputed(t, c.claim)
			s.do("post_message", bolt, fields{"text": "No."})
			s.wait(3 * day)
			s.do("escalate", ada, nil)
			s.wait(1)
			s.waive()
			answer := s.do("decide", cleo, c.verdict)
			if c.proposed {
				require.Equal(t, "proposed", answer.Result["state"])
				s.status(dispute.WaitingSignature)
			} else {
				require.Equal(t, "decided", answer.Result["state"])
				s.status(dispute.AppealWindow)
			}
		})
	}
}

func TestASupervisorSignsOrGivesTheFileBack(t *testing.T) {
	proposed := func(t *testing.T) *scene {
		s := reviewed(t)
		s.do("decide", cleo, split())
		return s
	}
	t.Run("the window counts from the signature", func(t *testing.T) {
		s := proposed(t)
		s.wait(day)
		s.do("second", sue, nil)
		require.Equal(t, s.Now.Add(7*day), s.due("appeal_window"))
		s.late("appeal_window")
		s.ended(dispute.DecidedSplit, 2000, 2550)
	})
	t.Run("not the author", func(t *testing.T) {
		s := proposed(t)
		s.refused(casefile.ConflictOfInterest, "second", casefile.Actor{ID: "cleo", Role: casefile.Supervisor}, nil)
	})
	t.Run("refused: the reviewer has the file again", func(t *testing.T) {
		s := proposed(t)
		s.do("second", sue, fields{"refuse": true})
		s.status(dispute.UnderReview)
		s.do("decide", cleo, forBuyer())
	})
	t.Run("unanswered: the next one is asked every 48 hours", func(t *testing.T) {
		s := proposed(t)
		s.wait(96*time.Hour + micro)
		s.status(dispute.WaitingSignature)
		asked := 0
		for _, e := range s.happened(casefile.NoticeSent) {
			if e.Data["about"] == "second_signature" {
				asked++
			}
		}
		require.Equal(t, 3, asked)
		s.do("second", sam, nil)
	})
	t.Run("a new reviewer begins anew", func(t *testing.T) {
		s := proposed(t)
		s.do("assign", sue, fields{"to": "dora"})
		s.status(dispute.UnderReview)
		s.refused(casefile.WrongStage, "second", sue, nil)
	})
	t.Run("what the reviewer admits is heard before the signature", func(t *testing.T) {
		s := proposed(t)
		id := s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"}).Result["evidence"]
		s.do("admit_evidence", cleo, fields{"item": id, "reasons": "It matters."})
		s.refused(casefile.HearingNotComplete, "second", sue, nil)
		s.do("second", sue, fields{"refuse": true})
	})
}

func TestASlowReviewerIsToldOn(t *testing.T) {
	s := reviewed(t)
	s.wait(48*time.Hour + micro)
	last := s.happened(casefile.NoticeSent)
	require.Equal(t, "decision_sla", last[len(last)-1].Data["about"])
	s.status(dispute.UnderReview)
}

func TestACaseWithoutARulingEndsAfterNinetyDays(t *testing.T) {
	s := disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1000})
	s.do("post_message", bolt, fields{"text": "No."})
	s.wait(3 * day)
	s.do("escalate", ada, nil)
	since := s.Now
	s.wait(day)
	s.do("withdraw", ada, nil)
	s.wait(2 * day)
	s.do("cancel_withdrawal", ada, nil)
	s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
	s.late("return_ship")
	away := 12 * day
	s.at(since.Add(90*day + away).Sub(paid))
	require.Equal(t, dispute.Adjudication, s.d().Stage)
	s.wait(micro)
	s.ended(dispute.NoDecision, 1000, 3550)
	require.EqualValues(t, 1000, s.Order(s.order).Goodwill["bolt"])
}

func TestGoodwillOfADelayedCaseWaitsForTwoSignatures(t *testing.T) {
	s := gathering(t)
	s.do("extend_evidence", bolt, nil)
	s.wait(100 * day)
	s.ended(dispute.NoDecision, 4550, 0)
	require.Len(t, s.Order(s.order).Gifts, 1)
}

func TestAReviewerWhoTurnsOutToBeLinkedMayNotDecide(t *testing.T) {
	s := reviewed(t)
	s.Reviewers[0].Linked = []string{"cleo", "ada"}
	s.refused(casefile.ConflictOfInterest, "decide", cleo, forBuyer())
}
