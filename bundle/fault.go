package bundle

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"recourse/domain/casefile"
)

// Fault is the first thing in a bundle that is wrong: where, and what.
type Fault struct {
	Where string `json:"where"` // a part, an event, a command
	What  string `json:"what"`
}

// Error says where and what.
func (f *Fault) Error() string { return f.Where + ": " + f.What }

func fault(where, format string, args ...any) error {
	return &Fault{Where: where, What: fmt.Sprintf(format, args...)}
}

func eventAt(caseID string, sequence int64) string {
	return fmt.Sprintf("event %d of %s", sequence, caseID)
}

// differs says at which key two values differ first, in the order of the keys, as a reader of their JSON sees them; empty:
// nowhere. A value that has no canonical form differs from every other.
func differs(a, b any) string {
	left, err := casefile.Plain(a)
	if err != nil {
		return "/"
	}
	right, err := casefile.Plain(b)
	if err != nil {
		return "/"
	}
	return walk("", left, right)
}

func walk(at string, a, b any) string {
	switch left := a.(type) {
	case map[string]any:
		right, ok := b.(map[string]any)
		if !ok {
			return at + "/"
		}
		names := map[string]any{}
		maps.Copy(names, left)
		maps.Copy(names, right)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if _, here := left[name]; !here {
				return at + "/" + name
			}
			if _, there := right[name]; !there {
				return at + "/" + name
			}
			if found := walk(at+"/"+name, left[name], right[name]); found != "" {
				return found
			}
		}
		return ""
	case []any:
		right, ok := b.([]any)
		if !ok || len(left) != len(right) {
			return at + "/"
		}
		for i := range left {
			if found := walk(at+"/"+strconv.Itoa(i), left[i], right[i]); found != "" {
				return found
			}
		}
		return ""
	}
	if !reflect.DeepEqual(a, b) {
		if at == "" {
			return "/"
		}
		return at
	}
	return ""
}
