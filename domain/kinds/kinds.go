// Package kinds is the list of the kinds of case.
package kinds

import (
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/domain/standing"
)

// All are the kinds of case that there are: what a store must know to step any of them.
func All() []casefile.Kind { return []casefile.Kind{protection.Kind, dispute.Kind, standing.Kind} }
