package casefile

import (
	"maps"
	"slices"
	"strings"
)

// Rule is one row of a case kind's table: in which states a command is accepted, and what it does there. Turn is the
// kind's working copy of a case.
type Rule[Turn any] struct {
	In    []string // nil: in every state that is not over
	Over  bool     // also when the case is over
	read  func(Command, Turn) (func() Answer, Answer)
	First func(Turn) Answer // what ranks before the state; nil: nothing
	Check func(Turn) Answer // what can be said without the data; nil: nothing
}

// On makes the row of a command whose data is of type Data. A Data with a method Valid is checked before the state is
// looked at, as PROCEDURE 13 orders it; one with a method Fits also against the terms of the case.
func On[Turn, Data any](do func(Turn, Data) Answer, in ...string) Rule[Turn] {
	return Rule[Turn]{In: in, read: func(c Command, t Turn) (func() Answer, Answer) {
		data, err := Read[Data](c)
		if err != nil {
			return nil, Invalid("", "The data of this command does not have the form that it needs.")
		}
		if v, ok := any(data).(interface{ Valid() Answer }); ok {
			if a := v.Valid(); !a.Accepted() {
				return nil, a
			}
		}
		if f, ok := any(data).(interface{ Fits(Turn) Answer }); ok {
			if a := f.Fits(t); !a.Accepted() {
				return nil, a
			}
		}
		return func() Answer { return do(t, data) }, Answer{}
	}}
}

// When adds what must hold besides the state, asked both when the command comes and when the API lists what can be done.
func (r Rule[Turn]) When(check func(Turn) Answer) Rule[Turn] {
	r.Check = check
	return r
}

// After adds what must hold before the state is looked at, for refusals that rank before wrong_stage (PROCEDURE 13).
func (r Rule[Turn]) After(first func(Turn) Answer) Rule[Turn] {
	r.First = first
	return r
}

// EvenOver accepts the command also when the case is over.
func (r Rule[Turn]) EvenOver() Rule[Turn] {
	r.Over = true
	return r
}

// Table is the rules of a kind of case by the names of their commands.
type Table[Turn any] map[string]Rule[Turn]

// Commands are the names of all commands that the kind knows, the parties' and the system's, sorted.
func (t Table[Turn]) Commands() []string { return slices.Sorted(maps.Keys(t)) }

// Situation is what a rule looks at before it does anything.
type Situation struct {
	State    string
	Over     bool
	Revision int64
}

// Open says whether the command could be carried out now, apart from its data: the same answer for the command itself
// and for the list of actions.
func (r Rule[Turn]) Open(s Situation, turn Turn) Answer {
	if s.Over && !r.Over {
		return Refuse(CaseClosed, "This case is closed.")
	}
	if r.First != nil {
		if a := r.First(turn); !a.Accepted() {
			return a
		}
	}
	if r.In != nil && !slices.Contains(r.In, s.State) {
		return Refuse(WrongStage, "This cannot be done while the case is in its present state.")
	}
	if r.Check != nil {
		return r.Check(turn)
	}
	return Answer{}
}

// Apply judges a command in the order of PROCEDURE 13 and carries it out.
func (r Rule[Turn]) Apply(c Command, s Situation, turn Turn) Answer {
	do, invalid := r.read(c, turn)
	if !invalid.Accepted() {
		return invalid
	}
	open := r.Open(s, turn)
	if open.Refused == CaseClosed {
		return open
	}
	if c.IfRevision != nil && *c.IfRevision != s.Revision {
		return Answer{Refused: StaleRevision, Detail: "The case has changed since you looked at it.",
			Result: map[string]any{"revision": s.Revision}}
	}
	if !open.Accepted() {
		return open
	}
	return do()
}

// Derive is the identifier of what a command brings into the world: the command's own, with another prefix.
func Derive(prefix, command string) string {
	return prefix + "_" + strings.TrimPrefix(command, "cmd_")
}
