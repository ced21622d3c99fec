package play

import (
	"context"
	"sync"
	"time"
)

// Verdict is what came of a case file.
type Verdict string

// The verdicts.
const (
	Passed Verdict = "passed"
	Failed Verdict = "failed"
)

// Result is what came of playing one case file.
type Result struct {
	Name    string
	File    string
	Verdict Verdict
	Virtual time.Duration // how far the story's clock was turned
	Steps   int           // steps that were played
	Wall    time.Duration
	Misses  Problems
	Kept    *Kept
}

// Kept is what a story has left at the server.
type Kept struct {
	Clock    string            `json:"clock"`
	Accounts map[string]string `json:"accounts"`
	Orders   []string          `json:"orders"`
	Disputes map[string]string `json:"disputes,omitempty"`
}

// atATime is how many stories are played at once unless somebody says otherwise: enough that none waits for another's timers, and
// few enough that a small machine answers each command within the time that a caller waits.
const atATime = 24

// Player plays stories against one server.
type Player struct {
	BaseURL  string
	Token    string
	Parallel int // stories at a time; atATime when it is below 1
	Watch    Watcher
}

// Watcher is told how the stories go on. Its methods are called from several goroutines.
type Watcher interface {
	Played(story Story, steps int)
	Ended(result Result)
}

// Play plays the stories and returns what came of each, in their order. When
// the context ends, what was not played to its end is left out.
func (p Player) Play(ctx context.Context, stories []Story) ([]Result, error) {
	session, err := newSession(p.BaseURL, p.Token)
	if err != nil {
		return nil, err
	}
	results := make([]*Result, len(stories))
	queue := make(chan int)
	var wait sync.WaitGroup
	players := p.Parallel
	if players < 1 {
		players = atATime
	}
	players = min(players, len(stories))
	for range players {
		wait.Go(func() {
			for i := range queue {
				result := p.one(ctx, session, stories[i])
				if ctx.Err() == nil {
					results[i] = &result
					p.Watch.Ended(result)
				}
			}
		})
	}
	for i := range stories {
		select {
		case queue <- i:
		case <-ctx.Done():
		}
	}
	close(queue)
	wait.Wait()
	var done []Result
	for _, r := range results {
		if r != nil {
			done = append(done, *r)
		}
	}
	return done, context.Cause(ctx)
}

// one plays one story from its first account to its last expectation.
func (p Player) one(ctx context.Context, s *session, story Story) Result {
	began := time.Now()
	result := Result{Name: story.Name, File: story.File, Verdict: Passed}
	r := newRun(story, s)
	err := r.setUp(ctx)
	if err == nil {
		err = r.perform(ctx, func(steps int) {
			result.Steps += steps
			p.Watch.Played(story, steps)
		})
	}
	if err == nil {
		result.Virtual, err = r.look(ctx)
	}
	if err == nil {
		err = r.compare(ctx)
	}
	if err != nil {
		r.miss(lineOf(err), "%v", err)
	}
	result.Misses = r.misses.sorted()
	if len(result.Misses) > 0 {
		result.Verdict = Failed
	}
	result.Wall = time.Since(began)
	result.Kept = r.kept()
	return result
}

// kept lists what the story has left.
func (r *run) kept() *Kept {
	k := &Kept{Clock: r.clock, Accounts: r.accounts, Disputes: r.disputes}
	for _, o := range r.story.Orders {
		if id := r.orders[o.Name]; id != "" {
			k.Orders = append(k.Orders, id)
		}
	}
	return k
}
