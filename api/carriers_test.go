package api

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/carriers"
)

const carrierSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// carrying makes a stage whose API listens to the carrier upu.
func carrying(t *testing.T, changes ...change) *stage {
	t.Helper()
	s := newStage(t, changes...)
	hooks, err := carriers.Settings{"upu": {Secrets: []string{carrierSecret}, Statuses: map[string]string{"h9": "lost"}}}.Webhooks()
	require.NoError(t, err)
	s.server.carriers = hooks
	return s
}

// says sends a carrier's message, signed as it was at an instant.
func (s *stage) says(carrier, id string, at time.Time, body string) answer {
	s.t.Helper()
	hook, err := standardwebhooks.NewWebhook(carrierSecret)
	require.NoError(s.t, err)
	signature, err := hook.Sign(id, at, []byte(body))
	require.NoError(s.t, err)
	return s.send(who{}, http.MethodPost, "/v1/carriers/"+carrier+"/events", []byte(body), "webhook-id", id, "webhook-timestamp", strconv.FormatInt(at.Unix(), 10),
		"webhook-signature", signature)
}

func TestACarriersMessageIsKeptWhetherOrNotAnybodyShippedUnderTheNumber(t *testing.T) {
	s := carrying(t)
	order := s.anOrder()
	s.post(s.aSeller(), "/v1/orders/"+order.ID+"/shipments", `{"carrier":"upu","tracking":"RB123456785US"}`).is(http.StatusOK)
	known := s.says("UPU", "m1", time.Now(), `{"events":[{"id":"1","tracking":"rb 123456785 us","status":"H9"}],"more":true}`).is(http.StatusAccepted)
	unknown := s.says("upu", "m2", time.Now(), `{"events":[{"id":"2","tracking":"RB845230408CN","status":"H9"}]}`).is(http.StatusAccepted)
	require.Equal(t, string(known.body), string(unknown.body), "the answer says nothing of the number")
	require.JSONEq(t, `{"events":1}`, string(known.body))
	require.Len(t, s.world.heard, 2)
	require.JSONEq(t, `{"status":"lost","tracking":"rb 123456785 us"}`, string(s.world.heard["UPU 1"].Data))
	s.says("upu", "m1", time.Now(), `{"events":[{"id":"2","tracking":"RB845230408CN","status":"H9"}]}`).is(http.StatusAccepted)
	require.Len(t, s.world.heard, 2, "an event is known by its own identifier")
}

func TestWhoIsNoCarrierLearnsNothing(t *testing.T) {
	s := carrying(t)
	const body = `{"events":[{"tracking":"1","status":"lost"}]}`
	at := "/v1/carriers/upu/events"
	var seen []string
	for _, a := range []answer{
		s.says("upu", "m", time.Now().Add(-6*time.Minute), body),
		s.says("upu", "m", time.Now().Add(6*time.Minute), body),
		s.says("nobody", "m", time.Now(), body),
		s.send(who{}, http.MethodPost, at, []byte(body)),
		s.send(who{}, http.MethodPost, at, []byte(`{"events":`)), // what is wrong with it is not said
		s.send(aCarrier(), http.MethodPost, at, []byte(body)),
	} {
		seen = append(seen, a.refused(wire.ProblemCodeUnauthenticated).problem.Detail)
	}
	for _, detail := range seen {
		require.Equal(t, seen[0], detail)
	}
	require.Empty(t, s.world.heard)
	s.server.carriers = nil
	s.says("upu", "m", time.Now(), body).refused(wire.ProblemCodeUnauthenticated)
}

func TestACarriersMessageIsCheckedAgainstTheContract(t *testing.T) {
	s := carrying(t)
	for body, code := range map[string]wire.ProblemCode{
		`{"events":[{"tracking":"1"}]}`:                                             wire.ProblemCodeValidationFailed,
		`{"events":[{"tracking":"1","status":"lost","country":"FRA"}]}`:             wire.ProblemCodeValidationFailed,
		`{"events":[{"tracking":"-","status":"lost"}]}`:                             wire.ProblemCodeValidationFailed,
		`{"events":[{"tracking":"1","status":"lost","text":"\u0000"}]}`:             wire.ProblemCodeValidationFailed,
		`{"events":[],"clock":"clk_00000000000000000000000001"}`:                    wire.ProblemCodeValidationFailed, // not in a sandbox
		`{"events":[{"tracking":"1","status":"lost"}`:                               wire.ProblemCodeMalformed,
		`{"events":[{"tracking":"1","status":"lost","at":"1066-01-01T00:00:00Z"}]}`: wire.ProblemCodeValidationFailed,
	} {
		s.says("upu", "m", time.Now(), body).refused(code)
	}
	require.Empty(t, s.world.heard)
}

func TestInASandboxACarrierMaySpeakOfATestClock(t *testing.T) {
	s := carrying(t, sandbox)
	s.world.clocks["clk_00000000000000000000000001"] = clockAt(s.world.now)
	s.says("upu", "m", time.Now(), `{"events":[{"id":"1","tracking":"1","status":"lost"}],"clock":"clk_00000000000000000000000001"}`).is(http.StatusAccepted)
	s.says("upu", "n", time.Now(), `{"events":[{"id":"1","tracking":"1","status":"lost"}]}`).is(http.StatusAccepted)
	require.Len(t, s.world.heard, 2, "each clock is a world of its own")
	s.says("upu", "o", time.Now(), `{"events":[],"clock":"clk_00000000000000000000000009"}`).refused(wire.ProblemCodeValidationFailed)
}
