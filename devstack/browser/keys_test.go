package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

// command opens the list of commands by its keys and carries out the first that has the words.
func command(t *testing.T, v *Visitor, words, until string) {
	t.Helper()
	require.NoError(t, v.Do(chromedp.KeyEvent("k", chromedp.KeyModifiers(input.ModifierCtrl))))
	visible(t, v, "dialog.palette input:focus")
	require.NoError(t, v.Do(chromedp.KeyEvent(words), chromedp.KeyEvent(kb.Enter)))
	visible(t, v, until)
}

// enter goes to a button or a link by the keyboard and presses it.
func enter(t *testing.T, v *Visitor, selector, until string) {
	t.Helper()
	tab(t, v, selector)
	require.NoError(t, v.Do(chromedp.KeyEvent(kb.Enter)))
	visible(t, v, until)
}

// waiting is a dispute that nobody has yet and whose parties have said everything.
func waiting(t *testing.T) (id string) {
	t.Helper()
	buyer, seller, id := newcomers(t)
	open(t, buyer, "/disputes/"+id+"/do/escalate")
	press(t, buyer, "check", ".given")
	press(t, buyer, "send", ".done")
	require.NoError(t, answered(ground.places.Platform.SubmitEvidence(t.Context(), id, nil, client.NewEvidenceText{Type: client.EvidenceTypeStatement, Text: "It is pine."},
		client.ActAs(buyerOf(t, id)))))
	waive(t, id, buyer, seller)
	return id
}

// From the queue to the sent decision there is a key for everything; nothing here touches a mouse or an element.
func TestTheDeskDecidesByKeyboardAlone(t *testing.T) {
	id := waiting(t)
	v := visitor(t, "Dara")
	open(t, v, "/desk")
	require.NoError(t, v.Do(chromedp.KeyEvent("?"), chromedp.WaitVisible(`button[name="keys"]`, chromedp.ByQuery)), "? says which keys there are")
	enter(t, v, `nav a[href="/desk"]`, "ul[data-counts]")
	require.NoError(t, v.Do(chromedp.KeyEvent("5"), chromedp.WaitVisible(`.tabs a[aria-current][data-key="5"]`, chromedp.ByQuery)))
	require.NoError(t, v.Do(chromedp.KeyEvent("2"), chromedp.WaitVisible(`.tabs a[aria-current][data-key="2"]`, chromedp.ByQuery)))
	at := func() (href string) {
		require.NoError(t, v.Do(chromedp.Evaluate(`document.activeElement.getAttribute("href") || ""`, &href)))
		return href
	}
	row := "/desk/disputes/" + id
	for range 30 {
		if at() == row {
			break
		}
		require.NoError(t, v.Do(chromedp.KeyEvent("j")))
	}
	require.Equal(t, row, at(), "J goes through the rows")
	require.NoError(t, v.Do(chromedp.KeyEvent("j"), chromedp.KeyEvent("k")))
	for range 2 { // the last row has nothing after it
		if at() != row {
			require.NoError(t, v.Do(chromedp.KeyEvent("j")))
		}
	}
	require.Equal(t, row, at())
	require.NoError(t, v.Do(chromedp.KeyEvent(kb.Enter)))
	visible(t, v, ".desk-now")

	// Taken, put off, taken up again.
	require.NoError(t, v.Do(chromedp.KeyEvent("a")))
	visible(t, v, `button[value="send"]`)
	enter(t, v, `button[value="send"]`, ".done")
	require.NoError(t, v.Do(chromedp.KeyEvent("h")))
	visible(t, v, "#f-until")
	enter(t, v, `nav a[href="/desk"]`, "ul[data-counts]")
	require.NoError(t, v.Do(chromedp.KeyEvent("1"), chromedp.WaitVisible(`.tabs a[aria-current][data-key="1"]`, chromedp.ByQuery)))
	for range 30 {
		if at() == row {
			break
		}
		require.NoError(t, v.Do(chromedp.KeyEvent("j")))
	}
	require.Equal(t, row, at(), "what was taken is mine")
	require.NoError(t, v.Do(chromedp.KeyEvent("r")))
	visible(t, v, "#f-text")
	enter(t, v, `nav a[href="/desk"]`, "ul[data-counts]")
	require.NoError(t, v.Do(chromedp.KeyEvent("1"), chromedp.WaitVisible(`.tabs a[aria-current][data-key="1"]`, chromedp.ByQuery)))
	for at() != row {
		require.NoError(t, v.Do(chromedp.KeyEvent("j")))
	}
	require.NoError(t, v.Do(chromedp.KeyEvent(kb.Enter)))
	visible(t, v, ".desk-now")

	command(t, v, "decide", "form.decide")
	pick(t, v, "holds.0", "true")
	tab(t, v, "#rests-0-0")
	require.NoError(t, v.Do(chromedp.KeyEvent(" ")))
	pick(t, v, "f.outcome", "decided_for_buyer")
	for _, typed := range [][2]string{{"#f-refund", "143.50"}, {"#f-release", "0"}, {"#f-reasons", "It is pine, and it was to be oak: 1, 2, h and r are letters here."}} {
		tab(t, v, typed[0])
		require.NoError(t, v.Do(chromedp.KeyEvent(typed[1])))
	}
	enter(t, v, `button[value="check"]`, ".given")
	judge(t, v, "the decision, by keyboard")
	enter(t, v, `button[value="send"]`, ".done")

	d, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	require.Equal(t, client.StatusAppealWindow, d.Status)
	require.Equal(t, client.OutcomeDecidedForBuyer, d.Decision.Outcome)
	require.True(t, strings.Contains(d.Decision.Reasons, "1, 2, h and r"), d.Decision.Reasons)
	require.Len(t, d.Decision.Findings, 1)
	require.Len(t, d.Decision.Findings[0].Evidence, 1)
	require.Empty(t, v.Refusals())
	status, err := v.Go("/desk/disputes/" + id)
	require.NoError(t, err)
	require.EqualValues(t, http.StatusOK, status)
}
