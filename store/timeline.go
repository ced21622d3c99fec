package store

import (
	"context"
	"strconv"

	"recourse/domain/casefile"
)

// timelineMax bounds one read of a timeline.
const timelineMax = 1000

// Timeline is the log of one case after the given sequence, in its order.
func (s *Store) Timeline(ctx context.Context, caseID string, after int64, limit int) ([]casefile.Record, error) {
	var rows []eventRow
	err := s.from(ctx).Where("case_id = ? AND sequence > ?", caseID, after).Order("sequence").Limit(timelineLimit(limit)).Find(&rows).Error
	if err != nil {
		return nil, doing("read timeline of "+caseID, err)
	}
	return records(rows)
}

// Told are the events of one case that have one of the types, in their order: what a page tells of a case without reading
// all that ever happened to it.
func (s *Store) Told(ctx context.Context, caseID string, types ...casefile.EventType) ([]casefile.Record, error) {
	var rows []eventRow
	err := s.from(ctx).Where("case_id = ? AND type IN ?", caseID, types).Order("sequence").Find(&rows).Error
	if err != nil {
		return nil, doing("read what is told of "+caseID, err)
	}
	return records(rows)
}

// OrderTimeline is the log of an order and all its disputes after the given place, by time and, within one instant, in the
// order of recording. The second result is the place to go on from.
func (s *Store) OrderTimeline(ctx context.Context, orderID, after string, limit int) ([]casefile.Record, string, error) {
	what := "read timeline of order " + orderID
	query := s.from(ctx).Where("case_id IN (SELECT id FROM cases WHERE order_id = ?)", orderID)
	if after != "" {
		when, position, err := readCursor(after)
		if err != nil {
			return nil, "", doing(what, err)
		}
		n, err := strconv.ParseInt(position, 10, 64)
		if err != nil {
			return nil, "", doing(what, ErrCursor)
		}
		query = query.Where("(at, position) > (?, ?)", at(when), n)
	}
	var rows []eventRow
	if err := query.Order("at, position").Limit(timelineLimit(limit)).Find(&rows).Error; err != nil {
		return nil, "", doing(what, err)
	}
	if len(rows) == 0 {
		return nil, after, nil
	}
	last := rows[len(rows)-1]
	list, err := records(rows)
	return list, cursorOf(last.At.Time, strconv.FormatInt(last.Position, 10)), err
}

func records(rows []eventRow) ([]casefile.Record, error) {
	list := make([]casefile.Record, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = row.record(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func timelineLimit(limit int) int {
	if limit <= 0 {
		return timelineMax
	}
	return min(limit, timelineMax)
}
