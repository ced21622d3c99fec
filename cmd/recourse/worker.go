package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
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
	if err := checkNamespace(ctx, engine, logger); err != nil {
		return err
	}

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
		Detectors:  s.Detectors,
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

// checkNamespace ends the start in a namespace where no case could start.
func checkNamespace(ctx context.Context, engine client.Client, logger *slog.Logger) error {
	options, err := engineOptions(logger)
	if err != nil {
		return err
	}
	namespace := named(options)
	err = worker.CheckNamespace(ctx, engine, namespace)
	if errors.Is(err, worker.ErrUnchecked) {
		logger.Warn("The search attributes of the namespace are not checked; without them no case can start.", "namespace", namespace, "error", err)
		return nil
	}
	return err
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
