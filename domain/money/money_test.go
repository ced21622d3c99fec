package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/money"
)

const (
	highest = money.Minor(math.MaxInt64)
	lowest  = money.Minor(math.MinInt64)
)

func TestArithmeticAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		what string
		got  func() (money.Minor, bool)
		want money.Minor
		ok   bool
	}{
		{"2 + 3", func() (money.Minor, bool) { return money.Add(2, 3) }, 5, true},
		{"highest + 0", func() (money.Minor, bool) { return money.Add(highest, 0) }, highest, true},
		{"highest + 1", func() (money.Minor, bool) { return money.Add(highest, 1) }, 0, false},
		{"lowest + -1", func() (money.Minor, bool) { return money.Add(lowest, -1) }, 0, false},
		{"2 - 3", func() (money.Minor, bool) { return money.Sub(2, 3) }, -1, true},
		{"lowest - 1", func() (money.Minor, bool) { return money.Sub(lowest, 1) }, 0, false},
		{"0 - lowest", func() (money.Minor, bool) { return money.Sub(0, lowest) }, 0, false},
		{"-1 - lowest", func() (money.Minor, bool) { return money.Sub(-1, lowest) }, highest, true},
		{"4200 × 3", func() (money.Minor, bool) { return money.Mul(4200, 3) }, 12600, true},
		{"lowest × -1", func() (money.Minor, bool) { return money.Mul(lowest, -1) }, 0, false},
		{"-1 × lowest", func() (money.Minor, bool) { return money.Mul(-1, math.MinInt64) }, 0, false},
		{"MaxTotal × 1024", func() (money.Minor, bool) { return money.Mul(money.MaxTotal, 1024) }, money.MaxTotal * 1024, true},
		{"MaxTotal × 1025", func() (money.Minor, bool) { return money.Mul(money.MaxTotal, 1025) }, 0, false},
		{"sum of nothing", func() (money.Minor, bool) { return money.Sum() }, 0, true},
		{"sum", func() (money.Minor, bool) { return money.Sum(4200, 350, -50) }, 4500, true},
		{"sum out of range", func() (money.Minor, bool) { return money.Sum(highest, 1, -1) }, 0, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, ok := c.got()
			require.Equal(t, c.ok, ok)
			require.Equal(t, c.want, got)
		})
	}
}

// exactly says whether a big result is what the checked operation answered, an overflow included.
func exactly(t *rapid.T, want *big.Int, got money.Minor, ok bool) {
	require.Equal(t, want.IsInt64(), ok)
	if !ok {
		return
	}
	require.Equal(t, money.Minor(want.Int64()), got)
}

func TestArithmeticIsExactOrSaysThatItIsNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		x, y := big.NewInt(a), big.NewInt(b)

		got, ok := money.Add(money.Minor(a), money.Minor(b))
		exactly(t, new(big.Int).Add(x, y), got, ok)
		got, ok = money.Sub(money.Minor(a), money.Minor(b))
		exactly(t, new(big.Int).Sub(x, y), got, ok)
		got, ok = money.Mul(money.Minor(a), b)
		exactly(t, new(big.Int).Mul(x, y), got, ok)
	})
}

func TestPercentRoundsHalfUp(t *testing.T) {
	for _, c := range []struct {
		total      money.Minor
		hundredths int64
		want       money.Minor
		ok         bool
	}{
		{4200, 1000, 420, true},
		{25, 1000, 3, true},   // 2.5
		{24, 1000, 2, true},   // 2.4
		{1, 5000, 1, true},    // 0.5
		{1, 4999, 0, true},    // 0.4999
		{199, 50, 1, true},    // 0.995
		{-25, 1000, -2, true}, // −2.5 goes up
		{0, 1000, 0, true},    //
		{777, 0, 0, true},     //
		{777, 10000, 777, true},
		{highest, 10000, highest, true},
		{lowest, 10000, lowest, true},
		{highest, 10001, 0, false},
		{100, -5000, -50, true},
	} {
		got, ok := money.PercentOf(c.total, c.hundredths)
		require.Equal(t, c.ok, ok)
		require.Equal(t, c.want, got, "%d hundredths of a percent of %d", c.hundredths, c.total)
	}
}

func TestPercentIsTheExactValueRounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total, percent := rapid.Int64().Draw(t, "total"), rapid.Int64Range(0, 10_000).Draw(t, "hundredths")
		got, ok := money.PercentOf(money.Minor(total), percent)
		require.True(t, ok)

		twice := new(big.Int).Mul(big.NewInt(total), big.NewInt(2*percent))
		rounded := new(big.Int).Div(twice.Add(twice, big.NewInt(10_000)), big.NewInt(20_000)) // floor(x + 1/2)
		require.Equal(t, rounded.Int64(), int64(got))
	})
}
