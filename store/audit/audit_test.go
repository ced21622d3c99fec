package audit_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/kinds"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/domain/standing"
	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
	"recourse/policies"
	"recourse/store"
	"recourse/store/audit"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// market is a database with one order, on a test clock. The seller conceded one of its disputes, and broke a promise in the
// other, which took points; a third line is still protected.
type market struct {
	*testing.T
	store *store.Store
	dsn   string
	clock string
	order string
	dsp   string
}

func eachDatabase(t *testing.T, test func(m *market)) {
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "cases.db") },
		"postgres": migrated,
	} {
		t.Run(name, func(t *testing.T) { test(open(t, dsn(t))) })
	}
}

func open(t *testing.T, dsn string) *market {
	t.Helper()
	blobs, err := store.OpenBlobs(t.Context(), "mem://")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, blobs.Close()) })
	s, err := store.Open(t.Context(), dsn, store.Options{Kinds: kinds.All(), Blobs: blobs, Hosts: []string{"shop.example"}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	m := &market{T: t, store: s, dsn: dsn, clock: identifier.New("clk"), order: identifier.New("ord")}
	_, err = s.CreateClock(t.Context(), m.clock, began, store.Once{})
	require.NoError(t, err)
	m.tell()
	return m
}

// tell plays the story.
func (m *market) tell() {
	m.Helper()
	ctx := m.Context()
	for id, role := range map[string]casefile.Role{"acc_buyer": casefile.Buyer, "acc_seller": casefile.Seller} {
		_, err := m.store.CreateAccount(ctx, store.Account{ID: id, Role: role, Clock: m.clock}, store.Once{})
		require.NoError(m, err)
	}
	register := m.json(protection.Registration{Buyer: "acc_buyer", Seller: "acc_seller", Currency: "EUR", Shipping: 350, PaidAt: began,
		ShipBy: began.Add(48 * time.Hour), GuaranteedBy: began.Add(20 * 24 * time.Hour), Terms: policies.Default().ForOrder(),
		Lines: []protection.RegistrationLine{{SKU: "LAMP-7", Title: "Lamp", Quantity: 1, Price: money.Minor(4200)}, {SKU: "CUP-1", Title: "Cup", Quantity: 1, Price: 500},
			{SKU: "JUG-1", Title: "Jug", Quantity: 1, Price: 900}}})
	_, err := m.store.Begin(ctx, store.NewCase{ID: m.order, Kind: casefile.KindOrder, Clock: m.clock, Command: store.Knock{ID: identifier.New("cmd"),
		Case: m.order, Name: "register_order", By: casefile.Actor{ID: "platform", Role: casefile.Platform}, Data: register}})
	require.NoError(m, err)
	m.settle()
	seller, buyer := casefile.Actor{ID: "acc_seller", Role: casefile.Seller}, casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer}
	m.knock(m.order, "ship", seller, map[string]any{"carrier": "courier", "tracking": "T-1"})
	m.knock(m.order, "deliver", casefile.Actor{ID: "carrier", Role: casefile.Carrier}, map[string]any{"strength": "strong"})
	m.knock(m.order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": "Cracked.",
		"lines": []map[string]any{{"sku": "LAMP-7"}}})
	page, err := m.store.Cases(ctx, store.CaseQuery{Kind: casefile.KindDispute})
	require.NoError(m, err)
	require.Len(m, page.Data, 1)
	m.dsp = page.Data[0].ID
	file, err := m.store.SaveFile(ctx, store.NewFile{ID: identifier.New("fil"), Name: "lamp.txt", By: "acc_buyer", Case: m.dsp, Limit: 100, Type: func() string { return "text/plain" }}, strings.NewReader("cracked"), store.Once{})
	require.NoError(m, err)
	require.NoError(m, m.store.KeepRenditions(ctx, file.ID, store.NewRendition{Rendition: store.Rendition{Use: store.Shown, Type: "image/jpeg", Width: 2, Height: 1}, Bytes: []byte("its pixels")},
		store.NewRendition{Rendition: store.Rendition{Use: store.Thumbnail, Type: "image/jpeg", Width: 1, Height: 1}, Bytes: []byte("fewer")}))
	m.knock(m.dsp, "submit_evidence", buyer, map[string]any{"type": "photo_of_item", "file": file.ID})
	m.knock(m.dsp, "post_message", seller, map[string]any{"text": "Sorry."})
	m.knock(m.dsp, "concede", seller, map[string]any{"acknowledge": true})
	m.breakPromise(seller, buyer)
}

