package api

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/store"
)

func clockAt(now time.Time) store.Clock {
	return store.Clock{ID: "clk_00000000000000000000000001", Now: now, Target: now, Status: store.Ready}
}

func TestOutsideASandboxNothingOfItIsThere(t *testing.T) {
	s := newStage(t)
	for _, op := range s.server.contract.operations {
		if op.sandbox {
			s.send(thePlatform(), op.method, fill(op.path, "", ""), []byte(example(t, op))).refused(wire.ProblemCodeNotFound)
		}
	}
	s.get(who{id: "platform", role: casefile.Platform, as: s.buyer}, "/v1/orders").refused(wire.ProblemCodeNotFound)
	s.post(thePlatform(), "/v1/accounts", `{"role":"buyer","clock":"clk_00000000000000000000000001"}`).refused(wire.ProblemCodeValidationFailed)
}

func TestThePlatformActsForAnybodyInASandbox(t *testing.T) {
	s := newStage(t, sandbox)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	as := func(id string) who { return who{id: "platform", role: casefile.Platform, as: id} }
	var seen wire.Dispute
	s.get(as(s.seller), at).is(http.StatusOK).into(&seen)
	require.Equal(t, wire.RoleSeller, seen.YourRole)
	require.True(t, seen.YourMove)
	s.post(as(s.seller), at+"/messages", `{"text":"Sorry."}`).is(http.StatusCreated)
	s.post(as("carrier"), "/v1/orders/"+d.Order+"/tracking_events", `{"status":"in_transit"}`).is(http.StatusOK)
	s.get(as("operator"), at).is(http.StatusOK)
	s.get(as("platform"), at).is(http.StatusOK)
	s.get(as(s.otherSeller), at).refused(wire.ProblemCodeNotFound)
	s.get(as("acc_0000000000000000000000000A"), at).refused(wire.ProblemCodeNotFound)
	s.get(as("system"), at).refused(wire.ProblemCodeNotFound)
	s.get(who{id: s.buyer, role: casefile.Buyer, as: s.seller}, at).refused(wire.ProblemCodeNotAllowed)
}

