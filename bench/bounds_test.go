package bench_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/bench"
	"recourse/bench/bare"
)

func TestEveryReferenceCaseHasABoundWithReasons(t *testing.T) {
	runs := map[string]bool{}
	for _, bound := range bench.Bounds {
		runs[bound.Run] = true
		require.NotEmpty(t, bound.Needs, bound.Run)
		for _, need := range bound.Needs {
			require.NotEmpty(t, need.Why, bound.Run)
			require.NotZero(t, need.Units, bound.Run)
		}
	}
	require.Equal(t, map[string]bool{"P1 order": true, "D1 order": true, "D1 dispute": true, "D2 order": true, "D2 dispute": true,
		"D3 order": true, "D3 dispute": true}, runs)
}

// A bound is a number that is only changed with its reason: here it stands once more, so that nobody changes it unseen.
func TestBoundsAreWhatWasAgreed(t *testing.T) {
	events, actions := map[string]int{}, map[string]int{}
	for _, bound := range bench.Bounds {
		events[bound.Run], actions[bound.Run] = bound.Units().Events(), bound.Units().Actions()
	}
	require.Equal(t, map[string]int{"P1 order": 60, "D1 order": 50, "D1 dispute": 67, "D2 order": 50, "D2 dispute": 185, "D3 order": 50, "D3 dispute": 27}, events)
	require.Equal(t, map[string]int{"P1 order": 24, "D1 order": 21, "D1 dispute": 26, "D2 order": 21, "D2 dispute": 67, "D3 order": 21, "D3 dispute": 10}, actions)
}

// The bare runs do what the bounds count, upserts apart: they show nothing.
func TestBareRunsDoWhatTheBoundsCount(t *testing.T) {
	for _, bound := range bench.Bounds {
		script, found := bare.References[bound.Run]
		require.True(t, found, bound.Run)
		var units bench.Units
		for _, m := range script.Moments {
			units.Tasks++
			units.Markers++
			switch m.On {
			case bare.OnSignal:
				units.Signals++
			case bare.OnTimer, bare.OnActivity:
			default:
				units.Updates++
			}
			if m.Timer > 0 {
				units.Timers++
			}
			if m.Effect {
				units.Activities++
			}
		}
		want := bound.Units()
		want.Upserts = 0
		require.Equal(t, want, units, bound.Run)
	}
	require.Len(t, bare.References, len(bench.Bounds))
}
