package detect

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Finding is what a detector saw about one account: what it counted, over which time, against which threshold, and the rows
// behind it (PROCEDURE 11). It is made of rows alone: the same rows give the same finding, whenever one looks.
type Finding struct {
	Detector Detector  `json:"detector"`
	Subject  string    `json:"subject"` // account
	Since    time.Time `json:"since"`   // of the first row behind it
	Until    time.Time `json:"until"`   // of the last one
	Signals  []Signal  `json:"signals"`
	Text     string    `json:"text"` // in plain words, without anybody's name
	Rows     []string  `json:"rows"` // by time; at most detect.rows, the latest
	Total    int       `json:"total"`
	Leading  string    `json:"leading,omitempty"` // the code that most of the rows have
}

// Signal is one number with the time over which it was counted and its threshold.
type Signal struct {
	Name      string        `json:"name"`
	Number    float64       `json:"number"`
	Threshold float64       `json:"threshold"` // met by a number that is not below it
	Window    time.Duration `json:"window"`
	Sample    int           `json:"sample"` // rows that the number is made of
	Met       bool          `json:"met"`
}

// Number is the one that the detector is about: that of the first signal that is met.
func (f Finding) Number() Signal {
	if i := slices.IndexFunc(f.Signals, func(s Signal) bool { return s.Met }); i >= 0 {
		return f.Signals[i]
	}
	return Signal{}
}

// signal compares a number with its threshold.
func signal(name string, number, threshold float64, window time.Duration, sample int) Signal {
	return Signal{Name: name, Number: number, Threshold: threshold, Window: window, Sample: sample, Met: number >= threshold}
}

// behind puts the rows behind a finding.
func (f Finding) behind(rows []Row, most int) Finding {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	rows = slices.CompactFunc(rows, func(a, b Row) bool { return a.ID == b.ID })
	f.Since, f.Until, f.Total = rows[0].At, rows[len(rows)-1].At, len(rows)
	f.Leading = leading(rows)
	for _, r := range rows[max(0, len(rows)-most):] {
		f.Rows = append(f.Rows, r.ID)
	}
	return f
}

// leading is the code that most rows have, of equal ones the first in the alphabet.
func leading(rows []Row) string {
	counted, first := map[string]int{}, ""
	for _, r := range rows {
		counted[r.Code]++
	}
	for code, n := range counted {
		if first == "" || n > counted[first] || n == counted[first] && code < first {
			first = code
		}
	}
	return first
}

// distinct is how many different values the rows have.
func distinct(rows []Row, of func(Row) string) int {
	seen := make(map[string]bool, len(rows))
	for _, r := range rows {
		seen[of(r)] = true
	}
	return len(seen)
}

func buyerOf(r Row) string { return r.Buyer }
func orderOf(r Row) string { return r.OrderID }

// within are the rows of the window that ends with the last of them. Rows are by time.
func within(rows []Row, window time.Duration) []Row {
	if len(rows) == 0 {
		return nil
	}
	from := rows[len(rows)-1].At.Add(-window)
	return rows[slices.IndexFunc(rows, func(r Row) bool { return r.At.After(from) }):]
}

// days writes a duration as people say it.
func days(d time.Duration) string {
	switch {
	case d == 24*time.Hour:
		return "one day"
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d == time.Hour:
		return "one hour"
	case d%time.Hour == 0:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return d.String()
}
