package detection_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/detection"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/kinds"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
	"recourse/policies"
	"recourse/store"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

const day = 24 * time.Hour

var (
	began   = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	bolt    = casefile.Actor{ID: "acc_bolt", Role: casefile.Seller}
	cleo    = casefile.Actor{ID: "acc_cleo", Role: casefile.Reviewer}
	dora    = casefile.Actor{ID: "acc_dora", Role: casefile.Reviewer}
	carrier = casefile.Actor{ID: "carrier", Role: casefile.Carrier}
)

// market is a database on a test clock, with a seller and its buyers.
type market struct {
	*testing.T
	store *store.Store
	clock string
	sweep *detection.Sweep
	n     int
}

func eachDatabase(t *testing.T, test func(m *market)) {
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "cases.db") },
		"postgres": func(t *testing.T) string { return postgrestest.Require(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), dsn(t), store.Options{Kinds: kinds.All()})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			require.NoError(t, s.Migrate(t.Context()))
			m := &market{T: t, store: s, clock: identifier.New("clk"), sweep: &detection.Sweep{Store: s}}
			_, err = s.CreateClock(t.Context(), m.clock, began, store.Once{})
			require.NoError(t, err)
			for _, who := range []casefile.Actor{bolt, cleo, dora} {
				m.account(who)
			}
			test(m)
		})
	}
}

func (m *market) account(who casefile.Actor, links ...store.Link) {
	m.Helper()
	_, err := m.store.CreateAccount(m.Context(), store.Account{ID: who.ID, Role: who.Role, Clock: m.clock}, store.Once{})
	require.NoError(m, err)
	for _, l := range links {
		_, err := m.store.LinkAccounts(m.Context(), who.ID, l, store.Once{})
		require.NoError(m, err)
	}
}

// buyer is a new one.
func (m *market) buyer(links ...store.Link) casefile.Actor {
	m.Helper()
	m.n++
	who := casefile.Actor{ID: fmt.Sprintf("acc_b%03d", m.n), Role: casefile.Buyer}
	m.account(who, links...)
	return who
}

func (m *market) json(v any) json.RawMessage {
	m.Helper()
	text, err := json.Marshal(v)
	require.NoError(m, err)
	return text
}

func (m *market) now() time.Time {
	m.Helper()
	c, err := m.store.Clock(m.Context(), m.clock)
	require.NoError(m, err)
	return c.Now
}

