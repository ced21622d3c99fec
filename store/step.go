package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/internal/crash"
)

// CaseRef names a case and how far its queue reaches.
type CaseRef struct {
	ID       string
	Kind     string
	Sequence int64
}

// StepResult is the present of a case after a step.
type StepResult struct {
	Applied  int64             // every command up to this sequence has its answer
	NextDue  time.Time         // zero: nothing is due, or the case is on a test clock
	Now      time.Time         // of the database, or of the test clock
	Todo     []casefile.Effect // asked for and not reported back
	Closed   bool
	Summary  casefile.Summary
	Revision int64
	Next     clock.Deadline // the deadline that is due first, also on a test clock
	Awaited  clock.Deadline // the first that is no reminder, where Next is one
	Touched  []CaseRef      // other cases that got commands: nudge them
}

// stepBatch bounds the commands that one transaction applies, and with them how long it holds its locks.
const stepBatch = 100

// Step brings a case up to date: it applies what waits at its door and what is due, in the order of their instants, and
// writes all that follows from it in one transaction (or in several, when very many commands wait). Run again, it finds
// nothing new and returns the same present.
func (s *Store) Step(ctx context.Context, caseID string) (StepResult, error) {
	return s.StepFrom(ctx, caseID, Mark{})
}

// Mark is how far somebody has seen a case go. Neither number ever falls.
type Mark struct {
	Applied  int64
	Revision int64
}

// StepFrom is Step for somebody who has seen the case before. A row that is behind the mark was restored to an older point:
// nothing is decided on it (ErrBehind), since what was done after that point, money that moved included, would be done again
// or differently.
func (s *Store) StepFrom(ctx context.Context, caseID string, seen Mark) (StepResult, error) {
	var touched []CaseRef
	for {
		var result StepResult
		var waiting bool
		err := s.write(ctx, "step "+caseID, func(tx *gorm.DB) error {
			var err error
			result, waiting, err = s.step(tx, caseID, seen)
			return err
		})
		if errors.Is(err, errRelinked) {
			continue // nothing was written, and links change rarely
		}
		crash.At(crash.StepCommitted)
		if len(result.Touched) > 0 {
			crash.At(crash.SendCommitted)
		}
		if err != nil {
			return StepResult{}, err
		}
		touched = merge(touched, result.Touched)
		result.Touched = touched
		if !waiting {
			return result, nil
		}
	}
}

// merge keeps one entry a case, the latest.
func merge(refs, more []CaseRef) []CaseRef {
	for _, m := range more {
		known := false
		for i := range refs {
			if refs[i].ID == m.ID {
				refs[i].Sequence, known = max(refs[i].Sequence, m.Sequence), true
			}
		}
		if !known {
			refs = append(refs, m)
		}
	}
	return refs
}

// step is one transaction: lock, merge, decide, record. It says whether commands still wait.
func (s *Store) step(tx *gorm.DB, caseID string, seen Mark) (StepResult, bool, error) {
	w, err := s.lock(tx, caseID)
	if err != nil {
		return StepResult{}, false, err
	}
	if w.own.Applied < seen.Applied || w.own.Revision < seen.Revision {
		return StepResult{}, false, fmt.Errorf("%w: applied %d after %d, revision %d after %d", ErrBehind, w.own.Applied, seen.Applied,
			w.own.Revision, seen.Revision)
	}
	crash.At(crash.StepBegun)
	if w.own.Sequence > w.own.Applied {
		err := tx.Where("case_id = ? AND sequence > ?", caseID, w.own.Applied).Order("sequence").Limit(stepBatch).Find(&w.waiting).Error
		if err != nil {
			return StepResult{}, false, fmt.Errorf("read commands of %s: %w", caseID, err)
		}
	}
	if err := w.run(); err != nil {
		return StepResult{}, false, err
	}
	if err := w.save(); err != nil {
		return StepResult{}, false, err
	}
	crash.At(crash.StepWritten)
	return w.result(), w.own.Applied < w.own.Sequence, nil
}

