package store_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/kinds"
	"recourse/domain/standing"
	"recourse/domain/standing/conduct"
	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
	"recourse/policies"
	"recourse/store"
)

// Many cases tell one standing at once, some of them twice, while several workers step it: each is counted once.
func TestEntriesThatComeAtOnceAreAllCountedOnce(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "store.db") },
		"postgres": func(t *testing.T) string { return postgrestest.Require(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s, err := store.Open(ctx, dsn(t), store.Options{Kinds: kinds.All()})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, s.Close()) })
			require.NoError(t, s.Migrate(ctx))
			account := identifier.New("acc")
			id := standing.CaseID(account)
			found := func(cause string) store.Knock {
				data, err := json.Marshal(standing.Points{Account: account, Rule: conduct.NotAsDescribed, Cause: cause, Decision: "dec_" + cause, Final: true,
					Terms: new(policies.Default().ForStanding())})
				require.NoError(t, err)
				return store.Knock{ID: identifier.New("cmd"), Case: id, Name: "enter_points", By: casefile.Actor{Role: casefile.System}, Data: data, Internal: true}
			}
			_, err = s.Begin(ctx, store.NewCase{ID: id, Kind: casefile.KindStanding, Order: id, Command: found("dsp_0")})
			require.NoError(t, err)

			const causes = 8
			var all sync.WaitGroup
			gate, errs := make(chan struct{}), make(chan error, 3*causes)
			for i := range 3 * causes { // two tell of each cause, and one steps
				all.Add(1)
				go func() {
					defer all.Done()
					<-gate
					var err error
					if i < 2*causes {
						_, err = s.Knock(ctx, found(fmt.Sprint("dsp_", i%causes)))
					}
					if err == nil {
						_, err = s.Step(ctx, id)
					}
					errs <- err
				}()
			}
			close(gate)
			all.Wait()
			close(errs)
			for err := range errs {
				require.NoError(t, err)
			}
			record, err := s.Case(ctx, id)
			require.NoError(t, err)
			state := record.State.(standing.Standing)
			seen := map[string]int{}
			for _, e := range state.Entries {
				seen[e.Cause]++
			}
			require.Len(t, seen, causes)
			for cause, times := range seen {
				require.Equal(t, 1, times, cause)
			}
			require.Equal(t, record.Sequence, record.Applied)
			require.Equal(t, 12, state.Balance(time.Now()), "all of them are provisional")
		})
	}
}
