package browser

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/console"
	"recourse/internal/clamd"
)

// scans finds everything harmless, and can be made to wait.
var scans gate

type gate struct {
	mu   sync.Mutex
	shut chan struct{}
}

func (g *gate) Scan(ctx context.Context, _ io.Reader) (clamd.Result, error) {
	g.mu.Lock()
	shut := g.shut
	g.mu.Unlock()
	if shut != nil {
		select {
		case <-shut:
		case <-ctx.Done():
			return clamd.Result{}, ctx.Err()
		}
	}
	return clamd.Result{Verdict: clamd.Clean}, nil
}

// hold makes scans wait until what it returns is called.
func (g *gate) hold() (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	shut := make(chan struct{})
	g.shut = shut
	var once sync.Once
	return func() {
		once.Do(func() {
			g.mu.Lock()
			g.shut = nil
			g.mu.Unlock()
			close(shut)
		})
	}
}

// fresh is an order of Ada's at Bolt's that has arrived, on the clock of the stories.
func fresh(t *testing.T, title string) string {
	t.Helper()
	ctx, platform := t.Context(), ground.places.Platform
	clock, err := client.Result[client.TestClock](platform.GetTestClock(ctx, ground.places.Seeded.Clock))
	require.NoError(t, err)
	paid := clock.Now.Add(-48 * time.Hour)
	order, err := client.Result[client.Order](platform.RegisterOrder(ctx, nil, client.NewOrder{Buyer: account(t, "Ada"), Seller: account(t, "Bolt"), Currency: "EUR", Clock: clock.ID,
		Lines:  []client.NewLine{{Sku: "X-1", Title: title, Quantity: 1, Price: client.Money{Amount: 3000, Currency: "EUR"}}},
		PaidAt: paid, ShipBy: paid.Add(120 * time.Hour), GuaranteedBy: paid.Add(480 * time.Hour), Postcode: "75011"}, client.Key(rand.Text())))
	require.NoError(t, err)
	do(t, "Bolt", "/v1/orders/"+order.ID+"/shipments", map[string]any{"carrier": "other", "tracking": rand.Text()[:12]})
	do(t, "carrier", "/v1/orders/"+order.ID+"/deliveries", map[string]any{"strength": "strong", "postcode": "75011"})
	return order.ID
}

// disputed is a fresh order with a dispute, which the seller has answered.
func disputed(t *testing.T, title, text string) (order, dispute string) {
	t.Helper()
	order = fresh(t, title)
	dispute = do(t, "Ada", "/v1/orders/"+order+"/disputes", map[string]any{"reason": "not_as_described.damaged", "remedy": "refund_full", "text": text})
	return order, dispute
}

func account(t *testing.T, name string) string {
	t.Helper()
	id, err := ground.places.Account(name)
	if err != nil {
		return name // a role
	}
	return id
}

// do sends a command by the API as somebody, and returns the identifier of what it made.
func do(t *testing.T, as, path string, body map[string]any) string {
	t.Helper()
	made, err := client.Result[struct{ ID string }](ground.places.Platform.Do(t.Context(), http.MethodPost, path, body, client.Key(rand.Text()), client.ActAs(account(t, as))))
	require.NoError(t, err, path)
	return made.ID
}

// tick turns the stories' clock by a second, so that what is due at once is done. No other deadline is so near.
func tick(t *testing.T) {
	t.Helper()
	platform, id := ground.places.Platform, ground.places.Seeded.Clock
	clock, err := client.Result[client.TestClock](platform.GetTestClock(t.Context(), id))
	require.NoError(t, err)
	to := clock.Now.Add(time.Second)
	for clock.Now.Before(to) || clock.Status != client.TestClockStatusReady {
		clock, err = client.Result[client.TestClock](platform.AdvanceTestClock(t.Context(), id, nil, client.ClockAdvance{To: to}))
		require.NoError(t, err)
	}
}

// visible waits until there is something on the page, and says what the heading is if there is not.
func visible(t *testing.T, v *Visitor, selector string) {
	t.Helper()
	if err := v.Do(chromedp.WaitVisible(selector, chromedp.ByQuery)); err != nil {
		source, _ := v.Source()
		require.NoError(t, err, "%s at %s:\n%s", selector, at(t, v), source)
	}
}

