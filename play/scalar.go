package play

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// The core schema of YAML 1.2. The library resolves some plain scalars as YAML 1.1 has them (0777, 0b1, 1_000, dates), so
// what a scalar is follows from its text here and never from the library's tag.
var (
	nullText  = regexp.MustCompile(`^(?:~|null|Null|NULL|)$`)
	boolText  = regexp.MustCompile(`^(?:true|True|TRUE|false|False|FALSE)$`)
	intText   = regexp.MustCompile(`^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	floatText = regexp.MustCompile(`^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
)

// What a YAML 1.2 scalar can be.
const (
	scalarText   = "text"
	scalarNull   = "null"
	scalarBool   = "true or false"
	scalarWhole  = "a whole number"
	scalarNumber = "a number"
)

// scalarKind is what a scalar is in YAML 1.2. Only plain scalars are resolved; quotes and blocks are text.
func scalarKind(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle != 0 {
		switch n.Tag {
		case "!!str":
			return scalarText
		case "!!int":
			return scalarWhole
		case "!!float":
			return scalarNumber
		case "!!bool":
			return scalarBool
		default:
			return n.Tag
		}
	}
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return scalarText
	}
	switch {
	case nullText.MatchString(n.Value):
		return scalarNull
	case boolText.MatchString(n.Value):
		return scalarBool
	case intText.MatchString(n.Value):
		return scalarWhole
	case floatText.MatchString(n.Value):
		return scalarNumber
	}
	return scalarText
}

// nodeKind says in words what a node is, for messages.
func nodeKind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return scalarKind(n)
	}
	return "nothing"
}

var durationText = regexp.MustCompile(`^(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?$`)

// maxLength keeps every instant of a story within a century, far from the end of what a duration can hold.
const maxLength = 36500 * 24 * time.Hour

// parseLength reads days, hours and minutes, such as 3d, 12d6h, 5d0h1m. A day is 24 hours everywhere.
func parseLength(text string) (time.Duration, error) {
	m := durationText.FindStringSubmatch(text)
	if m == nil || text == "" {
		return 0, fmt.Errorf("%q is no duration: days, hours and minutes such as 3d, 12d6h, 5d0h1m", text)
	}
	var total time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		if m[i+1] == "" {
			continue
		}
		count, err := strconv.Atoi(m[i+1])
		if err != nil {
			return 0, fmt.Errorf("read duration %q: %w", text, err)
		}
		total += time.Duration(count) * unit
		if total > maxLength {
			return 0, fmt.Errorf("%q is longer than a hundred years", text)
		}
	}
	return total, nil
}

// formatLength writes an instant of a story as the files do: 12d6h, 5d0h1m, 0d.
func formatLength(d time.Duration) string {
	days, rest := d/(24*time.Hour), d%(24*time.Hour)
	hours, minutes := rest/time.Hour, rest%time.Hour/time.Minute
	switch {
	case minutes > 0:
		return fmt.Sprintf("%dd%dh%dm", days, hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%dd%dh", days, hours)
	}
	return fmt.Sprintf("%dd", days)
}
