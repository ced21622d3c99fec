package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"recourse/api/client"
	"recourse/devstack/seed"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// detectEvery is how often the detectors look at what happened in real time: what somebody tries out is seen while they watch.
const detectEvery = time.Minute

// devOptions are the flags of dev.
type devOptions struct {
	data      string
	ephemeral bool
	database  string
	postgres  string
	port      int
	uiPort    int
	day       time.Duration
	noSeed    bool
	verbose   bool
}

func devCommand() *cobra.Command {
	var o devOptions
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Everything at once, with cases to look at",
		Long: `Everything at once, with cases to look at: the API with its reference page, the worker, Temporal with its web page. What
happens is kept in a folder, and the next start goes on there. It runs until it is interrupted.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return o.run(ctx, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.data, "data", "data", "`FOLDER` that keeps everything")
	flags.BoolVar(&o.ephemeral, "ephemeral", false, "keep nothing")
	flags.StringVar(&o.database, "database", "", "`DSN` of the cases' database (default: an SQLite file in the folder)")
	flags.StringVar(&o.postgres, "temporal-postgres", "", "`DSN` of a PostgreSQL server for Temporal's state (default: an SQLite file in the folder)")
	flags.IntVar(&o.port, "port", 8080, "port of the API; 0 means a free one")
	flags.IntVar(&o.uiPort, "ui-port", 8233, "port of Temporal's web page; -1 means a free one")
	flags.DurationVar(&o.day, "day", 0, "how long a day of the default clock takes, such as 2s (default: the clock stands still)")
	flags.BoolVar(&o.noSeed, "no-seed", false, "begin with nothing")
	flags.BoolVar(&o.verbose, "verbose", false, "say more of what goes on")
	return cmd
}

// run brings everything up, shows it, and takes it down again when ctx ends.
func (o devOptions) run(ctx context.Context, out, log io.Writer) (err error) {
	level := slog.LevelWarn
	if o.verbose {
		level = slog.LevelInfo
	}
	options := stack.Options{Dir: o.data, Database: o.database, EnginePostgres: o.postgres, APIPort: o.port, UIPort: o.uiPort, Detectors: detectEvery,
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level}))}
	if o.ephemeral {
		options.Dir = ""
	}
	fmt.Fprintln(log, "Starting …")
	s, err := stack.Start(ctx, options)
	var taken *stack.TakenError
	switch {
	case errors.As(err, &taken): // most likely by an earlier start, which may have been forgotten
		return fmt.Errorf("%w\nstop that program, or choose other ports: make dev PORT=8081 UI_PORT=8234 (--port and --ui-port)", err)
	case err != nil:
		return interrupted(ctx, err)
	}
	defer func() {
		fmt.Fprintln(log, "Stopping …")
		err = errors.Join(interrupted(ctx, err), s.Stop())
	}()
	token, err := s.Token("platform", casefile.Platform, tokenTime)
	if err != nil {
		return err
	}
	platform, err := client.New(s.URL(), client.Bearer(token))
	if err != nil {
		return err
	}
	seeded := &seed.Seeded{}
	if !o.noSeed {
		fmt.Fprintln(log, "Looking for cases …")
		if seeded, err = o.seed(ctx, platform, filepath.Join(s.Dir(), "seeded.json")); err != nil {
			return err
		}
	}
	s.Welcome(seeded.Personas())
	if err := o.banner(ctx, out, s, platform, seeded); err != nil {
		return err
	}
	var ticking sync.WaitGroup
	defer ticking.Wait()
	if o.day > 0 && seeded.Clock != "" {
		ticking.Go(func() {
			d := days{api: platform, clock: seeded.Clock, length: o.day}
			d.run(ctx, func(err error) { options.Logger.Warn("A day could not pass; it is tried again.", "error", err) })
		})
	}
	<-ctx.Done()
	return nil
}

// interrupted is the error, unless it only says that somebody asked to stop.
func interrupted(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
		return err
	}
}

// seed makes the cases, or finds those that are there.
func (o devOptions) seed(ctx context.Context, platform *client.Client, marker string) (*seed.Seeded, error) {
	kept, err := seed.Load(marker)
	if err != nil {
		return nil, err
	}
	if kept != nil && client.CodeOf(kept.Look(ctx, platform)) != client.ProblemCodeNotFound {
		return kept, nil
	}
	made, err := seed.Run(ctx, platform) // also when the folder is there, and the database is another one
	if err != nil {
		return nil, err
	}
	return &made, made.Save(marker)
}
