package browser

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/console"
	"recourse/devstack/stack"
	"recourse/domain/casefile"
)

// unoffered are forms that take words and that nobody is offered in the seeded stories: what a carrier's program says, and
// what needs a state that no story stops in. A form that is neither offered nor here fails; so does one that is here and offered.
var unoffered = []string{
	"order deliver", "order track", "order sign_goodwill",
	"dispute inspect_return", "dispute reopen", "dispute rule_objection", "dispute vote",
	"standing start_measure", "standing end_measure",
	"report give_info", "report contest", "report need_info", "report refer", "report answer_referral",
	"review edit_review", "review appeal", "review moderate",
}

// authors are who writes: everybody whom the stories name.
var authors = []string{"Ada", "Iris", "Bolt", "Volt", "Gilt", "Cleo", "Dara", "Emil", "Fay", "Sol", "Otto", "Platform"}

// found is what a page has: ways to forms, and forms of its own that take words.
type found struct {
	Path  string   `json:"path"`
	Ways  []string `json:"ways"`
	Forms []string `json:"forms"`
}

// looking reads pages without opening them.
const looking = `Promise.all(%s.map(async path => {
	const answer = await fetch(path), page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const ways = [...page.querySelectorAll('a[href*="/do/"], a[href*="/reports/new"], a[href$="/review"], a[href*="/incidents/new"], a[href$="/letter"], main a[href^="/reports/"], main a[href^="/reviews/"], main a[href^="/desk/reports/"], main a[href^="/desk/reviews/"], main a[href^="/desk/standings/"], main a[href^="/standing/"]')].map(a => a.getAttribute("href"));
	const words = form => form.querySelector('textarea, input:not([type]), input[type=text], input[type=search]');
	return {path, ways, forms: [...page.querySelectorAll("form")].filter(words).map(f => f.getAttribute("action"))};
})).then(pages => JSON.stringify(pages))`

var identifier = regexp.MustCompile(`/[a-z]{3}_[0-9A-Z]+`)

// keyOf names a form by its address without what differs between cases.
func keyOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return identifier.ReplaceAllString(path, "/{id}")
}

// writer is somebody with a window.
type writer struct {
	*Visitor
	t    *testing.T
	name string
}

// look reads many pages at once.
func (w *writer) look(paths []string) []found {
	w.t.Helper()
	var all []found
	for chunk := range slices.Chunk(paths, 20) {
		list, err := json.Marshal(chunk)
		require.NoError(w.t, err)
		var answer string
		awaited(w.t, w.Visitor, fmt.Sprintf(looking, list), &answer)
		var pages []found
		require.NoError(w.t, json.Unmarshal([]byte(answer), &pages))
		all = append(all, pages...)
	}
	return all
}

// writers are windows of all people of a system.
func writers(t *testing.T, s *stack.Stack, places Places) []*writer {
	t.Helper()
	var all []*writer
	for _, name := range authors {
		account, err := places.Account(name)
		require.NoError(t, err)
		v, err := ground.chrome.Visitor(s.URL())
		require.NoError(t, err)
		t.Cleanup(v.Close)
		require.NoError(t, v.As(Look{}))
		require.NoError(t, v.SignIn(account))
		all = append(all, &writer{Visitor: v, t: t, name: name})
	}
	return all
}

// starts are where somebody begins to look for forms: every example of theirs, and every case of the stories.
func starts(t *testing.T, places Places, person string) []string {
	t.Helper()
	var role casefile.Role
	for _, p := range places.Seeded.People {
		if p.Name == person {
			role = p.Role
		}
	}
	paths := []string{"/", "/reviews", "/reports", "/standing", "/preferences"}
	if role == casefile.Reviewer || role == casefile.Supervisor {
		paths = append(paths, "/desk/reports", "/desk/reviews?show=all", "/desk/standings?show=all")
	}
	for _, p := range console.Pages() {
		for _, e := range p.Examples {
			if e.As == person && !p.Step {
				path, err := places.Path(t.Context(), e)
				require.NoError(t, err)
				paths = append(paths, path)
			}
		}
	}
	for _, c := range places.Seeded.Cases {
		paths = append(paths, "/orders/"+c.Order)
		if c.Dispute != "" {
			paths = append(paths, "/disputes/"+c.Dispute)
		}
		if c.Dispute != "" && (role == casefile.Reviewer || role == casefile.Supervisor) {
			paths = append(paths, "/desk/disputes/"+c.Dispute)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// Every form that takes words is offered to somebody in the seeded stories, where pages and scripts are judged, or is named here.
func TestEveryFormThatTakesWordsIsMetOrNamed(t *testing.T) {
	s, err := stack.Start(t.Context(), stack.Options{LookEvery: time.Hour, Scanner: &scans})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	places, err := Seed(t.Context(), s)
	require.NoError(t, err)
	everybody := writers(t, s, places)

	// Every form that takes words, once for each kind of page, as the first who finds it.
	forms := map[string]bool{}
	for _, w := range everybody {
		paths := starts(t, places, w.name)
		walked, ahead := map[string]found{}, paths
		for len(ahead) > 0 { // until nothing new is led to
			for _, p := range w.look(ahead) {
				walked[p.Path] = p
			}
			ahead = nil
			for _, p := range walked {
				for _, way := range p.Ways {
					if _, known := walked[way]; !known {
						ahead = append(ahead, way)
					}
				}
			}
			slices.Sort(ahead)
			ahead = slices.Compact(ahead)
		}
		for _, path := range slices.Sorted(maps.Keys(walked)) {
			p := walked[path]
			for _, action := range p.Forms {
				key := keyOf(p.Path) + " " + keyOf(action)
				forms[key] = true
			}
		}
	}
	keys := slices.Sorted(maps.Keys(forms))
	var missing []string
	for _, f := range console.Forms() {
		if f.Program || len(f.Typed()) == 0 {
			continue
		}
		offered := slices.ContainsFunc(keys, func(key string) bool {
			return slices.ContainsFunc([]bool{false, true}, func(desk bool) bool { return strings.HasPrefix(key, f.Root(desk)+"{id}/do/"+f.Action+" ") })
		})
		if !offered {
			missing = append(missing, f.Kind+" "+f.Action)
		}
	}
	require.Equal(t, unoffered, missing, "forms that nobody meets")
}
