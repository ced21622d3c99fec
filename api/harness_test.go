package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"recourse/api/identity"
	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/domain/receipt"
	"recourse/internal/identifier"
	"recourse/internal/issuer"
	"recourse/internal/signing"
	"recourse/store"
)

// stage is a server over a world, with an order between a buyer and a seller, and people who have to do with it.
type stage struct {
	t      *testing.T
	world  *world
	server *Server
	issuer *issuer.Issuer

	thorough bool // answers are held against the contract by the exact validator too

	buyer, seller, reviewer, supervisor string
	otherBuyer, otherSeller             string
	orderID                             string
}

const (
	testIssuer   = "https://issuer.test"
	testAudience = "recourse"
)

type change func(*Config)

func sandbox(c *Config) { c.Sandbox = true }

func newStage(t *testing.T, changes ...change) *stage {
	t.Helper()
	w := newWorld(t)
	tokens, err := issuer.New(testIssuer, testAudience)
	require.NoError(t, err)
	keys, err := identity.KeysFromDocument(tokens.JWKS())
	require.NoError(t, err)
	verifier, err := identity.NewVerifier(testIssuer, testAudience, keys, nil)
	require.NoError(t, err)
	config := Config{CommandWait: time.Second, ClockWait: 50 * time.Millisecond}
	for _, c := range changes {
		c(&config)
	}
	signing, err := signing.Temporary()
	require.NoError(t, err)
	server, err := New(config, Services{Store: w, Deliver: w, Tokens: verifier, Clocks: w, Detectors: w, Signing: signing, Bundles: &shownBundles{}})
	require.NoError(t, err)
	s := &stage{t: t, world: w, server: server, issuer: tokens}
	for _, p := range []struct {
		id   *string
		role casefile.Role
	}{{&s.buyer, casefile.Buyer}, {&s.seller, casefile.Seller}, {&s.reviewer, casefile.Reviewer}, {&s.supervisor, casefile.Supervisor},
		{&s.otherBuyer, casefile.Buyer}, {&s.otherSeller, casefile.Seller}} {
		*p.id = identifier.New("acc")
		w.accounts[*p.id] = store.Account{ID: *p.id, Role: p.role, Name: string(p.role), Country: "FR", CreatedAt: w.now}
	}
	return s
}

// who is somebody who sends requests.
type who struct {
	id    string
	role  casefile.Role
	token string // instead of a good one
	as    string // Recourse-Act-As
}

func (s *stage) aBuyer() who      { return who{id: s.buyer, role: casefile.Buyer} }
func (s *stage) aSeller() who     { return who{id: s.seller, role: casefile.Seller} }
func (s *stage) aReviewer() who   { return who{id: s.reviewer, role: casefile.Reviewer} }
func (s *stage) aSupervisor() who { return who{id: s.supervisor, role: casefile.Supervisor} }
func thePlatform() who            { return who{id: "platform", role: casefile.Platform} }
func aCarrier() who               { return who{id: "carrier", role: casefile.Carrier} }

// answer is what came back, checked against the contract.
type answer struct {
	t       *testing.T
	status  int
	header  http.Header
	body    []byte
	problem wire.Problem
}

func (a answer) into(v any) {
	a.t.Helper()
	require.NoError(a.t, json.Unmarshal(a.body, v), string(a.body))
}

// is says which status is expected and returns the answer, so that a failing test shows the body.
func (a answer) is(status int) answer {
	a.t.Helper()
	require.Equal(a.t, status, a.status, string(a.body))
	return a
}

// refused says which problem is expected.
func (a answer) refused(code wire.ProblemCode) answer {
	a.t.Helper()
	require.Equal(a.t, string(code), string(a.problem.Code), string(a.body))
	require.Equal(a.t, meanings[code].status, a.status)
	return a
}

func (s *stage) get(by who, path string) answer { return s.send(by, http.MethodGet, path, nil) }

func (s *stage) post(by who, path, body string, headers ...string) answer {
	return s.send(by, http.MethodPost, path, []byte(body), headers...)
}

func (s *stage) send(by who, method, path string, body []byte, headers ...string) answer {
	s.t.Helper()
	req := httptest.NewRequest(method, path, bytes.NewReader(body))
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return s.do(by, req)
}

