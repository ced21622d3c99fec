package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// proposed is a case whose reviewer has proposed a split that needs a second signature.
func proposed(t tester) *scene {
	t.Helper()
	s := reviewed(t)
	s.do("decide", cleo, split())
	s.status(dispute.WaitingSignature)
	return s
}

// lapsed are the people who were told that a proposal lapsed, each with the reason.
func (s *scene) lapsed() map[any]any {
	told := map[any]any{}
	for _, e := range s.happened(casefile.NoticeSent) {
		if e.Data["about"] == "proposal_lapsed" {
			told[e.Data["to"]] = e.Data["why"]
		}
	}
	return told
}

func TestAProposalLapsesWithWhatItWasMadeOn(t *testing.T) {
	for name, c := range map[string]struct {
		before, act func(*scene)
		after       dispute.Status
	}{
		"another reason": {nil, func(s *scene) {
			s.do("change_reason", ada, fields{"reason": dispute.Quality})
		}, dispute.UnderReview},
		"less is asked for": {nil, func(s *scene) {
			s.do("change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 2000})
		}, dispute.WaitingEvidence},
		"another remedy, a second time": {func(s *scene) {
			s.do("change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.ReturnAndRefund})
			s.waive()
		}, func(s *scene) {
			s.do("change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull})
		}, dispute.UnderReview},
		"a late item is admitted": {func(s *scene) {
			s.do("submit_evidence", ada, fields{"type": "statement", "text": "And it smelled."})
		}, func(s *scene) {
			s.do("admit_evidence", cleo, fields{"item": s.d().Items[0].ID, "reasons": "It matters."})
		}, dispute.UnderReview},
		"what was asked for has come": {func(s *scene) {
			s.do("request_evidence", cleo, fields{"from": "seller", "type": "invoice", "due": "6d"})
		}, func(s *scene) {
			s.do("submit_evidence", bolt, fields{"type": "invoice", "text": "It cost 12.00."})
		}, dispute.UnderReview},
		"the bank has paid a part of it": {func(s *scene) {
			s.must(s.order, "chargeback", platform, fields{"amount": 1000})
		}, func(s *scene) {
			s.must(s.order, "close_chargeback", platform, fields{"won_by": "buyer"})
		}, dispute.UnderReview},
	} {
		t.Run(name, func(t *testing.T) {
			s := reviewed(t)
			if c.before != nil {
				c.before(s)
			}
			s.do("decide", cleo, split())
			s.status(dispute.WaitingSignature)
			c.act(s)
			require.Nil(t, s.d().Proposal)
			s.status(c.after)
			require.Equal(t, map[any]any{"cleo": "record_changed", "sue": "record_changed"}, s.lapsed(), "the reviewer is told why, and who was to sign it")
			s.refused(casefile.WrongStage, "second", sue, nil)
			_, waits := s.deadline("second_signature")
			require.False(t, waits, "nobody is asked for a signature any more")
			require.Empty(t, s.happened(casefile.DisputeDecided))
		})
	}
}

func TestTheReviewerDecidesAgainOnWhatIsClaimedNow(t *testing.T) {
	s := proposed(t)
	s.do("change_reason", ada, fields{"reason": dispute.Quality})
	s.do("decide", cleo, split())
	s.do("second", sue, nil)
	d := s.d()
	require.Equal(t, d.RecordHash(), d.Decision.RecordHash, "what was signed was made on the record as it stands")
	require.Equal(t, dispute.Quality, d.Claim.Reason)
}

func TestAProposalOutlivesWhatChangesNothingItRestsOn(t *testing.T) {
	for name, act := range map[string]func(*scene){
		"a message":              func(s *scene) { s.do("post_message", ada, fields{"text": "Hello?"}) },
		"a late item":            func(s *scene) { s.do("submit_evidence", ada, fields{"type": "statement", "text": "And it smelled."}) },
		"the same claim again":   func(s *scene) { s.do("change_reason", ada, fields{"reason": dispute.Damaged}) },
		"an offer":               func(s *scene) { s.offer(bolt, fields{"remedy": dispute.RefundPartial, "amount": 100}) },
		"a withdrawal for a day": func(s *scene) { s.do("withdraw", ada, nil); s.wait(day); s.do("cancel_withdrawal", ada, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			s := proposed(t)
			act(s)
			require.Empty(t, s.lapsed())
			s.do("second", sue, nil)
			s.status(dispute.AppealWindow)
		})
	}
}

// TestABuyerCannotKeepARulingWaitingForEver: a ruling that nobody can sign is none in the end, and no ruling refunds the buyer.
func TestABuyerCannotKeepARulingWaitingForEver(t *testing.T) {
	claims := []fields{
		{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 2000}, // once, with a new evidence period
		{"reason": dispute.Quality, "remedy": dispute.RefundPartial, "amount": 2000}, // once, without
	}
	stalled := func(t *testing.T) *scene {
		s := proposed(t)
		for _, claim := range claims {
			s.do("change_reason", ada, claim)
			require.Nil(t, s.d().Proposal)
			if s.d().Status == dispute.WaitingEvidence {
				s.waive()
			}
			s.do("decide", cleo, ruling(dispute.DecidedSplit, 4000, 550))
			s.status(dispute.WaitingSignature)
		}
		require.True(t, s.d().Delayed, "a party's act delayed the file")
		s.refused(casefile.WrongStage, "change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1999})
		require.NotNil(t, s.d().Proposal)
		return s
	}
	t.Run("it is signed", func(t *testing.T) {
		s := stalled(t)
		s.do("second", sue, nil)
		s.status(dispute.AppealWindow)
	})
	t.Run("it is given back, and the claim can change again before the next", func(t *testing.T) {
		s := stalled(t)
		s.do("second", sue, fields{"refuse": true})
		s.do("change_reason", ada, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1999})
		s.status(dispute.UnderReview)
	})
}
