package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ClockStatus says whether a test clock stands still or is being moved.
type ClockStatus string

// Ready: it stands still. Advancing: somebody moves it to its target, due by due.
const (
	Ready     ClockStatus = "ready"
	Advancing ClockStatus = "advancing"
)

// Clock is a test clock. Cases that are bound to it live in its time.
type Clock struct {
	ID     string
	Now    time.Time
	Target time.Time
	Status ClockStatus
}

// ClockWork is what must happen before a clock can move on: a review to count anew, commands to deliver, effects to wait for, or one
// case whose deadline has come; nothing of that: to look again. Done means that the clock stands at its target.
type ClockWork struct {
	Clock   Clock
	Recount *CaseRef
	Deliver []CaseRef
	Effects []CaseRef
	Due     *CaseRef
	Done    bool
}

// clockBatch bounds how many cases one look at a clock names.
const clockBatch = 200

type clockRow struct {
	ID        string `gorm:"primaryKey"`
	NowAt     instant
	TargetAt  instant
	Status    string
	ChangedAt instant
}

// TableName is where the rows are.
func (clockRow) TableName() string { return "clocks" }

func (r clockRow) clock() Clock {
	return Clock{ID: r.ID, Now: r.NowAt.Time, Target: r.TargetAt.Time, Status: ClockStatus(r.Status)}
}

// CreateClock makes a test clock that stands at the given instant. The request's key again finds the first one.
func (s *Store) CreateClock(ctx context.Context, id string, now time.Time, once Once) (Clock, error) {
	made := id
	err := s.write(ctx, "create clock "+id, func(tx *gorm.DB) error {
		var err error
		made, err = s.once(tx, once, id, func() error {
			return tx.Exec(`INSERT INTO clocks (id, now_at, target_at, status, changed_at)
				VALUES (@id, @at, @at, 'ready', `+s.dialect.clock+`)`, s.args("id", id, "at", at(now))).Error
		})
		return err
	})
	if err != nil {
		return Clock{}, err
	}
	return s.clock(s.db.WithContext(ctx), made)
}

// Clock is a test clock as it stands.
func (s *Store) Clock(ctx context.Context, id string) (Clock, error) {
	return s.clock(s.from(ctx), id)
}

func (s *Store) clock(tx *gorm.DB, id string) (Clock, error) {
	var row clockRow
	err := tx.Where("id = ?", id).Take(&row).Error
	return row.clock(), doing("read clock "+id, err)
}

// BeginAdvance sets the clock's target. The same target again changes nothing; a later one moves the end of an advance
// that is under way.
func (s *Store) BeginAdvance(ctx context.Context, id string, target time.Time) error {
	what := fmt.Sprintf("advance clock %s to %s", id, target.UTC().Format(time.RFC3339Nano))
	return s.write(ctx, what, func(tx *gorm.DB) error {
		clock, err := s.takeClock(tx, id)
		if err != nil {
			return err
		}
		to := at(target)
		if to.Before(clock.Target) {
			return ErrClockBackwards
		}
		if to.Equal(clock.Target) {
			return nil
		}
		return tx.Exec(`UPDATE clocks SET target_at = @target, status = 'advancing', changed_at = `+s.dialect.clock+` WHERE id = @id`,
			s.args("id", id, "target", to)).Error
	})
}

// StepClock looks at what an advance must wait for, and moves the clock to the next due or to its target when nothing is
// left. It holds the clock's row, so that no step of a bound case is under way while it looks.
func (s *Store) StepClock(ctx context.Context, id string) (ClockWork, error) {
	var work ClockWork
	recounted, err := s.recountsOn(ctx, id)
	if err != nil {
		return work, doing("step clock "+id, err)
	}
	err = s.write(ctx, "step clock "+id, func(tx *gorm.DB) error {
		clock, err := s.takeClock(tx, id)
		work = ClockWork{Clock: clock, Done: clock.Status == Ready}
		if err != nil || work.Done {
			return err
		}
		if len(recounted) > 0 {
			work.Recount = &recounted[0]
			return nil
		}
		if came, err := recounting(tx, id); err != nil || came {
			return err
		}
		if work.Deliver, err = waitingOn(tx, id); err != nil || len(work.Deliver) > 0 {
			return err
		}
		if work.Effects, err = openOn(tx, id); err != nil || len(work.Effects) > 0 {
			return err
		}
		next, err := dueOn(tx, id, clock.Target)
		if err != nil {
			return err
		}
		return s.turn(tx, &work, next)
	})
	return work, err
}

