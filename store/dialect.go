package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// dialect is what the two databases say differently.
type dialect struct {
	name string
	// stamp is the instant of a knock: later than everything that the case's row has seen.
	stamp string
	// clock is the real time, and lock takes a row for the rest of the transaction. SQLite's one writer needs no lock, and
	// its clock is this process's, given as a parameter.
	clock string
	ago   string // the clock less @age microseconds
	lock  string
	json  string // the type of a JSON value
}

// On Postgres clock_timestamp() and not now(): the latter is the start of the transaction, before it waited for the row.
// FOR NO KEY UPDATE shuts out every other writer of the row, but not the foreign keys that point at it.
var (
	postgresDialect = dialect{
		name:  "postgres",
		stamp: "greatest(clock_timestamp(), last_at + interval '1 microsecond')",
		clock: "clock_timestamp()",
		ago:   "clock_timestamp() - @age * interval '1 microsecond'",
		lock:  "FOR NO KEY UPDATE",
		json:  "json",
	}
	sqliteDialect = dialect{
		name:  "sqlite",
		stamp: "max(@now, last_at + 1)",
		clock: "@now",
		ago:   "@ago",
		json:  "text",
	}
)

func (s *Store) connect(dsn string, opts Options) error {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		if _, err := os.Stat(path); opts.Existing && path != ":memory:" && errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", ErrNoDatabase, path)
		}
		return s.connectSQLite(path, opts.Logger)
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") || strings.Contains(dsn, "dbname=") {
		return s.connectPostgres(dsn, opts)
	}
	return errors.New(`the database is neither "postgres://…" nor "sqlite:…"`)
}

func (s *Store) connectPostgres(dsn string, opts Options) error {
	s.dialect = postgresDialect
	db, err := s.gorm(postgres.New(postgres.Config{DSN: dsn}), opts.Logger)
	if err != nil {
		return err
	}
	s.db, s.reads = db, db
	return s.pool(db, opts.MaxConns)
}

// memories tells the databases in memory of one process apart.
var memories atomic.Int64

// writing is what the writer's connection has besides. Room for the pages that a large transaction changes: the 2 MiB that SQLite takes by
// itself are written out and read again within it. And in memory what a statement would take back if it failed: of each page that it
// changes the whole page before, which in a file is more than all else that is written.
const writing = "&_pragma=cache_size(-32768)&_pragma=temp_store(MEMORY)"

// connectSQLite opens one connection that writes and some that read. A writer that waits for another one in this process
// waits in turn for the connection, which is fair, and not for SQLite's busy timeout, which is not.
//
// synchronous is NORMAL: what was answered is in the write-ahead log, handed to the operating system, before the answer
// goes out, so it survives the death of the process at any point. Only a crash of the whole machine may take the last
// commits with it, and a machine that must not lose them runs Postgres.
func (s *Store) connectSQLite(path string, log *slog.Logger) error {
	s.dialect = sqliteDialect
	settings := "_txlock=immediate&_time_integer_format=unix_micro&_inttotime=1&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	if path == ":memory:" {
		// One connection only: a database in memory has no log that readers could read beside the writer.
		db, err := s.sqlite(fmt.Sprintf("file:/recourse-%d?vfs=memdb&%s", memories.Add(1), settings), 1, log)
		s.db, s.reads = db, db
		return err
	}
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings + "&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	db, err := s.sqlite(file+writing, 1, log)
	if err != nil {
		return err
	}
	s.db = db
	s.reads, err = s.sqlite(strings.Replace(file, "_txlock=immediate", "_txlock=deferred", 1)+"&_pragma=query_only(1)", 4, log)
	return err
}

func (s *Store) sqlite(dsn string, conns int, log *slog.Logger) (*gorm.DB, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	s.close = append(s.close, pool)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	d, _ := sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: pool}).(*sqlite.Dialector)
	return s.gorm(sqliteDialector{d}, log)
}

// gorm's own cache of prepared statements (PrepareStmt) stays off. It prepares a statement on a connection of the pool
// while transactions, which hold all the others, wait for its lock: with 64 callers on 24 connections it stood still for
// good. pgx prepares and keeps the statements of each connection by itself.
func (s *Store) gorm(d gorm.Dialector, log *slog.Logger) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 statementLog{log},
		NowFunc:                func() time.Time { return s.now().UTC() },
	})
}

func (s *Store) pool(db *gorm.DB, conns int) error {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	s.close = append(s.close, pool)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return nil
}

// sqliteDialector reads the error codes of the driver that is really used: gorm's own looks for those of another one,
// and a duplicate would never be told as such.
type sqliteDialector struct{ *sqlite.Dialector }

// Translate gives constraint errors gorm's names.
func (d sqliteDialector) Translate(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	case codes.SQLITE_CONSTRAINT_CHECK:
		return fmt.Errorf("%w: %w", gorm.ErrCheckConstraintViolated, err)
	}
	return err
}
