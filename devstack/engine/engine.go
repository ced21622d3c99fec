// Package engine runs a Temporal server, and its web page if wanted, inside this process: for `make dev`, for
// end-to-end tests and for benchmarks. Production runs its own Temporal; nothing outside devstack imports this.
//
//	e, err := engine.Start(ctx, engine.Options{Namespaces: []string{"recourse"}})
//	…
//	defer e.Stop()
//	c, err := client.Dial(client.Options{HostPort: e.HostPort(), Namespace: "recourse"})
//
// State lives in memory, in an SQLite file or in PostgreSQL. A file and PostgreSQL may be used again, also after the
// process was killed: open workflows go on where they were.
//
// Everything listens on 127.0.0.1 only, and the server neither reports home nor fetches anything.
//
// # What the server leaves behind
//
// Stop ends its services, listeners and pollers. Until the process ends, the server keeps some thirty idle goroutines
// for each engine, of gRPC connections that it does not close (TestStopLeavesLittleBehind holds the number), and each
// SQLite connection: its pool never closes one. So a store in memory stays there, about 3 MB; a file keeps its -shm
// and its empty -wal beside it; and a file must not be deleted and made anew under the same name within one process.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/server/temporal"
)

// AnyPort as UIPort asks for a web page on a free port.
const AnyPort = -1

// stopTimeout bounds Stop. The server's own limit is five minutes a service. It needs some milliseconds, or up to two
// seconds when somebody still polls.
const stopTimeout = 15 * time.Second

// Options say what to run. The zero value is a server in memory on a free port, without a web page.
type Options struct {
	// SQLitePath is the file that holds the state; it is created if missing. Empty means in memory.
	SQLitePath string
	// PostgresDSN puts the state into PostgreSQL instead, in two databases named after the DSN's: with the suffixes
	// "_temporal" and "_visibility". They are created, and their schema is brought up to date.
	PostgresDSN string

	FrontendPort int // 0 means a free one
	UIPort       int // 0 means no web page, AnyPort a free one

	// Namespaces are registered if they are missing, with every search attribute that they lack.
	Namespaces       []string
	SearchAttributes map[string]enumspb.IndexedValueType

	// DynamicConfig overrides the server's settings by key ("limit.historyCount.suggestContinueAsNew": 60).
	DynamicConfig map[string]any

	// Logger receives what the server says, which is a lot: give it a handler at slog.LevelWarn. Nil discards it.
	Logger *slog.Logger
}

// Engine is a running server.
type Engine struct {
	server   temporal.Server
	store    store
	ui       *webPage // nil without one
	logger   *serverLogger
	hostPort string

	stop    sync.Once
	stopErr error
}

// Start returns when the server answers. The context bounds the start only, not the server's life.
func Start(ctx context.Context, opts Options) (_ *Engine, err error) {
	logger := newServerLogger(opts.Logger)
	// The server answers some faults (a port that is taken, say) by ending the process. Its logger is ours, so those
	// that happen in this goroutine become an error instead.
	defer recoverFatal(&err)

	ports, err := choosePorts(opts.FrontendPort, opts.UIPort)
	if err != nil {
		return nil, err
	}
	st, err := openStore(ctx, opts, logger)
	if err != nil {
		return nil, err
	}
	if err := registerNamespaces(ctx, st, opts.Namespaces, opts.SearchAttributes, logger); err != nil {
		return nil, errors.Join(err, st.release())
	}
	server, err := newServer(serverConfig(st, ports), opts.DynamicConfig, logger)
	if err != nil {
		return nil, errors.Join(err, st.release())
	}
	e := &Engine{server: server, store: st, logger: logger, hostPort: address(ports.frontend)}
	if err := e.run(ctx, ports); err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	return e, nil
}

// run starts what newServer made, and waits for it.
func (e *Engine) run(ctx context.Context, p ports) error {
	if err := e.server.Start(); err != nil {
		return fmt.Errorf("start the Temporal server: %w", err)
	}
	if err := waitServing(ctx, e.hostPort); err != nil {
		return fmt.Errorf("wait for the Temporal server: %w", err)
	}
	if p.ui == 0 {
		return nil
	}
	ui, err := startWebPage(ctx, p.ui, e.hostPort)
	if err != nil {
		return fmt.Errorf("start Temporal's web page: %w", err)
	}
	e.ui = ui
	return nil
}

// HostPort is where clients and workers connect.
func (e *Engine) HostPort() string { return e.hostPort }

// UIURL is the address of Temporal's web page, or empty without one.
func (e *Engine) UIURL() string {
	if e.ui == nil {
		return ""
	}
	return e.ui.url
}

// Stop ends the server. Stop workers and close clients first: their open polls are cut off after a second.
//
// It returns an error if the server did not end in time; the process can then only exit. More calls return the same.
func (e *Engine) Stop() error {
	e.stop.Do(func() { e.stopErr = e.stopNow() })
	return e.stopErr
}

func (e *Engine) stopNow() error {
	e.logger.quiet() // services that miss each other while they stop are no news
	if e.ui != nil {
		e.ui.stop()
	}
	stopped := make(chan error, 1)
	go func() { stopped <- e.server.Stop() }()
	select {
	case err := <-stopped:
		if err != nil {
			return fmt.Errorf("stop the Temporal server: %w", err)
		}
	case <-time.After(stopTimeout):
		return fmt.Errorf("the Temporal server did not stop within %s", stopTimeout)
	}
	if err := e.store.release(); err != nil {
		return fmt.Errorf("release Temporal's store: %w", err)
	}
	return nil
}
