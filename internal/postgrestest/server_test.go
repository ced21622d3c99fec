package postgrestest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestRequiredDatabasesAreApart(t *testing.T) {
	first, second := open(t, Require(t)), open(t, Require(t))

	run(t, first, "CREATE TABLE parcel (id int)")

	var found bool
	require.NoError(t, second.QueryRow("SELECT to_regclass('parcel') IS NOT NULL").Scan(&found))
	require.False(t, found, "a test saw another test's table")
}

func TestDatabasesLikeAnotherAreFilledOnceAndApart(t *testing.T) {
	filled := 0
	like := func() *sql.DB {
		return open(t, RequireLike(t, "parcels", func(dsn string) error {
			filled++
			db, err := sql.Open("pgx", dsn)
			if err != nil {
				return err
			}
			_, err = db.ExecContext(t.Context(), "CREATE TABLE parcel AS SELECT 7 AS id")
			return errors.Join(err, db.Close())
		}))
	}
	first, second := like(), like()
	require.Equal(t, 1, filled)

	run(t, first, "DELETE FROM parcel")
	var left int
	require.NoError(t, second.QueryRow("SELECT count(*) FROM parcel WHERE id = 7").Scan(&left))
	require.Equal(t, 1, left, "a test saw another test's rows")
}

func TestServerListensOnLoopbackOnly(t *testing.T) {
	s := started(t, Options{})
	require.Equal(t, "127.0.0.1", setting(t, s, "listen_addresses"))
	require.Empty(t, setting(t, s, "unix_socket_directories"))
}

func TestFsyncIsOffUnlessAskedFor(t *testing.T) {
	require.Equal(t, "off", setting(t, started(t, Options{}), "fsync"))

	durable := started(t, Options{Fsync: true, Settings: map[string]string{"max_connections": "20"}})
	require.Equal(t, "on", setting(t, durable, "fsync"))
	require.Equal(t, "20", setting(t, durable, "max_connections"))
}

func TestCommittedRowsSurviveKill(t *testing.T) {
	s := started(t, Options{})
	dsn, err := s.CreateDatabase("ledger")
	require.NoError(t, err)
	db := open(t, dsn)
	run(t, db, "CREATE TABLE posting (amount bigint)")
	run(t, db, "INSERT INTO posting VALUES (4550)")
	backends := children(s.process.cmd.Process.Pid)
	require.NotEmpty(t, backends, "no backend found, so Kill would miss them")

	require.NoError(t, s.Kill())
	require.False(t, anyAlive(backends))
	require.Error(t, db.Ping(), "the server answers after Kill")

	require.NoError(t, s.Restart())
	var amount int64
	require.NoError(t, open(t, dsn).QueryRow("SELECT amount FROM posting").Scan(&amount))
	require.Equal(t, int64(4550), amount)
}

func TestRestartOfARunningServerKillsItFirst(t *testing.T) {
	s := started(t, Options{})
	before := s.process
	require.NoError(t, s.Restart())
	<-before.exited
	require.NoError(t, open(t, s.DSN()).Ping())
}

func TestStopLeavesNothing(t *testing.T) {
	s := started(t, Options{})
	p := s.process

	require.NoError(t, s.Stop())
	<-p.exited
	require.NoDirExists(t, s.folder.path)
	require.NoError(t, s.Stop(), "a second Stop is harmless")
}

func TestAbandonedFoldersAreRemoved(t *testing.T) {
	skipUnlessInstalled(t)
	install, err := findInstallation()
	require.NoError(t, err)
	abandoned, err := newFolder(install)
	require.NoError(t, err)
	inUse, err := newFolder(install)
	require.NoError(t, err)
	t.Cleanup(func() { _ = inUse.remove() })
	require.NoError(t, abandoned.lock.Close(), "let the lock go, as a killed process does")

	removeAbandoned(install)

	require.NoDirExists(t, abandoned.path)
	require.DirExists(t, inUse.path)
}

