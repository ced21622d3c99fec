// Package scale measures what the detectors cost over large databases: time and memory of a pass over everything, of one over
// what happened since, and how both grow.
package scale

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"recourse/detection"
	"recourse/domain/kinds"
	"recourse/store"
)

// Options say how much is measured.
type Options struct {
	Database string // empty of cases; "sqlite:PATH" or "postgres://…"
	Orders   int    // of the large database; the small one has a tenth
	Progress func(string)
}

// Measurement is a pass over a database.
type Measurement struct {
	What     string
	Orders   int
	Disputes int
	Result   detection.Result
	Took     time.Duration
	Worked   time.Duration // of processors, in this process; a server of a database has its own
	Heap     uint64        // bytes, at its peak above what there was before
}

// Growth is how much more the large pass takes than the small one, by order: by the clock, and of the processors of this process. On a
// machine that does other work at the same time the second is the steadier one.
func Growth(small, large Measurement) (took, worked float64) {
	orders := float64(large.Orders) / float64(small.Orders)
	return large.Took.Seconds() / small.Took.Seconds() / orders, large.Worked.Seconds() / small.Worked.Seconds() / orders
}

// An order in ten is disputed, and a tenth of a hundredth is new at the last pass. Each shop has as many orders, so that a larger
// market is one of more shops.
const (
	tenth     = 10
	hundredth = 100
)

// Run measures a pass over a tenth of the orders, one over all of them, and one over a hundredth more.
func Run(ctx context.Context, o Options) ([]Measurement, error) {
	s, err := store.Open(ctx, o.Database, store.Options{Kinds: kinds.All()})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	defer func() { _ = s.Close() }() // nothing in it is needed any more
	if err := s.Migrate(ctx); err != nil {
		return nil, fmt.Errorf("make the schema: %w", err)
	}
	f, err := openFiller(ctx, o.Database)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.db.Close() }()
	var all []Measurement
	for _, step := range []struct {
		what  string
		until int
		anew  bool
	}{{"everything", o.Orders / tenth, true}, {"everything", o.Orders, true}, {"what is new", o.Orders + o.Orders/hundredth, false}} {
		o.Progress(fmt.Sprintf("fill the database up to %d orders", step.until))
		if err := f.fill(ctx, step.until, step.anew); err != nil {
			return all, err
		}
		o.Progress(fmt.Sprintf("run the detectors over %s", step.what))
		m, err := measure(ctx, &detection.Sweep{Store: s})
		if err != nil {
			return all, err
		}
		m.What, m.Orders, m.Disputes = step.what, f.orders, f.disputes
		all = append(all, m)
	}
	return all, nil
}

// measure runs a pass and watches the clock, the processors and the heap.
func measure(ctx context.Context, sweep *detection.Sweep) (Measurement, error) {
	runtime.GC()
	before := heap()
	worked, err := processor()
	if err != nil {
		return Measurement{}, fmt.Errorf("read the processor time: %w", err)
	}
	var peak atomic.Uint64
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				peak.Store(max(peak.Load(), heap()))
			}
		}
	}()
	began := time.Now()
	result, err := sweep.Run(ctx, "")
	m := Measurement{Result: result, Took: time.Since(began)}
	close(done)
	<-watched
	after, perr := processor()
	m.Worked = after - worked
	if now := max(peak.Load(), heap()); now > before {
		m.Heap = now - before
	}
	return m, errors.Join(err, perr)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
