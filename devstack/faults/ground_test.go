package faults

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"

	"recourse/contract"
	"recourse/devstack/engine"
	"recourse/devstack/stack"
	"recourse/internal/issuer"
	"recourse/internal/postgrestest"
)

// ground is what all tests stand on: the built binary, a PostgreSQL for the cases, another one for the engine, so that each can
// be killed alone, and the engine as a process of its own.
type ground struct {
	folder   string
	binary   string
	cases    *postgrestest.Server
	runs     *postgrestest.Server
	temporal *process
	port     int
	engine   client.Client
	issuer   *issuer.Issuer
	keys     string
}

var (
	shared     *ground
	sharedOnce sync.Once
	errShared  error
)

// temporalVariable makes this test's binary be the engine: the DSN of its PostgreSQL. It is what `devstack temporal` runs.
const temporalVariable, portVariable = "RECOURSE_TEST_TEMPORAL", "RECOURSE_TEST_TEMPORAL_PORT"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(temporalVariable); dsn != "" {
		if err := beTemporal(dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if shared != nil {
		if err := shared.leave(); err != nil {
			fmt.Fprintln(os.Stderr, "leave the ground:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

func beTemporal(dsn string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	port, err := strconv.Atoi(os.Getenv(portVariable))
	if err != nil {
		return fmt.Errorf("read the engine's port: %w", err)
	}
	server, err := engine.Start(ctx, engine.Options{PostgresDSN: dsn, FrontendPort: port, Namespaces: []string{stack.Namespace},
		SearchAttributes: contract.SearchAttributes(), Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return err
	}
	fmt.Println("address", server.HostPort())
	<-ctx.Done()
	return server.Stop()
}

// stand gives the common ground. Where there is no PostgreSQL nothing here can be tested.
func stand(t *testing.T) *ground {
	t.Helper()
	if !postgrestest.Available() || os.Getenv(postgrestest.EnvDSN) != "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no PostgreSQL that can be killed: CI must run this test; install postgresql")
		}
		t.Skip("not run: no PostgreSQL that can be killed")
	}
	if testing.Short() {
		t.Skip("not run: -short")
	}
	sharedOnce.Do(func() { shared, errShared = lay() })
	require.NoError(t, errShared)
	return shared
}

func lay() (_ *ground, err error) {
	g := &ground{}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.leave())
		}
	}()
	if g.folder, err = os.MkdirTemp("", "recourse-faults-*"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	g.binary = filepath.Join(g.folder, "recourse")
	if out, err := exec.Command("go", "build", "-o", g.binary, "recourse/cmd/recourse").CombinedOutput(); err != nil { //nolint:gosec // our own
		return nil, fmt.Errorf("build recourse: %w\n%s", err, out)
	}
	for _, server := range []**postgrestest.Server{&g.cases, &g.runs} {
		if *server, err = postgrestest.Start(postgrestest.Options{Settings: map[string]string{"max_connections": "300", "deadlock_timeout": "200ms"}}); err != nil {
			return nil, err
		}
	}
	dsn, err := g.runs.CreateDatabase("engine")
	if err != nil {
		return nil, err
	}
	if g.issuer, err = issuer.New("https://issuer.recourse.localhost", "recourse"); err != nil {
		return nil, err
	}
	g.keys = filepath.Join(g.folder, "jwks.json")
	if err := os.WriteFile(g.keys, g.issuer.JWKS(), 0o600); err != nil {
		return nil, fmt.Errorf("write the key set: %w", err)
	}
	if g.port, err = freePort(); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	g.temporal = &process{name: "temporal", path: self, args: []string{"-test.run=^$"}, log: filepath.Join(g.folder, "temporal.log"),
		env: []string{temporalVariable + "=" + dsn, portVariable + "=" + strconv.Itoa(g.port)}}
	if err := g.temporal.start(); err != nil {
		return nil, err
	}
	if g.engine, err = client.NewLazyClient(client.Options{HostPort: g.address(), Namespace: stack.Namespace,
		Logger: temporallog.NewStructuredLogger(slog.New(slog.DiscardHandler))}); err != nil {
		return nil, fmt.Errorf("prepare the connection to the engine: %w", err)
	}
	return g, g.awaitEngine()
}

func (g *ground) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(g.port)) }

// awaitEngine returns when the engine answers.
func (g *ground) awaitEngine() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		asking, stop := context.WithTimeout(ctx, time.Second)
		_, err := g.engine.CheckHealth(asking, nil)
		stop()
		if err == nil {
			return nil
		}
		select {
		case <-g.temporal.gone():
			return fmt.Errorf("temporal has ended: %s", g.temporal.tail())
		default:
		}
		if !pause(ctx.Done(), 50*time.Millisecond) {
			return fmt.Errorf("wait for the engine: %w", err)
		}
	}
}

func (g *ground) leave() error {
	if g.engine != nil {
		g.engine.Close()
	}
	if g.temporal != nil {
		g.temporal.kill() // its state is thrown away
	}
	var errs []error
	for _, server := range []*postgrestest.Server{g.cases, g.runs} {
		if server != nil {
			errs = append(errs, server.Stop())
		}
	}
	if g.folder != "" {
		errs = append(errs, os.RemoveAll(g.folder))
	}
	return errors.Join(errs...)
}

// freePort is one below those that systems give to outgoing connections: a program that was killed must find its own again.
func freePort() (int, error) {
	const first, count = 20000, 10000
	for range 100 {
		port := first + rand.IntN(count) //nolint:gosec // any will do
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("find a free port: a hundred are taken")
}
