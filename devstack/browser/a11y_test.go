package browser

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"recourse/console"
)

// The tests of this file walk every page as it is before anybody has done anything. They come first, by the name of the file: what the
// journeys do ends what can be done.

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

// answered holds that the page is what its example says, and no page of what did not work.
func (p place) answered(t *testing.T, status int64, as string) {
	t.Helper()
	want := http.StatusOK
	switch {
	case p.page.Name == "problem":
		want = http.StatusNotFound
	case p.example.Late:
		want = http.StatusConflict
	}
	if status != int64(want) {
		t.Errorf("%s of %q as %q: wanted %d, got %d", p.example.Path, p.example.Story, as, want, status)
	}
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
	var there bool
	require.NoError(t, v.Do(chromedp.Evaluate(`"axe" in window`, &there)), where)
	if !there {
		require.NoError(t, v.Do(chromedp.Evaluate(axe+"; true", nil)), where)
	}
	require.NoError(t, v.Do(
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

// fetched are the texts of the page that is open and of every style sheet and script that it loads.
const fetched = `Promise.all([location.href, ...[...document.querySelectorAll('link[rel=stylesheet]')].map(l => l.href), ...[...document.scripts].filter(s => s.src).map(s => s.src)]
	.map(at => fetch(at).then(r => r.text()))).then(texts => JSON.stringify(texts))`

func zipped(t *testing.T, text string) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Len()
}

// moving is how many elements have a transition or an animation.
const moving = `[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
	return s.transitionDuration.split(',').some(d => parseFloat(d) > 0) || s.animationName !== 'none' && parseFloat(s.animationDuration) > 0 }).length`

// weigh is how much the page and what it loads weigh, as it is and as a proxy that compresses sends it: of a party far from the next mast
// it asks little.
func weigh(t *testing.T, v *Visitor, at place, as string) string {
	t.Helper()
	const most = 150_000 // bytes, without pictures
	var answer string
	awaited(t, v, fetched, &answer)
	var texts []string
	require.NoError(t, json.Unmarshal([]byte(answer), &texts))
	require.GreaterOrEqual(t, len(texts), 3, at.path)
	bare, packed := 0, 0
	for _, text := range texts {
		bare += len(text)
		packed += zipped(t, text)
	}
	require.LessOrEqual(t, bare, most, "%s as %q: %d of HTML", at.path, as, len(texts[0]))
	return fmt.Sprintf("%7d B  %6d B packed  (HTML %6d B)  %s", bare, packed, len(texts[0]), at.example.Path)
}

// Every page is there, by day and in the dark without anything that axe-core finds, still for who asks for stillness, light, and as narrow
// as a narrow phone.
func TestEveryPageIsForEverybody(t *testing.T) {
	eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
		var weights []string
		for _, at := range places {
			require.NoError(t, v.As(Look{}))
			status, err := v.Go(at.path)
			require.NoError(t, err)
			at.answered(t, status, person)
			judge(t, v, fmt.Sprintf("%s as %q", at.path, person))
			weights = append(weights, weigh(t, v, at, person))
			var moves, wide int
			require.NoError(t, v.Do(chromedp.Evaluate(moving, &moves)))
			require.Zero(t, moves, "%s as %q", at.path, person)
			require.NoError(t, v.As(Look{Dark: true}))
			judge(t, v, fmt.Sprintf("%s as %q, in the dark", at.path, person))
			require.NoError(t, v.As(Look{Width: 320, Height: 640}))
			require.NoError(t, v.Do(chromedp.Evaluate(`document.scrollingElement.scrollWidth`, &wide)))
			require.LessOrEqual(t, wide, 320, "%s as %q has to be moved sideways", at.path, person)
		}
		require.Empty(t, v.Refusals(), "the Content-Security-Policy has refused something")
		slices.Sort(weights)
		t.Log("\n" + strings.Join(weights, "\n"))
	})
}

func TestEveryPageWorksWithoutJavaScript(t *testing.T) {
	eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
		require.NoError(t, v.As(Look{WithoutCode: true}))
		for _, at := range places {
			status, err := v.Go(at.path)
			require.NoError(t, err)
			at.answered(t, status, person)
			source, err := v.Source()
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(source, "<h1"), "%s as %q has not one heading", at.path, person)
			require.NotContains(t, source, `hx-boost="true"`, "a script has run")
			const weight = 150 << 10
			require.Less(t, len(source), weight, "%s as %q", at.path, person)
		}
	})
}

func TestWhoDoesNotAskForStillnessSeesThingsMove(t *testing.T) {
	v := visitor(t, "Otto")
	require.NoError(t, v.Do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "no-preference"}})))
	_, err := v.Go("/board")
	require.NoError(t, err)
	var n int
	require.NoError(t, v.Do(chromedp.Evaluate(moving, &n)))
	require.NotZero(t, n, "the buttons of who does not mind")
}
