package dispute_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
)

func TestADecisionBecomesFinalWhenNobodyAppeals(t *testing.T) {
	s := decided(t)
	require.Zero(t, s.Order(s.order).Escrow().Refunded, "money moves only when the outcome is final")
	s.wait(7 * day)
	s.status(dispute.AppealWindow)
	s.wait(micro)
	s.ended(dispute.DecidedForBuyer, 4550, 0)
	require.Len(t, s.happened(casefile.DecisionFinal), 1)
}

func TestAnAppealGivesItsGroundsInTime(t *testing.T) {
	s := decided(t)
	s.refused(casefile.ValidationFailed, "appeal", bolt, nil)
	s.wait(7 * day)
	s.do("appeal", bolt, fields{"text": "A letter came."})
	s.refused(casefile.AppealUsed, "appeal", bolt, fields{"text": "And another."})
	s.wait(micro)
	s.status(dispute.PanelReview)
	require.Equal(t, paid.Add(s.due("panel_decision").Sub(paid)), s.due("panel_decision"))
}

func TestThePanelSitsWhenTheWindowEndsOrBothHaveAppealed(t *testing.T) {
	s := sitting(t)
	s.status(dispute.PanelReview)
	p := s.d().Panel
	require.Equal(t, s.Now, p.SatAt)
	require.Len(t, p.Members, 3)
	require.NotContains(t, p.Members, "cleo", "none from before")
	require.Equal(t, s.Now.Add(10*day), s.due("panel_decision"))
	require.Equal(t, s.Now.Add(5*day), s.due("evidence_period"))
}

func TestAPanelOfFiveForALargeCase(t *testing.T) {
	for price, want := range map[money.Minor]int{199_650: 3, 199_651: 5} { // with 3.50 of shipping: 2,000.00, and a cent more
		for reviewers, size := range map[int]int{6: want, 5: 3, 4: 3} {
			s := delivered(t, func(r *protection.Registration) { r.Lines[0].Price = price })
			s.Reviewers = staff(reviewers, 2)
			s.at(opening)
			s.open(fields{"reason": dispute.Damaged, "remedy": dispute.RefundFull})
			s.do("post_message", bolt, fields{"text": "No."})
			s.wait(3 * day)
			s.do("escalate", ada, nil)
			s.wait(1)
			s.waive()
			s.do("decide", cleo, ruling(dispute.DecidedForBuyer, price+350, 0))
			s.do("second", sue, nil)
			s.do("appeal", bolt, fields{"text": "No."})
			s.late("appeal_window")
			require.Len(t, s.d().Panel.Members, size)
		}
	}
}

func TestACaseIsWithWhoHasToDecideNow(t *testing.T) {
	s := decided(t)
	require.Equal(t, "cleo", s.d().Summary().Reviewer)
	s = sitting(t)
	require.Empty(t, s.d().Summary().Reviewer, "a panel has it")
	s = failed(t)
	require.Equal(t, "sue", s.d().Summary().Reviewer, "the supervisor's own queue shows it")
}

func TestVotesWaitForTheOtherSide(t *testing.T) {
	s := sitting(t)
	m := s.members()
	s.refused(casefile.EvidenceRequestOpen, "vote", m[0], forBuyer())
	s.wait(5 * day)
	s.refused(casefile.EvidenceRequestOpen, "vote", m[0], forBuyer())
	s.do("submit_evidence", bolt, fields{"type": "statement", "text": "In the last instant."})
	s.wait(micro)
	s.refused(casefile.HearingNotComplete, "vote", m[0], forBuyer())
	s.wait(day)
	s.do("vote", m[0], forBuyer())
	require.NotContains(t, s.happened(casefile.VoteCast)[0].Data, "outcome", "votes are hidden")
	s.refused(casefile.AlreadyVoted, "vote", m[0], forSeller())
	s.refused(casefile.NotAllowed, "vote", cleo, forBuyer())
	s.refused(casefile.AmountExceedsCap, "vote", m[1], ruling(dispute.DecidedForBuyer, 5000, 0))
}

// voting is a panel of three that may vote.
func voting(t *testing.T) (*scene, []casefile.Actor) {
	t.Helper()
	s := sitting(t)
	s.waive()
	return s, s.members()
}

