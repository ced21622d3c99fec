package api

import (
	"context"
	"fmt"
	"time"

	"recourse/api/wire"
	"recourse/internal/identifier"
	"recourse/store"
)

// CreateTestClock makes a clock that stands still.
func (h *handlers) CreateTestClock(ctx context.Context, r wire.CreateTestClockRequestObject) (wire.CreateTestClockResponseObject, error) {
	now := microseconds(r.Body.Now)
	if now.IsZero() {
		return nil, invalid("/now", "range", "must lie after the beginning of the year 1")
	}
	clock, err := h.store.CreateClock(ctx, identifier.New("clk"), now, once(ctx, r.Params.IdempotencyKey))
	return wire.CreateTestClock201JSONResponse(clockView(clock)), err
}

// GetTestClock shows a clock.
func (h *handlers) GetTestClock(ctx context.Context, r wire.GetTestClockRequestObject) (wire.GetTestClockResponseObject, error) {
	clock, err := h.store.Clock(ctx, r.Clock)
	return wire.GetTestClock200JSONResponse(clockView(clock)), err
}

// AdvanceTestClock turns a clock. An advance that takes longer than a caller waits goes on, and asking again waits for it.
func (h *handlers) AdvanceTestClock(ctx context.Context, r wire.AdvanceTestClockRequestObject) (wire.AdvanceTestClockResponseObject, error) {
	if _, err := h.store.Clock(ctx, r.Clock); err != nil {
		return nil, err
	}
	if _, err := h.store.Remember(ctx, once(ctx, r.Params.IdempotencyKey), r.Clock); err != nil {
		return nil, err
	}
	// It goes on when the caller is gone, for as long as a caller would have asked again; who asks again waits for the same one.
	to := microseconds(r.Body.To)
	done := h.turning.DoChan(r.Clock+" "+to.String(), func() (any, error) {
		// Not the request's context, not even its values: gin uses it for another request as soon as this one is answered.
		turning, stop := context.WithTimeout(context.Background(), longestAdvance)
		defer stop()
		return h.clocks.Advance(turning, r.Clock, to)
	})
	patience := time.NewTimer(h.config.AdvanceWait)
	defer patience.Stop()
	select {
	case turned := <-done:
		clock, _ := turned.Val.(store.Clock)
		return wire.AdvanceTestClock200JSONResponse(clockView(clock)), turned.Err
	case <-patience.C:
	case <-ctx.Done():
		return nil, fmt.Errorf("advance clock %s: %w", r.Clock, ctx.Err())
	}
	clock, err := h.store.Clock(ctx, r.Clock)
	return wire.AdvanceTestClock200JSONResponse(clockView(clock)), err
}

// longestAdvance bounds an advance that nobody waits for.
const longestAdvance = 10 * time.Minute

func clockView(c store.Clock) wire.TestClock {
	view := wire.TestClock{ID: c.ID, Now: c.Now, Status: wire.TestClockStatus(c.Status)}
	if c.Status == store.Advancing {
		view.Target = c.Target
	}
	return view
}

// CreatePolicy keeps a policy of one's own.
func (h *handlers) CreatePolicy(ctx context.Context, r wire.CreatePolicyRequestObject) (wire.CreatePolicyResponseObject, error) {
	overrides, err := texts(r.Body.Overrides)
	if err != nil {
		return nil, err
	}
	p, err := h.policies.Override(ctx, overrides, callOf(ctx).actor)
	if err != nil {
		return nil, err
	}
	made, err := h.store.Remember(ctx, once(ctx, r.Params.IdempotencyKey), p.Version)
	if err == nil && made != p.Version { // what it was put over has changed since
		p, err = h.policies.Policy(ctx, made, "")
	}
	if err != nil {
		return nil, err
	}
	view, err := policyView(p)
	return wire.CreatePolicy201JSONResponse(view), err
}
