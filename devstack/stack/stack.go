// Package stack runs the whole system in one process: the engine with its web page, the database, the API, the worker with
// its relay. It is what `make dev` shows, what `play` plays against and what the end-to-end tests test; the parts are the
// very ones that production runs, put together the same way.
package stack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"

	"recourse/contract"
	"recourse/devstack/engine"
	"recourse/domain/kinds"
	"recourse/internal/issuer"
	"recourse/store"
	"recourse/worker"
)

// Namespace is where the cases run in the engine.
const Namespace = "recourse"

// Stack is a running system.
type Stack struct {
	Store  *store.Store
	Engine client.Client

	options  Options
	folder   *folder
	issuer   *issuer.Issuer
	server   *engine.Engine
	worker   *worker.Worker
	blobs    store.Blobs
	listener net.Listener

	welcome  sync.Mutex
	personas []issuer.Persona

	undo    []func() error // what Stop does, the last first
	stop    sync.Once
	stopErr error
}

// Start brings everything up and returns when the API answers. The context bounds the start only.
func Start(ctx context.Context, options Options) (_ *Stack, err error) {
	s := &Stack{options: options.withDefaults()}
	if err := checkPorts(s.options); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	for _, start := range []func(context.Context) error{s.openFolder, s.openStore, s.startEngine, s.takeAddress, s.startWorker, s.serve} {
		if err := start(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Stop ends everything, the last started first: nobody knocks any more, what was begun ends, then the engine and the
// database go. It takes seconds at most. More calls return the same.
func (s *Stack) Stop() error {
	s.stop.Do(func() {
		var errs []error
		for i := len(s.undo) - 1; i >= 0; i-- {
			errs = append(errs, s.undo[i]())
		}
		s.stopErr = errors.Join(errs...)
	})
	return s.stopErr
}

func (s *Stack) later(undo func() error) { s.undo = append(s.undo, undo) }

func (s *Stack) openFolder(context.Context) error {
	var err error
	if s.folder, err = openFolder(s.options.Dir); err != nil {
		return err
	}
	s.later(s.folder.release)
	s.issuer, err = issuer.Open(issuerName, audience, s.folder.in(keyFile))
	return err
}

func (s *Stack) openStore(ctx context.Context) error {
	var err error
	if s.blobs, err = store.OpenBlobs(ctx, "file://"+s.folder.in("files")+"?create_dir=true&no_tmp_dir=true"); err != nil {
		return err
	}
	s.later(s.blobs.Close)
	dsn := s.options.Database
	if dsn == "" {
		dsn = "sqlite:" + s.folder.in("cases.db")
	}
	s.Store, err = store.Open(ctx, dsn, store.Options{
		Kinds:  kinds.All(),
		Logger: s.options.Logger,
		Blobs:  s.blobs,
	})
	if err != nil {
		return err
	}
	s.later(s.Store.Close)
	return s.Store.Migrate(ctx)
}

func (s *Stack) startEngine(ctx context.Context) error {
	o := engine.Options{
		PostgresDSN:      s.options.EnginePostgres,
		FrontendPort:     s.options.EnginePort,
		UIPort:           s.options.UIPort,
		Namespaces:       []string{Namespace},
		SearchAttributes: contract.SearchAttributes(),
		DynamicConfig:    s.options.Engine,
		Logger:           slog.New(errorsOnly{s.options.Logger.Handler()}),
	}
	if o.PostgresDSN == "" && !s.folder.passing {
		o.SQLitePath = s.folder.in("temporal.db")
	}
	var err error
	if s.server, err = engine.Start(ctx, o); err != nil {
		return err
	}
	s.later(s.server.Stop)
	s.Engine, err = client.DialContext(ctx, client.Options{HostPort: s.server.HostPort(), Namespace: Namespace,
		Logger: temporallog.NewStructuredLogger(s.options.Logger)})
	if err != nil {
		return fmt.Errorf("connect to the engine: %w", err)
	}
	s.later(func() error { s.Engine.Close(); return nil })
	return nil
}

// stopWithin bounds how long what was begun may go on when the system stops.
const stopWithin = 5 * time.Second

func (s *Stack) startWorker(context.Context) error {
	o := s.options
	if o.Shell.Desk == "" {
		o.Shell.Desk = s.URL() + glancePath
	}
	var err error
	s.worker, err = worker.New(worker.Config{Client: s.Engine, Store: s.Store, Logger: o.Logger, Shell: o.Shell, Relay: o.Relay,
		Scanner: o.Scanner, Detectors: o.Detectors, StopWithin: stopWithin})
	if err != nil {
		return err
	}
	if err := s.worker.Start(); err != nil {
		return err
	}
	s.later(func() error { s.worker.Stop(); return nil })
	return nil
}
