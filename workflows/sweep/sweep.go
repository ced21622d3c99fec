// Package sweep is what schedules start: passes over the database that belong to no case.
package sweep

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"recourse/contract"
)

// A pass goes on where the last one stopped, so one that fails for good is left to the next. The first one over an old database
// is long; whether it lives is told by its heartbeat.
const (
	passTimeout = time.Hour
	heartbeat   = time.Minute
	attempts    = 3
)

// Detectors runs one pass of the detectors (PROCEDURE 11).
func Detectors(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: passTimeout, HeartbeatTimeout: heartbeat,
		RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: attempts}, Summary: "what happened since the last pass"})
	var did contract.DetectOutcome
	if err := workflow.ExecuteActivity(ctx, contract.ActivityDetect).Get(ctx, &did); err != nil {
		return fmt.Errorf("run the detectors: %w", err)
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%d things happened, %d looks, %d cases opened, %d answered.", did.Seen, did.Looks, did.Found, did.Ended))
	return nil
}
