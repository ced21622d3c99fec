package bare_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"recourse/bench/bare"
)

// Every script comes to its end when its messages come in their order, and no update is answered before its step.
func TestScriptsRunToTheirEnd(t *testing.T) {
	scripts := map[string]bare.Script{"offers": bare.Offers(3), "standing": bare.Standing(), "D1 crowded": bare.D1(2*time.Second, time.Second)}
	for name, script := range bare.References {
		scripts[name] = script
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // a busy machine stands still for longer than a second
			script.Insert = false                                                       // there is no database here
			env.RegisterWorkflow(script.Run)
			env.RegisterActivity(&bare.Steps{})
			at, timer, sent, answered := time.Duration(0), time.Duration(0), 0, 0
			for _, m := range script.Moments {
				switch m.On {
				case bare.OnActivity:
				case bare.OnTimer:
					at += timer
				case bare.OnSignal:
					env.RegisterDelayedCallback(func() { env.SignalWorkflow("wake", nil) }, at)
				default:
					sent++
					id := m.On + " " + time.Duration(sent).String()
					env.RegisterDelayedCallback(func() {
						env.UpdateWorkflow(m.On, id, &testsuite.TestUpdateCallback{
							OnAccept:   func() {},
							OnReject:   func(err error) { require.NoError(t, err) },
							OnComplete: func(_ any, err error) { require.NoError(t, err); answered++ },
						}, bare.Message{Case: "x", Sequence: int64(sent)})
					}, at)
				}
				if m.Timer > 0 {
					timer = m.Timer
				}
				at += 10 * time.Millisecond
			}
			env.ExecuteWorkflow(script.Run, bare.Message{Case: "x"})
			require.True(t, env.IsWorkflowCompleted())
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, sent, answered)
		})
	}
}
