// Package rerun decides a case again from its first command, by the rules and with the facts that were kept, and holds the
// result against what was recorded: every event, every answer, and the state at the end. The rules are pure, so whatever
// differs was changed since, or was never decided.
//
// Of a case that was redacted for somebody, everything is decided again that the rules read. Where a value is hidden that they
// only look at and do not weigh, a stand-in takes its place.
package rerun

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/ledger"
)

// Command is a command that was carried out, with its answer and the facts that the rules were given.
type Command struct {
	casefile.Command
	Answer json.RawMessage
	Facts  casefile.Facts
	Hidden []string // fields of its data that are not shown
}

// Taking is a deadline that came: when it was due, when that was noticed, and whether it was moved instead (PROCEDURE 12, R3).
type Taking struct {
	Name    string
	Due     time.Time
	Noticed time.Time
	Moved   bool
	Facts   casefile.Facts
}

// Run is one case to be decided again. Commands are those that were applied, in their sequence; Takings in the order in which
// they were taken; Recorded is the whole log.
type Run struct {
	Kind     casefile.Kind
	Case     string
	Commands []Command
	Takings  []Taking
	Recorded []casefile.Record

	// Drawn hears of each step from one status to another, and Deadline of each deadline that was taken. Either may be nil.
	Drawn    func(trigger, from, to string)
	Deadline func(due clock.Deadline, t Taking)
	// StandIns are data that could stand where fields are hidden, in this command or in an earlier one that it refers to; the
	// first that leads to what was recorded is taken. Nil: nothing is hidden.
	StandIns func(state casefile.Case, c Command) []json.RawMessage

	// What came of it.
	State     casefile.Case
	Transfers []ledger.Transfer
	Sends     []casefile.Send
	Tells     []casefile.Tell
	Openings  []casefile.Opening
	Decided   int // commands and deadlines that were decided again
	StoodIn   int // of them, those with a stand-in
	Passed    int // refused commands that are hidden, and changed nothing

	told  int  // events that were decided again
	blind bool // a stand-in was used: what is made from hidden texts differs
}

// Difference is the first thing that does not follow from the rules.
type Difference struct {
	Case string
	What string
}

// Error says where and what.
func (d *Difference) Error() string { return d.Case + ": " + d.What }

// Do decides the case again. It returns a *Difference, or nil.
func (r *Run) Do() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Difference{r.Case, fmt.Sprintf("the rules fail: %v", p)}
		}
	}()
	if err := r.run(); err != nil {
		return &Difference{r.Case, err.Error()}
	}
	return nil
}

func (r *Run) run() (err error) {
	if r.State, err = r.Kind.Decode(nil); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for len(r.Commands) > 0 || len(r.Takings) > 0 {
		if r.pass() {
			continue
		}
		next, err := r.next()
		if err != nil {
			return err
		}
		if err := r.take(next); err != nil {
			return err
		}
	}
	if r.told != len(r.Recorded) {
		return fmt.Errorf("event %d, %s, follows from nothing", r.told+1, r.Recorded[r.told].Type)
	}
	return nil
}

// pass leaves out a refused command whose data is hidden. It can have changed nothing, else its data would be shown; if it has,
// what comes next does not fit.
func (r *Run) pass() bool {
	if len(r.Commands) == 0 || len(r.Commands[0].Hidden) == 0 {
		return false
	}
	var answer casefile.Answer
	if json.Unmarshal(r.Commands[0].Answer, &answer) != nil || answer.Accepted() {
		return false
	}
	r.Commands = r.Commands[1:]
	r.Passed++
	return true
}

// decided is one trigger's result.
type decided struct {
	trigger string
	state   casefile.Case
	change  casefile.Change
	answer  []byte // nil at a deadline
	due     *clock.Deadline
	taking  Taking
	stoodIn bool
}

