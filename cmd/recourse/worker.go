package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	engineworker "go.temporal.io/sdk/worker"

	"recourse/activities/payments"
	"recourse/internal/settings"
	"recourse/worker"
	"recourse/workflows/shell"
)

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Carry the cases on: workflows, activities, relay",
		Long:  help("worker", "Carry the cases on: workflows, activities, relay. Any number of workers may run.", true),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings.Load()
			if err != nil {
				return err
			}
			return runWorker(cmd.Context(), s)
		},
	}
}

// runWorker works until ctx ends, and then ends what it began.
func runWorker(ctx context.Context, s settings.Settings) error {
	logger := newLogger(s)
	if err := arm(s, logger); err != nil {
		return err
	}
	build, err := release(s)
	if err != nil {
		return err
	}
	if s.Files == "" {
		return fmt.Errorf("set %sFILES: where are the files of evidence, which are scanned here", settings.Prefix)
	}
	cases, err := openCurrentStore(ctx, s, logger)
	if err != nil {
		return err
	}
	defer closeStore(cases, logger)
	engine, err := dial(ctx, logger)
	if err != nil {
		return err
	}
	defer engine.Close()

	var provider payments.Provider = payments.Ledger{}
	if s.Provider == "faulty" {
		provider = &payments.Faulty{}
		logger.Warn("The payment provider is the faulty one: it declines, forgets and hesitates. It is for development.")
	}
	scanner, err := openScanner(s, logger)
	if err != nil {
		return err
	}
	listened, err := listened(s)
	if err != nil {
		return err
	}
	engineworker.SetStickyWorkflowCacheSize(s.Cache) // of the process; before its one worker is made
	w, err := worker.New(worker.Config{
		Client:     engine,
		Store:      cases.Store,
		Provider:   provider,
		Scanner:    scanner,
		Images:     images(s),
		Logger:     logger,
		TaskQueue:  s.TaskQueue,
		Shell:      shell.Options{Desk: s.Desk},
		Carriers:   worker.Carriers{Settings: listened, Keep: s.CarrierKeep, Anywhere: s.CarrierAnywhere},
		Deployment: s.Deployment,
		Build:      build,
		Versioned:  s.Versioned,
		Activities: s.Activities,
		Pollers:    s.Pollers,
		StopWithin: s.Shutdown,
	})
	if err != nil {
		return err
	}
	began := time.Now()
	if err := w.Run(ctx); err != nil {
		return err
	}
	logger.Info("The worker has stopped.", "worked", time.Since(began).Round(time.Second).String())
	return nil
}

// release is the name of what this process runs. Routing by it needs one that no other release has.
func release(s settings.Settings) (string, error) {
	if s.Build != "" {
		return s.Build, nil
	}
	build := version()
	if s.Versioned && (build == "unknown" || build == "(devel)") {
		return "", fmt.Errorf("set %sBUILD: this binary was built without a version, and %[1]sVERSIONED tells releases apart by it", settings.Prefix)
	}
	return build, nil
}