func TestExistingServerIsUsedAndLeftAsFound(t *testing.T) {
	host := started(t, Options{})
	t.Setenv(EnvDSN, host.DSN())

	guest, err := Start(Options{})
	require.NoError(t, err)
	require.Equal(t, host.DSN(), guest.DSN())
	dsn, err := guest.CreateDatabase("visitor")
	require.NoError(t, err)
	require.NoError(t, open(t, dsn).Ping())
	require.ErrorIs(t, guest.Kill(), ErrExternal)
	require.ErrorIs(t, guest.Restart(), ErrExternal)

	require.NoError(t, guest.Stop())
	var left int
	query := "SELECT count(*) FROM pg_database WHERE datname = 'visitor'"
	require.NoError(t, open(t, host.DSN()).QueryRow(query).Scan(&left))
	require.Zero(t, left)
}

func TestDSNWithAnotherDatabase(t *testing.T) {
	tests := map[string]string{
		"postgres://u:p%40@127.0.0.1:5/postgres?sslmode=disable": "postgres://u:p%40@127.0.0.1:5/shop?sslmode=disable",
		"host=127.0.0.1 user=u dbname=postgres":                  "host=127.0.0.1 user=u dbname=postgres dbname=shop",
	}
	for dsn, want := range tests {
		got, err := withDatabase(dsn, "shop")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestDatabaseNamesLeaveRoomForSuffixes(t *testing.T) {
	name := databaseName("TestA/a very long name, with, and 'quotes' and ÜMLAUTE in it, as subtests have")
	require.Regexp(t, `^t_testa_a_very_long_name_[a-z0-9_]+$`, name)
	require.LessOrEqual(t, len(name), 40)
}

func TestDropTakesCompanionsAlong(t *testing.T) {
	s := started(t, Options{})
	for _, name := range []string{"shop", "shop_temporal", "shopping", "shop2"} {
		_, err := s.CreateDatabase(name)
		require.NoError(t, err)
	}
	require.NoError(t, s.DropDatabase("shop"))

	var left string
	query := "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE starts_with(datname, 'shop')"
	require.NoError(t, open(t, s.DSN()).QueryRow(query).Scan(&left))
	require.Equal(t, "shop2 shopping", left)
}

func TestAbsenceIsASkipAndAFailureInCI(t *testing.T) {
	t.Setenv("CI", "")
	require.Equal(t, "skip: not run: no PostgreSQL", verdict(t))
	t.Setenv("CI", "true")
	require.Contains(t, verdict(t), "fatal: no PostgreSQL")
}

// verdict is how a test without PostgreSQL ends.
func verdict(t *testing.T) (end string) {
	defer func() { end = fmt.Sprint(recover()) }()
	reportAbsence(recorder{t})
	return ""
}

// recorder is a test that tells how it ended instead of ending.
type recorder struct{ testing.TB }

func (recorder) Helper()           {}
func (recorder) Fatal(args ...any) { panic("fatal: " + fmt.Sprint(args...)) }
func (recorder) Skip(args ...any)  { panic("skip: " + fmt.Sprint(args...)) }

// started is a server of the test's own, stopped at its end.
func started(t *testing.T, opts Options) *Server {
	t.Helper()
	skipUnlessInstalled(t)
	s, err := Start(opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

// skipUnlessInstalled is for tests of the throw-away server itself, which an existing one cannot stand in for.
func skipUnlessInstalled(t *testing.T) {
	t.Helper()
	t.Setenv(EnvDSN, "")
	if _, err := findInstallation(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("not run: no PostgreSQL binaries")
	}
}

func setting(t *testing.T, s *Server, name string) string {
	t.Helper()
	var value string
	require.NoError(t, open(t, s.DSN()).QueryRow("SELECT current_setting($1)", name).Scan(&value))
	return value
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func run(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	_, err := db.ExecContext(context.Background(), statement)
	require.NoError(t, err)
}
