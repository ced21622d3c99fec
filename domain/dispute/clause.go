package dispute

import (
	"slices"
	"strings"

	"recourse/domain/policy"
)

// clauses are the sections of PROCEDURE that a finding can rest on, and races the rules of its section 12.
var (
	clauses = strings.Fields("1 2 3 4 5 6 6.1 6.2 6.3 6.4 6.5 6.6 7 8 9 10 11 12 13")
	races   = strings.Fields("R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12 R13 R14 R15")
)

// IsRule says whether a finding can rest on what is named: a key of the policy (dispute.hearing), a section of the procedure
// (6.3, PROCEDURE 6.3), or a race of its section 12 (PROCEDURE 12 R8).
func IsRule(name string) bool {
	clause := strings.TrimPrefix(name, "PROCEDURE ")
	if race, found := strings.CutPrefix(clause, "12 "); found {
		return slices.Contains(races, race)
	}
	return slices.Contains(clauses, clause) || policy.Known(name)
}

// Rules are all names that a finding can rest on: the sections of PROCEDURE, its races, and the keys of the policy.
func Rules() []string {
	var all []string
	for _, clause := range clauses {
		all = append(all, "PROCEDURE "+clause)
	}
	for _, race := range races {
		all = append(all, "PROCEDURE 12 "+race)
	}
	return append(all, policy.Keys()...)
}
