package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/delivery"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/report"
	"recourse/domain/review"
	"recourse/domain/standing"
	"recourse/internal/identifier"
	"recourse/internal/media"
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
	folder   store.Blobs // where files are kept; nil: in memory
	policies map[string]store.Policy
	drafts   map[string]store.Draft // case and reviewer → draft
	incident []store.Incident

	detections []store.Detection
	roots      []store.Root

	shown   map[string][]byte // file and use → what was made of it
	finds   dispute.Scan      // by the scanner; empty: everything is clean
	counted int               // how often the board was
	silent  bool              // the engine does not answer
	broken  error             // the store does not answer
	unkept  error             // files are not kept
	window  time.Duration     // within which the last link has reviews counted anew
	crowded bool              // whoever is linked now would have too many accounts
	busy    int               // how many knocks find the clock advancing
	order   []string          // commands in the order of their delivery
	now     time.Time         // of everything that is on no clock
	held    chan struct{}     // an advance waits for it
	flags   []casefile.Flag   // what is found in every message
	reused  bool              // every number was used before

	heard map[string]store.CarrierEvent // what carriers said, by carrier and identifier

	trade trade // of the seller

	turning atomic.Int64 // advances that were begun
}

type worldCase struct {
	record store.CaseRecord
	log    []casefile.Record
	first  store.Knock // of a dispute, until it is delivered
}

func newWorld(t *testing.T) *world {
	return &world{t: t, cases: map[string]*worldCase{}, commands: map[string]*store.CommandRecord{}, knocks: map[string]store.Knock{},
		keys: map[string]string{}, made: map[string]string{}, hashes: map[string][]byte{}, accounts: map[string]store.Account{},
		balances: map[string][]Balance{}, clocks: map[string]store.Clock{}, files: map[string]store.File{}, bytes: map[string][]byte{}, shown: map[string][]byte{},
		policies: map[string]store.Policy{}, drafts: map[string]store.Draft{}, heard: map[string]store.CarrierEvent{}, now: time.Now().UTC().Truncate(time.Microsecond)}
}

func (w *world) lock() func() {
	w.mu.Lock()
	return w.mu.Unlock
}

func (w *world) Ping(context.Context) error { return w.broken }

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
	w.commands[k.ID] = &store.CommandRecord{Receipt: receipt, Name: k.Name, By: k.By, Data: k.Data, IfRevision: k.IfRevision, Salt: casefile.Salt{7}}
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
	if w.cases[n.ID] != nil {
		return store.Receipt{}, store.ErrDuplicate
	}
	c := w.begin(n.ID, n.Kind, n.Clock)
	c.record.Summary = n.Summary
	if n.Order != "" {
		c.record.Order = n.Order
	}
	return w.keep(c, n.Command), nil
}

// begin adds a case to which nothing has happened.
func (w *world) begin(id, kind, clock string) *worldCase {
	states := map[string]casefile.Case{casefile.KindOrder: protection.Order{}, casefile.KindStanding: standing.Standing{},
		casefile.KindReport: report.Report{}, casefile.KindReview: review.Review{}}
	c := &worldCase{record: store.CaseRecord{ID: id, Kind: kind, Order: id, Clock: clock, State: states[kind]}}
	w.cases[id] = c
	return c
}

func (w *world) Used(_ context.Context, caller, key string) (bool, error) {
	defer w.lock()()
	_, command := w.keys[caller+"\x00"+key]
	_, request := w.made[caller+"\x00"+key]
	return key != "" && (command || request), w.broken
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
		At: command.ReceivedAt, IfRevision: k.IfRevision, Data: k.Data}, w.facts(c, k, command.ReceivedAt))
	command.Applied, command.Answer = true, readBack(w.t, answer)
	defer func() {
		if n := len(c.log); n > 0 {
			command.Head, command.HeadSequence = c.log[n-1].Hash, c.log[n-1].Sequence
		}
	}()
	c.record.State, c.record.Revision, c.record.Summary = state, state.Head().Revision, state.Summary()
	c.record.Applied = command.Sequence
	w.seal(c, change.Events)
	w.scan(c)
	for _, o := range change.Openings {
		data, err := json.Marshal(o.Data)
		require.NoError(w.t, err)
		w.cases[o.ID] = &worldCase{record: store.CaseRecord{ID: o.ID, Kind: o.Kind, Order: o.Order, Clock: c.record.Clock, Sequence: 1, State: dispute.Dispute{},
			Summary: casefile.Summary{Kind: o.Kind, Order: o.Order, Buyer: c.record.Summary.Buyer, Seller: c.record.Summary.Seller}},
			first: store.Knock{ID: identifier.New("cmd"), Case: o.ID, Name: o.Name, By: o.By, Data: data}}
	}
	for _, tell := range change.Tells {
		w.tell(tell, c.record.Clock)
	}
}

