package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/money"
	"recourse/domain/protection"
	"recourse/internal/identifier"
	"recourse/store"
)

// world stands in for the store and the engine. It remembers what it was told, and runs the real rules when a command is
// delivered, so that a test asks about outcomes.
type world struct {
	t  *testing.T
	mu sync.Mutex

	cases    map[string]*worldCase
	commands map[string]*store.CommandRecord
	knocks   map[string]store.Knock
	keys     map[string]string // caller and key → command
	made     map[string]string // caller and key → what a request made that is no command
	hashes   map[string][]byte
	accounts map[string]store.Account
	balances map[string][]Balance
	clocks   map[string]store.Clock
	files    map[string]store.File
	bytes    map[string][]byte
	policies map[string]store.Policy
	incident []store.Incident

	silent bool          // the engine does not answer
	broken error         // the store does not answer
	busy   int           // how many knocks find the clock advancing
	order  []string      // commands in the order of their delivery
	now    time.Time     // of everything that is on no clock
	held   chan struct{} // an advance waits for it
}

type worldCase struct {
	record store.CaseRecord
	log    []casefile.Record
	first  store.Knock // of a dispute, until it is delivered
}

func newWorld(t *testing.T) *world {
	return &world{t: t, cases: map[string]*worldCase{}, commands: map[string]*store.CommandRecord{}, knocks: map[string]store.Knock{},
		keys: map[string]string{}, made: map[string]string{}, hashes: map[string][]byte{}, accounts: map[string]store.Account{},
		balances: map[string][]Balance{}, clocks: map[string]store.Clock{}, files: map[string]store.File{}, bytes: map[string][]byte{},
		policies: map[string]store.Policy{}, now: time.Now().UTC().Truncate(time.Microsecond)}
}

func (w *world) lock() func() {
	w.mu.Lock()
	return w.mu.Unlock
}

func (w *world) Ping(context.Context) error { return w.broken }

// ------------------------------------------------------------------ the door

func (w *world) Knock(_ context.Context, k store.Knock) (store.Receipt, error) {
	defer w.lock()()
	if w.broken != nil {
		return store.Receipt{}, w.broken
	}
	if again, found, err := w.repeated(k); found || err != nil {
		return again, err
	}
	c := w.cases[k.Case]
	if c == nil {
		return store.Receipt{}, store.ErrNotFound
	}
	if w.busy > 0 {
		w.busy--
		return store.Receipt{}, store.ErrClockAdvancing
	}
	return w.keep(c, k), nil
}

func (w *world) repeated(k store.Knock) (store.Receipt, bool, error) {
	id, known := w.keys[k.By.ID+"\x00"+k.Key]
	if k.Key == "" || !known {
		return store.Receipt{}, false, nil
	}
	if !bytes.Equal(w.knocks[id].BodyHash, k.BodyHash) {
		return store.Receipt{}, false, store.ErrIdempotencyMismatch
	}
	receipt := w.commands[id].Receipt
	receipt.Repeated = true
	return receipt, true, nil
}

func (w *world) keep(c *worldCase, k store.Knock) store.Receipt {
	c.record.Sequence++
	at := w.now
	if c.record.Clock != "" {
		at = w.clocks[c.record.Clock].Now
	}
	receipt := store.Receipt{ID: k.ID, Case: k.Case, Kind: c.record.Kind, Sequence: c.record.Sequence, ReceivedAt: at}
	w.commands[k.ID] = &store.CommandRecord{Receipt: receipt, Name: k.Name, By: k.By}
	w.knocks[k.ID] = k
	if k.Key != "" {
		w.keys[k.By.ID+"\x00"+k.Key] = k.ID
	}
	return receipt
}

func (w *world) Begin(_ context.Context, n store.NewCase) (store.Receipt, error) {
	defer w.lock()()
	if w.broken != nil {
		return store.Receipt{}, w.broken
	}
	if again, found, err := w.repeated(n.Command); found || err != nil {
		return again, err
	}
	c := &worldCase{record: store.CaseRecord{ID: n.ID, Kind: n.Kind, Order: n.ID, Clock: n.Clock, State: protection.Order{}}}
	w.cases[n.ID] = c
	return w.keep(c, n.Command), nil
}

