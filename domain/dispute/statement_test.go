package dispute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
)

// argued is a decision for the buyer with findings on evidence and rules.
func argued(t *testing.T) *scene {
	s := gathering(t)
	item := s.do("submit_evidence", ada, fields{"type": "statement", "text": "It came like that."}).Result["evidence"].(string)
	s.waive()
	verdict := forBuyer()
	verdict["findings"] = []fields{
		{"claim": "The lamp came broken.", "holds": true, "evidence": []string{item}, "rule": "PROCEDURE 5"},
		{"claim": "The buyer dropped it.", "holds": false},
	}
	s.do("decide", cleo, verdict)
	return s
}

func told(s *scene, to casefile.Role) dispute.Statement {
	s.Helper()
	said, found := s.d().Statement(to)
	require.True(s, found)
	return said
}

func TestADecisionIsStatedToEachAudience(t *testing.T) {
	s := argued(t)
	item := s.d().Items[0].ID
	require.Equal(t, `Outcome
The dispute is decided in your favour.

Reasons
So it is.

What this rests on
- It is found: The lamp came broken. Evidence: `+item+`. Rule: PROCEDURE 5.
- It is not found: The buyer dropped it.

Money
You are refunded 45.50 EUR.
The seller gets 0.00 EUR.
The money moves when the decision is final: on 21 Jan 2026, 01:00 UTC, if nobody appeals.

Appeal
You can appeal once, until 21 Jan 2026, 01:00 UTC, with the command "appeal" of this case.
Say what is new, or what this decision got wrong. A panel of reviewers who had no part in it decides then, for good.
`, told(s, casefile.Buyer).Text())

	seller := told(s, casefile.Seller)
	require.Equal(t, "The dispute is decided in favour of the buyer.", seller.Outcome)
	require.Equal(t, []string{"You get 0.00 EUR, less the fees of the marketplace where it takes any.", "The buyer is refunded 45.50 EUR."}, seller.Money[:2])

	staff := told(s, casefile.Auditor)
	require.Equal(t, casefile.Reviewer, staff.Audience, "who works with cases is one audience")
	require.Contains(t, staff.Text(), "The remedy formula gives 45.50 EUR; decided by cleo, on the record "+s.d().RecordHash())
	require.Contains(t, staff.Text(), "Each party can appeal once until 21 Jan 2026, 01:00 UTC; so far 0 did.")
	require.NotContains(t, told(s, casefile.Seller).Text(), "cleo", "a party is told by the case, not by a person")
}

func TestAStatementFollowsTheCase(t *testing.T) {
	t.Run("before a decision there is none", func(t *testing.T) {
		_, found := reviewed(t).d().Statement(casefile.Buyer)
		require.False(t, found)
	})
	t.Run("a proposal is stated to who may sign it, not to the parties", func(t *testing.T) {
		s := reviewed(t)
		s.do("decide", cleo, split())
		_, found := s.d().Statement(casefile.Seller)
		require.False(t, found)
		require.Contains(t, told(s, casefile.Supervisor).Text(), "Nothing moves before a second signature")
		s.do("second", sue, nil)
		require.Contains(t, told(s, casefile.Supervisor).Text(), "decided by cleo, signed second by sue")
		require.Equal(t, "The dispute is decided partly in your favour.", told(s, casefile.Seller).Outcome)
	})
	t.Run("who has appealed is told so", func(t *testing.T) {
		s := decided(t)
		s.do("appeal", bolt, fields{"text": "No."})
		require.Equal(t, []string{"You have appealed. Each party can do so once."}, told(s, casefile.Seller).Appeal)
		require.Contains(t, told(s, casefile.Buyer).Appeal[0], "You can appeal once")
		require.Contains(t, told(s, casefile.Buyer).Text(), "There is an appeal: nothing moves before a panel has decided it.")
		require.Equal(t, dispute.MovesAfterAppeal, told(s, casefile.Buyer).Moves.When, "what the sentence is made of")
		require.Equal(t, dispute.AppealMade, told(s, casefile.Seller).Appealed.State)
		require.Equal(t, dispute.Appealing{State: dispute.AppealOpen, Until: s.due("appeal_window"), Made: 1}, told(s, casefile.Buyer).Appealed)
	})
	t.Run("an appeal that is heard suspends it", func(t *testing.T) {
		s := sitting(t)
		require.Contains(t, told(s, casefile.Buyer).Text(), "takes the place of this decision")
		require.Equal(t, []string{"No appeal from this decision is open."}, told(s, casefile.Buyer).Appeal)
	})
	t.Run("final", func(t *testing.T) {
		s := decided(t)
		s.late("appeal_window")
		require.Contains(t, told(s, casefile.Buyer).Text(), "The decision is final, and the money moves at once.")
	})
	t.Run("a refund that follows the goods", func(t *testing.T) {
		s := reviewed(t)
		verdict := forBuyer()
		verdict["return"] = true
		s.do("decide", cleo, verdict)
		require.Contains(t, told(s, casefile.Buyer).Text(), "if nobody appeals. The refund then follows the return of the goods.")
		s.late("appeal_window")
		require.Contains(t, told(s, casefile.Buyer).Text(), "The refund follows when the goods are back and in order.")
	})
	t.Run("a panel's is nobody's alone", func(t *testing.T) {
		s, members := voting(t)
		for _, m := range members {
			s.do("vote", m, forSeller())
		}
		require.Contains(t, told(s, casefile.Reviewer).Text(), "Decided by the panel, whose amount is the median of its majority")
		require.Equal(t, "The dispute is decided in favour of the seller.", told(s, casefile.Buyer).Outcome)
	})
	t.Run("a case that ended otherwise", func(t *testing.T) {
		s := sitting(t)
		s.late("panel_decision")
		s.late("supervisor_decision")
		require.Equal(t, dispute.NoDecision, s.d().Outcome)
		require.Contains(t, told(s, casefile.Buyer).Text(), "The case ended otherwise (no_decision)")
	})
}