// tell carries out at once what a case says to a standing.
func (w *world) tell(tell casefile.Tell, clock string) {
	data, err := json.Marshal(tell.Data)
	require.NoError(w.t, err)
	to := w.cases[tell.Case]
	if to == nil {
		to = w.begin(tell.Case, tell.Kind, clock)
	}
	k := store.Knock{ID: identifier.New("cmd"), Case: tell.Case, Name: tell.Name, By: casefile.Actor{Role: casefile.System}, Data: data}
	w.keep(to, k)
	w.step(to, k)
}

// scan carries out the scans that a case asks for, as the worker does: an image is made anew, and the result knocks.
func (w *world) scan(c *worldCase) {
	for _, e := range c.record.State.Effects() {
		if e.Kind != casefile.EffectScan || w.finds == dispute.ScanPending {
			continue
		}
		verdict := dispute.ScanClean
		if w.finds != "" {
			verdict = w.finds
		}
		for _, i := range c.record.State.(dispute.Dispute).Items {
			if i.Step == e.Step && media.Kind(w.files[i.File].Type).Image() {
				shown, thumbnail, err := media.Derive(bytes.NewReader(w.content(i.File)), media.Defaults())
				require.NoError(w.t, err)
				w.shown[i.File+store.Shown], w.shown[i.File+store.Thumbnail] = shown.Bytes, thumbnail.Bytes
			}
		}
		data, err := json.Marshal(map[string]any{"step": e.Step, "verdict": verdict})
		require.NoError(w.t, err)
		k := store.Knock{ID: identifier.New("cmd"), Case: c.record.ID, Name: "record_scan", By: casefile.Actor{Role: casefile.System}, Data: data}
		w.keep(c, k)
		w.step(c, k)
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

// kindsOf is how an account is linked to others.
func kindsOf(a store.Account) map[string][]string {
	kinds := map[string][]string{}
	for _, l := range a.Ties {
		kinds[l.Account] = append(kinds[l.Account], l.Kind)
	}
	return kinds
}

func (w *world) facts(c *worldCase, k store.Knock, at time.Time) casefile.Facts {
	facts := casefile.Facts{Reused: w.reused}
	if dispute.Kind.Needs(k.Name)&casefile.NeedNonce != 0 && c.record.Kind == casefile.KindDispute {
		facts.Nonce = rand.Text()
	}
	if k.Name == "post_message" {
		facts.Flags = w.flags
	}
	if order, ok := w.cases[c.record.Order]; ok && c.record.Kind == casefile.KindDispute {
		if o, ok := order.record.State.(protection.Order); ok {
			f := o.FactsFor(c.record.ID, at)
			facts.Order = &f
		}
	}
	for _, a := range w.accounts {
		if a.Role == casefile.Reviewer || a.Role == casefile.Supervisor {
			facts.Reviewers = append(facts.Reviewers, casefile.Candidate{ID: a.ID, Role: a.Role, Linked: append([]string{a.ID}, a.Links...), Kinds: kindsOf(a)})
		}
	}
	switch parent, _ := w.cases[c.record.Order].record.State.(protection.Order); c.record.Kind {
	case casefile.KindReport:
		facts.Report = &casefile.ReportFacts{Known: true, Refers: true, Order: parent.ID, Buyer: parent.Buyer, Seller: parent.Seller, Holds: parent.ID != ""}
	case casefile.KindReview:
		f := parent.ReviewFacts()
		f.Scanned = true
		if parent.Review != c.record.ID {
			f.Existing = parent.Review
		}
		facts.Review = &f
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
