package scale

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	_ "modernc.org/sqlite"             // driver "sqlite"
)

// filler writes cases and their events as if they had happened in the last half year. What no detector reads is left empty:
// nobody can step such a case, and no doctor would find it healthy.
type filler struct {
	db       *sql.DB
	postgres bool
	base     time.Time
	orders   int
	disputes int
}

// ErrNotEmpty says that the database holds cases that are not a measurement's.
var ErrNotEmpty = errors.New("the database is not empty")

func openFiller(ctx context.Context, dsn string) (*filler, error) {
	f := &filler{base: time.Now().UTC().Add(-shopDays * 24 * time.Hour).Truncate(time.Second)}
	name, address := "pgx", dsn
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		name, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)"
	} else {
		f.postgres = true
	}
	var err error
	if f.db, err = sql.Open(name, address); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	var there int
	if err := f.db.QueryRowContext(ctx, "SELECT count(*) FROM cases").Scan(&there); err != nil {
		return nil, fmt.Errorf("look into the database: %w", err)
	}
	if there > 0 {
		return nil, ErrNotEmpty
	}
	return f, nil
}

// Each shop has so many orders in so many days, and each buyer five.
const (
	shopOrders = 1000
	shopDays   = 180
)

// chunk bounds a statement.
const chunk = 50_000

// fill adds orders up to a number, with a dispute for every tenth. Anew forgets what detectors have read and found before.
func (f *filler) fill(ctx context.Context, until int, anew bool) error {
	if anew {
		for _, table := range []string{"detections", "detector_marks", "sightings"} {
			if _, err := f.db.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
	}
	if err := f.age(ctx); err != nil {
		return err
	}
	for begin, end := f.orders, until; f.orders < until; {
		to := min(until, f.orders+chunk)
		for _, statement := range f.statements(begin, end, f.orders, to) {
			if _, err := f.db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("fill the database: %w", err)
			}
		}
		f.orders = to
	}
	for _, statement := range []string{"ANALYZE", "SELECT count(*) FROM cases WHERE kind = 'dispute'"} {
		err := f.db.QueryRowContext(ctx, statement).Scan(&f.disputes)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return f.rest(ctx)
}

// rest puts on the disk what was filled, so that a pass does not wait for it. Postgres does so by itself in the background.
func (f *filler) rest(ctx context.Context) (err error) {
	if f.postgres {
		return nil
	}
	one, err := f.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	defer func() { err = errors.Join(err, one.Close()) }()
	for _, statement := range []string{"PRAGMA synchronous(FULL)", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA synchronous(OFF)"} {
		if _, err := one.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// age makes the last pass an old one, so that the next does not read again what may have been on its way.
func (f *filler) age(ctx context.Context) error {
	older := "seen_at - 3600000000"
	if f.postgres {
		older = "seen_at - interval '1 hour'"
	}
	if _, err := f.db.ExecContext(ctx, "UPDATE detector_marks SET seen_at = "+older); err != nil {
		return fmt.Errorf("age the mark: %w", err)
	}
	return nil
}

// statements insert the orders from..to-1 of those begin..end-1, which go through the whole time in its order and have shops of
// their own: their cases, their disputes, and the first event of each.
func (f *filler) statements(begin, end, from, to int) []string {
	series := fmt.Sprintf("(WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n) AS s", from, to-1)
	digits := func(prefix, n string) string { return "'" + prefix + "' || substr('0000000000' || (" + n + "), -10)" }
	step := int64(shopDays) * 24 * time.Hour.Microseconds() / int64(end-begin)
	micros := func(days int) string {
		return fmt.Sprintf("%d + (i - %d) * %d + %d", f.base.UnixMicro(), begin, step, int64(days)*24*time.Hour.Microseconds())
	}
	at := func(days int) string { return micros(days) }
	if f.postgres {
		series = fmt.Sprintf("generate_series(%d::bigint, %d::bigint) AS s(i)", from, to-1)
		digits = func(prefix, n string) string { return "'" + prefix + "' || lpad((" + n + ")::text, 10, '0')" }
		at = func(days int) string {
			return "timestamptz 'epoch' + (" + micros(days) + ") * interval '1 microsecond'"
		}
	}
	order, dispute, seller, buyer := digits("ord_", "i"), digits("dsp_", "i"), digits("acc_s", fmt.Sprintf("%d + i %% %d", begin/shopOrders, max(1, (end-begin)/shopOrders))), digits("acc_b", "(i * 104729) % (i / 5 + 1)")
	disputed := fmt.Sprintf(" WHERE ((i * 7919) %% 104729) %% %d = 0 AND %s < %d", tenth, micros(12), time.Now().UnixMicro())
	cases := func(id, kind string, days int, where string) string {
		return "INSERT INTO cases (id, kind, order_id, sequence, applied, recorded, last_at, opened_at, changed_at, buyer, seller, reason, closed) SELECT " + id + ", '" + kind + "', " +
			order + ", 1, 1, 1, " + at(days) + ", " + at(days) + ", " + at(days) + ", " + buyer + ", " + seller + ", '', true FROM " + series + where
	}
	events := func(id, kind string, days int, where string) string {
		return "INSERT INTO events (case_id, sequence, type, by_id, by_role, at, data, seals, prev_hash, hash) SELECT " + id + ", 1, '" + kind + "', '', 'system', " + at(days) +
			", '{}', '{}', '', '' FROM " + series + where
	}
	return []string{cases(order, "order", 0, ""), events(order, "order.funded", 0, ""), cases(dispute, "dispute", 12, disputed), events(dispute, "dispute.opened", 12, disputed)}
}