// breakPromise is the second dispute: what was promised does not come, and the points of that become final.
func (m *market) breakPromise(seller, buyer casefile.Actor) {
	m.Helper()
	m.knock(m.order, "open_dispute", buyer, map[string]any{"reason": "not_as_described.damaged", "remedy": "replacement", "text": "Cracked too.",
		"lines": []map[string]any{{"sku": "CUP-1"}}})
	page, err := m.store.Cases(m.Context(), store.CaseQuery{Kind: casefile.KindDispute, Open: new(true)})
	require.NoError(m, err)
	require.Len(m, page.Data, 1)
	second := page.Data[0].ID
	m.knock(second, "offer", seller, map[string]any{"remedy": "replacement", "due": "3d", "fallback": "refund_full"})
	record, err := m.store.Case(m.Context(), second)
	require.NoError(m, err)
	offer := record.State.(dispute.Dispute).Offers[0]
	m.knock(second, "accept_offer", buyer, map[string]any{"offer": offer.ID, "version": offer.Version})
	m.advance(began.Add(11 * 24 * time.Hour))
	record, err = m.store.Case(m.Context(), standing.CaseID(seller.ID))
	require.NoError(m, err)
	require.Equal(m, 10, record.State.(standing.Standing).Points)
}

// advance turns the clock, from due to due.
func (m *market) advance(to time.Time) {
	m.Helper()
	require.NoError(m, m.store.BeginAdvance(m.Context(), m.clock, to))
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

func (m *market) json(v any) json.RawMessage {
	m.Helper()
	text, err := json.Marshal(v)
	require.NoError(m, err)
	return text
}

func (m *market) knock(caseID, name string, by casefile.Actor, data any) {
	m.Helper()
	r, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: caseID, Name: name, By: by, Data: m.json(data)})
	require.NoError(m, err)
	m.settle()
	c, err := m.store.Command(m.Context(), r.ID)
	require.NoError(m, err)
	require.True(m, c.Applied)
	require.True(m, c.Answer.Accepted(), "%s: %+v", name, c.Answer)
}

// settle steps whatever waits, confirms whatever is paid and finds every file clean, until nothing moves.
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
				name, data := "confirm_transfer", map[string]any{"step": e.Step}
				if e.Kind == casefile.EffectScan {
					name, data["verdict"] = "record_scan", "clean"
				}
				_, err := m.store.Knock(m.Context(), store.Knock{ID: identifier.New("cmd"), Case: ref.ID, Name: name,
					By: casefile.Actor{Role: casefile.System}, Data: m.json(data), Internal: true})
				require.NoError(m, err)
				_, err = m.store.Step(m.Context(), ref.ID)
				require.NoError(m, err)
			}
		}
	}
}

func (m *market) examine(deep bool) audit.Report {
	m.Helper()
	cases := 0
	report, err := audit.Run(m.Context(), m.store, audit.Options{Deep: deep, Progress: func(n int) { cases = n }})
	require.NoError(m, err)
	if deep {
		require.Equal(m, 4, cases)
	}
	return report
}

func TestAHealthyDatabaseIsFoundHealthy(t *testing.T) {
	eachDatabase(t, func(m *market) {
		m.buyers("acc_one", "acc_two")
		m.link("acc_one", "acc_two", window)
		m.recounted()
		for _, deep := range []bool{false, true} {
			for _, c := range m.examine(deep).Checks {
				require.Empty(m, c.Findings, c.Name)
				require.Empty(m, c.NotRun, c.Name)
				if c.Name != "no deadline was taken early" && c.Name != "late deadlines were moved" { // there was none
					require.NotZero(m, c.Looked, "%s looked at nothing", c.Name)
				}
			}
		}
	})
}

