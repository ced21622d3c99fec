package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/policy"
)

func TestAFloodByOneDoesNotSlowAnother(t *testing.T) {
	s := newStage(t, func(c *Config) { c.Rate, c.Burst = 0.001, 20 })
	flooding := who{id: "acc_flood", role: casefile.Buyer}
	for range 20 {
		s.get(flooding, "/v1/orders").is(http.StatusOK)
	}
	for i := range 5 {
		a := s.send(flooding, http.MethodGet, "/v1/orders", nil, "X-Forwarded-For", "10.0.0."+string(rune('1'+i)), "X-Real-Ip", "10.0.0.9").
			refused(wire.ProblemCodeRateLimited)
		require.NotEmpty(t, a.header.Get("Retry-After"))
	}
	s.get(s.aBuyer(), "/v1/orders").is(http.StatusOK)
}

func TestAllowancesAreForgottenWhenTheyAreFullAgain(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	l := newLimits(1, 1, func() time.Time { return now })
	for _, caller := range []string{"a", "b", "c"} {
		l.of(caller)
	}
	require.Len(t, l.callers, 3)
	now = now.Add(idle + time.Second)
	l.of("d")
	require.Len(t, l.callers, 1)
}

func TestEveryAnswerIsNamed(t *testing.T) {
	s := newStage(t)
	a := s.send(s.aBuyer(), http.MethodGet, "/v1/orders", nil, "X-Request-Id", "mine-1")
	require.Equal(t, "mine-1", a.header.Get("X-Request-Id"))
	for _, id := range []string{"with blanks", strings.Repeat("a", 65), "a\tb", `"quoted"`, ""} {
		a := s.send(s.aBuyer(), http.MethodGet, "/v1/orders/none", nil, "X-Request-Id", id).refused(wire.ProblemCodeNotFound)
		require.NotEqual(t, id, a.header.Get("X-Request-Id"))
		require.Equal(t, a.header.Get("X-Request-Id"), a.problem.RequestID)
	}
}

func TestThePagesForPeopleFetchNothingFromElsewhere(t *testing.T) {
	s := newStage(t)
	page := s.get(who{}, "/docs").is(http.StatusOK)
	require.Contains(t, page.header.Get("Content-Security-Policy"), "script-src 'self'")
	require.NotContains(t, string(page.body), "//")
	script := s.get(who{}, "/docs/redoc.standalone.js").is(http.StatusOK)
	require.NotContains(t, string(script.body), "cdn.redoc.ly")
	require.Equal(t, http.StatusNotModified, s.send(who{}, http.MethodGet, "/docs/redoc.standalone.js", nil, "If-None-Match", script.header.Get("ETag")).status)
	contract := s.get(who{}, "/openapi.yaml").is(http.StatusOK)
	require.Equal(t, document, contract.body)
	require.Contains(t, string(s.get(who{}, "/problems/stale_offer").is(http.StatusOK).body), "409")
	s.get(who{}, "/problems/"+canary).refused(wire.ProblemCodeNotFound)
}

func TestOperatorsSeeRoutesAndNoPeople(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	s.get(s.aBuyer(), "/v1/disputes?buyer="+s.buyer)
	s.send(s.aBuyer(), "BREW"+strings.ToUpper(canary), "/v1/disputes", nil)
	metrics := string(s.get(who{}, "/metrics").is(http.StatusOK).body)
	require.Contains(t, metrics, `recourse_api_requests_total{method="POST",route="/v1/orders/:order/disputes",status="201"} 1`)
	for _, secret := range []string{d.ID, s.buyer, s.seller, strings.ToUpper(canary)} {
		require.NotContains(t, metrics, secret)
	}
	s.get(who{}, "/healthz").is(http.StatusOK)
	s.get(who{}, "/readyz").is(http.StatusOK)
}

// ends remembers until when a connection may be written to.
type ends struct {
	*httptest.ResponseRecorder
	write time.Time
}

func (e *ends) SetReadDeadline(time.Time) error      { return nil }
func (e *ends) SetWriteDeadline(end time.Time) error { e.write = end; return nil }

