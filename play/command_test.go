package play

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

// carriedOut is how a command ended.
type carriedOut struct {
	out, err string
	says     string // the error that the process prints
	code     int
	started  int
	stopped  int
}

// execute runs `play` with the arguments against the fake server.
func execute(t *testing.T, f *fakeAPI, args ...string) carriedOut {
	t.Helper()
	var done carriedOut
	command := Command(func(context.Context) (string, string, func(), error) {
		done.started++
		return f.server.URL, "secret", func() { done.stopped++ }, nil
	})
	var out, errs bytes.Buffer
	command.SetOut(&out)
	command.SetErr(&errs)
	command.SetArgs(args)
	if err := command.ExecuteContext(t.Context()); err != nil {
		done.code, done.says = exitMissed, err.Error() // as the process ends with an error that names no code
		if exit := new(Exit); asExit(err, &exit) {
			done.code = exit.ExitCode()
		}
	}
	done.out, done.err = out.String(), errs.String()
	return done
}

func asExit(err error, exit **Exit) bool { return errors.As(err, exit) }

// files writes case files and returns their folder.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range contents {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".yaml"), []byte(content), 0o600))
	}
	return folder
}

const ship = `
  - {at: 1d, by: bolt, do: ship, carrier: upu, tracking: X1}`

func closing(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

func closedOrders(f *fakeAPI) {
	f.order = func(string) client.Order { return client.Order{State: "closed"} }
}

func TestAllThatHoldIsExitCodeZero(t *testing.T) {
	f := newFakeAPI(t)
	closedOrders(f)
	done := execute(t, f, files(t, map[string]string{"a": minimal("a", ship), "b": minimal("b", ship)}))
	require.Zero(t, done.code)
	require.Equal(t, "2 passed, 0 failed", closing(done.out))
	require.Contains(t, done.err, "2/2 passed")
	require.Regexp(t, `(?m)^a +passed +901 +1 +\d+$`, done.out)
	require.Equal(t, 1, done.started)
	require.Equal(t, 1, done.stopped)
}

func TestAMissIsExitCodeOne(t *testing.T) {
	f := newFakeAPI(t)
	folder := files(t, map[string]string{"a": minimal("a", ship)})
	done := execute(t, f, folder)
	require.Equal(t, 1, done.code)
	require.Contains(t, done.out, filepath.Join(folder, "a.yaml")+":20 order state expected closed got nothing\n")
	require.Equal(t, "0 passed, 1 failed", closing(done.out))
}

func TestAFileThatIsNotValidIsExitCodeTwoAndNothingIsStarted(t *testing.T) {
	f := newFakeAPI(t)
	folder := files(t, map[string]string{"a": minimal("a", ship), "b": minimal("b", strings.ReplaceAll(ship, "ship", "shop"))})
	done := execute(t, f, folder)
	require.Equal(t, 2, done.code)
	require.Contains(t, done.out, filepath.Join(folder, "b.yaml")+`:18 step: unknown verb "shop"`)
	require.Zero(t, done.started)
	require.Empty(t, f.requests)
	require.Equal(t, 2, execute(t, f, filepath.Join(folder, "none.yaml")).code)
	require.Equal(t, 2, execute(t, f).code)
}

func TestJSONSaysTheSameToPrograms(t *testing.T) {
	f := newFakeAPI(t)
	folder := files(t, map[string]string{"a": minimal("a", ship)})
	done := execute(t, f, folder, "--json", "--keep", "--against", f.server.URL, "--token", "secret")
	require.Zero(t, done.started)
	require.Equal(t, "0 passed, 1 failed", closing(done.err))
	var report reportJSON
	require.NoError(t, json.Unmarshal([]byte(done.out), &report))
	require.Equal(t, 1, report.Failed)
	require.Equal(t, Failed, report.Cases[0].Result)
	require.Equal(t, 20, report.Cases[0].Misses[0].Line)
	require.Equal(t, []string{"ord_1"}, report.Cases[0].Kept.Orders)
	require.Equal(t, "acc_2", report.Cases[0].Kept.Accounts["bolt"])
}

func TestKeepPrintsTheIdentifiers(t *testing.T) {
	f := newFakeAPI(t)
	done := execute(t, f, files(t, map[string]string{"a": minimal("a", ship)}), "--keep")
	for _, line := range []string{"a: clock clk_1\n", "a: order ord_1\n", "a: account ada acc_1\n"} {
		require.Contains(t, done.out, line)
	}
}

func TestAnInterruptIsExitCode130(t *testing.T) {
	f := newFakeAPI(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.script = func(r request) (answer, bool) {
		if r.operation == "shipOrder" {
			cancel()
		}
		return answer{}, false
	}
	command := Command(nil)
	var out, errs bytes.Buffer
	command.SetOut(&out)
	command.SetErr(&errs)
	command.SetArgs([]string{files(t, map[string]string{"a": minimal("a", ship)}), "--against", f.server.URL, "--token", "secret"})
	exit := new(Exit)
	require.True(t, asExit(command.ExecuteContext(ctx), &exit))
	require.Equal(t, 130, exit.ExitCode())
	require.Equal(t, "0 passed, 0 failed", closing(out.String()))
}

func TestAPathThatIsNotThereIsNoCaseFile(t *testing.T) {
	f := newFakeAPI(t)
	for _, args := range [][]string{{filepath.Join(t.TempDir(), "none.yaml")}, {filepath.Join(t.TempDir(), "none")}, {t.TempDir()}, {}, {"--paralel", "2", "x"}} {
		done := execute(t, f, args...)
		require.Equal(t, exitInvalid, done.code, "%v", args)
		require.Zero(t, done.started)
		require.NotEmpty(t, done.says)
	}
	require.Contains(t, execute(t, f, "nowhere.yaml").says, "there is no nowhere.yaml")
}
