package api

import (
	"cmp"
	"context"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/store"
)

func (w *world) LinkAccounts(_ context.Context, account string, to store.Link, once store.Once) (store.Account, error) {
	defer w.lock()()
	if w.crowded {
		return store.Account{}, store.ErrCrowded
	}
	w.window = to.Window
	_, fresh, err := w.once(once, account)
	if fresh {
		for _, pair := range [][2]string{{account, to.Account}, {to.Account, account}} {
			a := w.accounts[pair[0]]
			a.Links = append(a.Links, pair[1])
			a.Ties = append(a.Ties, store.Link{Account: pair[1], Kind: to.Kind, By: to.By, At: w.now})
			w.accounts[pair[0]] = a
		}
	}
	return w.accounts[account], err
}

// LinkedTo looks one step: who is one person over several is the store's to say, and its tests'.
func (w *world) LinkedTo(_ context.Context, account string, others []string) ([]string, error) {
	defer w.lock()()
	var linked []string
	for _, other := range others {
		if slices.Contains(w.accounts[account].Links, other) {
			linked = append(linked, other)
		}
	}
	return linked, nil
}

func (w *world) UnlinkAccounts(_ context.Context, account string, u store.Unlinked, once store.Once) (store.Account, error) {
	defer w.lock()()
	w.window = u.Window
	_, fresh, err := w.once(once, account)
	if fresh {
		for _, pair := range [][2]string{{account, u.Account}, {u.Account, account}} {
			a := w.accounts[pair[0]]
			at := slices.IndexFunc(a.Ties, func(l store.Link) bool { return l.Account == pair[1] && l.Kind == u.Kind })
			if at < 0 {
				return store.Account{}, store.ErrNotFound
			}
			was := a.Ties[at]
			a.Ties = slices.Delete(slices.Clone(a.Ties), at, at+1)
			if !slices.ContainsFunc(a.Ties, func(l store.Link) bool { return l.Account == pair[1] }) {
				a.Links = slices.DeleteFunc(slices.Clone(a.Links), func(id string) bool { return id == pair[1] })
			}
			a.Unlinked = append(a.Unlinked, store.Unlinked{Link: was, RemovedBy: u.RemovedBy, RemovedAt: w.now, Why: u.Why})
			w.accounts[pair[0]] = a
		}
	}
	return w.accounts[account], err
}

func (w *world) Queue(_ context.Context, q store.QueueQuery) (store.Page[store.CaseRecord], error) {
	defer w.lock()()
	if q.After != "" {
		return store.Page[store.CaseRecord]{}, store.ErrCursor
	}
	page := store.Page[store.CaseRecord]{}
	for _, c := range w.cases {
		s := c.record.Summary
		fits := (q.Reviewer == "" || q.Reviewer == s.Reviewer) && (!q.Unassigned || s.Reviewer == "") && (q.Status == "" || q.Status == s.Status) &&
			(q.Reason == "" || q.Reason == s.Reason) && (!q.Overdue || s.Overdue) && (q.Clock == "" || q.Clock == c.record.Clock) &&
			(q.Snoozed || !s.Snoozed.After(w.now))
		if fits && !s.Urgent.IsZero() {
			page.Data = append(page.Data, c.record)
		}
	}
	slices.SortFunc(page.Data, func(a, b store.CaseRecord) int { return a.Summary.Urgent.Compare(b.Summary.Urgent) })
	return page, nil
}

func (w *world) QueueCount(ctx context.Context, q store.QueueQuery) (store.Amount, error) {
	page, err := w.Queue(ctx, q)
	limit := cmp.Or(q.Limit, store.DefaultPage)
	return store.Amount{N: int64(min(len(page.Data), limit)), More: len(page.Data) > limit}, err
}

func (w *world) SaveDraft(_ context.Context, d store.Draft) (store.Draft, error) {
	defer w.lock()()
	if !w.cases[d.Case].record.State.(dispute.Dispute).Undecided() {
		return store.Draft{}, store.ErrNotFound
	}
	d.SavedAt = w.now
	w.drafts[d.Case+"\x00"+d.Reviewer] = d
	return d, nil
}

func (w *world) Draft(_ context.Context, caseID, reviewer string) (store.Draft, error) {
	defer w.lock()()
	if d, kept := w.drafts[caseID+"\x00"+reviewer]; kept {
		return d, nil
	}
	return store.Draft{}, store.ErrNotFound
}

// undrawn are the numbers that are committed to, and by which no panel was drawn yet.
func (w *world) undrawn() (nonces []string) {
	defer w.lock()()
	for _, c := range w.cases {
		d, ok := c.record.State.(dispute.Dispute)
		if ok && d.Commitment != nil && !slices.ContainsFunc(c.log, func(r casefile.Record) bool {
			return r.Type == casefile.PanelDrawn && r.Data["nonce"] == d.Commitment.Nonce
		}) {
			nonces = append(nonces, d.Commitment.Nonce)
		}
	}
	return nonces
}
