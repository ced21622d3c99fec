package detection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/detect"
	"recourse/domain/policy"
	"recourse/internal/identifier"
	"recourse/policies"
	"recourse/store"
)

// Store is what a pass asks of the database.
type Store interface {
	Sightings(ctx context.Context, q store.SightingQuery) ([]detect.Row, error)
	CountSightings(ctx context.Context, q store.SightingQuery) (int, error)
	CountMarket(ctx context.Context, clock string, kind detect.Kind, after, until time.Time) (int, error)
	LinksAmong(ctx context.Context, accounts []string) ([]detect.Link, error)

	ScopeNow(ctx context.Context, clock string) (time.Time, error)
	PolicyInForce(ctx context.Context, clock string) (store.Policy, error)
	DetectorMark(ctx context.Context, clock string) (int64, error)
	Sight(ctx context.Context, clock string, after int64) ([]detect.Row, int64, error)
	MoveDetectorMark(ctx context.Context, clock string, seen int64) error

	LastDetected(ctx context.Context, by detect.Detector, subject string) (until time.Time, open bool, err error)
	KeepDetection(ctx context.Context, d store.Detection) (bool, error)
	Unfiled(ctx context.Context, clock string) ([]store.Detection, error)
	OpenDetections(ctx context.Context, clock string) ([]store.Detection, error)
	Answered(ctx context.Context, clock string) ([]store.Answer, error)
	EndDetection(ctx context.Context, id, finding string, now time.Time) error
	OpenDisputesOf(ctx context.Context, account string) ([]store.CaseRef, error)
	DisputesDetected(ctx context.Context, account string) ([]store.CaseRef, error)
	ReviewsSince(ctx context.Context, seller string, since time.Time) ([]store.CaseRef, error)

	Begin(ctx context.Context, n store.NewCase) (store.Receipt, error)
	Knock(ctx context.Context, k store.Knock) (store.Receipt, error)
}

// Sweep runs the detectors over the database, as often as somebody likes and from as many places. A pass reads what has been
// recorded since the last one, has the detectors look at the accounts that it concerns, and opens a case for what they find: at
// most one of a detector about an account at a time. It can be stopped anywhere; the next pass goes on.
type Sweep struct {
	Store  Store
	Nudge  func(store.CaseRef)   // told of cases that have something at their door; nil: the relay finds them
	Beat   func(context.Context) // told now and then that the pass goes on; nil: nobody
	Logger *slog.Logger          // nil: slog.Default
}

// Result is what a pass did.
type Result struct {
	Seen  int // things that happened
	Looks int // detectors that looked at an account
	Found []store.Detection
	Ended []store.Answer // whose report was answered
}

// Run is one pass over real time, or over a test clock at its instant.
func (s *Sweep) Run(ctx context.Context, clock string) (Result, error) {
	p := pass{Sweep: s, ctx: ctx, clock: clock}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"prepare", p.prepare},
		{"read what happened", p.read},
		{"look", p.look},
		{"open cases", p.file},
		{"raise what was opened since", p.raiseNew},
		{"end what was answered", p.end},
		{"move the mark", p.move},
	} {
		if err := step.do(); err != nil {
			return p.result, fmt.Errorf("run the detectors: %s: %w", step.what, err)
		}
	}
	return p.result, nil
}

// pass is one pass in progress.
type pass struct {
	*Sweep
	ctx    context.Context //nolint:containedctx // it lives as long as one call
	clock  string
	terms  policy.DetectTerms
	now    time.Time
	seen   int64
	looks  map[Look]bool
	opened []detect.Row // disputes
	result Result
}

