package contract

import (
	"time"

	"recourse/domain/casefile"
)

// CaseInput is what a run begins with: which case, and nothing of its state, which is in the case's row. One that continues
// another knows how far that one has seen the row go.
type CaseInput struct {
	Case     string `json:"case"`
	Kind     string `json:"kind"`
	Applied  int64  `json:"applied,omitempty"`
	Revision int64  `json:"revision,omitempty"`
}

// Delivery is the argument of every update: the case and the sequence of the command that is stored at its door. No
// history holds what a party wrote.
type Delivery struct {
	Case     string `json:"case"`
	Sequence int64  `json:"sequence"`
}

// StepInput asks to bring a case up to date.
type StepInput struct {
	Case     string `json:"case"`
	Applied  int64  `json:"applied,omitempty"` // what the run has seen; a row that is behind it is left as it is
	Revision int64  `json:"revision,omitempty"`

	Shown Summary `json:"shown,omitzero"` // what the run knows of the case: the outcome need not say it again
}

// StepOutcome is what the shell must know after a step. It holds no personal data and no rule.
type StepOutcome struct {
	Applied  int64             `json:"applied"`            // every command up to this sequence has its answer
	Revision int64             `json:"revision,omitempty"` // counts accepted commands and defaults; never falls
	NextDue  time.Time         `json:"next_due,omitzero"`  // zero: no timer (nothing is due, or the case is on a test clock)
	Now      time.Time         `json:"now,omitzero"`       // the database's clock, from which the timer is measured
	Deadline string            `json:"deadline,omitempty"` // name of the deadline that is due next
	Shows    time.Time         `json:"shows,omitzero"`     // when what is shown is due, where that is not NextDue: to be read, not waited for
	Awaits   string            `json:"awaits,omitempty"`   // the deadline that is shown, where a reminder of it comes first
	Todo     []casefile.Effect `json:"todo,omitempty"`     // effects that are asked for and not reported back
	Closed   bool              `json:"closed,omitempty"`
	Summary  Summary           `json:"summary,omitzero"` // less what the run knows (Summary.Since)
}

// Summary is what operators see of a case: identifiers and codes.
type Summary struct {
	Stage  string `json:"stage,omitempty"`
	Status string `json:"status,omitempty"`
	Reason string `json:"reason,omitempty"`
	Order  string `json:"order,omitempty"`
	Seller string `json:"seller,omitempty"`
	Move   string `json:"move,omitempty"`   // whose move it is
	Amount int64  `json:"amount,omitempty"` // what it is about, in minor units, to filter by
	Value  string `json:"value,omitempty"`  // the same for people ("45.50 EUR"); workflow code does not format money
}

// Summarize takes from a case's summary what may be seen outside the database.
func Summarize(s casefile.Summary) Summary {
	out := Summary{
		Stage:  s.Stage,
		Status: s.Status,
		Reason: s.Reason,
		Order:  s.Order,
		Seller: s.Seller,
		Move:   string(s.Move),
		Amount: int64(s.Amount.Minor),
	}
	if s.Amount.Minor != 0 {
		out.Value = s.Amount.String()
	}
	return out
}

// Since is the summary for somebody who has seen an earlier one: what it is about is left out while it is the same. Each
// step's outcome stays in the history for ever, and most of it would be this.
func (s Summary) Since(seen Summary) Summary {
	now := Summary{Stage: s.Stage, Status: s.Status, Move: s.Move}
	if s.Order == "" || now.After(seen) != s {
		return s
	}
	return now
}

// After is the whole summary again, for whoever has seen the earlier one. A whole one names its order.
func (s Summary) After(seen Summary) Summary {
	if s.Order != "" {
		return s
	}
	seen.Stage, seen.Status, seen.Move = s.Stage, s.Status, s.Move
	return seen
}

// TransferInput names one effect: the movement of money or the scan of a file that the event with the sequence Step asked
// for.
type TransferInput struct {
	Case string `json:"case"`
	Step int64  `json:"step"`
}
