package browser

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"recourse/devstack/stack"
)

// written is a form that takes words: where it was found, by whom, and where it is sent.
type written struct {
	key, who, path, action string
}

// found is what a page has: ways to forms, forms of its own that take words, and texts that were stored.
type found struct {
	Path  string   `json:"path"`
	Ways  []string `json:"ways"`
	Forms []string `json:"forms"`
	Texts []int    `json:"texts"` // the numbers of those that are shown
}

// looking reads pages without opening them.
const looking = `Promise.all(%s.map(async path => {
	const source = await (await fetch(path)).text(), page = new DOMParser().parseFromString(source, "text/html");
	const texts = [...new Set([...source.matchAll(/No (\d+): /g)].map(m => Number(m[1])))];
	const ways = [...page.querySelectorAll('a[href*="/do/"], a[href*="/reports/new"], a[href$="/review"], a[href*="/incidents/new"], a[href$="/letter"], main a[href^="/reports/"], main a[href^="/reviews/"], main a[href^="/desk/reports/"], main a[href^="/desk/reviews/"], main a[href^="/desk/standings/"], main a[href^="/standing/"]')].map(a => a.getAttribute("href"));
	const words = form => form.querySelector('textarea, input:not([type]), input[type=text], input[type=search]');
	return {path, ways, texts, forms: [...page.querySelectorAll("form")].filter(words).map(f => f.getAttribute("action"))};
})).then(pages => JSON.stringify(pages))`

// writing types words into a form of a page and sends it as a browser without scripts does, with what the page put into it: on
// from the page to check, and along where it is led. Its arguments are the form's page and action, the words, and words for fields
// that take no others.
const writing = `(async (path, action, words, plainly) => {
	const parsed = async answer => new DOMParser().parseFromString(await answer.text(), "text/html");
	const wordy = form => [...form.querySelectorAll('textarea, input:not([type]), input[type=text], input[type=search]')];
	const sent = async (form, button) => {
		const data = new FormData(form);
		if (button && button.name) data.set(button.name, button.value);
		if (form.getAttribute("method") !== "post") return fetch(action + "?" + new URLSearchParams(data));
		return fetch(action, {method: "POST", body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data)});
	};
	const form = [...(await parsed(await fetch(path))).querySelectorAll("form")].find(f => f.getAttribute("action") === action && wordy(f).length);
	if (!form) return null;
	for (const one of form.querySelectorAll("input[type=radio]")) if ((one.required || plainly[one.name] === one.value) && !form.querySelector('input[name="' + one.name + '"]:checked')) one.checked = true;
	for (const one of form.querySelectorAll("select")) if (one.required && !one.value && one.options.length > 1) one.value = plainly[one.name] ?? one.options[1].value;
	for (const one of form.querySelectorAll("input[type=number]")) if (!one.value && one.required) one.value = one.min || "1";
	for (const one of form.querySelectorAll("input[type=datetime-local]")) if (!one.value) one.value = one.id === "f-from" ? "2026-02-14T10:00" : "2026-02-16T10:00";
	for (const one of form.querySelectorAll("input[type=checkbox]")) if (one.required) one.checked = true;
	const typed = {};
	for (const one of wordy(form)) {
		const other = plainly[one.name] ?? (one.inputMode === "decimal" ? (one.required ? "1" : one.value) : undefined);
		one.value = other ?? (one.maxLength > 0 ? [...words].slice(0, one.maxLength).join("") : words);
		if (other === undefined) typed[one.name] = one.value;
	}
	let answer = await sent(form, form.querySelector('button[value="check"], button[value="send"]') || form.querySelector("button"));
	let page = await parsed(answer);
	const check = page.querySelector(".given") && page.querySelector('button[value="send"]');
	if (check) page = await parsed(answer = await sent(check.form, check));
	return {typed, done: !!page.querySelector(".done"), at: form.getAttribute("method") === "post" ? "" : answer.url.slice(location.origin.length), said: (page.querySelector(".wrong, .notes") || page.querySelector("h1"))?.textContent || ""};
})(%s).then(answer => JSON.stringify(answer))`

// came is what came of a form that was sent.
type came struct {
	Typed map[string]string `json:"typed"`
	Done  bool              `json:"done"`
	At    string            `json:"at"`   // the address of what was asked for
	Said  string            `json:"said"` // what the page says first
}

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

// look reads many pages, some at once.
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

// write types words into the fields of a form that takes them, and sends it. It returns what came of it, or nothing if the form is
// not there any more.
func (w *writer) write(f written, words string) *came {
	w.t.Helper()
	var arguments []string
	for _, one := range []any{f.path, f.action, words, plainly} {
		argument, err := json.Marshal(one)
		require.NoError(w.t, err)
		arguments = append(arguments, string(argument))
	}
	var text string
	awaited(w.t, w.Visitor, fmt.Sprintf(writing, strings.Join(arguments, ", ")), &text)
	var answer *came
	require.NoError(w.t, json.Unmarshal([]byte(text), &answer), f.key)
	return answer
}

// text is every word that the page shows, with single spaces.
func (w *writer) text() string {
	w.t.Helper()
	var all string
	require.NoError(w.t, w.Do(chromedp.Evaluate(shown, &all)))
	return plain(all)
}

func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// plainly are words for fields that take only some: places, numbers of parcels, of listings, what is in dispute where something is to be
// decided. Other sums are typed where they are needed. A measure is about a listing, which has a name; what is claimed holds.
var plainly = map[string]string{"f.carrier": "other", "f.tracking": "AB123456", "f.country": "FR", "f.postcode": "75011", "f.lane": "CN-FR", "f.of": "",
	"f.measures.listing": "LAMP-1", "f.refund": "2", "f.release": "0", "f.scope": "listing", "holds.0": "true"}

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
