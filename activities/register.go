// Package activities is what cases do outside workflow code: the step, which is the recording transaction, and the effects,
// which reach the world and report back through the case's door. Everything here runs at least once, so the second time is
// harmless.
package activities

import (
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"recourse/contract"
)

// Activities are the dependencies of all activities, one struct each.
type Activities struct {
	Steps     *Steps
	Transfers *Transfers
	Scans     *Scans
	Detects   *Detects
}

// Register makes every activity known. It is the one list of them, for workers and tests alike.
func Register(r worker.ActivityRegistry, a Activities) {
	r.RegisterActivityWithOptions(a.Steps.Step, activity.RegisterOptions{Name: contract.ActivityStep})
	r.RegisterActivityWithOptions(a.Transfers.Transfer, activity.RegisterOptions{Name: contract.ActivityTransfer})
	r.RegisterActivityWithOptions(a.Scans.ScanFile, activity.RegisterOptions{Name: contract.ActivityScanFile})
	r.RegisterActivityWithOptions(a.Detects.Detect, activity.RegisterOptions{Name: contract.ActivityDetect})
}