// goTo opens a path, whatever it answers: also a page that says that it is too late.
func goTo(t *testing.T, v *Visitor, path string) {
	t.Helper()
	_, err := v.Go(path)
	require.NoError(t, err)
}

// choose takes an answer of the guide and goes on, until the next question.
func choose(t *testing.T, v *Visitor, name, value, next string) {
	t.Helper()
	require.NoError(t, v.Do(chromedp.Click(`input[name="`+name+`"][value="`+value+`"]`, chromedp.ByQuery), chromedp.Click("main form button.primary", chromedp.ByQuery)))
	visible(t, v, next)
}

func TestWhoWithdrawsReadsThePromiseAgainAndCanMakeItBind(t *testing.T) {
	_, dispute := disputed(t, "Jug", "It leaks.")
	const promise = "Please close the dispute and I will send you a replacement."
	do(t, "Bolt", "/v1/disputes/"+dispute+"/messages", map[string]any{"text": promise})
	ada := visitor(t, "Ada")
	goTo(t, ada, "/disputes/"+dispute)
	visible(t, ada, `.warning a[href*="/do/offer?f.remedy=replacement"]`)
	goTo(t, ada, "/disputes/"+dispute+"/do/withdraw")
	var quoted string
	require.NoError(t, ada.Do(chromedp.Text("#quote + blockquote", &quoted, chromedp.ByQuery)))
	require.Equal(t, promise, quoted)
	require.NoError(t, ada.Do(chromedp.Click(`section a[href*="/do/offer?f.remedy=replacement"]`, chromedp.ByQuery)))
	visible(t, ada, `input[name="f.remedy"][value="replacement"]:checked`)

	goTo(t, ada, "/disputes/"+dispute+"/do/withdraw")
	press(t, ada, "check", ".given")
	visible(t, ada, "button.grave")
	press(t, ada, "send", ".done-next")
	require.NoError(t, ada.Do(chromedp.Text("#withdrawal ~ blockquote", &quoted, chromedp.ByQuery)))
	require.Equal(t, promise, quoted, "and once more on the page of the case")
	visible(t, ada, `a[href$="/do/cancel_withdrawal"]`)
}

// photo is a picture on disk, as a phone makes them.
func photo(t *testing.T) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for x := range 400 {
		for y := range 300 {
			picture.Set(x, y, color.RGBA{R: uint8(x % 256), G: uint8(y % 256), B: 120, A: 255})
		}
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, picture, nil))
	path := filepath.Join(t.TempDir(), "crack.jpg")
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	return path
}

// drawn is how wide the first thumbnail of the page is, once it was loaded.
const drawn = `(async () => { const i = document.querySelector(".thumb img"); i.loading = "eager"; await i.decode(); return i.naturalWidth; })()`

func TestAPictureIsSeenByTheOtherSideOnceItWasScanned(t *testing.T) {
	_, dispute := disputed(t, "Bowl", "It is cracked.")
	release := scans.hold()
	defer release()
	ada, bolt := visitor(t, "Ada"), visitor(t, "Bolt")
	goTo(t, ada, "/disputes/"+dispute+"/do/submit_evidence")
	require.NoError(t, ada.Do(chromedp.SetValue("#f-type", "photo_of_item", chromedp.ByQuery), chromedp.SendKeys("#f-text", "The crack runs to the foot.", chromedp.ByQuery),
		chromedp.SetUploadFiles("#f-file", []string{photo(t)}, chromedp.ByQuery)))
	press(t, ada, "send", ".done")
	visible(t, ada, `a[href^="/receipts/cmd_"]`)
	var thumbs int
	require.NoError(t, ada.Do(chromedp.Evaluate(`document.querySelectorAll(".thumb").length`, &thumbs)))
	require.Zero(t, thumbs, "nobody has looked at it yet")
	goTo(t, bolt, "/disputes/"+dispute)
	source, err := bolt.Source()
	require.NoError(t, err)
	require.NotContains(t, source, "The crack runs to the foot.")

	release()
	require.Eventually(t, func() bool {
		seen, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), dispute, nil, client.ActAs(account(t, "Bolt"))))
		return err == nil && len(seen.Evidence) == 1 && seen.Evidence[0].File.Thumbnail != ""
	}, patience, 100*time.Millisecond)
	for _, v := range []*Visitor{ada, bolt} {
		goTo(t, v, "/disputes/"+dispute)
		var width int
		require.NoError(t, v.Do(chromedp.Evaluate(drawn, &width, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })))
		require.Positive(t, width, "the thumbnail comes through the pages' own address")
	}
	for _, v := range []*Visitor{ada, bolt} {
		require.Empty(t, v.Refusals())
	}
	var src string
	require.NoError(t, bolt.Do(chromedp.AttributeValue(".thumb img", "src", &src, nil, chromedp.ByQuery)))
	iris := visitor(t, "Iris")
	status, err := iris.Go(src)
	require.NoError(t, err)
	require.EqualValues(t, http.StatusNotFound, status, "a stranger does not see it")
}

