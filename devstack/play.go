package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"recourse/devstack/stack"
	"recourse/domain/casefile"
	"recourse/play"
)

// playTime is longer than any run of the case files takes.
const playTime = time.Hour

// startForPlay brings up a fresh system that leaves nothing behind, unless what was played is to be kept.
func startForPlay(ctx context.Context) (baseURL, token string, stop func(), err error) {
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	o := stack.Options{Logger: logger}
	if play.Keep(ctx) {
		if o.Dir, err = os.MkdirTemp("", "recourse-played-*"); err != nil {
			return "", "", nil, fmt.Errorf("make a folder for what is played: %w", err)
		}
		fmt.Fprintf(os.Stderr, "What is played stays in %s; `go run ./devstack dev --data %[1]s --no-seed` shows it.\n", o.Dir)
	}
	s, err := stack.Start(ctx, o)
	if err != nil {
		return "", "", nil, err
	}
	stop = func() {
		if err := s.Stop(); err != nil {
			logger.Warn("The system did not stop cleanly.", "error", err)
		}
	}
	if token, err = s.Token("platform", casefile.Platform, playTime); err != nil {
		stop()
		return "", "", nil, err
	}
	return s.URL(), token, stop, nil
}
