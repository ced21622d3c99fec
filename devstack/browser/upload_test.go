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

// brokenOff loads the page anew, sends the file and has it break off. It returns as what the file was announced.
func brokenOff(t *testing.T, v *Visitor, path, file string) (upload string) {
	t.Helper()
	goTo(t, v, path)
	require.NoError(t, v.Do(chromedp.SetValue("#f-type", "photo_of_item", chromedp.ByQuery), chromedp.SetUploadFiles("#f-file", []string{file}, chromedp.ByQuery),
		chromedp.Evaluate(breaks, nil), chromedp.Click(`button[value="send"]`, chromedp.ByQuery)))
	var words string
	require.Eventually(t, func() bool {
		err := v.Do(chromedp.Evaluate(`document.querySelector(".progress p").textContent`, &words), chromedp.Evaluate(`document.querySelector('input[name="upload"]').value`, &upload))
		return err == nil && words == "The connection broke off. Please send it again."
	}, patience, 50*time.Millisecond, words)
	require.Regexp(t, `^upl_`, upload, "it was announced before it was sent")
	return upload
}

func TestAnUploadThatBrokeOffIsSentAgainAsTheSameEvidence(t *testing.T) {
	_, dispute := disputed(t, "Jug", "It is cracked.")
	ada, file := visitor(t, "Ada"), photo(t)
	path := "/disputes/" + dispute + "/do/submit_evidence"
	upload := brokenOff(t, ada, path, file)
	require.Equal(t, upload, brokenOff(t, ada, path, file), "a page that was loaded anew goes on with the same upload")
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
	var kept int
	require.NoError(t, ada.Do(chromedp.Evaluate(`Object.keys(sessionStorage).filter(name => name.startsWith("announced ")).length`, &kept)))
	require.Zero(t, kept, "what has landed is announced no more")
	require.Empty(t, ada.Refusals())
}
