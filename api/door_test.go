package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/internal/identifier"
)

var errCanary = errors.New(canary)

func TestTheSameKeyHasTheSameAnswerAndOneEffect(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	var first, again wire.Offer
	body := `{"remedy":"refund_partial","amount":{"amount":1000,"currency":"EUR"}}`
	s.post(s.aSeller(), at+"/offers", body, "Idempotency-Key", "one").is(http.StatusCreated).into(&first)
	delivered := len(s.world.order)
	s.post(s.aSeller(), at+"/offers", body, "Idempotency-Key", "one").is(http.StatusCreated).into(&again)
	require.Equal(t, first, again)
	require.Len(t, s.world.order, delivered, "what has its answer is not delivered again")

	var seen wire.Dispute
	s.get(s.aSeller(), at).into(&seen)
	require.Len(t, seen.Offers, 1)

	s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_full"}`, "Idempotency-Key", "one").refused(wire.ProblemCodeIdempotencyMismatch)
	s.post(s.aSeller(), at+"/messages", `{"text":"a"}`, "Idempotency-Key", "one").refused(wire.ProblemCodeIdempotencyMismatch)
	s.post(s.aBuyer(), at+"/messages", `{"text":"a"}`, "Idempotency-Key", "one").is(http.StatusCreated)
}

func TestARefusalIsAnAnswerThatTheKeyFindsAgain(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID + "/appeal"
	first := s.post(s.aBuyer(), at, `{"text":"No."}`, "Idempotency-Key", "k").refused(wire.ProblemCodeWrongStage)
	again := s.post(s.aBuyer(), at, `{"text":"No."}`, "Idempotency-Key", "k").refused(wire.ProblemCodeWrongStage)
	require.Equal(t, first.problem.Command, again.problem.Command)
}

func TestAnOrderIsRegisteredOnceAKey(t *testing.T) {
	s := newStage(t)
	body := `{"buyer":"` + s.buyer + `","seller":"` + s.seller + `","currency":"JPY","ship_by":"` + s.world.now.Add(1e14).Format("2006-01-02T15:04:05Z") +
		`","guaranteed_by":"` + s.world.now.Add(9e14).Format("2006-01-02T15:04:05Z") + `","lines":[{"sku":"A","title":"A","quantity":2,"price":{"amount":100,"currency":"JPY"}}]}`
	var first, again wire.Order
	s.post(thePlatform(), "/v1/orders", body, "Idempotency-Key", "k").is(http.StatusCreated).into(&first)
	s.post(thePlatform(), "/v1/orders", body, "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, int64(200), first.Total.Amount)
	require.Len(t, s.world.cases, 1)
}

func TestASilentEngineIsAnswered202AndTheResultIsFoundLater(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	s.world.silent = true
	a := s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_full"}`, "Idempotency-Key", "k").is(http.StatusAccepted)
	var pending wire.Command
	a.into(&pending)
	require.Equal(t, wire.CommandStatePending, pending.State)
	require.Equal(t, "/v1/commands/"+pending.ID, a.header.Get("Location"))

	var asked wire.Command
	s.get(s.aSeller(), a.header.Get("Location")).is(http.StatusOK).into(&asked)
	require.Equal(t, wire.CommandStatePending, asked.State)
	s.get(s.aBuyer(), a.header.Get("Location")).refused(wire.ProblemCodeNotFound)
	s.get(who{id: "auditor", role: casefile.Auditor}, a.header.Get("Location")).is(http.StatusOK)
	s.get(s.aSeller(), "/v1/commands/"+identifier.New("cmd")).refused(wire.ProblemCodeNotFound)

	s.world.silent = false
	var offer wire.Offer
	s.post(s.aSeller(), at+"/offers", `{"remedy":"refund_full"}`, "Idempotency-Key", "k").is(http.StatusCreated).into(&offer)
	require.Equal(t, casefile.Derive("ofr", pending.ID), offer.ID, "the same command")
	s.get(s.aSeller(), a.header.Get("Location")).into(&asked)
	require.Equal(t, wire.CommandStateAccepted, asked.State)
}

func TestARefusedCommandTellsItsProblem(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	a := s.post(s.aBuyer(), "/v1/disputes/"+d.ID+"/appeal", `{"text":"No."}`).refused(wire.ProblemCodeWrongStage)
	var command wire.Command
	s.get(s.aBuyer(), "/v1/commands/"+a.problem.Command).is(http.StatusOK).into(&command)
	require.Equal(t, wire.CommandStateRefused, command.State)
	require.Equal(t, wire.ProblemCodeWrongStage, command.Problem.Code)
}

func TestADisputeWhoseOpeningIsSlowIs202(t *testing.T) {
	s := newStage(t)
	order := s.anOrder()
	at := "/v1/orders/" + order.ID
	s.post(s.aSeller(), at+"/shipments", `{"carrier":"upu","tracking":"RB123456785US"}`).is(http.StatusOK)
	s.post(aCarrier(), at+"/deliveries", `{}`).is(http.StatusOK)
	s.world.silent = true
	body := `{"reason":"not_as_described.damaged","remedy":"refund_full","text":"Cracked."}`
	s.post(s.aBuyer(), at+"/disputes", body, "Idempotency-Key", "k").is(http.StatusAccepted)
	s.world.silent = false
	var d wire.Dispute
	s.post(s.aBuyer(), at+"/disputes", body, "Idempotency-Key", "k").is(http.StatusCreated).into(&d)
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID).is(http.StatusOK)
}

func TestACommandWaitsALittleForATestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		message := "/v1/disputes/" + s.aDispute().ID + "/messages"
		s.world.busy = 2
		s.post(s.aSeller(), message, `{"text":"a"}`).is(http.StatusCreated)
		require.Zero(t, s.world.busy)
		s.world.busy = 1000
		began := time.Now()
		s.post(s.aSeller(), message, `{"text":"b"}`).refused(wire.ProblemCodeClockAdvancing)
		require.Equal(t, s.server.config.ClockWait, time.Since(began), "and not longer")
	})
}

func TestManyAtOnceWithOneKeyAreOneCommand(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	answers := make([]answer, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/offers", `{"remedy":"refund_full"}`, "Idempotency-Key", "k")
		})
	}
	all.Wait()
	ids := map[string]bool{}
	for _, a := range answers {
		var offer wire.Offer
		a.is(http.StatusCreated).into(&offer)
		ids[offer.ID] = true
	}
	require.Len(t, ids, 1)
}

func TestACommandForAnOrderWhoseRegistrationWaitsIsStoredBehindIt(t *testing.T) {
	s := newStage(t)
	s.world.silent = true
	registration, err := json.Marshal(s.registration())
	require.NoError(t, err)
	var waits wire.Command
	s.post(thePlatform(), "/v1/orders", string(registration), "Idempotency-Key", "r").is(http.StatusAccepted).into(&waits)
	at, parcel := "/v1/orders/"+waits.Case, `{"carrier":"upu","tracking":"RB123456785US"}`
	for _, nothing := range []string{"", "/eligibility", "/timeline", "/transfers"} {
		s.get(s.aSeller(), at+nothing).refused(wire.ProblemCodeNotFound)
	}
	var page wire.OrderPage
	s.get(s.aSeller(), "/v1/orders").is(http.StatusOK).into(&page)
	require.Empty(t, page.Data, "what cannot be read is not listed")
	s.post(who{id: s.otherSeller, role: casefile.Seller}, at+"/shipments", parcel).refused(wire.ProblemCodeNotFound)
	s.post(s.aBuyer(), at+"/shipments", parcel).refused(wire.ProblemCodeNotAllowed)
	s.post(s.aSeller(), at+"/shipments", parcel, "Idempotency-Key", "s").is(http.StatusAccepted)

	s.world.silent = false
	s.post(thePlatform(), "/v1/orders", string(registration), "Idempotency-Key", "r").is(http.StatusCreated)
	var shipped wire.Order
	s.post(s.aSeller(), at+"/shipments", parcel, "Idempotency-Key", "s").is(http.StatusOK).into(&shipped)
	require.Equal(t, wire.OrderStateInTransit, shipped.State)
}

func TestARefusedRegistrationIsNoOrder(t *testing.T) {
	s := newStage(t)
	body := `{"buyer":"` + s.buyer + `","seller":"` + s.seller + `","currency":"EUR","ship_by":"2020-01-01T00:00:00Z","guaranteed_by":"2020-01-02T00:00:00Z",
		"lines":[{"sku":"A","title":"A","quantity":1,"price":{"amount":100,"currency":"EUR"}}]}`
	s.post(thePlatform(), "/v1/orders", body).refused(wire.ProblemCodeValidationFailed)
	var page wire.OrderPage
	s.get(thePlatform(), "/v1/orders").is(http.StatusOK).into(&page)
	require.Empty(t, page.Data)
	for id := range s.world.cases {
		s.get(thePlatform(), "/v1/orders/"+id).refused(wire.ProblemCodeNotFound)
		s.get(thePlatform(), "/v1/orders/"+id+"/eligibility").refused(wire.ProblemCodeNotFound)
	}
}

func TestAMessageHasOneIdentifier(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	at := "/v1/disputes/" + d.ID
	var posted wire.Message
	s.post(s.aSeller(), at+"/messages", `{"text":"Sorry."}`).is(http.StatusCreated).into(&posted)
	s.post(s.aBuyer(), at+"/messages", `{"text":"Sorry."}`).is(http.StatusCreated)
	var seen wire.Dispute
	s.get(s.aBuyer(), at).into(&seen)
	require.Equal(t, posted, seen.Messages[0])
	require.NotEqual(t, posted.ID, seen.Messages[1].ID)
}

func TestTheRepeatOfAMessageFindsThatMessageAndNotALaterOne(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	for _, at := range []string{"/v1/disputes/" + d.ID + "/messages", "/v1/orders/" + d.Order + "/messages"} {
		var first, later, again wire.Message
		key := "first" + at[4:7]
		s.post(s.aSeller(), at, `{"text":"Sorry."}`, "Idempotency-Key", key).is(http.StatusCreated).into(&first)
		s.post(s.aSeller(), at, `{"text":"Sorry."}`).is(http.StatusCreated).into(&later)
		s.post(s.aSeller(), at, `{"text":"Sorry."}`, "Idempotency-Key", key).is(http.StatusCreated).into(&again)
		require.Equal(t, first, again)
		require.NotEqual(t, first.ID, later.ID)
	}
}

func TestMoneyReachesTheDomainInMinorUnits(t *testing.T) {
	value, p := decode([]byte(`{"amount":{"amount":1050,"currency":"EUR"},"lines":[{"price":{"amount":3,"currency":"EUR"}}],"if_revision":7,"text":"a"}`))
	require.Nil(t, p)
	data, revision, err := payload(value.(map[string]any), map[string]any{"offer": "ofr_1"}, "EUR")
	require.NoError(t, err)
	require.Equal(t, int64(7), *revision)
	require.JSONEq(t, `{"amount":1050,"lines":[{"price":3}],"text":"a","offer":"ofr_1"}`, string(data))
	_, _, err = payload(value.(map[string]any), nil, "USD")
	require.Len(t, asProblem(err).fields, 2)
}
