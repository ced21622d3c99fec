package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

func TestTemporalTellsWhereItIsAndEndsWhenInterrupted(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "temporal", "--sqlite", filepath.Join(t.TempDir(), "temporal.db"))
	cmd.Env = append(os.Environ(), asDevstack+"=1")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})

	told := map[string]string{}
	for lines := bufio.NewScanner(out); len(told) < 3 && lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), " ")
		told[key] = value
	}
	require.NotEmpty(t, told["ui"])
	c, err := client.DialContext(t.Context(), client.Options{HostPort: told["address"], Namespace: told["namespace"]})
	require.NoError(t, err)
	defer c.Close()
	_, err = c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "RecourseStage = 'negotiation'"})
	require.NoError(t, err, "the search attributes are there")

	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, cmd.Wait())
}
