package measure

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"recourse/bench"
	"recourse/contract"
	"recourse/domain/casefile"
)

// B1: a closed loop of disputes in flight. Each begins with an order that has arrived, which was prepared before the clock
// was started, and ends when the order's run has ended, with the money moved.
const (
	throughputGate = 0.70
	inFlight       = 64
	preparing      = 16
	// The timers of D1 in these runs, ours and bare (policy "crowded").
	crowdedEvidence = 2 * time.Second
	crowdedAppeal   = time.Second
)

// crowdScript is the name of the bare D1 dispute with those timers, and standingScript that of its seller's standing, which the
// decision enters points into.
const (
	crowdScript    = "D1 dispute, crowded"
	standingScript = "D1 standing"
)

// throughput measures resolved disputes a second, in turns.
func (r *run) throughput(ctx context.Context) ([]bench.Result, error) {
	turn := 0
	var spent [2]cpu
	step := func(side string, measure func(context.Context, int) (turned, error)) func(int) (float64, error) {
		return func(int) (float64, error) {
			turn++
			r.progress.at(fmt.Sprintf("B1: turn %d of %d, %s", turn, 2*r.pairs, side))
			used, err := measure(ctx, r.disputesATurn)
			spent[(turn+1)%2] = used.cpu
			return used.rate, err
		}
	}
	pairs, err := bench.Alternate(r.pairs, step("ours", r.oursThroughput), step("bare", r.bareThroughput))
	if err != nil {
		return nil, err
	}
	result := bench.Timed("B1", "D1 resolved", "disputes/s", bench.Gate{AtLeast: throughputGate}, pairs)
	result.Comment = fmt.Sprintf("%d disputes a turn, %d in flight; processor time a dispute in the last pair: ours %s; bare %s", r.disputesATurn,
		inFlight, spent[0], spent[1])
	return []bench.Result{result}, nil
}

// turned is one turn: disputes a second, and the processor time of each.
type turned struct {
	rate float64
	cpu  cpu
}

func (r *run) oursThroughput(ctx context.Context, n int) (turned, error) {
	stories, err := spread(n, preparing, func(int) (*story, error) {
		s, err := r.court.newStory(ctx, r.policies.crowded)
		if err == nil {
			err = s.purchase(ctx)
		}
		if err == nil {
			err = s.arrive(ctx)
		}
		return s, err
	})
	if err != nil {
		return turned{}, fmt.Errorf("prepare orders: %w", err)
	}
	return r.system.rate(ctx, n, func(ctx context.Context, i int) error {
		s := stories[i]
		if err := s.playD1(ctx); err != nil {
			return err
		}
		if err := r.system.engine.GetWorkflow(ctx, contract.WorkflowID(casefile.KindOrder, s.order), "").Get(ctx, nil); err != nil {
			return fmt.Errorf("wait for the end of order %s: %w", s.order, err)
		}
		return nil
	})
}

func (r *run) bareThroughput(ctx context.Context, n int) (turned, error) {
	orders, err := spread(n, preparing, func(int) (*bareRun, error) {
		order := r.system.bareCase("D1 order", "order", "ord")
		for _, message := range []string{"registerOrder", "ship", "deliver"} {
			if err := order.send(ctx, message); err != nil {
				return nil, err
			}
		}
		return order, nil
	})
	if err != nil {
		return turned{}, fmt.Errorf("prepare orders: %w", err)
	}
	return r.system.rate(ctx, n, func(ctx context.Context, i int) error {
		return r.system.playBareD1(ctx, orders[i])
	})
}

// playBareD1 sends the messages of D1 to the order and to its dispute, and brings the outcome from one to the other.
func (s *system) playBareD1(ctx context.Context, order *bareRun) error {
	if err := order.send(ctx, "openDispute"); err != nil {
		return err
	}
	dispute := s.bareCase(crowdScript, "dispute", "dsp")
	for _, message := range []string{"open", "offer", "rejectOffer", "escalate"} {
		if err := dispute.send(ctx, message); err != nil {
			return err
		}
	}
	due := time.Now().Add(crowdedEvidence)
	for range 2 {
		if err := dispute.send(ctx, "submitEvidence"); err != nil {
			return err
		}
	}
	if err := pause(ctx, time.Until(due)+30*time.Millisecond); err != nil {
		return err
	}
	if err := dispute.send(ctx, "decide"); err != nil {
		return err
	}
	standing := s.bareCase(standingScript, "standing", "std")
	if err := standing.signal(ctx); err != nil {
		return err
	}
	if err := dispute.ended(ctx); err != nil {
		return err
	}
	for _, told := range []*bareRun{standing, order} {
		if err := told.signal(ctx); err != nil {
			return err
		}
	}
	return order.ended(ctx)
}

// loopWithin bounds one turn.
const loopWithin = 10 * time.Minute

// rate plays n disputes with so many in flight and says how many ended a second between the first and the last quarter,
// in which the loop is full.
func (s *system) rate(ctx context.Context, n int, play func(context.Context, int) error) (turned, error) {
	ctx, cancel := context.WithTimeout(ctx, loopWithin)
	defer cancel()
	before, began := s.cpu(ctx), time.Now()
	ends := make([]time.Duration, n)
	var ended atomic.Int64
	_, err := spread(n, min(inFlight, n), func(i int) (struct{}, error) {
		err := play(ctx, i)
		if err == nil {
			ends[ended.Add(1)-1] = time.Since(began)
		}
		return struct{}{}, err
	})
	return turned{rate: fullRate(ends[:ended.Load()]), cpu: s.cpu(ctx).since(before, n)}, err
}

// fullRate is how many of the ends fell into a second while the loop was full.
func fullRate(ends []time.Duration) float64 {
	ends = slices.Sorted(slices.Values(ends)) // those of one instant may have been counted in another order
	first, last := len(ends)/4, len(ends)*3/4
	if last <= first {
		return 0
	}
	took := ends[last] - ends[first]
	if took <= 0 {
		return 0
	}
	return float64(last-first) / took.Seconds()
}
