package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/console"
)

// at is where the window is.
func at(t *testing.T, v *Visitor) string {
	t.Helper()
	var path string
	require.NoError(t, v.Do(chromedp.Location(&path)))
	return strings.TrimPrefix(path, ground.stack.URL())
}

// press presses the button of the step, and waits for what it leads to.
func press(t *testing.T, v *Visitor, step, until string) {
	t.Helper()
	require.NoError(t, v.Do(chromedp.Click(`button[name="step"][value="`+step+`"]`, chromedp.ByQuery), chromedp.WaitVisible(until, chromedp.ByQuery)), step)
}

func TestABuyerFilesTheSellerOffersTheBuyerAcceptsAndIsRefunded(t *testing.T) {
	order, err := ground.places.Path(t.Context(), console.Example{Path: "/orders/{order}", Story: "inspection"})
	require.NoError(t, err)
	ada, bolt := visitor(t, "Ada"), visitor(t, "Bolt")

	_, err = ada.Go(order + "/do/open_dispute")
	require.NoError(t, err)
	const words = `The lid is broken. <script>document.title="stolen"</script><img src=x onerror=alert(1)>`
	choose(t, ada, "what", "wrong", `input[name="f.reason"]`)
	choose(t, ada, "f.reason", "not_as_described.damaged", `input[name="f.remedy"]`)
	choose(t, ada, "f.remedy", "refund_full", "#f-text")
	require.NoError(t, ada.Do(chromedp.SendKeys("#f-text", words, chromedp.ByQuery)))
	press(t, ada, "check", ".given")
	press(t, ada, "send", ".done")
	id := disputeOf(t, strings.TrimPrefix(order, "/orders/"))
	dispute := "/disputes/" + id
	require.True(t, strings.HasPrefix(at(t, ada), dispute+"?"), at(t, ada))

	_, err = ada.Go(dispute) // and stays there, to be told
	require.NoError(t, err)

	_, err = bolt.Go(dispute + "/do/offer")
	require.NoError(t, err)
	require.NoError(t, bolt.Do(chromedp.Click(`input[name="f.remedy"][value="refund_partial"]`, chromedp.ByQuery), chromedp.SendKeys("#f-amount", "12.50", chromedp.ByQuery)))
	press(t, bolt, "check", ".given")
	press(t, bolt, "send", ".done")

	const accept = `a.primary[href*="/do/accept_offer"]`
	require.NoError(t, ada.Do(chromedp.WaitVisible(accept, chromedp.ByQuery)), "the page is told of the offer, without being loaded again")
	require.NoError(t, ada.Do(chromedp.Click(accept, chromedp.ByQuery), chromedp.WaitVisible(`button[value="send"]`, chromedp.ByQuery)))
	press(t, ada, "send", ".done")

	settled, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	require.Equal(t, client.OutcomeSettled, settled.Outcome)
	require.Equal(t, client.Money{Amount: 1250, Currency: "EUR"}, settled.Refunded)

	for _, v := range []*Visitor{ada, bolt} {
		_, err = v.Go(dispute)
		require.NoError(t, err)
		var title, said string
		require.NoError(t, v.Do(chromedp.Title(&title), chromedp.Text("blockquote", &said, chromedp.ByQuery)))
		require.NotContains(t, title, "stolen")
		require.Equal(t, words, said, "shown as it was written, and run by nobody")
		require.Empty(t, v.Refusals())
	}

	// Bolt's offer was answered: whoever comes too late is told why.
	_, err = ada.Go(dispute + "/do/escalate")
	require.NoError(t, err)
	var heading string
	require.NoError(t, ada.Do(chromedp.Text("h1", &heading, chromedp.ByQuery)))
	require.Equal(t, "Not possible now: Ask for a decision", heading)
}

// disputeOf is the order's open dispute.
func disputeOf(t *testing.T, order string) string {
	t.Helper()
	o, err := client.Result[client.Order](ground.places.Platform.GetOrder(t.Context(), order, nil))
	require.NoError(t, err)
	for _, d := range o.Disputes {
		if d.Open {
			return d.ID
		}
	}
	t.Fatal("no dispute was opened")
	return ""
}
