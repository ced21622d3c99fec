package money_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"recourse/domain/money"
)

func TestAllocateServesTheLargestRemainderFirst(t *testing.T) {
	type minors = []money.Minor
	for _, c := range []struct {
		what    string
		total   money.Minor
		weights minors
		want    minors
	}{
		{"in proportion", 100, minors{1, 3}, minors{25, 75}},
		{"equal remainders in order", 100, minors{1, 1, 1}, minors{34, 33, 33}},
		{"the larger remainder wins", 10, minors{2, 5, 4}, minors{2, 4, 4}}, // 1.82, 4.55, 3.64
		{"no weight, no part", 5, minors{0, 1, 0, 1}, minors{0, 3, 0, 2}},
		{"nothing weighs anything", 5, minors{0, 0}, minors{3, 2}},
		{"nothing to divide", 0, minors{3, 4}, minors{0, 0}},
		{"less than there are parts", 2, minors{1, 1, 1}, minors{1, 1, 0}},
		{"shipping over lines", 350, minors{4200, 1995, 105}, minors{233, 111, 6}},
		{"nothing among nobody", 0, nil, minors{}},
		{"something among nobody", 1, nil, minors{}},
		{"a debt is divided too", -100, minors{1, 1, 1}, minors{-33, -33, -34}},
		{"a weight below zero is none", 5, minors{1, -1}, minors{5, 0}},
		{"weights whose sum is out of range", 3, minors{highest, highest, highest}, minors{1, 1, 1}},
		{"the largest there is", highest, minors{highest - 1, 1}, minors{highest - 1, 1}},
	} {
		t.Run(c.what, func(t *testing.T) {
			require.Equal(t, c.want, money.Allocate(c.total, c.weights))
		})
	}
}

func TestAllocatedPartsAddUpAndAreNearTheirShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-int64(money.MaxTotal), int64(money.MaxTotal)).Draw(t, "total")
		drawn := rapid.SliceOfN(rapid.Int64Range(0, int64(money.MaxTotal)/64), 1, 12).Draw(t, "weights")
		weights, sum := make([]money.Minor, len(drawn)), int64(0)
		for i, w := range drawn {
			weights[i], sum = money.Minor(w), sum+w
		}

		parts := money.Allocate(money.Minor(total), weights)
		require.Equal(t, parts, money.Allocate(money.Minor(total), weights), "the same question has the same answer")

		added, ok := money.Sum(parts...)
		require.True(t, ok)
		require.Equal(t, money.Minor(total), added)
		if sum == 0 {
			return
		}
		for i, part := range parts {
			if weights[i] == 0 {
				require.Zero(t, part)
			}
			// |part × sum − total × weight| < sum: less than one minor unit away from the exact share.
			away := new(big.Int).Mul(big.NewInt(int64(part)), big.NewInt(sum))
			away.Sub(away, new(big.Int).Mul(big.NewInt(total), big.NewInt(drawn[i])))
			require.Negative(t, away.CmpAbs(big.NewInt(sum)))
		}
	})
}

func TestRatioIsRoundedHalfUpAndNeverMoreThanTheValue(t *testing.T) {
	for _, c := range []struct{ value, part, whole, want money.Minor }{
		{350, 4200, 6300, 233}, // 233.33
		{350, 1, 4, 88},        // 87.5
		{350, 6300, 6300, 350}, {350, 0, 6300, 0}, {0, 1, 2, 0}, {350, 7000, 6300, 350}, {350, -1, 6300, 0}, {350, 1, 0, 0},
		{-350, 1, 2, 0}, {highest, highest, highest, highest}, {1, highest - 1, highest, 1}, {3, 1, 2, 2}, {3, 1, 3, 1},
	} {
		require.Equal(t, c.want, money.Ratio(c.value, c.part, c.whole), "%+v", c)
	}
}
