// Package postgrestest gives tests a PostgreSQL of their own.
//
// A test asks for a database and gets a fresh one, on a server that the whole test process shares:
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		dsn := postgrestest.Require(t)
//		…
//	}
//
// The server is a throw-away cluster made from the machine's own PostgreSQL binaries, or, if RECOURSE_TEST_POSTGRES
// holds a DSN, an existing server on which that user may create databases. Nothing is downloaded. Without either, a
// test is skipped with a reason, except under CI=true, where the absence is a failure: a check that did not run must
// not look like one that passed.
//
// A fault test starts its own server with [Start], so that it can [Server.Kill] and [Server.Restart] it without
// disturbing its neighbours.
package postgrestest
