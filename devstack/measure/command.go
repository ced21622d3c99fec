package measure

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"recourse/bench"
	"recourse/bench/bare"
)

// Command is `bench`.
func Command() *cobra.Command {
	o := options{pairs: bench.MinimumPairs}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "The figures of cost and speed, ours over bare, with their gates",
		Long: `The figures of cost and speed: B1 resolved disputes a second, B2 history, B3 billable actions, B4 one command, B5 evidence
that is a file, B8 the ledger, S1 reading a standing.

Everything runs on this machine, on loopback, as separate processes: a throw-away PostgreSQL with fsync, Temporal, api, worker
and a bare worker. Times are ratios of two things measured in turns; counts are exact. Leave the machine alone meanwhile.

Exit codes: 0 every gate held; 1 a gate was missed, or measuring failed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			if o.quick && !cmd.Flags().Changed("pairs") {
				o.pairs = 1
			}
			if err := o.check(); err != nil {
				return err
			}
			p := newProgress(os.Stderr)
			report, err := measure(ctx, o, p)
			p.close()
			if err != nil {
				return err
			}
			return show(cmd, report, o, asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.only, "only", nil, "only these `figures`: "+strings.Join(figures, ", "))
	flags.IntVar(&o.pairs, "pairs", o.pairs, "pairs of turns; fewer than five pass nothing")
	flags.BoolVar(&o.quick, "quick", false, "short turns, one pair: to see that everything works")
	flags.StringVar(&o.binary, "recourse", "", "`PATH` of a built recourse (default: it is built)")
	flags.StringVar(&o.out, "out", "bench/results.json", "`FILE` for the results; a quick run or one with --only writes none unless this is given, and with --only the other figures in it stay")
	flags.BoolVar(&asJSON, "json", false, "print the results as JSON instead of the table")
	cmd.AddCommand(bareWorkerCommand(), bareUploadsCommand(), bareReadsCommand())
	return cmd
}

// show prints the results, keeps them, and fails when a gate was missed.
func show(cmd *cobra.Command, report bench.Report, o options, asJSON bool) error {
	var err error
	if asJSON {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetIndent("", "  ")
		err = encoder.Encode(report)
	} else {
		err = bench.Table(cmd.OutOrStdout(), report)
	}
	if err != nil {
		return fmt.Errorf("print the results: %w", err)
	}
	if err := keep(report, o, cmd.Flags().Changed("out")); err != nil {
		return err
	}
	if missed := report.Missed(); len(missed) > 0 {
		return fmt.Errorf("%d of %d gates missed:\n%s", len(missed), len(report.Results), explain(missed))
	}
	return nil
}

// keep writes the results: all of them, or a few in place of those that are there, if the file was named.
func keep(report bench.Report, o options, named bool) error {
	partial := report.Quick || len(o.only) > 0
	if o.out == "" || partial && !named {
		return nil
	}
	if len(o.only) > 0 {
		before, err := bench.Read(o.out)
		switch {
		case err == nil:
			report = before.With(report)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	return report.Write(o.out)
}

// bareWorkerCommand is the process of the other side. `bench` starts it.
func bareWorkerCommand() *cobra.Command {
	var address, database string
	cmd := &cobra.Command{
		Use:    "bare-worker",
		Short:  "The worker of what we are compared with",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			db, err := sql.Open("pgx", database)
			if err != nil {
				return fmt.Errorf("connect to PostgreSQL: %w", err)
			}
			defer func() { _ = db.Close() }() // the process ends
			db.SetMaxOpenConns(connections)
			db.SetMaxIdleConns(connections)
			engine, err := dial(ctx, address)
			if err != nil {
				return err
			}
			defer engine.Close()
			w := bare.NewWorker(engine, scripts(), bare.Steps{DB: db})
			if err := w.Start(); err != nil {
				return fmt.Errorf("start the bare worker: %w", err)
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), "working on "+bare.TaskQueue); err != nil {
				return fmt.Errorf("say that the bare worker works: %w", err)
			}
			<-ctx.Done()
			w.Stop()
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "address", "", "`HOST:PORT` of Temporal")
	cmd.Flags().StringVar(&database, "database", "", "`DSN` of the database with the bare table")
	return cmd
}

// connections is as many as our worker has.
const connections = 24

// scripts are all runs of the other side, by name.
func scripts() map[string]bare.Script {
	all := map[string]bare.Script{
		crowdScript: bare.D1(crowdedEvidence, crowdedAppeal),
		offerScript: bare.Offers(10 * offersARun),

		standingScript: bare.Standing(),
	}
	for name, script := range bare.References {
		all[name] = script
	}
	return all
}