func (s *stage) do(by who, req *http.Request) answer {
	s.t.Helper()
	token := by.token
	if token == "" && by.role != "" {
		var err error
		token, err = s.issuer.Mint(by.id, by.role, time.Minute)
		require.NoError(s.t, err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if by.as != "" {
		req.Header.Set(actAs, by.as)
	}
	recorder := httptest.NewRecorder()
	s.server.ServeHTTP(recorder, req)
	a := answer{t: s.t, status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
	if strings.Contains(a.header.Get("Content-Type"), "problem+json") {
		a.into(&a.problem)
	}
	s.holdToContract(req, a)
	s.holdToSecrecy(req, a)
	return a
}

// holdToSecrecy checks that no answer tells the number by which a panel will be drawn, whatever the test is about and whoever asks.
func (s *stage) holdToSecrecy(req *http.Request, a answer) {
	s.t.Helper()
	said := fmt.Sprint(a.header) + string(a.body)
	for _, nonce := range s.world.undrawn() {
		require.NotContains(s.t, said, nonce, "%s %s", req.Method, req.URL.Path)
	}
}

// holdToContract checks the answer against the contract, whatever the test is about.
func (s *stage) holdToContract(req *http.Request, a answer) {
	s.t.Helper()
	require.NotEmpty(s.t, a.header.Get("X-Request-Id"))
	require.Equal(s.t, "nosniff", a.header.Get("X-Content-Type-Options"))
	op := s.operationOf(req.Method, req.URL.Path)
	if op == nil {
		return
	}
	label := req.Method + " " + req.URL.Path + ": " + string(a.body)
	s.holdToReceipt(op, a, label)
	response := op.Responses.Status(a.status)
	if response == nil {
		require.GreaterOrEqual(s.t, a.status, 400, label)
		response = op.Responses.Default()
	}
	for name, header := range response.Value.Headers {
		require.True(s.t, !header.Value.Required || a.header.Get(name) != "", "%s in %s", name, label)
	}
	if a.status == http.StatusNotModified {
		require.Empty(s.t, a.body, label)
		return
	}
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	require.NoError(s.t, err, label)
	content := response.Value.Content[kind]
	require.NotNil(s.t, content, "%s is not a type of %s", kind, label)
	if !strings.HasSuffix(kind, "json") || content.Schema.Value.Format == "binary" { // JSON a line is a file, not a value
		return
	}
	value, p := decode(a.body)
	require.Nil(s.t, p, label)
	options := []openapi3.SchemaValidationOption{openapi3.MultiErrors(), openapi3.VisitAsResponse(), openapi3.EnableFormatValidation()}
	require.NoError(s.t, content.Schema.Value.VisitJSON(value, options...), label)
	if s.thorough { // as slow as it is exact: it compiles the schema for each answer
		require.NoError(s.t, content.Schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()), label)
	}
}

// holdToReceipt checks that every command that was carried out is answered with its receipt, and nothing else is.
func (s *stage) holdToReceipt(op *openapi3.Operation, a answer, label string) {
	s.t.Helper()
	command, _ := op.Extensions["x-command"].(string)
	if s.server.signing == nil || command == "" || a.status >= 300 || a.status == http.StatusAccepted {
		require.Empty(s.t, a.header.Get("Receipt"), label)
		return
	}
	given, err := receipt.Parse([]byte(a.header.Get("Receipt")))
	require.NoError(s.t, err, label)
	require.NoError(s.t, given.Verify(s.server.signing.Keys()), label)
	require.Equal(s.t, command, given.Name, label)
	require.NotZero(s.t, given.Sequence, label)
	require.NotZero(s.t, given.Head, label)
	require.False(s.t, given.ReceivedAt.IsZero(), label)
}

func (s *stage) operationOf(method, path string) *openapi3.Operation {
	parts := strings.Split(path, "/")
next:
	for template, item := range s.server.contract.Paths.Map() {
		want := strings.Split(template, "/")
		if len(want) != len(parts) {
			continue
		}
		for i := range want {
			if want[i] != parts[i] && !strings.HasPrefix(want[i], "{") {
				continue next
			}
		}
		return item.GetOperation(method)
	}
	return nil
}

// registration is an order that was paid a while ago.
func (s *stage) registration() map[string]any {
	now := s.world.now
	return map[string]any{
		"buyer": s.buyer, "seller": s.seller, "currency": "EUR", "shipping": map[string]any{"amount": 350, "currency": "EUR"},
		"lines":   []any{map[string]any{"sku": "LAMP-7", "title": "Desk lamp", "quantity": 1, "price": map[string]any{"amount": 4200, "currency": "EUR"}}},
		"paid_at": now.Add(-time.Hour), "ship_by": now.Add(5 * 24 * time.Hour), "guaranteed_by": now.Add(20 * 24 * time.Hour), "postcode": "75011",
	}
}

// anOrder registers an order.
func (s *stage) anOrder() wire.Order {
	s.t.Helper()
	body, err := json.Marshal(s.registration())
	require.NoError(s.t, err)
	var order wire.Order
	s.post(thePlatform(), "/v1/orders", string(body)).is(http.StatusCreated).into(&order)
	s.orderID = order.ID
	return order
}

// aDispute brings an order to a dispute about a damaged lamp.
func (s *stage) aDispute() wire.Dispute {
	s.t.Helper()
	order := s.anOrder()
	at := "/v1/orders/" + order.ID
	s.post(s.aSeller(), at+"/shipments", `{"carrier":"upu","tracking":"RB123456785US"}`).is(http.StatusOK)
	s.post(aCarrier(), at+"/deliveries", `{"strength":"strong","postcode":"75011"}`).is(http.StatusOK)
	var d wire.Dispute
	s.post(s.aBuyer(), at+"/disputes", `{"reason":"not_as_described.damaged","remedy":"refund_full","text":"The shade is cracked."}`).
		is(http.StatusCreated).into(&d)
	return d
}
