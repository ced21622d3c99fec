package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// CaseRecord is a case as it stands.
type CaseRecord struct {
	ID       string
	Kind     string
	Order    string
	Clock    string
	State    casefile.Case // nil in lists
	Summary  casefile.Summary
	Revision int64
	Sequence int64
	Applied  int64
	Recorded int64  // sequence of the last event
	Head     string // hash of the last event
	LastAt   time.Time
	NextDue  time.Time // also on a test clock; may be a reminder
	NextName string
	// AwaitedAt and AwaitedName are the first deadline that is no reminder: the one that people wait for. Zero: there is none.
	AwaitedAt   time.Time
	AwaitedName string
	Effects     int // how many are open
}

func (r caseRow) record() CaseRecord {
	return CaseRecord{ID: r.ID, Kind: r.Kind, Order: r.OrderID, Clock: string(r.ClockID), Summary: r.summary(), Revision: r.Revision,
		Sequence: r.Sequence, Applied: r.Applied, Recorded: r.Recorded, Head: r.Head, LastAt: r.LastAt.Time, NextDue: r.NextDue.Time,
		NextName: r.NextName, AwaitedAt: r.AwaitedAt.Time, AwaitedName: r.AwaitedName, Effects: r.EffectsOpen}
}

// Case is one case with its state.
func (s *Store) Case(ctx context.Context, id string) (CaseRecord, error) {
	var row caseRow
	if err := s.from(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return CaseRecord{}, doing("read case "+id, err)
	}
	record := row.record()
	var err error
	record.State, err = s.decode(row)
	return record, doing("read case "+id, err)
}

// Orders are the orders of the identifiers with their states, in no order. What is not there, or is no order, is left out.
func (s *Store) Orders(ctx context.Context, ids []string) ([]CaseRecord, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []caseRow
	if err := s.from(ctx).Where("id IN ? AND kind = ?", ids, casefile.KindOrder).Find(&rows).Error; err != nil {
		return nil, doing("read orders", err)
	}
	records := make([]CaseRecord, len(rows))
	for i, row := range rows {
		records[i] = row.record()
		var err error
		if records[i].State, err = s.decode(row); err != nil {
			return nil, doing("read orders", err)
		}
	}
	return records, nil
}

// CaseQuery says which cases a list shows. Empty fields do not filter.
type CaseQuery struct {
	Kind, Stage, Status, Reason string
	Buyer, Seller, Reviewer     string
	Order, Clock                string
	Open                        *bool // true: only those that are not over; false: only those that are
	Oldest                      bool  // the oldest first; otherwise the newest
	Published                   bool  // of reviews: only those that can be read
	States                      bool  // what the cases are is read too
	Waiting                     bool  // only those in which somebody is waited for
	After                       string
	Limit                       int // at most MaxPage; 0: DefaultPage
}

// How long a page of a list is.
const (
	DefaultPage = 20
	MaxPage     = 100
)

// Page is a piece of a list. Next continues after its last item, and is empty at the end.
type Page[T any] struct {
	Data    []T
	HasMore bool
	Next    string
}

// ErrCursor says that After is no cursor of this list.
var ErrCursor = errors.New("not a cursor of this list")

// Cases is one page of a list, sorted by when the cases were opened and then by their IDs. Their states are read only where
// the query asks for them.
func (s *Store) Cases(ctx context.Context, q CaseQuery) (Page[CaseRecord], error) {
	return s.listed(q, s.from(ctx), q.States)
}

// listed is one page of what the query and the conditions of tx leave, with states or without.
func (s *Store) listed(q CaseQuery, tx *gorm.DB, states bool) (Page[CaseRecord], error) {
	tx, err := q.scope(tx)
	if err != nil {
		return Page[CaseRecord]{}, doing("list cases", err)
	}
	if !states {
		tx = tx.Omit("state")
	}
	var rows []caseRow
	limit := pageLimit(q.Limit)
	if err := tx.Limit(limit + 1).Find(&rows).Error; err != nil {
		return Page[CaseRecord]{}, doing("list cases", err)
	}
	page := Page[CaseRecord]{Data: []CaseRecord{}, HasMore: len(rows) > limit}
	for _, row := range rows[:min(limit, len(rows))] {
		record := row.record()
		if states {
			if record.State, err = s.decode(row); err != nil {
				return Page[CaseRecord]{}, doing("list cases", err)
			}
		}
		page.Data = append(page.Data, record)
	}
	if page.HasMore {
		page.Next = cursorOf(rows[limit-1].OpenedAt.Time, rows[limit-1].ID)
	}
	return page, nil
}

// scope turns the query into conditions. Each list has an index that begins with its filter and goes on with the sort
// columns; the conditions that repeat a partial index's own let the database use it.
func (q CaseQuery) scope(tx *gorm.DB) (*gorm.DB, error) {
	for _, f := range []struct{ column, value, also string }{
		{"kind", q.Kind, ""}, {"stage", q.Stage, ""}, {"status", q.Status, ""}, {"reason", q.Reason, "reason <> ''"},
		{"buyer", q.Buyer, ""}, {"seller", q.Seller, ""}, {"reviewer", q.Reviewer, "reviewer <> ''"}, {"order_id", q.Order, ""},
		{"clock_id", q.Clock, ""},
	} {
		if f.value == "" {
			continue
		}
		tx = tx.Where(f.column+" = ?", f.value)
		if f.also != "" {
			tx = tx.Where(f.also)
		}
	}
	if q.Published {
		tx = tx.Where("outcome IN ?", []string{"counted", "uncounted"})
	}
	if q.Waiting {
		tx = tx.Where("move <> ''")
	}
	switch {
	case q.Open == nil:
	case *q.Open:
		tx = tx.Where("NOT closed") // as the partial index says it
	default:
		tx = tx.Where("closed")
	}
	order, beyond := "opened_at DESC, id DESC", "(opened_at, id) < (?, ?)"
	if q.Oldest {
		order, beyond = "opened_at, id", "(opened_at, id) > (?, ?)"
	}
	if q.After != "" {
		when, id, err := readCursor(q.After)
		if err != nil {
			return nil, err
		}
		tx = tx.Where(beyond, at(when), id)
	}
	return tx.Order(order), nil
}

func pageLimit(limit int) int {
	if limit <= 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}

// cursorOf is where a page ended: opaque to callers, who are free to keep it.
func cursorOf(when time.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", when.UnixMicro(), id))
}

func readCursor(cursor string) (time.Time, string, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return time.Time{}, "", ErrCursor
	}
	micros, id, found := strings.Cut(string(text), " ")
	var n int64
	if !found || json.Unmarshal([]byte(micros), &n) != nil {
		return time.Time{}, "", ErrCursor
	}
	return time.UnixMicro(n).UTC(), id, nil
}