func (p *pass) prepare() error {
	inForce := policies.Default()
	kept, err := p.Store.PolicyInForce(p.ctx, p.clock)
	if err == nil {
		inForce, err = policy.Parse([]byte(kept.Document))
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	p.terms = inForce.ForDetect()
	p.now, err = p.Store.ScopeNow(p.ctx, p.clock)
	return err
}

// read goes through the log from the mark to its end.
func (p *pass) read() error {
	after, err := p.Store.DetectorMark(p.ctx, p.clock)
	if err != nil {
		return err
	}
	p.looks = map[Look]bool{}
	for p.seen = after; ; {
		rows, last, err := p.Store.Sight(p.ctx, p.clock, p.seen)
		if err != nil || last == 0 {
			return err
		}
		p.seen = last
		p.beat()
		p.result.Seen += len(rows)
		for _, l := range Touched(rows) {
			p.looks[l] = true
		}
		for _, r := range rows {
			if r.Kind == detect.Dispute {
				p.opened = append(p.opened, r)
			}
		}
	}
}

// look has the detectors look at the accounts that something happened to, unless their case is open.
func (p *pass) look() error {
	book := rows{store: p.Store, clock: p.clock, market: map[Query]int{}}
	for _, l := range ordered(p.looks) {
		p.beat()
		last, open, err := p.Store.LastDetected(p.ctx, l.Detector, l.Account)
		if err != nil {
			return err
		}
		if open {
			continue
		}
		p.result.Looks++
		finding, found, err := Examine(p.ctx, book, p.terms, l, last, p.now)
		if err != nil {
			return err
		}
		if found {
			if err := p.keep(finding); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *pass) keep(f detect.Finding) error {
	d := store.Detection{Clock: p.clock, Finding: f, FoundAt: p.now, Policy: p.terms.Version,
		ID: identifier.Derive("det", p.clock, string(f.Detector), f.Subject, f.Since.Format(time.RFC3339Nano))}
	d.Report = casefile.Derive("rep", submission(d))
	fresh, err := p.Store.KeepDetection(p.ctx, d)
	if err == nil && fresh {
		p.result.Found = append(p.result.Found, d)
		p.logger().InfoContext(p.ctx, "A detector has opened a case.", "detector", string(f.Detector), "detection", d.ID, "report", d.Report)
	}
	return err
}

// file does what follows from a detection: the disputes of the account become more urgent, its reviews are looked at again, and
// a report is opened, last. What was kept and has no report is done again, wherever it stopped.
func (p *pass) file() error {
	all, err := p.Store.Unfiled(p.ctx, p.clock)
	if err != nil {
		return err
	}
	for _, d := range all {
		disputes, err := p.Store.OpenDisputesOf(p.ctx, d.Finding.Subject)
		if err != nil {
			return err
		}
		for _, c := range disputes {
			if err := p.tell(d, c.ID, ""); err != nil {
				return err
			}
		}
		if err := p.recount(d, ""); err != nil {
			return err
		}
		if err := p.report(d); err != nil {
			return err
		}
	}
	return nil
}

// raiseNew makes the disputes more urgent that were opened since a detection, with an account whose case is open.
func (p *pass) raiseNew() error {
	open, err := p.Store.OpenDetections(p.ctx, p.clock)
	if err != nil {
		return err
	}
	about := map[string][]store.Detection{}
	for _, d := range open {
		about[d.Finding.Subject] = append(about[d.Finding.Subject], d)
	}
	for _, r := range p.opened {
		for _, account := range []string{r.Seller, r.Buyer} {
			for _, d := range about[account] {
				if err := p.tell(d, r.ID, ""); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// end takes note of answers: the disputes of the account are no more urgent than others, and the reviews that waited for an answer
// are counted anew.
func (p *pass) end() error {
	var err error
	if p.result.Ended, err = p.Store.Answered(p.ctx, p.clock); err != nil {
		return err
	}
	for _, a := range p.result.Ended {
		disputes, err := p.Store.DisputesDetected(p.ctx, a.Detection.Finding.Subject)
		if err != nil {
			return err
		}
		for _, c := range disputes {
			if err := p.tell(a.Detection, c.ID, a.Finding); err != nil {
				return err
			}
		}
		if err := p.recount(a.Detection, a.Finding); err != nil {
			return err
		}
		if err := p.Store.EndDetection(p.ctx, a.ID, a.Finding, p.now); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) move() error { return p.Store.MoveDetectorMark(p.ctx, p.clock, p.seen) }

func (p *pass) beat() {
	if p.Beat != nil {
		p.Beat(p.ctx)
	}
}

func (p *pass) logger() *slog.Logger {
	if p.Logger != nil {
		return p.Logger
	}
	return slog.Default()
}

// rows is the database as a book. What is counted of the whole market is counted once a pass.
type rows struct {
	store  Store
	clock  string
	market map[Query]int
}

func (b rows) Rows(ctx context.Context, q Query) ([]detect.Row, error) {
	return b.store.Sightings(ctx, q.sightings())
}

func (b rows) Count(ctx context.Context, q Query) (int, error) {
	return b.store.CountSightings(ctx, q.sightings())
}

func (b rows) Market(ctx context.Context, kind detect.Kind, after, until time.Time) (int, error) {
	asked := Query{Kind: kind, After: after, Until: until}
	n, known := b.market[asked]
	if known {
		return n, nil
	}
	n, err := b.store.CountMarket(ctx, b.clock, kind, after, until)
	if err == nil {
		b.market[asked] = n
	}
	return n, err
}

func (b rows) Links(ctx context.Context, accounts []string) ([]detect.Link, error) {
	return b.store.LinksAmong(ctx, accounts)
}

func (q Query) sightings() store.SightingQuery {
	return store.SightingQuery{Kind: q.Kind, Side: string(q.Side), Account: q.Account, After: q.After, Until: q.Until}
}

// data is a command's.
func data(v any) (json.RawMessage, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode a command: %w", err)
	}
	return raw, nil
}
