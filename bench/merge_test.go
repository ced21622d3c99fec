package bench_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bench"
)

func TestAFigureThatIsMeasuredApartSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	_, err := bench.Read(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, report().Write(path))
	before, err := bench.Read(path)
	require.NoError(t, err)
	require.Equal(t, report(), before, "what was written is read")

	later := bench.Report{Date: before.Date.Add(time.Hour), Commit: "def", Machine: bench.Machine{Load: 3.5}, Results: []bench.Result{
		bench.Timed("B5", "evidence", "ms", bench.Gate{AtMost: 2}, []bench.Pair{{Ours: 3, Theirs: 1}}),
		bench.Timed("B1", "D1 resolved", "disputes/s", bench.Gate{AtLeast: 0.7}, []bench.Pair{{Ours: 8, Theirs: 10}}),
	}}
	all := before.With(later)
	var ids []string
	for _, r := range all.Results {
		ids = append(ids, r.ID)
		if r.ID == "B2" {
			require.Nil(t, r.Apart)
			continue
		}
		require.Equal(t, &bench.Apart{Date: later.Date, Commit: "def", Load: 3.5}, r.Apart)
	}
	require.Equal(t, []string{"B1", "B2", "B5"}, ids)
	require.InDelta(t, 0.8, all.Results[0].Ratio.Median, 1e-9)
	require.Equal(t, before.Commit, all.Commit)
	require.Equal(t, before.Runs, all.Runs)
	require.Equal(t, report(), before, "the other one stays as it is")

	later.Runs, later.Quick = map[string][]bench.History{"D1 order": {{Events: 1}}}, true
	all = before.With(later)
	require.Equal(t, later.Runs, all.Runs)
	require.True(t, all.Quick, "nothing of it passes for a whole run")

	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, err = bench.Read(path)
	require.ErrorContains(t, err, "read the results of")
}
