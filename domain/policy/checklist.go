package policy

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"recourse/domain/evidence"
)

// A checklist is read by a person on a small screen.
const (
	longestText = 300
	mostItems   = 20
)

var (
	errNeed = errors.New("is neither required nor helpful")
	errText = fmt.Errorf("is not a text of 1 to %d characters", longestText)
)

// checklists reads what each party should hand in: for every reason of the procedure, and for nothing else.
func (r *reader) checklists(key string, node *yaml.Node, into *evidence.Checklists) {
	*into = evidence.Checklists{}
	for _, e := range r.entries(key, node, "a checklist by reason") {
		name := join(key, e.key)
		if !slices.Contains(evidence.Reasons, e.key) {
			r.say(e.line, name, "is not a reason")
			continue
		}
		r.lines[name] = e.line
		var list evidence.Checklist
		r.section(name, e.value, &list)
		(*into)[e.key] = list
	}
	if node.Kind != yaml.MappingNode {
		return
	}
	for _, reason := range evidence.Reasons {
		if _, given := (*into)[reason]; !given {
			r.say(r.lines[key], join(key, reason), "is missing")
		}
	}
}

// items reads one party's part of a checklist. A party that nothing is asked of has an empty one.
func (r *reader) items(key string, node *yaml.Node, into *[]evidence.Item) {
	if node.Kind != yaml.SequenceNode {
		r.say(node.Line, key, "is not a list of items, such as [{need: required, by: [invoice], text: …}]")
		return
	}
	if len(node.Content) > mostItems {
		r.say(node.Line, key, "has more than %d items", mostItems)
	}
	*into = make([]evidence.Item, len(node.Content))
	for i, item := range node.Content {
		r.lines[key] = item.Line
		r.section(key, item, &(*into)[i])
	}
}

// types reads the types of evidence that satisfy an item.
func (r *reader) types(key string, node *yaml.Node, into *[]string) {
	if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
		r.say(node.Line, key, "is not a list of types of evidence")
		return
	}
	for _, one := range node.Content {
		name := scalar(r, key, one, func(text string) (string, error) { return text, nil })
		switch {
		case !slices.Contains(evidence.Types, name):
			r.say(one.Line, key, "names what is not a type of evidence")
		case slices.Contains(*into, name):
			r.say(one.Line, key, "names a type twice")
		}
		*into = append(*into, name)
	}
}

func parseNeed(text string) (evidence.Need, error) {
	need := evidence.Need(text)
	if need != evidence.Required && need != evidence.Helpful {
		return "", errNeed
	}
	return need, nil
}

func parseText(text string) (string, error) {
	if text == "" || utf8.RuneCountInString(text) > longestText {
		return "", errText
	}
	return text, nil
}
