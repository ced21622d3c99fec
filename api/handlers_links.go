package api

import (
	"context"

	"recourse/api/wire"
	"recourse/domain/casefile"
	"recourse/store"
)

// UnlinkAccount takes back a link that was wrong, and keeps that it was there.
func (h *handlers) UnlinkAccount(ctx context.Context, r wire.UnlinkAccountRequestObject) (wire.UnlinkAccountResponseObject, error) {
	if _, err := h.store.Account(ctx, r.Account); err != nil {
		return nil, err
	}
	if a := casefile.CheckText("/text", r.Body.Text, len(r.Body.Text)); !a.Accepted() { // its length is the contract's
		return nil, refused("", a)
	}
	removal := store.Unlinked{Link: store.Link{Account: r.Body.Account, Kind: string(r.Body.Kind)}, RemovedBy: callOf(ctx).actor.ID, Why: r.Body.Text}
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