func TestAFindingRestsOnARuleThatThereIs(t *testing.T) {
	for _, rule := range []string{"dispute.hearing", "decision.discretion", "5", "6.3", "PROCEDURE 6.4", "PROCEDURE 12 R8", "12 R13"} {
		require.True(t, dispute.IsRule(rule), rule)
	}
	for _, rule := range []string{"", "equity", "dispute", "dispute.mercy", "PROCEDURE", "PROCEDURE 14", "6.7", "12 R16", "R8", "PROCEDURE dispute.hearing"} {
		require.False(t, dispute.IsRule(rule), rule)
	}
	s := reviewed(t)
	verdict := forBuyer()
	verdict["findings"] = []fields{{"claim": "damaged", "holds": true, "rule": "common sense"}}
	require.Equal(t, "/findings", s.refused(casefile.ValidationFailed, "decide", cleo, verdict).Pointer)
	verdict["findings"] = []fields{{"claim": "damaged", "holds": true, "rule": "dispute.hearing"}}
	s.do("decide", cleo, verdict)
}

func TestTheRemedyFormulaIsShownWithItsNumbers(t *testing.T) {
	facts := func(s *scene) casefile.Facts {
		order := s.Order(s.order).FactsFor(s.id, s.Now)
		return casefile.Facts{Order: &order}
	}
	s := reviewed(t)
	want := dispute.Formula{Value: 4550, Asked: 4550, Default: 4550, Basis: dispute.BasisDefault, Found: 4550, Discretion: 910, SecondAbove: 50_000}
	require.Equal(t, want, s.d().Formula(facts(s)))
	require.Equal(t, want, s.d().Formula(casefile.Facts{}), "without the order the claim stands in")

	s = disputed(t, fields{"reason": dispute.Damaged, "remedy": dispute.RefundPartial, "amount": 1000})
	f := s.d().Formula(facts(s))
	require.Equal(t, dispute.Formula{Value: 4550, Asked: 1000, Default: 4550, Basis: dispute.BasisAsked, Found: 1000, Discretion: 910, SecondAbove: 50_000}, f)
	rejected := []dispute.Finding{{Claim: string(dispute.Damaged), Holds: false}}
	require.EqualValues(t, 1000, f.Gives(dispute.Damaged, nil, 1))
	require.Zero(t, f.Gives(dispute.Damaged, nil, 0))
	require.Zero(t, f.Gives(dispute.Damaged, rejected, 1000))
	require.Equal(t, []dispute.SecondGround{dispute.SecondDiscretion, dispute.SecondAmount}, f.Second(50_001, 0, 1000))
	require.False(t, f.NeedsSecond(1910, 2640, 1000))
	require.True(t, f.NeedsSecond(1911, 2639, 1000))
	require.True(t, f.NeedsSecond(50_001, 0, 50_001))
}
