package engine_test

import (
	"database/sql"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert" //nolint:depguard // require.EventuallyWithT asks for its CollectT
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
)

// silent is a logger for clients and workers, which speak of every reconnect.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

func portOf(t *testing.T, hostPort string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(hostPort)
	require.NoError(t, err)
	port, err := strconv.Atoi(text)
	require.NoError(t, err)
	return port
}

func describe(namespace string) *workflowservice.DescribeNamespaceRequest {
	return &workflowservice.DescribeNamespaceRequest{Namespace: namespace}
}

// assertions is what a condition that is tried again reports to.
type assertions = assert.CollectT

// setMark writes a file as another version of the server would leave it.
func setMark(t *testing.T, path string, mark int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec("PRAGMA user_version = " + strconv.Itoa(mark))
	require.NoError(t, err)
	require.NoError(t, db.Close())
}
