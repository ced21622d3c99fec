package detect_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"

	"recourse/domain/detect"
	"recourse/policies"
)

var (
	terms = policies.Default().ForDetect()
	zero  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// rows are so many of a kind, a step apart, each of another order and another buyer.
func rows(kind detect.Kind, n int, step time.Duration) []detect.Row {
	all := make([]detect.Row, n)
	for i := range all {
		all[i] = detect.Row{ID: fmt.Sprintf("%s_%03d", kind, i), Kind: kind, OrderID: fmt.Sprintf("ord_%03d", i), Buyer: fmt.Sprintf("acc_b%03d", i), Seller: "acc_s",
			At: zero.Add(time.Duration(i) * step)}
	}
	return all
}

// Values of the upper regularised incomplete gamma function: closed forms of DLMF 8.4 for whole and half arguments, and
// quantiles of the chi-squared distribution, Q(k/2, x/2), from Abramowitz and Stegun, table 26.8.
func TestTheGammaFunctionHasItsKnownValues(t *testing.T) {
	t.Parallel()
	for _, x := range []float64{0.01, 0.5, 1, 2.5, 10, 40} {
		require.InEpsilon(t, math.Exp(-x), mathext.GammaIncRegComp(1, x), 1e-12)
		require.InEpsilon(t, math.Exp(-x)*(1+x+x*x/2), mathext.GammaIncRegComp(3, x), 1e-12)
		require.InEpsilon(t, math.Erfc(math.Sqrt(x)), mathext.GammaIncRegComp(0.5, x), 1e-9)
	}
	for _, c := range []struct{ degrees, quantile, p float64 }{
		{1, 3.841459, 0.05}, {5, 11.070498, 0.05}, {10, 23.209251, 0.01}, {30, 43.772972, 0.05}, {100, 135.806723, 0.01}, {10, 2.558212, 0.99},
	} {
		require.InDelta(t, c.p, mathext.GammaIncRegComp(c.degrees/2, c.quantile/2), 1e-7)
	}
}

func TestTheProbabilityOfARateIsAProbability(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, rate := rapid.IntRange(0, 5000).Draw(t, "n"), rapid.Float64Range(0, 10000).Draw(t, "rate")
		p := detect.AboveRate(n, rate)
		require.True(t, p >= 0 && p <= 1, "%v", p)
		require.GreaterOrEqual(t, detect.AboveRate(n+1, rate), p, "more disputes are no less certain")
		require.LessOrEqual(t, detect.AboveRate(n, rate+1), p, "a higher rate is no more certain")
	})
	require.InDelta(t, 1, detect.AboveRate(0, 0), 0)
}

func TestASpikeNeedsDisputesBuyersAndCertainty(t *testing.T) {
	t.Parallel()
	usual := detect.Tally{Orders: 10000, Disputes: 200}
	for _, c := range []struct {
		what     string
		disputes []detect.Row
		exposed  int
		found    bool
	}{
		{"five of a small shop", rows(detect.Dispute, 5, 24*time.Hour), 60, true},
		{"four are too few", rows(detect.Dispute, 4, 24*time.Hour), 60, false},
		{"five in eight days are four in seven", rows(detect.Dispute, 5, 42*time.Hour), 60, false},
		{"what a large shop has every week", rows(detect.Dispute, 40, 4*time.Hour), 9000, false},
		{"five times what it has", rows(detect.Dispute, 200, 50*time.Minute), 9000, true},
		{"not certain enough", rows(detect.Dispute, 5, 24*time.Hour), 150, false},
	} {
		f, found := detect.Complaints{Seller: "acc_s", Disputes: c.disputes, Exposed: c.exposed, Market: usual}.Spike(terms)
		require.Equal(t, c.found, found, "%s: %+v", c.what, f.Signals)
	}
	few := rows(detect.Dispute, 6, time.Hour)
	for i := range few {
		few[i].Buyer = few[i%3].Buyer
	}
	_, found := detect.Complaints{Disputes: few, Exposed: 10, Market: usual}.Spike(terms)
	require.False(t, found, "three buyers are no crowd")
}

func TestASpikeSaysWhatItCounted(t *testing.T) {
	t.Parallel()
	f, found := detect.Complaints{Seller: "acc_s", Disputes: rows(detect.Dispute, 6, 24*time.Hour), Exposed: 100, Market: detect.Tally{Orders: 100000, Disputes: 2000}}.Spike(terms)
	require.True(t, found)
	require.Equal(t, "acc_s", f.Subject)
	require.Equal(t, zero, f.Since)
	require.Equal(t, zero.Add(5*24*time.Hour), f.Until)
	require.Equal(t, []string{"dispute_000", "dispute_001", "dispute_002", "dispute_003", "dispute_004", "dispute_005"}, f.Rows)
	require.Equal(t, 6, f.Total)
	require.Equal(t, "disputes", f.Number().Name)
	require.Equal(t, "6 disputes by 6 buyers within 7 days, where 0.5 were to be expected. That this is more than 3 times the usual rate has a probability of 99.85 %.", f.Text)
	for _, s := range f.Signals[:3] {
		require.True(t, s.Met && s.Window == 7*24*time.Hour && s.Number >= s.Threshold, "%+v", s)
	}
}

func TestASellersOwnHistoryIsWhatIsUsual(t *testing.T) {
	t.Parallel()
	spike := func(disputed int) bool {
		_, found := detect.Complaints{Disputes: rows(detect.Dispute, 9, 12*time.Hour), Exposed: 200, Orders: 1000, Disputed: disputed,
			Market: detect.Tally{Orders: 100000, Disputes: 2000}}.Spike(terms)
		return found
	}
	require.True(t, spike(10))
	require.False(t, spike(80), "a shop with eight complaints in a hundred always has so many")
}

func TestAFindingKeepsTheLatestRows(t *testing.T) {
	t.Parallel()
	short := terms
	short.Detect.Rows = 3
	f, found := detect.Complaints{Disputes: rows(detect.Dispute, 8, time.Hour), Exposed: 10, Market: detect.Tally{Orders: 1000, Disputes: 10}}.Spike(short)
	require.True(t, found)
	require.Equal(t, []string{"dispute_005", "dispute_006", "dispute_007"}, f.Rows)
	require.Equal(t, 8, f.Total)
	require.Equal(t, zero, f.Since, "of all of them")
}
