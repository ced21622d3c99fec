package measure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"recourse/api/client"
	"recourse/bench"
	"recourse/bench/bare"
	"recourse/domain/casefile"
	"recourse/domain/standing"
	"recourse/internal/identifier"
)

// S1: GET standing, which a marketplace asks for before it lets an account do something.
const (
	standingGate = 2
	// standingsThere is how many accounts with something in their standing are asked for in rotation.
	standingsThere = 200
	// readsToWarm are sent to each side before anything is measured.
	readsToWarm = 300
)

// standings measures GET standing in turns with a bare read of the same row by its key, over HTTP from the same database. GET
// metrics is measured beside it, as context: it counts a window, and nothing bare does that.
func (r *run) standings(ctx context.Context) ([]bench.Result, error) {
	accounts, err := r.holders(ctx)
	if err != nil {
		return nil, err
	}
	ours, err := r.reader(accounts, r.system.base, func(account string) string { return "/v1/accounts/" + account + "/standing" })
	if err != nil {
		return nil, err
	}
	base, err := r.system.startBareReads(ctx)
	if err != nil {
		return nil, err
	}
	theirs, err := r.reader(accounts, base, func(account string) string { return "/v1/rows/" + standing.CaseID(account) })
	if err != nil {
		return nil, err
	}
	page, err := r.reader(accounts, r.system.base, func(account string) string { return "/v1/accounts/" + account + "/metrics" })
	if err != nil {
		return nil, err
	}
	for _, side := range []command{ours, theirs, page} {
		if _, err := oneByOne(ctx, readsToWarm, side); err != nil {
			return nil, fmt.Errorf("warm up: %w", err)
		}
	}
	var p50, p99 []bench.Pair
	for turn := range r.pairs {
		r.progress.at(fmt.Sprintf("S1: pair %d of %d", turn+1, r.pairs))
		a, err := oneByOne(ctx, r.readsATurn, ours)
		if err != nil {
			return nil, fmt.Errorf("read standings: %w", err)
		}
		b, err := oneByOne(ctx, r.readsATurn, theirs)
		if err != nil {
			return nil, fmt.Errorf("read rows: %w", err)
		}
		p50 = append(p50, bench.Pair{Ours: milliseconds(bench.Percentile(a, 50)), Theirs: milliseconds(bench.Percentile(b, 50))})
		p99 = append(p99, bench.Pair{Ours: milliseconds(bench.Percentile(a, 99)), Theirs: milliseconds(bench.Percentile(b, 99))})
	}
	pages, err := oneByOne(ctx, r.readsATurn, page)
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	result := bench.Timed("S1", "GET standing, p99", "ms", bench.Gate{AtMost: standingGate}, p99)
	middle := bench.SpreadOf(bench.Ratios(p50))
	result.Comment = fmt.Sprintf("%d reads a turn, one after the other; p50 is %.2f of the bare one's (%.2f – %.2f). GET metrics of a seller with little to count: p50 %.2f ms, p99 %.2f ms",
		r.readsATurn, middle.Median, middle.Min, middle.Max, milliseconds(bench.Percentile(pages, 50)), milliseconds(bench.Percentile(pages, 99)))
	return []bench.Result{result}, nil
}

// holders opens sellers' accounts, each with a measure, so that its standing has a row.
func (r *run) holders(ctx context.Context) ([]string, error) {
	operator, err := r.system.somebody("operator", casefile.Operator)
	if err != nil {
		return nil, err
	}
	r.progress.at(fmt.Sprintf("S1: opening %d standings", standingsThere))
	return spread(standingsThere, preparing, func(int) (string, error) {
		seller, err := r.court.account(ctx, client.NewAccountRoleSeller)
		if err != nil {
			return "", err
		}
		measure := client.NewMeasure{Scope: client.MeasureScopeList, For: "30d", Cause: "measured"}
		err = operator.settled(ctx, done(operator.api.StartMeasure(ctx, seller.id, nil, measure, client.Key(identifier.New("key")))))
		if err != nil {
			return "", fmt.Errorf("start a measure: %w", err)
		}
		return seller.id, nil
	})
}

// reader reads one account's page after the other, whole, with the token of the marketplace, which the other side does not look at.
func (r *run) reader(accounts []string, base string, path func(account string) string) (command, error) {
	token, err := r.system.token("marketplace", casefile.Platform, tokenTime)
	if err != nil {
		return nil, err
	}
	return inRotation(len(accounts), func(ctx context.Context, i int) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path(accounts[i]), nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := r.system.http.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err == nil && resp.StatusCode != http.StatusOK {
			err = fmt.Errorf("GET %s is answered with %s", path(accounts[i]), resp.Status)
		}
		return err
	}), nil
}

// startBareReads starts the other side as a process of its own.
func (s *system) startBareReads(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	p, err := s.start("bare-reads", nil, self, "bench", "bare-reads", "--database", s.cases)
	if err != nil {
		return "", err
	}
	return p.said(ctx, serving)
}

// bareReadsCommand is the process of the other side. `bench` starts it.
func bareReadsCommand() *cobra.Command {
	var database string
	cmd := &cobra.Command{
		Use:    "bare-reads",
		Short:  "The read that ours is compared with",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			reads, err := bare.OpenReads(database, connections)
			if err != nil {
				return err
			}
			defer func() { _ = reads.Close() }() // the process ends
			return serve(ctx, cmd.OutOrStdout(), reads.Handler())
		},
	}
	cmd.Flags().StringVar(&database, "database", "", "`DSN` of the database with the cases")
	return cmd
}