// order registers an order of a buyer with bolt.
func (m *market) order(buyer casefile.Actor) string {
	m.Helper()
	id := identifier.New("ord")
	m.begin(id, casefile.KindOrder, "", "register_order", casefile.Actor{ID: "platform", Role: casefile.Platform}, protection.Registration{Buyer: buyer.ID, Seller: bolt.ID,
		Currency: "EUR", Shipping: 350, PaidAt: m.now(), ShipBy: m.now().Add(2 * day), GuaranteedBy: m.now().Add(20 * day), Country: "FR",
		Terms: policies.Default().ForOrder(), Lines: []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Lamp", Quantity: 1, Price: 4200}}})
	return id
}

// delivered is an order that has come, by a parcel of the number.
func (m *market) delivered(buyer casefile.Actor, tracking string) string {
	m.Helper()
	id := m.order(buyer)
	m.knock(id, "ship", bolt, map[string]any{"carrier": "courier", "tracking": tracking})
	m.knock(id, "deliver", carrier, map[string]any{"strength": "strong"})
	return id
}

// disputed is a dispute about a new order.
func (m *market) disputed() string {
	m.Helper()
	buyer := m.buyer()
	order := m.delivered(buyer, identifier.New("T"))
	m.knock(order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": "Cracked."})
	page, err := m.store.Cases(m.Context(), store.CaseQuery{Kind: casefile.KindDispute, Order: order})
	require.NoError(m, err)
	require.Len(m, page.Data, 1)
	return page.Data[0].ID
}

// reviewed is a review of an order by its buyer, with five stars.
func (m *market) reviewed(order string, buyer casefile.Actor) string {
	m.Helper()
	id := identifier.New("rev")
	m.begin(id, casefile.KindReview, order, "submit_review", buyer, review.Submission{Order: order, Marks: review.Marks{Stars: 5}, Text: "Fine.", Terms: policies.Default().ForReview()})
	return id
}

func (m *market) begin(id, kind, order, name string, by casefile.Actor, data any) {
	m.Helper()
	command := identifier.New("cmd")
	_, err := m.store.Begin(m.Context(), store.NewCase{ID: id, Kind: kind, Order: order, Clock: m.clock, Command: store.Knock{ID: command, Case: id, Name: name, By: by, Data: m.json(data)}})
	require.NoError(m, err)
	m.settle()
	m.accepted(command)
}

func (m *market) knock(caseID, name string, by casefile.Actor, data any) {
	m.Helper()
	r, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: caseID, Name: name, By: by, Data: m.json(data)})
	require.NoError(m, err)
	m.settle()
	m.accepted(r.ID)
}

func (m *market) accepted(command string) {
	m.Helper()
	c, err := m.store.Command(m.Context(), command)
	require.NoError(m, err)
	require.True(m, c.Applied)
	require.True(m, c.Answer.Accepted(), "%s: %+v", c.Name, c.Answer)
}

// settle steps whatever waits and confirms whatever is paid, until nothing moves.
func (m *market) settle() {
	m.Helper()
	for {
		refs, err := m.store.Undelivered(m.Context(), -time.Hour, 10)
		require.NoError(m, err)
		open, err := m.store.OpenEffects(m.Context(), -time.Hour, 10)
		require.NoError(m, err)
		if len(refs)+len(open) == 0 {
			return
		}
		for _, ref := range append(refs, open...) {
			result, err := m.store.Step(m.Context(), ref.ID)
			require.NoError(m, err)
			for _, e := range result.Todo {
				_, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: ref.ID, Name: "confirm_transfer",
					By: casefile.Actor{Role: casefile.System}, Data: m.json(map[string]any{"step": e.Step}), Internal: true})
				require.NoError(m, err)
			}
		}
	}
}

func (m *market) advance(length time.Duration) {
	m.Helper()
	require.NoError(m, m.store.BeginAdvance(m.Context(), m.clock, m.now().Add(length)))
	for {
		work, err := m.store.StepClock(m.Context(), m.clock)
		require.NoError(m, err)
		if work.Done {
			return
		}
		if work.Due != nil {
			_, err := m.store.Step(m.Context(), work.Due.ID)
			require.NoError(m, err)
		}
		m.settle()
	}
}

// run is a pass of the detectors, and all that follows from it at once.
func (m *market) run() detection.Result {
	m.Helper()
	result, err := m.sweep.Run(m.Context(), m.clock)
	require.NoError(m, err)
	m.settle()
	return result
}

func (m *market) report(id string) report.Report {
	m.Helper()
	record, err := m.store.Case(m.Context(), id)
	require.NoError(m, err)
	return record.State.(report.Report)
}

func (m *market) dispute(id string) dispute.Dispute {
	m.Helper()
	record, err := m.store.Case(m.Context(), id)
	require.NoError(m, err)
	return record.State.(dispute.Dispute)
}

func (m *market) review(id string) review.Review {
	m.Helper()
	record, err := m.store.Case(m.Context(), id)
	require.NoError(m, err)
	return record.State.(review.Review)
}

// answer finds about a report as its reviewer.
func (m *market) answer(id string, finding report.Finding) {
	m.Helper()
	m.advance(day + time.Microsecond)
	m.knock(id, "find", casefile.Actor{ID: m.report(id).Bench.Reviewer, Role: casefile.Reviewer}, map[string]any{"finding": finding, "reasons": "So it is."})
}