func TestTheMajorityDecidesAndTheAmountIsItsMedian(t *testing.T) {
	splits := func(refunds ...money.Minor) []fields {
		var all []fields
		for _, r := range refunds {
			all = append(all, ruling(dispute.DecidedSplit, r, 4550-r))
		}
		return all
	}
	for name, c := range map[string]struct {
		votes    []fields
		outcome  dispute.Outcome
		refunded money.Minor
	}{
		"all of one mind":                  {splits(1000, 3000, 1500), dispute.DecidedSplit, 1500},
		"two of three, the mean of two":    {append(splits(1000, 1501), forBuyer()), dispute.DecidedSplit, 1251},
		"two for the seller":               {append(splits(1000), forSeller(), forSeller()), dispute.DecidedForSeller, 0},
		"two votes, and one that is not":   {splits(1000, 1100), dispute.DecidedSplit, 1050},
		"three opinions":                   {append(splits(1000), forBuyer(), forSeller()), "", 0},
		"two opinions, and one that's not": {[]fields{forBuyer(), forSeller()}, "", 0},
		"a single vote":                    {[]fields{forBuyer()}, "", 0},
		"no vote":                          {nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := voting(t)
			for i, v := range c.votes {
				s.do("vote", m[i], v)
			}
			if len(c.votes) < 3 {
				s.at(s.due("panel_decision").Sub(paid))
				require.False(t, s.d().Panel.Failed)
				s.wait(micro)
			}
			if c.outcome == "" {
				require.True(t, s.d().Panel.Failed)
				require.Equal(t, "sue", s.d().Panel.Supervisor)
				if len(c.votes) < 3 {
					s.refused(casefile.DeadlinePassed, "vote", m[2], forBuyer())
				}
				return
			}
			s.ended(c.outcome, c.refunded, 4550-c.refunded)
			require.Len(t, s.happened(casefile.DisputeDecided), 2, "the panel's decision is told with its reasons")
		})
	}
}

func TestASupervisorDecidesWhereThePanelCouldNot(t *testing.T) {
	t.Run("one who was not involved", func(t *testing.T) {
		s := reviewed(t)
		s.do("decide", cleo, split())
		s.do("second", sue, nil)
		s.do("appeal", ada, fields{"text": "No."})
		s.late("appeal_window")
		s.waive()
		for i, m := range s.members() {
			s.do("vote", m, []fields{forBuyer(), forSeller(), split()}[i])
		}
		require.Equal(t, "sam", s.d().Panel.Supervisor)
		s.refused(casefile.NotAllowed, "decide", sue, forBuyer())
		s.refused(casefile.NotAllowed, "decide", s.members()[0], forBuyer())
		s.do("decide", sam, split())
		s.ended(dispute.DecidedSplit, 2000, 2550)
	})
	t.Run("within ten days, else nobody", func(t *testing.T) {
		s := failed(t)
		s.wait(10 * day)
		s.status(dispute.PanelReview)
		s.wait(micro)
		s.ended(dispute.NoDecision, 4550, 0)
	})
	t.Run("one with an earlier case where there is no other", func(t *testing.T) {
		s := sitting(t)
		for _, id := range []string{"sue", "sam", "sid"} {
			past(s, id, "ada", day)
		}
		past(s, "sue", "ada", 2*day)
		s.late("panel_decision")
		require.Equal(t, "sam", s.d().Panel.Supervisor)
		assigned := s.happened(casefile.DisputeAssigned)
		require.Equal(t, true, assigned[len(assigned)-1].Data["conflict_waived"], "it is recorded and shown")
	})
	t.Run("nobody where there is none", func(t *testing.T) {
		s := sitting(t)
		s.Reviewers = staff(6, 0)
		s.late("panel_decision")
		s.ended(dispute.NoDecision, 4550, 0)
	})
	t.Run("after the other side was heard, where no panel could be drawn", func(t *testing.T) {
		s := decided(t)
		s.Reviewers = staff(3, 1)
		s.do("appeal", bolt, fields{"text": "No."})
		s.late("appeal_window")
		require.True(t, s.d().Panel.Failed)
		s.refused(casefile.EvidenceRequestOpen, "decide", sue, forBuyer())
		s.late("evidence_period")
		s.do("decide", sue, forBuyer())
		s.ended(dispute.DecidedForBuyer, 4550, 0)
	})
	t.Run("whom another supervisor named", func(t *testing.T) {
		s := failed(t)
		s.refused(casefile.ValidationFailed, "assign", sue, fields{"to": "dora"})
		s.do("assign", sue, fields{"to": "sam"})
		s.refused(casefile.AssignmentLapsed, "decide", sue, forBuyer())
		s.do("assign", sue, fields{"to": "sid"}) // who had it may still name another
		s.do("decide", casefile.Actor{ID: "sid", Role: casefile.Supervisor}, forBuyer())
	})
}

