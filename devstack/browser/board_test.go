package browser

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// awaited evaluates a script that takes its time.
func awaited(t *testing.T, v *Visitor, script string, into any) {
	t.Helper()
	require.NoError(t, v.Do(chromedp.Evaluate(script, into, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })))
}

// fetched are the texts of the page that is open and of every style sheet and script that it loads.
const fetched = `Promise.all([location.href, ...[...document.querySelectorAll('link[rel=stylesheet]')].map(l => l.href), ...[...document.scripts].filter(s => s.src).map(s => s.src)]
	.map(at => fetch(at).then(r => r.text()))).then(texts => JSON.stringify(texts))`

// A page of a party weighs little, on a phone far from the next mast too. What is told as packed is what a proxy that compresses sends.
func TestEveryPageWeighsLittle(t *testing.T) {
	t.Parallel()
	const most = 150_000 // bytes, without pictures
	eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
		var weights []string
		for _, at := range places {
			_, err := v.Go(at.path)
			require.NoError(t, err)
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
			require.LessOrEqual(t, bare, most, "%s as %q: %d of HTML", at.path, person, len(texts[0]))
			weights = append(weights, fmt.Sprintf("%7d B  %6d B packed  (HTML %6d B)  %s", bare, packed, len(texts[0]), at.example.Path))
		}
		slices.Sort(weights)
		t.Log("\n" + strings.Join(weights, "\n"))
	})
}

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

func TestNothingMovesForWhoAsksForStillness(t *testing.T) {
	t.Parallel()
	eachPerson(t, func(t *testing.T, v *Visitor, person string, places []place) {
		for _, at := range places {
			_, err := v.Go(at.path)
			require.NoError(t, err)
			var n int
			require.NoError(t, v.Do(chromedp.Evaluate(moving, &n)))
			require.Zero(t, n, "%s as %q", at.path, person)
		}
	})
	v := visitor(t, "Otto")
	require.NoError(t, v.Do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "no-preference"}})))
	_, err := v.Go("/board")
	require.NoError(t, err)
	var n int
	require.NoError(t, v.Do(chromedp.Evaluate(moving, &n)))
	require.NotZero(t, n, "the buttons of who does not mind")
}

func TestTheBoardIsReadByKeyboard(t *testing.T) {
	v := visitor(t, "Otto")
	path := "/board?clock=" + ground.places.Seeded.Clock
	_, err := v.Go(path)
	require.NoError(t, err)
	var breaching, charts, tables int
	require.NoError(t, v.Do(
		chromedp.Evaluate(`parseInt(document.querySelector('.tonight .number').textContent)`, &breaching),
		chromedp.Evaluate(`document.querySelectorAll('.chart svg[role=img][aria-label]').length`, &charts),
		chromedp.Evaluate(`document.querySelectorAll('.chart details table').length`, &tables)))
	require.Positive(t, breaching, "the seeded stories have decisions to come")
	require.Equal(t, charts, tables, "every chart has its table")
	require.Positive(t, charts)
	require.NoError(t, v.Do(chromedp.Focus(".tonight a.primary", chromedp.ByQuery), chromedp.KeyEvent("\r"), chromedp.WaitVisible(".board-row", chromedp.ByQuery)))
	require.True(t, strings.HasPrefix(at(t, v), "/board/cases?"), at(t, v))
	require.Empty(t, v.Refusals())
}

func TestAnOperatorDeclaresAnIncident(t *testing.T) {
	v := visitor(t, "Otto")
	_, err := v.Go("/incidents/new")
	require.NoError(t, err)
	const typed = "2006-01-02T15:04"
	now := time.Now().UTC()
	const words = `Storm <script>document.title="stolen"</script>`
	require.NoError(t, v.Do(
		chromedp.SetValue("#f-from", now.Format(typed), chromedp.ByQuery), chromedp.SetValue("#f-until", now.AddDate(0, 0, 30).Format(typed), chromedp.ByQuery),
		chromedp.SendKeys("#f-country", "IS", chromedp.ByQuery), chromedp.SendKeys("#f-text", words, chromedp.ByQuery)))
	press(t, v, "check", ".given")
	press(t, v, "send", ".wrong") // longer than the policy allows, which the API says
	require.NoError(t, v.Do(chromedp.SetValue("#f-until", now.AddDate(0, 0, 1).Format(typed), chromedp.ByQuery)))
	press(t, v, "check", ".given")
	press(t, v, "send", ".done")
	var said, title string
	require.NoError(t, v.Do(chromedp.Text(".said", &said, chromedp.ByQuery), chromedp.Title(&title)))
	require.Equal(t, words, said)
	require.NotContains(t, title, "stolen")
	require.NoError(t, v.Do(chromedp.Click(`a[href^="/incidents/inc_"]`, chromedp.ByQuery), chromedp.WaitVisible(".given", chromedp.ByQuery)))
	judge(t, v, "the page that ends an incident")
	press(t, v, "send", ".done")
	require.Equal(t, "/incidents?done=incident-ended", at(t, v))
	require.Empty(t, v.Refusals())
}
