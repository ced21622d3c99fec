// Package firstbyte measures how long each page of the console takes to its first byte at many cases, over the same at a thousand.
package firstbyte

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"
	"github.com/spf13/cobra"

	"recourse/console"
	"recourse/devstack/browser"
	"recourse/devstack/stack"
	"recourse/internal/postgrestest"
	"recourse/store"
)

const (
	few   = 1000
	limit = 1.5 // of the median at many over that at few
)

// Command is `firstbyte`.
func Command() *cobra.Command {
	many, turns := 1_000_000, 21
	cmd := &cobra.Command{
		Use:   "firstbyte",
		Short: "Time to the first byte of each page, at many cases over at a thousand",
		Long: `Time to the first byte of each page of the console, at many cases over at a thousand, asked in turns.

The stories are seeded into a throw-away PostgreSQL and copied by SQL, in two databases, until there are so many cases. A page passes where the
median at many is at most 1.5 times that at a thousand. What the board counts anew is printed beside it; pages show what was counted up to
ten seconds ago.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), cmd.OutOrStdout(), many, turns) },
	}
	cmd.Flags().IntVar(&many, "cases", many, "how many cases are many")
	cmd.Flags().IntVar(&turns, "turns", turns, "how often each page is asked for on each side")
	return cmd
}

// line is one page as it is asked for.
type line struct {
	name, account, path string
	few, many           []time.Duration
}

func run(ctx context.Context, out io.Writer, many, turns int) (err error) {
	server, err := postgrestest.Start(postgrestest.Options{Settings: map[string]string{"shared_buffers": "512MB", "max_wal_size": "8GB", "work_mem": "64MB"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	small, err := server.CreateDatabase("few")
	if err != nil {
		return err
	}
	lines, places, err := seed(ctx, small)
	if err != nil {
		return err
	}
	large, err := server.CreateDatabase("many")
	if err != nil {
		return err
	}
	if err := again(ctx, server.DSN()); err != nil {
		return err
	}
	for _, side := range []struct {
		dsn   string
		cases int
	}{{small, few}, {large, many}} {
		begun := time.Now()
		if err := fillAt(ctx, side.dsn, side.cases); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "filled to %d cases in %s\n", side.cases, time.Since(begun).Round(time.Second))
	}
	a, err := openSide(ctx, small, places.Seeded.Personas())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	b, err := openSide(ctx, large, places.Seeded.Personas())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := inTurns(ctx, a, b, lines, turns); err != nil {
		return err
	}
	if err := counted(ctx, out, a.cases, b.cases, places.Seeded.Clock); err != nil {
		return err
	}
	return show(out, lines, many)
}

// seed tells the stories and finds the examples of the pages in them.
func seed(ctx context.Context, dsn string) (lines []*line, places browser.Places, err error) {
	s, err := stack.Start(ctx, stack.Options{Database: dsn})
	if err != nil {
		return nil, places, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	if places, err = browser.Seed(ctx, s); err == nil {
		err = places.Stage(ctx, s)
	}
	if err != nil {
		return nil, places, err
	}
	for _, page := range console.Pages() {
		if page.Step {
			continue
		}
		for _, e := range page.Examples {
			l := &line{name: page.Name}
			if l.path, err = places.Path(ctx, e); err != nil {
				return nil, places, err
			}
			if e.As != "" {
				if l.account, err = places.Account(e.As); err != nil {
					return nil, places, err
				}
			}
			if !slices.ContainsFunc(lines, func(o *line) bool { return o.account == l.account && o.path == l.path }) {
				lines = append(lines, l)
			}
		}
	}
	return lines, places, nil
}

// again makes the second database a copy of the first, which nobody uses now.
func again(ctx context.Context, dsn string) (err error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("open the server: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range []string{"DROP DATABASE many", "CREATE DATABASE many TEMPLATE few"} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

func fillAt(ctx context.Context, dsn string, cases int) (err error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return fill(ctx, db, cases)
}

// inTurns goes round all pages, again and again, and asks each on both sides; the first rounds only warm up. What else the machine does meanwhile
// then meets all of them.
func inTurns(ctx context.Context, a, b *side, lines []*line, turns int) error {
	const warm = 3
	for turn := range warm + turns {
		for _, l := range lines {
			small, first, err := a.ask(ctx, l.account, l.path)
			if err != nil {
				return err
			}
			large, second, err := b.ask(ctx, l.account, l.path)
			if err != nil {
				return err
			}
			if first != second || first >= 500 {
				return fmt.Errorf("%s: status %d at few cases and %d at many", l.path, first, second)
			}
			if turn >= warm {
				l.few, l.many = append(l.few, small), append(l.many, large)
			}
		}
	}
	return nil
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// counted prints what it takes to count the board anew.
func counted(ctx context.Context, out io.Writer, a, b *store.Store, clock string) error {
	q := store.BoardQuery{Window: 180 * 24 * time.Hour, Sample: 100, Edges: []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}}
	for _, q.Clock = range []string{"", clock} {
		var took [2][]time.Duration
		for range 5 {
			for i, s := range []*store.Store{a, b} {
				begun := time.Now()
				if _, err := s.Board(ctx, q); err != nil {
					return err
				}
				took[i] = append(took[i], time.Since(begun))
			}
		}
		_, _ = fmt.Fprintf(out, "the board counted anew (clock %q): %s at few, %s at many\n", q.Clock, median(took[0]).Round(100*time.Microsecond), median(took[1]).Round(100*time.Microsecond))
	}
	return nil
}

func show(out io.Writer, lines []*line, many int) error {
	slices.SortStableFunc(lines, func(a, b *line) int { return int(1000*b.ratio()) - int(1000*a.ratio()) })
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "page\tat %d\tat %d\tratio\tpath\n", few, many)
	missed := 0
	for _, l := range lines {
		verdict := ""
		if l.ratio() > limit {
			verdict, missed = "  over 1.5", missed+1
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%.2f%s\t%s\n", l.name, median(l.few).Round(10*time.Microsecond), median(l.many).Round(10*time.Microsecond), l.ratio(), verdict, l.path)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d pages take more than %.1f times as long to their first byte", missed, len(lines), limit)
	}
	return nil
}

func (l *line) ratio() float64 { return float64(median(l.many)) / float64(median(l.few)) }
