package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/identity"
	"recourse/domain/casefile"
	"recourse/internal/settings"
	"recourse/store"
)

// run executes the command line and returns what it prints.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := root()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// configured sets the environment of a process with a database of its own.
func configured(t *testing.T) settings.Settings {
	t.Helper()
	for _, v := range settings.Variables() {
		t.Setenv(v.Name, v.Default) // nothing leaks in from whoever runs the test
		if v.Default == "" {
			require.NoError(t, os.Unsetenv(v.Name))
		}
	}
	t.Setenv("RECOURSE_DATABASE", "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	t.Setenv("RECOURSE_LOG_LEVEL", "ERROR")
	s, err := settings.Load()
	require.NoError(t, err)
	return s
}

func TestHelpNamesEverySetting(t *testing.T) {
	configured(t)
	all := ""
	for _, command := range []string{"api", "worker", "migrate", "token"} {
		text, err := run(t, command, "--help")
		require.NoError(t, err)
		all += text
	}
	for _, v := range settings.Variables() {
		require.Contains(t, all, v.Name)
		require.Contains(t, all, v.Help)
	}
	require.Contains(t, all, "TEMPORAL_ADDRESS")
}

func TestMigrateMakesTheSchemaThatTheProcessesNeed(t *testing.T) {
	s := configured(t)
	place := strings.TrimPrefix(s.Database, "sqlite:")
	s.Files = t.TempDir()
	t.Setenv("RECOURSE_SIGNING", t.TempDir())
	_, err := run(t, "keys", "add", os.Getenv("RECOURSE_SIGNING"))
	require.NoError(t, err)
	for _, command := range [][]string{{"migrate", "--check"}, {"doctor"}, {"export", "dsp_1"}} {
		_, err = run(t, command...)
		require.ErrorIs(t, err, store.ErrNoDatabase, command)
		require.ErrorContains(t, err, place, "a name that is mistyped is seen")
	}
	require.ErrorContains(t, runWorker(t.Context(), s), "recourse migrate", "the remedy is named")
	require.NoFileExists(t, place, "and nothing is made under it")

	require.NoError(t, os.WriteFile(place, nil, 0o600))
	_, err = run(t, "migrate", "--check")
	require.ErrorIs(t, err, store.ErrSchema)
	require.ErrorContains(t, runWorker(t.Context(), s), "recourse migrate", "an old schema is refused, and the remedy is named")
	require.NoError(t, os.Remove(place))

	for range 2 {
		text, err := run(t, "migrate")
		require.NoError(t, err)
		require.Equal(t, "The schema is up to date.\n", text)
	}
	_, err = run(t, "migrate", "--check")
	require.NoError(t, err)
}

func TestProcessesSayWhatIsNotSet(t *testing.T) {
	s := configured(t)
	require.ErrorContains(t, runAPI(t.Context(), s), "set RECOURSE_FILES, RECOURSE_ISSUER, RECOURSE_KEYS; `recourse api --help`", "all at once")
	s.Issuer, s.Keys, s.Files = "https://issuer.example", "http://issuer.example/keys", t.TempDir()
	require.ErrorContains(t, runAPI(t.Context(), s), "https")
	s.Keys, s.Files = writtenKeys(t), ""
	require.ErrorContains(t, runAPI(t.Context(), s), "set RECOURSE_FILES;")
	require.ErrorContains(t, runWorker(t.Context(), s), "set RECOURSE_FILES")
	s.Files, s.Database = t.TempDir(), ""
	require.ErrorContains(t, runWorker(t.Context(), s), "set RECOURSE_DATABASE")
}

func TestReleasesThatAreToldApartHaveNames(t *testing.T) {
	s := configured(t)
	s.Versioned = true
	_, err := release(s) // a test's binary has no version
	require.ErrorContains(t, err, "set RECOURSE_BUILD")
	s.Build = "2026-03"
	named, err := release(s)
	require.NoError(t, err)
	require.Equal(t, "2026-03", named)
}

func TestACallWithoutItsArgumentSaysWhichItIs(t *testing.T) {
	configured(t)
	for call, says := range map[string]string{"export": "name one case: recourse export CASE", "keys add": "name one folder: recourse keys add FOLDER",
		"verify": "name one file: recourse verify FILE", "replay": "name one bundle: recourse replay BUNDLE"} {
		_, err := run(t, strings.Fields(call)...)
		require.EqualError(t, err, says)
	}
	for _, call := range [][]string{{"verify"}, {"replay"}, {"verify", "--key", "x"}, {"replay", "--key", "x"}} {
		_, err := run(t, call...)
		require.Equal(t, exitUnreadable, exitCode(err), "a mistyped call is no bundle that was changed: %v", call)
	}
}

// writtenKeys is a key set as an issuer publishes it.
func writtenKeys(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	_, err := run(t, "token", "key", "--out", dir)
	require.NoError(t, err)
	return filepath.Join(dir, "jwks.json")
}

func TestFilesOfEvidenceAreWhereTheSettingsSay(t *testing.T) {
	s := configured(t)
	_, err := run(t, "migrate")
	require.NoError(t, err)
	s.Files = filepath.Join(t.TempDir(), "made when needed")
	logger := slog.New(slog.DiscardHandler)
	cases, err := openCurrentStore(t.Context(), s, logger)
	require.NoError(t, err)
	saved, err := cases.SaveFile(t.Context(), store.NewFile{ID: "fil_1", By: "acc_1", Limit: 100, Type: func() string { return "text/plain" }}, strings.NewReader("The parcel was light."), store.Once{})
	require.NoError(t, err)
	closeStore(cases, logger)

	again, err := openCurrentStore(t.Context(), s, logger)
	require.NoError(t, err)
	defer closeStore(again, logger)
	_, content, err := again.OpenFile(t.Context(), saved.ID)
	require.NoError(t, err)
	text, err := io.ReadAll(content)
	require.NoError(t, err)
	require.NoError(t, content.Close())
	require.Equal(t, "The parcel was light.", string(text))

	s.Files = "cloud://nowhere"
	_, err = openCurrentStore(t.Context(), s, logger)
	require.ErrorContains(t, err, "RECOURSE_FILES")
}

func TestMintedTokenIsRecognised(t *testing.T) {
	configured(t)
	dir := t.TempDir()
	_, err := run(t, "token", "key", "--out", dir)
	require.NoError(t, err)
	_, err = run(t, "token", "key", "--out", dir)
	require.ErrorIs(t, err, os.ErrExist, "a key is never overwritten")
	t.Chdir(t.TempDir())
	_, err = run(t, "token", "key")
	require.ErrorContains(t, err, "--out")
	require.NoFileExists(t, "private.pem", "a secret is not written where somebody happens to stand")
	info, err := os.Stat(filepath.Join(dir, "private.pem"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	token, err := run(t, "token", "--key", filepath.Join(dir, "private.pem"), "--issuer", "https://issuer.example", "--subject", "acc_1", "--role", "buyer")
	require.NoError(t, err)
	keys, err := identity.KeysFromFile(filepath.Join(dir, "jwks.json"))
	require.NoError(t, err)
	verifier, err := identity.NewVerifier("https://issuer.example", "recourse", keys, nil)
	require.NoError(t, err)
	caller, err := verifier.Verify(t.Context(), strings.TrimSpace(token))
	require.NoError(t, err)
	require.Equal(t, "acc_1", caller.ID)
	require.Equal(t, casefile.Buyer, caller.Role)

	_, err = run(t, "token", "--key", filepath.Join(dir, "private.pem"), "--issuer", "https://issuer.example", "--subject", "acc_1", "--role", "king")
	require.ErrorContains(t, err, `no role "king"`)
	_, err = run(t, "token", "--key", filepath.Join(dir, "private.pem"), "--subject", "acc_1", "--role", "buyer")
	require.ErrorContains(t, err, "needs an issuer")
	_, err = run(t, "token", "--key", filepath.Join(dir, "jwks.json"), "--issuer", "x", "--subject", "acc_1", "--role", "buyer")
	require.ErrorContains(t, err, "Ed25519")
}

func TestAPIIsServedWithoutAnEngineAndStopsCleanly(t *testing.T) {
	s := configured(t)
	_, err := run(t, "migrate")
	require.NoError(t, err)
	dir := t.TempDir()
	_, err = run(t, "token", "key", "--out", dir)
	require.NoError(t, err)
	s.Issuer, s.Keys, s.Sandbox = "https://issuer.example", filepath.Join(dir, "jwks.json"), true

	logger := slog.New(slog.DiscardHandler)
	cases, err := openCurrentStore(t.Context(), s, logger)
	require.NoError(t, err)
	defer closeStore(cases, logger)
	engine, err := dialLazily(logger)
	require.NoError(t, err)
	defer engine.Close()
	tokens, err := verifier(t.Context(), s)
	require.NoError(t, err)
	handler, err := newAPI(s, cases.Store, engine, tokens, logger)
	require.NoError(t, err)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- serve(ctx, listener, &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}, time.Second, logger)
	}()
	client := &http.Client{Timeout: 5 * time.Second}
	response, err := client.Get("http://" + listener.Addr().String() + "/healthz")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	client.CloseIdleConnections()
	cancel()
	require.NoError(t, <-served)
	_, err = net.DialTimeout("tcp", listener.Addr().String(), time.Second)
	require.Error(t, err)
	var refused *net.OpError
	require.True(t, errors.As(err, &refused))
}
