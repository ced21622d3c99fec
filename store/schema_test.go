package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"recourse/store/migrations"
)

// rows are all that the store maps.
func rows() []any {
	return []any{caseRow{}, commandRow{}, eventRow{}, takingRow{}, transferRow{}, postingRow{}, balanceRow{}, orderRow{}, orderLineRow{},
		shipmentRow{}, dutyRow{}, accountRow{}, linkRow{}, linkRemovalRow{}, clockRow{}, fileRow{}, renditionRow{}, evidenceRow{}, policyRow{},
		publicationRow{}, incidentRow{}, receiptRow{}, rootRow{}, rootLeafRow{}, rootChunkRow{}, draftRow{}, reportRow{},
		disputeFigureRow{}, reviewFigureRow{},
		carrierEventRow{}, carrierPollRow{},
		sessionRow{},
		sightingRow{}, detectionRow{}, markRow{},
		recountRow{},
	}
}

// The rows in Go and the tables have the same columns, and columns that may be null are those that Go can leave empty.
func TestRowsFitTheMigratedSchema(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		tables, err := f.db.Migrator().GetTables()
		require.NoError(f.t, err)
		known := map[string]bool{"goose_db_version": true, "sqlite_sequence": true}
		for _, row := range rows() {
			statement := &gorm.Statement{DB: f.db}
			require.NoError(f.t, statement.Parse(row))
			table := statement.Schema.Table
			known[table] = true
			var inDatabase []string
			for _, c := range f.columns(table) {
				inDatabase = append(inDatabase, c.Name)
				if field := statement.Schema.LookUpField(c.Name); c.Nullable && field != nil {
					kind := fmt.Sprint(field.FieldType)
					require.Containsf(f.t, []string{"store.instant", "store.optional", "store.document", "*int64", "[]uint8"}, kind, "%s.%s may be null", table, c.Name)
				}
			}
			var inGo []string
			for _, field := range statement.Schema.Fields {
				inGo = append(inGo, field.DBName)
			}
			require.ElementsMatch(f.t, inDatabase, inGo, table)
		}
		for _, table := range tables {
			require.Truef(f.t, known[table] || strings.HasPrefix(table, "sqlite_"), "no row maps table %s", table)
		}
	})
}

type column struct {
	Name     string
	Nullable bool
}

func (f *fixture) columns(table string) []column {
	f.t.Helper()
	query := `SELECT column_name AS name, is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_name = ?`
	if f.dialect.name == "sqlite" {
		query = `SELECT name, "notnull" = 0 AND pk = 0 AS nullable FROM pragma_table_info(?)`
	}
	var columns []column
	require.NoError(f.t, f.db.Raw(query, table).Scan(&columns).Error)
	return columns
}

func TestMigrationsTwiceDownAndUp(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		require.NoError(f.t, f.Migrate(f.ctx))
		require.NoError(f.t, f.CheckSchema(f.ctx))
		p, err := f.provider()
		require.NoError(f.t, err)
		_, err = p.DownTo(f.ctx, 2)
		require.NoError(f.t, err)
		require.ErrorIs(f.t, f.CheckSchema(f.ctx), ErrSchema)
		_, err = p.DownTo(f.ctx, 0)
		require.NoError(f.t, err)
		require.NoError(f.t, f.Migrate(f.ctx))
		require.NoError(f.t, f.CheckSchema(f.ctx))
		f.order("")
	})
}

func TestEmptyDatabaseIsAnOldSchema(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"sqlite::memory:", postgresOnly(t)} {
		s, err := Open(t.Context(), dsn, Options{})
		require.NoError(t, err)
		require.ErrorIs(t, s.CheckSchema(t.Context()), ErrSchema)
		require.NoError(t, s.Close())
	}
	_, err := Open(t.Context(), "mysql://nowhere", Options{})
	require.Error(t, err)
	_, err = Open(t.Context(), "postgres://nobody:secret@127.0.0.1:1/none?sslmode=disable", Options{})
	require.ErrorIs(t, err, ErrUnavailable)
	require.NotContains(t, err.Error(), "secret")
}

