package measure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"recourse/bench"
)

// options are what a person may choose.
type options struct {
	only   []string // figures; empty: all
	pairs  int
	quick  bool
	binary string // built `recourse`; empty: it is built
	out    string // file for the results; empty: none
}

// figures are those that can be measured here, in the order of the table.
var figures = []string{"B1", "B2", "B3", "B4", "B5", "B8", "S1"}

func (o options) wants(ids ...string) bool {
	return len(o.only) == 0 || slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(o.only, id) })
}

func (o options) check() error {
	for _, id := range o.only {
		if !slices.Contains(figures, id) {
			return fmt.Errorf("there is no figure %s here; there are %s", id, strings.Join(figures, ", "))
		}
	}
	if o.pairs < 1 || o.pairs > 50 {
		return fmt.Errorf("pairs are from 1 to 50, not %d", o.pairs)
	}
	return nil
}

// run is one whole measuring.
type run struct {
	progress *progress
	system   *system
	court    *court
	policies policies

	pairs         int
	disputesATurn int           // B1
	offersATurn   int           // B4 at rest
	loadTime      time.Duration // B4 under load, a turn
	uploadsATurn  int           // B5
	postingTime   time.Duration // B8, a turn
	readsATurn    int           // S1
}

// quietLoad is how much others may use each core before times are measured.
const quietLoad = 0.5

// sizes are how much is measured in a turn: enough to tell something, or just enough to see that everything works.
func sizes(o options, p *progress) *run {
	r := &run{
		progress: p, pairs: o.pairs, disputesATurn: 240, offersATurn: 300, loadTime: 8 * time.Second,
		uploadsATurn: 120, postingTime: 8 * time.Second, readsATurn: 2000,
	}
	if o.quick {
		r.disputesATurn, r.offersATurn, r.loadTime = 96, 60, 2*time.Second
		r.uploadsATurn, r.postingTime, r.readsATurn = 20, 2*time.Second, 200
	}
	return r
}

// measure starts everything, measures, and stops everything. What was measured before an error is lost: half a table misleads.
func measure(ctx context.Context, o options, p *progress) (_ bench.Report, err error) {
	began := time.Now()
	report := bench.Report{Date: began.UTC().Truncate(time.Second), Commit: commit(ctx), Machine: machine(), Quick: o.quick || o.pairs < bench.MinimumPairs}
	binary := o.binary
	if binary == "" {
		dir, err := os.MkdirTemp("", "recourse-bin-*")
		if err != nil {
			return report, fmt.Errorf("make a folder for the binary: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		p.at("building recourse")
		binary = filepath.Join(dir, "recourse")
		if err := runOnce(ctx, "build recourse", nil, "go", "build", "-o", binary, "recourse/cmd/recourse"); err != nil {
			return report, err
		}
	}
	if busy := report.Machine.Load / float64(report.Machine.Cores); busy > quietLoad {
		p.at(fmt.Sprintf("the machine is not quiet (load %.1f): times will tell little", report.Machine.Load))
	}
	r := sizes(o, p)
	if r.system, err = startSystem(ctx, binary, p.at); err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, r.system.stop()) }()
	if report.Machine.Postgres, err = r.system.postgresVersion(ctx); err != nil {
		return report, err
	}
	if r.court, err = r.system.openCourt(ctx); err != nil {
		return report, err
	}
	if r.policies, err = r.court.policies(ctx); err != nil {
		return report, err
	}
	err = r.all(ctx, o, &report)
	report.Seconds = int(time.Since(began).Seconds())
	return report, errors.Join(err, r.system.alive())
}

// all measures what is wanted. Counts come first, on an empty database with nothing else to do.
func (r *run) all(ctx context.Context, o options, report *bench.Report) error {
	var counted []bench.Result
	if o.wants("B2", "B3") {
		var err error
		if counted, report.Runs, err = r.counts(ctx); err != nil {
			return err
		}
	}
	var timed []bench.Result
	for _, part := range []struct {
		id      string
		measure func(context.Context) ([]bench.Result, error)
	}{{"S1", r.standings}, {"B4", r.latency}, {"B5", r.uploads}, {"B5", r.memory}, {"B8", r.postings}, {"B1", r.throughput}} {
		if !o.wants(part.id) {
			continue
		}
		results, err := part.measure(ctx)
		if err != nil {
			return fmt.Errorf("measure %s: %w", part.id, err)
		}
		timed = append(timed, results...)
	}
	for _, result := range append(counted, timed...) {
		if o.wants(result.ID) {
			report.Results = append(report.Results, result)
		}
	}
	slices.SortStableFunc(report.Results, func(a, b bench.Result) int { return strings.Compare(a.ID, b.ID) })
	return nil
}

// machine is what this runs on.
func machine() bench.Machine {
	m := bench.Machine{Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Fsync: true}
	m.MemoryMB, m.Load = memoryAndLoad()
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range build.Deps {
			if dep.Path == "go.temporal.io/server" {
				m.Temporal = dep.Version
			}
		}
	}
	return m
}

// commit is the one that is checked out, with "+" behind it when files were changed since; empty outside a repository.
func commit(ctx context.Context) string {
	head, err := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return ""
	}
	changes, err := exec.CommandContext(ctx, "git", "status", "--porcelain").Output()
	if err != nil || len(changes) > 0 {
		return strings.TrimSpace(string(head)) + "+"
	}
	return strings.TrimSpace(string(head))
}

// explain lists the missed gates, one a line.
func explain(missed []bench.Result) string {
	byID := map[string][]string{}
	for _, m := range missed {
		line := fmt.Sprintf("%s is %s, gate %s", m.Figure, strconv.FormatFloat(m.Ratio.Median, 'f', 2, 64), m.Gate)
		if m.Unsteady {
			line += ", and its pairs disagree: measure again while nobody else uses the machine"
		}
		byID[m.ID] = append(byID[m.ID], line)
	}
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		for _, line := range byID[id] {
			lines = append(lines, "  "+id+" "+line)
		}
	}
	return strings.Join(lines, "\n")
}
