package play

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"recourse/domain/policy"
	"recourse/policies"
)

// policy reads the keys that the file replaces, and holds them against the policy that they replace.
func (r *reader) policy(f fields, s *Story) {
	n, ok := f.values["policy"]
	if !ok {
		return
	}
	entries, ok := r.entries(n, "policy")
	if !ok {
		return
	}
	for _, key := range entries.keys {
		value, ok := r.policyValue(entries.values[key], "policy: "+key)
		if ok {
			s.Policy = append(s.Policy, Override{Line: entries.lineOf(key), Key: key, Value: value})
		}
	}
	r.sound(s.Policy)
}

// sound reports every key that is none, every value that does not fit, and what no longer fits together.
func (r *reader) sound(overrides []Override) {
	texts := map[string]string{}
	for _, o := range overrides {
		text, err := o.text()
		if err != nil {
			r.problem(o.Line, "policy: %s: %v", o.Key, err)
			continue
		}
		texts[o.Key] = text
	}
	if len(texts) == 0 {
		return
	}
	_, err := policies.Default().Override(texts)
	var invalid *policy.Invalid
	switch {
	case errors.As(err, &invalid):
		for _, p := range invalid.Problems {
			r.problem(lineOfKey(overrides, p.Key), "policy: %s %s", p.Key, p.Message)
		}
	case err != nil:
		r.problem(overrides[0].Line, "policy: %v", err)
	}
}

// text is the value as it would stand in a policy's document.
func (o Override) text() (string, error) {
	if text, ok := o.Value.(string); ok {
		return text, nil
	}
	encoded, err := json.Marshal(o.Value) // JSON is YAML too
	if err != nil {
		return "", fmt.Errorf("write the value: %w", err)
	}
	return string(encoded), nil
}

// lineOfKey is the line of the override that a problem is about: of the key itself, of one above it, or of the first.
func lineOfKey(overrides []Override, key string) int {
	for _, o := range overrides {
		if o.Key == key || strings.HasPrefix(key, o.Key+".") || strings.HasPrefix(o.Key, key+".") {
			return o.Line
		}
	}
	return overrides[0].Line
}

// policyValue keeps the value as it was written. Numbers stay text, so that no amount passes through a float.
func (r *reader) policyValue(n *yaml.Node, what string) (any, bool) {
	switch n = follow(n); n.Kind {
	case yaml.ScalarNode:
		if scalarKind(n) == scalarNull {
			r.problem(n.Line, "%s: has no value", what)
			return nil, false
		}
		return n.Value, true
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			if follow(item).Kind != yaml.ScalarNode {
				r.problem(item.Line, "%s: a list of policy values holds scalars, got %s", what, describe(follow(item)))
				return nil, false
			}
			v, ok := r.policyValue(item, what)
			if !ok {
				return nil, false
			}
			list = append(list, v)
		}
		return list, true
	case yaml.MappingNode:
		entries, ok := r.entries(n, what)
		if !ok {
			return nil, false
		}
		m := make(map[string]any, len(entries.keys))
		for _, key := range entries.keys {
			if entries.values[key].Kind != yaml.ScalarNode {
				r.problem(entries.lineOf(key), "%s: %s: expected a value, got %s", what, key, nodeKind(entries.values[key]))
				return nil, false
			}
			v, ok := r.policyValue(entries.values[key], fmt.Sprintf("%s: %s", what, key))
			if !ok {
				return nil, false
			}
			m[key] = v
		}
		return m, true
	}
	r.problem(n.Line, "%s: expected a value, got %s", what, nodeKind(n))
	return nil, false
}