func TestABuyerReviewsAndTheSellerSeesThatItIsSealed(t *testing.T) {
	order := fresh(t, "Tray")
	ada, bolt := visitor(t, "Ada"), visitor(t, "Bolt")
	goTo(t, ada, "/orders/"+order)
	require.NoError(t, ada.Do(chromedp.Click(`a[href$="/review"]`, chromedp.ByQuery)))
	visible(t, ada, "#f-stars-4")
	require.NoError(t, ada.Do(chromedp.Click("#f-stars-4", chromedp.ByQuery), chromedp.Click("#f-quality-5", chromedp.ByQuery),
		chromedp.SendKeys("#f-text", "A good tray.", chromedp.ByQuery), chromedp.Click("main form button.primary", chromedp.ByQuery)))
	visible(t, ada, ".done-next")
	path, _, _ := strings.Cut(at(t, ada), "?")
	require.True(t, strings.HasPrefix(path, "/reviews/"), path)
	var words string
	require.NoError(t, ada.Do(chromedp.Text("main", &words, chromedp.ByQuery)))
	require.Contains(t, words, "A good tray.")
	require.Contains(t, words, "Sealed")
	goTo(t, bolt, path)
	require.NoError(t, bolt.Do(chromedp.Text("main", &words, chromedp.ByQuery)))
	require.NotContains(t, words, "A good tray.")
	require.Contains(t, words, "Sealed")
	goTo(t, ada, "/orders/"+order+"/review")
	require.Equal(t, path, at(t, ada), "once: the second time leads to the first")
}

func TestAReportIsAffirmedAnsweredAndContested(t *testing.T) {
	_, dispute := disputed(t, "Mat", "It is torn.")
	ada := visitor(t, "Ada")
	goTo(t, ada, "/disputes/"+dispute)
	require.NoError(t, ada.Do(chromedp.Click(`a[href^="/reports/new"]`, chromedp.ByQuery)))
	visible(t, ada, "#f-behaviour")
	require.NoError(t, ada.Do(chromedp.SetValue("#f-behaviour", "off_platform", chromedp.ByQuery), chromedp.SendKeys("#f-text", "I was told to pay by bank transfer.", chromedp.ByQuery),
		chromedp.Click("#f-affirm", chromedp.ByQuery), chromedp.Click("main form button.primary", chromedp.ByQuery)))
	visible(t, ada, ".done-next")
	path, _, _ := strings.Cut(at(t, ada), "?")
	id := strings.TrimPrefix(path, "/reports/")
	report, err := client.Result[client.Report](ground.places.Platform.GetReport(t.Context(), id, client.ActAs("operator")))
	require.NoError(t, err)
	require.Equal(t, account(t, "Bolt"), report.Reported, "it is about the other side of the case")
	require.Equal(t, dispute, report.Dispute)

	tick(t) // somebody is found for it
	report, err = client.Result[client.Report](ground.places.Platform.GetReport(t.Context(), id, client.ActAs("operator")))
	require.NoError(t, err)
	if report.Status == client.ReportStatusScreening {
		do(t, report.Reviewer, "/v1/reports/"+id+"/admit", map[string]any{"if_revision": report.Revision})
	}
	report, err = client.Result[client.Report](ground.places.Platform.GetReport(t.Context(), id, client.ActAs("operator")))
	require.NoError(t, err)
	require.NotEmpty(t, report.Reviewer)
	do(t, report.Reviewer, "/v1/reports/"+id+"/find", map[string]any{"finding": "unsubstantiated", "reasons": "Nothing of it is in the messages.", "if_revision": report.Revision})
	goTo(t, ada, path)
	visible(t, ada, `a[href$="/do/contest"]`)
	require.NoError(t, ada.Do(chromedp.Click(`a[href$="/do/contest"]`, chromedp.ByQuery)))
	visible(t, ada, "#f-text")
	require.NoError(t, ada.Do(chromedp.SendKeys("#f-text", "It was said on the phone; I have the number.", chromedp.ByQuery)))
	press(t, ada, "check", ".given")
	press(t, ada, "send", ".done")
	report, err = client.Result[client.Report](ground.places.Platform.GetReport(t.Context(), id, client.ActAs("operator")))
	require.NoError(t, err)
	require.Equal(t, client.ReportStatusContested, report.Status)
}

