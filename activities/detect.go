package activities

import (
	"context"
	"log/slog"

	"go.temporal.io/sdk/activity"

	"recourse/contract"
	"recourse/detection"
)

// Sweeper runs the detectors over what happened since the last pass, in real time or on a test clock. Run again, it opens no
// second case.
type Sweeper interface {
	Run(ctx context.Context, clock string) (detection.Result, error)
}

// Detects runs the detectors for a schedule.
type Detects struct {
	Sweep  Sweeper
	Logger *slog.Logger
}

// Detect is one pass over real time. Test clocks are swept when somebody asks for it.
func (d *Detects) Detect(ctx context.Context) (contract.DetectOutcome, error) {
	result, err := d.Sweep.Run(ctx, "")
	did := contract.DetectOutcome{Seen: result.Seen, Looks: result.Looks, Found: len(result.Found), Ended: len(result.Ended)}
	if err != nil {
		return did, failure(ctx, d.Logger, contract.ErrTypeDetect, "run the detectors", err)
	}
	return did, nil
}

// Heartbeat tells the engine that a pass lives.
func Heartbeat(ctx context.Context) { activity.RecordHeartbeat(ctx) }
