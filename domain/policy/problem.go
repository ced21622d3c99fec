package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a policy. It never repeats a value that was written.
type Problem struct {
	Line    int    `json:"line,omitempty"` // in the document, from 1; 0 for an override, which has none
	Key     string `json:"key,omitempty"`  // dotted, such as dispute.seller_response; empty for the document as a whole
	Message string `json:"message"`
}

// String is the problem as one line for people.
func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Key != "" {
		b.WriteString(p.Key + " ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Invalid is the error of a policy that is not sound: every problem of it, in the order of the lines.
type Invalid struct {
	Problems []Problem
}

// Error lists all problems, one a line.
func (e *Invalid) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "policy is not valid: " + strings.Join(lines, "\n")
}

// sorted puts the problems in the order in which a reader of the document meets them.
func sorted(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return problems
}
