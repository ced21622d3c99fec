package postgrestest

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// shared is the server of this test process, started by the first test that needs it.
var shared struct {
	sync.Mutex
	server *Server
}

// Require returns the DSN of a fresh database on the shared server, dropped with its companions at the end of the
// test (DropDatabase). Where there is
// no PostgreSQL the test is skipped, or fails under CI=true.
func Require(t testing.TB) string {
	t.Helper()
	if !Available() {
		reportAbsence(t)
	}
	server, err := sharedServer()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	name := databaseName(t.Name())
	dsn, err := server.CreateDatabase(name)
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
	shared.server = nil
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
