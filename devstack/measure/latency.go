package measure

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"recourse/api/client"
	"recourse/bench"
	"recourse/internal/identifier"
)

// B4: one command, at rest and at half load.
const (
	medianGate  = 1.8
	slowestGate = 2.5
	// offerScript is the bare run that takes offers, each one INSERT.
	offerScript = "offers"
	// offersARun bounds how many offers one case gets: nobody makes hundreds.
	offersARun = 24
	// loaders is how many callers find out what the system can do at most.
	loaders = 32
	// outstanding bounds what is in flight at half load, so that a system that stands still is not buried.
	outstanding = 256
)

// command is one way to make an offer: ours, or bare.
type command func(ctx context.Context, i int) error

// latency measures offers on open disputes, in turns.
func (r *run) latency(ctx context.Context) ([]bench.Result, error) {
	turns := 2*r.pairs + 1 // at rest, at half load, and the search for what full load is
	perTurn := max(r.offersATurn, int(r.loadTime.Seconds()*maxRate))
	cases := (turns*perTurn + offersARun - 1) / offersARun
	r.progress.at(fmt.Sprintf("B4: opening %d disputes", cases))
	ours, err := r.ourOffers(ctx, cases)
	if err != nil {
		return nil, err
	}
	bareSide, err := r.bareOffers(ctx, cases)
	if err != nil {
		return nil, err
	}
	atRest, err := r.inTurns(ctx, "at rest", func(ctx context.Context, send command) ([]time.Duration, error) {
		return oneByOne(ctx, r.offersATurn, send)
	}, ours, bareSide)
	if err != nil {
		return nil, err
	}
	r.progress.at("B4: full load")
	full, err := fullLoad(ctx, r.loadTime, ours)
	if err != nil {
		return nil, err
	}
	half := min(full/2, maxRate)
	atHalf, err := r.inTurns(ctx, "at half load", func(ctx context.Context, send command) ([]time.Duration, error) {
		return steadily(ctx, half, r.loadTime, send)
	}, ours, bareSide)
	if err != nil {
		return nil, err
	}
	for i := range atHalf {
		atHalf[i].Comment = fmt.Sprintf("both sides %.0f offers/s, half of the %.0f that ours takes from %d callers", half, full, loaders)
	}
	return append(atRest, atHalf...), nil
}

// maxRate bounds the rate at half load.
const maxRate = 100

// inTurns measures both sides in turns and gives the results for the median and for the slowest in a hundred.
func (r *run) inTurns(ctx context.Context, when string, measure func(context.Context, command) ([]time.Duration, error), ours, theirs command) ([]bench.Result, error) {
	var p50, p99 []bench.Pair
	for turn := range r.pairs {
		r.progress.at(fmt.Sprintf("B4: %s, pair %d of %d", when, turn+1, r.pairs))
		a, err := measure(ctx, ours)
		if err != nil {
			return nil, fmt.Errorf("offers of ours %s: %w", when, err)
		}
		b, err := measure(ctx, theirs)
		if err != nil {
			return nil, fmt.Errorf("bare offers %s: %w", when, err)
		}
		p50 = append(p50, bench.Pair{Ours: milliseconds(bench.Percentile(a, 50)), Theirs: milliseconds(bench.Percentile(b, 50))})
		p99 = append(p99, bench.Pair{Ours: milliseconds(bench.Percentile(a, 99)), Theirs: milliseconds(bench.Percentile(b, 99))})
	}
	return []bench.Result{
		bench.Timed("B4", "offer "+when+", p50", "ms", bench.Gate{AtMost: medianGate}, p50),
		bench.Timed("B4", "offer "+when+", p99", "ms", bench.Gate{AtMost: slowestGate}, p99),
	}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// openDisputes opens disputes under the default policy, so that nothing is due.
func (r *run) openDisputes(ctx context.Context, cases int) ([]*story, error) {
	stories, err := spread(cases, preparing, func(int) (*story, error) {
		s, err := r.court.newStory(ctx, "")
		if err == nil {
			err = s.purchase(ctx)
		}
		if err == nil {
			err = s.arrive(ctx)
		}
		if err == nil {
			err = s.open(ctx)
		}
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("open disputes: %w", err)
	}
	return stories, nil
}

// ourOffers opens disputes and makes offers on one after the other.
func (r *run) ourOffers(ctx context.Context, cases int) (command, error) {
	stories, err := r.openDisputes(ctx, cases)
	if err != nil {
		return nil, err
	}
	return inRotation(len(stories), func(ctx context.Context, i int) error {
		s := stories[i]
		offer := client.NewOffer{Remedy: client.RemedyRefundPartial, Amount: euro(1000)}
		if err := s.seller.settled(ctx, done(s.seller.api.MakeOffer(ctx, s.dispute, nil, offer, client.Key(identifier.New("key"))))); err != nil {
			return fmt.Errorf("offer: %w", err)
		}
		return nil
	}), nil
}

func (r *run) bareOffers(ctx context.Context, cases int) (command, error) {
	runs, err := spread(cases, preparing, func(int) (*bareRun, error) {
		run := r.system.bareCase(offerScript, "dispute", "dsp")
		return run, run.send(ctx, "offer")
	})
	if err != nil {
		return nil, fmt.Errorf("start bare runs: %w", err)
	}
	return inRotation(len(runs), func(ctx context.Context, i int) error { return runs[i].send(ctx, "offer") }), nil
}

// inRotation sends to one case after the other, whoever asks.
func inRotation(cases int, send command) command {
	var mu sync.Mutex
	next := 0
	return func(ctx context.Context, _ int) error {
		mu.Lock()
		i := next
		next = (next + 1) % cases
		mu.Unlock()
		return send(ctx, i)
	}
}

// oneByOne sends n commands, each after the answer to the one before.
func oneByOne(ctx context.Context, n int, send command) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	for i := range n {
		began := time.Now()
		if err := send(ctx, i); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
	}
	return took, nil
}

// fullLoad is how many commands a second are answered when many callers wait.
func fullLoad(ctx context.Context, length time.Duration, send command) (float64, error) {
	counts, err := spread(loaders, loaders, func(i int) (int, error) {
		n := 0
		for began := time.Now(); time.Since(began) < length; n++ {
			if err := send(ctx, i); err != nil {
				return n, err
			}
		}
		return n, nil
	})
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum) / length.Seconds(), err
}

// steadily sends commands at random instants, so many a second on average, whatever becomes of those before. The time of
// each counts from the instant at which it was to be sent, so that a system that stands still cannot hide it. Both sides get
// the same instants.
func steadily(ctx context.Context, perSecond float64, length time.Duration, send command) ([]time.Duration, error) {
	arrivals := rand.New(rand.NewPCG(1, 2))
	slots := make(chan struct{}, outstanding)
	var mu sync.Mutex
	var took []time.Duration
	var group tasks
	began := time.Now()
	for at := time.Duration(0); at < length; at += time.Duration(arrivals.ExpFloat64() / perSecond * float64(time.Second)) {
		due := began.Add(at)
		if err := pause(ctx, time.Until(due)); err != nil {
			return nil, errors.Join(err, group.wait())
		}
		slots <- struct{}{}
		group.run(func() error {
			defer func() { <-slots }()
			err := send(ctx, 0)
			mu.Lock()
			took = append(took, time.Since(due))
			mu.Unlock()
			return err
		})
	}
	return took, group.wait()
}