// work is one step in progress.
type work struct {
	store *Store
	tx    *gorm.DB

	order    caseRow // locked; the case itself when it is an order
	own      caseRow // as it becomes
	was      caseRow // as it was locked
	kind     casefile.Kind
	before   casefile.Case // the state as it was locked
	state    casefile.Case
	clock    Clock     // the test clock, if the case is bound to one
	now      time.Time // what the case takes for now
	realNow  instant
	waiting  []commandRow
	touched  []CaseRef
	balances map[balanceKey]int64 // of the funds that facts were asked for, under their locks

	wrote  bool
	batch  batch
	orders casefile.Case // the order's state, decoded when a dispute's rule asks for it
	broken error         // why it could not be
}

// lock takes the rows of the order and of the case, in this order, and reads the clock after that: the subselect is not
// pulled up because of its lock, so the clock outside is read when a row has been got, and the last row's is the one that
// counts. A knock that comes later is stamped later.
func (s *Store) lock(tx *gorm.DB, caseID string) (*work, error) {
	type locked struct {
		Row     caseRow `gorm:"embedded"`
		RealNow instant
	}
	var rows []locked
	err := tx.Raw(`SELECT held.*, `+s.dialect.clock+` AS real_now FROM (
			SELECT * FROM cases WHERE id IN (@id, (SELECT order_id FROM cases WHERE id = @id))
			ORDER BY id = order_id DESC `+s.dialect.lock+`) AS held`, s.args("id", caseID)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", caseID, err)
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	w := &work{store: s, tx: tx, order: rows[0].Row}
	for _, row := range rows {
		if row.Row.ID == caseID {
			w.own, w.was = row.Row, row.Row
		}
		if row.RealNow.After(w.realNow.Time) {
			w.realNow = row.RealNow
		}
	}
	if w.own.ClockID != "" {
		if w.clock, err = s.holdClock(tx, string(w.own.ClockID)); err != nil {
			return nil, fmt.Errorf("hold clock %s: %w", w.own.ClockID, err)
		}
		w.now = w.clock.Now
	} else {
		w.now = later(w.realNow.Time, w.own.LastAt.Time)
	}
	return w, w.begin()
}

// begin decodes the state and sees that the row has not come apart.
func (w *work) begin() error {
	kind, known := w.store.kinds[w.own.Kind]
	if !known {
		return fmt.Errorf("%w: no rules for %s, which is of kind %q", ErrRules, w.own.ID, w.own.Kind)
	}
	w.kind = kind
	state, err := w.store.decode(w.own)
	if err != nil {
		return err
	}
	if head := state.Head(); head.Recorded != w.own.Recorded {
		return fmt.Errorf("%w: the state of %s ends with event %d, its row with %d", ErrForked, w.own.ID, head.Recorded, w.own.Recorded)
	}
	w.before, w.state = state, state
	return nil
}

// decode reads the state of a case's row. What a rule does wrong ends its own case's step and nothing else.
func (s *Store) decode(row caseRow) (state casefile.Case, err error) {
	kind, known := s.kinds[row.Kind]
	if !known {
		return nil, fmt.Errorf("%w: no rules for %s, which is of kind %q", ErrRules, row.ID, row.Kind)
	}
	err = guarded(row.ID, "decode", func() (err error) {
		state, err = kind.Decode(row.State)
		return err
	})
	return state, err
}

// guarded runs a piece of the rules and turns a panic into an error that names the case.
func guarded(caseID, what string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s of %s: panic: %v", ErrRules, what, caseID, p)
		}
	}()
	if err := f(); err != nil {
		return fmt.Errorf("%w: %s of %s: %w", ErrRules, what, caseID, err)
	}
	return nil
}

// result is what the step leaves behind.
func (w *work) result() StepResult {
	r := StepResult{Applied: w.own.Applied, Now: w.now, Todo: w.state.Effects(), Closed: w.own.Closed, Summary: w.own.summary(),
		Revision: w.own.Revision, Touched: w.touched}
	if next, ok := w.state.Next(); ok {
		r.Next = next
		if next.Reminder {
			r.Awaited, _ = w.awaited()
		}
		if w.own.ClockID == "" {
			r.NextDue = next.DueAt
		}
	}
	return r
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
