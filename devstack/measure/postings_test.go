package measure

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/internal/postgrestest"
	"recourse/store"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// pgbench must do what the store does, no less and no more, else the ratio says nothing.
func TestPgbenchRunsAsManyStatementsAsTheStore(t *testing.T) {
	dsn := postgrestest.Require(t)
	cases, err := store.Open(t.Context(), dsn, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cases.Close()) })
	require.NoError(t, cases.Migrate(t.Context()))
	_, err = cases.CreateAccount(t.Context(), store.Account{ID: "acc_1", Role: casefile.Seller}, store.Once{})
	require.NoError(t, err)

	for _, spreadFees := range []bool{false, true} {
		ctx, count := store.CountStatements(t.Context())
		require.NoError(t, settleOnce(ctx, cases, "acc_1", spreadFees))
		statements := 0
		for line := range strings.Lines(settlementSQL) {
			switch word, _, _ := strings.Cut(line, " "); word {
			case "SELECT", "INSERT", "UPDATE":
				statements++
			}
		}
		require.EqualValues(t, count.Load(), statements)
	}
	unbalanced, err := cases.Unbalanced(t.Context())
	require.NoError(t, err)
	require.Empty(t, unbalanced)

	if program, err := findPgbench(); err == nil {
		requirePgbench(t, program, dsn)
	}
}

// The script is sound: it runs, and the ledger adds up afterwards.
func requirePgbench(t *testing.T, program, dsn string) {
	s := &system{cases: dsn}
	require.NoError(t, s.connect())
	t.Cleanup(func() { require.NoError(t, s.db.Close()) })
	require.NoError(t, s.sellers(t.Context()))
	script := t.TempDir() + "/settlement.sql"
	require.NoError(t, os.WriteFile(script, []byte(settlementSQL), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	rate, err := runPgbench(ctx, program, dsn, script, time.Second)
	require.NoError(t, err)
	require.Positive(t, rate)
	var off int
	require.NoError(t, s.db.QueryRowContext(ctx, `SELECT count(*) FROM balances b WHERE balance_minor <>
		(SELECT sum(amount_minor) FROM postings p WHERE p.account = b.account AND p.currency = b.currency)`).Scan(&off))
	require.Zero(t, off)
}