func TestManyMigrateAtOnce(t *testing.T) {
	t.Parallel()
	dsn := postgresOnly(t)
	stores := make([]*Store, 4)
	for i := range stores {
		var err error
		stores[i], err = Open(t.Context(), dsn, Options{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, stores[i].Close()) })
	}
	together(len(stores), func(i int) {
		if err := stores[i].Migrate(t.Context()); err != nil {
			t.Error(err)
		}
	})
	require.NoError(t, stores[0].CheckSchema(t.Context()))
}

func TestLogAndLedgerAreAppendOnly(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(f *fixture) {
		f.order("")
		for _, table := range []string{"events", "transfers", "postings"} {
			var before int64
			require.NoError(f.t, f.db.Table(table).Count(&before).Error)
			require.Positive(f.t, before)
			require.ErrorContains(f.t, f.db.Exec("UPDATE "+table+" SET case_id = 'x'").Error, "append-only")
			require.ErrorContains(f.t, f.db.Exec("DELETE FROM "+table).Error, "append-only")
			if f.dialect.name == "postgres" {
				require.ErrorContains(f.t, f.db.Exec("TRUNCATE "+table+" CASCADE").Error, "append-only")
			}
			var after int64
			require.NoError(f.t, f.db.Table(table).Count(&after).Error)
			require.Equal(f.t, before, after)
		}
	})
}

func TestPostgresRefusesOneSidedTransfers(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t))
	order := f.order("")
	require.NoError(t, f.db.Create(&transferRow{CaseID: order, Step: 99, Verb: "hold", Cause: "x", Currency: "EUR", At: at(zero)}).Error)
	err := f.db.Create(&[]postingRow{{CaseID: order, Step: 99, Verb: "hold", Position: 0, Account: "a", Currency: "EUR", AmountMinor: 5},
		{CaseID: order, Step: 99, Verb: "hold", Position: 1, Account: "b", Currency: "EUR", AmountMinor: -4}}).Error
	require.ErrorContains(t, err, "add up to zero")
	require.Error(t, f.db.Exec("UPDATE balances SET balance_minor = -1").Error, "no balance falls below zero")
}

// Each role may do what it is for, and every other verb is refused by the database itself.
func TestRolesOnPostgres(t *testing.T) {
	t.Parallel()
	f := open(t, migrated(t))
	f.order("")
	all := "clocks accounts account_links link_removals cases commands events takings transfers postings balances orders order_lines shipments duties files evidence policies publications incidents receipts roots root_leaves root_chunks drafts reports" +
		" carrier_events carrier_polls" +
		" sessions" +
		" sightings detector_marks detections" +
		" recounts" +
		" goose_db_version"
	may := map[string]map[string]string{ // role, verb: tables
		"recourse_app": {
			"SELECT": all, "INSERT": strings.TrimSuffix(all, " goose_db_version"),
			"UPDATE":   "clocks accounts cases balances duties drafts carrier_events carrier_polls sessions detector_marks",
			"DELETE":   "drafts account_links carrier_events sessions",
			"TRUNCATE": "",
		},
		"recourse_relay":    {"SELECT": "clocks cases commands events incidents recounts", "INSERT": "", "UPDATE": "", "DELETE": "", "TRUNCATE": ""},
		"recourse_readonly": {"SELECT": strings.Replace(all, " sessions", "", 1), "INSERT": "", "UPDATE": "", "DELETE": "", "TRUNCATE": ""},
	}
	for role, verbs := range may {
		for verb, tables := range verbs {
			for _, table := range strings.Fields(all) {
				allowed := strings.Contains(" "+tables+" ", " "+table+" ")
				err := f.as(role, statementFor(verb, table))
				var pg *pgconn.PgError
				refused := errors.As(err, &pg) && pg.Code == "42501"
				require.Equalf(t, !allowed, refused, "%s %s %s: %v", role, verb, table, err)
			}
		}
	}
	require.NoError(t, f.as("recourse_app", "UPDATE commands SET applied_at = applied_at, answer = answer, facts = facts, head = head, head_sequence = 0, events = 0"))
	require.ErrorContains(t, f.as("recourse_app", "UPDATE commands SET received_at = now()"), "42501")
	require.NoError(t, f.as("recourse_app", "UPDATE roots SET size = 1, root = ''"))
	require.ErrorContains(t, f.as("recourse_app", "UPDATE roots SET day = ''"), "42501")
	require.NoError(t, f.as("recourse_app", "UPDATE detections SET ended_at = found_at, outcome = ''"))
	require.ErrorContains(t, f.as("recourse_app", "UPDATE detections SET finding = finding"), "42501")
	require.NoError(t, f.as("recourse_app", "UPDATE recounts SET cursor_at = NULL, cursor_id = '', done_at = NULL"))
	require.ErrorContains(t, f.as("recourse_app", "UPDATE recounts SET accounts = accounts"), "42501")
	require.NoError(t, f.as("recourse_app", "UPDATE incidents SET spread_at = NULL, ended_at = NULL, ended_by_id = '', ended_by_role = ''"))
	require.ErrorContains(t, f.as("recourse_app", "UPDATE incidents SET until_at = now()"), "42501")
	require.ErrorContains(t, f.as("recourse_app", "CREATE TABLE mine (id text)"), "42501")
}

