package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"recourse/detection/backtest"
	"recourse/detection/market"
	"recourse/detection/scale"
	"recourse/policies"
)

func detectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "detect",
		Short: "What the detectors find and miss on generated markets, and what they cost",
		Long: "What the detectors find and miss on generated markets, and what they cost.\n\n" +
			"In production they run by themselves, on the schedule sweep-detectors; GET /v1/detections lists what they found.",
		Args: cobra.NoArgs,
	}
	cmd.AddCommand(backtestCommand(), scaleCommand())
	return cmd
}

func backtestCommand() *cobra.Command {
	seeds, first, size := 5, uint64(2001), market.Small
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Run the detectors day by day over generated markets, beside fixed thresholds",
		Long: "Run the detectors day by day over generated markets of known truth, at three levels of noise, beside fixed thresholds. " +
			"Prints precision and recall with their counts, what was missed and who was found for nothing, by behaviour.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all := make([]uint64, seeds)
			for i := range all {
				all[i] = first + uint64(i)
			}
			rows, err := backtest.Run(cmd.Context(), all, size, policies.Default().ForDetect(), func(doing string) { fmt.Fprintln(cmd.ErrOrStderr(), doing) })
			if err != nil {
				return err
			}
			return backtest.Print(cmd.OutOrStdout(), rows)
		},
	}
	cmd.Flags().IntVar(&seeds, "seeds", seeds, "markets at each level of noise")
	cmd.Flags().Uint64Var(&first, "first", first, "the first seed; a seed makes the same market again")
	cmd.Flags().IntVar(&size.Days, "days", size.Days, "days of a market, 120 at least")
	cmd.Flags().IntVar(&size.Each, "each", size.Each, "accounts of each behaviour")
	cmd.Flags().IntVar(&size.Shops, "shops", size.Shops, "ordinary shops")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if seeds < 1 || size.Days < 120 || size.Each < 1 || size.Shops < 1 {
			return fmt.Errorf("a market has a seed, 120 days, an account of each behaviour and a shop at least")
		}
		return nil
	}
	return cmd
}

func scaleCommand() *cobra.Command {
	var o scale.Options
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure passes of the detectors over a large database",
		Long: "Measure a pass of the detectors over a tenth of the orders, one over all of them and one over a hundredth more, and how the time grows. " +
			"The database must be empty, and is of no use afterwards; without one a SQLite file is made and removed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Orders < 1000 {
				return fmt.Errorf("--orders is 1000 at least")
			}
			if o.Database == "" {
				folder, err := os.MkdirTemp("", "recourse-detect-")
				if err != nil {
					return fmt.Errorf("make a folder for the database: %w", err)
				}
				defer func() { _ = os.RemoveAll(folder) }()
				o.Database = "sqlite:" + filepath.Join(folder, "bench.db")
			}
			o.Progress = func(doing string) { fmt.Fprintln(cmd.ErrOrStderr(), doing) }
			all, err := scale.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			for _, m := range all {
				fmt.Fprintf(out, "%-12s %9d orders %8d disputes: %9s, of processors %9s, heap %6.1f MiB; %d things seen, %d looks, %d found\n", m.What, m.Orders, m.Disputes,
					m.Took.Round(time.Millisecond), m.Worked.Round(time.Millisecond), float64(m.Heap)/(1<<20), m.Result.Seen, m.Result.Looks, len(m.Result.Found))
			}
			took, worked := scale.Growth(all[0], all[1])
			fmt.Fprintf(out, "growth of the whole pass: %.2f × linear by the clock, %.2f × in processor time\n", took, worked)
			return nil
		},
	}
	cmd.Flags().StringVar(&o.Database, "database", "", "an empty one: sqlite:PATH or postgres://…")
	cmd.Flags().IntVar(&o.Orders, "orders", 1_000_000, "orders of the large database")
	return cmd
}