// turn moves the clock to the next due, or to its end.
func (s *Store) turn(tx *gorm.DB, work *ClockWork, next []caseRow) error {
	clock := &work.Clock
	status, to := Advancing, clock.Now
	if len(next) == 0 {
		status, to, work.Done = Ready, clock.Target, true
	} else {
		work.Due = &CaseRef{ID: next[0].ID, Kind: next[0].Kind, Sequence: next[0].Sequence}
		if due := next[0].NextDue.Time; due.After(to) {
			to = due
		} else {
			return nil // it has come already, and the case has not taken it yet
		}
	}
	clock.Now, clock.Status = to, status
	return tx.Exec(`UPDATE clocks SET now_at = @now_at, status = @status, changed_at = `+s.dialect.clock+` WHERE id = @id`,
		s.args("id", clock.ID, "now_at", at(to), "status", string(status))).Error
}

// waitingOn are the cases on a clock with commands that nobody has applied, closed cases included.
func waitingOn(tx *gorm.DB, clock string) ([]CaseRef, error) {
	var refs []CaseRef
	err := tx.Raw(`SELECT cases.id, cases.kind, cases.sequence FROM cases WHERE clock_id = ? AND id IN
			(SELECT case_id FROM commands WHERE applied_at IS NULL) ORDER BY id LIMIT ?`, clock, clockBatch).Scan(&refs).Error
	return refs, err
}

// openOn are the cases on a clock that wait for an effect.
func openOn(tx *gorm.DB, clock string) ([]CaseRef, error) {
	var refs []CaseRef
	err := tx.Raw(`SELECT id, kind, sequence FROM cases WHERE effects_open > 0 AND clock_id = ? ORDER BY id LIMIT ?`, clock, clockBatch).
		Scan(&refs).Error
	return refs, err
}

// dueOn is the case on a clock whose deadline comes first, before the target. Of two at one instant a dispute goes before
// an order (as in the alphabet), so that what it decides reaches the order in time.
func dueOn(tx *gorm.DB, clock string, target time.Time) ([]caseRow, error) {
	var rows []caseRow
	err := tx.Select("id", "kind", "sequence", "next_due").
		Where("clock_id = ? AND next_due IS NOT NULL AND next_due < ?", clock, at(target)).
		Order("next_due, kind, id").Limit(1).Find(&rows).Error
	return rows, err
}

// dueBefore says that another case on the clock takes its deadline before this one, in the order of dueOn.
func dueBefore(tx *gorm.DB, own caseRow, due time.Time) (bool, error) {
	var before []string
	err := tx.Raw(`SELECT id FROM cases WHERE clock_id = @clock AND next_due IS NOT NULL AND id <> @id
			AND (next_due, kind, id) < (@due, @kind, @id) LIMIT 1`,
		map[string]any{"clock": own.ClockID, "id": own.ID, "due": at(due), "kind": own.Kind}).Scan(&before).Error
	return len(before) > 0, err
}

// takeClock locks a clock to move it.
func (s *Store) takeClock(tx *gorm.DB, id string) (Clock, error) {
	var row clockRow
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error
	return row.clock(), err
}

// holdClock keeps a clock from being moved until the transaction is over. Others may hold it too.
func (s *Store) holdClock(tx *gorm.DB, id string) (Clock, error) {
	var row clockRow
	err := tx.Clauses(clause.Locking{Strength: "SHARE"}).Where("id = ?", id).Take(&row).Error
	return row.clock(), err
}

// realNow is the database's clock.
func (s *Store) realNow(tx *gorm.DB) (instant, error) {
	if s.dialect.lock == "" {
		return at(s.now()), nil
	}
	var now instant
	err := tx.Raw("SELECT " + s.dialect.clock).Scan(&now).Error
	return now, err
}
