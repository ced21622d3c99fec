package bench_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/bench"
)

func TestSpreadIsLeastMiddleAndGreatest(t *testing.T) {
	require.Equal(t, bench.Spread{Min: 1, Median: 2, Max: 9, N: 3}, bench.SpreadOf([]float64{9, 1, 2}))
	require.Equal(t, bench.Spread{Min: 1, Median: 2.5, Max: 9, N: 4}, bench.SpreadOf([]float64{9, 1, 2, 3}))
	require.Equal(t, bench.Spread{}, bench.SpreadOf(nil))
	values := []float64{3, 1, 2}
	bench.SpreadOf(values)
	require.Equal(t, []float64{3, 1, 2}, values, "the measurements stay in the order in which they were made")
}

func TestPercentileIsTheNearestRank(t *testing.T) {
	var hundred []time.Duration
	for i := 100; i > 0; i-- {
		hundred = append(hundred, time.Duration(i))
	}
	require.Equal(t, time.Duration(50), bench.Percentile(hundred, 50))
	require.Equal(t, time.Duration(99), bench.Percentile(hundred, 99))
	require.Equal(t, time.Duration(100), bench.Percentile(hundred, 100))
	require.Equal(t, time.Duration(1), bench.Percentile(hundred, 0))
	require.Equal(t, time.Duration(7), bench.Percentile([]time.Duration{7}, 99))
	require.Zero(t, bench.Percentile(nil, 50))
}

func TestEachPairHasItsOwnRatio(t *testing.T) {
	// The machine was half as fast during the second pair: both turns were, so its ratio is the same.
	pairs := []bench.Pair{{Ours: 8, Theirs: 10}, {Ours: 4, Theirs: 5}, {Ours: 9, Theirs: 10}, {Ours: 1, Theirs: 0}}
	require.InDeltaSlice(t, []float64{0.8, 0.8, 0.9}, bench.Ratios(pairs), 1e-9)
	ours, theirs := bench.Sides(pairs[:3])
	require.Equal(t, bench.Spread{Min: 4, Median: 8, Max: 9, N: 3}, ours)
	require.Equal(t, bench.Spread{Min: 5, Median: 10, Max: 10, N: 3}, theirs)
}

func TestSidesAreMeasuredInTurns(t *testing.T) {
	var order string
	side := func(name string, value float64) func(int) (float64, error) {
		return func(int) (float64, error) {
			order += name
			return value, nil
		}
	}
	pairs, err := bench.Alternate(3, side("A", 1), side("B", 2))
	require.NoError(t, err)
	require.Equal(t, "ABABAB", order)
	require.Equal(t, []bench.Pair{{Ours: 1, Theirs: 2}, {Ours: 1, Theirs: 2}, {Ours: 1, Theirs: 2}}, pairs)

	down := errors.New("down")
	_, err = bench.Alternate(3, side("A", 1), func(int) (float64, error) { return 0, down })
	require.ErrorIs(t, err, down)
	_, err = bench.Alternate(0, side("A", 1), side("B", 2))
	require.Error(t, err)
}
