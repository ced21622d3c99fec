package policy

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"recourse/domain/evidence"
	"recourse/domain/money"
)

// reader walks a document beside the structs and collects what is wrong, so that an author sees everything at once.
type reader struct {
	problems []Problem
	lines    map[string]int  // where each key was given
	bad      map[string]bool // keys that hold no value to compare
}

func (r *reader) say(line int, key, message string, args ...any) {
	r.problems = append(r.problems, Problem{Line: line, Key: key, Message: fmt.Sprintf(message, args...)})
	r.bad[key] = true
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	line  int
	value *yaml.Node
}

// entries returns the keys of a mapping, each once. What is no mapping and a key that is given again are problems.
func (r *reader) entries(key string, node *yaml.Node, expected string) []entry {
	if node.Kind != yaml.MappingNode {
		r.say(node.Line, key, "is not %s", expected)
		return nil
	}
	var all []entry
	first := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		k, v := node.Content[i], node.Content[i+1]
		name := join(key, k.Value)
		switch line, again := first[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			r.say(k.Line, key, "has a key that is not a plain word")
		case again:
			r.say(k.Line, name, "is given a second time, first on line %d", line)
		default:
			first[k.Value] = k.Line
			all = append(all, entry{key: k.Value, line: k.Line, value: v})
		}
	}
	return all
}

// section reads a mapping into a struct: exactly its keys.
func (r *reader) section(key string, node *yaml.Node, into any) {
	given := r.entries(key, node, "a section with keys")
	if node.Kind != yaml.MappingNode {
		return
	}
	fields := map[string]reflect.Value{}
	v := reflect.ValueOf(into).Elem()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("yaml"); name != "-" {
			fields[name] = v.Field(i)
		}
	}
	for _, e := range given {
		field, known := fields[e.key]
		if !known {
			r.say(e.line, join(key, e.key), "is not a key of the policy")
			continue
		}
		delete(fields, e.key)
		r.lines[join(key, e.key)] = e.line
		r.value(join(key, e.key), e.value, field.Addr().Interface())
	}
	line := node.Line
	if key != "" {
		line = r.lines[key]
	}
	for name := range fields {
		r.say(line, join(key, name), "is missing")
	}
}

// value reads one value by the type of its field.
func (r *reader) value(key string, node *yaml.Node, into any) {
	if node.Kind == yaml.AliasNode {
		r.say(node.Line, key, "is an alias; a policy is written out")
		return
	}
	switch v := into.(type) {
	case *Duration:
		parse := parsePositive
		if slices.Contains(mayBeNothing, key) {
			parse = parseBounded
		}
		*v = scalar(r, key, node, parse)
	case *Percent:
		*v = scalar(r, key, node, ParsePercent)
	case *int:
		*v = int(scalar(r, key, node, parseCount))
	case *int64:
		*v = scalar(r, key, node, parseCount)
	case *[]Duration:
		r.durations(key, node, v)
	case *map[string]Duration:
		r.byCountry(key, node, v)
	case *Amounts:
		r.amounts(key, node, v)
	case *evidence.Checklists:
		r.checklists(key, node, v)
	case *[]evidence.Item:
		r.items(key, node, v)
	case *[]string:
		r.types(key, node, v)
	case *evidence.Need:
		*v = scalar(r, key, node, parseNeed)
	case *string:
		*v = scalar(r, key, node, parseText)
	default:
		r.section(key, node, into)
	}
}

// scalar reads the text of a plain value: never the number that YAML would make of it.
func scalar[T any](r *reader, key string, node *yaml.Node, parse func(string) (T, error)) T {
	var none T
	if node.Kind != yaml.ScalarNode {
		r.say(node.Line, key, "is not a single value")
		return none
	}
	if node.Tag == "!!null" {
		r.say(node.Line, key, "has no value")
		return none
	}
	v, err := parse(node.Value)
	if err != nil {
		r.say(node.Line, key, "%v", err)
		return none
	}
	return v
}

func (r *reader) durations(key string, node *yaml.Node, into *[]Duration) {
	if node.Kind != yaml.SequenceNode {
		r.say(node.Line, key, "is not a list of durations, such as [2d, 12h]")
		return
	}
	for _, item := range node.Content {
		*into = append(*into, scalar(r, key, item, parseBounded))
	}
}

func (r *reader) byCountry(key string, node *yaml.Node, into *map[string]Duration) {
	*into = map[string]Duration{}
	for _, e := range r.entries(key, node, "a duration by country, such as {BR: 90d}") {
		if len(e.key) != 2 || !capitals(e.key) {
			r.say(e.line, join(key, e.key), "is not a country of two capital letters")
			continue
		}
		(*into)[e.key] = scalar(r, join(key, e.key), e.value, parsePositive)
	}
}

func (r *reader) amounts(key string, node *yaml.Node, into *Amounts) {
	into.By = map[string]money.Minor{}
	hasDefault := false
	for _, e := range r.entries(key, node, "an amount by currency, such as {EUR: 500.00, default: 50000}") {
		name := join(key, e.key)
		if e.key == defaultKey {
			into.Default, hasDefault = scalar(r, name, e.value, parseMinor), true
			continue
		}
		currency, err := money.ParseCurrency(e.key)
		if err != nil {
			r.say(e.line, name, "is not a currency of ISO 4217")
			continue
		}
		into.By[e.key] = scalar(r, name, e.value, func(text string) (money.Minor, error) {
			minor, err := money.Parse(text, currency)
			if err != nil {
				return 0, fmt.Errorf("is %w", err)
			}
			return minor, nil
		})
	}
	if node.Kind == yaml.MappingNode && !hasDefault && !r.bad[join(key, defaultKey)] {
		r.say(node.Line, join(key, defaultKey), "is missing")
	}
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

func capitals(text string) bool {
	for _, c := range text {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}
