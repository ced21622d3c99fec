package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// MaxDocument is the largest document that is read, in bytes.
const MaxDocument = 64 << 10

// Parse reads a whole policy document: every key of the structs, each exactly once, nothing else. Every problem of the
// document is reported in one *Invalid. The policy that is returned carries its version.
func Parse(document []byte) (Policy, error) {
	root, problem := decode(document)
	if problem != nil {
		return Policy{}, &Invalid{Problems: []Problem{*problem}}
	}
	p, r := read(root)
	r.checkOrder(p)
	return r.finish(p)
}

// decode turns the text into one tree, or says why it is not a policy's.
func decode(document []byte) (*yaml.Node, *Problem) {
	if len(document) > MaxDocument {
		return nil, &Problem{Line: 1, Message: fmt.Sprintf("the document is larger than %d bytes", MaxDocument)}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(document))
	var root, more yaml.Node
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, &Problem{Line: 1, Message: "the document is empty"}
	case err != nil:
		return nil, notYAML(err)
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		return nil, &Problem{Line: more.Line, Message: "a second document begins here; a policy is one"}
	case !errors.Is(err, io.EOF):
		return nil, notYAML(err)
	}
	return root.Content[0], nil
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// notYAML takes apart an error of the YAML reader, which gives the line as text only: the one where what it could not
// finish begins.
func notYAML(err error) *Problem {
	p := &Problem{Line: 1, Message: "the document is not YAML"}
	if found := yamlError.FindStringSubmatch(err.Error()); found != nil {
		p.Message += ": " + found[2]
		if line, err := strconv.Atoi(found[1]); err == nil {
			p.Line = line
		}
	}
	return p
}

// read fills a policy from a tree and keeps what is wrong with it.
func read(root *yaml.Node) (Policy, *reader) {
	var p Policy
	r := &reader{lines: map[string]int{}, bad: map[string]bool{}}
	r.section("", root, &p)
	return p, r
}

// finish returns the policy with its version, or the problems that were found.
func (r *reader) finish(p Policy) (Policy, error) {
	if len(r.problems) > 0 {
		return Policy{}, &Invalid{Problems: sorted(r.problems)}
	}
	version, err := p.hash()
	if err != nil {
		return Policy{}, fmt.Errorf("name the policy by its content: %w", err)
	}
	p.Version = version
	return p, nil
}
