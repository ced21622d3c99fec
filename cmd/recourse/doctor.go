package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	temporallog "go.temporal.io/sdk/log"

	"recourse/internal/clamd"
	"recourse/internal/settings"
	"recourse/store/audit"
	"recourse/worker/census"
)

// The ends of a doctor who found something, and of one who could not look everywhere. Neither says that all is well.
var (
	errIll       = errors.New("something is wrong with the database; see above")
	errUnchecked = errors.New("not everything could be checked; see above")
)

func doctorCommand() *cobra.Command {
	var o audit.Options
	var asJSON, strict bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check that money, logs, doors and runs are what they must be",
		Long: help("doctor", "Check on a live system what must hold at every instant: money is conserved, nothing happened twice, what was "+
			"answered is there, deadlines were acted and never early, logs are chained and are what the rules say, nothing lies undelivered, "+
			"and every open case has its run. It changes nothing. It ends with 0 if all is well and with 1 if something is wrong or could "+
			"not be checked; a check that was not run says why. What an installation has been set up without, such as a scanner, is said and "+
			"is no fault, unless --strict asks for it.", true),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings.Load()
			if err != nil {
				return err
			}
			report, err := examine(cmd.Context(), s, o)
			if err != nil {
				return err
			}
			if asJSON {
				err = encodeJSON(cmd.OutOrStdout(), report)
			} else {
				err = writeReport(cmd.OutOrStdout(), report)
			}
			if err == nil {
				err = verdict(report, strict)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&o.Deep, "deep", false, "look at each case: verify its chain, decide it again by the rules, read the bytes of evidence")
	cmd.Flags().DurationVar(&o.Grace, "grace", time.Minute, "how long something may wait on a running system before it is wrong")
	cmd.Flags().BoolVar(&strict, "strict", false, "end with 1 also if this installation has been set up without something, such as a scanner")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON")
	return cmd
}

// verdict is nil when everything that there is was looked at and is well. Strict misses what there is not, too.
func verdict(report audit.Report, strict bool) error {
	if report.Wrong() > 0 {
		return errIll
	}
	if slices.ContainsFunc(report.Checks, func(c *audit.Check) bool { return c.NotRun != "" || strict && c.Without != "" }) {
		return errUnchecked
	}
	return nil
}

// engineWithin bounds how long the doctor waits for an engine that may be down.
const engineWithin = 10 * time.Second

// examine checks the database, and the engine's runs where the engine answers.
func examine(ctx context.Context, s settings.Settings, o audit.Options) (audit.Report, error) {
	logger := newLogger(s)
	cases, err := openCurrentStore(ctx, s, logger)
	if err != nil {
		return audit.Report{}, err
	}
	defer closeStore(cases, logger)
	report, err := audit.Run(ctx, cases.Store, o)
	if err != nil {
		return report, err
	}
	report.Checks = append(report.Checks, scanning(ctx, s))
	engine, namespace, err := reach(ctx)
	if err != nil {
		logger.Warn("The engine's runs are not checked.", "error", err)
		report.Checks = append(report.Checks, census.Names("the engine does not answer")...)
		return report, nil
	}
	defer engine.Close()
	checks, err := census.Take(ctx, engine, cases.Store, census.Options{Namespace: namespace, TaskQueue: s.TaskQueue, Grace: o.Grace})
	if err != nil { // what the database has said is told all the same
		logger.Warn("The engine's runs are not checked.", "error", err)
		checks = census.Names("the engine broke off")
	}
	report.Checks = append(report.Checks, checks...)
	return report, nil
}

// scanning checks that the scanner answers. Without one it says what that means.
func scanning(ctx context.Context, s settings.Settings) *audit.Check {
	check := &audit.Check{Invariant: "–", Name: "the virus scanner answers"}
	if s.Scanner == noScanner {
		check.Without = "no scanner is configured: files reach the other party unseen"
		return check
	}
	ctx, cancel := context.WithTimeout(ctx, engineWithin)
	defer cancel()
	check.Looked = 1
	scanner, err := clamd.New(s.Scanner)
	if err == nil {
		err = scanner.Ping(ctx)
	}
	if err != nil {
		check.Find(s.Scanner, "%v", err)
	}
	return check
}

func reach(ctx context.Context) (client.Client, string, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, "", fmt.Errorf("read the settings of Temporal: %w", err)
	}
	options.Logger = temporallog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithTimeout(ctx, engineWithin)
	defer cancel()
	engine, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, "", fmt.Errorf("connect to Temporal: %w", err)
	}
	return engine, named(options), nil
}

func encodeJSON(to io.Writer, v any) error {
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// writeReport is a table of the checks, and below it what is wrong.
func writeReport(to io.Writer, report audit.Report) error {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tcheck\tlooked at\twrong")
	for _, c := range report.Checks {
		switch {
		case c.NotRun != "":
			fmt.Fprintf(table, "%s\t%s\tnot run: %s\t\n", c.Invariant, c.Name, c.NotRun)
			continue
		case c.Without != "":
			fmt.Fprintf(table, "%s\t%s\tnotice: %s\t\n", c.Invariant, c.Name, c.Without)
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\n", c.Invariant, c.Name, c.Looked, c.Wrong)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, c := range report.Checks {
		for _, f := range c.Findings {
			fmt.Fprintf(&text, "\n%s  %s\n    %s\n", c.Invariant, f.Where, f.What)
		}
		if more := c.Wrong - int64(len(c.Findings)); more > 0 {
			fmt.Fprintf(&text, "\n%s  and %d more: %s\n", c.Invariant, more, c.Name)
		}
	}
	_, err := io.WriteString(to, text.String())
	return err
}
