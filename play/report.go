package play

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// tally counts the verdicts.
type tally struct{ passed, failed int }

func count(results []Result) tally {
	var t tally
	for _, r := range results {
		switch r.Verdict {
		case Passed:
			t.passed++
		case Failed:
			t.failed++
		}
	}
	return t
}

// String is the closing line.
func (t tally) String() string {
	return fmt.Sprintf("%d passed, %d failed", t.passed, t.failed)
}

// writeTable writes the table, what was missed, and the closing line.
func writeTable(out io.Writer, results []Result, keep bool) error {
	var b strings.Builder
	width := len("CASE")
	for _, r := range results {
		width = max(width, len(r.Name))
	}
	fmt.Fprintf(&b, "%-*s  %-7s  %6s  %5s  %6s\n", width, "CASE", "RESULT", "DAYS", "STEPS", "MS")
	for _, r := range results {
		fmt.Fprintf(&b, "%-*s  %-7s  %6s  %5d  %6d\n", width, r.Name, r.Verdict, days(r), r.Steps, r.Wall.Milliseconds())
	}
	for _, r := range results {
		for _, miss := range r.Misses {
			fmt.Fprintln(&b, miss)
		}
		if keep && r.Kept != nil {
			writeKept(&b, r)
		}
	}
	fmt.Fprintln(&b, count(results))
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// days is how far the story went, in days with at most two decimals: 42 or 25.5.
func days(r Result) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", r.Virtual.Hours()/24), "0"), ".")
}

// writeKept lists what a story has left at the server, sorted by name.
func writeKept(out *strings.Builder, r Result) {
	fmt.Fprintf(out, "%s: clock %s\n", r.Name, r.Kept.Clock)
	for _, id := range r.Kept.Orders {
		fmt.Fprintf(out, "%s: order %s\n", r.Name, id)
	}
	for _, group := range []struct {
		what string
		ids  map[string]string
	}{{"dispute", r.Kept.Disputes}, {"account", r.Kept.Accounts}} {
		var names []string
		for name := range group.ids {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			fmt.Fprintf(out, "%s: %s %s %s\n", r.Name, group.what, name, group.ids[name])
		}
	}
}

// The shapes of --json.
type (
	reportJSON struct {
		Passed int        `json:"passed"`
		Failed int        `json:"failed"`
		Cases  []caseJSON `json:"cases"`
	}
	caseJSON struct {
		Case   string        `json:"case"`
		File   string        `json:"file"`
		Result Verdict       `json:"result"`
		Days   float64       `json:"days"`
		Steps  int           `json:"steps"`
		Millis int64         `json:"ms"`
		Misses []problemJSON `json:"misses"`
		Kept   *Kept         `json:"kept,omitempty"`
	}
	problemJSON struct {
		File string `json:"file"`
		Line int    `json:"line"`
		Text string `json:"text"`
	}
	invalidJSON struct {
		Problems []problemJSON `json:"problems"`
	}
)

// writeJSON writes the same as the table, for programs.
func writeJSON(out io.Writer, results []Result, keep bool) error {
	t := count(results)
	report := reportJSON{Passed: t.passed, Failed: t.failed, Cases: []caseJSON{}}
	for _, r := range results {
		c := caseJSON{Case: r.Name, File: r.File, Result: r.Verdict, Days: r.Virtual.Hours() / 24, Steps: r.Steps,
			Millis: r.Wall.Milliseconds(), Misses: asJSON(r.Misses)}
		if keep {
			c.Kept = r.Kept
		}
		report.Cases = append(report.Cases, c)
	}
	return encode(out, report)
}

func asJSON(problems Problems) []problemJSON {
	out := []problemJSON{}
	for _, p := range problems {
		out = append(out, problemJSON(p))
	}
	return out
}

func encode(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
