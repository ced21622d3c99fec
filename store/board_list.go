package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
)

// DueQuery says which deadlines a list shows: those of open cases that are due before an instant, the earliest first. With Waits it
// shows the cases that wait for that instead, the oldest first, whenever they are due.
type DueQuery struct {
	Clock  string // test clock; empty: real time
	Within time.Duration
	Waits  casefile.Wait
	After  string
	Limit  int // at most MaxPage; 0: DefaultPage
}

// AwaitedCases is one page of the cases behind a number of the board, with their states, and the time on their clock.
func (s *Store) AwaitedCases(ctx context.Context, q DueQuery) (page Page[CaseRecord], now time.Time, err error) {
	page.Data = []CaseRecord{}
	err = s.read(ctx, "list what is due", func(tx *gorm.DB) error {
		at, err := s.boardNow(tx, q.Clock)
		if err != nil {
			return err
		}
		now = at.Time
		scoped, err := q.scope(tx, now)
		if err != nil {
			return err
		}
		var rows []caseRow
		limit := pageLimit(q.Limit)
		if err := scoped.Limit(limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		page.HasMore = len(rows) > limit
		for _, row := range rows[:min(limit, len(rows))] {
			record := row.record()
			if record.State, err = s.decode(row); err != nil {
				return err
			}
			page.Data = append(page.Data, record)
		}
		if page.HasMore {
			page.Next = q.cursor(rows[limit-1])
		}
		return nil
	})
	return page, now, err
}

func (q DueQuery) cursor(last caseRow) string {
	if q.Waits != "" {
		return cursorOf(last.OpenedAt.Time, last.ID)
	}
	return cursorOf(last.AwaitedAt.Time, last.ID)
}

func (q DueQuery) scope(tx *gorm.DB, now time.Time) (*gorm.DB, error) {
	tx = inScope(tx, optional(q.Clock))
	column := "awaited_at"
	if q.Waits == "" {
		tx = tx.Where("awaited_at IS NOT NULL AND awaited_at <= ?", at(now.Add(q.Within)))
	} else {
		column = "opened_at"
		tx = tx.Where("waits = ? AND waits <> ''", string(q.Waits))
	}
	if q.After != "" {
		when, id, err := readCursor(q.After)
		if err != nil {
			return nil, err
		}
		tx = tx.Where("("+column+", id) > (?, ?)", at(when), id)
	}
	return tx.Order("clock_id, " + column + ", id"), nil // all of one clock; Postgres needs to be told to use the index where it is none
}
