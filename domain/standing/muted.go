package standing

import (
	"slices"
	"time"
)

// Function is something that an account does on the marketplace and that a measure may take from it.
type Function string

// The functions of PROCEDURE 8.
const (
	List            Function = "list"
	Sell            Function = "sell"
	MessageFunction Function = "message"
	DisputeFunction Function = "dispute"
	ReviewFunction  Function = "review"
	ReportFunction  Function = "report"
	WithdrawFunds   Function = "withdraw_funds"
)

// Functions are all of them.
var Functions = []Function{List, Sell, MessageFunction, DisputeFunction, ReviewFunction, ReportFunction, WithdrawFunds}

// ladder is what the rungs take away by themselves. A suspension stops what is new. It takes nobody's word in a case and
// nobody's money: that needs a measure of its own, with its own cause.
var ladder = map[State][]Function{
	Restricted: {List},
	Suspended:  {List, Sell, ReviewFunction, ReportFunction},
	Removed:    {List, Sell, ReviewFunction, ReportFunction},
}

// Mute is a function that an account may not use at an instant, and why.
type Mute struct {
	Function Function  `json:"function"`
	Until    time.Time `json:"until,omitzero"`     // zero: nobody has said until when
	Measures []string  `json:"measures,omitempty"` // by measures, oldest first
	State    State     `json:"state,omitempty"`    // by the ladder
}

// Muted returns the functions that are taken from the account at an instant, in the order of Functions. A measure with the
// scope of the account takes all of them. Where measures overlap, the last end counts.
func (s Standing) Muted(at time.Time) []Mute {
	var all []Mute
	for _, f := range Functions {
		if m, muted := s.MutedFor(f, at); muted {
			all = append(all, m)
		}
	}
	return all
}

// MutedFor says whether one function is taken from the account at an instant.
func (s Standing) MutedFor(f Function, at time.Time) (Mute, bool) {
	m := Mute{Function: f}
	open := false
	for _, measure := range s.Measures {
		if !measure.ActiveAt(at) || measure.Scope != ScopeAccount && measure.Scope != Scope(f) {
			continue
		}
		m.Measures = append(m.Measures, measure.ID)
		open = open || measure.End.IsZero()
		if measure.End.After(m.Until) {
			m.Until = measure.End
		}
	}
	if state := s.StateAt(at); s.Account != "" && slices.Contains(ladder[state], f) {
		m.State = state
	}
	if open || m.State != "" {
		m.Until = time.Time{}
	}
	return m, len(m.Measures) > 0 || m.State != ""
}

// RemovedListings are the listings that measures have taken down at an instant, each once, in the order of their measures.
func (s Standing) RemovedListings(at time.Time) []string {
	var all []string
	for _, m := range s.Measures {
		if m.Scope == ScopeListing && m.ActiveAt(at) && !slices.Contains(all, m.Listing) {
			all = append(all, m.Listing)
		}
	}
	return all
}
