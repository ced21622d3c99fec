package engine_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"recourse/devstack/engine"
	"recourse/internal/postgrestest"
)

const envVictim = "RECOURSE_ENGINE_VICTIM"

// TestVictim is not a test: it is the process that TestOpenWorkflowGoesOnAfterKill kills. The variable holds the
// path of its SQLite file.
func TestVictim(t *testing.T) {
	path := os.Getenv(envVictim)
	if path == "" {
		t.Skip("not run: only started by TestOpenWorkflowGoesOnAfterKill")
	}
	fmt.Printf("\nlistening %s\n", start(t, engine.Options{SQLitePath: path}).HostPort())
	select {}
}

func TestOpenWorkflowGoesOnAfterKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	victim.Env = append(os.Environ(), envVictim+"="+path)
	out, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	t.Cleanup(func() { _ = victim.Process.Kill() })

	c, err := client.Dial(client.Options{HostPort: listening(t, bufio.NewScanner(out)), Namespace: namespace, Logger: silent{}})
	require.NoError(t, err)
	startParcel(t, c, "parcel/1")
	require.NoError(t, victim.Process.Kill())
	_ = victim.Wait() // reports the kill
	c.Close()

	c = dial(t, start(t, engine.Options{SQLitePath: path}))
	work(t, c)
	deliver(t, c, "parcel/1")
	require.Equal(t, "signed for", result(t, c.GetWorkflow(t.Context(), "parcel/1", "")))
}

func TestOpenWorkflowGoesOnAfterPostgresCrashed(t *testing.T) {
	postgrestest.Require(t) // skips, or fails in CI, where there is none
	if os.Getenv(postgrestest.EnvDSN) != "" {
		t.Skip("not run: the server of " + postgrestest.EnvDSN + " must not be killed")
	}
	server, err := postgrestest.Start(postgrestest.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	dsn, err := server.CreateDatabase("shop")
	require.NoError(t, err)
	c := dial(t, start(t, engine.Options{PostgresDSN: dsn}))
	work(t, c)
	run := startParcel(t, c, "parcel/1")

	require.NoError(t, server.Kill())
	require.NoError(t, server.Restart())

	require.Eventually(t, func() bool {
		return c.SignalWorkflow(t.Context(), "parcel/1", "", delivered, nil) == nil
	}, patience, 50*time.Millisecond)
	require.Equal(t, "signed for", result(t, run))
}

func TestAFileOfAnotherServerVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	setMark(t, path, 1)
	_, err := engine.Start(t.Context(), engine.Options{SQLitePath: path})
	require.ErrorContains(t, err, "another version of the Temporal server")
}

func TestStopLeavesLittleBehind(t *testing.T) {
	const perEngine = 40
	require.NoError(t, start(t, engine.Options{}).Stop()) // what a process has once is not counted
	before := runtime.NumGoroutine()
	for range 3 {
		require.NoError(t, start(t, engine.Options{}).Stop())
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+3*perEngine },
		patience, 10*time.Millisecond, "goroutines of stopped engines remain")
}

func TestStopTwiceIsHarmless(t *testing.T) {
	e := start(t, engine.Options{})
	require.NoError(t, e.Stop())
	require.NoError(t, e.Stop())
}

func listening(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if hostPort, ok := strings.CutPrefix(lines.Text(), "listening "); ok {
			return hostPort
		}
	}
	t.Fatal("the victim ended before it listened")
	return ""
}
