package measure

import (
	"context"
	_ "embed" // the settlement, for pgbench
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"recourse/bench"
	"recourse/domain/ledger"
	"recourse/store"
)

// B8: settlements, each of three movements with eight postings, by clients that never wait for each other's sellers.
const (
	pgbenchGate        = 0.6
	hotGate            = 0.7
	postingClients     = 8
	sellersAClient     = 125 // 1,000 in all
	feeAccounts        = 1000
	postingsSettlement = 8
	settlementRefund   = 1000
	settlementRelease  = 3000
	settlementFee      = 100
)

//go:embed settlement.sql
var settlementSQL string

// postings measures the ledger: the store's posting path over pgbench with the same statements, and all fees on one
// account over fees spread on a thousand.
func (r *run) postings(ctx context.Context) ([]bench.Result, error) {
	pgbench, err := findPgbench()
	if err != nil {
		return nil, err
	}
	script := filepath.Join(r.system.folder, "settlement.sql")
	if err := os.WriteFile(script, []byte(settlementSQL), 0o600); err != nil {
		return nil, fmt.Errorf("write the settlement for pgbench: %w", err)
	}
	if err := r.system.sellers(ctx); err != nil {
		return nil, err
	}
	cases, err := store.Open(ctx, r.system.cases, store.Options{MaxConns: postingClients})
	if err != nil {
		return nil, err
	}
	defer func() { _ = cases.Close() }() // only pooled connections

	ours := func(spread bool) func(int) (float64, error) {
		return func(int) (float64, error) { return settle(ctx, cases, r.postingTime, spread) }
	}
	r.progress.at("B8: the store's postings and pgbench in turns")
	beside, err := bench.Alternate(r.pairs, ours(false), func(int) (float64, error) {
		return runPgbench(ctx, pgbench, r.system.cases, script, r.postingTime)
	})
	if err != nil {
		return nil, err
	}
	r.progress.at("B8: one fee account and a thousand in turns")
	hot, err := bench.Alternate(r.pairs, ours(false), ours(true))
	if err != nil {
		return nil, err
	}
	path := bench.Timed("B8", "ledger, over pgbench", "postings/s", bench.Gate{AtLeast: pgbenchGate}, beside)
	path.Comment = fmt.Sprintf("%d clients, settlements of 3 transactions and %d postings", postingClients, postingsSettlement)
	return []bench.Result{path, bench.Timed("B8", "one fee account, over 1,000", "postings/s", bench.Gate{AtLeast: hotGate}, hot)}, nil
}

// sellers are 1,000 accounts for each side.
func (s *system) sellers(ctx context.Context) error {
	for _, prefix := range []string{"", sellerPrefix} {
		_, err := s.db.ExecContext(ctx, `INSERT INTO accounts (id, role, name, country, created_at)
			SELECT $1 || n, 'seller', '', '', now() FROM generate_series(1, $2) AS n`, prefix, postingClients*sellersAClient)
		if err != nil {
			return fmt.Errorf("open accounts of sellers: %w", err)
		}
	}
	return nil
}

const sellerPrefix = "acc_bench"

// settle posts settlements for so long, and says how many postings that were a second.
func settle(ctx context.Context, cases *store.Store, length time.Duration, spreadFees bool) (float64, error) {
	began := time.Now()
	counts, err := spread(postingClients, postingClients, func(i int) (int, error) {
		n := 0
		for ; time.Since(began) < length; n++ {
			seller := sellerPrefix + strconv.Itoa(1+i*sellersAClient+rand.IntN(sellersAClient))
			if err := settleOnce(ctx, cases, seller, spreadFees); err != nil {
				return n, err
			}
		}
		return n, nil
	})
	took := time.Since(began)
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum*postingsSettlement) / took.Seconds(), err
}

// settleOnce captures an order's money, asks for its settlement, and confirms it.
func settleOnce(ctx context.Context, cases *store.Store, seller string, spreadFees bool) error {
	order := "ord_bench" + strconv.FormatUint(rand.Uint64(), 36)
	m := ledger.Movement{Verb: ledger.Split, Cause: "decision", Currency: "EUR", Order: order, Buyer: "acc_" + order, Seller: seller,
		Refund: settlementRefund, Release: settlementRelease, Fee: settlementFee}
	confirm := ledger.ConfirmOut(m)
	if spreadFees { // to an account that is written as the fees are, one of many
		last := slices.IndexFunc(confirm.Postings, func(p ledger.Posting) bool { return p.Account == ledger.Fees })
		confirm.Postings[last].Account = ledger.RefundedTo("fees" + strconv.Itoa(rand.IntN(feeAccounts)))
	}
	hold := ledger.HoldCapture(0, order, settlementRefund+settlementRelease+settlementFee, "EUR")
	for _, t := range []ledger.Transfer{hold, ledger.RequestOut(m), confirm} {
		if _, err := cases.Post(ctx, seller, t, store.Once{}); err != nil {
			return fmt.Errorf("post a %s: %w", t.Verb, err)
		}
	}
	return nil
}

var tps = regexp.MustCompile(`tps = ([0-9.]+) `)

// runPgbench runs the settlement with as many clients, prepared statements and no vacuum, and says how many postings that
// were a second.
func runPgbench(ctx context.Context, program, dsn, script string, length time.Duration) (float64, error) {
	cmd := exec.CommandContext(ctx, program, "--no-vacuum", "--protocol", "prepared", "--client", strconv.Itoa(postingClients), "--jobs", "2",
		"--time", strconv.Itoa(int(length.Seconds())), "--file", script, dsn)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w\n%s", err, out)
	}
	found := tps.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench said nothing of its rate:\n%s", out)
	}
	rate, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		return 0, fmt.Errorf("read pgbench's rate: %w", err)
	}
	return rate * postingsSettlement, nil
}

// findPgbench looks in PATH and where Debian keeps it, the newest first.
func findPgbench() (string, error) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil && !strings.Contains(real, "pg_wrapper") {
			return path, nil
		}
	}
	paths, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if err != nil {
		return "", fmt.Errorf("look for pgbench: %w", err)
	}
	if len(paths) == 0 {
		return "", errors.New("B8 cannot be measured: there is no pgbench (Debian: postgresql-contrib)")
	}
	slices.Sort(paths)
	return paths[len(paths)-1], nil
}
