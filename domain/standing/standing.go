package standing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"recourse/domain/casefile"
	"recourse/domain/clock"
	"recourse/domain/policy"
)

// State is how an account stands: the rungs of the ladder of PROCEDURE 8.
type State string

// The states of PROCEDURE 8. Limited: no promotions. Restricted: no new listings either.
const (
	Good       State = "good"
	Warned     State = "warned"
	Limited    State = "limited"
	Restricted State = "restricted"
	Suspended  State = "suspended"
	Removed    State = "removed"
)

// States are all of them, from the top of the ladder down.
var States = []State{Good, Warned, Limited, Restricted, Suspended, Removed}

// Standing is the state of an account's standing. Points and State are as they were last recorded; Balance and StateAt say
// what holds at an instant.
type Standing struct {
	casefile.Header
	Account  string               `json:"account"`
	Terms    policy.StandingTerms `json:"terms"`
	OpenedAt time.Time            `json:"opened_at"`

	Points   int       `json:"points"`
	State    State     `json:"state"`
	Entries  []Entry   `json:"entries,omitempty"`
	Measures []Measure `json:"measures,omitempty"`
	Contests []Contest `json:"contests,omitempty"`
	Excuses  []Excused `json:"excuses,omitempty"`
	Review   *Review   `json:"review,omitempty"` // of a suspension
	Clocks   clock.Set `json:"clocks"`           // what somebody is waited for; dates stand with what ends on them
}

// CaseID is the identifier of the one case that an account's standing is.
func CaseID(account string) string { return "std_" + strings.TrimPrefix(account, "acc_") }

// AccountOf is the account whose standing a case is.
func AccountOf(caseID string) string { return "acc_" + strings.TrimPrefix(caseID, "std_") }

// Kind is how the recording transaction finds standings. Its rules need no facts.
var Kind = casefile.Kind{Name: casefile.KindStanding, Decode: decode, Needs: func(string) casefile.Need { return 0 }}

func decode(state []byte) (casefile.Case, error) {
	var s Standing
	if len(state) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("decode standing: %w", err)
	}
	return s, nil
}

// clone returns a copy that shares nothing that a turn changes.
func (s Standing) clone() *Standing {
	s.Entries = slices.Clone(s.Entries)
	s.Measures = slices.Clone(s.Measures)
	s.Contests = slices.Clone(s.Contests)
	s.Excuses = slices.Clone(s.Excuses)
	s.Clocks = s.Clocks.Clone()
	if s.Review != nil {
		r := *s.Review
		r.Entries = slices.Clone(r.Entries)
		s.Review = &r
	}
	return &s
}

// Head is the header of the state.
func (s Standing) Head() casefile.Header { return s.Header }

// Effects are none: nothing outside the database is asked for.
func (s Standing) Effects() []casefile.Effect { return nil }

// Closed says that nothing is active: no entry, no measure, nobody to be waited for. The next entry or measure begins it
// again. An account may be removed and its standing closed.
func (s Standing) Closed() bool {
	_, due := s.Next()
	return s.Account != "" && !due && !slices.ContainsFunc(s.Measures, Measure.open)
}

// Summary is what lists and operators see.
func (s Standing) Summary() casefile.Summary {
	sum := casefile.Summary{Kind: casefile.KindStanding, Stage: string(s.State), Status: string(s.State), OpenedAt: s.OpenedAt, Closed: s.Closed()}
	if s.Review.waits() || slices.ContainsFunc(s.Contests, Contest.waits) {
		sum.Move = casefile.Supervisor
	}
	return sum
}

// Next is the deadline that is due first. Of two at one instant, those who are waited for come before dates.
func (s Standing) Next() (clock.Deadline, bool) {
	next, found := s.Clocks.Next()
	for _, d := range s.dates() {
		if !found || d.DueAt.Before(next.DueAt) {
			next, found = d, true
		}
	}
	return next, found
}

// Deadlines are all that is set: what somebody is waited for, the expiry of entries and the end of measures.
func (s Standing) Deadlines() []clock.Deadline { return slices.Concat(s.Clocks.Deadlines, s.dates()) }

// dates are what ends on a day that was told when it began. They stand still for nobody, and they are no longer in force
// from their instant on, however late that is recorded: so they are never moved either, like a reminder.
func (s Standing) dates() []clock.Deadline {
	var all []clock.Deadline
	for _, e := range s.Entries {
		if e.Status != Voided && !e.Expired {
			all = append(all, clock.Deadline{Name: dueExpiry + "/" + e.ID, DueAt: e.Expires, Base: "standing.entered", Since: e.Effective,
				Policy: "standing.expiry", Length: e.Expires.Sub(e.Effective), Reminder: true})
		}
	}
	for _, m := range s.Measures {
		if m.open() && !m.End.IsZero() {
			all = append(all, clock.Deadline{Name: dueMeasure + "/" + m.ID, DueAt: m.End, Base: "measure.started", Since: m.Start,
				Policy: m.Policy, Length: m.End.Sub(m.Start), Reminder: true})
		}
	}
	return all
}
