package e2e

import (
	"context"
	"log/slog"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/contract"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
	"recourse/internal/postgrestest"
)

// Systems that live for minutes collect their garbage less often than usual: it would be a third of the work.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(postgrestest.Main(m))
}

// patience is for what takes a second on an idle machine.
const patience = 60 * time.Second

// databases are where cases and runs can be kept.
var databases = map[string]func(t *testing.T) stack.Options{
	"sqlite": func(*testing.T) stack.Options { return stack.Options{} },
	"postgres": func(t *testing.T) stack.Options {
		dsn := postgrestest.Require(t)
		return stack.Options{Database: dsn, EnginePostgres: dsn}
	},
}

// start brings up a whole system for one test.
func start(t *testing.T, options stack.Options) *stack.Stack {
	t.Helper()
	options.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s, err := stack.Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

// market is a marketplace with one buyer and one seller.
type market struct {
	*testing.T
	stack    *stack.Stack
	platform *client.Client
	clock    string // empty: real time
	policy   string
	buyer    string
	seller   string
	reviewer string
}

func newMarket(t *testing.T, s *stack.Stack, clock string, policy map[string]any) *market {
	t.Helper()
	token, err := s.Token("platform", casefile.Platform, time.Hour)
	require.NoError(t, err)
	platform, err := client.New(s.URL(), client.Bearer(token))
	require.NoError(t, err)
	m := &market{T: t, stack: s, platform: platform, clock: clock}
	if len(policy) > 0 {
		m.policy = good(client.Result[client.PolicyDocument](platform.CreatePolicy(t.Context(), nil, client.PolicyOverrides{Overrides: policy}))).in(t).Version
	}
	account := func(role client.NewAccountRole) string {
		body := client.NewAccount{Role: role, Clock: clock, Country: "FR"}
		return good(client.Result[client.Account](platform.CreateAccount(t.Context(), nil, body))).in(t).ID
	}
	m.buyer, m.seller, m.reviewer = account(client.NewAccountRoleBuyer), account(client.NewAccountRoleSeller), account(client.NewAccountRoleReviewer)
	return m
}

// answer is a result with its error, so that a test reads what it asks for in one line.
type answer[T any] struct {
	value T
	err   error
}

func good[T any](value T, err error) answer[T] { return answer[T]{value, err} }

func (a answer[T]) in(t *testing.T) T {
	t.Helper()
	require.NoError(t, a.err)
	return a.value
}

// as is the marketplace acting for somebody.
func (m *market) as(who string) *client.Client { return m.platform.With(client.ActAs(who)) }

// ordered registers an order of a lamp for 40.00 and a cup for 5.00, paid at the instant.
func (m *market) ordered(paid time.Time) client.Order {
	m.Helper()
	price := func(cents int64) client.Money { return client.Money{Amount: cents, Currency: "EUR"} }
	body := client.NewOrder{
		Buyer: m.buyer, Seller: m.seller, Currency: "EUR", PaidAt: paid, ShipBy: paid.Add(24 * time.Hour), GuaranteedBy: paid.Add(20 * 24 * time.Hour),
		Postcode: "75011", Clock: m.clock, Policy: m.policy,
		Lines: []client.NewLine{
			{Sku: "LAMP-7", Title: "Desk lamp", Quantity: 1, Price: price(40_00)},
			{Sku: "CUP-1", Title: "Cup", Quantity: 1, Price: price(5_00)},
		},
	}
	return good(client.Result[client.Order](m.platform.RegisterOrder(m.Context(), nil, body))).in(m.T)
}

// delivered ships an order and delivers it.
func (m *market) delivered(order string) {
	m.Helper()
	good(client.Result[client.Order](m.as(m.seller).ShipOrder(m.Context(), order, nil, client.Shipping{Carrier: "dhl", Tracking: "JD014600006838218600"}))).in(m.T)
	body := client.Delivery{Strength: client.StrengthStrong, Postcode: "75011"}
	good(client.Result[client.Order](m.as("carrier").RecordDelivery(m.Context(), order, nil, body))).in(m.T)
}

// disputed opens a dispute about the lamp.
func (m *market) disputed(order string) client.Dispute {
	m.Helper()
	body := client.NewDispute{Reason: client.ReasonNotAsDescribedDamaged, Remedy: client.RemedyRefundFull, Text: "The shade is cracked.",
		Lines: []client.ClaimedLine{{Sku: "LAMP-7"}}}
	return good(client.Result[client.Dispute](m.as(m.buyer).OpenDispute(m.Context(), order, nil, body))).in(m.T)
}

// said posts a message of the seller in a dispute.
func (m *market) said(dispute, text string) {
	m.Helper()
	good(client.Result[client.Message](m.as(m.seller).PostMessage(m.Context(), dispute, nil, client.NewMessage{Text: text}))).in(m.T)
}

func (m *market) order(id string) client.Order {
	m.Helper()
	return good(client.Result[client.Order](m.platform.GetOrder(m.Context(), id, nil))).in(m.T)
}

func (m *market) dispute(id string) client.Dispute {
	m.Helper()
	return good(client.Result[client.Dispute](m.platform.GetDispute(m.Context(), id, nil))).in(m.T)
}

// timeline is everything that happened to an order and its disputes.
func (m *market) timeline(order string) []client.Event {
	m.Helper()
	page := good(client.Result[client.Timeline](m.as("auditor").GetOrderTimeline(m.Context(), order, &client.GetOrderTimelineParams{Limit: new(100)}))).in(m.T)
	require.False(m.T, page.HasMore)
	return page.Data
}

// turn moves the test clock.
func (m *market) turn(to time.Time) {
	m.Helper()
	require.Eventually(m.T, func() bool {
		clock := good(client.Result[client.TestClock](m.platform.AdvanceTestClock(m.Context(), m.clock, nil, client.ClockAdvance{To: to}))).in(m.T)
		return clock.Status == client.TestClockStatusReady
	}, patience, time.Millisecond)
}

func testClock(t *testing.T, s *stack.Stack, now time.Time) string {
	t.Helper()
	token, err := s.Token("platform", casefile.Platform, time.Hour)
	require.NoError(t, err)
	platform, err := client.New(s.URL(), client.Bearer(token))
	require.NoError(t, err)
	return good(client.Result[client.TestClock](platform.CreateTestClock(t.Context(), nil, client.NewTestClock{Now: now}))).in(t).ID
}

// eventually waits until the condition holds.
func (m *market) eventually(what string, holds func() bool) {
	m.Helper()
	require.Eventually(m.T, holds, patience, 20*time.Millisecond, what)
}

func disputeRun(id string) string { return contract.WorkflowID(casefile.KindDispute, id) }

func orderRun(id string) string { return contract.WorkflowID(casefile.KindOrder, id) }
