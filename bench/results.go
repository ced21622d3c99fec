package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// MinimumPairs is how many pairs a ratio of times needs. A quick run has fewer, says so, and passes nothing.
const MinimumPairs = 5

// steadiest is how far the greatest ratio of a figure may be above its least. Beyond it the pairs say that something else was
// measured too, whatever their median is: such a figure passes nothing.
const steadiest = 2

// Gate is the bound that a figure is held against: at most or at least so much.
type Gate struct {
	AtMost  float64 `json:"at_most,omitempty"`
	AtLeast float64 `json:"at_least,omitempty"`
	Exact   bool    `json:"exact,omitempty"` // the figure must be AtMost and is a count; zero is a gate too
}

// Holds says whether a figure is within the gate.
func (g Gate) Holds(figure float64) bool {
	if g.AtLeast > 0 {
		return figure >= g.AtLeast
	}
	return figure <= g.AtMost
}

func (g Gate) String() string {
	if g.AtLeast > 0 {
		return fmt.Sprintf("≥ %.2f", g.AtLeast)
	}
	if g.Exact {
		return fmt.Sprintf("= %.0f", g.AtMost)
	}
	return fmt.Sprintf("≤ %.2f", g.AtMost)
}

// Result is one line of the table.
type Result struct {
	ID       string `json:"id"`     // of QUALITY: B1, B2 …
	Figure   string `json:"figure"` // what it is
	Ratio    Spread `json:"ratio"`  // of a count: the same three times, unless runs differ
	Gate     Gate   `json:"gate"`
	Passed   bool   `json:"passed"`
	Unsteady bool   `json:"unsteady,omitempty"` // the pairs disagree: measure again while nobody else uses the machine
	Unit     string `json:"unit"`               // of the absolute figures
	Ours     Spread `json:"ours"`               // absolute, as context
	Theirs   Spread `json:"theirs"`             // what it is divided by
	Pairs    []Pair `json:"pairs,omitempty"`
	Comment  string `json:"comment,omitempty"`
	Apart    *Apart `json:"apart,omitempty"` // nil: measured with the rest of the report
}

func byID(a, b Result) int { return strings.Compare(a.ID, b.ID) }

// Timed is a ratio of times: the median of the pairs decides, if they agree.
func Timed(id, figure, unit string, gate Gate, pairs []Pair) Result {
	r := Result{ID: id, Figure: figure, Unit: unit, Gate: gate, Pairs: pairs, Ratio: SpreadOf(Ratios(pairs))}
	r.Ours, r.Theirs = Sides(pairs)
	r.Unsteady = r.Ratio.Max > steadiest*r.Ratio.Min
	r.Passed = r.Ratio.N > 0 && !r.Unsteady && gate.Holds(r.Ratio.Median)
	return r
}

// Counted is a ratio of counts: the worst run decides.
func Counted(id, figure, unit string, gate Gate, counts []float64, bound float64) Result {
	pairs := make([]Pair, len(counts))
	for i, c := range counts {
		pairs[i] = Pair{Ours: c, Theirs: bound}
	}
	r := Result{ID: id, Figure: figure, Unit: unit, Gate: gate, Ratio: SpreadOf(Ratios(pairs))}
	r.Ours, r.Theirs = Sides(pairs)
	worst := r.Ratio.Max
	if gate.Exact { // a count by itself, not over anything
		r.Ratio, worst = r.Ours, r.Ours.Max
	}
	r.Passed = r.Ratio.N > 0 && gate.Holds(worst)
	return r
}

// Absolute is a figure that is divided by nothing: the worst one decides.
func Absolute(id, figure, unit string, gate Gate, values []float64) Result {
	r := Result{ID: id, Figure: figure, Unit: unit, Gate: gate, Ratio: SpreadOf(values), Ours: SpreadOf(values)}
	r.Passed = r.Ratio.N > 0 && gate.Holds(r.Ratio.Max)
	return r
}

// Machine is what the figures were measured on.
type Machine struct {
	Cores    int     `json:"cores"`
	MemoryMB int     `json:"memory_mb"`
	System   string  `json:"system"`
	Go       string  `json:"go"`
	Postgres string  `json:"postgres"`
	Temporal string  `json:"temporal"`
	Fsync    bool    `json:"fsync"`
	Load     float64 `json:"load"` // the minute before: how many others wanted the processors
}

// Report is bench/results.json.
type Report struct {
	Date    time.Time            `json:"date"`
	Commit  string               `json:"commit"` // with "+" behind it when the tree had changes
	Machine Machine              `json:"machine"`
	Quick   bool                 `json:"quick,omitempty"` // fewer pairs than a figure needs: nothing is passed
	Seconds int                  `json:"seconds"`
	Results []Result             `json:"results"`
	Runs    map[string][]History `json:"runs,omitempty"` // the histories of the reference cases, by workflow
}

// Missed are the results outside their gates.
func (r Report) Missed() []Result {
	var missed []Result
	for _, result := range r.Results {
		if !result.Passed {
			missed = append(missed, result)
		}
	}
	return missed
}

// Write puts the report into a file, whole or not at all.
func (r Report) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	half := path + ".part"
	if err := os.WriteFile(half, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	if err := os.Rename(half, path); err != nil {
		return errors.Join(fmt.Errorf("write the results: %w", err), os.Remove(half))
	}
	return nil
}