func (w *world) Command(_ context.Context, id string) (store.CommandRecord, error) {
	defer w.lock()()
	if w.broken != nil {
		return store.CommandRecord{}, w.broken
	}
	if c := w.commands[id]; c != nil {
		return *c, nil
	}
	return store.CommandRecord{}, store.ErrNotFound
}

// ---------------------------------------------------------------- the engine

func (w *world) Deliver(_ context.Context, d delivery.Command) error {
	defer w.lock()()
	w.order = append(w.order, d.Name)
	if w.silent {
		return delivery.ErrSilent
	}
	c := w.cases[d.Case.ID]
	if d.Name == "open" {
		w.step(c, c.first)
		return nil
	}
	w.step(c, w.knocks[d.ID])
	return nil
}

func (w *world) Wake(_ context.Context, to delivery.Case, _ int64) error {
	defer w.lock()()
	w.order = append(w.order, "wake "+to.Kind)
	return nil
}

// step applies one command as the real step does: rules, log, row, answer, new cases.
func (w *world) step(c *worldCase, k store.Knock) {
	command := w.commands[k.ID]
	if command == nil { // the first command of a dispute has no row here
		command = &store.CommandRecord{Receipt: store.Receipt{ID: k.ID, Case: k.Case, Sequence: 1, ReceivedAt: w.now}}
	}
	if command.Applied {
		return
	}
	state, change, answer := c.record.State.Decide(casefile.Command{ID: k.ID, Case: k.Case, Sequence: command.Sequence, Name: k.Name, By: k.By,
		At: command.ReceivedAt, IfRevision: k.IfRevision, Data: k.Data}, w.facts(c, command.ReceivedAt))
	command.Applied, command.Answer = true, readBack(w.t, answer)
	c.record.State, c.record.Revision, c.record.Summary = state, state.Head().Revision, state.Summary()
	c.record.Applied = command.Sequence
	w.seal(c, change.Events)
	for _, o := range change.Openings {
		data, err := json.Marshal(o.Data)
		require.NoError(w.t, err)
		w.cases[o.ID] = &worldCase{record: store.CaseRecord{ID: o.ID, Kind: o.Kind, Order: o.Order, Clock: c.record.Clock, Sequence: 1, State: dispute.Dispute{},
			Summary: casefile.Summary{Kind: o.Kind, Order: o.Order, Buyer: c.record.Summary.Buyer, Seller: c.record.Summary.Seller}},
			first: store.Knock{ID: identifier.New("cmd"), Case: o.ID, Name: o.Name, By: o.By, Data: data}}
	}
}

// readBack is an answer as a database gives it back.
func readBack(t *testing.T, a casefile.Answer) casefile.Answer {
	text, err := json.Marshal(a)
	require.NoError(t, err)
	var read casefile.Answer
	require.NoError(t, json.Unmarshal(text, &read))
	return read
}

func (w *world) facts(c *worldCase, at time.Time) casefile.Facts {
	var facts casefile.Facts
	if order, ok := w.cases[c.record.Order]; ok && c.record.Kind == casefile.KindDispute {
		if o, ok := order.record.State.(protection.Order); ok {
			f := o.FactsFor(c.record.ID, at)
			facts.Order = &f
		}
	}
	for _, a := range w.accounts {
		if a.Role == casefile.Reviewer || a.Role == casefile.Supervisor {
			facts.Reviewers = append(facts.Reviewers, casefile.Candidate{ID: a.ID, Role: a.Role, Linked: []string{a.ID}})
		}
	}
	return facts
}

func (w *world) seal(c *worldCase, events []casefile.Event) {
	for _, e := range events {
		var prev casefile.Hash
		if len(c.log) > 0 {
			prev = c.log[len(c.log)-1].Hash
		}
		record, err := casefile.Seal(c.record.ID, prev, e, rand.Reader)
		require.NoError(w.t, err)
		c.log = append(c.log, record)
		c.record.LastAt = record.At
	}
}

// ------------------------------------------------------------------- reading

