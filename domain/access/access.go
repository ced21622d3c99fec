// Package access holds the one table of who may do what: action × role × relation. The API and the console ask it before
// a command is stored; the rules of a case are asked afterwards and know more (PROCEDURE 6, CASEFILES "Verbs").
//
// The table answers only what no waiting command can change. Whether a reviewer holds a case is such a thing, since an
// assignment may be waiting at the door: a reviewer's commands are let through, and the case answers not_allowed,
// assignment_lapsed or conflict_of_interest. What a reviewer may read, and a message, which no rule looks at, depend on the
// bench as it is known now.
//
// What a caller may not know exists is not found: a buyer or a seller who asks about a case of others is told what one who
// asks about nothing is told. Everybody else works with cases, so a refusal says that it is one.
package access

import (
	"slices"

	"recourse/domain/casefile"
)

// Relation is what a caller is to the thing that an action is about.
type Relation string

// The relations.
const (
	// Own is the buyer's or the seller's own case, an account that is the caller, a command that the caller sent.
	Own Relation = "own"
	// Bench is a case that a reviewer or a supervisor has, had, or sits on the panel of.
	Bench Relation = "bench"
	// Other is all else.
	Other Relation = "other"
)

// Relations lists all of them.
var Relations = []Relation{Own, Bench, Other}

// Roles lists all roles.
var Roles = []casefile.Role{casefile.Buyer, casefile.Seller, casefile.Reviewer, casefile.Supervisor, casefile.Operator,
	casefile.Platform, casefile.Carrier, casefile.Auditor, casefile.System}

// To returns what the caller is to a case of this buyer and this seller. A party has its own case only on the side of its
// role: a buyer who is the seller of the order is a stranger to it. Bench are the reviewers and supervisors who have, had
// or judge a dispute of it.
func To(by casefile.Actor, buyer, seller string, bench []string) Relation {
	switch {
	case by.ID == "":
		return Other
	case by.Role == casefile.Buyer && by.ID == buyer, by.Role == casefile.Seller && by.ID == seller:
		return Own
	case (by.Role == casefile.Reviewer || by.Role == casefile.Supervisor) && slices.Contains(bench, by.ID):
		return Bench
	}
	return Other
}

// ToOwner returns what the caller is to an account, or to a command that the owner sent.
func ToOwner(by casefile.Actor, owner string) Relation {
	if by.ID != "" && by.ID == owner {
		return Own
	}
	return Other
}

// Allowed says whether the action may be asked for. An action that is not in the table is nobody's.
func Allowed(action string, by casefile.Role, to Relation) bool {
	return table[action].allows(by, to)
}

// Visible says whether the caller may know that the thing exists which the action is about: when there is something about
// it that the caller may do. An action about nothing in particular has nothing to hide.
func Visible(action string, by casefile.Role, to Relation) bool {
	about := table[action].about
	if about == nothing {
		return true
	}
	for _, r := range table {
		if r.about == about && r.allows(by, to) {
			return true
		}
	}
	return false
}

// Refusal returns the code with which the action is refused before it is stored: not_found where the caller may not know,
// not_allowed elsewhere, and the empty code where it may be asked for.
func Refusal(action string, by casefile.Role, to Relation) casefile.Code {
	switch {
	case Allowed(action, by, to):
		return ""
	case Visible(action, by, to):
		return casefile.NotAllowed
	}
	return casefile.NotFound
}

// Actions returns the names of all actions, sorted.
func Actions() []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
