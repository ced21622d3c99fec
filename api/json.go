package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// maxDepth is how deep JSON may be nested. The contract needs five.
const maxDepth = 32

// errTwice says that an object has two fields of one name. Readers differ in which of them they take, so that what was checked
// on the way here need not be what is meant.
var errTwice = errors.New("a field is given twice")

// decode reads one JSON value, and nothing besides it.
func decode(raw []byte) (any, *problem) {
	malformed := func(detail string) (any, *problem) { return nil, refuse(codeMalformed, detail) }
	if !utf8.Valid(raw) {
		return malformed("The body is not valid UTF-8.")
	}
	if tooDeep(raw) {
		return malformed("The body is nested deeper than is allowed.")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	value, err := valueOf(decoder)
	switch {
	case errors.Is(err, errTwice):
		return malformed("An object in the body has two fields of the same name.")
	case err != nil:
		return malformed("The body is not valid JSON. Send one JSON object.")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return malformed("Something follows the JSON of the body. Send one JSON object.")
	}
	return value, nil
}

// valueOf reads the next value. Its depth is bounded by whoever looked at the text before.
func valueOf(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return objectOf(decoder)
	case json.Delim('['):
		return arrayOf(decoder)
	}
	return token, nil
}

func objectOf(decoder *json.Decoder) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string) // the decoder takes nothing else before a colon
		if _, again := object[name]; again {
			return nil, errTwice
		}
		if object[name], err = valueOf(decoder); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token() // the brace
	return object, err
}

func arrayOf(decoder *json.Decoder) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := valueOf(decoder)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token() // the bracket
	return array, err
}

// tooDeep looks at the nesting without building anything.
func tooDeep(raw []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, b := range raw {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped = b == '\\'
			quoted = b != '"'
		case b == '"':
			quoted = true
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}
