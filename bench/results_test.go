package bench_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bench"
)

func TestGates(t *testing.T) {
	for text, c := range map[string]struct {
		gate bench.Gate
		in   []float64
		out  []float64
	}{
		"≤ 1.10": {bench.Gate{AtMost: 1.10}, []float64{0, 1, 1.10}, []float64{1.11}},
		"≥ 0.70": {bench.Gate{AtLeast: 0.70}, []float64{0.70, 2}, []float64{0.69, 0}},
		"= 0":    {bench.Gate{Exact: true}, []float64{0}, []float64{1}},
	} {
		require.Equal(t, text, c.gate.String())
		for _, figure := range c.in {
			require.True(t, c.gate.Holds(figure), "%v %s", figure, text)
		}
		for _, figure := range c.out {
			require.False(t, c.gate.Holds(figure), "%v %s", figure, text)
		}
	}
}

func TestMedianOfThePairsDecidesForTimes(t *testing.T) {
	pairs := []bench.Pair{{Ours: 6, Theirs: 10}, {Ours: 8, Theirs: 10}, {Ours: 9, Theirs: 10}}
	r := bench.Timed("B1", "D1 resolved", "disputes/s", bench.Gate{AtLeast: 0.7}, pairs)
	require.True(t, r.Passed)
	require.Equal(t, bench.Spread{Min: 0.6, Median: 0.8, Max: 0.9, N: 3}, r.Ratio)
	require.False(t, bench.Timed("B1", "", "", bench.Gate{AtMost: 9}, nil).Passed, "nothing measured is nothing passed")

	unsteady := bench.Timed("B1", "D1 resolved", "disputes/s", bench.Gate{AtLeast: 0.7}, append(pairs, bench.Pair{Ours: 4, Theirs: 10}))
	require.Greater(t, unsteady.Ratio.Median, 0.6)
	require.True(t, unsteady.Unsteady)
	require.False(t, unsteady.Passed, "pairs that disagree pass nothing")
}

func TestWorstRunDecidesForCounts(t *testing.T) {
	require.True(t, bench.Counted("B2", "D1", "events", bench.Gate{AtMost: 1.10}, []float64{100, 110}, 100).Passed)
	require.False(t, bench.Counted("B2", "D1", "events", bench.Gate{AtMost: 1.10}, []float64{100, 100, 111}, 100).Passed)
	require.False(t, bench.Counted("B2", "D1", "events", bench.Gate{AtMost: 1.10}, []float64{100}, 0).Passed, "no bound, nothing passed")
	require.True(t, bench.Counted("B3", "retries", "retries", bench.Gate{Exact: true}, []float64{0, 0}, 0).Passed)
	require.False(t, bench.Counted("B3", "retries", "retries", bench.Gate{Exact: true}, []float64{0, 1}, 0).Passed)
}

func TestWorstOfAnAbsoluteFigureDecides(t *testing.T) {
	r := bench.Absolute("B5", "memory", "MiB", bench.Gate{AtMost: 16}, []float64{3, 16, 1})
	require.True(t, r.Passed)
	require.Equal(t, bench.Spread{Min: 1, Median: 3, Max: 16, N: 3}, r.Ratio)
	require.Equal(t, r.Ratio, r.Ours)
	require.False(t, bench.Absolute("B5", "memory", "MiB", bench.Gate{AtMost: 16}, []float64{3, 16.1, 1}).Passed)
	require.False(t, bench.Absolute("B5", "memory", "MiB", bench.Gate{AtMost: 16}, nil).Passed, "nothing measured is nothing passed")
}

func report() bench.Report {
	return bench.Report{Date: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Commit: "abc", Seconds: 7,
		Machine: bench.Machine{Cores: 2, MemoryMB: 8000, System: "linux/amd64", Go: "go1", Postgres: "PostgreSQL 15", Temporal: "v1", Fsync: true},
		Results: []bench.Result{
			bench.Timed("B1", "D1 resolved", "disputes/s", bench.Gate{AtLeast: 0.7}, []bench.Pair{{Ours: 5, Theirs: 10}}),
			bench.Counted("B2", "P1: events", "events", bench.Gate{AtMost: 1.05}, []float64{60, 60}, 60),
		},
		Runs: map[string][]bench.History{"P1 order": {{Events: 60}}},
	}
}

func TestResultsFileHasItsShape(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	require.NoError(t, report().Write(path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, json.Unmarshal(text, &file))
	require.Equal(t, "2026-05-01T12:00:00Z", file["date"])
	require.Equal(t, "abc", file["commit"])
	for _, key := range []string{"cores", "memory_mb", "system", "go", "postgres", "temporal", "fsync", "load"} {
		require.Contains(t, file["machine"], key)
	}
	results, ok := file["results"].([]any)
	require.True(t, ok)
	require.Len(t, results, 2)
	for _, result := range results {
		for _, key := range []string{"id", "figure", "ratio", "gate", "passed", "unit", "ours", "theirs"} {
			require.Contains(t, result, key)
		}
		ratio := result.(map[string]any)["ratio"]
		for _, key := range []string{"min", "median", "max", "n"} {
			require.Contains(t, ratio, key)
		}
	}
	left, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	require.Equal(t, []string{path}, left, "nothing half-written is left")
	require.Error(t, report().Write(filepath.Join(t.TempDir(), "missing", "results.json")))
}

func TestTableShowsWhatWasMissed(t *testing.T) {
	var out bytes.Buffer
	r := report()
	r.Results[1].Comment = "order 60 events"
	require.NoError(t, bench.Table(&out, r))
	require.Regexp(t, `B1 +D1 resolved +0\.50 +0\.50 – 0\.50 +≥ 0\.70 +MISSED +5 +10 +disputes/s`, out.String())
	require.Regexp(t, `B2 +P1: events +1\.00 +1\.00 – 1\.00 +≤ 1\.05 +passed +60 +60 +events`, out.String())
	require.Contains(t, out.String(), "order 60 events")
	require.Contains(t, out.String(), "2 cores, 8000 MB")
	require.Len(t, r.Missed(), 1)
}

// The committed results are those of a whole run.
func TestCommittedResultsAreWhole(t *testing.T) {
	text, err := os.ReadFile("results.json")
	require.NoError(t, err)
	var r bench.Report
	require.NoError(t, json.Unmarshal(text, &r))
	require.False(t, r.Quick)
	have := map[string]bool{}
	for _, result := range r.Results {
		have[result.ID] = true
		if len(result.Pairs) > 0 {
			require.GreaterOrEqual(t, len(result.Pairs), bench.MinimumPairs, result.Figure)
		}
		require.NotZero(t, result.Ratio.N, result.Figure)
	}
	require.Equal(t, map[string]bool{"B1": true, "B2": true, "B3": true, "B4": true, "B5": true, "B8": true, "S1": true}, have)
	for _, bound := range bench.Bounds {
		require.NotEmpty(t, r.Runs[bound.Run], bound.Run)
	}
}
