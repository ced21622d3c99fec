package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/domain/casefile"
	"recourse/domain/money"
	"recourse/store"
)

func (w *world) once(o store.Once, id string) (string, bool, error) {
	if o.Key == "" {
		return id, true, nil
	}
	key := o.Caller + "\x00" + o.Key
	first, known := w.made[key]
	if !known {
		w.made[key], w.hashes[key] = id, o.BodyHash
		return id, true, nil
	}
	if !bytes.Equal(w.hashes[key], o.BodyHash) {
		return "", false, store.ErrIdempotencyMismatch
	}
	return first, false, nil
}

func (w *world) CreateAccount(_ context.Context, a store.Account, once store.Once) (store.Account, error) {
	defer w.lock()()
	if w.crowded {
		return store.Account{}, store.ErrCrowded
	}
	w.window = a.Window
	id, fresh, err := w.once(once, a.ID)
	if fresh {
		a.CreatedAt = w.now
		w.accounts[id] = a
	}
	return w.accounts[id], err
}

func (w *world) Account(_ context.Context, id string) (store.Account, error) {
	defer w.lock()()
	if a, known := w.accounts[id]; known {
		return a, nil
	}
	return store.Account{}, store.ErrNotFound
}

func (w *world) Accounts(_ context.Context, clock string, role casefile.Role) ([]store.Account, error) {
	defer w.lock()()
	var found []store.Account
	for _, id := range slices.Sorted(maps.Keys(w.accounts)) {
		if a := w.accounts[id]; a.Clock == clock && a.Role == role {
			found = append(found, a)
		}
	}
	return found, nil
}

func (w *world) Roles(_ context.Context, ids []string) (map[string]casefile.Role, error) {
	defer w.lock()()
	roles := map[string]casefile.Role{}
	for _, id := range ids {
		if a, known := w.accounts[id]; known {
			roles[id] = a.Role
		}
	}
	return roles, nil
}

func (w *world) Balances(_ context.Context, account string) ([]Balance, error) {
	defer w.lock()()
	return slices.Clone(w.balances[account]), nil
}

func (w *world) AddReserve(_ context.Context, account string, amount money.Amount, once store.Once) error {
	defer w.lock()()
	_, fresh, err := w.once(once, account)
	if !fresh {
		return err
	}
	for i, b := range w.balances[account] {
		if b.Currency == amount.Currency {
			if b.Reserve > money.MaxTotal-amount.Minor {
				return store.ErrFull
			}
			w.balances[account][i].Reserve += amount.Minor
			return nil
		}
	}
	w.balances[account] = append(w.balances[account], Balance{Currency: amount.Currency, Reserve: amount.Minor})
	return nil
}

func (w *world) PayOut(_ context.Context, _ string, amount money.Amount, _ store.Once) error {
	return fmt.Errorf("pay out %v: %w", amount, store.ErrInsufficient)
}

func (w *world) CreateClock(_ context.Context, id string, now time.Time, once store.Once) (store.Clock, error) {
	defer w.lock()()
	id, fresh, err := w.once(once, id)
	if fresh {
		w.clocks[id] = store.Clock{ID: id, Now: now, Target: now, Status: store.Ready}
	}
	return w.clocks[id], err
}

func (w *world) Remember(_ context.Context, once store.Once, made string) (string, error) {
	defer w.lock()()
	first, _, err := w.once(once, made)
	return first, err
}

func (w *world) Clock(_ context.Context, id string) (store.Clock, error) {
	defer w.lock()()
	if c, known := w.clocks[id]; known {
		return c, nil
	}
	return store.Clock{}, store.ErrNotFound
}

func (w *world) Advance(ctx context.Context, id string, target time.Time) (store.Clock, error) {
	w.turning.Add(1)
	if w.held != nil {
		w.setClock(id, func(c *store.Clock) { c.Status, c.Target = store.Advancing, target })
		select {
		case <-w.held:
		case <-ctx.Done():
			return store.Clock{}, ctx.Err()
		}
	}
	if clock, err := w.Clock(ctx, id); err != nil || target.Before(clock.Now) {
		return clock, errors.Join(err, store.ErrClockBackwards)
	}
	return w.setClock(id, func(c *store.Clock) { c.Now, c.Target, c.Status = target, target, store.Ready }), nil
}

