// Package detection runs the detectors of domain/detect: it says whom to look at after something happened, gathers the rows
// that each of them asks for, and takes what is found to a case (Pass). On generated markets it runs over a book in memory, in
// production over the store.
package detection

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"recourse/domain/detect"
	"recourse/domain/policy"
)

// Side is what an account is in a row.
type Side string

// The sides. The author of a flagged message is either party.
const (
	Seller Side = "seller"
	Buyer  Side = "buyer"
	Author Side = "author"
)

// Query asks for the rows of one kind that concern one account, of After < at <= Until.
type Query struct {
	Kind    detect.Kind
	Side    Side
	Account string
	After   time.Time
	Until   time.Time
}

// Book is all that has happened, as far as detectors ask.
type Book interface {
	// Rows are those of a query, by time.
	Rows(ctx context.Context, q Query) ([]detect.Row, error)
	Count(ctx context.Context, q Query) (int, error)
	// Market counts the rows of a kind of everybody, of after < at <= until.
	Market(ctx context.Context, kind detect.Kind, after, until time.Time) (int, error)
	// Links are those among the accounts that are named.
	Links(ctx context.Context, accounts []string) ([]detect.Link, error)
}

// Look is a detector that must look at an account.
type Look struct {
	Detector detect.Detector
	Account  string
}

// looks says which detectors a row concerns.
var looks = map[detect.Kind][]struct {
	by   detect.Detector
	side Side
}{
	detect.Order:   {{detect.Brushing, Seller}},
	detect.Review:  {{detect.Brushing, Seller}},
	detect.Dispute: {{detect.ComplaintSpike, Seller}, {detect.FrequentDisputer, Buyer}},
	detect.Suspect: {{detect.Tracking, Seller}},
	detect.Message: {{detect.Messages, Author}},
	detect.Ruling:  {{detect.ShipAndSwitch, Seller}},
}

// Touched are the detectors that must look after these rows, each once, in an order that does not depend on that of the rows.
func Touched(rows []detect.Row) []Look {
	seen := map[Look]bool{}
	for _, r := range rows {
		if !detect.Concerns(r) {
			continue
		}
		for _, l := range looks[r.Kind] {
			seen[Look{l.by, l.side.of(r)}] = true
		}
	}
	return ordered(seen)
}

func ordered(looks map[Look]bool) []Look {
	all := make([]Look, 0, len(looks))
	for l := range looks {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Look) int {
		return cmp.Or(cmp.Compare(a.Detector, b.Detector), cmp.Compare(a.Account, b.Account))
	})
	return all
}

func (s Side) of(r detect.Row) string {
	switch s {
	case Seller:
		return r.Seller
	case Buyer:
		return r.Buyer
	}
	return r.Author
}

// Examine has a detector look at an account at an instant. Rows up to last, which are behind an earlier finding of the same
// detector about the same account, are not looked at again.
func Examine(ctx context.Context, b Book, t policy.DetectTerms, l Look, last, now time.Time) (f detect.Finding, found bool, err error) {
	e := examination{ctx: ctx, book: b, terms: t, account: l.Account, last: last, now: now}
	switch l.Detector {
	case detect.ComplaintSpike:
		f, found = e.complaints()
	case detect.Brushing:
		f, found = e.brushing()
	case detect.FrequentDisputer:
		f, found = e.disputer()
	case detect.Tracking:
		f, found = detect.SuspectNumbers(l.Account, e.rows(detect.Suspect, Seller, t.Detect.Tracking.Window), t)
	case detect.Messages:
		f, found = e.messages()
	case detect.ShipAndSwitch:
		f, found = detect.Switched(l.Account, e.rows(detect.Ruling, Seller, t.Detect.ShipAndSwitch.Window), t)
	default:
		e.err = fmt.Errorf("there is no detector %q", l.Detector)
	}
	if e.err != nil {
		return detect.Finding{}, false, fmt.Errorf("%s of %s: %w", l.Detector, l.Account, e.err)
	}
	return f, found, nil
}

// examination gathers rows and keeps the first error.
type examination struct {
	ctx     context.Context //nolint:containedctx // it lives as long as one call
	book    Book
	terms   policy.DetectTerms
	account string
	last    time.Time
	now     time.Time
	err     error
}

