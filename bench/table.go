package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table writes the results for people: ratio with least and greatest, gate, verdict, and the absolute figures.
func Table(out io.Writer, r Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tfigure\tratio\tmin – max\tgate\t\tours\tother\tunit")
	for _, result := range r.Results {
		verdict := "passed"
		switch {
		case result.Unsteady:
			verdict = "UNSTEADY"
		case !result.Passed:
			verdict = "MISSED"
		}
		fmt.Fprintf(w, "%s\t%s\t%.2f\t%.2f – %.2f\t%s\t%s\t%s\t%s\t%s\n", result.ID, result.Figure, result.Ratio.Median, result.Ratio.Min,
			result.Ratio.Max, result.Gate, verdict, short(result.Ours), short(result.Theirs), result.Unit)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	var text strings.Builder
	for _, result := range r.Results {
		if result.Comment != "" {
			fmt.Fprintf(&text, "\n%s %s: %s", result.ID, result.Figure, result.Comment)
		}
	}
	m := r.Machine
	fmt.Fprintf(&text, "\n\n%d cores, %d MB, %s, %s, %s, Temporal %s, fsync %v, load before %.1f; commit %s\n", m.Cores, m.MemoryMB, m.System, m.Go, m.Postgres,
		m.Temporal, m.Fsync, m.Load, r.Commit)
	if _, err := io.WriteString(out, text.String()); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// short is a median in as many digits as tell something.
func short(s Spread) string {
	switch {
	case s.N == 0:
		return "–"
	case s.Median == float64(int64(s.Median)) || s.Median >= 1000:
		return fmt.Sprintf("%.0f", s.Median)
	case s.Median >= 10:
		return fmt.Sprintf("%.1f", s.Median)
	}
	return fmt.Sprintf("%.2f", s.Median)
}
