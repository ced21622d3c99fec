package store

import (
	"fmt"

	"gorm.io/gorm"
)

// What is in an incident's scope when it is declared is reached by spreading it. What comes into the scope later must not be
// missed in between: who brings a case into scope holds a lock that many may hold, until the transaction is over, and who
// declares an incident has it alone. So either the incident is seen by the former, or the case by the spreading.
const incidentsLock = 7_302_417_701

// joined is a column that takes the lock where a row is inserted that an incident may concern. SQLite's one writer needs none.
func (d dialect) joined() string {
	if d.lock == "" {
		return ""
	}
	return fmt.Sprintf(", pg_advisory_xact_lock_shared(%d)::text AS joined", incidentsLock)
}

// incidentsStandStill takes the lock in one of its two ways.
func (s *Store) incidentsStandStill(tx *gorm.DB, how string) error {
	if s.dialect.lock == "" {
		return nil
	}
	return tx.Exec("SELECT "+how+"(?)", incidentsLock).Error
}

// lasting are the incidents that concern an order's cases and are not over at the instant, the first declared first: those of
// its clock or of real time which name neither a country nor a carrier, or its own. One that was ended early is over; but a case that
// may know of it from when it still lasted, by its order or by itself, is told of its end.
func lasting(tx *gorm.DB, clock optional, order string, when instant, mayKnow bool) ([]incidentRow, error) {
	var rows []incidentRow
	err := inScope(tx, clock).Where("until_at > ?", when).Where("ended_at IS NULL OR ?", mayKnow).
		Where("country = '' OR country = (SELECT country FROM orders WHERE id = ?)", order).
		Where("carrier = '' OR carrier IN (SELECT carrier FROM shipments WHERE order_id = ?)", order).
		Order("created_at, id").Find(&rows).Error
	return rows, err
}

// tell stores the incidents at the door of a case, each once, and returns the last place that was given out; none when the
// case has them all.
func (s *Store) tell(tx *gorm.DB, caseID string, incidents []incidentRow, stood instant) (last place, err error) {
	for _, incident := range incidents {
		telling := incident.knock
		if !incident.EndedAt.IsZero() {
			telling = incident.ended
		}
		k, err := telling(caseID)
		if err != nil {
			return last, err
		}
		p, err := s.place(tx, caseID, shown{command: k.ID})
		if err != nil {
			return last, err
		}
		if p.ID == "" {
			continue
		}
		if p.ClockID != "" {
			p.LastAt = stood
		}
		command, err := s.row(k, p, document(k.Data))
		if err != nil {
			return last, err
		}
		if err := tx.Create(&command).Error; err != nil {
			return last, err
		}
		last = p
	}
	return last, nil
}

// learn tells the order's open cases of the incidents into whose scope this step has brought them. One that a dispute knows from
// its order is no other for its rules; but an order that is asked before it was told of an incident opens one that is not.
func (w *work) learn() error {
	began := w.own.ID == w.own.OrderID && w.was.Recorded == 0 && w.own.Recorded > 0
	revived := w.was.Closed && !w.own.Closed
	switch {
	case began, revived, len(w.batch.shipments) > 0:
		if err := w.store.incidentsStandStill(w.tx, "pg_advisory_xact_lock_shared"); err != nil {
			return err
		}
	case len(w.batch.openings) > 0: // the lock came with their rows
	default:
		return nil
	}
	incidents, err := lasting(w.tx, w.own.ClockID, w.own.OrderID, at(w.now), revived || len(w.batch.openings) > 0)
	if err != nil || len(incidents) == 0 {
		return err
	}
	var cases []CaseRef
	err = w.tx.Raw(`SELECT id, kind FROM cases WHERE order_id = ? AND NOT closed ORDER BY id`, w.own.OrderID).Scan(&cases).Error
	if err != nil {
		return err
	}
	for _, c := range cases {
		p, err := w.store.tell(w.tx, c.ID, incidents, at(w.clock.Now))
		switch {
		case err != nil:
			return fmt.Errorf("tell %s: %w", c.ID, err)
		case p.ID == w.own.ID:
			w.own.Sequence, w.own.LastAt = p.Sequence, p.LastAt
		case p.ID != "":
			w.touched = merge(w.touched, []CaseRef{{ID: c.ID, Kind: c.Kind, Sequence: p.Sequence}})
		}
	}
	return nil
}

// tellBegun tells a case that begins of the incidents of its clock, or of real time. Its country is known when it has begun.
func (s *Store) tellBegun(tx *gorm.DB, p place) error {
	incidents, err := lasting(tx, p.ClockID, p.OrderID, p.LastAt, false)
	if err == nil && len(incidents) > 0 {
		_, err = s.tell(tx, p.ID, incidents, p.LastAt)
	}
	return err
}
