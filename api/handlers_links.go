package api

import (
	"context"
	"errors"
	"time"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/store"
)

// LinkAccount says that two accounts are the same person or belong together.
func (h *handlers) LinkAccount(ctx context.Context, r wire.LinkAccountRequestObject) (wire.LinkAccountResponseObject, error) {
	if r.Body.Account == r.Account {
		return nil, invalid("/account", "same", "must be another account")
	}
	one, err := h.store.Account(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	if err := h.linkable(ctx, r.Body.Account, one.Clock, "/account"); err != nil {
		return nil, err
	}
	window, err := h.counting(ctx, one.Clock)
	if err != nil {
		return nil, err
	}
	account, err := h.store.LinkAccounts(ctx, r.Account, store.Link{Account: r.Body.Account, Kind: string(r.Body.Kind), By: callOf(ctx).actor.ID, Window: window},
		once(ctx, r.Params.IdempotencyKey))
	if err != nil {
		return nil, crowded(err, "/account")
	}
	view, err := h.account(ctx, account)
	return wire.LinkAccount200JSONResponse(view), err
}

// linkable says whether an account may be linked with one of a test clock, or of real time: one of the same.
func (h *handlers) linkable(ctx context.Context, other, clock, at string) error {
	switch a, err := h.store.Account(ctx, other); {
	case err != nil:
		return missing(err, at, "must be an account")
	case a.Clock != clock:
		return invalid(at, "clock", "must be bound to the same test clock, or to none like this one")
	}
	return nil
}

// countingOf is counting for the cases of an account.
func (h *handlers) countingOf(ctx context.Context, account string) (time.Duration, error) {
	a, err := h.store.Account(ctx, account)
	if err != nil {
		return 0, err
	}
	return h.counting(ctx, a.Clock)
}

// counting is how long ago a review may have been published that still counts for anything: for a rating or for a figure of its seller's
// page. Older ones are not counted anew when it changes who is one person.
func (h *handlers) counting(ctx context.Context, clock string) (time.Duration, error) {
	p, err := h.policies.Policy(ctx, inForce, clock)
	return max(p.Review.RatingWindow, p.Metrics.Window).Std(), err
}

// crowded tells at which field somebody is made a person with too many accounts.
func crowded(err error, at string) error {
	if errors.Is(err, store.ErrCrowded) {
		return invalid(at, "limit", "would make one person of too many accounts")
	}
	return err
}

// UnlinkAccount takes back a link that was wrong, and keeps that it was there.
func (h *handlers) UnlinkAccount(ctx context.Context, r wire.UnlinkAccountRequestObject) (wire.UnlinkAccountResponseObject, error) {
	window, err := h.countingOf(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	if a := casefile.CheckText("/text", r.Body.Text, len(r.Body.Text)); !a.Accepted() { // its length is the contract's
		return nil, refused("", a)
	}
	removal := store.Unlinked{Link: store.Link{Account: r.Body.Account, Kind: string(r.Body.Kind), Window: window}, RemovedBy: callOf(ctx).actor.ID, Why: r.Body.Text}
	account, err := h.store.UnlinkAccounts(ctx, r.Account, removal, once(ctx, r.Params.IdempotencyKey))
	if err != nil {
		return nil, missing(err, "/account", "must be linked in this way")
	}
	view, err := h.account(ctx, account)
	return wire.UnlinkAccount200JSONResponse(view), err
}

func formerLinks(removed []store.Unlinked) []wire.FormerLink {
	var out []wire.FormerLink
	for _, u := range removed {
		out = append(out, wire.FormerLink{Account: u.Account, Kind: wire.LinkKind(u.Kind), By: u.By, At: u.At,
			RemovedBy: u.RemovedBy, RemovedAt: u.RemovedAt, Text: u.Why})
	}
	return out
}
