package api

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/wire"
	"recourse/domain/casefile"
)

func TestAnAccountIsMadeOnceAKeyWithItsReserve(t *testing.T) {
	s := newStage(t)
	body := `{"role":"seller","name":"Bolt","country":"CN","reserve":{"amount":10000,"currency":"EUR"},"linked":["` + s.otherSeller + `"]}`
	var first, again wire.Account
	s.post(thePlatform(), "/v1/accounts", body, "Idempotency-Key", "k").is(http.StatusCreated).into(&first)
	s.post(thePlatform(), "/v1/accounts", body, "Idempotency-Key", "k").is(http.StatusCreated).into(&again)
	require.Equal(t, first, again)
	require.Equal(t, int64(10000), first.Balances[0].Reserve.Amount)

	seller := who{id: first.ID, role: casefile.Seller}
	s.get(seller, "/v1/accounts/"+first.ID).is(http.StatusOK)
	s.get(s.aSeller(), "/v1/accounts/"+first.ID).refused(wire.ProblemCodeNotFound)
	s.get(thePlatform(), "/v1/accounts/"+first.ID).is(http.StatusOK)

	s.post(thePlatform(), "/v1/accounts/"+first.ID+"/reserve", `{"amount":{"amount":500,"currency":"EUR"}}`).is(http.StatusOK).into(&again)
	require.Equal(t, int64(10500), again.Balances[0].Reserve.Amount)
	s.post(thePlatform(), "/v1/accounts/"+first.ID+"/reserve", `{"amount":{"amount":9007199254740991,"currency":"EUR"}}`).
		refused(wire.ProblemCodeValidationFailed) // more than can be counted exactly
	s.post(thePlatform(), "/v1/accounts/"+first.ID+"/payouts", `{"amount":{"amount":1,"currency":"EUR"}}`).refused(wire.ProblemCodeAmountExceedsCap)
	s.post(thePlatform(), "/v1/accounts/"+first.ID+"/payouts", `{"amount":{"amount":0,"currency":"EUR"}}`).refused(wire.ProblemCodeValidationFailed)
	s.post(seller, "/v1/accounts/"+first.ID+"/payouts", `{"amount":{"amount":1,"currency":"EUR"}}`).refused(wire.ProblemCodeNotAllowed)
	s.post(thePlatform(), "/v1/accounts/"+s.buyer+"/reserve", `{"amount":{"amount":1,"currency":"EUR"}}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), "/v1/accounts", `{"role":"buyer","reserve":{"amount":1,"currency":"EUR"}}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), "/v1/accounts", `{"role":"seller","linked":["acc_0000000000000000000000000A"]}`).refused(wire.ProblemCodeValidationFailed)
	s.post(thePlatform(), "/v1/accounts", `{"role":"operator"}`).refused(wire.ProblemCodeValidationFailed)
}

func TestAnIncidentReachesTheCasesAndWakesThem(t *testing.T) {
	s := newStage(t)
	s.aDispute()
	operator := who{id: "operator", role: casefile.Operator}
	var incident wire.Incident
	s.post(operator, "/v1/incidents", `{"from":"2026-03-17T09:00:00Z","until":"2026-03-19T09:00:00Z","text":"A flood."}`).is(http.StatusCreated).into(&incident)
	require.Contains(t, s.world.order, "wake order")
	require.Contains(t, s.world.order, "wake dispute")
	s.post(operator, "/v1/incidents", `{"from":"2026-03-17T09:00:00Z","until":"2026-03-17T09:00:00Z","text":"A flood."}`).refused(wire.ProblemCodeValidationFailed)
	s.post(operator, "/v1/incidents", `{"from":"2026-03-17T09:00:00Z","until":"2026-04-17T09:00:00Z","text":"A flood."}`).refused(wire.ProblemCodeValidationFailed)
	s.post(s.aSupervisor(), "/v1/incidents", `{"from":"2026-03-17T09:00:00Z","until":"2026-03-19T09:00:00Z","text":"A flood."}`).refused(wire.ProblemCodeNotAllowed)
}

func TestAnIncidentIsEndedEarlyOnceAndReachesTheCasesAgain(t *testing.T) {
	s := newStage(t)
	s.aDispute()
	operator := who{id: "operator", role: casefile.Operator}
	now := s.world.now
	declared := fmt.Sprintf(`{"from":%q,"until":%q,"text":"A flood."}`, now.Add(-time.Hour).Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339))
	var incident, ended wire.Incident
	s.post(operator, "/v1/incidents", declared).is(http.StatusCreated).into(&incident)
	var list wire.IncidentList
	s.get(operator, "/v1/incidents").into(&list)
	require.True(t, now.Equal(list.AsOf))
	require.Len(t, list.Data[0].Actions, 1)
	require.Equal(t, "/v1/incidents/"+incident.ID+"/end", list.Data[0].Actions[0].Href)
	list = wire.IncidentList{}
	s.get(s.aSupervisor(), "/v1/incidents").into(&list)
	require.Empty(t, list.Data[0].Actions, "who may not end it is not offered to")

	end := "/v1/incidents/" + incident.ID + "/end"
	s.post(s.aSupervisor(), end, `{}`).refused(wire.ProblemCodeNotAllowed)
	s.world.order = nil
	s.post(operator, end, `{}`).is(http.StatusOK).into(&ended)
	require.True(t, now.Equal(ended.EndedAt))
	require.Contains(t, s.world.order, "wake dispute")
	s.world.now = now.Add(time.Minute)
	var again wire.Incident
	s.post(operator, end, `{}`).is(http.StatusOK).into(&again)
	require.Equal(t, ended, again)
	list = wire.IncidentList{}
	s.get(operator, "/v1/incidents").into(&list)
	require.Empty(t, list.Data[0].Actions)
	require.True(t, now.Equal(list.Data[0].EndedAt))

	s.post(operator, "/v1/incidents", declared).is(http.StatusCreated).into(&incident)
	s.world.now = now.Add(2 * time.Hour)
	s.post(operator, "/v1/incidents/"+incident.ID+"/end", `{}`).refused(wire.ProblemCodeWrongStage)
	s.post(operator, "/v1/incidents/inc_none/end", `{}`).refused(wire.ProblemCodeNotFound)
}
