// Package assignment says who may be given a case that a person decides, and who is given it: the conflict rules of
// PROCEDURE 6.3, which disputes and malicious reports share.
package assignment

import (
	"slices"
	"time"

	"recourse/domain/casefile"
)

// The conflicts, as answers name them.
const (
	LinkedToParty = "linked_to_party"
	SetAside      = "objection_upheld"
	EarlierCase   = "earlier_case"
	Withheld      = "conflict" // a link or an earlier case, where it is not told which
)

// Matter is a case as its assignment must know it.
type Matter struct {
	Case    string
	Parties []string
	Barred  []string      // who may never have it: an objection was upheld, or an earlier round was theirs
	Lapsed  []string      // who had it and lost it, and gets it back only when nobody else may
	Window  time.Duration // how long an earlier case with a party keeps somebody away
	At      time.Time
}

// Conflict says why a candidate may not have the case: empty when nothing speaks against it.
func (m Matter) Conflict(c casefile.Candidate) string {
	linked := func(party string) bool { return c.ID == party || slices.Contains(c.Linked, party) }
	switch {
	case slices.ContainsFunc(m.Parties, linked):
		return LinkedToParty
	case slices.Contains(m.Barred, c.ID):
		return SetAside
	case c.Excluded:
		return Withheld
	case m.recent(c) > 0:
		return EarlierCase
	}
	return ""
}

// recent counts the candidate's earlier cases with a party that are not long enough ago: a case with both parties, and one
// that was assigned and decided, is one case.
func (m Matter) recent(c casefile.Candidate) int {
	cases := map[string]bool{}
	for _, d := range c.Duties {
		if d.Case != m.Case && slices.Contains(m.Parties, d.Party) && m.At.Sub(d.At) < m.Window {
			cases[d.Case] = true
		}
	}
	return len(cases)
}

// First is the first of the candidates, in their order, without a conflict, of those that are asked for. If nobody is free, only
// the rule about earlier cases is waived, for whoever had the fewest. Found is false when even so nobody may have the case.
func (m Matter) First(candidates []casefile.Candidate, of func(casefile.Candidate) bool) (id string, waived, found bool) {
	fewest := 0
	for _, c := range candidates {
		if !of(c) {
			continue
		}
		switch m.Conflict(c) {
		case "":
			return c.ID, false, true
		case EarlierCase:
			if n := m.recent(c); !found || n < fewest {
				id, waived, found, fewest = c.ID, true, true, n
			}
		}
	}
	return id, waived, found
}

// Reviewer is the first reviewer who may have the case. Who had it before gets it again when nobody else may.
func (m Matter) Reviewer(candidates []casefile.Candidate) (id string, waived, found bool) {
	reviewer := func(c casefile.Candidate) bool { return c.Role == casefile.Reviewer }
	id, waived, found = m.First(candidates, func(c casefile.Candidate) bool { return reviewer(c) && !slices.Contains(m.Lapsed, c.ID) })
	if !found {
		id, waived, found = m.First(candidates, reviewer)
	}
	return id, waived, found
}

// Named finds a candidate.
func Named(candidates []casefile.Candidate, id string) (casefile.Candidate, bool) {
	i := slices.IndexFunc(candidates, func(c casefile.Candidate) bool { return c.ID == id })
	if i < 0 {
		return casefile.Candidate{}, false
	}
	return candidates[i], true
}
