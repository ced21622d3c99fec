package postgrestest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// EnvDSN names the variable that holds the DSN of an existing server to use instead of a throw-away one.
const EnvDSN = "RECOURSE_TEST_POSTGRES"

const (
	startTimeout = 60 * time.Second // initdb and recovery share two slow cores with a compiler at times
	stopTimeout  = 5 * time.Second
	startTries   = 5 // a free port may be taken between looking and listening
)

// ErrExternal is returned for what cannot be done to a server that somebody else runs.
var ErrExternal = errors.New("the server of " + EnvDSN + " is not ours to stop")

// Options say how a throw-away server differs from the default. They mean nothing for an existing server.
type Options struct {
	// Fsync keeps the server's writes durable against a loss of power, for benchmarks that want honest figures.
	// Without it a commit still survives Kill: it has reached the operating system, though not the disk.
	Fsync bool
	// Settings are added to the server's own, by name ("log_statement": "all").
	Settings map[string]string
}

// Server is a running PostgreSQL. Its methods may be called from several goroutines.
type Server struct {
	adminDSN string // of a database that always exists, as a user who may create others

	// The rest is empty for an existing server.
	install  installation
	options  Options
	folder   *folder
	port     int
	password string

	mu      sync.Mutex
	process *process // nil while stopped or killed
	created []string // databases to drop at the end on an existing server
}

// Start returns a running server: the existing one if RECOURSE_TEST_POSTGRES is set, otherwise a new one on a free
// loopback port.
func Start(opts Options) (*Server, error) {
	if dsn := os.Getenv(EnvDSN); dsn != "" {
		return &Server{adminDSN: dsn}, nil
	}
	install, err := findInstallation()
	if err != nil {
		return nil, err
	}
	removeAbandoned(install)
	dir, err := newFolder(install)
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	s := &Server{install: install, options: opts, folder: dir, password: randomHex(16)}
	if err := s.initialise(); err != nil {
		return nil, errors.Join(err, dir.remove())
	}
	if err := s.startOnFreePort(); err != nil {
		return nil, errors.Join(err, dir.remove())
	}
	return s, nil
}

// DSN is that of the server's administrative database. Tests use CreateDatabase or Require instead.
func (s *Server) DSN() string { return s.adminDSN }

// Stop ends the server and removes its folder. On an existing server it drops the databases that were created.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder == nil {
		return s.dropCreated()
	}
	if s.process != nil {
		// An immediate shutdown: the data is thrown away, so a checkpoint would be wasted.
		s.process.end(syscall.SIGQUIT, stopTimeout)
		s.process = nil
	}
	if err := s.folder.remove(); err != nil {
		return fmt.Errorf("remove PostgreSQL's folder: %w", err)
	}
	return nil
}

// Kill ends every process of the server at once, as a crash of the machine would. The data stays for Restart.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder == nil {
		return ErrExternal
	}
	if s.process == nil {
		return nil
	}
	err := s.process.killAll(stopTimeout)
	s.process = nil
	return err
}

// Restart starts the server again on the same data and the same port, killing it first if it still runs. It returns
// when the server has recovered and answers.
func (s *Server) Restart() error {
	if err := s.Kill(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.launch()
}

// initialise makes the cluster's files.
func (s *Server) initialise() error {
	passwordFile := filepath.Join(s.folder.path, "password")
	if err := s.install.writeFile(passwordFile, s.password+"\n"); err != nil {
		return fmt.Errorf("write PostgreSQL's password: %w", err)
	}
	// Locale C: the order of text is that of its bytes, on every machine and the same as SQLite's.
	cmd := s.install.command(s.folder.path, "initdb",
		"--pgdata="+s.folder.data(), "--username="+superuser, "--pwfile="+passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// startOnFreePort launches on a port that was free a moment ago, and tries others while that turns out to be wrong.
func (s *Server) startOnFreePort() error {
	var err error
	for range startTries {
		if s.port, err = freePort(); err != nil {
			return fmt.Errorf("find a free port for PostgreSQL: %w", err)
		}
		s.adminDSN = s.dsn("postgres")
		if err = s.launch(); err == nil || !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

func (s *Server) dsn(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, s.password),
		Host:     net.JoinHostPort(loopback, strconv.Itoa(s.port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
