package play

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is the size of the largest case file that is read. Real ones have a few kilobytes.
const maxFile = 1 << 20

var (
	kebab      = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	countryOK  = regexp.MustCompile(`^[A-Z]{2}$`)
)

// Parse reads one case file. It returns everything that is wrong with it, not only the first; the story is usable only
// when nothing is.
func Parse(file string, content []byte) (Story, Problems) {
	r := &reader{file: file, reserves: map[string]*yaml.Node{}}
	story := Story{File: file, Dir: filepath.Dir(file)}
	if root := r.document(content); root != nil {
		r.story(root, &story)
	}
	return story, r.problems.sorted()
}

// document finds the one document of the file.
func (r *reader) document(content []byte) *yaml.Node {
	if len(content) > maxFile {
		r.problem(1, "the file is larger than %d bytes", maxFile)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var first, second yaml.Node
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		r.problem(1, "the file is empty")
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		r.problem(max(second.Line, 1), "a case file has one document, this is a second one")
	case !errors.Is(err, io.EOF):
		r.syntax(err)
	}
	if first.Kind != yaml.DocumentNode || len(first.Content) != 1 {
		r.problem(1, "the file is empty")
		return nil
	}
	return first.Content[0]
}

// syntax reports what the YAML library says, with its line.
func (r *reader) syntax(err error) {
	line := 1
	m := syntaxLine.FindStringSubmatch(err.Error())
	if m != nil && m[1] != "" {
		if n, convErr := strconv.Atoi(m[1]); convErr == nil {
			line = n
		}
	}
	r.problem(line, "not YAML: %s", syntaxLine.ReplaceAllString(err.Error(), ""))
}

func (r *reader) story(root *yaml.Node, s *Story) {
	f, ok := r.fields(root, "case file", "case", "title", "source", "policy", "parties", "order", "orders", "steps", "expect")
	if !ok {
		return
	}
	f.need("case", "title", "source", "steps", "expect")
	s.Name, s.Title, s.Source = f.text("case"), f.text("title"), f.text("source")
	r.caseName(f, s.Name)
	r.policy(f, s)
	r.parties(f, s)
	r.orders(f, s)
	b := &binding{r: r, story: s}
	b.steps(f)
	b.expect(f)
	b.parties()
}

// caseName checks that the name is in kebab case and that of the file, so that a result leads to its file.
func (r *reader) caseName(f fields, name string) {
	if name == "" {
		return
	}
	if !kebab.MatchString(name) {
		r.problem(f.lineOf("case"), "case: %q is not kebab-case", name)
		return
	}
	base := strings.TrimSuffix(filepath.Base(r.file), filepath.Ext(r.file))
	if base != name {
		r.problem(f.lineOf("case"), "case: %q is not the file's name (%s)", name, base)
	}
}
