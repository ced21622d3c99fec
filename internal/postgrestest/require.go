package postgrestest

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// shared is the server of this test process, started by the first test that needs it, and the databases on it that others are
// copied from.
var shared struct {
	sync.Mutex
	server    *Server
	templates map[string]*template
}

// template is a database to copy, filled once.
type template struct {
	once sync.Once
	err  error
}

// Require returns the DSN of a fresh database on the shared server, dropped with its companions at the end of the
// test (DropDatabase). Where there is
// no PostgreSQL the test is skipped, or fails under CI=true.
func Require(t testing.TB) string {
	t.Helper()
	return freshDatabase(t, func(s *Server, name string) (string, error) { return s.CreateDatabase(name) })
}

// RequireLike is Require with a database that already holds what fill puts into an empty one, a schema say. Fill is called
// once in a test process for each name, with the DSN of a database that it leaves without open sessions; every test that asks
// by the name gets a copy, in a fraction of the time that filling takes.
func RequireLike(t testing.TB, name string, fill func(dsn string) error) string {
	t.Helper()
	return freshDatabase(t, func(s *Server, copied string) (string, error) {
		from := "like_" + name
		shared.Lock()
		made := shared.templates[from]
		if made == nil {
			made = &template{}
			if shared.templates == nil {
				shared.templates = map[string]*template{}
			}
			shared.templates[from] = made
		}
		shared.Unlock()
		made.once.Do(func() {
			dsn, err := s.CreateDatabase(from)
			if err == nil {
				err = fill(dsn)
			}
			made.err = err
		})
		if made.err != nil {
			return "", fmt.Errorf("fill database %q: %w", from, made.err)
		}
		return s.CopyDatabase(copied, from)
	})
}

// freshDatabase makes a database on the shared server, and drops it with its companions at the end of the test.
func freshDatabase(t testing.TB, create func(s *Server, name string) (dsn string, err error)) string {
	t.Helper()
	if !Available() {
		reportAbsence(t)
	}
	server, err := sharedServer()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	name := databaseName(t.Name())
	dsn, err := create(server, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.DropDatabase(name); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// reportAbsence ends the test.
func reportAbsence(t testing.TB) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("no PostgreSQL: CI must run this test; install postgresql or set " + EnvDSN)
	}
	t.Skip("not run: no PostgreSQL")
}

// Main runs a package's tests and then stops the shared server; TestMain passes its result to os.Exit. Without it
// the server still ends with the process, but its folder stays until the next run removes it.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		return code
	}
	if err := shared.server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		return max(code, 1)
	}
	shared.server, shared.templates = nil, nil
	return code
}

func sharedServer() (*Server, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil {
		server, err := Start(Options{})
		if err != nil {
			return nil, err
		}
		shared.server = server
	}
	return shared.server, nil
}

// databaseName says which test a database belongs to, and is new each time. PostgreSQL cuts names at 63 bytes, so the
// readable part comes short and leaves room for suffixes ("_visibility").
func databaseName(test string) string {
	const readable = 24
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(test))
	return "t_" + name[:min(len(name), readable)] + "_" + randomHex(5)
}