// sicknesses are what somebody who can write to the database could do to it, and which check must say so.
var sicknesses = []struct {
	name string
	do   []string
	says string // the name of a check
	deep bool
}{
	{"a flipped byte", []string{`UPDATE events SET data = replace(CAST(data AS text), 'Sorry', 'Sorra')::json WHERE type = 'message.posted'`}, "chains hold from the first event to the head", true},
	{"a removed event", []string{`DELETE FROM events WHERE case_id = '$dispute' AND sequence = 2`}, "chains hold from the first event to the head", true},
	{"the last event removed", []string{`DELETE FROM events WHERE case_id = '$dispute' AND sequence = (SELECT recorded FROM cases WHERE id = '$dispute')`}, "every case's log is as long as its row says", false},
	{"two events swapped", []string{`UPDATE events SET sequence = 99 WHERE case_id = '$dispute' AND sequence = 1`, `UPDATE events SET sequence = 1 WHERE case_id = '$dispute' AND sequence = 2`,
		`UPDATE events SET sequence = 2 WHERE case_id = '$dispute' AND sequence = 99`}, "chains hold from the first event to the head", true},
	{"an event at another time", []string{`UPDATE events SET at = (SELECT at FROM events WHERE case_id = '$order' AND sequence = 1) WHERE case_id = '$dispute' AND sequence = 2`,
		`UPDATE events SET by_id = 'acc_other' WHERE case_id = '$dispute' AND sequence = 2`}, "the rules say again what was recorded", true},
	{"money made", []string{`DROP TRIGGER IF EXISTS postings_balance ON postings`, `UPDATE postings SET amount_minor = amount_minor + 1 WHERE account LIKE 'buyer:%'`}, "both sides of every transfer are equal", false},
	{"money moved to somebody else", []string{`UPDATE postings SET account = 'buyer:acc_other' WHERE account LIKE 'buyer:%'`}, "the rules say again what was recorded", true},
	{"a balance edited", []string{`UPDATE balances SET balance_minor = balance_minor + 1 WHERE account LIKE 'escrow:%'`}, "stored balances are the sums of their postings", false},
	{"a balance removed", []string{`DELETE FROM balances WHERE account LIKE 'escrow:%'`}, "stored balances are the sums of their postings", false},
	{"a payment that ended twice", []string{`INSERT INTO transfers (case_id, step, verb, order_id, cause, dispute, currency, at) SELECT case_id, step, 'return', order_id, cause, dispute, currency, at FROM transfers WHERE verb = 'confirm'`},
		"a payment is confirmed or returned, once", false},
	{"a state edited", []string{`UPDATE cases SET state = replace(CAST(state AS text), '"outcome":"conceded_by_seller"', '"outcome":"decided_for_seller"')::json WHERE id = '$dispute'`}, "the rules say again what was recorded", true},
	{"an answer edited", []string{`UPDATE commands SET answer = '{"refused":"wrong_stage"}' WHERE name = 'concede'`}, "the rules say again what was recorded", true},
	{"a command removed", []string{`DELETE FROM commands WHERE name = 'post_message'`}, "doors have no gaps, and what was applied is answered", false},
	{"an outcome that never arrived", []string{`UPDATE commands SET name = 'post_message' WHERE name = 'enforce_outcome'`}, "what one case told another arrived, once", true},
	{"a deadline taken early", []string{`INSERT INTO takings (case_id, name, due_at, noticed_at, moved) SELECT id, 'inspection', next_due, opened_at, false FROM cases WHERE id = '$order'`}, "no deadline was taken early", false},
	{"a command that nobody carried out", []string{`UPDATE cases SET sequence = sequence + 1 WHERE id = '$order'`,
		`INSERT INTO commands (id, case_id, sequence, name, by_id, by_role, received_at, stored_at) SELECT 'cmd_forgotten', id, sequence, 'post_message', 'acc_buyer', 'buyer', last_at, opened_at FROM cases WHERE id = '$order'`},
		"nothing lies undelivered", false},
	{"links that nobody has followed", []string{`INSERT INTO recounts (id, accounts, created_at) SELECT 'rct_forgotten', '["acc_buyer"]', opened_at FROM cases WHERE id = '$order'`},
		"reviews are counted anew when links have changed", false},
	{"a file that is gone", []string{`UPDATE files SET hash = 'f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e13b'`}, "bytes of evidence have their hash", true},
	{"a file of another length", []string{`UPDATE files SET size = size + 1`}, "bytes of evidence have their hash", true},
	{"an image that is gone", []string{`UPDATE renditions SET hash = 'f0e4c2f76c58916ec258f246851bea091d14d4247a2fc3e18694461b1816e13b' WHERE purpose = 'shown'`}, "bytes of what is shown instead have their hash", true},
	{"a thumbnail of another length", []string{`UPDATE renditions SET size = size + 1 WHERE purpose = 'thumbnail'`}, "bytes of what is shown instead have their hash", true},
	{"evidence without its file", []string{`DELETE FROM files`}, "evidence is there, with its file", false},
	{"points given back", []string{`UPDATE cases SET state = replace(CAST(state AS text), '"points":10', '"points":12')::json WHERE kind = 'standing'`}, "points are what the entries leave", true},
	{"an entry made lighter", []string{`UPDATE cases SET state = replace(CAST(state AS text), '"points":2', '"points":1')::json WHERE kind = 'standing'`}, "points are what the entries leave", true},
	{"a rung nobody was told of", []string{`UPDATE cases SET state = replace(CAST(state AS text), '"state":"good"', '"state":"warned"')::json WHERE kind = 'standing'`}, "points are what the entries leave", true},
	{"a status from nowhere", []string{`UPDATE cases SET closed = true WHERE id = '$order'`}, "no case is over with something open", false},
}

