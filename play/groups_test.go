package play

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

// together is a case file in which both sides act at once.
const together = `
  - {at: 1d, by: ada, do: open_dispute, as: d1, reason: counterfeit, remedy: refund_full, text: A copy.}
  - {at: 2d, by: bolt, do: offer, as: ten, remedy: refund_partial, amount: 10.00}
  - {at: 3d, by: ada, do: accept_offer, offer: ten, together: race, answer: [200, 409], refused: stale_offer}
  - {at: 3d, by: bolt, do: withdraw_offer, offer: ten, together: race, refused: stale_offer}`

func TestStepsOfAGroupAreUnderWayAtOnce(t *testing.T) {
	f := newFakeAPI(t)
	var both sync.WaitGroup
	both.Add(2)
	var connections sync.Map
	f.arrived = func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/accept") || strings.HasSuffix(r.URL.Path, "/withdraw") {
			connections.Store(r.RemoteAddr, true)
			both.Done()
			both.Wait() // neither is answered before both are there
		}
	}
	f.script = func(r request) (answer, bool) { return problem(409, "stale_offer"), r.operation == "acceptOffer" }
	result := f.play(mustParse(t, "a.yaml", minimal("a", together)))
	require.Equal(t, "a.yaml:23 order state expected closed got nothing", result.Misses.Error())
	open := 0
	connections.Range(func(any, any) bool { open++; return true })
	require.Equal(t, 2, open)
}

func TestTheAnswersOfAGroupComeInAnyOrder(t *testing.T) {
	for name, tc := range map[string]struct {
		refused map[string]client.ProblemCode
		misses  []string
	}{
		"the first wins":  {map[string]client.ProblemCode{"withdrawOffer": "stale_offer"}, nil},
		"the second wins": {map[string]client.ProblemCode{"acceptOffer": "stale_offer"}, nil},
		"both win": {nil, []string{
			"a.yaml:20 together race expected [200 409] in any order got 200, 200"}},
		"both lose": {map[string]client.ProblemCode{"acceptOffer": "stale_offer", "withdrawOffer": "stale_offer"}, []string{
			"a.yaml:20 together race expected [200 409] in any order got 409 stale_offer (So it is.), 409 stale_offer (So it is.)"}},
		"with another code": {map[string]client.ProblemCode{"withdrawOffer": "case_closed"}, []string{
			"a.yaml:21 withdraw_offer expected stale_offer got 409 case_closed (So it is.)"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeAPI(t)
			f.script = func(r request) (answer, bool) {
				code, refused := tc.refused[r.operation]
				return problem(409, code), refused
			}
			result := f.play(mustParse(t, "a.yaml", minimal("a", together)))
			var misses []string
			for _, m := range result.Misses[:len(result.Misses)-1] { // the last is the order's state, which the server has not
				misses = append(misses, m.String())
			}
			require.Equal(t, tc.misses, misses)
		})
	}
}

func TestTwoWhoOpenAtOnceHaveOneDispute(t *testing.T) {
	f := newFakeAPI(t)
	opened := 0
	f.script = func(r request) (answer, bool) {
		if r.operation != "openDispute" {
			return answer{}, false
		}
		if opened++; opened == 1 {
			return answer{}, false
		}
		return answer{409, client.Problem{Status: 409, Code: "dispute_already_open", Dispute: "dsp_1"}, ""}, true
	}
	result := f.play(mustParse(t, "a.yaml", minimal("a", `
  - {at: 1d, by: ada, do: open_dispute, as: d1, reason: counterfeit, remedy: refund_full, text: A copy., together: twice, answer: [201, 409], refused: dispute_already_open}
  - {at: 1d, by: ada, do: open_dispute, as: d2, reason: counterfeit, remedy: refund_full, text: A copy., together: twice}
  - {at: 5d, by: ada, do: escalate}`)))
	require.Len(t, result.Misses, 1, "%s", result.Misses)
	require.Equal(t, "dsp_1", f.sent("escalate")[0].params["dispute"])
}