func TestNoRequestInheritsTheEndOfTheOneBefore(t *testing.T) {
	s := newStage(t)
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/openapi.yaml", "/docs", "/nowhere", "/v1/orders"} {
		answer := &ends{ResponseRecorder: httptest.NewRecorder()}
		s.server.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		require.True(t, answer.write.After(time.Now()), path)
	}
}

func TestAPanicIsAnInternalError(t *testing.T) {
	s := newStage(t)
	s.server.deliver = nil
	d := identifierOf(t, s)
	a := s.post(s.aSeller(), "/v1/orders/"+d+"/messages", `{"text":"a"}`).refused(wire.ProblemCodeInternal)
	require.Equal(t, "Internal error", a.problem.Detail)
}

// identifierOf is an order that was registered while everything worked.
func identifierOf(t *testing.T, s *stage) string {
	t.Helper()
	s.server.deliver = s.world
	order := s.anOrder()
	s.server.deliver = nil
	return order.ID
}

func TestTheClientReadsWhatTheServerSays(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	server := httptest.NewServer(s.server)
	defer server.Close()
	as := func(by who) *client.Client {
		token, err := s.issuer.Mint(by.id, by.role, time.Minute)
		require.NoError(t, err)
		c, err := client.New(server.URL, client.Bearer(token))
		require.NoError(t, err)
		return c
	}
	seen, err := client.Result[client.Dispute](as(s.aSeller()).GetDispute(t.Context(), d.ID, nil))
	require.NoError(t, err)
	require.Equal(t, client.StatusWaitingSeller, seen.Status)
	require.NotEmpty(t, seen.Actions)

	_, err = client.Result[client.Dispute](as(s.aBuyer()).Appeal(t.Context(), d.ID, nil, client.Appeal{Text: "No."}))
	require.Equal(t, client.ProblemCodeWrongStage, client.CodeOf(err))
	require.ErrorContains(t, err, "wrong_stage (409)")

	for _, action := range seen.Actions {
		if action.Name == "concede" {
			done, err := client.Result[client.Dispute](as(s.aSeller()).Do(t.Context(), string(action.Method), action.Href, nil, client.Key("k")))
			require.NoError(t, err)
			require.Equal(t, client.OutcomeConcededBySeller, done.Outcome)
		}
	}

	page, err := client.Result[client.DisputePage](as(s.aSupervisor()).ListDisputes(t.Context(), &client.ListDisputesParams{Order: d.Order}))
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	timeline, err := client.Result[client.Timeline](as(s.aBuyer()).GetOrderTimeline(t.Context(), d.Order, &client.GetOrderTimelineParams{Limit: new(100)}))
	require.NoError(t, err)
	require.NotEmpty(t, timeline.Data)

	s.world.silent = true
	_, err = client.Result[client.Message](as(s.aBuyer()).PostOrderMessage(t.Context(), d.Order, nil, client.NewMessage{Text: "a"}))
	var pending *client.PendingError
	require.ErrorAs(t, err, &pending)
	s.world.silent = false
	require.NoError(t, s.world.Deliver(t.Context(), deliveryOf(pending)))
	command, err := as(s.aBuyer()).Await(t.Context(), pending.ID)
	require.NoError(t, err)
	require.Equal(t, client.CommandStateAccepted, command.State)
}

func TestWhatIsAskedForIsShownWhole(t *testing.T) {
	s := newStage(t)
	s.thorough = true
	d := s.aDispute()
	var seen wire.Dispute
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID).is(http.StatusOK).into(&seen)
	require.Nil(t, seen.Expanded)
	s.get(s.aBuyer(), "/v1/disputes/"+d.ID+"?expand[]=order").is(http.StatusOK).into(&seen)
	require.Equal(t, d.Order, seen.Expanded.Order.ID)
	require.Equal(t, wire.RoleBuyer, seen.Expanded.Order.YourRole)

	var order wire.Order
	s.get(s.aSeller(), "/v1/orders/"+d.Order+"?expand%5B%5D=disputes").is(http.StatusOK).into(&order)
	require.Len(t, order.Expanded.Disputes, 1)
	require.True(t, order.Expanded.Disputes[0].YourMove, "as the caller sees it")
	require.NotEmpty(t, order.Expanded.Disputes[0].Actions)

	s.post(s.aBuyer(), "/v1/disputes/"+d.ID+"/evidence", `{"type":"statement","text":"`+canary+`"}`).is(http.StatusCreated)
	a := s.get(thePlatform(), "/v1/orders/"+d.Order+"?expand[]=disputes").is(http.StatusOK)
	require.NotContains(t, string(a.body), canary, "who may not read the evidence of a dispute does not read it here")
	for _, query := range []string{"expand[]=lines", "expand[]=disputes&expand[]=disputes", "expand=disputes"} {
		s.get(s.aSeller(), "/v1/orders/"+d.Order+"?"+query).refused(wire.ProblemCodeValidationFailed)
	}
	s.get(who{id: s.otherSeller, role: casefile.Seller}, "/v1/orders/"+d.Order+"?expand[]=disputes").refused(wire.ProblemCodeNotFound)
}

