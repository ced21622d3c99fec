package backtest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Print writes the results as a table, with what was missed and mistaken by behaviour.
func Print(to io.Writer, rows []Row) error {
	w := tabwriter.NewWriter(to, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "noise\tdetector\tguilty\tfound\twrong\takin\tprecision\trecall\tmedian delay\tfixed: found\twrong\tprecision\trecall")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%.2f\t%.2f\t%.1f d\t%d\t%d\t%.2f\t%.2f\n", r.Noise, r.Detector, r.Ours.Guilty, r.Ours.Right, r.Ours.Wrong, r.Ours.Akin,
			r.Ours.Precision(), r.Ours.Recall(), float64(r.Delay)/float64(24*time.Hour), r.Fixed.Right, r.Fixed.Wrong, r.Fixed.Precision(), r.Fixed.Recall())
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	for _, r := range rows {
		if len(r.Missed) > 0 {
			fmt.Fprintf(to, "missed, %s, %s: %s\n", r.Noise, r.Detector, byBehaviour(r.Missed))
		}
		if len(r.Mistaken) > 0 {
			fmt.Fprintf(to, "honest and found, %s, %s: %s\n", r.Noise, r.Detector, byBehaviour(r.Mistaken))
		}
	}
	return nil
}

func byBehaviour(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(parts, ", ")
}
