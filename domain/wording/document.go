package wording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// document is one file of the data, with the line of everything in it. docs/wording.md describes the form.
type document struct {
	language   string // empty in the file that all languages share
	countries  []text
	variants   []text
	numbers    []numberWord
	currencies []named
	labels     []text
	contact    []text
	plus       []text
	sets       []named
	guards     []named
	fragments  []fragment
	promises   []fragment
	allowed    []text
	payment    []text
	messenger  []text
	ordinary   []text
}

// text is one value and where it stands.
type text struct {
	value string
	line  int
}

type named struct {
	name  text
	items []text
}

type numberWord struct {
	word    text
	value   int32
	repeats bool
}

// fragment is a rule of the data: something that is said, in one of several ways.
type fragment struct {
	id, rule, remedy, share text
	say, unless             []text
	line                    int
	across                  bool
}

// reader reads one file and collects what is wrong with it.
type reader struct {
	file     string
	problems []Problem
}

func (r *reader) say(line int, message string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Message: fmt.Sprintf(message, args...)})
}

// keyed is one key of a mapping with what reads its value.
type keyed map[string]func(*yaml.Node)

// mapping reads a mapping of exactly these keys, each at most once.
func (r *reader) mapping(node *yaml.Node, what string, keys keyed) {
	if node.Kind != yaml.MappingNode {
		r.say(node.Line, "%s is not a mapping with keys", what)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, v := node.Content[i], node.Content[i+1]
		read, known := keys[k.Value]
		switch line, again := seen[k.Value]; {
		case again:
			r.say(k.Line, "%s is given a second time, first on line %d", k.Value, line)
		case !known:
			r.say(k.Line, "%s is not a key of %s", k.Value, what)
		default:
			seen[k.Value] = k.Line
			read(v)
		}
	}
}

func (r *reader) scalar(node *yaml.Node) text {
	if node.Kind != yaml.ScalarNode || node.Value == "" || node.Tag == "!!null" {
		r.say(node.Line, "a value is missing, or is not a single one")
	}
	return text{value: node.Value, line: node.Line}
}

func (r *reader) list(into *[]text) func(*yaml.Node) {
	return func(node *yaml.Node) {
		if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
			r.say(node.Line, "a list with at least one item is expected")
			return
		}
		for _, item := range node.Content {
			*into = append(*into, r.scalar(item))
		}
	}
}

// lists reads a mapping of names to lists.
func (r *reader) lists(into *[]named) func(*yaml.Node) {
	return func(node *yaml.Node) {
		if node.Kind != yaml.MappingNode {
			r.say(node.Line, "lists by name are expected")
			return
		}
		seen := map[string]int{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			k := node.Content[i]
			if line, again := seen[k.Value]; again {
				r.say(k.Line, "%s is given a second time, first on line %d", k.Value, line)
				continue
			}
			seen[k.Value] = k.Line
			n := named{name: text{value: k.Value, line: k.Line}}
			r.list(&n.items)(node.Content[i+1])
			*into = append(*into, n)
		}
	}
}

// wordNumbers reads words with the numbers that they are.
func (r *reader) wordNumbers(into *[]numberWord, repeats bool) func(*yaml.Node) {
	return func(node *yaml.Node) {
		if node.Kind != yaml.MappingNode {
			r.say(node.Line, "numbers by word are expected, such as {one: 1}")
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			k, v := node.Content[i], node.Content[i+1]
			n, err := strconv.ParseUint(v.Value, 10, 16)
			if err != nil || n > 999 || repeats && (n < 2 || n > 9) {
				r.say(v.Line, "%s is not a number from 0 to 999, or from 2 to 9 for what repeats", k.Value)
				continue
			}
			*into = append(*into, numberWord{word: text{value: k.Value, line: k.Line}, value: int32(n), repeats: repeats})
		}
	}
}

func (r *reader) fragments(into *[]fragment) func(*yaml.Node) {
	return func(node *yaml.Node) {
		if node.Kind != yaml.SequenceNode {
			r.say(node.Line, "a list of fragments is expected")
			return
		}
		seen := map[string]int{}
		for _, item := range node.Content {
			f := r.fragment(item)
			if line, again := seen[f.id.value]; again && f.id.value != "" {
				r.say(f.id.line, "the id %s is given a second time, first on line %d", f.id.value, line)
			}
			seen[f.id.value] = f.id.line
			*into = append(*into, f)
		}
	}
}

func (r *reader) fragment(node *yaml.Node) fragment {
	f := fragment{line: node.Line}
	value := func(into *text) func(*yaml.Node) {
		return func(v *yaml.Node) { *into = r.scalar(v) }
	}
	r.mapping(node, "a fragment", keyed{"id": value(&f.id), "rule": value(&f.rule), "remedy": value(&f.remedy), "share": value(&f.share),
		"say": r.list(&f.say), "unless": r.list(&f.unless),
		"across": func(v *yaml.Node) {
			if f.across = v.Value == "true"; !f.across {
				r.say(v.Line, "across is true or left out")
			}
		}})
	if f.id.value == "" || len(f.say) == 0 {
		r.say(node.Line, "a fragment has an id and at least one thing that is said")
	}
	return f
}

// read reads one file. What is wrong with it is in the reader's problems.
func (r *reader) read(content []byte) (d document) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var root, more yaml.Node
	if err := decoder.Decode(&root); err != nil {
		r.notYAML(err)
		return d
	}
	switch err := decoder.Decode(&more); {
	case errors.Is(err, io.EOF):
	case err != nil:
		r.notYAML(err)
		return d
	default:
		r.say(max(more.Line, 1), "a file is one document")
		return d
	}
	r.mapping(root.Content[0], "a file of the data", keyed{
		"language":  func(v *yaml.Node) { d.language = r.scalar(v).value },
		"countries": r.list(&d.countries), "variants": r.list(&d.variants),
		"numbers": r.wordNumbers(&d.numbers, false), "repeats": r.wordNumbers(&d.numbers, true),
		"currencies": r.lists(&d.currencies), "number_labels": r.list(&d.labels), "contact_words": r.list(&d.contact), "plus": r.list(&d.plus),
		"sets": r.lists(&d.sets), "guards": r.lists(&d.guards), "fragments": r.fragments(&d.fragments), "promises": r.fragments(&d.promises),
		"allowed_hosts": r.list(&d.allowed), "payment_hosts": r.list(&d.payment), "messenger_hosts": r.list(&d.messenger), "ordinary_domains": r.list(&d.ordinary),
	})
	return d
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// notYAML reports what the YAML reader says, on the line that it names.
func (r *reader) notYAML(err error) {
	line, message := 1, err.Error()
	if found := yamlError.FindStringSubmatch(message); found != nil {
		message = found[2]
		if n, err := strconv.Atoi(found[1]); err == nil {
			line = n
		}
	}
	r.say(line, "the file is not YAML: %s", message)
}
