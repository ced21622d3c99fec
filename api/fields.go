package api

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"recourse/api/wire"
)

// fieldErrors says of each field that does not fit the contract where it is and what is wanted. The validator's own texts
// hold what was submitted and whole schemas, so none of them is passed on: only the place, the rule that did not hold, and
// what that rule asks for.
func fieldErrors(err error, at string) []wire.FieldError {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var fields []wire.FieldError
		for _, e := range many {
			fields = append(fields, fieldErrors(e, at)...)
		}
		return fields
	}
	var schemaError *openapi3.SchemaError
	if !errors.As(err, &schemaError) {
		return []wire.FieldError{{Pointer: at, Code: "invalid", Message: "does not fit the contract"}}
	}
	place := at + pointer(schemaError.JSONPointer())
	if unknown := strangers(schemaError, place); len(unknown) > 0 {
		return unknown
	}
	code, message := wanted(schemaError)
	return []wire.FieldError{{Pointer: place, Code: code, Message: message}}
}

// strangers are the fields of an object that its schema does not know. The validator tells of the object only.
func strangers(e *openapi3.SchemaError, at string) []wire.FieldError {
	object, ok := e.Value.(map[string]any)
	if !ok || e.SchemaField != "properties" && e.SchemaField != "additionalProperties" {
		return nil
	}
	var fields []wire.FieldError
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if e.Schema.Properties[name] == nil {
			fields = append(fields, wire.FieldError{Pointer: at + "/" + shown(name), Code: "unknown", Message: "is not a field that is known here"})
		}
	}
	return fields
}

// wanted is what the rule that did not hold asks for.
func wanted(e *openapi3.SchemaError) (code, message string) {
	s := e.Schema
	switch e.SchemaField {
	case "required":
		return "required", "must be given"
	case "type":
		return "type", "must be " + strings.Join(s.Type.Slice(), " or ")
	case "nullable":
		return "type", "must not be null"
	case "enum":
		return "enum", "must be one of " + choices(s.Enum)
	case "minimum":
		return "range", fmt.Sprintf("must be at least %.0f", *s.Min)
	case "maximum":
		return "range", fmt.Sprintf("must be at most %.0f", *s.Max)
	case "minLength":
		return "length", "must not be empty"
	case "maxLength":
		return "length", fmt.Sprintf("must have at most %d characters", *s.MaxLength)
	case "minItems":
		return "count", fmt.Sprintf("must have at least %d items", s.MinItems)
	case "maxItems":
		return "count", fmt.Sprintf("must have at most %d items", *s.MaxItems)
	case "maxProperties":
		return "count", fmt.Sprintf("must have at most %d fields", *s.MaxProps)
	case "uniqueItems":
		return "unique", "must not hold the same item twice"
	case "pattern":
		form, _ := s.Extensions[formExtension].(string)
		return "pattern", "must be " + form
	case "format":
		if s.Format == "int64" {
			return "range", "is more than can be counted"
		}
		return "format", "must be " + formats[s.Format]
	}
	return "invalid", "does not fit the contract"
}

// formExtension says in words what a pattern asks for: whoever mistyped a length is not helped by a regular expression.
const formExtension = "x-form"

// formats are the formats of the contract, in words.
var formats = map[string]string{"date-time": "an instant in RFC 3339 such as 2026-03-01T09:00:00Z"}

func choices(enum []any) string {
	names := make([]string, len(enum))
	for i, e := range enum {
		names[i] = fmt.Sprint(e)
	}
	return strings.Join(names, ", ")
}

// pointer writes a path as a JSON Pointer. Names that no contract would use are left out: they are what was submitted.
func pointer(path []string) string {
	var b strings.Builder
	for _, name := range path {
		b.WriteString("/" + shown(name))
	}
	return b.String()
}

var ordinary = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

// shown is a field's name where it is one that a person mistyped, and a placeholder where it could be anything.
func shown(name string) string {
	if ordinary.MatchString(name) {
		return name
	}
	return "?"
}
