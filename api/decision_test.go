package api

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
)

// underReview brings a dispute before the reviewer, with both parties' hearing waived.
func (s *stage) underReview() wire.Dispute {
	s.t.Helper()
	d := s.escalated()
	at := "/v1/disputes/" + d.ID
	s.post(s.aSupervisor(), at+"/assign", `{"to":"`+s.reviewer+`"}`).is(http.StatusOK)
	s.post(s.aBuyer(), at+"/waive_hearing", `{}`).is(http.StatusOK)
	s.post(s.aSeller(), at+"/waive_hearing", `{}`).is(http.StatusOK).into(&d)
	require.Equal(s.t, wire.StatusUnderReview, d.Status)
	return d
}

// escalated is a dispute that waits for a reviewer: the seller's offer was rejected.
func (s *stage) escalated() wire.Dispute {
	s.t.Helper()
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	var offer wire.Offer
	s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_partial","amount":{"amount":1000,"currency":"EUR"}}`).is(http.StatusCreated).into(&offer)
	s.post(s.aBuyer(), at+"/offers/"+offer.ID+"/reject", `{"version":1}`).is(http.StatusOK)
	s.post(s.aBuyer(), at+"/escalate", `{}`).is(http.StatusOK).into(&d)
	require.Equal(s.t, wire.StatusAssigning, d.Status)
	return d
}

func (s *stage) seen(by who, id string) (d wire.Dispute) {
	s.t.Helper()
	s.get(by, "/v1/disputes/"+id).is(http.StatusOK).into(&d)
	return d
}

// verdict is a decision on the record as it is now.
func (s *stage) verdict(id string, refund, release int, more string) string {
	s.t.Helper()
	var record wire.Record
	s.get(s.aReviewer(), "/v1/disputes/"+id+"/record").is(http.StatusOK).into(&record)
	outcome := map[bool]string{true: "decided_split", false: "decided_for_buyer"}[release > 0]
	return fmt.Sprintf(`{"outcome":%q,"refund":{"amount":%d,"currency":"EUR"},"release":{"amount":%d,"currency":"EUR"},"reasons":"So it is.","record_hash":%q,"if_revision":%d%s}`,
		outcome, refund, release, record.RecordHash, record.Revision, more)
}

func TestTheReviewerReadsTheFormulaAndEachAudienceItsStatement(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.underReview()
	at := "/v1/disputes/" + d.ID
	require.Nil(t, d.Statement)
	var record wire.Record
	s.get(s.aReviewer(), at+"/record").is(http.StatusOK).into(&record)
	euros := func(minor int64) wire.Money { return wire.Money{Amount: minor, Currency: "EUR"} }
	require.Equal(t, wire.Formula{Value: euros(4550), Asked: euros(4550), Default: euros(4550), Basis: wire.FormulaBasisDefault, Found: euros(4550), Rejected: euros(0),
		Discretion: euros(910), SecondAbove: euros(50_000)}, record.Formula)

	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 2000, 2550, `,"findings":[{"claim":"It is broken.","holds":true,"rule":"fairness"}]`)).
		refused(wire.ProblemCodeValidationFailed)
	s.post(s.aReviewer(), at+"/decide", s.verdict(d.ID, 2000, 2550, `,"findings":[{"claim":"It is broken.","holds":true,"rule":"PROCEDURE 5"}]`)).is(http.StatusOK)
	require.Nil(t, s.seen(s.aSeller(), d.ID).Statement, "a proposal is not for the parties")
	require.Contains(t, s.seen(s.aSupervisor(), d.ID).Statement.Text, "Nothing moves before a second signature")
	s.post(s.aSupervisor(), at+"/second", `{}`).is(http.StatusOK)

	buyer := s.seen(s.aBuyer(), d.ID).Statement
	require.Equal(t, wire.DecisionStatementAudienceBuyer, buyer.Audience)
	require.Equal(t, "The dispute is decided partly in your favour.", buyer.Outcome)
	require.Equal(t, []wire.StatedFinding{{Says: "It is found: It is broken.", Claim: "It is broken.", Holds: true, Rule: "PROCEDURE 5"}}, buyer.Findings)
	require.Equal(t, "You are refunded 20.00 EUR.", buyer.Money[0])
	require.Contains(t, buyer.Appeal[0], "You can appeal once, until ")
	require.Contains(t, buyer.Text, buyer.Outcome)
	require.Equal(t, wire.OutcomeDecidedSplit, buyer.Verdict, "what the sentences are made of is there, for another language")
	require.Equal(t, []wire.Money{euros(2000), euros(2550)}, []wire.Money{buyer.Refund, buyer.Release})
	require.Equal(t, wire.DecisionStatementMovesWhenAppealWindow, buyer.Moves.When)
	require.Equal(t, wire.DecisionStatementAppealingStateOpen, buyer.Appealing.State)
	require.Equal(t, buyer.Moves.At, buyer.Appealing.Until)
	require.False(t, buyer.Moves.At.IsZero())
	staff := s.seen(s.aReviewer(), d.ID).Statement
	require.Equal(t, wire.DecisionStatementAudienceReviewer, staff.Audience)
	require.Contains(t, staff.Text, "The remedy formula gives 45.50 EUR; decided by "+s.reviewer+", signed second by "+s.supervisor)
}

func TestACaseTellsForHowLongItWaitedForWhom(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.aDispute()
	require.Equal(t, "seller", d.BallInCourt.With)
	require.Equal(t, d.OpenedAt, d.BallInCourt.Since)
	s.world.now = s.world.now.Add(36 * time.Hour)
	s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/messages", `{"text":"Wait."}`).is(http.StatusCreated)
	d = s.seen(s.aBuyer(), d.ID)
	require.Equal(t, "buyer", d.BallInCourt.With)
	require.Equal(t, []wire.CourtTime{{Who: wire.CourtTimeWhoSeller, Seconds: 129_600, Length: "1d12h"}}, d.BallInCourt.Spent)
}
