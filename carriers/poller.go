package carriers

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"recourse/store"
)

// How a carrier that fails is left alone: at first, doubling, and at most.
const (
	firstBackoff   = 30 * time.Second
	longestBackoff = time.Hour
	pollBatch      = 50
)

// Numbers are the numbers that may be asked about, and the inbox for what is answered.
type Numbers interface {
	DuePolls(ctx context.Context, carrier string, limit int) ([]string, error)
	TakePoll(ctx context.Context, carrier, number string, again time.Duration) (bool, error)
	SetPoll(ctx context.Context, carrier, number string, again time.Duration) error
	KeepCarrierEvents(ctx context.Context, events []store.CarrierEvent) (int64, error)
}

// Poller asks one carrier about its numbers, one after the other. What it has asked is a row, so that a worker that ends is
// followed by any other; two workers never ask about one number at a time.
type Poller struct {
	Carrier string
	Feed    Feed
	Poll    Poll
	Numbers Numbers
	Logger  *slog.Logger

	failures int
}

// Round asks about what is due, at most a batch, and returns how long to rest before the next: the carrier's own wish or a
// longer and longer time while it fails, else the pause.
func (p *Poller) Round(ctx context.Context) (rest time.Duration, err error) {
	numbers, err := p.Numbers.DuePolls(ctx, p.Carrier, pollBatch)
	if err != nil {
		return p.Poll.Pause, err
	}
	for i, number := range numbers {
		if i > 0 && !pause(ctx, p.Poll.Pause) {
			break
		}
		taken, err := p.Numbers.TakePoll(ctx, p.Carrier, number, p.Poll.Every)
		if err != nil || ctx.Err() != nil {
			return p.Poll.Pause, errors.Join(err, ctx.Err())
		}
		if !taken {
			continue
		}
		switch err := p.ask(ctx, number); {
		case busy(err) != nil:
			p.failures++
			rest = p.backoff(busy(err))
			return rest, errors.Join(err, p.Numbers.SetPoll(context.WithoutCancel(ctx), p.Carrier, number, rest))
		case err != nil: // about this number alone: it is asked about again in its own time
			p.Logger.WarnContext(ctx, "A carrier's answer about a number cannot be used.", "carrier", p.Carrier, "error", err)
		default:
			p.failures = 0
		}
	}
	return max(p.Poll.Pause, time.Second), nil
}

func busy(err error) *BusyError {
	b, _ := errors.AsType[*BusyError](err)
	return b
}

func (p *Poller) backoff(b *BusyError) time.Duration {
	if b.After > 0 {
		return b.After
	}
	return min(firstBackoff<<min(p.failures-1, 12), longestBackoff)
}

// ask asks about one number and keeps what is answered.
func (p *Poller) ask(ctx context.Context, number string) error {
	events, err := p.Feed.Fetch(ctx, number)
	if err != nil {
		return err
	}
	kept := make([]store.CarrierEvent, 0, len(events))
	for _, e := range events {
		if plainNumber(e.Number) != plainNumber(number) {
			continue // nobody asked about that one
		}
		one, err := e.Kept(p.Carrier, "")
		if err != nil {
			return err
		}
		kept = append(kept, one)
	}
	if _, err := p.Numbers.KeepCarrierEvents(ctx, kept); err != nil {
		return err
	}
	if slices.ContainsFunc(events, Event.Final) {
		return p.Numbers.SetPoll(ctx, p.Carrier, number, 0)
	}
	return nil
}

// Run asks until ctx ends.
func (p *Poller) Run(ctx context.Context) {
	for {
		rest, err := p.Round(ctx)
		if err != nil && ctx.Err() == nil {
			p.Logger.WarnContext(ctx, "A carrier is not asked now; it is tried again.", "carrier", p.Carrier, "rest", rest.String(), "error", err)
		}
		if !pause(ctx, rest) {
			return
		}
	}
}

// pause waits, and says whether there is still somebody who waits for it.
func pause(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
