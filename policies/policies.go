// Package policies carries the policy that Recourse is delivered with.
package policies

import (
	_ "embed"
	"fmt"

	"recourse/domain/policy"
)

// DefaultYAML is the text of the default policy, with its comments.
//
//go:embed default.yaml
var DefaultYAML []byte

// Default returns the default policy. Each call returns a copy of its own. The text is part of the program and its test
// reads it, so a text that is not sound is a broken build and panics.
func Default() policy.Policy {
	p, err := policy.Parse(DefaultYAML)
	if err != nil {
		panic(fmt.Sprintf("default policy: %v", err))
	}
	return p
}
