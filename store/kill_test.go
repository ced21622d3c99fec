package store

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/internal/identifier"
)

// knocker is the environment variable that makes this test's process the one that is killed.
const knocker = "RECOURSE_TEST_KNOCKER"

// What was answered survives SIGKILL of the process, also with SQLite's relaxed synchronisation.
func TestAnsweredKnockSurvivesSIGKILL(t *testing.T) {
	if dsn := os.Getenv(knocker); dsn != "" {
		knockForEver(t, dsn)
	}
	t.Parallel()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "store.db")
	f := open(t, dsn)
	order := f.order("")
	require.NoError(t, f.Close())

	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAnsweredKnockSurvivesSIGKILL$", "-test.v") //nolint:gosec // itself
	child.Env = append(os.Environ(), knocker+"="+dsn+"|"+order)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var answered []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "answered "); ok {
			if answered = append(answered, id); len(answered) == 200 {
				require.NoError(t, child.Process.Kill())
			}
		}
	}
	require.Error(t, child.Wait(), "it was killed")
	require.GreaterOrEqual(t, len(answered), 200)

	f = open(t, dsn)
	result := f.step(order)
	for _, id := range answered {
		require.True(t, f.answer(id).Accepted())
	}
	require.GreaterOrEqual(t, result.Applied, int64(len(answered))+1)
	f.verify(order)
}

func knockForEver(t *testing.T, target string) {
	t.Helper()
	dsn, order, _ := strings.Cut(target, "|")
	s, err := Open(t.Context(), dsn, Options{Kinds: toyKinds()})
	require.NoError(t, err)
	for n := 0; ; n++ {
		r, err := s.Knock(t.Context(), Knock{ID: identifier.New("cmd"), Case: order, Name: "add", By: buyer()})
		require.NoError(t, err)
		fmt.Println("answered", r.ID)
		if n%3 == 0 {
			_, err = s.Step(t.Context(), order)
			require.NoError(t, err)
		}
	}
}