func TestAMemberWhoIsSetAsideIsReplaced(t *testing.T) {
	t.Run("by the next of the draw", func(t *testing.T) {
		s, m := voting(t)
		s.do("vote", m[0], forBuyer())
		s.object(ada)
		s.refused(casefile.WrongStage, "vote", m[1], forBuyer())
		s.do("rule_objection", sue, fields{"upheld": true})
		now := s.members()
		require.Len(t, now, 3)
		require.NotContains(t, now, m[0])
		require.Empty(t, s.d().Panel.Votes, "the vote went with the member")
		s.refused(casefile.AssignmentLapsed, "vote", m[0], forBuyer())
	})
	t.Run("by nobody: then there is no panel", func(t *testing.T) {
		s := decided(t)
		s.Reviewers = staff(4, 2)
		s.do("appeal", bolt, fields{"text": "No."})
		s.late("appeal_window")
		s.object(ada)
		s.do("rule_objection", sue, fields{"upheld": true})
		require.True(t, s.d().Panel.Failed)
		require.Equal(t, "sam", s.d().Panel.Supervisor, "not the one who ruled")
	})
}

func TestAskingNothingMoreOfAPanelThanItsTimeAllows(t *testing.T) {
	s, m := voting(t)
	s.do("request_evidence", m[0], fields{"from": "buyer", "type": "invoice", "due": "30d", "mandatory": true})
	s.refused(casefile.EvidenceRequestOpen, "vote", m[1], forBuyer())
	s.late("panel_decision")
	require.True(t, s.d().Panel.Failed)
	s.do("decide", sue, forBuyer())
}

func TestAnAppealOfAnEarlierDecisionDoesNotCallAPanelOverALaterOne(t *testing.T) {
	s := sitting(t) // both have used their appeal
	s.waive()
	back := forBuyer()
	back["return"] = true
	for i, m := range s.members() {
		s.do("vote", m, []fields{forBuyer(), forSeller(), split()}[i])
	}
	s.do("decide", sue, back)
	s.shipReturn()
	s.do("deliver_return", carrier, nil)
	s.do("inspect_return", bolt, fields{"condition": "empty", "text": "A brick."})
	s.wait(1)
	reviewer := casefile.Actor{ID: s.d().Bench.Reviewer, Role: casefile.Reviewer}
	before := []string{"cleo", "sue"}
	for _, e := range s.happened(casefile.PanelDrawn) {
		before = append(before, e.Data["members"].([]string)...)
	}
	require.False(t, slices.Contains(before, reviewer.ID), "%s was there before: %v", reviewer.ID, before)
	s.waive()
	s.do("decide", reviewer, forSeller())
	s.refused(casefile.AppealUsed, "appeal", ada, fields{"text": "No."})
	s.late("appeal_window")
	s.ended(dispute.DecidedForSeller, 0, 4550)
}

func TestAPanelWaitsForTheWindowWhenOnlyAnEarlierDecisionWasAppealed(t *testing.T) {
	s := decided(t)
	s.Reviewers = staff(3, 2) // too few for a panel
	s.do("appeal", bolt, fields{"text": "No."})
	s.late("appeal_window")
	s.waive()
	back := forBuyer()
	back["return"] = true
	s.do("decide", sue, back)
	s.shipReturn()
	s.do("deliver_return", carrier, nil)
	s.do("inspect_return", bolt, fields{"condition": "empty", "text": "A brick."})
	s.wait(1)
	s.waive()
	s.do("decide", dora, forSeller())
	s.do("appeal", ada, fields{"text": "It was no brick."})
	s.status(dispute.AppealWindow)
	s.late("appeal_window")
	s.status(dispute.PanelReview)
}
