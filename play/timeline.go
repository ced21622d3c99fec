package play

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"recourse/api/client"
)

// timelines is everything that happened to the orders of the file and their disputes, by order, and to the standings of its
// parties: by time, then in the order of recording.
func (r *run) timelines(ctx context.Context) ([][]client.Event, error) {
	var all [][]client.Event
	for _, o := range r.story.Orders {
		events, err := r.orderTimeline(ctx, r.orders[o.Name])
		if err != nil {
			return nil, err
		}
		all = append(all, events)
	}
	for _, p := range r.story.Parties {
		if !hasStanding(p) {
			continue
		}
		events, err := r.standingTimeline(ctx, r.accounts[p.Name])
		if err != nil {
			return nil, err
		}
		all = append(all, events)
	}
	return all, nil
}

// orderTimeline reads an order's timeline, which holds its disputes' events too.
func (r *run) orderTimeline(ctx context.Context, id string) ([]client.Event, error) {
	return r.allPages(ctx, id, func(after string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GetOrderTimeline(ctx, id, &client.GetOrderTimelineParams{Limit: new(100), After: after}, e...)
		}
	})
}

// standingTimeline reads the timeline of an account's standing.
func (r *run) standingTimeline(ctx context.Context, account string) ([]client.Event, error) {
	return r.allPages(ctx, "the standing of "+account, func(after string) call {
		return func(ctx context.Context, api *client.Client, e ...editor) (*http.Response, error) {
			return api.GetStandingTimeline(ctx, account, &client.GetStandingTimelineParams{Limit: new(100), After: after}, e...)
		}
	})
}

// allPages reads a timeline to its end.
func (r *run) allPages(ctx context.Context, id string, read func(after string) call) ([]client.Event, error) {
	var events []client.Event
	after := ""
	for {
		page, err := fetch[client.Timeline](ctx, r.session, onlooker, "the timeline of "+id, read(after))
		if err != nil {
			return nil, err
		}
		events = append(events, page.Data...)
		if !page.HasMore {
			return events, nil
		}
		if page.Next == "" || page.Next == after {
			return nil, fmt.Errorf("read the timeline of %s: there is more, but no way to it", id)
		}
		after = page.Next
	}
}

// compareEvents looks for the expected events in their order, with others between them, and for those that must be absent.
func (r *run) compareEvents(timelines [][]client.Event) {
	want := make([]string, len(r.story.Expect.Events))
	for i, e := range r.story.Expect.Events {
		want[i] = e.Type
	}
	merged := merge(timelines)
	if found := subsequence(want, timelines); found < len(want) {
		missing := r.story.Expect.Events[found]
		r.miss(missing.Line, "events expected %s %s got %s", missing.Type, place(want, found), told(merged))
	}
	for _, absent := range r.story.Expect.Absent {
		for _, e := range merged {
			if e.Type == absent.Type {
				r.miss(absent.Line, "absent expected no %s got one at %s", absent.Type, instant(e))
				break
			}
		}
	}
}

// merge joins timelines by time, each in its own order.
func merge(timelines [][]client.Event) []client.Event {
	merged := slices.Concat(timelines...)
	slices.SortStableFunc(merged, func(a, b client.Event) int { return a.At.Compare(b.At) })
	return merged
}

// subsequence counts how many of the wanted events stand in the merged timeline, in their order. Taking each as early as it
// comes finds all of them if there is a way to find all of them. The API does not say which of two timelines was first within one
// instant, so there any interleaving will do.
func subsequence(want []string, timelines [][]client.Event) int {
	rest := slices.Clone(timelines)
	found := 0
	for {
		now, ok := earliest(rest)
		if !ok {
			return found
		}
		instant := make([][]client.Event, len(rest))
		for i, events := range rest {
			n := 0
			for n < len(events) && events[n].At.Equal(now) {
				n++
			}
			instant[i], rest[i] = events[:n], events[n:]
		}
		found = furthest(want, found, instant)
	}
}

// earliest is the instant of the first event of all timelines.
func earliest(timelines [][]client.Event) (first time.Time, ok bool) {
	for _, events := range timelines {
		if len(events) > 0 && (!ok || events[0].At.Before(first)) {
			first, ok = events[0].At, true
		}
	}
	return first, ok
}

// furthest is how many wanted events can be found, of which some were found before, by the best interleaving of the lists. To have
// found more is never worse, so of the ways that lead to one point only the best is followed.
func furthest(want []string, found int, lists [][]client.Event) int {
	best := map[string]int{}
	var walk func(taken []int) int
	walk = func(taken []int) int {
		key := fmt.Sprint(taken)
		if known, ok := best[key]; ok {
			return known
		}
		most := found // nothing is taken yet
		for i := range lists {
			if taken[i] == 0 {
				continue
			}
			before := slices.Clone(taken)
			before[i]--
			n := walk(before)
			if n < len(want) && lists[i][before[i]].Type == want[n] {
				n++
			}
			most = max(most, n)
		}
		best[key] = most
		return most
	}
	all := make([]int, len(lists))
	for i, list := range lists {
		all[i] = len(list)
	}
	return walk(all)
}

// place says after which event another was looked for.
func place(want []string, i int) string {
	if i == 0 {
		return "first"
	}
	return "after " + want[i-1]
}

// told is a timeline in one line, with the instant wherever it changes.
func told(timeline []client.Event) string {
	if len(timeline) == 0 {
		return "no events"
	}
	var b strings.Builder
	last := ""
	for _, e := range timeline {
		if b.Len() > 0 {
			b.WriteString(" ")
		}
		if now := instant(e); now != last {
			fmt.Fprintf(&b, "[%s] ", now)
			last = now
		}
		b.WriteString(e.Type)
	}
	return b.String()
}

// instant writes when something happened as the files do; what the files cannot write is written to the microsecond.
func instant(e client.Event) string {
	if d := e.At.Sub(start); d%60e9 == 0 {
		return formatLength(d)
	}
	return e.At.UTC().Format("2006-01-02T15:04:05.999999Z")
}
