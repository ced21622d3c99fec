package sweep_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"recourse/contract"
	"recourse/workflows/sweep"
)

func TestAPassIsTriedThreeTimesAndLeftToTheNext(t *testing.T) {
	for _, c := range []struct {
		what         string
		fails, tries int
		left         bool
	}{{"at once", 0, 1, false}, {"the second time", 1, 2, false}, {"never", 99, 3, true}} {
		t.Run(c.what, func(t *testing.T) {
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // a busy machine stands still for longer than a second
			tries := 0
			env.RegisterActivityWithOptions(func(context.Context) (contract.DetectOutcome, error) {
				if tries++; tries <= c.fails {
					return contract.DetectOutcome{}, errors.New("no database")
				}
				return contract.DetectOutcome{Seen: 7, Found: 1}, nil
			}, activity.RegisterOptions{Name: contract.ActivityDetect})
			env.ExecuteWorkflow(sweep.Detectors)
			require.True(t, env.IsWorkflowCompleted())
			require.Equal(t, c.left, env.GetWorkflowError() != nil)
			require.Equal(t, c.tries, tries)
		})
	}
}
