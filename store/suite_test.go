package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// zero is when the stories of these tests begin, on a test clock or on SQLite's.
var zero = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// hands is a clock that tests turn. It moves on by a microsecond whenever it is read, as clocks do.
type hands struct{ micros atomic.Int64 }

func (h *hands) now() time.Time      { return time.UnixMicro(h.micros.Add(1)).UTC() }
func (h *hands) set(t time.Time)     { h.micros.Store(t.UnixMicro()) }
func (h *hands) add(d time.Duration) { h.micros.Add(d.Microseconds()) }

// fixture is a store on a fresh database with the toys' rules.
type fixture struct {
	*Store
	t     *testing.T
	ctx   context.Context
	hands *hands // nil on Postgres, which has a clock of its own
	dsn   string
}

// eachDatabase runs a test on SQLite in a file, on SQLite in memory and on Postgres.
func eachDatabase(t *testing.T, test func(f *fixture), change ...func(*Options)) {
	t.Helper()
	dsns := map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "store.db") },
		"memory":   func(*testing.T) string { return "sqlite::memory:" },
		"postgres": migrated,
	}
	for name, dsn := range dsns {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(open(t, dsn(t), change...))
		})
	}
}

// eachPlanner is eachDatabase for tests that fill tables with thousands of rows to see by which index they are read. A shortened run
// leaves SQLite out: it is Go, so the race detector makes its filling forty times slower and its plans no other.
func eachPlanner(t *testing.T, test func(f *fixture)) {
	t.Helper()
	if testing.Short() {
		t.Run("postgres", func(t *testing.T) { test(open(t, migrated(t))) })
		return
	}
	eachDatabase(t, test)
}

// migrated is a database on Postgres with the schema in it: the migrations run once, as TestManyMigrateAtOnce runs them each time.
func migrated(t *testing.T) string {
	t.Helper()
	return postgrestest.RequireLike(t, "migrated", func(dsn string) error {
		s, err := Open(t.Context(), dsn, Options{})
		if err != nil {
			return err
		}
		return errors.Join(s.Migrate(t.Context()), s.Close())
	})
}

func open(t *testing.T, dsn string, change ...func(*Options)) *fixture {
	t.Helper()
	f := &fixture{t: t, ctx: t.Context(), dsn: dsn}
	opts := Options{Kinds: toyKinds()}
	if dsn[:6] == "sqlite" {
		f.hands = &hands{}
		f.hands.set(zero)
		opts.Now = f.hands.now
	}
	for _, c := range change {
		c(&opts)
	}
	var err error
	f.Store, err = Open(f.ctx, dsn, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	require.NoError(t, f.Migrate(f.ctx))
	return f
}

var names atomic.Int64

// fresh gives an identifier that reads well and is new.
func fresh(prefix string) string { return fmt.Sprintf("%s_%06d", prefix, names.Add(1)) }

func buyer() casefile.Actor { return casefile.Actor{ID: "acc_buyer", Role: casefile.Buyer} }

func body(t *testing.T, data toyData) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(data)
	require.NoError(t, err)
	return raw
}

func (f *fixture) newClock(id string, now time.Time) {
	f.t.Helper()
	_, err := f.CreateClock(f.ctx, id, now, Once{})
	require.NoError(f.t, err)
}

// order begins an order and steps it once.
func (f *fixture) order(clock string) string {
	f.t.Helper()
	id := fresh("ord")
	f.begin(id, clock, toyData{Buyer: "acc_buyer", Seller: "acc_seller", Held: 4550})
	f.step(id)
	return id
}

func (f *fixture) begin(id, clock string, data toyData) Receipt {
	f.t.Helper()
	data.To = id
	r, err := f.Begin(f.ctx, NewCase{ID: id, Kind: casefile.KindOrder, Clock: clock,
		Command: Knock{ID: identifier.New("cmd"), Case: id, Name: "begin", By: buyer(), Data: body(f.t, data)}})
	require.NoError(f.t, err)
	return r
}

// dispute opens a dispute of an order and steps both.
func (f *fixture) dispute(order string) string {
	f.t.Helper()
	id := fresh("dsp")
	f.knock(order, "open", toyData{To: id})
	f.step(order)
	f.step(id)
	return id
}

func (f *fixture) knock(caseID, name string, data toyData) Receipt {
	f.t.Helper()
	r, err := f.Knock(f.ctx, Knock{ID: identifier.New("cmd"), Case: caseID, Name: name, By: buyer(), Data: body(f.t, data)})
	require.NoError(f.t, err)
	return r
}

func (f *fixture) step(caseID string) StepResult {
	f.t.Helper()
	r, err := f.Step(f.ctx, caseID)
	require.NoError(f.t, err)
	return r
}

func (f *fixture) toy(caseID string) toy {
	f.t.Helper()
	record, err := f.Case(f.ctx, caseID)
	require.NoError(f.t, err)
	state, ok := record.State.(toy)
	require.True(f.t, ok)
	return state
}

func (f *fixture) answer(id string) casefile.Answer {
	f.t.Helper()
	c, err := f.Command(f.ctx, id)
	require.NoError(f.t, err)
	require.True(f.t, c.Applied)
	return c.Answer
}

// together runs n goroutines at once and waits for them.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		all.Add(1)
		go func() {
			defer all.Done()
			<-gate
			do(i)
		}()
	}
	close(gate)
	all.Wait()
}

// postgresOnly is for what only a server with many sessions can show.
func postgresOnly(t *testing.T) string {
	t.Helper()
	return postgrestest.Require(t)
}

// waitForLock returns when a session of this database waits for a row.
func (f *fixture) waitForLock() {
	f.t.Helper()
	require.Eventually(f.t, func() bool {
		var n int
		f.db.Raw(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		return n > 0
	}, 10*time.Second, 2*time.Millisecond)
}