func TestATestClockIsTurned(t *testing.T) {
	s := newStage(t, sandbox)
	var clock, turned wire.TestClock
	s.post(thePlatform(), "/v1/test_clocks", `{"now":"2026-03-01T09:00:00.123456789Z"}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&clock)
	require.Equal(t, 123456000, clock.Now.Nanosecond(), "microseconds")
	s.post(thePlatform(), "/v1/test_clocks", `{"now":"2026-03-01T09:00:00.123456789Z"}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&turned)
	require.Equal(t, clock.ID, turned.ID)
	s.post(thePlatform(), "/v1/test_clocks", `{"now":"2026-03-02T09:00:00Z"}`, "Idempotency-Key", "k").refused(wire.ProblemCodeIdempotencyMismatch)
	require.Len(t, s.world.clocks, 1)

	s.post(thePlatform(), "/v1/test_clocks", `{"now":"0001-01-01T00:00:00Z"}`).refused(wire.ProblemCodeValidationFailed)

	at := "/v1/test_clocks/" + clock.ID
	s.post(thePlatform(), at+"/advance", `{"to":"2026-03-06T09:00:00Z"}`).is(http.StatusOK).into(&turned)
	require.Equal(t, wire.TestClockStatusReady, turned.Status)
	s.get(thePlatform(), at).is(http.StatusOK).into(&clock)
	require.True(t, clock.Now.Equal(time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)))
	s.post(thePlatform(), at+"/advance", `{"to":"2026-03-06T09:00:00Z"}`, "Idempotency-Key", "a").is(http.StatusOK)
	s.post(thePlatform(), at+"/advance", `{"to":"2026-03-07T09:00:00Z"}`, "Idempotency-Key", "a").refused(wire.ProblemCodeIdempotencyMismatch)
	s.post(thePlatform(), at+"/advance", `{"to":"2026-03-01T09:00:00Z"}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), "/v1/test_clocks/clk_0000000000000000000000000A/advance", `{"to":"2026-03-06T09:00:00Z"}`).refused(wire.ProblemCodeNotFound)
	s.post(s.aBuyer(), at+"/advance", `{"to":"2026-03-07T09:00:00Z"}`).refused(wire.ProblemCodeNotFound)
}

func TestALongAdvanceIsAnsweredAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, sandbox, func(c *Config) { c.AdvanceWait = 10 * time.Second })
		s.world.held = make(chan struct{})
		s.world.clocks["clk_00000000000000000000000001"] = clockAt(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
		at := "/v1/test_clocks/clk_00000000000000000000000001"
		var clock wire.TestClock
		began := time.Now()
		s.post(thePlatform(), at+"/advance", `{"to":"2026-03-06T09:00:00Z"}`).is(http.StatusOK).into(&clock)
		require.Equal(t, 10*time.Second, time.Since(began), "as long as it is waited for")
		require.Equal(t, wire.TestClockStatusAdvancing, clock.Status)
		require.True(t, clock.Target.Equal(time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)))
		s.post(thePlatform(), at+"/advance", `{"to":"2026-03-06T09:00:00Z"}`).is(http.StatusOK)
		require.EqualValues(t, 1, s.world.turning.Load(), "who asks again waits for the same advance")
		close(s.world.held)
		synctest.Wait()
		s.get(thePlatform(), at).is(http.StatusOK).into(&clock)
		require.Equal(t, wire.TestClockStatusReady, clock.Status)
	})
}

func TestAPolicyOfOnesOwn(t *testing.T) {
	s := newStage(t, sandbox)
	var mine, read wire.PolicyDocument
	s.post(thePlatform(), "/v1/sandbox/policies", `{"overrides":{"dispute.seller_response":"3d","decision.second_signature.EUR":"300.00"}}`).
		is(http.StatusCreated).into(&mine)
	s.get(s.aBuyer(), "/v1/policies/"+mine.Version).is(http.StatusOK).into(&read)
	require.Equal(t, mine, read)
	require.Equal(t, "3d", read.Policy["dispute"].(map[string]any)["seller_response"])
	s.get(s.aBuyer(), "/v1/policies/default").is(http.StatusOK).into(&read)
	require.NotEqual(t, mine.Version, read.Version)
	s.get(s.aBuyer(), "/v1/policies/"+read.Version).is(http.StatusOK)
	s.get(s.aBuyer(), "/v1/policies/none").refused(wire.ProblemCodeNotFound)

	for _, overrides := range []string{`{"dispute.seller_response":"` + canary + `"}`, `{"` + canary + canary + canary + canary + `":"1"}`, `{"dispute.seller_response":{"a":"` + canary + `"}}`} {
		a := s.post(thePlatform(), "/v1/sandbox/policies", `{"overrides":`+overrides+`}`).refused(wire.ProblemCodeValidationFailed)
		require.NotContains(t, string(a.body), canary)
	}

	// An order takes the policy that it names, and a server that starts anew reads it back.
	s.server.policies = newShelf(s.world)
	s.get(s.aBuyer(), "/v1/policies/"+mine.Version).is(http.StatusOK)
}

func TestAKeyMakesOnePolicy(t *testing.T) {
	s := newStage(t, sandbox)
	var first, again wire.PolicyDocument
	three := `{"overrides":{"dispute.seller_response":"3d"}}`
	s.post(thePlatform(), "/v1/sandbox/policies", three, "Idempotency-Key", "k").is(http.StatusCreated).into(&first)
	s.post(thePlatform(), "/v1/sandbox/policies", three, "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, first.Version, again.Version)
	s.post(thePlatform(), "/v1/sandbox/policies", `{"overrides":{"dispute.seller_response":"4d"}}`, "Idempotency-Key", "k").refused(wire.ProblemCodeIdempotencyMismatch)
}

func TestAKeyOfAPolicyIsNotRepeated(t *testing.T) {
	s := newStage(t, sandbox)
	a := s.post(thePlatform(), "/v1/sandbox/policies", `{"overrides":{"`+canary+` of somebody":"\u0000"}}`).refused(wire.ProblemCodeValidationFailed)
	require.NotContains(t, string(a.body), canary)
}