func TestWhatIsWrongIsFoundAndNamed(t *testing.T) {
	eachDatabase(t, func(m *market) {
		_, lite := strings.CutPrefix(m.dsn, "sqlite:")
		for _, s := range sicknesses {
			m.Run(s.name, func(t *testing.T) {
				m := open(t, m.another(t))
				m.harm(lite, s.do)
				for _, c := range m.examine(s.deep).Checks {
					if c.Name == s.says {
						require.NotEmpty(t, c.Findings)
						require.EqualValues(t, len(c.Findings), c.Wrong)
						return
					}
				}
				require.Fail(t, "no check "+s.says)
			})
		}
	})
}

func (m *market) another(t *testing.T) string {
	if strings.HasPrefix(m.dsn, "sqlite:") {
		return "sqlite:" + filepath.Join(t.TempDir(), "cases.db")
	}
	return migrated(t)
}

// migrated is a database on Postgres with the schema in it.
func migrated(t *testing.T) string {
	t.Helper()
	return postgrestest.RequireLike(t, "migrated", func(dsn string) error {
		s, err := store.Open(t.Context(), dsn, store.Options{Kinds: kinds.All()})
		if err != nil {
			return err
		}
		return errors.Join(s.Migrate(t.Context()), s.Close())
	})
}

// harm does what no program of ours would: without triggers and foreign keys.
func (m *market) harm(lite bool, statements []string) {
	m.Helper()
	driver, dsn := "pgx", m.dsn
	before := []string{`ALTER TABLE events DISABLE TRIGGER ALL`, `ALTER TABLE postings DISABLE TRIGGER ALL`, `ALTER TABLE transfers DISABLE TRIGGER ALL`,
		`ALTER TABLE evidence DISABLE TRIGGER ALL`, `ALTER TABLE files DISABLE TRIGGER ALL`, `ALTER TABLE renditions DISABLE TRIGGER ALL`}
	if lite {
		driver, dsn, before = "sqlite", strings.TrimPrefix(m.dsn, "sqlite:"), nil
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(m, err)
	defer func() { require.NoError(m, db.Close()) }()
	if lite {
		before = append(triggers(m.Context(), m.T, db), `PRAGMA foreign_keys = 0`)
	}
	for _, statement := range append(before, statements...) {
		if lite {
			statement = strings.ReplaceAll(statement, ")::json", ")")
			if strings.HasPrefix(statement, "DROP TRIGGER IF EXISTS postings_balance ON") {
				continue
			}
		}
		statement = strings.NewReplacer("$order", m.order, "$dispute", m.dsp).Replace(statement)
		res, err := db.ExecContext(m.Context(), statement)
		require.NoError(m, err, statement)
		if n, err := res.RowsAffected(); err == nil && !strings.HasPrefix(statement, "ALTER") && !strings.HasPrefix(statement, "DROP") && !strings.HasPrefix(statement, "PRAGMA") {
			require.NotZero(m, n, statement)
		}
	}
}

// triggers drops all of them.
func triggers(ctx context.Context, t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'trigger'`)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var drops []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		drops = append(drops, "DROP TRIGGER "+name)
	}
	require.NoError(t, rows.Err())
	return drops
}
