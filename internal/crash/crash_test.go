package crash_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/internal/crash"
)

// child is the environment variable that makes this test's process the one that ends.
const child = "RECOURSE_TEST_CRASH"

func TestAnArmedProcessEndsTheNthTime(t *testing.T) {
	if where := os.Getenv(child); where != "" {
		require.NoError(t, crash.Arm(where))
		for range 3 {
			crash.At(crash.StepBegun)
			_, err := os.Stdout.WriteString("passed ")
			require.NoError(t, err)
		}
		return
	}
	for where, passed := range map[string]string{"step.begun": "", "step.begun:3": "passed passed "} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAnArmedProcessEndsTheNthTime$") //nolint:gosec // itself
		cmd.Env = append(os.Environ(), child+"="+where)
		out, err := cmd.Output()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		status, ok := exit.Sys().(syscall.WaitStatus)
		require.True(t, ok)
		require.Equal(t, syscall.SIGKILL, status.Signal())
		require.Equal(t, passed, string(out))
	}
}

func TestWhatIsNoPointIsRefused(t *testing.T) {
	require.NoError(t, crash.Check(""))
	for _, point := range crash.Points() {
		require.NoError(t, crash.Check(string(point)+":2"))
	}
	require.ErrorContains(t, crash.Check("nowhere"), `there is no point "nowhere"`)
	require.ErrorContains(t, crash.Check("step.begun:0"), `"0" is no count`)
	crash.At(crash.StepBegun) // nobody has armed this process
}

func BenchmarkAPointThatNobodyArmed(b *testing.B) {
	for b.Loop() {
		crash.At(crash.StepBegun)
	}
}
