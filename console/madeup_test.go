package console

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// madeUp is an API that answers with whatever its contract allows: every text that the contract leaves open is the words, every
// value of a list is one of the list, another in another turn, and every action there is is offered.
type madeUp struct {
	*http.ServeMux
	spec specification

	words string
	role  string // of who reads
	turn  int
	which string // of the things of a list
	sent  []sentCommand
}

// anything is the identifier of everything that is made up, and theWords are what it says where nothing is meant by it.
const (
	anything = "abc_1"
	theWords = "words"
)

func makeUp(t *testing.T) *madeUp {
	t.Helper()
	m := &madeUp{ServeMux: http.NewServeMux(), spec: contract(t)}
	var answered int
	for path, methods := range m.spec.Paths {
		node, reads := methods["get"]
		if !reads {
			continue
		}
		var op operation
		require.NoError(t, node.Decode(&op))
		if body, is := op.Answers["200"].Content["application/json"]; is {
			answered++
			m.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
				says(http.StatusOK, m.value(body.Schema, "", nil))(w, nil)
			})
		}
	}
	require.Greater(t, answered, 30)
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			says(http.StatusNotFound, map[string]any{"code": "not_found", "status": http.StatusNotFound, "request_id": "hrq_1"})(w, r)
			return
		}
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body) // a command may have none
		m.sent = append(m.sent, sentCommand{Path: r.URL.Path, Body: body})
		says(http.StatusOK, map[string]any{"id": anything})(w, r)
	})
	return m
}

// drawn is a number that is the same in the same turn.
func (m *madeUp) drawn(name string, below int) int {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, m.turn, m.which, " ", name)
	return int(h.Sum32()>>1) % below
}

// value is one of those that the schema allows; nil: the member is left out.
func (m *madeUp) value(s schema, name string, within []string) any {
	if s.Ref != "" {
		if slices.Contains(within, s.Ref) {
			return nil
		}
		return m.value(m.spec.schema(s.Ref), name, append(within[:len(within):len(within)], s.Ref))
	}
	kind := s.Type.Value
	if kind == "" && len(s.Type.Content) > 0 {
		kind = s.Type.Content[0].Value // [string, 'null']
	}
	switch {
	case len(s.OneOf) > 0:
		return m.value(s.OneOf[0], name, within)
	case name == "your_role":
		return m.role
	case len(s.Enum) > 0:
		return s.Enum[m.drawn(name, len(s.Enum))]
	case kind == "string":
		return m.text(s, name)
	case kind == "integer":
		return 1 + m.drawn(name, 3)
	case kind == "number":
		return .25
	case kind == "boolean":
		return m.drawn(name, 2) == 1
	case kind == "array":
		return m.list(s, name, within)
	}
	return m.object(s, within)
}

func (m *madeUp) text(s schema, name string) any {
	switch {
	case s.Format == "date-time":
		return fmt.Sprintf("2026-02-%02dT00:00:00Z", 10+m.drawn(name, 10))
	case strings.HasPrefix(s.Pattern, "^[A-Z]{3}"):
		return "EUR"
	case strings.HasPrefix(s.Pattern, "^[A-Z]{2}"):
		return "FR"
	case name == "id" || strings.HasPrefix(s.Pattern, "^[a-z]{3}_"):
		return anything
	case strings.HasPrefix(s.Pattern, "^[0-9a-f]{64}"):
		return strings.Repeat("0", 64)
	case s.Pattern != "":
		return "10d"
	}
	return m.words
}

// list has everything that can be done or opened, and otherwise two of a thing.
func (m *madeUp) list(s schema, name string, within []string) any {
	all := []any{}
	switch name {
	case "actions":
		_, kind, _ := strings.Cut(strings.ToLower(within[len(within)-1]), "schemas/")
		for _, f := range forms {
			on := anything
			if f.about() == "" {
				on = ""
			}
			if f.Kind == kind {
				all = append(all, map[string]any{"name": f.Action, "method": http.MethodPost, "href": f.href(anything, on)})
			}
		}
		if kind == "incident" {
			all = append(all, map[string]any{"name": "end_incident", "method": http.MethodPost, "href": endForm.href(anything, "")})
		}
		return all
	case "can_open":
		for _, reason := range m.spec.Components.Schemas["Reason"].Enum {
			opening := m.value(*s.Items, "", within).(map[string]any)
			opening["reason"], opening["open"] = reason, true
			all = append(all, opening)
		}
		return all
	}
	before := m.which
	for _, m.which = range []string{before + ".1", before + ".2"} {
		if one := m.value(*s.Items, name, within); one != nil {
			all = append(all, one)
		}
	}
	m.which = before
	return all
}

func (m *madeUp) object(s schema, within []string) any {
	made := map[string]any{}
	for name, member := range s.Properties {
		needed := slices.Contains(s.Required, name) || name == "actions" || name == "your_role" || name == "id"
		value := m.value(member, name, within)
		if value == nil || !needed && value != m.words && m.drawn("is there "+name, 5) == 0 {
			continue
		}
		made[name] = value
	}
	if len(s.Properties) == 0 {
		made["text"] = m.words
		var member schema
		if s.Additional.Decode(&member) == nil && (member.Ref != "" || member.Type.Value != "") {
			made["text"] = m.value(member, "text", within)
		}
	}
	return made
}
