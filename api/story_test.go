package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
)

func TestADisputeIsOpenedAnsweredAndSettled(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	require.Equal(t, wire.StatusWaitingSeller, d.Status)
	require.Equal(t, int64(4550), d.Claim.Amount.Amount)
	require.False(t, d.YourMove, "it waits for the seller")
	require.NotNil(t, d.IfNothingHappens)
	require.Equal(t, "default_seller_silent", d.IfNothingHappens.Outcome)
	require.Equal(t, int64(4550), d.IfNothingHappens.Refund.Amount)

	var offer wire.Offer
	made := s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_partial","amount":{"amount":1000,"currency":"EUR"}}`).is(http.StatusCreated)
	made.into(&offer)
	require.Equal(t, wire.OfferStateStanding, offer.State)

	var seen wire.Dispute
	s.get(s.aBuyer(), at).is(http.StatusOK).into(&seen)
	require.True(t, seen.YourMove)
	require.Contains(t, names(seen.Actions), "accept_offer")
	require.Contains(t, hrefs(seen.Actions), at+"/offers/"+offer.ID+"/accept")

	s.post(s.aBuyer(), at+"/offers/"+offer.ID+"/accept", `{"version":1}`).is(http.StatusOK).into(&seen)
	require.Equal(t, wire.OutcomeSettled, seen.Outcome)
	require.Nil(t, seen.IfNothingHappens)
	s.post(s.aBuyer(), at+"/escalate", `{}`).refused(wire.ProblemCodeCaseClosed)
}

// What is offered is accepted and what is not is refused, by the same rule: every action of a fresh dispute is tried.
func TestOfferedActionsAreNotRefusedForTheirStage(t *testing.T) {
	for _, by := range []string{"buyer", "seller", "supervisor"} {
		t.Run(by, func(t *testing.T) {
			s := newStage(t)
			d := s.aDispute()
			caller := map[string]who{"buyer": s.aBuyer(), "seller": s.aSeller(), "supervisor": s.aSupervisor()}[by]
			offered := map[string]bool{}
			var seen wire.Dispute
			s.get(caller, "/v1/disputes/"+d.ID).is(http.StatusOK).into(&seen)
			for _, a := range seen.Actions {
				offered[a.Name] = true
			}
			require.NotEmpty(t, s.server.contract.commandsOf("dispute"))
			for _, op := range s.server.contract.commandsOf("dispute") {
				fresh := newStage(t)
				d := fresh.aDispute()
				caller := map[string]who{"buyer": fresh.aBuyer(), "seller": fresh.aSeller(), "supervisor": fresh.aSupervisor()}[by]
				answer := fresh.post(caller, fill(op.path, "/v1/disputes/"+d.ID, d.ID), example(t, op))
				stage := answer.problem.Code == wire.ProblemCodeWrongStage || answer.problem.Code == wire.ProblemCodeCaseClosed ||
					answer.status == http.StatusForbidden || answer.status == http.StatusNotFound
				if offered[op.command] {
					require.False(t, stage, "%s is offered: %s", op.command, answer.body)
				}
			}
		})
	}
}

func names(actions []wire.Action) []string {
	out := make([]string, len(actions))
	for i, a := range actions {
		out[i] = a.Name
	}
	return out
}

func hrefs(actions []wire.Action) []string {
	out := make([]string, len(actions))
	for i, a := range actions {
		out[i] = a.Href
	}
	return out
}
