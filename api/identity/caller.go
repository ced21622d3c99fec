// Package identity says who is calling. A caller shows a JWT of the marketplace's issuer; nothing in it is believed before
// its signature, its issuer, its audience, its type and its times are checked.
package identity

import (
	"slices"

	"recourse/domain/casefile"
)

// Caller is who sends a request: an account, and what it is to the marketplace. What it is to a case is a question of its
// own, which the case answers.
type Caller struct {
	ID    string        // `sub`: the account; for carriers, operators and the platform the name that the issuer gave them
	Role  casefile.Role // `role`
	Token string        // `sub` of the token when it acts for somebody else, in a sandbox; empty otherwise
}

// Actor is the caller as a case knows it.
func (c Caller) Actor() casefile.Actor { return casefile.Actor{ID: c.ID, Role: c.Role} }

// roles are those that a token may say. Timers act as the system, and nobody else does.
var roles = []casefile.Role{casefile.Buyer, casefile.Seller, casefile.Reviewer, casefile.Supervisor, casefile.Operator,
	casefile.Platform, casefile.Carrier, casefile.Auditor}

// KnownRole says whether a token may carry the role.
func KnownRole(r casefile.Role) bool { return slices.Contains(roles, r) }

// maxSubject bounds the length of an account's name in a token.
const maxSubject = 100
