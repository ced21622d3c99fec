package main

import (
	"context"
	"time"

	"recourse/api/client"
)

// days lets a test clock run: each length of real time is a day of the clock. A day that was under way when an earlier
// process ended is finished first; since every deadline is taken at its own instant, nothing shows that it was.
type days struct {
	api    *client.Client
	clock  string
	length time.Duration
}

// run turns the clock until ctx ends. What fails is told and tried again.
func (d days) run(ctx context.Context, failed func(error)) {
	ticker := time.NewTicker(d.length)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := d.pass(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}

// pass lets one day pass.
func (d days) pass(ctx context.Context) error {
	clock, err := client.Result[client.TestClock](d.api.GetTestClock(ctx, d.clock))
	if err != nil {
		return err
	}
	to := clock.Target
	if clock.Status == client.TestClockStatusReady {
		to = clock.Now.Add(24 * time.Hour)
	}
	for {
		clock, err = client.Result[client.TestClock](d.api.AdvanceTestClock(ctx, d.clock, nil, client.ClockAdvance{To: to}))
		if err != nil || clock.Status == client.TestClockStatusReady {
			return err
		}
	}
}
