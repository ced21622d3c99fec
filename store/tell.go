package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"recourse/domain/casefile"
)

// tell stores what the case says to cases that belong to no order, at their doors, and makes their rows where there are
// none. It comes after everything else that others could wait for: such a case locks its own row and nothing more, so that
// the rows of several, taken in the order of their identifiers, close no circle.
func (w *work) tell() error {
	slices.SortStableFunc(w.batch.tells, func(a, b casefile.Tell) int { return strings.Compare(a.Case, b.Case) })
	rows := make([]commandRow, 0, len(w.batch.tells))
	for _, tell := range w.batch.tells {
		p, made, err := w.told(tell)
		if err != nil {
			return fmt.Errorf("tell %s to %s: %w", tell.Name, tell.Case, err)
		}
		if p.Kind != tell.Kind || p.ClockID != w.own.ClockID {
			return fmt.Errorf("%w: %s may not tell %s, which is another kind of case or on another clock", ErrRules, w.own.ID, p.ID)
		}
		if p.ClockID != "" {
			p.LastAt = at(w.clock.Now)
		}
		row, err := w.sent(p, tell.Name, casefile.Actor{Role: casefile.System}, tell.Data)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if made {
			if err := w.store.tellBegun(w.tx, p); err != nil {
				return fmt.Errorf("tell %s of incidents: %w", tell.Case, err)
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return w.tx.Create(&rows).Error
}

// told is the next place at the door of a case that is told something, and says whether its row was made for that.
func (w *work) told(tell casefile.Tell) (p place, made bool, err error) {
	p, err = w.store.place(w.tx, tell.Case, shown{})
	if err != nil || p.ID != "" {
		return p, false, err
	}
	first := place{ID: tell.Case, Kind: tell.Kind, OrderID: tell.Case, ClockID: w.own.ClockID}
	if w.own.ClockID != "" {
		first.LastAt = at(w.clock.Now)
	}
	err = w.store.insertCase(w.tx, &first, casefile.Summary{}, shown{})
	made = err == nil
	if err != nil && !errors.Is(err, errRepeat) { // somebody else was faster
		return p, false, fmt.Errorf("make its row: %w", err)
	}
	p, err = w.store.place(w.tx, tell.Case, shown{})
	return p, made, err
}
