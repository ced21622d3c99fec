// Package measure prints the figures of cost and speed (B1, B2, B3, B4, B5 and B8): it starts the whole system as separate
// processes on a throw-away PostgreSQL, plays the reference disputes through the public API, and measures ours and the bare
// side in turns.
package measure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"
	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"

	"recourse/bench/bare"
	"recourse/domain/casefile"
	"recourse/internal/issuer"
	"recourse/internal/postgrestest"
)

// namespace is where our cases and the bare runs are: the same server, the same namespace.
const namespace = "recourse"

// startWithin bounds the start of each part.
const startWithin = 90 * time.Second

// system is everything that is measured: PostgreSQL, Temporal, api, worker and the bare worker, each a process.
type system struct {
	folder   string
	postgres *postgrestest.Server
	cases    string // DSN of our database
	db       *sql.DB
	engine   client.Client
	address  string // of Temporal
	base     string // of the API
	token    func(subject string, role casefile.Role, ttl time.Duration) (string, error)
	http     *http.Client
	running  []*process

	binary string   // the built `recourse`
	env    []string // with which its processes run, but for the address of the API
}

// startSystem brings everything up. Binary is the built `recourse`; this program is the one for Temporal and the bare worker.
func startSystem(ctx context.Context, binary string, say func(string)) (_ *system, err error) {
	s := &system{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if s.folder, err = os.MkdirTemp("", "recourse-bench-*"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	say("starting PostgreSQL")
	if err := s.startPostgres(ctx); err != nil {
		return nil, err
	}
	say("starting Temporal")
	if err := s.startTemporal(ctx); err != nil {
		return nil, err
	}
	say("starting recourse")
	if err := s.startRecourse(ctx, binary); err != nil {
		return nil, err
	}
	return s, s.startBare(ctx)
}

// startPostgres makes a cluster whose commits are on disk before they are answered, as in production.
func (s *system) startPostgres(ctx context.Context) error {
	var err error
	s.postgres, err = postgrestest.Start(postgrestest.Options{Fsync: true, Settings: map[string]string{
		"shared_buffers": "256MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min", // no checkpoint falls into one turn of a pair
	}})
	if err != nil {
		return err
	}
	if s.cases, err = s.postgres.CreateDatabase("cases"); err != nil {
		return err
	}
	if err := s.connect(); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run text NOT NULL, sequence bigint NOT NULL)`)
	if err != nil {
		return fmt.Errorf("make the bare table: %w", err)
	}
	return nil
}

func (s *system) connect() error {
	var err error
	if s.db, err = sql.Open("pgx", s.cases); err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	return nil
}

func (s *system) startTemporal(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	p, err := s.start("temporal", nil, self, "temporal", "--postgres", s.cases, "--ui-port", "0")
	if err != nil {
		return err
	}
	if s.address, err = p.said(ctx, "address "); err != nil {
		return err
	}
	s.engine, err = dial(ctx, s.address)
	return err
}

// dial connects to Temporal as our own processes do, without compression, so that this is no difference between the sides.
func dial(ctx context.Context, address string) (client.Client, error) {
	engine, err := client.DialContext(ctx, client.Options{HostPort: address, Namespace: namespace,
		ConnectionOptions: client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}},
		Logger:            temporallog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return nil, fmt.Errorf("connect to Temporal: %w", err)
	}
	return engine, nil
}

// startRecourse migrates, and starts api and worker with the settings of production, but for the limit on a caller's rate.
func (s *system) startRecourse(ctx context.Context, binary string) error {
	tokens, err := issuer.New("https://issuer.recourse.localhost", "recourse")
	if err != nil {
		return err
	}
	s.token = tokens.Mint
	keys := filepath.Join(s.folder, "jwks.json")
	if err := os.WriteFile(keys, tokens.JWKS(), 0o600); err != nil {
		return fmt.Errorf("write the key set: %w", err)
	}
	s.binary, s.env = binary, []string{"TEMPORAL_ADDRESS=" + s.address, "TEMPORAL_NAMESPACE=" + namespace, "RECOURSE_DATABASE=" + s.cases, "RECOURSE_LOG_LEVEL=WARN",
		"RECOURSE_FILES=" + filepath.Join(s.folder, "files"),
		"RECOURSE_ISSUER=" + tokens.Name(), "RECOURSE_AUDIENCE=" + tokens.Audience(), "RECOURSE_KEYS=" + keys,
		"RECOURSE_SANDBOX=true", "RECOURSE_RATE=0"}
	if err := runOnce(ctx, "migrate", s.env, binary, "migrate"); err != nil {
		return err
	}
	if _, err := s.start("worker", s.env, binary, "worker"); err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	s.http = &http.Client{Transport: transport, Timeout: time.Minute}
	_, err = s.startAPI(ctx, "api")
	return err
}

// startAPI starts an API at an address of its own, to which everybody who signs in from then on speaks.
func (s *system) startAPI(ctx context.Context, name string) (*process, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	s.base = "http://" + address
	api, err := s.start(name, append([]string{"RECOURSE_LISTEN=" + address}, s.env...), s.binary, "api")
	if err != nil {
		return nil, err
	}
	return api, s.waitReady(ctx, api)
}

// waitReady returns when the API answers.
func (s *system) waitReady(ctx context.Context, api *process) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/readyz", nil)
		if err != nil {
			return fmt.Errorf("ask whether the API is ready: %w", err)
		}
		resp, err := s.http.Do(req)
		if err == nil {
			err = resp.Body.Close()
			if err == nil && resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-again.C:
		case <-api.exited:
			return api.ended()
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("wait for the API: %w", ctx.Err()), err)
		}
	}
}

// startBare starts the worker of the other side as a process of its own, like ours.
func (s *system) startBare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	p, err := s.start("bare-worker", nil, self, "bench", "bare-worker", "--address", s.address, "--database", s.cases)
	if err != nil {
		return err
	}
	_, err = p.said(ctx, "working on "+bare.TaskQueue)
	return err
}

func (s *system) start(name string, env []string, path string, args ...string) (*process, error) {
	p, err := startProcess(filepath.Join(s.folder, name+".log"), name, env, path, args...)
	if err == nil {
		s.running = append(s.running, p)
	}
	return p, err
}

// end stops one part before the others.
func (s *system) end(p *process) {
	p.stop()
	s.running = slices.DeleteFunc(s.running, func(one *process) bool { return one == p })
}

// alive says which part has ended by itself, if any.
func (s *system) alive() error {
	var gone []error
	for _, p := range s.running {
		select {
		case <-p.exited:
			gone = append(gone, p.ended())
		default:
		}
	}
	return errors.Join(gone...)
}

// stop ends everything, the last started first.
func (s *system) stop() error {
	for i := len(s.running) - 1; i >= 0; i-- {
		if s.running[i].name == "temporal" && s.engine != nil {
			s.engine.Close()
		}
		s.running[i].stop()
	}
	s.running = nil
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.postgres != nil {
		errs = append(errs, s.postgres.Stop())
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}

// postgresVersion is what the server calls itself, in short.
func (s *system) postgresVersion(ctx context.Context) (string, error) {
	var version string
	if err := s.db.QueryRowContext(ctx, `SHOW server_version`).Scan(&version); err != nil {
		return "", fmt.Errorf("ask for PostgreSQL's version: %w", err)
	}
	number, _, _ := strings.Cut(version, " ")
	return "PostgreSQL " + number, nil
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
