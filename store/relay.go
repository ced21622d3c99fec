package store

import (
	"context"
	"time"
)

// Undelivered are the cases whose commands wait for longer than they should, the oldest first. Age is real time, on a test
// clock too.
func (s *Store) Undelivered(ctx context.Context, olderThan time.Duration, limit int) ([]CaseRef, error) {
	var refs []CaseRef
	err := s.from(ctx).Raw(`SELECT cases.id, cases.kind, cases.sequence FROM (
			SELECT case_id, min(stored_at) AS since FROM commands WHERE applied_at IS NULL AND stored_at < `+s.dialect.ago+`
			GROUP BY case_id ORDER BY since LIMIT @limit) AS waiting
		JOIN cases ON cases.id = waiting.case_id ORDER BY waiting.since`, s.aged(olderThan, limit)).Scan(&refs).Error
	return refs, doing("look for undelivered commands", err)
}

// Overdue are the cases in real time whose deadline passed longer ago than the grace, and which nobody has stepped.
func (s *Store) Overdue(ctx context.Context, grace time.Duration, limit int) ([]CaseRef, error) {
	var refs []CaseRef
	err := s.from(ctx).Raw(`SELECT id, kind, sequence FROM cases WHERE clock_id IS NULL AND next_due IS NOT NULL AND next_due < `+
		s.dialect.ago+` ORDER BY next_due, id LIMIT @limit`, s.aged(grace, limit)).Scan(&refs).Error
	return refs, doing("look for overdue deadlines", err)
}

// OpenEffects are the cases that have waited for an effect for longer than they should.
func (s *Store) OpenEffects(ctx context.Context, olderThan time.Duration, limit int) ([]CaseRef, error) {
	var refs []CaseRef
	err := s.from(ctx).Raw(`SELECT id, kind, sequence FROM cases WHERE effects_open > 0 AND changed_at < `+s.dialect.ago+
		` ORDER BY changed_at, id LIMIT @limit`, s.aged(olderThan, limit)).Scan(&refs).Error
	return refs, doing("look for open effects", err)
}

// AdvancingClocks are the test clocks whose advance has not moved for longer than it should.
func (s *Store) AdvancingClocks(ctx context.Context, olderThan time.Duration) ([]string, error) {
	var ids []string
	err := s.from(ctx).Raw(`SELECT id FROM clocks WHERE status = 'advancing' AND changed_at < `+s.dialect.ago+
		` ORDER BY changed_at LIMIT @limit`, s.aged(olderThan, clockBatch)).Scan(&ids).Error
	return ids, doing("look for advancing clocks", err)
}

func (s *Store) aged(age time.Duration, limit int) map[string]any {
	args := s.args("limit", limit, "age", age.Microseconds())
	if s.dialect.lock == "" {
		args["ago"] = at(s.now().Add(-age))
	}
	return args
}
