package play

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a case file.
type Problem struct {
	File string
	Line int
	Text string
}

// String is the problem as it is printed: file, line, sentence.
func (p Problem) String() string { return fmt.Sprintf("%s:%d %s", p.File, p.Line, p.Text) }

// Problems is everything that is wrong with the files that were given, in the order of files and lines.
type Problems []Problem

// Error lists all of them, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// sorted puts the problems of one file in the order of its lines. Two of the same line keep the order of being found.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(ps)
}
