package backtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/detection/market"
	"recourse/domain/detect"
	"recourse/policies"
)

// The seeds are others than those on which the thresholds were chosen.
var (
	heldOut = []uint64{1001, 1002}
	size    = market.Size{Days: 120, Buyers: 1500, Each: 3, Shops: 20}
)

// least is what each detector reaches on those markets: precision and recall, by noise. What it does not is in docs/trust.md.
var least = map[string]map[detect.Detector][2]float64{
	"quiet": {detect.ComplaintSpike: {0.6, 1}, detect.Brushing: {1, 0.7}, detect.Tracking: {0.5, 1}, detect.FrequentDisputer: {1, 1}, detect.Messages: {0.9, 1},
		detect.ShipAndSwitch: {0.85, 1}},
	"usual": {detect.ComplaintSpike: {0.8, 1}, detect.Brushing: {1, 0.6}, detect.Tracking: {0.3, 1}, detect.FrequentDisputer: {1, 1}, detect.Messages: {0.7, 1},
		detect.ShipAndSwitch: {0.6, 0.8}},
	"severe": {detect.ComplaintSpike: {0.8, 0.6}, detect.Brushing: {0.9, 0.5}, detect.Tracking: {0.2, 1}, detect.FrequentDisputer: {0.9, 0.8}, detect.Messages: {0.2, 1},
		detect.ShipAndSwitch: {0.4, 0.8}},
}

func TestDetectorsReachTheirPrecisionAndRecall(t *testing.T) {
	t.Parallel()
	rows, err := Run(t.Context(), heldOut, size, policies.Default().ForDetect(), func(string) {})
	require.NoError(t, err)
	var table strings.Builder
	require.NoError(t, Print(&table, rows))
	t.Log("\n" + table.String())
	require.Len(t, rows, len(market.Levels)*len(detect.Detectors))
	for _, r := range rows {
		pinned := least[r.Noise][r.Detector]
		require.GreaterOrEqualf(t, r.Ours.Precision(), pinned[0], "precision, %s, %s\n%s", r.Noise, r.Detector, &table)
		require.GreaterOrEqualf(t, r.Ours.Recall(), pinned[1], "recall, %s, %s\n%s", r.Noise, r.Detector, &table)
		require.Equal(t, r.Ours.Guilty, r.Fixed.Guilty)
		require.Positive(t, r.Ours.Guilty)
		if r.Detector != detect.Tracking { // "any one" is a fixed threshold itself, and the lowest
			require.GreaterOrEqualf(t, f1(r.Ours), f1(r.Fixed), "a fixed threshold is better: %s, %s\n%s", r.Noise, r.Detector, &table)
		}
		missed := 0
		for _, n := range r.Missed {
			missed += n
		}
		require.Equal(t, r.Ours.Guilty-r.Ours.Right, missed, "what is missed is listed")
	}
}

// f1 is the harmonic mean of precision and recall.
func f1(s Score) float64 {
	p, r := s.Precision(), s.Recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func TestWhatIsFoundBeforeAnythingWasWrongIsWrong(t *testing.T) {
	t.Parallel()
	m := market.Generate(1, market.Size{Days: 120, Buyers: 10, Each: 1, Shops: 2}, market.Quiet)
	var guilty market.Label
	for _, l := range m.Labels {
		if len(l.Guilty) > 0 {
			guilty = l
		}
	}
	d := guilty.Guilty[0]
	before, since := guilty.Since.AddDate(0, 0, -1), guilty.Since.AddDate(0, 0, 1)
	all := scored(m, d, nil)
	require.Positive(t, all.Guilty)
	require.Equal(t, Score{Guilty: all.Guilty, Wrong: 1}, scored(m, d, findings{guilty.Account: {before}}))
	require.Equal(t, Score{Guilty: all.Guilty, Wrong: 1, Right: 1}, scored(m, d, findings{guilty.Account: {before, since}}))
	require.Equal(t, Score{Guilty: all.Guilty, Right: 1}, scored(m, d, findings{guilty.Account: {since}}))
	require.InDelta(t, 0.5, Score{Right: 1, Wrong: 1}.Precision(), 0)
	require.InDelta(t, 1.0, Score{}.Precision(), 0)
}
