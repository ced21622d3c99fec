package api

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/store"
)

// PROCEDURE 13: of everything that is wrong with a request, the caller is told what comes first. Each step mends one thing
// and the next shows.
func TestProblemsAreToldInTheirOrder(t *testing.T) {
	s := newStage(t, func(c *Config) { c.MaxBody, c.Rate, c.Burst = 500, 0.001, 100 })
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	large, broken, wrong := `{"reason":"`+string(make([]byte, 600))+`"}`, `{"days":`, `{"days":"x"}`
	stranger, flooding := who{id: s.otherSeller, role: casefile.Seller}, who{id: "acc_flood", role: casefile.Seller}
	for range 100 {
		s.get(flooding, "/v1/orders")
	}

	s.post(who{token: "bad"}, at+"/request_time", large).refused(wire.ProblemCodeUnauthenticated)
	s.post(flooding, at+"/request_time", large).refused(wire.ProblemCodeRateLimited)
	s.post(stranger, at+"/request_time", large).refused(wire.ProblemCodeTooLarge)
	s.post(stranger, at+"/request_time", broken).refused(wire.ProblemCodeNotFound)
	s.post(s.aBuyer(), at+"/request_time", broken).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aSeller(), at+"/request_time", broken).refused(wire.ProblemCodeMalformed)
	s.post(s.aSeller(), at+"/request_time", wrong).refused(wire.ProblemCodeValidationFailed)

	s.post(s.aSeller(), at+"/request_time", `{"days":2}`, "Idempotency-Key", "k").is(http.StatusOK)
	s.post(s.aSeller(), at+"/request_time", wrong, "Idempotency-Key", "k").refused(wire.ProblemCodeValidationFailed)
	s.world.busy = 1000
	s.post(s.aSeller(), at+"/request_time", `{"days":1}`, "Idempotency-Key", "k").refused(wire.ProblemCodeIdempotencyMismatch)
	s.post(s.aSeller(), at+"/request_time", `{"days":1}`).refused(wire.ProblemCodeClockAdvancing)
	s.world.busy = 0

	// From here on the case answers.
	s.post(s.aSeller(), at+"/request_time", `{"days":1,"if_revision":1}`).refused(wire.ProblemCodeStaleRevision)
	s.post(s.aSeller(), at+"/request_time", `{"days":1}`).refused(wire.ProblemCodeWrongStage)
	s.post(s.aBuyer(), at+"/concede", `{"acknowledge":true}`).is(http.StatusOK)
	s.post(s.aSeller(), at+"/request_time", `{"days":1,"if_revision":1}`).refused(wire.ProblemCodeCaseClosed)
}

func TestWhoeverHasReadAnOldStateIsToldWhatCanBeDoneNow(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	s.post(s.aBuyer(), at+"/messages", `{"text":"Hello?"}`).is(http.StatusCreated)
	a := s.post(s.aSeller(), at+"/concede", `{"if_revision":`+strconv.FormatInt(d.Revision, 10)+`}`).refused(wire.ProblemCodeStaleRevision)
	require.Equal(t, d.Revision+1, a.problem.Revision)
	require.Contains(t, names(a.problem.Actions), "concede")
	require.NotEmpty(t, a.problem.Command)
}

func TestAnOpenDisputeIsNamedToWhoeverOpensAnother(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	a := s.post(s.aBuyer(), "/v1/orders/"+s.orderID+"/disputes", `{"reason":"not_as_described.quality","remedy":"refund_full","text":"Dim."}`).
		refused(wire.ProblemCodeDisputeAlreadyOpen)
	require.Equal(t, d.ID, a.problem.Dispute)
}

func TestBadTokensAreRefusedEverywhere(t *testing.T) {
	s := newStage(t)
	var public []string
	for _, op := range s.server.contract.operations {
		path := fill(op.path, "", "ord_x")
		if op.public && !op.signed {
			public = append(public, op.OperationID)
			continue
		}
		a := s.send(who{}, op.method, path, nil).refused(wire.ProblemCodeUnauthenticated)
		require.Contains(t, a.header.Get("WWW-Authenticate"), "Bearer")
		s.send(who{token: "a.b.c"}, op.method, path, nil).refused(wire.ProblemCodeUnauthenticated)
	}
	require.ElementsMatch(t, []string{"getKeys", "listRoots"}, public, "everything else asks who calls")
	a := s.send(who{}, http.MethodGet, "/v1/orders", nil, "Authorization", "Basic YTpi")
	a.refused(wire.ProblemCodeUnauthenticated)
}

func TestWhatIsNotThereIsAProblemToo(t *testing.T) {
	s := newStage(t)
	s.get(s.aBuyer(), "/v1/nothing").refused(wire.ProblemCodeNotFound)
	s.get(s.aBuyer(), "/").refused(wire.ProblemCodeNotFound)
	s.get(s.aBuyer(), "/v1/orders/").refused(wire.ProblemCodeNotFound)
	a := s.send(s.aBuyer(), http.MethodDelete, "/v1/orders", nil).refused(wire.ProblemCodeMethodNotAllowed)
	require.Contains(t, a.header.Get("Allow"), http.MethodPost)
	for _, id := range []string{"ord_x", "dsp_00000000000000000000000000", "..%2f..", "ord_%00", "%ff", "ord_0000000000000000000000000A"} {
		s.get(thePlatform(), "/v1/orders/"+id).refused(wire.ProblemCodeNotFound)
	}
}

func TestAStoreThatDoesNotAnswerIsTriedAgain(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	s.world.broken = store.ErrUnavailable
	a := s.get(s.aBuyer(), "/v1/disputes/"+d.ID).refused(wire.ProblemCodeStorageUnavailable)
	require.NotEmpty(t, a.header.Get("Retry-After"))
	s.get(who{}, "/readyz").is(http.StatusServiceUnavailable)
	s.get(who{}, "/healthz").is(http.StatusOK)
}

func TestAnInternalErrorSaysNothingElse(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	s.world.broken = errCanary
	a := s.get(s.aBuyer(), "/v1/disputes/"+d.ID).refused(wire.ProblemCodeInternal)
	require.Equal(t, "Internal error", a.problem.Detail)
	require.NotContains(t, string(a.body), canary)
}
