// Package workflows names the workflow types. Those of cases are the shell (package shell): one loop keeps time and order for
// every kind of case, and the rules are in the domain. What schedules start is in package sweep.
package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"recourse/contract"
	"recourse/workflows/shell"
	"recourse/workflows/sweep"
)

// Register makes every workflow type known. It is the one list of them, for workers, tests and the replayer alike.
func Register(r worker.WorkflowRegistry, options shell.Options) {
	for _, kind := range contract.Kinds() {
		name, ok := contract.WorkflowType(kind)
		if !ok {
			panic("workflows: no workflow type for cases of kind " + kind)
		}
		r.RegisterWorkflowWithOptions(options.Case, workflow.RegisterOptions{
			Name: name,
			// A dispute outlives many releases: it goes on with whatever release is current.
			VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
		})
	}
	r.RegisterWorkflowWithOptions(sweep.Detectors, workflow.RegisterOptions{Name: contract.WorkflowSweepDetectors,
		VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade})
}