func TestAListOfWhatIsOverHoldsNothingThatIsOpen(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	listed := func(query string) (ids []string) {
		var page wire.DisputePage
		s.get(s.aBuyer(), "/v1/disputes"+query).is(http.StatusOK).into(&page)
		for _, one := range page.Data {
			ids = append(ids, one.ID)
		}
		return ids
	}
	require.Equal(t, []string{d.ID}, listed(""))
	require.Equal(t, []string{d.ID}, listed("?open=true"))
	require.Empty(t, listed("?open=false"))
	s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/concede", `{}`).is(http.StatusOK)
	require.Empty(t, listed("?open=true"))
	require.Equal(t, []string{d.ID}, listed("?open=false"))
}

// What the generated client sends is what was set, without an editor of ours.
func TestTheGeneratedClientSendsWhatWasSet(t *testing.T) {
	for _, c := range []struct {
		set  *client.ListDisputesParams
		want string
	}{
		{&client.ListDisputesParams{}, ""},
		{&client.ListDisputesParams{Limit: new(7), Open: new(false)}, "limit=7&open=false"},
	} {
		req, err := client.NewListDisputesRequest("http://api.test", c.set)
		require.NoError(t, err)
		sent := req.URL.Query()
		for name, values := range sent {
			if values[0] == "" {
				sent.Del(name) // says as much as nothing
			}
		}
		require.Equal(t, c.want, sent.Encode())
	}
}

func TestWhatIsLeftOfTheProtectionIsALengthOfTheContract(t *testing.T) {
	s := newStage(t)
	var order wire.Order
	s.get(s.aBuyer(), "/v1/orders/"+s.anOrder().ID).is(http.StatusOK).into(&order)
	left, err := policy.ParseDuration(order.Protection.Remaining)
	require.NoError(t, err, "as every length: 39d or 4d12h")
	require.WithinDuration(t, order.Protection.EndsAt, time.Now().Add(left.Std()), time.Minute)
}

func TestAnActionSaysUntilWhenItIsPossible(t *testing.T) {
	s := newStage(t)
	d := s.aDispute()
	until := func(by who, path string) map[string]wire.Instant {
		var seen struct {
			Actions   []wire.Action   `json:"actions"`
			Deadlines []wire.Deadline `json:"deadlines"`
		}
		s.get(by, path).is(http.StatusOK).into(&seen)
		ends := map[string]wire.Instant{}
		for _, a := range seen.Actions {
			ends[a.Name] = a.Until
		}
		for _, deadline := range seen.Deadlines {
			ends["deadline "+deadline.Name] = deadline.DueAt
		}
		return ends
	}
	seen := until(s.aSeller(), "/v1/disputes/"+d.ID)
	require.Equal(t, seen["deadline seller_response"], seen["request_time"])
	require.Equal(t, seen["deadline seller_response"], seen["concede"])
	var offer wire.Offer
	s.post(s.aSeller(), "/v1/disputes/"+d.ID+"/offers", `{"remedy":"refund_full"}`).is(http.StatusCreated).into(&offer)
	seen = until(s.aBuyer(), "/v1/disputes/"+d.ID)
	require.Equal(t, offer.ExpiresAt, seen["accept_offer"])
	require.False(t, offer.ExpiresAt.IsZero())
	order := s.anOrder()
	seen = until(s.aSeller(), "/v1/orders/"+order.ID)
	require.Equal(t, seen["deadline ship_by"], seen["ship"])
	require.Contains(t, until(s.aBuyer(), "/v1/orders/"+order.ID), "open_dispute")
}