// rows are those of the window that ends now, as far as no earlier finding has them.
func (e *examination) rows(kind detect.Kind, side Side, window policy.Duration) []detect.Row {
	after := e.now.Add(-window.Std())
	if e.last.After(after) {
		after = e.last
	}
	if e.err != nil {
		return nil
	}
	rows, err := e.book.Rows(e.ctx, Query{kind, side, e.account, after, e.now})
	e.err = err
	return rows
}

func (e *examination) count(kind detect.Kind, side Side, after, until time.Time) int {
	if e.err != nil {
		return 0
	}
	n, err := e.book.Count(e.ctx, Query{kind, side, e.account, after, until})
	e.err = err
	return n
}

func (e *examination) market(kind detect.Kind, after, until time.Time) int {
	if e.err != nil {
		return 0
	}
	n, err := e.book.Market(e.ctx, kind, after, until)
	e.err = err
	return n
}

func (e *examination) complaints() (detect.Finding, bool) {
	p := e.terms.ComplaintSpike
	c := detect.Complaints{Seller: e.account, Disputes: e.rows(detect.Dispute, Seller, p.Window)}
	if len(c.Disputes) < p.Disputes { // most sellers, most of the time: nothing else needs to be read
		return detect.Finding{}, false
	}
	since, until := c.Window(p)
	c.Exposed = e.count(detect.Order, Seller, until.Add(-p.Exposure.Std()), until)
	// Of the orders only those whose exposure is over, and disputes of as long a time: the latest orders have not been
	// disputed yet, and would make any rate look lower than it is.
	from, ripe := since.Add(-p.History.Std()), since.Add(-p.Exposure.Std())
	exposed := from.Add(p.Exposure.Std())
	c.Orders, c.Disputed = e.count(detect.Order, Seller, from, ripe), e.count(detect.Dispute, Seller, exposed, since)
	// The market is measured up to the last midnight, so that all sellers of a pass are compared with the same.
	midnight := e.now.Truncate(24 * time.Hour)
	from, ripe, exposed = midnight.Add(-p.History.Std()), midnight.Add(-p.Exposure.Std()), midnight.Add(p.Exposure.Std()-p.History.Std())
	c.Market.Orders, c.Market.Disputes = e.market(detect.Order, from, ripe), e.market(detect.Dispute, exposed, midnight)
	return c.Spike(e.terms)
}

func (e *examination) brushing() (detect.Finding, bool) {
	p := e.terms.Brushing
	s := detect.Trade{Seller: e.account, Orders: e.rows(detect.Order, Seller, p.Window), Reviews: e.rows(detect.Review, Seller, p.Window)}
	begin := e.now.Add(-p.Window.Std())
	s.Usual = e.count(detect.Order, Seller, begin.Add(-p.Window.Std()), begin)
	if len(s.Orders) >= p.SharedOrders && e.err == nil {
		accounts := []string{s.Seller}
		for _, r := range s.Orders {
			accounts = append(accounts, r.Buyer)
		}
		slices.Sort(accounts)
		s.Links, e.err = e.book.Links(e.ctx, slices.Compact(accounts))
	}
	return s.Brushing(e.terms)
}

func (e *examination) messages() (detect.Finding, bool) {
	p := e.terms.Detect.Messages
	rows := e.rows(detect.Message, Author, p.Window)
	if len(rows) < p.Count {
		return detect.Finding{}, false
	}
	after := e.now.Add(-p.Window.Std())
	orders := e.count(detect.Order, Seller, after, e.now) + e.count(detect.Order, Buyer, after, e.now)
	return detect.FlaggedMessages(e.account, rows, orders, e.terms)
}

func (e *examination) disputer() (detect.Finding, bool) {
	p := e.terms.Detect.Disputer
	disputes := e.rows(detect.Dispute, Buyer, p.Window)
	if len(disputes)*100_00 < p.Orders*int(p.Disputed) {
		return detect.Finding{}, false
	}
	after := e.now.Add(-p.Window.Std())
	if e.last.After(after) {
		after = e.last
	}
	return detect.Disputer(e.account, e.count(detect.Order, Buyer, after, e.now), disputes, e.terms)
}
