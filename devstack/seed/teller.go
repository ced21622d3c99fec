package seed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"recourse/api/client"
)

// teller carries out the stories.
type teller struct {
	api      *client.Client
	clock    string
	now      time.Time // on the clock
	accounts map[string]string
	people   []Person
}

// tale is a story as far as it is told.
type tale struct {
	story
	sent    int    // requests, which numbers their keys
	order   string // the identifiers that the server has given
	dispute string
	offer   string
	version int64
}

type call func(ctx context.Context, api *client.Client, editors ...client.RequestEditorFn) (*http.Response, error)

// send makes a request as somebody, under the next key of the story, and waits until it is carried out.
func send[T any](ctx context.Context, t *teller, told *tale, as string, do call) (T, error) {
	told.sent++
	editors := []client.RequestEditorFn{client.Key(fmt.Sprintf("seed-%s-%d", told.name, told.sent))}
	if account, ok := t.accounts[as]; ok {
		as = account
	}
	if as != "" {
		editors = append(editors, client.ActAs(as))
	}
	for {
		result, err := client.Result[T](do(ctx, t.api, editors...))
		pending, later := errors.AsType[*client.PendingError](err)
		if !later {
			return result, err
		}
		if _, err := t.api.Await(ctx, pending.ID); err != nil {
			return result, err
		}
	}
}

// turn moves the clock on to the time, if it is not there yet.
func (t *teller) turn(ctx context.Context, at time.Duration) error {
	to := begin.Add(at)
	if !to.After(t.now) {
		return nil
	}
	clock, err := client.Result[client.TestClock](t.api.AdvanceTestClock(ctx, t.clock, nil, client.ClockAdvance{To: to}))
	if err != nil {
		return fmt.Errorf("turn the clock to %s: %w", to.Format(time.RFC3339), err)
	}
	return t.settle(ctx, clock)
}

// settle waits until the clock stands still. An advance that was under way when an earlier seed broke off is finished first.
func (t *teller) settle(ctx context.Context, clock client.TestClock) error {
	for clock.Status != client.TestClockStatusReady {
		var err error
		to := clock.Target
		if clock, err = client.Result[client.TestClock](t.api.AdvanceTestClock(ctx, t.clock, nil, client.ClockAdvance{To: to})); err != nil {
			return fmt.Errorf("turn the clock to %s: %w", to.Format(time.RFC3339), err)
		}
	}
	t.now = clock.Now
	return nil
}