func TestAPartyAppealsFromTheLetter(t *testing.T) {
	letter, err := ground.places.Path(t.Context(), console.Example{Path: "/disputes/{dispute}/letter", Story: "appeal_window"})
	require.NoError(t, err)
	bolt := visitor(t, "Bolt")
	goTo(t, bolt, letter)
	require.NoError(t, bolt.Do(chromedp.Click(`.letter a.primary[href*="/do/appeal"]`, chromedp.ByQuery)))
	visible(t, bolt, "#f-text")
	require.NoError(t, bolt.Do(chromedp.SendKeys("#f-text", "The thread is whole in the photo of our last check.", chromedp.ByQuery)))
	press(t, bolt, "check", ".given")
	press(t, bolt, "send", ".done-next")
	goTo(t, bolt, letter)
	var words string
	require.NoError(t, bolt.Do(chromedp.Text(".letter", &words, chromedp.ByQuery)))
	require.Contains(t, words, "The thread is whole in the photo of our last check.")
}

// tab moves the focus by the keyboard until it is where the selector says.
func tab(t *testing.T, v *Visitor, selector string) {
	t.Helper()
	for range 120 {
		var there bool
		require.NoError(t, v.Do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(fmt.Sprintf(`document.activeElement.matches(%q)`, selector), &there)))
		if there {
			return
		}
	}
	t.Fatalf("the keyboard does not reach %s", selector)
}

// pick chooses one of the answers by the arrow keys.
func pick(t *testing.T, v *Visitor, name, value string) {
	t.Helper()
	tab(t, v, `input[name="`+name+`"]`)
	require.NoError(t, v.Do(chromedp.KeyEvent(" ")))
	for range 10 {
		var there bool
		require.NoError(t, v.Do(chromedp.Evaluate(fmt.Sprintf(`document.activeElement.value === %q && document.activeElement.checked`, value), &there)))
		if there {
			return
		}
		require.NoError(t, v.Do(chromedp.KeyEvent(kb.ArrowDown)))
	}
	t.Fatalf("the keyboard does not choose %s", value)
}

func TestTheMainJourneyByKeyboardAlone(t *testing.T) {
	order := fresh(t, "Pan")
	ada, bolt := visitor(t, "Ada"), visitor(t, "Bolt")
	enter := func(v *Visitor, selector, until string) {
		tab(t, v, selector)
		require.NoError(t, v.Do(chromedp.KeyEvent(kb.Enter)))
		visible(t, v, until)
	}
	goTo(t, ada, "/orders/"+order)
	enter(ada, `a[href$="/do/open_dispute"]`, `input[name="what"]`)
	pick(t, ada, "what", "wrong")
	enter(ada, "main form button.primary", `input[name="f.reason"]`)
	pick(t, ada, "f.reason", "not_as_described.missing_parts")
	enter(ada, "main form button.primary", `input[name="f.remedy"]`)
	pick(t, ada, "f.remedy", "refund_full")
	enter(ada, "main form button.primary", "#f-text")
	tab(t, ada, "#f-text")
	require.NoError(t, ada.Do(chromedp.KeyEvent("The lid is missing.")))
	enter(ada, `button[value="check"]`, `button[value="send"]`)
	enter(ada, `button[value="send"]`, ".done-next")
	dispute, _, _ := strings.Cut(at(t, ada), "?")

	goTo(t, bolt, dispute)
	enter(bolt, `a[href$="/do/offer"]`, `input[name="f.remedy"]`)
	pick(t, bolt, "f.remedy", "refund_partial")
	tab(t, bolt, "#f-amount")
	require.NoError(t, bolt.Do(chromedp.KeyEvent("9.50")))
	enter(bolt, `button[value="check"]`, `button[value="send"]`)
	enter(bolt, `button[value="send"]`, ".done")

	goTo(t, ada, dispute)
	enter(ada, `a.primary[href*="/do/accept_offer"]`, `button[value="send"]`)
	enter(ada, `button[value="send"]`, ".done")
	settled, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), strings.TrimPrefix(dispute, "/disputes/"), nil))
	require.NoError(t, err)
	require.Equal(t, client.Money{Amount: 950, Currency: "EUR"}, settled.Refunded)
}