// next decides what came next. A command goes before a deadline that is due later or at its own instant; one that reached the
// door only when the deadline of its instant had been taken (a payment's result on a test clock) is found by what was recorded.
func (r *Run) next() (decided, error) {
	due, running := r.State.Next()
	taken := running && len(r.Takings) > 0 && r.Takings[0].Name == due.Name && r.Takings[0].Due.Equal(micro(due.DueAt))
	var tries []func() (decided, error)
	if len(r.Commands) > 0 {
		tries = r.command()
	}
	if taken {
		take := func() (decided, error) { return r.deadlineTaken(due), nil }
		if len(tries) > 0 && r.Commands[0].Command.At.After(due.DueAt) {
			tries = slices.Insert(tries, 0, take)
		} else {
			tries = append(tries, take)
		}
	}
	var wrong error
	if !taken && len(r.Takings) > 0 && (len(tries) == 0 || r.Takings[0].Due.Before(r.Commands[0].At)) {
		wrong = fmt.Errorf("deadline %s of %s was taken, and by the rules it is %q that comes next", r.Takings[0].Name,
			r.Takings[0].Due.Format(stamp), due.Name)
	}
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

// command is the ways to decide the next command: one, or one for each stand-in.
func (r *Run) command() []func() (decided, error) {
	c := r.Commands[0]
	hidden := len(c.Hidden) > 0
	var tries []func() (decided, error)
	try := func(data json.RawMessage) {
		command := c.Command
		command.Data = data
		tries = append(tries, func() (decided, error) { return r.decide(command, c.Facts, hidden) })
	}
	if !hidden {
		try(c.Data)
	}
	if r.StandIns != nil && (hidden || r.blind) {
		for _, data := range r.StandIns(r.State, c) {
			try(data)
		}
	}
	if len(tries) == 0 {
		tries = append(tries, func() (decided, error) { return decided{}, fmt.Errorf("%s %s: its data is hidden", c.Name, c.ID) })
	}
	return tries
}

func (r *Run) decide(c casefile.Command, facts casefile.Facts, stoodIn bool) (decided, error) {
	state, change, answer := r.State.Decide(c, facts)
	text, err := json.Marshal(answer)
	return decided{trigger: c.Name, state: state, change: change, answer: text, stoodIn: stoodIn}, err
}

func (r *Run) deadlineTaken(due clock.Deadline) decided {
	d := decided{trigger: due.Name, due: &due, taking: r.Takings[0]}
	if d.taking.Moved {
		d.state, d.change = r.State.Move(due.Name, d.taking.Noticed)
	} else {
		d.state, d.change = r.State.Default(due, d.taking.Facts)
	}
	return d
}

// take goes on from what was decided.
func (r *Run) take(d decided) error {
	from := r.State.Summary().Status
	text, err := json.Marshal(d.state)
	if err != nil {
		return fmt.Errorf("write the state after %s: %w", d.trigger, err)
	}
	if r.State, err = r.Kind.Decode(text); err != nil { // only what its encoding keeps survives, as in the database
		return fmt.Errorf("read the state after %s: %w", d.trigger, err)
	}
	r.told += len(d.change.Events)
	r.Transfers = append(r.Transfers, d.change.Transfers...)
	r.Sends = append(r.Sends, d.change.Sends...)
	r.Tells = append(r.Tells, d.change.Tells...)
	r.Openings = append(r.Openings, d.change.Openings...)
	r.Decided++
	if d.stoodIn {
		r.StoodIn++
		r.blind = true
	}
	switch {
	case d.due == nil:
		r.Commands = r.Commands[1:]
	default:
		r.Takings = r.Takings[1:]
		if r.Deadline != nil {
			r.Deadline(*d.due, d.taking)
		}
	}
	if r.Drawn != nil {
		r.Drawn(d.trigger, from, r.State.Summary().Status)
	}
	return nil
}

// SameState says whether two states of a case are the same as far as their encoding keeps them.
func SameState(a, b casefile.Case) (bool, error) {
	is, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("write the state: %w", err)
	}
	was, err := json.Marshal(b)
	return err == nil && string(is) == string(was), err
}

// ErrLedger is the error of transfers that differ.
var ErrLedger = errors.New("the ledger is not what the rules say")

const stamp = "2006-01-02T15:04:05.000000Z07:00"

// micro cuts an instant to what the database keeps.
func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
