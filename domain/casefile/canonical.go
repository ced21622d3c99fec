package casefile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// ErrNotCanonical is the error of a value that has no canonical form: a number that is not an integer of 64 bits, or text
// that is not UTF-8.
var ErrNotCanonical = errors.New("value has no canonical form")

// Canonical writes any value that encoding/json can write in the one form that is hashed: RFC 8785 (JSON Canonicalization
// Scheme) with numbers restricted to integers of 64 bits in plain decimal, so that no reader's floats can change them.
// That is: no space, members sorted by their names as UTF-16, only the escapes that JSON cannot do without, UTF-8. The same
// data gives the same bytes whether it has been through a database or not.
//
// Values are judged as encoding/json writes them: a Go float that is whole is an integer, and what is not UTF-8 in a Go
// string is U+FFFD.
func Canonical(v any) ([]byte, error) {
	tree, err := Plain(v)
	if err != nil {
		return nil, err
	}
	return appendCanonical(nil, tree)
}

// Plain turns a value into what a reader of its JSON sees: nil, bool, string, json.Number, []any and map[string]any.
func Plain(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write as JSON: %w", err)
	}
	return parsePlain(text)
}

// parsePlain reads one JSON value without turning numbers into floats.
func parsePlain(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("%w: text is not UTF-8", ErrNotCanonical)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read JSON: more than one value")
	}
	return tree, nil
}

func appendCanonical(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendString(b, v), nil
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: a number is not an integer of 64 bits", ErrNotCanonical)
		}
		return strconv.AppendInt(b, n, 10), nil
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendCanonical(b, item); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case map[string]any:
		b = append(b, '{')
		for i, name := range sortedNames(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, name), ':')
			var err error
			if b, err = appendCanonical(b, v[name]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	}
	return nil, fmt.Errorf("%w: %T", ErrNotCanonical, v)
}

// sortedNames returns the names of members in the order of RFC 8785: by their UTF-16 code units.
func sortedNames[V any](members map[string]V) []string {
	return slices.SortedFunc(maps.Keys(members), func(a, b string) int {
		return cmp.Or(slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))), cmp.Compare(a, b))
	})
}

// appendString writes a string with the escapes of RFC 8785, section 3.2.2.2, and no others.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case c == '\b':
			b = append(b, `\b`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\f':
			b = append(b, `\f`...)
		case c == '\r':
			b = append(b, `\r`...)
		default:
			b = fmt.Appendf(b, `\u%04x`, c)
		}
	}
	return append(b, '"')
}
