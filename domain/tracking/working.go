package tracking

import (
	"fmt"
	"strings"
)

// Working is how a check digit is worked out, so that it can be shown and done again by hand.
type Working struct {
	Standard string
	Terms    []Term // what is added up; none where the number is divided as a whole
	Sum      int
	Expected int // what the digit must be
	Digit    int // what it is
}

// Term is one digit of a number and how often it is taken.
type Term struct{ Value, Weight int }

func (w *Working) add(value, weight int) {
	w.Terms = append(w.Terms, Term{value, weight})
	w.Sum += value * weight
}

// Holds says whether the digit is the one that it must be.
func (w Working) Holds() bool { return w.Expected == w.Digit }

// String is the sum in one line: "8×4 + 6×7 + … = 204".
func (w Working) String() string {
	if len(w.Terms) == 0 {
		return fmt.Sprint(w.Sum)
	}
	terms := make([]string, len(w.Terms))
	for i, t := range w.Terms {
		terms[i] = fmt.Sprintf("%d×%d", t.Weight, t.Value)
	}
	return fmt.Sprintf("%s = %d", strings.Join(terms, " + "), w.Sum)
}
