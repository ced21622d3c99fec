package store

import (
	"fmt"

	"recourse/domain/casefile"
	"recourse/domain/clock"
)

// turns bounds what one step does beside the commands it applies: rules that never come to rest are an error and not a
// transaction without end.
const turns = 500

// run merges commands and deadlines by instant: a command that was received at or before the next due goes first, in the
// door's sequence; otherwise the deadline is carried out (PROCEDURE 12, R1 and R2).
func (w *work) run() error {
	for range turns + len(w.waiting) {
		next, due, err := w.next()
		if err != nil {
			return err
		}
		early := len(w.waiting) > 0 && (!due || !w.waiting[0].ReceivedAt.After(next.DueAt))
		if due && !early {
			if due, err = w.due(next); err != nil {
				return err
			}
		}
		switch {
		case early:
			err = w.apply(w.waiting[0])
			w.waiting = w.waiting[1:]
		case due:
			err = w.take(next)
		case len(w.waiting) > 0:
			err = fmt.Errorf("%w: command %s of %s was received after %q was due, which has not come yet", ErrForked,
				w.waiting[0].ID, w.own.ID, next.Name)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: %s does not come to rest", ErrRules, w.own.ID)
}

func (w *work) next() (next clock.Deadline, due bool, err error) {
	err = guarded(w.own.ID, "next deadline", func() error {
		next, due = w.state.Next()
		return nil
	})
	return next, due, err
}

// due says whether the deadline has come. On a test clock one that is due at the clock's own instant comes when the clock
// is next moved, so that a command at that instant is in time, and the cases that are due at one instant take turns, whoever
// was woken first: what one of them decides, such as who gets a case, may hang on what another has decided.
func (w *work) due(d clock.Deadline) (bool, error) {
	switch {
	case w.own.ClockID == "":
		return !d.DueAt.After(w.now), nil
	case w.clock.Status != Advancing:
		return d.DueAt.Before(w.now), nil
	case d.DueAt.After(w.now):
		return false, nil
	case len(w.waiting) > 0:
		return true, nil // the clock waits for the command, which waits for this
	}
	another, err := dueBefore(w.tx, w.own, d.DueAt)
	if err != nil {
		return false, fmt.Errorf("look for whose turn it is on clock %s: %w", w.own.ClockID, err)
	}
	return !another, nil
}

// apply decides one command. Its answer may be a refusal, which is a result like any other.
func (w *work) apply(row commandRow) error {
	c := row.command()
	facts, need, err := w.facts(c.Name, c)
	if err != nil {
		return err
	}
	var state casefile.Case
	var change casefile.Change
	var answer casefile.Answer
	err = guarded(w.own.ID, "command "+c.Name+" "+c.ID, func() error {
		state, change, answer = w.state.Decide(c, facts)
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.batch.answer(c.ID, answer, facts, need); err != nil {
		return fmt.Errorf("answer %s: %w", c.ID, err)
	}
	w.own.Applied, w.wrote = c.Sequence, true
	if err := w.become(state, change, at(c.At)); err != nil {
		return err
	}
	w.batch.stood(w.own.Head, w.own.Recorded, len(change.Events))
	return nil
}

// take carries out a deadline that has come or, when it is noticed too late, moves it (R3). A test clock is never late.
func (w *work) take(d clock.Deadline) error {
	late := w.own.ClockID == "" && !d.Reminder && w.now.Sub(d.DueAt) > w.store.lateAfter
	var facts casefile.Facts
	var need casefile.Need
	if !late {
		var err error
		if facts, need, err = w.facts(d.Name, casefile.Command{At: d.DueAt}); err != nil {
			return err
		}
	}
	var state casefile.Case
	var change casefile.Change
	err := guarded(w.own.ID, "deadline "+d.Name, func() error {
		if late {
			state, change = w.state.Move(d.Name, w.now)
		} else {
			state, change = w.state.Default(d, facts)
		}
		if after, due := state.Next(); due && after.Name == d.Name && after.DueAt.Equal(d.DueAt) {
			return fmt.Errorf("the deadline is still due")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.batch.taking(w, d, late, facts, need); err != nil {
		return fmt.Errorf("record deadline %s: %w", d.Name, err)
	}
	w.wrote = true
	return w.become(state, change, at(d.DueAt))
}

// become takes over what the rules said.
func (w *work) become(state casefile.Case, change casefile.Change, when instant) error {
	w.state = state
	if err := w.describe(); err != nil {
		return err
	}
	if len(change.Events) > 0 {
		when = at(change.Events[len(change.Events)-1].At)
	}
	if err := w.chain(change.Events); err != nil {
		return err
	}
	for _, t := range change.Transfers {
		if err := w.batch.transfer(w, t, when); err != nil {
			return err
		}
	}
	for _, o := range change.Openings {
		w.batch.openings = append(w.batch.openings, opening{o, when})
	}
	w.batch.sends = append(w.batch.sends, change.Sends...)
	w.batch.tells = append(w.batch.tells, change.Tells...)
	w.batch.shipments = append(w.batch.shipments, change.Shipments...)
	w.batch.duties = append(w.batch.duties, change.Duties...)
	return nil
}

// describe writes into the row what its columns say of the state.
func (w *work) describe() error {
	return guarded(w.own.ID, "summary", func() error {
		w.own.summarize(w.state.Summary())
		w.own.Closed = w.state.Closed()
		w.own.Revision = w.state.Head().Revision
		w.own.EffectsOpen = len(w.state.Effects())
		w.own.NextDue, w.own.NextName = instant{}, ""
		if next, due := w.state.Next(); due {
			w.own.NextDue, w.own.NextName = at(next.DueAt), next.Name
		}
		w.own.AwaitedAt, w.own.AwaitedName = instant{}, ""
		if awaited, due := w.awaited(); due {
			w.own.AwaitedAt, w.own.AwaitedName = at(awaited.DueAt), awaited.Name
		}
		return nil
	})
}

// awaited is the first deadline that changes something: what comes before it only reminds of it.
func (w *work) awaited() (clock.Deadline, bool) {
	next, due := w.state.Next()
	if all, ok := w.state.(interface{ Deadlines() []clock.Deadline }); ok && due && next.Reminder {
		return clock.Set{Deadlines: all.Deadlines()}.Awaited()
	}
	return next, due
}
