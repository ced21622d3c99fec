//go:build linux

package postgrestest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const envVictim = "RECOURSE_POSTGRESTEST_VICTIM"

// TestVictim is not a test: it is the process that TestServerEndsWithAKilledTest kills.
func TestVictim(t *testing.T) {
	if os.Getenv(envVictim) == "" {
		t.Skip("not run: only started by TestServerEndsWithAKilledTest")
	}
	s, err := Start(Options{})
	require.NoError(t, err)
	fmt.Printf("\npostmaster %d\n", s.process.cmd.Process.Pid)
	select {}
}

func TestServerEndsWithAKilledTest(t *testing.T) {
	skipUnlessInstalled(t)
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	victim.Env = append(os.Environ(), envVictim+"=1")
	out, err := victim.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	postmaster := readPID(t, out)

	require.NoError(t, victim.Process.Kill())
	_ = victim.Wait() // reports the kill

	require.Eventually(t, func() bool { return !anyAlive([]int{postmaster}) }, 10*time.Second, 10*time.Millisecond)
}

func readPID(t *testing.T, out interface{ Read([]byte) (int, error) }) int {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var pid int
		if n, err := fmt.Sscanf(lines.Text(), "postmaster %d", &pid); err == nil && n == 1 {
			return pid
		}
	}
	t.Fatal("the victim ended without naming its postmaster: " + strconv.Quote(lines.Text()))
	return 0
}
