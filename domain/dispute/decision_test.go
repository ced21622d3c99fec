package dispute_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

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
	asked := func(s *scene) (to []any) {
		for _, e := range s.happened(casefile.NoticeSent) {
			if e.Data["about"] == "second_signature" {
				to = append(to, e.Data["to"])
			}
		}
		return to
	}
	t.Run("unanswered: the next one is asked every 48 hours", func(t *testing.T) {
		s := proposed(t)
		require.Equal(t, "sue", s.d().Proposal.Asked)
		s.Reviewers[7].Linked = []string{"sam", "bolt"} // who may not sign is not asked
		s.wait(96*time.Hour + micro)
		s.status(dispute.WaitingSignature)
		require.Equal(t, []any{"sue", "sid", "sue"}, asked(s))
		s.do("second", sue, nil)
	})
	t.Run("unanswered with no other: it stays", func(t *testing.T) {
		s := reviewed(t)
		s.Reviewers = staff(6, 1)
		s.do("decide", cleo, split())
		s.wait(48*time.Hour + micro)
		require.Equal(t, []any{"sue", "sue"}, asked(s))
	})
	t.Run("a new reviewer begins anew", func(t *testing.T) {
		s := proposed(t)
		s.do("assign", sue, fields{"to": "dora"})
		s.status(dispute.UnderReview)
		s.refused(casefile.WrongStage, "second", sue, nil)
	})
	t.Run("what the reviewer admits is heard before anybody rules on it", func(t *testing.T) {
		s := proposed(t)
		id := s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"}).Result["evidence"]
		s.do("admit_evidence", cleo, fields{"item": id, "reasons": "It matters."})
		s.refused(casefile.WrongStage, "second", sue, nil)
		s.refused(casefile.HearingNotComplete, "decide", cleo, split())
		s.wait(day)
		s.do("decide", cleo, split())
		s.do("second", sue, nil)
	})
}

func TestASlowReviewerIsToldOn(t *testing.T) {
	s := reviewed(t)
	s.wait(48*time.Hour + micro)
	last := s.happened(casefile.NoticeSent)
	require.Equal(t, "decision_sla", last[len(last)-1].Data["about"])
	s.status(dispute.UnderReview)
}

func TestTheReviewersTimeBeginsWhenTheFileIsComplete(t *testing.T) {
	told := func(s *scene) (n int) {
		for _, e := range s.happened(casefile.NoticeSent) {
			if e.Data["about"] == "decision_sla" {
				n++
			}
		}
		return n
	}
	s := reviewed(t)
	s.wait(day)
	s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "6d", "mandatory": true})
	s.wait(4 * day)
	require.Zero(t, told(s), "it is the seller who is waited for")
	s.do("submit_evidence", bolt, fields{"type": "invoice", "file": "fil_1"})
	s.wait(48*time.Hour + micro)
	require.Equal(t, 1, told(s))
	s.wait(4 * day)
	require.Equal(t, 1, told(s), "once")
	s.do("accept_offer", ada, fields{"offer": s.offer(bolt, fields{"remedy": dispute.ReturnAndRefund})})
	s.late("return_ship")
	s.wait(48*time.Hour + micro)
	require.Equal(t, 2, told(s), "the file came back")
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
	for name, c := range map[string]struct {
		act   func(*scene)
		gifts int
	}{
		"nobody's act":   {func(*scene) {}, 0},
		"an extension":   {func(s *scene) { s.do("extend_evidence", bolt, nil) }, 1},
		"an objection":   {func(s *scene) { s.object(bolt) }, 1},
		"another reason": {func(s *scene) { s.do("change_reason", ada, fields{"reason": dispute.Counterfeit}) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := gathering(t)
			c.act(s)
			s.wait(100 * day)
			s.ended(dispute.NoDecision, 4550, 0)
			require.Len(t, s.Order(s.order).Gifts, c.gifts)
		})
	}
}

func TestWhoTurnsOutToBeLinkedToAPartyDoesNothing(t *testing.T) {
	link := func(s *scene, ids ...string) {
		for i := range s.Reviewers {
			if slices.Contains(ids, s.Reviewers[i].ID) {
				s.Reviewers[i].Linked = []string{s.Reviewers[i].ID, "ada"}
			}
		}
	}
	s := reviewed(t)
	link(s, "cleo", "sue")
	s.refused(casefile.ConflictOfInterest, "decide", cleo, forBuyer())
	s.refused(casefile.ConflictOfInterest, "assign", sue, fields{"to": "dora"})
	s.object(bolt)
	s.refused(casefile.ConflictOfInterest, "rule_objection", sue, fields{"upheld": false})
	s.do("rule_objection", sam, fields{"upheld": true})
	s.wait(1)
	s.do("decide", dora, split())
	s.refused(casefile.ConflictOfInterest, "second", sue, nil)
	s.do("second", sam, nil)

	s, m := voting(t)
	link(s, m[0].ID)
	s.refused(casefile.ConflictOfInterest, "vote", m[0], forBuyer())
	s.do("vote", m[1], forBuyer())
}

func TestAFindingRestsOnEvidenceThatCounts(t *testing.T) {
	s := reviewed(t)
	resting := func(on string) fields {
		verdict := forBuyer()
		verdict["findings"] = []fields{{"claim": "damaged", "holds": true, "evidence": []string{on}}}
		return verdict
	}
	refused := func(on, says string) {
		t.Helper()
		a := s.refused(casefile.ValidationFailed, "decide", cleo, resting(on))
		require.Equal(t, "/findings", a.Pointer)
		require.Contains(t, a.Detail, says)
	}
	refused("evd_of_another_case", "not of this case")
	late := s.do("submit_evidence", ada, fields{"type": "statement", "text": "And it smelled."}).Result["evidence"].(string)
	require.True(t, s.item(late).Late)
	refused(late, "late")
	s.do("admit_evidence", cleo, fields{"item": late, "reasons": "It matters."})
	s.refused(casefile.HearingNotComplete, "decide", cleo, resting(late))
	s.wait(day)
	s.do("decide", cleo, resting(late))

	s = unscanned(gathering(t))
	photo := s.file(ada)
	s.waive()
	s.refused(casefile.HearingNotComplete, "decide", cleo, resting(photo.ID))
	s.scan(photo, dispute.ScanInfected)
	refused(photo.ID, "rejected")
}
