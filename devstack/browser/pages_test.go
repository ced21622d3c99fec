package browser

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"recourse/console"
	"recourse/devstack/stack"
)

//go:embed testdata/axe.min.js
var axe string

// corpus are texts that run where a page takes them for its own: those that the console's own tests store.
var corpus []string

// ground is a seeded system with a browser, made once for all tests.
var ground struct {
	stack  *stack.Stack
	places Places
	chrome *Browser
}

// Systems that live for minutes collect their garbage less often than usual: it would be a third of the work.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(run(m))
}

func run(m *testing.M) int {
	path := Find()
	if path == "" {
		if os.Getenv("CI") == "true" {
			fmt.Fprintln(os.Stderr, "browser tests: there is no Chromium, and in CI there must be")
			return 1
		}
		fmt.Fprintln(os.Stderr, "browser tests: not run: there is no Chromium on this machine (apt-get install chromium)")
		return 0
	}
	texts, err := os.ReadFile("../../console/testdata/corpus.json")
	if err == nil {
		err = json.Unmarshal(texts, &corpus)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := stack.Start(ctx, stack.Options{LookEvery: 200 * time.Millisecond, Scanner: &scans})
	if err == nil {
		defer func() { _ = s.Stop() }()
		ground.stack = s
		ground.places, err = Seed(ctx, s)
	}
	if err == nil {
		ground.chrome, err = Open(ctx, path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	defer ground.chrome.Close()
	return m.Run()
}

// visitor opens a window, signed in as the person of the name, if any.
func visitor(t *testing.T, as string) *Visitor {
	t.Helper()
	v, err := ground.chrome.Visitor(ground.stack.URL())
	require.NoError(t, err)
	t.Cleanup(v.Close)
	require.NoError(t, v.As(Look{}))
	if as != "" {
		account, err := ground.places.Account(as)
		require.NoError(t, err)
		require.NoError(t, v.SignIn(account))
	}
	return v
}

// place is one example of one page.
type place struct {
	page    console.Page
	example console.Example
	path    string
}

// everywhere are all examples of all pages. A page without one fails: nobody would have looked at it.
func everywhere(t *testing.T) map[string][]place {
	t.Helper()
	byPerson := map[string][]place{}
	require.Empty(t, Unseen(console.Pages()), "pages without an example: name one in the table of pages")
	for _, p := range console.Pages() {
		if p.Step {
			continue
		}
		for _, e := range p.Examples {
			path, err := ground.places.Path(t.Context(), e)
			require.NoError(t, err, p.Pattern)
			byPerson[e.As] = append(byPerson[e.As], place{p, e, path})
		}
	}
	byPerson[""] = append(byPerson[""], place{page: console.Page{Name: "problem"}, path: "/nowhere"})
	return byPerson
}

func TestAPageWithoutAnExampleIsFound(t *testing.T) {
	forgotten := console.Page{Name: "forgotten", Pattern: "GET /forgotten/{dispute}"}
	step := console.Page{Name: "sent", Pattern: "POST /sent", Step: true}
	require.Equal(t, []string{forgotten.Pattern}, Unseen(append(console.Pages(), forgotten, step)))
}

// violation is one rule that axe-core found broken.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// judge runs axe-core on the page that is open.
func judge(t *testing.T, v *Visitor, where string) {
	t.Helper()
	var found string
	require.NoError(t, v.Do(
		chromedp.Evaluate(axe+"; true", nil),
		chromedp.Evaluate(`axe.run(document, {resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations))`, &found,
			func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })), where)
	var violations []violation
	require.NoError(t, json.Unmarshal([]byte(found), &violations))
	for _, broken := range violations {
		for _, node := range broken.Nodes {
			t.Errorf("%s: %s: %s\n%s\n%s", where, broken.ID, broken.Help, node.HTML, node.Summary)
		}
	}
}

// eachPerson sends everybody to their pages, each with a window of their own, as many at once as the machine has processors.
func eachPerson(t *testing.T, look func(t *testing.T, v *Visitor, person string, places []place)) {
	t.Helper()
	byPerson := everywhere(t)
	most := func(a, b string) int { return cmp.Or(len(byPerson[b])-len(byPerson[a]), cmp.Compare(a, b)) } // who has most begins first
	for _, person := range slices.SortedFunc(maps.Keys(byPerson), most) {
		t.Run(cmp.Or(person, "nobody"), func(t *testing.T) {
			t.Parallel()
			look(t, visitor(t, person), person, byPerson[person])
		})
	}
}

func TestEveryPageIsForEverybody(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{false, true} {
		eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
			require.NoError(t, v.As(Look{Dark: dark}))
			for _, at := range places {
				_, err := v.Go(at.path)
				require.NoError(t, err)
				judge(t, v, fmt.Sprintf("%s as %q, dark: %v", at.path, person, dark))
			}
			require.Empty(t, v.Refusals(), "the Content-Security-Policy has refused something")
		})
	}
}

func TestEveryPageFitsANarrowPhone(t *testing.T) {
	t.Parallel()
	eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
		require.NoError(t, v.As(Look{Width: 320, Height: 640}))
		for _, at := range places {
			_, err := v.Go(at.path)
			require.NoError(t, err)
			var wide int
			require.NoError(t, v.Do(chromedp.Evaluate(`document.scrollingElement.scrollWidth`, &wide)))
			require.LessOrEqual(t, wide, 320, "%s as %q has to be moved sideways", at.path, person)
		}
	})
}

func TestEveryPageWorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
		require.NoError(t, v.As(Look{WithoutCode: true}))
		for _, at := range places {
			status, err := v.Go(at.path)
			require.NoError(t, err)
			if at.page.Name != "do" && at.page.Name != "desk-decide" && at.page.Name != "problem" { // a form may come too late, which is a page of its own
				require.EqualValues(t, 200, status, "%s as %q", at.path, person)
			}
			source, err := v.Source()
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(source, "<h1"), "%s as %q has not one heading", at.path, person)
			require.NotContains(t, source, `hx-boost="true"`, "a script has run")
			const weight = 150 << 10
			require.Less(t, len(source), weight, "%s as %q", at.path, person)
		}
	})
}

func TestADisputeInAListIsKnownByItsGoods(t *testing.T) {
	v := visitor(t, "Ada")
	for _, path := range []string{"/", "/disputes"} {
		_, err := v.Go(path)
		require.NoError(t, err)
		reads(t, v, "Shelf Poor quality")
	}
}

func TestEveryLanguageReadsInItsDirection(t *testing.T) {
	v := visitor(t, "Ada")
	path, err := ground.places.Path(t.Context(), console.Example{Path: "/disputes/{dispute}", Story: "waiting_buyer"})
	require.NoError(t, err)
	for _, language := range console.Languages {
		_, err := v.Go("/preferences")
		require.NoError(t, err)
		require.NoError(t, v.Do(chromedp.Click("#l-"+language.Tag, chromedp.ByQuery), chromedp.Click("main form button", chromedp.ByQuery), chromedp.WaitVisible("body.page-home h1", chromedp.ByQuery)))
		require.NoError(t, v.As(Look{Width: 320}))
		_, err = v.Go(path)
		require.NoError(t, err)
		var direction string
		var wide int
		require.NoError(t, v.Do(chromedp.Evaluate(`getComputedStyle(document.body).direction`, &direction), chromedp.Evaluate(`document.scrollingElement.scrollWidth`, &wide)))
		require.Equal(t, language.Dir, direction)
		require.LessOrEqual(t, wide, 320, language.Tag)
		judge(t, v, path+" in "+language.Name)
	}
}