func (w *world) Case(_ context.Context, id string) (store.CaseRecord, error) {
	defer w.lock()()
	if w.broken != nil {
		return store.CaseRecord{}, w.broken
	}
	if c := w.cases[id]; c != nil {
		return c.record, nil
	}
	return store.CaseRecord{}, store.ErrNotFound
}

func (w *world) Cases(_ context.Context, q store.CaseQuery) (store.Page[store.CaseRecord], error) {
	defer w.lock()()
	if q.After != "" && !identifier.Valid(prefixes[q.Kind], q.After) {
		return store.Page[store.CaseRecord]{}, store.ErrCursor
	}
	var ids []string
	for id, c := range w.cases {
		s := c.record.Summary
		fits := func(filter, value string) bool { return filter == "" || filter == value }
		if c.record.Kind == q.Kind && fits(q.Buyer, s.Buyer) && fits(q.Seller, s.Seller) && fits(q.Stage, s.Stage) && fits(q.Status, s.Status) &&
			fits(q.Reason, s.Reason) && fits(q.Order, c.record.Order) && fits(q.Reviewer, s.Reviewer) && fits(q.Clock, c.record.Clock) && (!q.Open || !s.Closed) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	page := store.Page[store.CaseRecord]{}
	for _, id := range ids {
		if q.After != "" && id <= q.After {
			continue
		}
		if q.Limit > 0 && len(page.Data) == q.Limit {
			page.HasMore, page.Next = true, page.Data[len(page.Data)-1].ID
			break
		}
		page.Data = append(page.Data, w.cases[id].record)
	}
	return page, nil
}

func (w *world) Timeline(_ context.Context, id string, after int64, limit int) ([]casefile.Record, error) {
	defer w.lock()()
	log := w.cases[id].log
	log = log[min(int(after), len(log)):]
	return slices.Clone(log[:min(limit, len(log))]), nil
}

func (w *world) OrderTimeline(_ context.Context, id, after string, limit int) ([]casefile.Record, string, error) {
	if after != "" {
		return nil, "", store.ErrCursor
	}
	records, err := w.Timeline(context.Background(), id, 0, limit)
	return records, "next", err
}

func (w *world) Transfers(context.Context, string) ([]store.TransferRecord, error) { return nil, nil }

// -------------------------------------------------------------- the platform

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

func (w *world) CreateClock(_ context.Context, id string, now time.Time) error {
	defer w.lock()()
	if _, known := w.clocks[id]; known {
		return store.ErrDuplicate
	}
	w.clocks[id] = store.Clock{ID: id, Now: now, Target: now, Status: store.Ready}
	return nil
}

func (w *world) Clock(_ context.Context, id string) (store.Clock, error) {
	defer w.lock()()
	if c, known := w.clocks[id]; known {
		return c, nil
	}
	return store.Clock{}, store.ErrNotFound
}

func (w *world) Advance(ctx context.Context, id string, target time.Time) (store.Clock, error) {
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

func (w *world) SpreadIncident(context.Context, string) ([]store.CaseRef, bool, error) {
	defer w.lock()()
	var refs []store.CaseRef
	for id, c := range w.cases {
		refs = append(refs, store.CaseRef{ID: id, Kind: c.record.Kind, Sequence: c.record.Sequence})
	}
	return refs, true, nil
}

// --------------------------------------------------------- files and policies

func (w *world) SaveFile(_ context.Context, n store.NewFile, from io.Reader, _ store.Once) (store.File, error) {
	content, err := io.ReadAll(io.LimitReader(from, n.Limit+1))
	if err != nil {
		return store.File{}, err
	}
	if int64(len(content)) > n.Limit {
		return store.File{}, store.ErrTooLarge
	}
	defer w.lock()()
	sum := sha256.Sum256(content)
	f := store.File{ID: n.ID, Hash: hex.EncodeToString(sum[:]), Size: int64(len(content)), Type: kindOf(content), Name: n.Name, By: n.By, Case: n.Case}
	w.files[n.ID], w.bytes[n.ID] = f, content
	return f, nil
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
	return f, io.NopCloser(bytes.NewReader(w.bytes[id])), err
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
