package money

import (
	"math/big"
	"math/bits"
	"slices"
)

// hundred is 100 % in hundredths of a percent.
const hundred = 10_000

// PercentOf returns so many hundredths of a percent of the total (1000 is 10 %), rounded half up to a minor unit. It is
// not ok when the result is out of range, which a percentage between 0 and 100 never is.
func PercentOf(total Minor, hundredths int64) (part Minor, ok bool) {
	// Split first: the quotient's part is exact and no larger than the total, only the rest's part is rounded.
	most, ok := Mul(total/hundred, hundredths)
	if !ok {
		return 0, false
	}
	small, ok := Mul(total%hundred, hundredths)
	if !ok {
		return 0, false
	}
	if small, ok = Add(small, hundred/2); !ok {
		return 0, false
	}
	rounded := small / hundred
	if small%hundred < 0 { // division cuts towards zero, and a half goes up on either side of it
		rounded--
	}
	return Add(most, rounded)
}

// Ratio returns the share of the value that a part has in the whole, rounded half up to a minor unit: of the shipping, what
// the disputed lines have in all lines. The part counts as at least nothing and at most the whole, so the share is never
// more than the value. Of a value or a whole that is nothing or less, the share is nothing.
func Ratio(value, part, whole Minor) Minor {
	if value <= 0 || whole <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(value), uint64(min(max(part, 0), whole)))
	share, rest := bits.Div64(high, low, uint64(whole))
	if rest >= uint64(whole)-rest { // at least a half
		share++
	}
	return Minor(share)
}

// Allocate divides the total in proportion to the weights by the method of the largest remainder: the parts add up to the
// total exactly, each is less than one minor unit away from its exact share, and equal remainders are served in the order
// of the weights. What weighs nothing gets nothing, unless nothing weighs anything: then all weigh the same. A weight below
// zero is none. There is one part for each weight; without weights there is none, and nothing is divided.
func Allocate(total Minor, weights []Minor) []Minor {
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(int64(max(w, 0))))
	}
	if sum.Sign() == 0 {
		weights = slices.Repeat([]Minor{1}, len(weights))
		sum.SetInt64(int64(len(weights)))
	}

	type part struct {
		place int
		rest  *big.Int // of the exact share, in parts of the sum
	}
	parts, rests, left := make([]Minor, len(weights)), make([]part, len(weights)), total
	for i, w := range weights {
		exact := new(big.Int).Mul(big.NewInt(int64(total)), big.NewInt(int64(max(w, 0))))
		floor, rest := exact.DivMod(exact, sum, new(big.Int))
		parts[i], rests[i] = Minor(floor.Int64()), part{i, rest}
		left -= parts[i]
	}
	slices.SortStableFunc(rests, func(a, b part) int { return b.rest.Cmp(a.rest) })
	// The remainders add up to left times the sum and each is smaller than the sum, so at least left of them are not zero:
	// what weighs nothing is never served here.
	for _, p := range rests[:min(left, Minor(len(rests)))] {
		parts[p.place]++
	}
	return parts
}
