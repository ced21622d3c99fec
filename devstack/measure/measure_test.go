package measure

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bench"
	"recourse/bench/bare"
)

func TestOnlyFiguresThatExistCanBeChosen(t *testing.T) {
	require.NoError(t, options{pairs: 5}.check())
	require.NoError(t, options{pairs: 1, only: []string{"B1", "B5", "B8"}}.check())
	require.ErrorContains(t, options{pairs: 5, only: []string{"B7"}}.check(), "no figure B7")
	require.Error(t, options{pairs: 0}.check())
	require.True(t, options{}.wants("B1"))
	require.False(t, options{only: []string{"B2"}}.wants("B1"))
	require.True(t, options{only: []string{"B3"}}.wants("B2", "B3"))
}

func TestTasksTellTheFirstErrorsOnly(t *testing.T) {
	down := errors.New("down")
	var group tasks
	for range 5 {
		group.run(func() error { return down })
	}
	err := group.wait()
	require.ErrorIs(t, err, down)
	require.ErrorContains(t, err, "and 2 more")
	require.NoError(t, group.wait(), "it is ready for more")
}

func TestSpreadEndsAfterAnError(t *testing.T) {
	down := errors.New("down")
	var calls atomic.Int64
	_, err := spread(1000, 5, func(i int) (int, error) {
		calls.Add(1)
		return i, down
	})
	require.ErrorIs(t, err, down)
	require.LessOrEqual(t, calls.Load(), int64(5), "who has failed does no more")

	made, err := spread(20, 5, func(i int) (int, error) { return i * i, nil })
	require.NoError(t, err)
	require.Equal(t, 361, made[19])
}

func TestRateIsThatOfTheFullLoop(t *testing.T) {
	var ends []time.Duration
	for i := range 100 {
		ends = append(ends, 10*time.Second+time.Duration(i)*100*time.Millisecond) // a slow start, then ten a second
	}
	require.InDelta(t, 10, fullRate(ends), 1e-9)
	require.Zero(t, fullRate(nil))
}

func TestLoadIsOfferedAtItsRateWhateverIsAnswered(t *testing.T) {
	var sent atomic.Int64
	took, err := steadily(t.Context(), 200, 500*time.Millisecond, func(context.Context, int) error {
		sent.Add(1)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, took, int(sent.Load()))
	require.InDelta(t, 100, sent.Load(), 40)

	down := errors.New("down")
	_, err = steadily(t.Context(), 200, 50*time.Millisecond, func(context.Context, int) error { return down })
	require.ErrorIs(t, err, down)
}

func TestEveryRunOfTheOtherSideHasAScript(t *testing.T) {
	all := scripts()
	for _, name := range []string{crowdScript, offerScript} {
		require.NotEmpty(t, all[name].Moments, name)
	}
	for _, bound := range bench.Bounds {
		require.NotEmpty(t, all[bound.Run].Moments, bound.Run)
	}
	require.True(t, all[offerScript].Insert)
	require.Equal(t, len(bare.References["D1 dispute"].Moments), len(all[crowdScript].Moments))
}

func TestMissedGatesAreListed(t *testing.T) {
	missed := []bench.Result{
		bench.Timed("B4", "offer at rest, p50", "ms", bench.Gate{AtMost: 1.8}, []bench.Pair{{Ours: 20, Theirs: 10}}),
		bench.Timed("B1", "D1 resolved", "disputes/s", bench.Gate{AtLeast: 0.7}, []bench.Pair{{Ours: 5, Theirs: 10}}),
	}
	require.Equal(t, "  B1 D1 resolved is 0.50, gate ≥ 0.70\n  B4 offer at rest, p50 is 2.00, gate ≤ 1.80", explain(missed))
}

func TestAFewFiguresLeaveTheOthersOfTheFileAsTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	whole := bench.Report{Commit: "abc", Results: []bench.Result{{ID: "B1"}, {ID: "B5", Figure: "old"}}}
	few := bench.Report{Commit: "def", Results: []bench.Result{{ID: "B5", Figure: "new"}}}
	require.NoError(t, keep(few, options{only: []string{"B5"}, out: path}, false))
	require.NoFileExists(t, path, "nobody has named a file")
	require.NoError(t, keep(whole, options{out: path}, false))
	require.NoError(t, keep(few, options{only: []string{"B5"}, out: path}, true))
	kept, err := bench.Read(path)
	require.NoError(t, err)
	require.Equal(t, "abc", kept.Commit)
	require.Len(t, kept.Results, 2)
	require.Equal(t, "new", kept.Results[1].Figure)
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	require.Error(t, keep(few, options{only: []string{"B5"}, out: path}, true), "it is not written over what cannot be read")
}