func TestStoredScriptsRunNowhere(t *testing.T) {
	everything := strings.Join(corpus, "\n")
	order, dispute := disputed(t, corpus[0], everything)
	for _, said := range []struct {
		as, path string
		body     map[string]any
	}{
		{"Ada", "/v1/orders/" + order + "/messages", map[string]any{"text": everything}},
		{"Bolt", "/v1/disputes/" + dispute + "/messages", map[string]any{"text": everything + "\nPlease close the dispute and I will send you a replacement."}},
		{"Ada", "/v1/disputes/" + dispute + "/evidence", map[string]any{"type": "statement", "text": everything}},
		{"Bolt", "/v1/disputes/" + dispute + "/evidence", map[string]any{"type": "statement", "text": everything}},
		{"Bolt", "/v1/disputes/" + dispute + "/offers", map[string]any{"remedy": "refund_partial", "amount": map[string]any{"amount": 500, "currency": "EUR"}}},
		{"Ada", "/v1/disputes/" + dispute + "/withdraw", map[string]any{"text": everything}},
		{"Ada", "/v1/disputes/" + dispute + "/cancel_withdrawal", map[string]any{"text": everything}},
	} {
		do(t, said.as, said.path, said.body)
	}
	review := do(t, "Ada", "/v1/orders/"+fresh(t, corpus[1])+"/reviews", map[string]any{"stars": 3, "text": everything})
	report := do(t, "Ada", "/v1/reports", map[string]any{"against": account(t, "Bolt"), "behaviour": "other", "text": everything, "dispute": dispute, "affirm": true})
	for _, name := range []string{"Ada", "Bolt"} {
		v := visitor(t, name)
		var mu sync.Mutex
		var dialogs []string
		chromedp.ListenTarget(v.ctx, func(event any) {
			if opened, is := event.(*page.EventJavascriptDialogOpening); is {
				mu.Lock()
				dialogs = append(dialogs, opened.Message)
				mu.Unlock()
			}
		})
		paths := []string{"/", "/orders/" + order, "/disputes/" + dispute, "/disputes", "/reviews/" + review, "/reviews", "/orders/" + order + "/do/post_message?f.text=" + "%3C%2Ftextarea%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"}
		if name == "Ada" {
			paths = append(paths, "/disputes/"+dispute+"/do/withdraw", "/reports/"+report, "/reports", "/reports/new?dispute="+dispute+"&text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
				"/orders/"+order+"/do/open_dispute?what=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&f.reason=%3Cscript%3E&f.amount=%22%3E%3Cscript%3E")
		}
		for _, path := range paths {
			goTo(t, v, path)
			var main string
			require.NoError(t, v.Do(chromedp.Text("h1", &main, chromedp.ByQuery), chromedp.Poll(`document.readyState === "complete"`, nil)), "%s as %s", path, name)
			require.Equal(t, strings.Split(path, "?")[0], strings.Split(at(t, v), "?")[0], "nobody is led elsewhere")
		}
		require.Empty(t, v.Refusals(), "as %s: the policy had nothing to refuse, since nothing was taken for code", name)
		mu.Lock()
		require.Empty(t, dialogs)
		mu.Unlock()
	}
}
