package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Override returns a policy with some keys replaced and a version of its own. A key is dotted, a value is the text that
// would stand in the document: "dispute.seller_response": "3d", "dispute.seller_response_reminders": "[1d, 6h]",
// "decision.second_signature.EUR": "300.00". A mapping as a value ("decision.second_signature": "{EUR: 300.00}") replaces
// the keys that it names and leaves the others.
//
// The result is checked as a whole, and every problem is reported in one *Invalid, without lines. A reminder that does
// not fit into a deadline that was made shorter is left out, unless it is overridden itself.
func (p Policy) Override(overrides map[string]string) (Policy, error) {
	root, err := p.tree()
	if err != nil {
		return Policy{}, err
	}
	var problems []Problem
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		value, err := fragment(overrides[key])
		if err != nil {
			problems = append(problems, Problem{Key: key, Message: err.Error()})
			continue
		}
		put(root, strings.Split(key, "."), value)
	}
	changed, r := read(root)
	r.problems = append(r.problems, problems...)
	for _, c := range reminders {
		if _, chosen := overrides[c.key]; !chosen && !c.fits(&changed) {
			c.drop(&changed)
		}
	}
	r.checkOrder(changed)
	return r.finish(changed)
}

// tree is the policy as the document that it could have been read from, without lines.
func (p Policy) tree() (*yaml.Node, error) {
	var root yaml.Node
	if err := root.Encode(p); err != nil {
		return nil, fmt.Errorf("write policy: %w", err)
	}
	return &root, nil
}

// fragment reads the text of one value.
func fragment(text string) (*yaml.Node, error) {
	root, problem := decode([]byte(text))
	if problem != nil {
		return nil, fmt.Errorf("has a value that cannot be read: %s", problem.Message)
	}
	clearLines(root)
	return root, nil
}

// clearLines forgets where in its own text a fragment stood, which is no line of any document.
func clearLines(node *yaml.Node) {
	node.Line = 0
	for _, child := range node.Content {
		clearLines(child)
	}
}

// put replaces what is at the path, merging mappings. A path that does not exist is added: the reader then says that it is
// not a key, or takes it for a new currency or country.
func put(node *yaml.Node, path []string, value *yaml.Node) {
	if len(path) == 0 {
		if node.Kind != yaml.MappingNode || value.Kind != yaml.MappingNode {
			*node = *value
			return
		}
		for i := 0; i+1 < len(value.Content); i += 2 {
			put(node, []string{value.Content[i].Value}, value.Content[i+1])
		}
		return
	}
	if node.Kind != yaml.MappingNode { // the path goes on below a value, so it cannot be a key
		*node = yaml.Node{Kind: yaml.MappingNode}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if n := begins(path, node.Content[i].Value); n > 0 {
			put(node.Content[i+1], path[n:], value)
			return
		}
	}
	below := &yaml.Node{Kind: yaml.MappingNode}
	node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: path[0]}, below)
	if len(path) == 1 {
		*below = *value
		return
	}
	put(below, path[1:], value)
}

// begins says how much of the path a key is, which may have points of its own as the code of a reason has.
func begins(path []string, key string) int {
	parts := strings.Split(key, ".")
	if len(parts) > len(path) || !slices.Equal(path[:len(parts)], parts) {
		return 0
	}
	return len(parts)
}

// hash names the content: SHA-256 over every leaf as "key: value" in the canonical form of its type, one a line, sorted.
// Layout, comments, the order of keys and the way in which a value is written (72h or 3d) do not change it. A new key of a
// later release does: it is another policy.
func (p Policy) hash() (string, error) {
	root, err := p.tree()
	if err != nil {
		return "", err
	}
	lines := leaves("", root)
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

func leaves(key string, node *yaml.Node) []string {
	var lines []string
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			lines = append(lines, leaves(join(key, node.Content[i].Value), node.Content[i+1])...)
		}
	case yaml.SequenceNode:
		if len(node.Content) > 0 && node.Content[0].Kind == yaml.MappingNode {
			for i, item := range node.Content {
				lines = append(lines, leaves(join(key, strconv.Itoa(i)), item)...)
			}
			return lines
		}
		items := make([]string, len(node.Content))
		for i, item := range node.Content {
			items[i] = item.Value
		}
		lines = append(lines, key+": ["+strings.Join(items, ", ")+"]")
	default:
		lines = append(lines, key+": "+node.Value)
	}
	return lines
}
