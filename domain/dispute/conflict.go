package dispute

import (
	"slices"

	"recourse/domain/assignment"
	"recourse/domain/casefile"
)

// Why somebody is passed over besides a conflict.
const (
	hadTheCase = "had_the_case"  // in this case, and was set aside
	tookPart   = "earlier_round" // decided, signed or ruled in this case
	onThePanel = "on_the_panel"  // sits already
	notInPool  = "not_in_pool"   // became a reviewer after the decision that was appealed from
)

// Exclusion is somebody who was passed over when a case was given to somebody, and why.
type Exclusion struct {
	Reviewer string   `json:"reviewer"`
	Why      string   `json:"why"`
	Links    []string `json:"links,omitempty"` // how the reviewer is linked to a party: person, device, address, instrument
}

// conflict says why a candidate may not have the case: empty when nothing speaks against it.
func (t *turn) conflict(c casefile.Candidate) string { return t.matter().Conflict(c) }

// excluded are the candidates of a role who could not be given the case, in their order, with the first reason that spoke
// against each. More is what a draw or an appeal asks besides a conflict.
func (t *turn) excluded(role casefile.Role, more func(casefile.Candidate) string) []Exclusion {
	var out []Exclusion
	for _, c := range t.facts.Reviewers {
		why := t.conflict(c)
		if why == "" {
			why = more(c)
		}
		if c.Role != role || why == "" {
			continue
		}
		e := Exclusion{Reviewer: c.ID, Why: why}
		if why == assignment.LinkedToParty {
			e.Links = t.links(c)
		}
		out = append(out, e)
	}
	return out
}

// links are the kinds of the candidate's links to the parties. A party itself has none.
func (t *turn) links(c casefile.Candidate) []string {
	var kinds []string
	for _, party := range []string{t.Buyer, t.Seller} {
		for _, kind := range c.Kinds[party] {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds
}

// setAsideBefore excludes from a first look who had the case and lost it.
func (t *turn) setAsideBefore(c casefile.Candidate) string {
	if slices.Contains(t.Bench.Lapsed, c.ID) {
		return hadTheCase
	}
	return ""
}

// before excludes who has had a part in the case, and who sits on its panel already.
func (t *turn) before(c casefile.Candidate) string {
	switch {
	case t.Panel != nil && t.Panel.sits(c.ID):
		return onThePanel
	case t.involved(c.ID):
		return tookPart
	}
	return ""
}

// undrawn excludes from a draw who was before, and who was no reviewer yet when the draw was bound.
func (t *turn) undrawn(c casefile.Candidate) string {
	if why := t.before(c); why != "" || slices.Contains(t.Commitment.Pool, c.ID) {
		return why
	}
	return notInPool
}

// tellable splits exclusions into what everybody may know of them and what only those may know who work with cases. That a
// candidate has to do with a party is told; how is nobody's business but theirs, and a party that knew of a link of the other
// side would know something about another account. What happened in this case itself is known anyway, so it goes first.
func (t *turn) tellable(excluded []Exclusion) (told, kept []Exclusion) {
	for _, e := range excluded {
		why := e.Why
		switch why {
		case assignment.LinkedToParty, assignment.EarlierCase, assignment.Withheld:
			kept = append(kept, e)
			why = assignment.Withheld
			if slices.Contains(t.Bench.Barred, e.Reviewer) {
				why = assignment.SetAside
			}
		}
		told = append(told, Exclusion{Reviewer: e.Reviewer, Why: why})
	}
	return told, kept
}

// withExcluded adds to the data of an event who was passed over, if anybody was.
func withExcluded(data map[string]any, excluded []Exclusion) map[string]any {
	if len(excluded) > 0 {
		data["excluded"] = excluded
	}
	return data
}
