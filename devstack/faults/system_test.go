package faults

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/devstack/stack"
	"recourse/domain/kinds"
	"recourse/store"
)

// options say how a system differs from the usual one.
type options struct {
	apis, workers int
	env           []string // for all its processes
	database      string   // an existing one; empty: a new one
	queue         string   // empty: a new one
}

// system is the processes of one Recourse on the common ground, with a database and a task queue of its own.
type system struct {
	*testing.T
	ground  *ground
	store   *store.Store // the test's own connection, to look and to check
	dsn     string
	queue   string
	folder  string
	apis    []*process
	workers []*process
	bases   []string // addresses of the APIs
	turn    atomic.Int64
	http    *http.Client
}

var systems atomic.Int64

func begin(t *testing.T, g *ground, o options) *system {
	t.Helper()
	n := systems.Add(1)
	s := &system{T: t, ground: g, folder: t.TempDir(), queue: o.queue, dsn: o.database}
	var err error
	if s.queue == "" {
		s.queue = fmt.Sprintf("faults-%d", n)
	}
	if s.dsn == "" {
		s.dsn, err = g.cases.CreateDatabase(fmt.Sprintf("cases_%d", n))
		require.NoError(t, err)
	}
	s.store, err = store.Open(t.Context(), s.dsn, store.Options{Kinds: kinds.All(),
		Logger: slog.New(slog.DiscardHandler), MaxConns: 4, LateAfter: lateAfter(o.env)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.store.Close()) })
	require.NoError(t, s.store.Migrate(t.Context()))

	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	s.http = &http.Client{Transport: transport, Timeout: 15 * time.Second}
	t.Cleanup(transport.CloseIdleConnections)
	env := append([]string{"TEMPORAL_ADDRESS=" + g.address(), "TEMPORAL_NAMESPACE=" + stack.Namespace, "RECOURSE_DATABASE=" + s.dsn, "RECOURSE_FILES=" + t.TempDir(),
		"RECOURSE_ISSUER=" + g.issuer.Name(), "RECOURSE_AUDIENCE=" + g.issuer.Audience(), "RECOURSE_KEYS=" + g.keys, "RECOURSE_LOG_FORMAT=text",
		"RECOURSE_SANDBOX=true", "RECOURSE_RATE=0", "RECOURSE_TASK_QUEUE=" + s.queue, "RECOURSE_DATABASE_CONNECTIONS=12"}, o.env...)
	for i := range o.apis {
		port, err := freePort()
		require.NoError(t, err)
		listen := fmt.Sprintf("127.0.0.1:%d", port)
		s.bases = append(s.bases, "http://"+listen)
		s.apis = append(s.apis, s.program(fmt.Sprintf("api-%d", i), append(slices.Clone(env), "RECOURSE_LISTEN="+listen), "api"))
	}
	for i := range o.workers {
		s.workers = append(s.workers, s.program(fmt.Sprintf("worker-%d", i), env, "worker"))
	}
	t.Cleanup(s.end)
	return s
}

func (s *system) program(name string, env []string, command string) *process {
	return &process{name: name, path: s.ground.binary, args: []string{command}, env: env, log: filepath.Join(s.folder, name+".log")}
}

// lateAfter is the lateness that the processes are told, for the test's own view.
func lateAfter(env []string) time.Duration {
	for _, v := range env {
		if text, ok := strings.CutPrefix(v, "RECOURSE_LATE_AFTER="); ok {
			d, err := time.ParseDuration(text)
			if err == nil {
				return d
			}
		}
	}
	return 0
}

// up starts all that is down, and returns when every API answers.
func (s *system) up() *system {
	s.Helper()
	for _, p := range append(append([]*process{}, s.apis...), s.workers...) {
		if p.cmd == nil {
			require.NoError(s.T, p.start())
		}
	}
	for i := range s.apis {
		s.ready(i)
	}
	return s
}

// ready waits until an API answers.
func (s *system) ready(i int) {
	s.Helper()
	until(s.T, "the API does not answer", func() bool {
		ctx, cancel := context.WithTimeout(s.Context(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.bases[i]+"/healthz", nil)
		if err != nil {
			return false
		}
		resp, err := s.http.Do(req)
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})
}

// end kills everything, and shows what was said if the test has failed.
func (s *system) end() {
	for _, p := range append(append([]*process{}, s.apis...), s.workers...) {
		p.kill()
		if s.Failed() {
			s.Logf("%s said: %s", p.name, p.tail())
		}
	}
	if kept := os.Getenv("RECOURSE_TEST_KEEP"); kept != "" && s.Failed() {
		s.Logf("the logs are kept: %v", os.CopyFS(kept, os.DirFS(s.folder)))
	}
}
