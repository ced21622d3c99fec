package bench

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Spread is several measurements of one thing.
type Spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
	N      int     `json:"n"`
}

// SpreadOf is the least, the middle and the greatest of the values. Of an even number the middle is the mean of two.
func SpreadOf(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	median := sorted[middle]
	if len(sorted)%2 == 0 {
		median = (sorted[middle-1] + sorted[middle]) / 2
	}
	return Spread{Min: sorted[0], Median: median, Max: sorted[len(sorted)-1], N: len(sorted)}
}

// Pair is one turn of ours and one of what it is compared with, measured one after the other.
type Pair struct {
	Ours   float64 `json:"ours"`
	Theirs float64 `json:"theirs"`
}

// Ratios are those of the pairs, each by itself: what slows both turns of a pair leaves its ratio alone.
func Ratios(pairs []Pair) []float64 {
	ratios := make([]float64, 0, len(pairs))
	for _, p := range pairs {
		if p.Theirs > 0 {
			ratios = append(ratios, p.Ours/p.Theirs)
		}
	}
	return ratios
}

// Sides are the absolute figures of both sides, as context.
func Sides(pairs []Pair) (ours, theirs Spread) {
	var a, b []float64
	for _, p := range pairs {
		a, b = append(a, p.Ours), append(b, p.Theirs)
	}
	return SpreadOf(a), SpreadOf(b)
}

// Percentile is the value that so many per cent of the durations do not exceed (nearest rank).
func Percentile(durations []time.Duration, percent float64) time.Duration {
	if len(durations) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(durations))
	rank := int(math.Ceil(percent / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// Alternate measures ours and theirs in turns, A B A B …, and returns one pair for each two turns. The first error ends it.
func Alternate(pairs int, ours, theirs func(turn int) (float64, error)) ([]Pair, error) {
	if pairs < 1 {
		return nil, fmt.Errorf("measure in turns: %d pairs", pairs)
	}
	out := make([]Pair, 0, pairs)
	for turn := range pairs {
		a, err := ours(turn)
		if err != nil {
			return nil, fmt.Errorf("turn %d of ours: %w", turn+1, err)
		}
		b, err := theirs(turn)
		if err != nil {
			return nil, fmt.Errorf("turn %d of the other side: %w", turn+1, err)
		}
		out = append(out, Pair{Ours: a, Theirs: b})
	}
	return out, nil
}
