package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// awaited evaluates a script that takes its time.
func awaited(t *testing.T, v *Visitor, script string, into any) {
	t.Helper()
	require.NoError(t, v.Do(chromedp.Evaluate(script, into, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })))
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
