package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/devstack/stack"
	"recourse/domain/casefile"
	"recourse/play"
	"recourse/workflows/shell"
)

// silent hears of no progress.
type silent struct{}

func (silent) Played(play.Story, int) {}
func (silent) Ended(play.Result)      {}

// playAll plays every case file, all at a time, as `make play` does.
func playAll(t *testing.T, s *stack.Stack) {
	t.Helper()
	stories, problems, err := play.Load([]string{"../../cases"})
	require.NoError(t, err)
	require.Empty(t, problems)
	token, err := s.Token("platform", casefile.Platform, time.Hour)
	require.NoError(t, err)
	results, err := play.Player{BaseURL: s.URL(), Token: token, Watch: silent{}}.Play(t.Context(), stories)
	require.NoError(t, err)
	require.Len(t, results, len(stories))
	passed := 0
	for _, result := range results {
		require.NotEqual(t, play.Failed, result.Verdict, "%s:\n%v", result.Name, result.Misses)
		if result.Verdict == play.Passed {
			passed++
		}
	}
	require.NotZero(t, passed)
}

func TestCaseFilesHold(t *testing.T) {
	for name, options := range databases {
		t.Run(name, func(t *testing.T) {
			s := start(t, options(t))
			playAll(t, s)
			sound(t, s)
		})
	}
}

func TestCaseFilesHoldWhenRunsAreShort(t *testing.T) {
	s := start(t, stack.Options{Shell: shell.Options{ContinueAfter: 25}})
	playAll(t, s)
	require.Eventually(t, func() bool { return count(t, s, "ExecutionStatus = 'ContinuedAsNew'") > 20 }, patience, 20*time.Millisecond,
		"hardly a run was short")
}
