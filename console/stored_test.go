package console

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"recourse/api/client"
)

// The corpus are texts that run where a page takes them for its own. The tests with a browser type it too.
//
//go:embed testdata/corpus.json
var corpusFile []byte

func corpus(t *testing.T) (each []string, everything string) {
	t.Helper()
	require.NoError(t, json.Unmarshal(corpusFile, &each))
	require.Greater(t, len(each), 10)
	return each, strings.Join(each, "\n")
}

// harmless are words of the same length and the same letters, without what could be code.
func harmless(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSpace(r) || strings.ContainsRune("/.", r) { // at which names are cut
			return r
		}
		return 'x'
	}, words)
}

// leading are the attributes that lead somewhere, and ours the beginnings of what is here.
var (
	leading = []string{"href", "src", "action", "formaction"}
	ours    = regexp.MustCompile(`^(/|/[^/].*|[#?].*|)$`)
)

// outline is a page without its words: its elements with the names of their attributes, which lead nowhere else. Beside it are its
// words: those between elements, and those in fields.
func outline(t *testing.T, page string) (elements, words []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			words = append(words, strings.Fields(n.Data)...)
		case html.CommentNode:
			elements = append(elements, "<!-- -->")
		case html.ElementNode:
			element := n.Data
			for _, a := range n.Attr {
				element += " " + a.Key
				if slices.Contains(leading, a.Key) {
					require.Regexp(t, ours, a.Val, "%s leads elsewhere", element)
				}
				if n.Data == "input" && a.Key == "value" && attribute(n, "type") != "hidden" {
					words = append(words, strings.Fields(a.Val)...)
				}
			}
			elements = append(elements, element)
		}
	}
	return elements, words
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// same holds that a page with the corpus is the page with harmless words: the same elements, and every word at its place.
func same(t *testing.T, where, stored, plain string) {
	t.Helper()
	elements, words := outline(t, stored)
	others, plainly := outline(t, plain)
	require.Equal(t, others, elements, "%s: words have become something else", where)
	for i := range min(len(words), len(plainly)) {
		require.Equal(t, harmless(plainly[i]), harmless(words[i]), "%s: words are not shown as they were written, after %q", where, words[max(i-10, 0):i])
	}
	require.Len(t, words, len(plainly), where)
}

// readers are who looks, by role.
var readers = map[client.Role]string{client.RoleBuyer: "acc_ada", client.RoleSeller: "acc_bolt", client.RoleReviewer: "acc_cleo", client.RoleSupervisor: "acc_sol", client.RoleOperator: "acc_otto"}

var placed = regexp.MustCompile(`\{[a-z]+\}`)

// addresses are where a page can be looked at: by its pattern, by its examples, and a form by every action.
func addresses(p Page) []string {
	_, pattern, _ := strings.Cut(p.Pattern, " ")
	pattern = strings.TrimSuffix(pattern, "{$}")
	var all []string
	if before, carries := strings.CutSuffix(pattern, "{case}/do/{action}"); carries {
		for _, f := range forms {
			if f.Program || f.Root(true) != before && f.Root(false) != before {
				continue
			}
			query := url.Values{}
			if f.about() != "" {
				query.Set("on", anything)
			}
			all = append(all, before+anything+"/do/"+f.Action+"?"+query.Encode())
		}
		return all
	}
	for _, e := range p.Examples {
		all = append(all, e.Path)
	}
	all = append(all, pattern)
	if p.Name == "guide" { // which asks for a sum once the goods are chosen
		const chosen = "?what=wrong&f.reason=not_as_described.damaged&f.lines=" + theWords
		all = append(all, pattern+chosen, pattern+chosen+"&f.remedy=refund_full")
	}
	for i := range all {
		all[i] = placed.ReplaceAllString(all[i], anything)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Whatever the API says, in every text that its contract leaves open: every page is the same page as with harmless words.
func TestEveryPageShowsStoredScriptsAsWords(t *testing.T) {
	each, everything := corpus(t)
	turns := append([]string{everything}, each...)
	m := makeUp(t)
	shown := map[string]bool{}
	roles := slices.Sorted(maps.Keys(readers))
	for _, role := range roles {
		v := visit(t)
		v.api.instead = m
		v.signInAs(readers[role], "/nowhere")
		m.role = string(role)
		for _, p := range Pages() {
			can := slices.DeleteFunc(slices.Clone(roles), func(r client.Role) bool { return len(p.Roles) > 0 && !slices.Contains(p.Roles, r) })
			if p.Step || !slices.Contains(can, role) {
				continue
			}
			for turn, words := range turns {
				m.turn = turn
				form := strings.Contains(p.Pattern, "{action}") // into which another test types
				if turn > 0 && (form || can[turn%len(can)] != role) {
					continue // every role sees everything at once, and one of them each text alone
				}
				for _, path := range addresses(p) {
					m.words = harmless(words)
					plain := v.get(path)
					m.words = words
					stored := v.get(path)
					where := fmt.Sprintf("%s as %s, turn %d", path, role, turn)
					require.Less(t, stored.status, http.StatusInternalServerError, "%s: %s", where, stored.text)
					require.Equal(t, plain.status, stored.status, where)
					same(t, where, stored.text, plain.text)
					shown[p.Pattern] = shown[p.Pattern] || stored.status == http.StatusOK
				}
			}
		}
	}
	for _, p := range Pages() {
		require.True(t, p.Step || shown[p.Pattern], "%s was not shown", p.Pattern)
	}
}
