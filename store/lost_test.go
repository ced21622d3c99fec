package store

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/identifier"
	"recourse/internal/postgrestest"
)

// A server that dies is ErrUnavailable until it is back, and what it answered is still there.
func TestLostServerIsUnavailableAndComesBack(t *testing.T) {
	t.Parallel()
	server, dsn := ownServer(t)
	f := open(t, dsn)
	order := f.order("")
	k := Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer(), Key: "k"}
	first, err := f.Knock(f.ctx, k)
	require.NoError(t, err)

	require.NoError(t, server.Kill())
	_, err = f.Knock(f.ctx, k)
	require.ErrorIs(t, err, ErrUnavailable)
	_, err = f.Step(f.ctx, order)
	require.ErrorIs(t, err, ErrUnavailable)
	require.ErrorIs(t, f.Ping(f.ctx), ErrUnavailable)
	_, err = f.Case(f.ctx, order)
	require.ErrorIs(t, err, ErrUnavailable)

	require.NoError(t, server.Restart())
	require.Eventually(t, func() bool {
		again, err := f.Knock(f.ctx, k)
		return err == nil && again.Repeated && again.ID == first.ID
	}, 20*time.Second, 20*time.Millisecond)
	require.Equal(t, int64(2), f.step(order).Applied)
	f.verify(order)
}

// ownServer is a server that a test may kill without disturbing its neighbours.
func ownServer(t *testing.T) (*postgrestest.Server, string) {
	t.Helper()
	if !postgrestest.Available() {
		postgresOnly(t) // skips, or fails where Postgres must be there
	}
	if os.Getenv(postgrestest.EnvDSN) != "" {
		t.Skip("not run: the server in " + postgrestest.EnvDSN + " belongs to others and is not killed")
	}
	server, err := postgrestest.Start(postgrestest.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	dsn, err := server.CreateDatabase("lost")
	require.NoError(t, err)
	return server, dsn
}
