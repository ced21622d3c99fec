package workflows_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"recourse/contract"
	"recourse/workflows"
	"recourse/workflows/shell"
)

// recorded reads the histories that were recorded by released code, by the name of their story.
func recorded(t *testing.T) map[string]*historypb.History {
	t.Helper()
	files, err := filepath.Glob("testdata/replay/*.json")
	require.NoError(t, err)
	histories := map[string]*historypb.History{}
	for _, file := range files {
		reader, err := os.Open(file)
		require.NoError(t, err)
		histories[filepath.Base(file)], err = client.HistoryFromJSON(reader, client.HistoryJSONOptions{})
		require.NoError(t, err, file)
		require.NoError(t, reader.Close())
	}
	return histories
}

func replay(history *historypb.History) error {
	replayer := worker.NewWorkflowReplayer()
	workflows.Register(replayer, shell.Options{Desk: "https://desk.example/cases"})
	return replayer.ReplayWorkflowHistory(nil, history)
}

func TestEveryRecordedHistoryReplays(t *testing.T) {
	types := map[string]bool{}
	for name, history := range recorded(t) {
		t.Run(name, func(t *testing.T) { require.NoError(t, replay(history)) })
		types[history.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()] = true
	}
	for _, kind := range contract.Kinds() {
		name, _ := contract.WorkflowType(kind)
		require.True(t, types[name], "a history of %s is recorded", name)
	}
	require.True(t, types[contract.WorkflowSweepDetectors], "a history of a pass of the detectors is recorded")
}

func TestHistoryOfAnotherShellDoesNotReplay(t *testing.T) {
	for name, history := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			for i, event := range history.Events {
				// as if the shell had taken no step here, or nobody had asked for a pass
				if event.GetMarkerRecordedEventAttributes() != nil || event.GetActivityTaskScheduledEventAttributes() != nil {
					history.Events = append(history.Events[:i:i], history.Events[i+1:]...)
					break
				}
			}
			require.Error(t, replay(history))
		})
	}
}
