package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
	"recourse/store"
)

// rerun decides a case again from its first command, by the rules and with the facts that were kept, and holds the result
// against what was recorded: every event, every answer, and the state at the end.
type rerun struct {
	kind     casefile.Kind
	caseID   string
	state    casefile.Case
	commands []store.Trigger // that were applied
	takings  []store.Taking
	recorded []casefile.Record
	told     int // events that were decided again

	drawn     func(trigger, from, to string)
	deadline  func(d clock.Deadline, t store.Taking)
	transfers []ledger.Transfer
	sends     []casefile.Send
	openings  []casefile.Opening
}

// decided is one trigger's result.
type decided struct {
	trigger string
	state   casefile.Case
	change  casefile.Change
	answer  []byte // nil at a deadline
	due     *clock.Deadline
	taking  store.Taking
}

// run returns what does not fit, or nil.
func (r *rerun) run() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the rules fail: %v", p)
		}
	}()
	if r.state, err = r.kind.Decode(nil); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for len(r.commands) > 0 || len(r.takings) > 0 {
		next, err := r.next()
		if err != nil {
			return err
		}
		if err := r.take(next); err != nil {
			return err
		}
	}
	if r.told != len(r.recorded) {
		return fmt.Errorf("event %d, %s, follows from nothing", r.told+1, r.recorded[r.told].Type)
	}
	return nil
}

// next decides what came next. A command goes before a deadline that is due later or at its own instant; one that reached the
// door only when the deadline of its instant had been taken (a payment's result on a test clock) is found by what was recorded.
func (r *rerun) next() (decided, error) {
	due, running := r.state.Next()
	taken := running && len(r.takings) > 0 && r.takings[0].Name == due.Name && r.takings[0].Due.Equal(micro(due).DueAt)
	var tries []func() (decided, error)
	if len(r.commands) > 0 {
		tries = append(tries, r.command)
	}
	if taken {
		tries = append(tries, func() (decided, error) { return r.deadlineTaken(due), nil })
		if len(tries) == 2 && r.commands[0].Command.At.After(due.DueAt) {
			slices.Reverse(tries)
		}
	}
	if len(tries) == 0 {
		return decided{}, fmt.Errorf("deadline %s of %s was taken, and by the rules it is %q that comes next", r.takings[0].Name,
			r.takings[0].Due.Format(stamp), due.Name)
	}
	var wrong error
	for _, try := range tries {
		d, err := try()
		if err == nil {
			err = r.fits(d)
		}
		if err == nil {
			return d, nil
		}
		if wrong == nil {
			wrong = err
		}
	}
	return decided{}, wrong
}

const stamp = "2006-01-02T15:04:05.000000Z07:00"

func (r *rerun) command() (decided, error) {
	c := r.commands[0]
	state, change, answer := r.state.Decide(c.Command, c.Facts)
	text, err := json.Marshal(answer)
	return decided{trigger: c.Command.Name, state: state, change: change, answer: text}, err
}

func (r *rerun) deadlineTaken(due clock.Deadline) decided {
	d := decided{trigger: due.Name, due: &due, taking: r.takings[0]}
	if d.taking.Moved {
		d.state, d.change = r.state.Move(due.Name, d.taking.Noticed)
	} else {
		d.state, d.change = r.state.Default(due, d.taking.Facts)
	}
	return d
}

// fits says what differs between what is decided now and what was recorded then.
func (r *rerun) fits(d decided) error {
	if d.answer != nil {
		if c := r.commands[0]; !bytes.Equal(compact(d.answer), compact(c.Answer)) {
			return fmt.Errorf("%s %s was answered %s, and the rules say %s", d.trigger, c.Command.ID, compact(c.Answer), compact(d.answer))
		}
	}
	for i, e := range d.change.Events {
		if r.told+i >= len(r.recorded) {
			return fmt.Errorf("%s: event %d, %s, is not recorded", d.trigger, e.Sequence, e.Type)
		}
		if err := same(r.recorded[r.told+i], e); err != nil {
			return fmt.Errorf("%s: event %d: %w", d.trigger, e.Sequence, err)
		}
	}
	return nil
}

// take goes on from what was decided.
func (r *rerun) take(d decided) error {
	from := r.state.Summary().Status
	text, err := json.Marshal(d.state)
	if err != nil {
		return fmt.Errorf("write the state after %s: %w", d.trigger, err)
	}
	if r.state, err = r.kind.Decode(text); err != nil { // only what its encoding keeps survives, as in the database
		return fmt.Errorf("read the state after %s: %w", d.trigger, err)
	}
	r.told += len(d.change.Events)
	r.transfers = append(r.transfers, d.change.Transfers...)
	r.sends = append(r.sends, d.change.Sends...)
	for _, tell := range d.change.Tells {
		r.sends = append(r.sends, casefile.Send{Case: tell.Case, Name: tell.Name, Data: tell.Data})
	}
	r.openings = append(r.openings, d.change.Openings...)
	if d.due != nil {
		r.takings = r.takings[1:]
		r.deadline(*d.due, d.taking)
	} else {
		r.commands = r.commands[1:]
	}
	r.drawn(d.trigger, from, r.state.Summary().Status)
	return nil
}

// same compares a recorded event with one that was decided again. Fields that were redacted since are passed over.
func same(was casefile.Record, is casefile.Event) error {
	at := micro(clock.Deadline{DueAt: is.At}).DueAt
	if was.Sequence != is.Sequence || was.Type != is.Type || was.By != is.By || !was.At.Equal(at) {
		return fmt.Errorf("recorded is %s by %s at %s, and the rules say %s by %s at %s", was.Type, was.By.Role, was.At.Format(stamp),
			is.Type, is.By.Role, at.Format(stamp))
	}
	data := maps.Clone(is.Data)
	maps.DeleteFunc(data, func(name string, _ any) bool { _, gone := was.Seals.Gone[name]; return gone })
	before, err := canonical(was.Data)
	if err != nil {
		return err
	}
	now, err := canonical(data)
	if err != nil {
		return err
	}
	if !bytes.Equal(before, now) {
		return errors.New("its data is not what the rules say") // and may be personal
	}
	return nil
}

func canonical(data map[string]any) ([]byte, error) {
	if len(data) == 0 {
		return nil, nil
	}
	return casefile.Canonical(data)
}

func compact(text []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, text) != nil {
		return text
	}
	return out.Bytes()
}
