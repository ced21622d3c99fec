package api

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"

	"recourse/api/wire"
)

// check holds a request against the contract: its parameters, then its body. It comes after the caller was let in, so that
// nobody learns from it what is not for them.
func (s *Server) check(c *gin.Context) {
	call := callOf(c)
	fields := checkParameters(call.operation, c)
	value, p := checkBody(call.operation, c)
	switch {
	case p != nil && p.code != codeValidationFailed:
		send(c, p)
		return
	case p != nil:
		fields = append(fields, p.fields...)
	}
	if len(fields) > 0 {
		p := invalid("", "", "")
		p.fields = fields
		send(c, p)
		return
	}
	if value != nil {
		call.value, _ = value.(map[string]any)
		c.Request.Body = &body{ReadCloser: c.Request.Body, value: value}
	}
}

// checkBody reads and checks a JSON body. A file's form is checked by its handler, part by part, as it arrives.
func checkBody(op *operation, c *gin.Context) (any, *problem) {
	if op.RequestBody == nil || isForm(c.Request) && accepts(op, "multipart/form-data") {
		return nil, nil
	}
	raw, _ := c.MustGet(rawKey).([]byte)
	if len(raw) == 0 {
		if op.RequestBody.Value.Required {
			return nil, refuse(codeMalformed, "The request has no body. Send one JSON object.")
		}
		return nil, nil
	}
	if !isJSON(c.Request) {
		return nil, refuse(codeUnsupportedType, "This type of content is not taken. Send application/json.")
	}
	value, p := decode(raw)
	if p != nil {
		return nil, p
	}
	fields := conform(op.RequestBody.Value.Content["application/json"].Schema.Value, value, "")
	fields = append(fields, unstorable("", value)...)
	if len(fields) > 0 {
		return nil, &problem{code: codeValidationFailed, fields: fields}
	}
	return value, nil
}

func isJSON(r *http.Request) bool {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	return err == nil && kind == "application/json" && (charset == "" || charset == "utf-8")
}

// conform holds a value against a schema and tells every field that does not fit.
func conform(schema *openapi3.Schema, value any, at string) []wire.FieldError {
	err := schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsRequest(), openapi3.EnableFormatValidation())
	if err == nil {
		return nil
	}
	fields := firstOfEach(fieldErrors(err, at))
	if len(fields) > maxFieldErrors {
		fields = fields[:maxFieldErrors]
	}
	return fields
}

// firstOfEach keeps one word about each place: an amount out of range breaks two rules and is wrong once.
func firstOfEach(fields []wire.FieldError) []wire.FieldError {
	told := map[string]bool{}
	return slices.DeleteFunc(fields, func(f wire.FieldError) bool {
		again := told[f.Pointer]
		told[f.Pointer] = true
		return again
	})
}

// maxFieldErrors bounds how much is told at once.
const maxFieldErrors = 20

// unstorable finds texts with a zero character, which no database keeps.
func unstorable(at string, value any) []wire.FieldError {
	switch v := value.(type) {
	case string:
		if strings.ContainsRune(v, 0) {
			return []wire.FieldError{{Pointer: at, Code: "character", Message: "must not hold the character U+0000"}}
		}
	case []any:
		var fields []wire.FieldError
		for i, item := range v {
			fields = append(fields, unstorable(at+"/"+strconv.Itoa(i), item)...)
		}
		return fields
	case map[string]any:
		var fields []wire.FieldError
		for name, item := range v {
			if strings.ContainsRune(name, 0) {
				return []wire.FieldError{{Pointer: at, Code: "character", Message: "must not hold the character U+0000"}}
			}
			fields = append(fields, unstorable(at+"/"+shown(name), item)...)
		}
		return fields
	}
	return nil
}

// checkParameters holds the query and the headers against the contract. Paths were looked up already; what names nothing
// was not found.
func checkParameters(op *operation, c *gin.Context) []wire.FieldError {
	var fields []wire.FieldError
	known := map[string]bool{}
	query := c.Request.URL.Query()
	for _, ref := range op.params {
		p := ref.Value
		var given []string
		switch p.In {
		case openapi3.ParameterInQuery:
			known[p.Name] = true
			given = query[p.Name]
		case openapi3.ParameterInHeader:
			given = c.Request.Header.Values(p.Name)
		}
		switch {
		case len(given) == 1 && given[0] == "" && p.In == openapi3.ParameterInQuery && !p.Required:
			// "after=" says as much as nothing; forms and generated clients send it so
		case p.Schema.Value.Type.Is("array"):
			fields = append(fields, conform(p.Schema.Value, list(given), p.Name)...)
		case len(given) > 1:
			fields = append(fields, wire.FieldError{Pointer: p.Name, Code: "repeated", Message: "must be given once"})
		case len(given) == 1:
			fields = append(fields, conform(p.Schema.Value, parameter(p.Schema.Value, given[0]), p.Name)...)
		}
	}
	for name := range query {
		if !known[name] {
			fields = append(fields, wire.FieldError{Pointer: shown(name), Code: "unknown", Message: "is not a parameter of this operation"})
		}
	}
	return fields
}

// list is a parameter that may be given several times.
func list(given []string) []any {
	out := make([]any, len(given))
	for i, text := range given {
		out[i] = text
	}
	return out
}

// parameter reads a text as the type that the schema asks for. What cannot be read stays a text, and does not conform.
func parameter(schema *openapi3.Schema, text string) any {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil
	case schema.Type.Is("integer"):
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return json.Number(text)
		}
	case schema.Type.Is("boolean"):
		if text == "true" || text == "false" {
			return text == "true"
		}
	}
	return text
}
