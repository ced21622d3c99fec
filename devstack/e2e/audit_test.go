package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/devstack/stack"
	"recourse/store/audit"
)

// sound runs every check of the doctor on what a test left behind.
func sound(t *testing.T, s *stack.Stack) {
	t.Helper()
	report, err := audit.Run(t.Context(), s.Store, audit.Options{Deep: true, Grace: time.Second})
	require.NoError(t, err)
	for _, c := range report.Checks {
		require.Empty(t, c.Findings, "%s, %s", c.Invariant, c.Name)
		require.Empty(t, c.NotRun, "%s, %s", c.Invariant, c.Name)
	}
}