func (w *world) setClock(id string, change func(*store.Clock)) store.Clock {
	defer w.lock()()
	c := w.clocks[id]
	change(&c)
	w.clocks[id] = c
	return c
}

func (w *world) Declare(_ context.Context, i store.Incident, once store.Once) (store.Incident, error) {
	defer w.lock()()
	_, fresh, err := w.once(once, i.ID)
	if fresh {
		i.CreatedAt = w.now
		w.incident = append(w.incident, i)
	}
	return i, err
}

func (w *world) timeOf(clock string) time.Time {
	if c, known := w.clocks[clock]; known {
		return c.Now
	}
	return w.now
}

func (w *world) EndIncident(_ context.Context, id string, by casefile.Actor) (store.Incident, error) {
	defer w.lock()()
	for i := range w.incident {
		found := &w.incident[i]
		switch now := w.timeOf(found.Clock); {
		case found.ID != id:
			continue
		case found.EndedAt.IsZero() && !now.Before(found.Until):
			return store.Incident{}, store.ErrIncidentOver
		case found.EndedAt.IsZero():
			found.EndedAt, found.EndedBy = now, by
		}
		return *found, nil
	}
	return store.Incident{}, store.ErrNotFound
}

func (w *world) SpreadIncident(context.Context, string) ([]store.CaseRef, bool, error) {
	defer w.lock()()
	var refs []store.CaseRef
	for id, c := range w.cases {
		refs = append(refs, store.CaseRef{ID: id, Kind: c.record.Kind, Sequence: c.record.Sequence})
	}
	return refs, true, nil
}

func (w *world) SaveFile(ctx context.Context, n store.NewFile, from io.Reader, _ store.Once) (store.File, error) {
	f := store.File{ID: n.ID, Name: n.Name, By: n.By, Case: n.Case}
	var content []byte
	var err error
	if w.folder != nil {
		f.Hash, f.Size, err = w.folder.Put(ctx, n.ID, from, n.Limit)
	} else if content, err = io.ReadAll(io.LimitReader(from, n.Limit+1)); err == nil {
		sum := sha256.Sum256(content)
		f.Hash, f.Size = hex.EncodeToString(sum[:]), int64(len(content))
	}
	defer w.lock()()
	switch {
	case err != nil:
		return store.File{}, err
	case f.Size > n.Limit:
		return store.File{}, store.ErrTooLarge
	case w.unkept != nil:
		return store.File{}, w.unkept
	}
	f.Type = n.Type()
	w.files[n.ID], w.bytes[n.ID] = f, content
	return f, nil
}

// content is what was kept of a file.
func (w *world) content(id string) []byte {
	if w.folder == nil {
		return w.bytes[id]
	}
	kept, err := w.folder.Open(w.t.Context(), w.files[id].Hash)
	require.NoError(w.t, err)
	content, err := io.ReadAll(kept)
	require.NoError(w.t, errors.Join(err, kept.Close()))
	return content
}

func (w *world) File(_ context.Context, id string) (store.File, error) {
	defer w.lock()()
	if f, known := w.files[id]; known {
		return f, nil
	}
	return store.File{}, store.ErrNotFound
}

func (w *world) OpenFile(ctx context.Context, id string) (store.File, io.ReadCloser, error) {
	f, err := w.File(ctx, id)
	return f, io.NopCloser(bytes.NewReader(w.content(id))), err
}

func (w *world) OpenRendition(_ context.Context, id, use string) (store.Rendition, io.ReadCloser, error) {
	defer w.lock()()
	content, made := w.shown[id+use]
	if !made {
		return store.Rendition{}, nil, store.ErrNotFound
	}
	kind := "image/jpeg"
	if bytes.HasPrefix(content, []byte("GIF")) {
		kind = "image/gif"
	}
	return store.Rendition{Use: use, Type: kind, Size: int64(len(content)), Hash: "00"}, io.NopCloser(bytes.NewReader(content)), nil
}

func (w *world) KeepPolicy(_ context.Context, p store.Policy) error {
	defer w.lock()()
	w.policies[p.Version] = p
	return nil
}

func (w *world) Policy(_ context.Context, version string) (store.Policy, error) {
	defer w.lock()()
	if p, known := w.policies[version]; known {
		return p, nil
	}
	return store.Policy{}, store.ErrNotFound
}

func (w *world) PolicyInForce(context.Context, string) (store.Policy, error) {
	return store.Policy{}, store.ErrNotFound
}
