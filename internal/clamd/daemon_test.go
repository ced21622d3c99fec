package clamd_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/clamd"
)

// marked is what the only signature of the test's own daemon finds.
const marked = "this text stands for a virus in the tests of the evidence store"

// streamMax is the most that the daemon of the test takes.
const streamMax = 1 << 20

// daemon starts a real clamd with one signature, in folders of the test's own, and returns the addresses under which it
// listens. Where there is none the test is skipped, or fails under CI=true.
func daemon(t *testing.T) (socket, tcp string) {
	t.Helper()
	binary, err := exec.LookPath("clamd")
	if err != nil {
		binary, err = exec.LookPath("/usr/sbin/clamd")
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no clamd: CI must run this test; install clamav-daemon")
		}
		t.Skip("not run: no clamd")
	}
	folder := t.TempDir()
	signatures := filepath.Join(folder, "signatures")
	require.NoError(t, os.Mkdir(signatures, 0o700))
	line := "Recourse.Test.Marked:0:*:" + hex.EncodeToString([]byte(marked)) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(signatures, "own.ndb"), []byte(line), 0o600))
	path := filepath.Join(folder, "s")
	port := freePort(t)
	config := fmt.Sprintf("Foreground yes\nLocalSocket %s\nTCPSocket %d\nTCPAddr 127.0.0.1\nDatabaseDirectory %s\nTemporaryDirectory %s\n"+
		"StreamMaxLength %d\nAlertEncrypted yes\nMaxThreads 2\nSelfCheck 0\n", path, port, signatures, folder, streamMax)
	configured := filepath.Join(folder, "clamd.conf")
	require.NoError(t, os.WriteFile(configured, []byte(config), 0o600))

	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, binary, "--config-file", configured)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	require.NoError(t, command.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // it was killed
	}()
	t.Cleanup(func() {
		stop()
		<-ended
		if t.Failed() {
			t.Log(output.String())
		}
	})
	socket = "unix://" + path
	c, err := clamd.New(socket)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return c.Ping(ctx) == nil }, 30*time.Second, 20*time.Millisecond, "clamd does not come up")
	return socket, fmt.Sprintf("tcp://127.0.0.1:%d", port)
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().(*net.TCPAddr).Port
}

func TestARealDaemonJudgesFiles(t *testing.T) {
	socket, tcp := daemon(t)
	for _, address := range []string{socket, tcp} {
		c, err := clamd.New(address)
		require.NoError(t, err)
		version, err := c.Version(t.Context())
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(version, "ClamAV "), version)
		for name, one := range map[string]struct {
			file string
			want clamd.Result
		}{
			"harmless":          {"The lamp is cracked.", clamd.Result{Verdict: clamd.Clean}},
			"empty":             {"", clamd.Result{Verdict: clamd.Clean}},
			"marked":            {"Look: " + marked + ".", clamd.Result{Verdict: clamd.Infected, Signature: "Recourse.Test.Marked.UNOFFICIAL"}},
			"marked far inside": {strings.Repeat("a", 700<<10) + marked, clamd.Result{Verdict: clamd.Infected, Signature: "Recourse.Test.Marked.UNOFFICIAL"}},
			"as large as taken": {strings.Repeat("a", streamMax), clamd.Result{Verdict: clamd.Clean}},
			"larger than taken": {strings.Repeat("a", streamMax+1), clamd.Result{Verdict: clamd.Unscannable, Why: "it is larger than the scanner takes"}},
			"much larger":       {strings.Repeat("a", 40*streamMax), clamd.Result{Verdict: clamd.Unscannable, Why: "it is larger than the scanner takes"}},
		} {
			t.Run(name+" over "+address[:4], func(t *testing.T) {
				got, err := c.Scan(t.Context(), strings.NewReader(one.file))
				require.NoError(t, err)
				require.Equal(t, one.want, got)
			})
		}
	}
}

func TestManyFilesAreScannedAtOnce(t *testing.T) {
	socket, _ := daemon(t)
	c, err := clamd.New(socket)
	require.NoError(t, err)
	type said struct {
		clamd.Result
		error
	}
	answers := make(chan said)
	for i := range 16 {
		go func() {
			file := "harmless"
			if i%2 == 1 {
				file = marked
			}
			result, err := c.Scan(t.Context(), strings.NewReader(file))
			answers <- said{result, err}
		}()
	}
	count := map[clamd.Verdict]int{}
	for range 16 {
		a := <-answers
		require.NoError(t, a.error)
		count[a.Verdict]++
	}
	require.Equal(t, map[clamd.Verdict]int{clamd.Clean: 8, clamd.Infected: 8}, count)
}
