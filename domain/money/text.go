package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a decimal amount ("42.00", "36.500", "2100") of a currency into minor units. Digits, and at most one point
// followed by at least one digit: no sign, no grouping, no exponent, else ErrNotAnAmount. More decimals than the currency
// has are ErrTooManyDecimals, even when they are zeros, because the writer then meant another currency. Fewer are filled
// up. More than MaxTotal is ErrOutOfRange. The text is never part of an error.
func Parse(text string, c Currency) (Minor, error) {
	scale, err := c.Decimals()
	if err != nil {
		return 0, err
	}
	units, fraction, pointed := strings.Cut(text, ".")
	if !digits(units) || pointed && !digits(fraction) {
		return 0, fmt.Errorf("%w: digits with a decimal point are expected, such as 42.00", ErrNotAnAmount)
	}
	if len(fraction) > scale {
		return 0, fmt.Errorf("%w: %s has %d", ErrTooManyDecimals, c, scale)
	}
	n, err := strconv.ParseInt(units+fraction+strings.Repeat("0", scale-len(fraction)), 10, 64)
	if err != nil || Minor(n) > MaxTotal {
		return 0, fmt.Errorf("%w: at most %s", ErrOutOfRange, Amount{MaxTotal, c})
	}
	return Minor(n), nil
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// Format writes the amount with all decimals of the currency: 4550 is "45.50" in EUR, "4550" in JPY, "4.550" in KWD. An
// unknown currency has no decimals to write, so its minor units are written as such.
func (m Minor) Format(c Currency) string {
	scale, err := c.Decimals()
	if err != nil {
		scale = 0
	}
	sign, magnitude := "", uint64(m)
	if m < 0 {
		sign, magnitude = "-", -magnitude
	}
	text := strconv.FormatUint(magnitude, 10)
	if scale == 0 {
		return sign + text
	}
	if missing := scale + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - scale
	return sign + text[:point] + "." + text[point:]
}

// String is the amount with its currency, for people and logs: "45.50 EUR".
func (a Amount) String() string {
	return a.Minor.Format(a.Currency) + " " + string(a.Currency)
}