// statementFor tries a verb without changing anything: permissions are looked at before rows.
func statementFor(verb, table string) string {
	switch verb {
	case "SELECT":
		return "SELECT 1 FROM " + table + " LIMIT 1"
	case "INSERT":
		return "INSERT INTO " + table + " DEFAULT VALUES" // an empty row breaks other rules, but later
	case "UPDATE":
		column := map[string]string{"takings": "case_id", "publications": "version", "account_links": "account_id", "link_removals": "account_id",
			"order_lines": "order_id", "shipments": "carrier", "balances": "account", "receipts": "caller", "transfers": "case_id", "postings": "case_id",
			"events": "case_id", "duties": "case_id", "policies": "version", "roots": "day", "root_leaves": "day", "root_chunks": "day", "drafts": "case_id", "carrier_events": "id", "carrier_polls": "carrier", "detector_marks": "scope"}[table]
		if column == "" {
			column = "id"
		}
		return "UPDATE " + table + " SET " + column + " = " + column + " WHERE false"
	case "DELETE":
		return "DELETE FROM " + table + " WHERE false"
	default:
		return "TRUNCATE " + table + " CASCADE"
	}
}

// as runs a statement in a role and takes it back.
func (f *fixture) as(role, statement string) error {
	undo := errors.New("undo")
	err := f.db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SET LOCAL ROLE " + role).Error; err != nil {
			return err
		}
		if err := tx.Exec(statement).Error; err != nil {
			return err
		}
		return undo
	})
	if errors.Is(err, undo) {
		return nil
	}
	return err
}

func TestPlainUserWithoutRolesMigrates(t *testing.T) {
	t.Parallel()
	admin := open(t, migrated(t))
	user := fresh("plain")
	require.NoError(t, admin.db.Exec("CREATE ROLE "+user+" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB").Error)
	var name string
	require.NoError(t, admin.db.Raw("SELECT current_database()").Scan(&name).Error)
	require.NoError(t, admin.db.Exec("CREATE SCHEMA theirs AUTHORIZATION "+user).Error)
	t.Cleanup(func() {
		require.NoError(t, admin.db.Exec("DROP OWNED BY "+user).Error)
		require.NoError(t, admin.db.Exec("DROP ROLE "+user).Error)
	})
	pool, err := admin.db.DB()
	require.NoError(t, err)
	conn, err := pool.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	_, err = conn.ExecContext(t.Context(), "SET search_path = theirs; SET SESSION AUTHORIZATION "+user)
	require.NoError(t, err)
	t.Cleanup(func() {})
	for _, file := range []string{"00001_cases", "00002_money", "00003_records", "00004_roles", "00006_desk", "00007_reports", "00013_carriers"} {
		_, err = conn.ExecContext(t.Context(), upOf(t, file))
		require.NoErrorf(t, err, file)
	}
	_, err = conn.ExecContext(t.Context(), "RESET SESSION AUTHORIZATION; RESET search_path")
	require.NoError(t, err)
}

// upOf is the part of a migration that goes forward.
func upOf(t *testing.T, name string) string {
	t.Helper()
	text, err := migrations.Postgres.ReadFile("postgres/" + name + ".sql")
	require.NoError(t, err)
	_, up, found := strings.Cut(string(text), "-- +goose Up")
	require.True(t, found)
	up, _, found = strings.Cut(up, "-- +goose Down")
	require.True(t, found)
	return up
}
