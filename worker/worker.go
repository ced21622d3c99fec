// Package worker is the process that carries cases on: it runs the workflows and the activities, and relays what is stored
// to the cases that must hear of it.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"recourse/activities"
	"recourse/activities/payments"
	"recourse/carriers"
	"recourse/contract"
	"recourse/delivery"
	"recourse/detection"
	"recourse/internal/media"
	"recourse/store"
	"recourse/testclock"
	"recourse/workflows"
	"recourse/workflows/shell"
)

// Store is all that a worker asks of the database.
type Store interface {
	activities.Stepper
	activities.Files
	detection.Store
	testclock.Clocks
	Rows
	carriers.Inbox
	carriers.Numbers
}

// Config is what a worker is made of.
type Config struct {
	Client    client.Client
	Store     Store
	Provider  payments.Provider  // nil: payments.Ledger
	Scanner   activities.Scanner // nil: activities.NoScanner
	Images    media.Limits       // zero: media.Defaults
	Logger    *slog.Logger       // nil: slog.Default
	TaskQueue string             // empty: contract.TaskQueue
	Shell     shell.Options
	Relay     Pace
	Carriers  Carriers

	// Deployment and Build name this release to the engine. With Versioned set, only runs that the deployment's routing
	// sends here are worked on; an operator makes a release current.
	Deployment string
	Build      string
	Versioned  bool

	Activities int // effects and steps at a time; zero: 200
	Pollers    int // tasks asked for at a time; zero: 8

	// Detectors is how often the detectors look at what happened (PROCEDURE 11); zero: this worker sets up no schedule for them.
	Detectors time.Duration

	StopWithin time.Duration // how long Stop waits for what was begun; zero: 5 s, more than a step or an effect takes
}

// Worker is one worker process. A process has at most one: the cache of runs belongs to the process.
type Worker struct {
	engine worker.Worker
	relay  *Relay
	plan   func(ctx context.Context) error
	listen []func(context.Context)
	stop   context.CancelFunc
	done   sync.WaitGroup
}

// stickyTimeout is how long a task waits for the worker that has the run in its cache. A killed worker's runs go on
// elsewhere after that.
const stickyTimeout = time.Second

// New makes a worker. Start starts it.
func New(c Config) (*Worker, error) {
	if c.Client == nil || c.Store == nil {
		return nil, fmt.Errorf("make a worker: it needs a client and a store")
	}
	if c.Versioned && (c.Deployment == "" || c.Build == "") {
		return nil, fmt.Errorf("make a worker: a versioned one needs the names of its deployment and its build")
	}
	if c.Provider == nil {
		c.Provider = payments.Ledger{}
	}
	if c.Scanner == nil {
		c.Scanner = activities.NoScanner{}
	}
	if c.Images == (media.Limits{}) {
		c.Images = media.Defaults()
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.TaskQueue == "" {
		c.TaskQueue = contract.TaskQueue
	}

	courier := &delivery.Courier{Client: c.Client, TaskQueue: c.TaskQueue, Summarize: Summarize(c.Store)}
	wake := func(ctx context.Context, ref store.CaseRef) error {
		return courier.Wake(ctx, delivery.Case{ID: ref.ID, Kind: ref.Kind}, ref.Sequence)
	}
	driver := &testclock.Driver{Store: c.Store, Wake: wake}
	resume := func(ctx context.Context, clock string) error {
		_, err := driver.Resume(ctx, clock)
		return err
	}
	relay := NewRelay(c.Store, wake, resume, c.Logger, c.Relay)
	relay.revive = func(ctx context.Context, ref store.CaseRef) error {
		return courier.Revive(ctx, delivery.Case{ID: ref.ID, Kind: ref.Kind})
	}

	engine := worker.New(c.Client, c.TaskQueue, options(c))
	workflows.Register(engine, c.Shell)
	activities.Register(engine, activities.Activities{
		Steps:     &activities.Steps{Store: c.Store, Nudge: relay.Nudge, Logger: c.Logger},
		Scans:     activities.NewScans(c.Store, c.Scanner, c.Images, c.Logger),
		Transfers: &activities.Transfers{Store: c.Store, Provider: c.Provider, Logger: c.Logger},
		Detects:   &activities.Detects{Logger: c.Logger, Sweep: &detection.Sweep{Store: c.Store, Nudge: relay.Nudge, Beat: activities.Heartbeat, Logger: c.Logger}},
	})
	listen, err := listeners(c, relay)
	w := &Worker{engine: engine, relay: relay, listen: listen}
	if c.Detectors > 0 {
		w.plan = func(ctx context.Context) error {
			return planDetectors(ctx, c.Client.ScheduleClient(), c.TaskQueue, c.Detectors)
		}
	}
	return w, err
}

func options(c Config) worker.Options {
	pollers, atATime := c.Pollers, c.Activities
	if pollers <= 0 {
		pollers = 8
	}
	if atATime <= 0 {
		atATime = 200
	}
	stopWithin := c.StopWithin
	if stopWithin <= 0 {
		stopWithin = 5 * time.Second
	}
	o := worker.Options{
		StickyScheduleToStartTimeout:            stickyTimeout,
		MaxConcurrentWorkflowTaskPollers:        pollers,
		MaxConcurrentActivityTaskPollers:        max(2, pollers/2),
		MaxConcurrentActivityExecutionSize:      atATime,
		MaxConcurrentLocalActivityExecutionSize: atATime,
		WorkerStopTimeout:                       stopWithin,
	}
	if c.Versioned { // the engine's client refuses half of these options without the other
		o.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning:             true,
			Version:                   worker.WorkerDeploymentVersion{DeploymentName: c.Deployment, BuildID: c.Build},
			DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
		}
	}
	return o
}

// Summarize reads what a new run shows of its case.
func Summarize(cases activities.Orders) func(context.Context, string) (contract.Summary, error) {
	return func(ctx context.Context, caseID string) (contract.Summary, error) {
		record, err := cases.Case(ctx, caseID)
		if err != nil {
			return contract.Summary{}, fmt.Errorf("summarize %s: %w", caseID, err)
		}
		return contract.Summarize(record.Summary), nil
	}
}

// Start begins to work and to relay.
func (w *Worker) Start() error {
	if err := w.engine.Start(); err != nil {
		return fmt.Errorf("start the worker: %w", err)
	}
	if w.plan != nil {
		if err := w.plan(context.Background()); err != nil {
			w.engine.Stop()
			return err
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	w.done.Go(func() { w.relay.Run(ctx) })
	for _, listen := range w.listen {
		w.done.Go(func() { listen(ctx) })
	}
	return nil
}

// Stop takes no more work, and returns when what was begun has ended.
func (w *Worker) Stop() {
	if w.stop == nil {
		return
	}
	w.engine.Stop()
	w.stop()
	w.done.Wait()
}

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.Start(); err != nil {
		return err
	}
	<-ctx.Done()
	w.Stop()
	return nil
}
