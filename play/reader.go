package play

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// reader collects everything that is wrong with one file while it is read, so that all of it is told at once.
type reader struct {
	file     string
	problems Problems
	reserves map[string]*yaml.Node // by party, until the currency is known
}

func (r *reader) problem(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Text: fmt.Sprintf(format, args...)})
}

// fields is a map of the file with the lines of its keys. A key that is asked for is known.
type fields struct {
	r      *reader
	what   string // what the map describes, for messages
	line   int
	keys   []string // in the order of the file
	values map[string]*yaml.Node
	lines  map[string]int
}

// fields reads a map whose keys are names of the format. Unknown and repeated keys are problems.
func (r *reader) fields(n *yaml.Node, what string, known ...string) (fields, bool) {
	f, ok := r.entries(n, what)
	if !ok {
		return f, false
	}
	for _, key := range f.keys {
		if !slices.Contains(known, key) {
			r.problem(f.lines[key], "%s: unknown key %q", what, key)
		}
	}
	return f, true
}

// entries reads a map whose keys are names of the story: any text. Repeated keys are problems.
func (r *reader) entries(n *yaml.Node, what string) (fields, bool) {
	n = follow(n)
	f := fields{r: r, what: what, line: n.Line, values: map[string]*yaml.Node{}, lines: map[string]int{}}
	if n.Kind != yaml.MappingNode {
		r.problem(n.Line, "%s: expected a map, got %s", what, nodeKind(n))
		return f, false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := follow(n.Content[i]), follow(n.Content[i+1])
		if key.Kind != yaml.ScalarNode || scalarKind(key) != scalarText {
			r.problem(key.Line, "%s: a key must be text, got %s", what, describe(key))
			continue
		}
		if _, again := f.values[key.Value]; again {
			r.problem(key.Line, "%s: key %q stands twice", what, key.Value)
			continue
		}
		f.keys = append(f.keys, key.Value)
		f.values[key.Value] = value
		f.lines[key.Value] = key.Line
	}
	return f, true
}

// follow goes from an alias to what it stands for.
func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// describe is a node in a message: what it is, and its text when that is short.
func describe(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && len(n.Value) > 0 && len(n.Value) <= 40 {
		return fmt.Sprintf("%s (%s)", nodeKind(n), n.Value)
	}
	return nodeKind(n)
}

func (f fields) has(key string) bool { _, ok := f.values[key]; return ok }

// lineOf is the line of a key, or that of the map when it does not stand there.
func (f fields) lineOf(key string) int {
	if line, ok := f.lines[key]; ok {
		return line
	}
	return f.line
}

// need reports each of the keys that is missing.
func (f fields) need(keys ...string) {
	for _, key := range keys {
		if !f.has(key) {
			f.r.problem(f.line, "%s: %q is missing", f.what, key)
		}
	}
}

// text is the text of a key, empty when it is not there or not text.
func (f fields) text(key string) string {
	n, ok := f.values[key]
	if !ok {
		return ""
	}
	s, _ := f.r.text(n, f.what+": "+key)
	return s
}

// text reads a scalar that must be text.
func (r *reader) text(n *yaml.Node, what string) (string, bool) {
	n = follow(n)
	if n.Kind == yaml.ScalarNode && scalarKind(n) == scalarText {
		if strings.TrimSpace(n.Value) == "" {
			r.problem(n.Line, "%s: must not be empty", what)
			return "", false
		}
		return n.Value, true
	}
	if n.Kind == yaml.ScalarNode && scalarKind(n) != scalarNull {
		r.problem(n.Line, "%s: expected text, got %s: put it in quotes", what, describe(n))
	} else {
		r.problem(n.Line, "%s: expected text, got %s", what, describe(n))
	}
	return "", false
}

// code reads a text that must be one of the codes.
func (r *reader) code(n *yaml.Node, what string, codes []string) (string, bool) {
	s, ok := r.text(n, what)
	if ok && !slices.Contains(codes, s) {
		r.problem(follow(n).Line, "%s: unknown value %q", what, s)
		return s, false
	}
	return s, ok
}

// whole reads a whole number that is not below the least.
func (r *reader) whole(n *yaml.Node, what string, least int64) (int64, bool) {
	n = follow(n)
	if n.Kind != yaml.ScalarNode || scalarKind(n) != scalarWhole {
		r.problem(n.Line, "%s: expected a whole number, got %s", what, describe(n))
		return 0, false
	}
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil || v < least {
		r.problem(n.Line, "%s: expected a whole number of at least %d, got %s", what, least, n.Value)
		return 0, false
	}
	return v, true
}

// flag reads true or false.
func (r *reader) flag(n *yaml.Node, what string) (bool, bool) {
	n = follow(n)
	if n.Kind != yaml.ScalarNode || scalarKind(n) != scalarBool {
		r.problem(n.Line, "%s: expected true or false, got %s", what, describe(n))
		return false, false
	}
	return strings.EqualFold(n.Value, "true"), true
}

// list reads a sequence.
func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	n = follow(n)
	if n.Kind != yaml.SequenceNode {
		r.problem(n.Line, "%s: expected a list, got %s", what, describe(n))
		return nil
	}
	items := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		items[i] = follow(item)
	}
	return items
}
