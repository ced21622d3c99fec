package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"recourse/domain/standing/metrics"
	"recourse/play"
)

func metricsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "metrics FILE",
		Short: "Work out the figures of a seller's page from its exported rows, offline",
		Long: "Work out every figure of a seller's page, whether the seller may take part in promotions, and what was left out, from the rows that " +
			"/v1/accounts/{account}/metrics/export gives, without a database and without a network. The same rows give the same numbers, in any order.\n\n" +
			"Exit codes: 0 they were worked out; 2 the file cannot be read, is no export, or was cut off.",
		Example: "recourse metrics acc_01J…-metrics.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := readMetrics(args[0])
			if err != nil {
				return &play.Exit{Code: exitUnreadable, Err: err}
			}
			shown := shownMetrics{Account: e.Header.Account, Policy: e.Header.Policy, Page: e.Page()}
			if asJSON {
				return encodeJSON(cmd.OutOrStdout(), shown)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), shown.text())
			return err
		},
	}
	offline(cmd, "export")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the result as JSON")
	return cmd
}

// readMetrics reads an export from a file.
func readMetrics(path string) (e metrics.Export, err error) {
	file, err := os.Open(path)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return metrics.Read(file)
}

// shownMetrics is what the command prints: the names and the numbers of the API.
type shownMetrics struct {
	Account string `json:"account"`
	Policy  string `json:"policy"`
	metrics.Page
}

// text is the page as people read it.
func (s shownMetrics) text() string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "%s as of %s\n\n", s.Account, s.AsOf.Format(time.RFC3339Nano))
	for _, f := range s.Figures {
		value := "unknown"
		if f.Known {
			value = inUnit(f.Value, f.Unit)
		}
		fmt.Fprintf(table, "%s\t%s\tof %d\t%s\n", f.Name, value, f.Sample, f.Formula)
	}
	if err := table.Flush(); err != nil {
		return err.Error() // a builder takes everything
	}
	for _, e := range s.Exclusions {
		fmt.Fprintf(&b, "\nleft out: %s, %s", counted(int(e.Count), e.Kind), e.Reason)
	}
	if s.Eligible {
		b.WriteString("\npromotion_eligible: yes\n")
		return b.String()
	}
	b.WriteString("\npromotion_eligible: no\n")
	for _, r := range s.Reasons {
		if r.State != "" {
			fmt.Fprintf(&b, "  %s: %s\n", r.Code, r.State)
			continue
		}
		fmt.Fprintf(&b, "  %s: %s, and %s is needed\n", r.Code, inUnit(r.Got, r.Unit), inUnit(r.Need, r.Unit))
	}
	return b.String()
}

// inUnit is a value with its unit.
func inUnit(value int64, unit metrics.Unit) string {
	switch unit {
	case metrics.PercentHundredths:
		return fmt.Sprintf("%d.%02d %%", value/100, value%100)
	case metrics.StarHundredths:
		return fmt.Sprintf("%d.%02d stars", value/100, value%100)
	case metrics.Seconds:
		return (time.Duration(value) * time.Second).String()
	}
	return fmt.Sprintf("%d %s", value, unit)
}
