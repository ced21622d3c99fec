package browser

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

// breaks makes the next upload of the page break off, once its file is announced.
const breaks = `{ const send = XMLHttpRequest.prototype.send; XMLHttpRequest.prototype.send = function () { XMLHttpRequest.prototype.send = send; this.dispatchEvent(new ProgressEvent("error")); }; true }`

func TestAnUploadThatBrokeOffIsSentAgainAsTheSameEvidence(t *testing.T) {
	_, dispute := disputed(t, "Jug", "It is cracked.")
	ada := visitor(t, "Ada")
	goTo(t, ada, "/disputes/"+dispute+"/do/submit_evidence")
	require.NoError(t, ada.Do(chromedp.SetValue("#f-type", "photo_of_item", chromedp.ByQuery), chromedp.SetUploadFiles("#f-file", []string{photo(t)}, chromedp.ByQuery),
		chromedp.Evaluate(breaks, nil), chromedp.Click(`button[value="send"]`, chromedp.ByQuery)))
	var words, upload string
	require.Eventually(t, func() bool {
		err := ada.Do(chromedp.Evaluate(`document.querySelector(".progress p").textContent`, &words), chromedp.Evaluate(`document.querySelector('input[name="upload"]').value`, &upload))
		return err == nil && words == "The connection broke off. Please send it again."
	}, patience, 50*time.Millisecond, words)
	require.Regexp(t, `^upl_`, upload, "it was announced before it was sent")
	require.Eventually(t, func() bool {
		var free bool
		err := ada.Do(chromedp.Evaluate(`!document.querySelector('button[value="send"]').hasAttribute("aria-disabled")`, &free))
		return err == nil && free
	}, patience, 50*time.Millisecond)
	press(t, ada, "send", ".done")
	seen, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), dispute, nil, client.ActAs(account(t, "Ada"))))
	require.NoError(t, err)
	require.Len(t, seen.Evidence, 1)
	require.Equal(t, upload[len("upl_"):], seen.Evidence[0].ID[len("evd_"):], "it is what was announced")
	require.Empty(t, ada.Refusals())
}
