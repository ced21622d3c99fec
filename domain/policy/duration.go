package policy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Day is 24 hours everywhere: the procedure knows no calendar (PROCEDURE 3).
const Day = Duration(24 * time.Hour)

// Errors of values. They say what is expected and never repeat what was written.
var (
	ErrDuration = errors.New("is not a duration such as 5d, 12d6h, 72h or 90s")
	ErrPercent  = errors.New("is not a percentage from 0 to 100 with at most two decimals, such as 10 or 0.5")
)

// units of a duration in the order in which they are written.
var units = []struct {
	symbol byte
	length time.Duration
}{{'d', time.Duration(Day)}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

// ParseDuration reads whole days, hours, minutes and seconds in this order, each at most once: "5d", "12d6h", "72h",
// "90s". There is no sign and no number without a unit. Anything else, and more than about 292 years, is ErrDuration.
func ParseDuration(text string) (Duration, error) {
	if text == "" {
		return 0, ErrDuration
	}
	var sum time.Duration
	next := 0 // the units before it are behind us
	for text != "" {
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		if digits == 0 || digits == len(text) {
			return 0, ErrDuration
		}
		n, err := strconv.ParseInt(text[:digits], 10, 64)
		if err != nil {
			return 0, ErrDuration
		}
		for next < len(units) && units[next].symbol != text[digits] {
			next++
		}
		if next == len(units) {
			return 0, ErrDuration
		}
		length := units[next].length
		if n > int64((1<<63-1-sum)/length) {
			return 0, ErrDuration
		}
		sum += time.Duration(n) * length
		next++
		text = text[digits+1:]
	}
	return Duration(sum), nil
}

// String writes the duration in its canonical form, with the largest units first: 72h is "3d". What has no such form (a
// fraction of a second, a negative duration) is written as the standard library does.
func (d Duration) String() string {
	text, err := d.MarshalText()
	if err != nil {
		return time.Duration(d).String()
	}
	return string(text)
}

// MarshalText writes the canonical form, which is also the form in JSON and YAML. A fraction of a second and a negative
// duration are errors, so that nothing is lost on the way.
func (d Duration) MarshalText() ([]byte, error) {
	left := time.Duration(d)
	if left < 0 || left%time.Second != 0 {
		return nil, fmt.Errorf("write duration %v: whole seconds from zero upwards are expected", left)
	}
	if left == 0 {
		return []byte("0d"), nil
	}
	var text []byte
	for _, u := range units {
		if n := left / u.length; n > 0 {
			text = append(strconv.AppendInt(text, int64(n), 10), u.symbol)
			left -= n * u.length
		}
	}
	return text, nil
}

// UnmarshalText reads what ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := ParseDuration(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
