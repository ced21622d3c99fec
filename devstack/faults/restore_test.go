package faults

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"
	"github.com/stretchr/testify/require"

	"recourse/activities/payments"
	"recourse/api/client"
	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/store"
	"recourse/worker"
)

// A database that is restored to an older point than the engine's: the rows of four orders are older than their runs, each in
// another way. Every one is named, and no money moves by itself.
func TestADatabaseThatWasRestored(t *testing.T) {
	g := stand(t)
	s := begin(t, g, options{apis: 1, workers: 1}).up()
	ctx := t.Context()
	week := map[string]any{"dispute.seller_response": "6s", "dispute.seller_response_reminders": "[]", "protection.inspection_reminder": "0d"}
	settled := s.told(week) // its dispute is over after the backup
	spoken := s.told(nil)   // somebody says something after the backup
	silent, err := s.prepare(ctx, false, quick)
	require.NoError(t, err)
	require.NoError(t, silent.ordered(ctx)) // it is paid out after the backup
	s.calm()

	backup := s.backup()
	s.up()
	require.NoError(t, done(spoken.as(spoken.seller).PostMessage(ctx, spoken.dispute, nil, client.NewMessage{Text: "Sorry to hear that."})))
	require.NoError(t, done(settled.as(settled.seller).Concede(ctx, settled.dispute, nil, client.Concession{Acknowledge: true})))
	late := s.told(nil) // it begins after the backup
	for _, order := range []string{settled.order, silent.order} {
		until(t, "the money does not move", func() bool { return len(s.transfers(order)) >= 3 })
	}
	until(t, "the order is not closed", func() bool { return s.row(silent.order).Summary.Closed })
	s.calm()
	s.end()

	r := begin(t, g, options{apis: 1, database: backup, queue: s.queue})
	r.up()
	before := map[string]int{}
	for _, st := range []*story{settled, spoken, silent} {
		before[st.order] = len(r.transfers(st.order))
	}
	var log record
	stop := r.work(payments.Ledger{}, worker.Pace{Poll: 50 * time.Millisecond, Overdue: 100 * time.Millisecond, Effects: 200 * time.Millisecond},
		slog.New(slog.NewTextHandler(&log, nil)))
	// A party of the case that goes on writes again: it is taken, and waits for an operator.
	platform, err := r.plain("platform", casefile.Platform, 0)
	require.NoError(t, err)
	_, err = client.Result[client.Message](platform.With(client.ActAs(spoken.buyer)).PostMessage(ctx, spoken.dispute, nil, client.NewMessage{Text: "Hello?"}))
	var pending *client.PendingError
	require.ErrorAs(t, err, &pending, "202")

	for _, id := range []string{silent.order, settled.dispute} {
		until(t, "the relay does not say that "+id+" is behind", func() bool { return log.has(id, delivery.ErrOver.Error()) })
	}
	until(t, "the run does not say that it is ahead", func() bool { return log.has(spoken.dispute, store.ErrBehind.Error()) })
	named := map[string]string{}
	until(t, "the doctor does not name them all", func() bool {
		checks, err := r.examine()
		require.NoError(t, err)
		for _, c := range checks {
			for _, f := range c.Findings {
				named[f.Where] = f.What
			}
		}
		return len(named) >= 5
	})
	require.Contains(t, named[silent.order], "its run has completed")
	require.Contains(t, named[settled.dispute], "its run has completed")
	require.Contains(t, named[spoken.dispute], "the row is behind its run")
	require.Contains(t, named["order/"+late.order], "there is no case")
	require.Contains(t, named["dispute/"+late.dispute], "there is no case")
	for _, st := range []*story{settled, spoken, silent} {
		require.Len(t, r.transfers(st.order), before[st.order], "money moved by itself")
	}
	t.Logf("of %d cases whose rows were older than their runs, or missing, all were named; no transfer was made", 5)

	// The operator decides that the row of the one counts: its run is ended, and the next begins from the row.
	require.NoError(t, g.engine.TerminateWorkflow(ctx, "dispute/"+spoken.dispute, "", "the restored row counts"))
	until(t, "the command that waited is not carried out", func() bool {
		c, err := r.store.Command(ctx, pending.ID)
		return err == nil && c.Applied
	})
	stop()
}

// calm waits until nothing is on its way.
func (s *system) calm() {
	s.Helper()
	until(s.T, "something is on its way", func() bool {
		var n []struct{ N int64 }
		err := s.store.Inspect(s.Context(), func(v store.View) error {
			return v.Query(&n, "SELECT count(*) AS n FROM cases WHERE applied < sequence OR effects_open > 0")
		})
		return err == nil && n[0].N == 0
	})
}

// backup stops the system for a moment and copies its database.
func (s *system) backup() string {
	s.Helper()
	for _, p := range append(append([]*process{}, s.apis...), s.workers...) {
		p.stop()
	}
	name := fmt.Sprintf("backup_%d", systems.Add(1))
	var own []struct{ Name string }
	require.NoError(s.T, s.store.Inspect(s.Context(), func(v store.View) error { return v.Query(&own, "SELECT current_database() AS name") }))
	db, err := sql.Open("pgx", s.ground.cases.DSN())
	require.NoError(s.T, err)
	defer func() { require.NoError(s.T, db.Close()) }()
	_, err = db.ExecContext(s.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", own[0].Name)
	require.NoError(s.T, err)
	until(s.T, "the database cannot be copied", func() bool {
		_, err = db.ExecContext(s.Context(), fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %q`, name, own[0].Name))
		return err == nil
	})
	return strings.Replace(s.dsn, "/"+own[0].Name, "/"+name, 1)
}

// transfers are those of an order. A connection of the test's own that a backup or an outage has cut is seen to be gone when it is
// next used, so that it is asked again.
func (s *system) transfers(order string) (list []store.TransferRecord) {
	s.Helper()
	until(s.T, "the transfers of "+order+" cannot be read", func() (read bool) {
		var err error
		list, err = s.store.Transfers(context.WithoutCancel(s.Context()), order)
		return err == nil
	})
	return list
}

// record is a log that a test can look into.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// has says whether a line has all the words.
func (r *record) has(words ...string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
lines:
	for line := range strings.Lines(r.text.String()) {
		for _, w := range words {
			if !strings.Contains(line, w) {
				continue lines
			}
		}
		return true
	}
	return false
}
