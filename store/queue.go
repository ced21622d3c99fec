package store

import (
	"context"

	"gorm.io/gorm"
)

// QueueQuery says which cases that wait for the platform's people a list shows. Empty fields do not filter.
type QueueQuery struct {
	Reviewer       string
	Unassigned     bool // only those that nobody has
	Status, Reason string
	Overdue        bool   // only those whose decision is overdue
	Snoozed        bool   // also those that their reviewer has put off
	Clock          string // test clock
	After          string
	Limit          int // at most MaxPage; 0: DefaultPage
}

// Queue is one page of the cases that wait for a reviewer or a supervisor, with their states: the most urgent first, of equal
// ones by their IDs.
func (s *Store) Queue(ctx context.Context, q QueueQuery) (Page[CaseRecord], error) {
	page := Page[CaseRecord]{Data: []CaseRecord{}}
	tx, err := q.scope(s.from(ctx), at(s.now()))
	if err != nil {
		return page, doing("list the queue", err)
	}
	var rows []caseRow
	limit := pageLimit(q.Limit)
	if err := tx.Order("urgent_at, id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return page, doing("list the queue", err)
	}
	page.HasMore = len(rows) > limit
	for _, row := range rows[:min(limit, len(rows))] {
		record := row.record()
		if record.State, err = s.decode(row); err != nil {
			return page, doing("list the queue", err)
		}
		page.Data = append(page.Data, record)
	}
	if page.HasMore {
		page.Next = cursorOf(rows[limit-1].UrgentAt.Time, rows[limit-1].ID)
	}
	return page, nil
}

// QueueCount is how many cases the queue shows, read up to the query's limit.
func (s *Store) QueueCount(ctx context.Context, q QueueQuery) (Amount, error) {
	found, err := q.scope(s.from(ctx).Model(&caseRow{}), at(s.now()))
	if err != nil {
		return Amount{}, doing("count the queue", err)
	}
	amount, err := counted(s.from(ctx), found, pageLimit(q.Limit))
	return amount, doing("count the queue", err)
}

// scope turns the query into conditions. A snooze is measured with the case's own clock.
func (q QueueQuery) scope(tx *gorm.DB, now instant) (*gorm.DB, error) {
	tx = tx.Where("urgent_at IS NOT NULL")
	for _, f := range []struct{ column, value string }{
		{"reviewer", q.Reviewer}, {"status", q.Status}, {"reason", q.Reason}, {"clock_id", q.Clock},
	} {
		if f.value != "" {
			tx = tx.Where(f.column+" = ?", f.value)
		}
	}
	if q.Unassigned {
		tx = tx.Where("reviewer = ''")
	}
	if q.Overdue {
		tx = tx.Where("overdue")
	}
	if !q.Snoozed {
		tx = tx.Where("(snoozed_until IS NULL OR snoozed_until <= coalesce((SELECT now_at FROM clocks WHERE clocks.id = cases.clock_id), ?))", now)
	}
	if q.After != "" {
		when, id, err := readCursor(q.After)
		if err != nil {
			return nil, err
		}
		tx = tx.Where("(urgent_at, id) > (?, ?)", at(when), id)
	}
	return tx, nil
}
