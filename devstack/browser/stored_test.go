package browser

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
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

// typed is a place for words in a form of a page.
type typed struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// written is a form that takes words: where it was found, and by whom.
type written struct {
	key, who, path string
}

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

// typing fills in what a form needs beside words, and tells where words go. Its argument is the form's action.
const typing = `(action => {
	const form = [...document.querySelectorAll("form")].find(f => f.getAttribute("action") === action);
	for (let up = form; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
	document.getElementById("main").dataset.typed = "1";
	for (const one of form.querySelectorAll("input[type=radio]")) if (!form.querySelector('input[name="' + one.name + '"]:checked')) one.checked = true;
	for (const one of form.querySelectorAll("select")) if (!one.value && one.options.length > 1) one.value = one.options[1].value;
	for (const one of form.querySelectorAll("input[type=number]")) if (!one.value) one.value = one.min || "1";
	for (const one of form.querySelectorAll("input[type=datetime-local]")) if (!one.value) one.value = "2026-02-2" + (one.id === "f-until" ? "2" : "0") + "T10:00";
	for (const one of form.querySelectorAll("input[type=checkbox]")) if (one.required) one.checked = true;
	return JSON.stringify([...form.querySelectorAll('textarea, input:not([type]), input[type=text], input[type=search]')].map((f, i) => { f.dataset.words = i; return {name: f.name, id: '[data-words="' + i + '"]'}; }));
})(%q)`

// sending presses the button of a form that goes on.
const sending = `(action => {
	const form = [...document.querySelectorAll("form")].find(f => f.getAttribute("action") === action);
	form.noValidate = true;
	form.requestSubmit(form.querySelector('button[value="check"], button[value="send"]') || form.querySelector("button:not([name]), button.primary") || form.querySelector("button"));
})(%q)`

// taken counts what words have become that should have stayed words.
const taken = `document.querySelectorAll('[onerror],[onload],[onfocus],[onmouseover],[srcdoc],iframe,main script,main style,main link,main meta,main base,main [href^="javascript:" i],form[action*="evil"],main [hx-get],img[src="x"]').length`

// shown is every word on the page, and in the fields of its forms.
const shown = `document.body.innerText + "\n" + [...document.querySelectorAll("textarea, input, option")].map(f => f.value).join("\n")`

var identifier = regexp.MustCompile(`/[a-z]{3}_[0-9A-Z]+`)

// keyOf names a form by its address without what differs between cases.
func keyOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return identifier.ReplaceAllString(path, "/{id}")
}

// writer is somebody who types the corpus wherever it can be typed.
type writer struct {
	*Visitor
	t    *testing.T
	name string

	mu      sync.Mutex
	dialogs []string
}

