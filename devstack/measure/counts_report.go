package measure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"recourse/bench"
	"recourse/bench/bare"
)

// The gates of B2 and B3.
const (
	eventsP1     = 1.05
	eventsD      = 1.10
	bytesGate    = 1.6
	actionsGate  = 1.10
	countedTimes = 3
)

// counts plays every reference case several times, ours and bare, nothing else at the time, and gives the results of B2 and
// B3 with the histories themselves. Counts are exact: runs that differ show as a range, and the worst one counts.
func (r *run) counts(ctx context.Context) ([]bench.Result, map[string][]bench.History, error) {
	ours, theirs := map[string][]bench.History{}, map[string][]bench.History{}
	for turn := range countedTimes {
		r.progress.at(fmt.Sprintf("B2 B3: reference cases, %d of %d", turn+1, countedTimes))
		if err := r.countOnce(ctx, ours, theirs); err != nil {
			return nil, nil, err
		}
	}
	var results []bench.Result
	for _, reference := range references {
		results = append(results, reference.results(ours, theirs)...)
	}
	results = append(results, bench.Counted("B3", "retries, all cases together", "retries", bench.Gate{Exact: true}, retries(ours), 0))
	slices.SortStableFunc(results, func(a, b bench.Result) int { return strings.Compare(a.ID, b.ID) })
	runs := maps.Clone(ours)
	for name, histories := range theirs {
		runs["bare "+name] = histories
	}
	return results, runs, nil
}

// results are those of one case: what its order and its dispute cost together.
func (r reference) results(ours, theirs map[string][]bench.History) []bench.Result {
	gate := bench.Gate{AtMost: eventsD}
	if !r.dispute {
		gate = bench.Gate{AtMost: eventsP1}
	}
	var least, leastActions float64
	var about []string
	for _, bound := range bench.Bounds {
		if strings.HasPrefix(bound.Run, r.name+" ") {
			least += float64(bound.Units().Events())
			leastActions += float64(bound.Units().Actions())
			about = append(about, strings.TrimPrefix(bound.Run, r.name+" ")+" "+against(ours[bound.Run], theirs[bound.Run], bound.Units()))
		}
	}
	size := func(h bench.History) float64 { return float64(h.Bytes) }
	events := bench.Counted("B2", r.name+": events", "events", gate, r.sums(ours, func(h bench.History) float64 { return float64(h.Events) }), least)
	events.Comment = strings.Join(about, "; ")
	bytes := bench.Counted("B2", r.name+": bytes", "bytes", bench.Gate{AtMost: bytesGate}, r.sums(ours, size), bench.SpreadOf(r.sums(theirs, size)).Median)
	actions := bench.Counted("B3", r.name+": billable actions", "actions", bench.Gate{AtMost: actionsGate},
		r.sums(ours, func(h bench.History) float64 { return float64(h.Actions) }), leastActions)
	return []bench.Result{events, bytes, actions}
}

// sums are a figure of the case's order and dispute together, one for each time that it was played.
func (r reference) sums(runs map[string][]bench.History, figure func(bench.History) float64) []float64 {
	sums := make([]float64, countedTimes)
	for _, run := range r.runs() {
		for turn, h := range runs[run] {
			sums[turn] += figure(h)
		}
	}
	return sums
}

// retries are those of all cases together, one sum for each time.
func retries(ours map[string][]bench.History) []float64 {
	sums := make([]float64, countedTimes)
	for _, histories := range ours {
		for turn, h := range histories {
			sums[turn] += float64(h.Retries)
		}
	}
	return sums
}

// countOnce plays each case of both sides once. The cases run beside each other: a count does not depend on the clock.
func (r *run) countOnce(ctx context.Context, ours, theirs map[string][]bench.History) error {
	var mu sync.Mutex
	var group tasks
	for _, reference := range references {
		group.run(func() error {
			costs, err := r.court.costs(ctx, reference, r.policies.swift)
			if err != nil {
				return fmt.Errorf("play %s: %w", reference.name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for name, h := range costs {
				ours[name] = append(ours[name], h)
			}
			return nil
		})
	}
	if err := group.wait(); err != nil {
		return err
	}
	for name, script := range bare.References {
		group.run(func() error {
			kind := name[strings.LastIndexByte(name, ' ')+1:]
			bareRun := r.system.bareCase(name, kind, map[string]string{"order": "ord", "dispute": "dsp"}[kind])
			if err := bareRun.play(ctx, script); err != nil {
				return err
			}
			h, err := r.system.history(ctx, bareRun.name)
			mu.Lock()
			defer mu.Unlock()
			theirs[name] = append(theirs[name], h)
			return err
		})
	}
	return group.wait()
}

// against says where the worst run differs from its bound, and what else it cost beside the bare one.
func against(ours, theirs []bench.History, least bench.Units) string {
	if len(ours) == 0 || len(theirs) == 0 {
		return "not played"
	}
	most := func(a, b bench.History) int { return a.Events - b.Events }
	worst, other := slices.MaxFunc(ours, most), slices.MaxFunc(theirs, most)
	parts := []string{fmt.Sprintf("%d events", worst.Events)}
	for _, unit := range []struct {
		name        string
		has, needed int
	}{
		{"tasks", worst.Tasks, least.Tasks}, {"activities", worst.Activities, least.Activities}, {"markers", worst.Markers, least.Markers},
		{"timers", worst.Timers, least.Timers}, {"signals", worst.Signals, least.Signals}, {"updates", worst.Updates, least.Updates},
		{"upserts", worst.Upserts, least.Upserts}, {"other events", worst.Other, 0},
	} {
		if unit.has != unit.needed {
			parts = append(parts, fmt.Sprintf("%s %+d", unit.name, unit.has-unit.needed))
		}
	}
	parts = append(parts, fmt.Sprintf("%d/%d bytes", worst.Bytes, other.Bytes), fmt.Sprintf("%d/%d transitions", worst.Transitions, other.Transitions))
	return strings.Join(parts, ", ")
}
