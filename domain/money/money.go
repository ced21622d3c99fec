// Package money counts in minor units. There is no float and no rounding that loses a unit: what is divided adds up again.
//
// Arithmetic that can leave the range of Minor says that it is not ok instead of wrapping round. An order's total is at
// most MaxTotal, so that a sum of a few amounts of one order never comes near that range, and every amount survives a
// reader that knows numbers only as IEEE doubles.
package money

import (
	"errors"
	"math"
)

// Minor is a number of minor units of the currency it is used with.
type Minor int64

// Amount is money with its currency.
type Amount struct {
	Minor    Minor    `json:"amount"`
	Currency Currency `json:"currency"`
}

// Currency is an ISO 4217 code.
type Currency string

// MaxTotal is the largest amount that an order may come to, 2^53 − 1 minor units (PROCEDURE 2).
const MaxTotal Minor = 1<<53 - 1

// What can be wrong with a text that should be an amount.
var (
	ErrOutOfRange      = errors.New("amount out of range")
	ErrCurrency        = errors.New("unknown currency")
	ErrNotAnAmount     = errors.New("not a decimal amount")
	ErrTooManyDecimals = errors.New("too many decimals")
)

// Add returns a + b, and whether it is in range.
func Add(a, b Minor) (sum Minor, ok bool) {
	if b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b {
		return 0, false
	}
	return a + b, true
}

// Sub returns a − b, and whether it is in range.
func Sub(a, b Minor) (difference Minor, ok bool) {
	if b < 0 && a > math.MaxInt64+b || b > 0 && a < math.MinInt64+b {
		return 0, false
	}
	return a - b, true
}

// Mul returns a taken n times (the price of one times a quantity), and whether it is in range.
func Mul(a Minor, n int64) (product Minor, ok bool) {
	if a == 0 || n == 0 {
		return 0, true
	}
	product = a * Minor(n)
	if product/Minor(n) != a || a == -1 && n == math.MinInt64 || n == -1 && a == math.MinInt64 {
		return 0, false
	}
	return product, true
}

// Sum returns the sum of the amounts, 0 for none, and whether it and every sum on the way are in range.
func Sum(amounts ...Minor) (sum Minor, ok bool) {
	for _, a := range amounts {
		if sum, ok = Add(sum, a); !ok {
			return 0, false
		}
	}
	return sum, true
}
