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
	retries := make([]float64, countedTimes)
	for _, bound := range bench.Bounds {
		gate := bench.Gate{AtMost: eventsD}
		if strings.HasPrefix(bound.Run, "P1") {
			gate = bench.Gate{AtMost: eventsP1}
		}
		least := bound.Units()
		events := bench.Counted("B2", bound.Run+": events", "events", gate, each(ours[bound.Run], func(h bench.History) float64 { return float64(h.Events) }),
			float64(least.Events()))
		events.Comment = against(ours[bound.Run], least)
		bytes := bench.Counted("B2", bound.Run+": bytes", "bytes", bench.Gate{AtMost: bytesGate},
			each(ours[bound.Run], func(h bench.History) float64 { return float64(h.Bytes) }), middle(theirs[bound.Run], func(h bench.History) float64 { return float64(h.Bytes) }))
		actions := bench.Counted("B3", bound.Run+": billable actions", "actions", bench.Gate{AtMost: actionsGate},
			each(ours[bound.Run], func(h bench.History) float64 { return float64(h.Actions) }), float64(least.Actions()))
		results = append(results, events, bytes, actions)
		for turn, h := range ours[bound.Run] {
			retries[turn] += float64(h.Retries)
		}
	}
	results = append(results, bench.Counted("B3", "retries, all cases together", "retries", bench.Gate{Exact: true}, retries, 0))
	slices.SortStableFunc(results, func(a, b bench.Result) int { return strings.Compare(a.ID, b.ID) })
	runs := maps.Clone(ours)
	for name, histories := range theirs {
		runs["bare "+name] = histories
	}
	return results, runs, nil
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

func each(histories []bench.History, figure func(bench.History) float64) []float64 {
	figures := make([]float64, len(histories))
	for i, h := range histories {
		figures[i] = figure(h)
	}
	return figures
}

func middle(histories []bench.History, figure func(bench.History) float64) float64 {
	return bench.SpreadOf(each(histories, figure)).Median
}

// against says in which units the worst run differs from the bound.
func against(histories []bench.History, least bench.Units) string {
	if len(histories) == 0 {
		return ""
	}
	worst := slices.MaxFunc(histories, func(a, b bench.History) int { return a.Events - b.Events })
	var parts []string
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
	parts = append(parts, fmt.Sprintf("%d state transitions", worst.Transitions))
	return strings.Join(parts, ", ")
}
