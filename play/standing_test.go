package play

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

func TestHowAPartyStandsIsCompared(t *testing.T) {
	f := newFakeAPI(t)
	f.standing = func(account string) client.Standing {
		if account == "acc_2" {
			return client.Standing{Points: 6, Of: 12, State: client.StandingStateLimited}
		}
		return client.Standing{Points: 12, Of: 12, State: client.StandingStateGood}
	}
	f.order = func(string) client.Order { return client.Order{State: client.OrderStateClosed} }
	story := mustParse(t, "a.yaml", minimal("a", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`)+`  standing:
    bolt: {points: 8, state: warned}
    ada: {points: 12, state: good}
`)
	require.Empty(t, story.NotYet)
	require.Equal(t, `a.yaml:22 standing bolt points expected 8 got 6
a.yaml:22 standing bolt state expected warned got limited`, f.play(story).Misses.Error())
}

// What happened to a standing stands in the same line of events as what happened to the orders.
func TestEventsOfStandingsAreMergedIntoTheTimeline(t *testing.T) {
	for name, tc := range map[string]struct{ expect, miss string }{
		"in their order": {"  events: [order.funded, dispute.closed, standing.entered, measure.started]\n  absent: [standing.voided]", ""},
		"the other way":  {"  events: [measure.started, standing.entered]", "events expected standing.entered after measure.started"},
		"though absent":  {"  absent: [measure.started]", "absent expected no measure.started got one at 0d0h20m"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeAPI(t)
			f.order = func(string) client.Order { return client.Order{State: client.OrderStateClosed} }
			f.events = map[string][]client.Event{
				"ord_1": {event("order.funded", 0), event("dispute.closed", 10)},
				"acc_2": {event("standing.entered", 10), event("notice.sent", 10), event("measure.started", 20)},
			}
			story := mustParse(t, "b.yaml", minimal("b", `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`)+tc.expect+"\n")
			require.Empty(t, story.NotYet)
			misses := f.play(story).Misses
			if tc.miss == "" {
				require.Empty(t, misses)
				return
			}
			require.Contains(t, misses.Error(), tc.miss)
		})
	}
}

func TestAContestNamesWhatItIsAbout(t *testing.T) {
	f := newFakeAPI(t)
	f.standing = func(string) client.Standing {
		return client.Standing{
			Entries: []client.StandingEntry{{ID: "ent_old", Rule: "counterfeit", Cause: "dsp_9"}, {ID: "ent_one", Rule: "false_shipment", Cause: "dsp_1"},
				{ID: "ent_new", Rule: "counterfeit", Cause: "dsp_8"}},
			Measures: []client.Measure{{ID: "msr_list", Scope: "list"}, {ID: "msr_lamp", Scope: "listing", Listing: "LAMP-7"}},
		}
	}
	f.play(mustParse(t, "c.yaml", minimal("c", `
  - {at: 1d, by: ada, do: open_dispute, as: d1, reason: counterfeit, remedy: refund_full, text: A copy.}
  - {at: 2d, by: bolt, do: contest, entry: counterfeit, text: It is none.}
  - {at: 2d, by: bolt, do: contest, entry: d1}
  - {at: 2d, by: bolt, do: contest, measure: list}
  - {at: 2d, by: bolt, do: contest, measure: LAMP-7}
  - {at: 2d, by: bolt, do: contest, entry: phishing, refused: not_found}`)))
	var about []any
	for _, r := range f.sent("contestStanding") {
		require.Equal(t, []string{"acc_2", "acc_2"}, []string{r.as, r.params["account"]})
		about = append(about, r.body["entry"], r.body["measure"], r.body["text"])
	}
	require.Equal(t, []any{"ent_new", nil, "It is none.", "ent_one", nil, "A story", nil, "msr_list", "A story", nil, "msr_lamp", "A story",
		"phishing", nil, "A story"}, about)
}

func TestAContestOfAReportCannotBePlayedYet(t *testing.T) {
	story := mustParse(t, "d.yaml", minimal("d", `
  - {at: 1d, by: ada, do: report, as: r1, against: bolt, behaviour: extortion, text: He wants more., affirm: true}
  - {at: 2d, by: bolt, do: contest, report: r1}`))
	require.Equal(t, []Need{{18, "report needs reports (PROCEDURE 9)"}, {19, "contest of a report needs reports (PROCEDURE 9)"}}, story.NotYet)
}
