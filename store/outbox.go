package store

import (
	"context"

	"recourse/domain/casefile"
)

// Outgoing is an event whose messages are not out yet.
type Outgoing struct {
	Position int64
	casefile.Record
}

// Outbox is the next events to tell the world about, in the order of recording, after the given position.
func (s *Store) Outbox(ctx context.Context, after int64, limit int) ([]Outgoing, error) {
	var rows []struct {
		Row    eventRow `gorm:"embedded"`
		Placed int64
	}
	err := s.from(ctx).Raw(`SELECT events.*, outbox.position AS placed FROM outbox
		JOIN events ON events.case_id = outbox.case_id AND events.sequence = outbox.sequence
		WHERE outbox.position > ? ORDER BY outbox.position LIMIT ?`, after, limit).Scan(&rows).Error
	if err != nil {
		return nil, doing("read outbox", err)
	}
	out := make([]Outgoing, len(rows))
	for i, r := range rows {
		record, err := r.Row.record()
		if err != nil {
			return nil, doing("read outbox", err)
		}
		out[i] = Outgoing{Position: r.Placed, Record: record}
	}
	return out, nil
}

// Sent takes events out of the outbox. One that is gone already is no error.
func (s *Store) Sent(ctx context.Context, positions ...int64) error {
	if len(positions) == 0 {
		return nil
	}
	return doing("empty outbox", s.db.WithContext(ctx).Where("position IN ?", positions).Delete(&outboxRow{}).Error)
}
