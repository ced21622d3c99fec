package engine_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"recourse/devstack/engine"
	"recourse/internal/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

const (
	namespace = "recourse"
	taskQueue = "parcels"
	delivered = "delivered"

	patience = 30 * time.Second // for what takes a second on an idle machine
)

// stores are the three places for the state, each made for one test.
var stores = map[string]func(t *testing.T) engine.Options{
	"memory": func(*testing.T) engine.Options { return engine.Options{} },
	"file": func(t *testing.T) engine.Options {
		return engine.Options{SQLitePath: filepath.Join(t.TempDir(), "a b", "state.db")}
	},
	"postgres": func(t *testing.T) engine.Options { return engine.Options{PostgresDSN: postgrestest.Require(t)} },
}

func TestWorkflowRunsOnEachStore(t *testing.T) {
	for name, options := range stores {
		t.Run(name, func(t *testing.T) {
			e := start(t, options(t))
			c := dial(t, e)
			work(t, c)
			run := startParcel(t, c, "parcel/1")
			deliver(t, c, "parcel/1")
			require.Equal(t, "signed for", result(t, run))
		})
	}
}

func TestOpenWorkflowGoesOnAfterRestart(t *testing.T) {
	for _, name := range []string{"file", "postgres"} {
		t.Run(name, func(t *testing.T) {
			options := stores[name](t)
			first := start(t, options)
			c := dial(t, first)
			startParcel(t, c, "parcel/1")
			c.Close()
			require.NoError(t, first.Stop())

			c = dial(t, start(t, options))
			work(t, c)
			deliver(t, c, "parcel/1")
			require.Equal(t, "signed for", result(t, c.GetWorkflow(t.Context(), "parcel/1", "")))
		})
	}
}

func TestClosedWorkflowsAreKeptForThreeDays(t *testing.T) {
	c := dial(t, start(t, engine.Options{}))
	described, err := c.WorkflowService().DescribeNamespace(t.Context(), describe(namespace))
	require.NoError(t, err)
	require.Equal(t, 72*time.Hour, described.Config.WorkflowExecutionRetentionTtl.AsDuration())
}

func TestWebPageAnswers(t *testing.T) {
	e := start(t, engine.Options{UIPort: engine.AnyPort})
	require.Contains(t, get(t, e.UIURL()+"/"), "<html")
	require.Contains(t, get(t, e.UIURL()+"/api/v1/namespaces"), namespace, "the page does not reach the server")

	require.NoError(t, e.Stop())
	_, err := http.Get(e.UIURL())
	require.Error(t, err, "the page answers after Stop")
}

func TestWithoutWebPageThereIsNoAddress(t *testing.T) {
	require.Empty(t, start(t, engine.Options{}).UIURL())
}

func TestTakenPortIsAnError(t *testing.T) {
	port := portOf(t, start(t, engine.Options{}).HostPort())
	for _, options := range []engine.Options{{FrontendPort: port}, {UIPort: port}} {
		_, err := engine.Start(t.Context(), options)
		require.ErrorContains(t, err, "address already in use")
	}
}

func TestTwoStoresAreAnError(t *testing.T) {
	_, err := engine.Start(t.Context(), engine.Options{SQLitePath: "a.db", PostgresDSN: "postgres://127.0.0.1/a"})
	require.ErrorContains(t, err, "which one")
}

func TestAnUnreadableDSNIsNotShown(t *testing.T) {
	_, err := engine.Start(t.Context(), engine.Options{PostgresDSN: "postgres://u:secret@127.0.0.1:x/a"})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}

func TestEnginesInOneProcessAreApart(t *testing.T) {
	first, second := dial(t, start(t, engine.Options{})), dial(t, start(t, engine.Options{}))
	startParcel(t, first, "parcel/1")
	_, err := second.DescribeWorkflowExecution(t.Context(), "parcel/1", "")
	require.Error(t, err)
}

func TestSettingsReachTheServer(t *testing.T) {
	e := start(t, engine.Options{DynamicConfig: map[string]any{"limit.maxIDLength": 100}})
	_, err := dial(t, e).ExecuteWorkflow(t.Context(), startOptions(strings.Repeat("p", 101)), parcel)
	require.ErrorContains(t, err, "exceeds maximum allowed length")
}

// parcel waits for its delivery.
func parcel(ctx workflow.Context) (string, error) {
	workflow.GetSignalChannel(ctx, delivered).Receive(ctx, nil)
	return "signed for", ctx.Err()
}

func startOptions(id string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: id, TaskQueue: taskQueue, WorkflowExecutionTimeout: time.Hour}
}

func start(t *testing.T, options engine.Options) *engine.Engine {
	t.Helper()
	options.Namespaces = []string{namespace}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	e, err := engine.Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Stop()) })
	return e
}

func dial(t *testing.T, e *engine.Engine) client.Client {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: e.HostPort(), Namespace: namespace, Logger: silent{}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func work(t *testing.T, c client.Client) {
	t.Helper()
	w := worker.New(c, taskQueue, worker.Options{})
	w.RegisterWorkflow(parcel)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}

func startParcel(t *testing.T, c client.Client, id string) client.WorkflowRun {
	t.Helper()
	run, err := c.ExecuteWorkflow(t.Context(), startOptions(id), parcel)
	require.NoError(t, err)
	return run
}

func deliver(t *testing.T, c client.Client, id string) {
	t.Helper()
	require.NoError(t, c.SignalWorkflow(t.Context(), id, "", delivered, nil))
}

func result(t *testing.T, run client.WorkflowRun) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var text string
	require.NoError(t, run.Get(ctx, &text))
	return text
}

func get(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(body))
	return string(body)
}