func (w *writer) unharmed(where string) {
	w.t.Helper()
	var become int
	var title, at string
	require.NoError(w.t, w.Do(chromedp.Evaluate(taken, &become), chromedp.Title(&title), chromedp.Location(&at)), where)
	require.Zero(w.t, become, "%s as %s: words have become something else", where, w.name)
	require.NotContains(w.t, title, "<")
	require.True(w.t, strings.HasPrefix(at, w.base), "%s led to %s", where, at)
	require.Empty(w.t, w.Refusals(), "%s as %s: the policy had something to refuse", where, w.name)
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(w.t, w.dialogs, "%s as %s: a script has run", where, w.name)
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

// write types words into the fields of a form that takes them, and sends it. It returns what was typed by the field's name, or
// nothing if the form is not there any more.
func (w *writer) write(f written, action string, words func(name string) string) map[string]string {
	w.t.Helper()
	_, err := w.Go(f.path)
	require.NoError(w.t, err)
	var there bool
	require.NoError(w.t, w.Do(chromedp.Evaluate(fmt.Sprintf(`[...document.querySelectorAll("form")].some(f => f.getAttribute("action") === %q)`, action), &there)))
	if !there {
		return nil
	}
	var answer string
	require.NoError(w.t, w.Do(chromedp.Evaluate(fmt.Sprintf(typing, action), &answer)), f.path)
	var fields []typed
	require.NoError(w.t, json.Unmarshal([]byte(answer), &fields))
	values := map[string]string{}
	for _, field := range fields {
		var kept string
		require.NoError(w.t, w.Do(
			chromedp.Evaluate(fmt.Sprintf(`(f => { f.focus(); f.select(); })(document.querySelector('%s'))`, field.ID), nil),
			input.InsertText(words(field.Name)),
			chromedp.Evaluate(fmt.Sprintf(`document.querySelector('%s').value`, field.ID), &kept)), "%s %s", f.path, field.Name)
		require.NotEmpty(w.t, kept, "%s %s", f.path, field.Name)
		values[field.Name] = kept
	}
	require.NotEmpty(w.t, values, f.path)
	w.send(action)
	return values
}

// send sends a form and waits for what comes.
func (w *writer) send(action string) {
	w.t.Helper()
	require.NoError(w.t, w.Do(chromedp.Evaluate(fmt.Sprintf(sending, action), nil)), action)
	require.NoError(w.t, w.Do(chromedp.Poll(`document.readyState === "complete" && document.getElementById("main") && !document.getElementById("main").dataset.typed`, nil, chromedp.WithPollingTimeout(patience))), action)
}

// text is every word that the page shows, with single spaces.
func (w *writer) text() string {
	w.t.Helper()
	var all string
	require.NoError(w.t, w.Do(chromedp.Evaluate(shown, &all)))
	return plain(all)
}

func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// plainly are words that a form takes where it does not take any: sums, places, numbers.
func plainly(name string) (string, bool) {
	words, is := map[string]string{"f.amount": "1", "f.refund": "1", "f.release": "1", "f.carrier": "other", "f.tracking": "AB123456", "f.country": "FR", "f.postcode": "75011",
		"f.lane": "CN-FR"}[name]
	return words, is
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
		w := &writer{Visitor: v, t: t, name: name}
		chromedp.ListenTarget(v.ctx, func(event any) {
			if opened, is := event.(*page.EventJavascriptDialogOpening); is {
				w.mu.Lock()
				w.dialogs = append(w.dialogs, opened.Message)
				w.mu.Unlock()
				go func() { _ = chromedp.Run(v.ctx, page.HandleJavaScriptDialog(true)) }()
			}
		})
		all = append(all, w)
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

// Whatever people write is shown as they wrote it, and is nothing but words: in every field that takes words, of every form
// that a page of the seeded stories offers to somebody.
func TestTheCorpusInEveryFieldOfEveryFormStaysWords(t *testing.T) {
	s, err := stack.Start(t.Context(), stack.Options{LookEvery: time.Hour, Scanner: &scans})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	places, err := Seed(t.Context(), s)
	require.NoError(t, err)
	everybody := writers(t, s, places)
	everything := strings.Join(corpus, "\n")

	// Every form that takes words, once for each kind of page, as the first who finds it.
	forms := map[string]written{}
	actions := map[string]string{}
	begin := map[string][]string{}
	for _, w := range everybody {
		paths := starts(t, places, w.name)
		begin[w.name] = paths
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
				if _, known := forms[key]; !known {
					forms[key], actions[key] = written{key, w.name, p.Path}, action
				}
			}
		}
	}
	byName := map[string]*writer{}
	for _, w := range everybody {
		byName[w.name] = w
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
	require.Equal(t, unoffered, missing, "forms into which nobody has typed")

	// What is typed stays words on the page to check, or beside what is wrong with it.
	for _, key := range keys {
		f := forms[key]
		w := byName[f.who]
		values := w.write(f, actions[key], func(string) string { return everything })
		require.NotNil(t, values, key)
		w.unharmed(key)
		all := w.text()
		for name, words := range values {
			assert.Contains(t, all, plain(words), "%s: %s is not shown as it was written", key, name)
		}
	}

	// And where it is kept: those forms are sent that take it, and all pages are looked at by all.
	stored := map[string]string{}
	for n, key := range keys {
		f := forms[key]
		w := byName[f.who]
		values := w.write(f, actions[key], func(name string) string {
			if words, is := plainly(name); is {
				return words
			}
			return fmt.Sprintf("No %d: %s", n, everything)
		})
		if values == nil {
			continue // what was sent before has ended it
		}
		var check bool
		require.NoError(t, w.Do(chromedp.Evaluate(`document.querySelector("form button[value=send]") !== null && document.querySelector(".given") !== null`, &check)))
		if check {
			require.NoError(t, w.Do(chromedp.Evaluate(`document.getElementById("main").dataset.typed = "1"`, nil)))
			w.send(actions[key])
		}
		w.unharmed(key)
		var done bool
		require.NoError(t, w.Do(chromedp.Evaluate(`document.querySelector(".done") !== null`, &done)))
		if done {
			for name, words := range values {
				if strings.HasPrefix(words, "No ") {
					stored[key+" "+name] = words
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, w := range everybody {
		var ways []string
		for _, p := range w.look(begin[w.name]) {
			for _, way := range p.Ways {
				if strings.HasSuffix(way, "/letter") {
					ways = append(ways, way)
				}
			}
		}
		for _, path := range append(begin[w.name], ways...) {
			_, err := w.Go(path)
			require.NoError(t, err)
			w.unharmed(path)
			all := w.text()
			for name, words := range stored {
				seen[name] = seen[name] || strings.Contains(all, plain(words))
			}
		}
	}
	for name := range stored {
		assert.True(t, seen[name], "%s was kept and nobody reads it", name)
	}
	t.Logf("%d forms, %d texts kept and read", len(keys), len(stored))
	require.Greater(t, len(stored), 10)
}
