package console

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// entry is a form of a page as it is sent.
type entry struct {
	action, method string
	file           bool // it takes a file too
	values         url.Values
	words, sums    []string // names of the fields for words, and for sums, which take no other
	steps          []string // of its buttons
}

// entries are the forms of a page, filled in but for words.
func entries(t *testing.T, page string) []entry {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	var all []entry
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			all = append(all, entryOf(n))
		}
	}
	return all
}

func entryOf(form *html.Node) entry {
	e := entry{action: attribute(form, "action"), method: attribute(form, "method"), file: attribute(form, "enctype") == "multipart/form-data", values: url.Values{}}
	for n := range form.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		name, value := attribute(n, "name"), attribute(n, "value")
		switch n.Data {
		case "textarea":
			e.words = append(e.words, name)
		case "select":
			for o := range n.Descendants() {
				if v := attribute(o, "value"); o.Data == "option" && v != "" && !e.values.Has(name) {
					e.values.Set(name, v)
				}
			}
		case "button":
			e.steps = append(e.steps, value)
		case "input":
			e.input(name, value, attribute(n, "type"), attribute(n, "inputmode"))
		}
	}
	return e
}

func (e *entry) input(name, value, kind, mode string) {
	switch kind {
	case "", "text", "search":
		if mode == "decimal" {
			e.sums = append(e.sums, name)
			return
		}
		e.words = append(e.words, name)
	case "radio", "checkbox":
		if !e.values.Has(name) {
			e.values.Set(name, value)
		}
	case "datetime-local":
		e.values.Set(name, fmt.Sprintf("2026-02-2%dT10:00", len(e.values)%10))
	case "number":
		e.values.Set(name, "1")
	case "file":
	default:
		e.values.Set(name, value)
	}
}

// filledIn are the values with words in every field for words.
func (e entry) filledIn(words, sum, step string) url.Values {
	values := maps.Clone(e.values)
	for _, name := range e.words {
		values.Set(name, words)
	}
	for _, name := range e.sums {
		values.Set(name, sum)
	}
	if step != "" {
		values.Set("step", step)
	}
	return values
}

// submit sends a form as a browser does.
func (v *visitor) submit(e entry, values url.Values) page {
	v.Helper()
	switch {
	case e.method != "post":
		return v.get(e.action + "?" + values.Encode())
	case !e.file:
		return v.post(e.action, values)
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name := range values {
		require.NoError(v, parts.WriteField(name, values.Get(name)))
	}
	require.NoError(v, parts.Close())
	return v.page(v.Post(v.base+e.action, parts.FormDataContentType(), &body))
}

// kept counts how often a page shows the words, between elements or in fields.
func kept(t *testing.T, page, words string) int {
	t.Helper()
	_, all := outline(t, page)
	return strings.Count(strings.Join(all, " "), strings.Join(strings.Fields(words), " "))
}

// fillIn types the words into every field of the form, presses each of its buttons, and goes on from the page to check.
func (v *visitor) fillIn(e entry, where, words string) {
	v.Helper()
	carries := strings.Contains(e.action, "/do/") && e.method == "post"
	for _, step := range e.steps {
		for _, sum := range []string{words, "1.00"} {
			plain := v.submit(e, e.filledIn(harmless(words), harmless(sum), step))
			stored := v.submit(e, e.filledIn(words, sum, step))
			require.Less(v, stored.status, http.StatusInternalServerError, "%s, %s: %s", where, step, stored.text)
			require.Equal(v, plain.status, stored.status, "%s, %s", where, step)
			same(v.T, where, stored.text, plain.text)
			if !carries || step != "check" {
				continue
			}
			shown := slices.DeleteFunc(slices.Clone(e.words), func(name string) bool { return strings.HasSuffix(name, "."+aListing) }) // which is many
			if sum == words {
				shown = append(shown, e.sums...)
			}
			require.GreaterOrEqual(v, kept(v.T, stored.text, words), len(shown), "%s: what was typed is not shown as it was typed", where)
			for _, checked := range entries(v.T, stored.text) {
				if checked.action == e.action && slices.Contains(checked.steps, "send") {
					sent := v.submit(checked, checked.filledIn(words, sum, "send"))
					require.Equal(v, http.StatusOK, sent.status, "%s: %s", where, sent.text)
				}
			}
		}
	}
}

// Whatever is typed into any field for words of any form: it is shown as it was typed, the page stays the page that it is with
// harmless words, and the API is sent what was typed. A form of the table that no page offers fails here.
func TestEveryFormTakesStoredScriptsAsWords(t *testing.T) {
	_, everything := corpus(t)
	m := makeUp(t)
	m.words = theWords
	typed := map[string]bool{}
	for _, role := range slices.Sorted(maps.Keys(readers)) {
		v := visit(t)
		v.api.instead = m
		v.signInAs(readers[role], "/nowhere")
		m.role = string(role)
		for _, p := range Pages() {
			if p.Step || len(p.Roles) > 0 && !slices.Contains(p.Roles, role) {
				continue
			}
			for _, path := range addresses(p) {
				for _, e := range entries(t, v.get(path).text) {
					key := p.Pattern + " " + e.action + " " + strings.Join(e.words, " ")
					if len(e.words)+len(e.sums) == 0 || typed[key] {
						continue
					}
					typed[key] = true
					v.fillIn(e, fmt.Sprintf("%s as %s", path, role), everything)
					for _, name := range slices.Concat(e.words, e.sums) {
						typed[e.action+" "+name] = true
					}
				}
			}
		}
	}
	var texts int
	for _, f := range Forms() {
		on, query := "", ""
		if f.about() != "" {
			on, query = anything, "?on="+anything
		}
		for _, field := range f.Fields {
			if f.Program || !slices.Contains(f.Typed(), field.Name) {
				continue
			}
			texts++
			require.True(t, slices.ContainsFunc([]bool{true, false}, func(desk bool) bool {
				return typed[f.Root(desk)+anything+"/do/"+f.Action+query+" f."+field.Name]
			}), "%s %s: nobody has typed into %s", f.Kind, f.Action, field.Name)
			require.True(t, field.Type == Sum || slices.ContainsFunc(m.sent, func(c sentCommand) bool { return c.Path == f.href(anything, on) && c.Body[field.Name] == everything }),
				"%s %s: %s was not sent as it was typed", f.Kind, f.Action, field.Name)
		}
	}
	require.Greater(t, texts, 50)
}
