package browser

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"recourse/api/client"
	"recourse/console"
	"recourse/devstack/seed"
	"recourse/domain/casefile"
)

// storedScripts are words that would act if a page ever took them for anything but words.
const storedScripts = `<script>document.title="stolen"</script><img src=x onerror=alert(1)>"'><svg onload=alert(2)>{{7*7}}<a href="javascript:alert(3)">x</a>`

// whoHas is the name of the reviewer who has the dispute.
func whoHas(t *testing.T, id string) string {
	t.Helper()
	d, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	for _, p := range ground.places.Seeded.People {
		if p.Account == d.Reviewer {
			return p.Name
		}
	}
	return ""
}

// pathOf is where the dispute of a story is on the desk, and its identifier.
func pathOf(t *testing.T, story string) (string, string) {
	t.Helper()
	path, err := ground.places.Path(t.Context(), console.Example{Path: "/desk/disputes/{dispute}", Story: story})
	require.NoError(t, err)
	return path, strings.TrimPrefix(path, "/desk/disputes/")
}

// open opens a path, which is there.
func open(t *testing.T, v *Visitor, path string) {
	t.Helper()
	status, err := v.Go(path)
	require.NoError(t, err)
	require.EqualValues(t, http.StatusOK, status, path)
}

// reads waits until the page says the words.
func reads(t *testing.T, v *Visitor, words string) {
	t.Helper()
	require.NoError(t, v.Do(chromedp.Poll(`document.body.innerText.includes(`+"`"+words+"`"+`)`, nil, chromedp.WithPollingTimeout(20*time.Second))), words)
}

// unharmed says that nothing that was written has acted.
func unharmed(t *testing.T, v *Visitor) {
	t.Helper()
	var title string
	require.NoError(t, v.Do(chromedp.Title(&title)))
	require.NotContains(t, title, "stolen")
	require.Empty(t, v.Refusals())
}

// newcomers are a buyer and a seller whom no reviewer has met, with goods that are disputed, after an offer that was refused.
func newcomers(t *testing.T) (buyer, seller *Visitor, id string) {
	t.Helper()
	api, clock := ground.places.Platform, ground.places.Seeded.Clock
	var names [2]string
	for i, role := range []client.NewAccountRole{client.NewAccountRole(client.RoleBuyer), client.NewAccountRole(client.RoleSeller)} {
		body := client.NewAccount{Role: role, Name: "Newcomer " + string(role), Country: "FR", Clock: clock}
		account, err := client.Result[client.Account](api.CreateAccount(t.Context(), nil, body))
		require.NoError(t, err)
		names[i] = account.ID
		ground.places.Seeded.People = append(ground.places.Seeded.People, seed.Person{Name: body.Name, Role: casefile.Role(role), Account: account.ID})
	}
	ground.stack.Welcome(ground.places.Seeded.Personas())
	paid := time.Date(2026, 2, 13, 0, 0, 0, 0, time.UTC) // a day before where the clock stands
	order, err := client.Result[client.Order](api.RegisterOrder(t.Context(), nil, client.NewOrder{Buyer: names[0], Seller: names[1], Currency: "EUR", Clock: clock, PaidAt: paid,
		ShipBy: paid.AddDate(0, 0, 5), GuaranteedBy: paid.AddDate(0, 0, 30), Postcode: "75011",
		Lines: []client.NewLine{{Sku: "LOOM-1", Title: "Loom", Quantity: 1, Price: client.Money{Amount: 14350, Currency: "EUR"}, Category: "home"}}}))
	require.NoError(t, err)
	require.NoError(t, answered(api.ShipOrder(t.Context(), order.ID, nil, client.Shipping{Carrier: "upu", Tracking: "RB918273640CN"}, client.ActAs(names[1]))))
	require.NoError(t, answered(api.RecordDelivery(t.Context(), order.ID, nil, client.Delivery{Strength: client.StrengthStrong, Postcode: "75011"}, client.ActAs("carrier"))))
	d, err := client.Result[client.Dispute](api.OpenDispute(t.Context(), order.ID, nil, client.NewDispute{Reason: client.ReasonNotAsDescribedDescription,
		Remedy: client.RemedyRefundFull, Text: "It was to be oak."}, client.ActAs(names[0])))
	require.NoError(t, err)
	offer, err := client.Result[client.Offer](api.MakeOffer(t.Context(), d.ID, nil, client.NewOffer{Remedy: client.RemedyRefundPartial,
		Amount: &client.Money{Amount: 1000, Currency: "EUR"}}, client.ActAs(names[1])))
	require.NoError(t, err)
	require.NoError(t, answered(api.RejectOffer(t.Context(), d.ID, offer.ID, nil, client.OfferAnswer{Version: offer.Version}, client.ActAs(names[0]))))
	return visitorOf(t, names[0]), visitorOf(t, names[1]), d.ID
}

// buyerOf is the account of the dispute's buyer.
func buyerOf(t *testing.T, id string) string {
	t.Helper()
	d, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	return d.Buyer
}

// waive gives up the rest of the time of both parties.
func waive(t *testing.T, id string, both ...*Visitor) {
	t.Helper()
	for _, v := range both {
		open(t, v, "/disputes/"+id+"/do/waive_hearing")
		press(t, v, "send", ".done")
	}
}

func TestACaseIsClaimedDraftedDecidedAppealedAndVotedOn(t *testing.T) {
	buyer, seller, id := newcomers(t)
	path := "/desk/disputes/" + id
	open(t, buyer, "/disputes/"+id+"/do/escalate")
	press(t, buyer, "check", ".given")
	press(t, buyer, "send", ".done")
	require.NoError(t, answered(ground.places.Platform.SubmitEvidence(t.Context(), id, nil, client.NewEvidenceText{Type: client.EvidenceTypeStatement, Text: "It is pine."},
		client.ActAs(buyerOf(t, id)))))
	waive(t, id, buyer, seller)
	first := visitor(t, "Cleo") // nobody has it while the clock stands: whoever claims it has it

	open(t, first, path)
	require.NoError(t, first.Do(chromedp.Click(`.desk-moves a[data-key="a"]`, chromedp.ByQuery), chromedp.WaitVisible(`button[value="send"]`, chromedp.ByQuery)))
	press(t, first, "send", ".done")
	reads(t, first, "Your claim lapses at")

	decide := path + "/do/decide"
	open(t, first, decide)
	require.NoError(t, first.Do(chromedp.Click("#holds-0-1", chromedp.ByQuery), chromedp.Click("#rests-0-0", chromedp.ByQuery),
		chromedp.SetValue("#rule-0", "PROCEDURE 6.3", chromedp.ByQuery), chromedp.SendKeys("#f-reasons", storedScripts, chromedp.ByQuery)))
	reads(t, first, "The draft is saved.")
	open(t, first, decide) // and what was written is there again
	var kept string
	var rests bool
	require.NoError(t, first.Do(chromedp.Value("#f-reasons", &kept, chromedp.ByQuery), chromedp.Evaluate(`document.querySelector("#rests-0-0").checked`, &rests)))
	require.Equal(t, storedScripts, kept)
	require.True(t, rests)
	judge(t, first, "the decision")
	require.NoError(t, first.As(Look{Dark: true}))
	judge(t, first, "the decision, in the dark")
	require.NoError(t, first.As(Look{}))
	require.NoError(t, first.Do(chromedp.Click(`input[name="f.outcome"][value="decided_for_buyer"]`, chromedp.ByQuery),
		chromedp.SendKeys("#f-refund", "140.00", chromedp.ByQuery), chromedp.SendKeys("#f-release", "0", chromedp.ByQuery)))
	press(t, first, "check", ".given")
	judge(t, first, "the decision to check")
	press(t, first, "send", ".notes")
	reads(t, first, "Both amounts together are what is in dispute")
	require.NoError(t, first.Do(chromedp.SetValue("#f-refund", "143.50", chromedp.ByQuery)))
	press(t, first, "check", ".given")
	press(t, first, "send", ".done")
	reads(t, first, "Decided, may be appealed")
	unharmed(t, first)

	for _, v := range []*Visitor{buyer, seller} {
		open(t, v, "/disputes/"+id+"/letter")
		reads(t, v, "alert(1)")
		unharmed(t, v)
	}
	open(t, seller, "/disputes/"+id+"/do/appeal")
	require.NoError(t, seller.Do(chromedp.SendKeys("#f-text", "The label is of the packaging.", chromedp.ByQuery)))
	press(t, seller, "check", ".given")
	press(t, seller, "send", ".done")
	unharmed(t, seller)

	// Both have appealed, so the panel sits at once, and both have nothing to add. Nobody sees the others' votes before all are in.
	require.NoError(t, answered(ground.places.Platform.Appeal(t.Context(), id, nil, client.Appeal{Text: "It is pine, and late."}, client.ActAs(buyerOf(t, id)))))
	tick(t)
	waive(t, id, buyer, seller)
	d, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	require.Len(t, d.Panel.Members, 3)
	for i, member := range d.Panel.Members {
		v := visitorOf(t, member)
		open(t, v, path)
		reads(t, v, "Not shown yet")
		open(t, v, path+"/do/vote")
		require.NoError(t, v.Do(chromedp.Click(`input[name="f.outcome"][value="decided_for_buyer"]`, chromedp.ByQuery),
			chromedp.SendKeys("#f-refund", "143.50", chromedp.ByQuery), chromedp.SendKeys("#f-release", "0", chromedp.ByQuery), chromedp.SendKeys("#f-reasons", storedScripts, chromedp.ByQuery)))
		press(t, v, "check", ".given")
		press(t, v, "send", ".done")
		unharmed(t, v)
		if i < len(d.Panel.Members)-1 {
			reads(t, v, "Not shown yet")
			continue
		}
		var hidden int
		require.NoError(t, v.Do(chromedp.Evaluate(`Array.from(document.querySelectorAll(".panel .badge")).filter((b) => b.textContent === "Not shown yet").length`, &hidden)))
		require.Zero(t, hidden, "all are in, and revealed")
	}
	d, err = client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	require.Equal(t, client.OutcomeDecidedForBuyer, d.Outcome)
}

// visitorOf opens a window, signed in as the account.
func visitorOf(t *testing.T, account string) *Visitor {
	t.Helper()
	v := visitor(t, "")
	require.NoError(t, v.SignIn(account))
	return v
}

func TestTheQueueIsWorkedByKeysAlone(t *testing.T) {
	_, id := pathOf(t, "waiting_evidence")
	v := visitor(t, whoHas(t, id))
	open(t, v, "/desk?show=all")
	key := func(keys string) chromedp.Action { return chromedp.KeyEvent(keys) }
	focused := func() (href string) {
		require.NoError(t, v.Do(chromedp.Evaluate(`document.activeElement.getAttribute("href") || ""`, &href)))
		return href
	}
	require.NoError(t, v.Do(key("j")))
	first := focused()
	require.Contains(t, first, "/desk/disputes/")
	require.NoError(t, v.Do(key("j")))
	second := focused()
	require.NotEqual(t, first, second)
	require.NoError(t, v.Do(key("k")))
	require.Equal(t, first, focused())
	require.NoError(t, v.Do(key(kb.Enter), chromedp.WaitVisible(".desk-now", chromedp.ByQuery)))
	require.True(t, strings.HasPrefix(at(t, v), first), at(t, v))

	open(t, v, "/desk?show=all")
	require.NoError(t, v.Do(key("1"), chromedp.WaitVisible(`.tabs a[aria-current][data-key="1"]`, chromedp.ByQuery)))
	require.NoError(t, v.Do(key("j"), key("h"), chromedp.WaitVisible("#f-until", chromedp.ByQuery)), "H puts the case off")
	open(t, v, "/desk?show=mine")
	require.NoError(t, v.Do(key("j"), key("r"), chromedp.WaitVisible("#f-text", chromedp.ByQuery)), "R gives it back")
	before := at(t, v)
	require.NoError(t, v.Do(chromedp.SendKeys("#f-text", "jkarh15?", chromedp.ByQuery)))
	var typed string
	require.NoError(t, v.Do(chromedp.Value("#f-text", &typed, chromedp.ByQuery)))
	require.Equal(t, "jkarh15?", typed, "while one types, keys type")
	require.Equal(t, before, at(t, v))

	open(t, v, "/desk")
	require.NoError(t, v.Do(chromedp.Evaluate(`document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true, cancelable: true}))`, nil),
		chromedp.WaitVisible("dialog.palette", chromedp.ByQuery)))
	judge(t, v, "the commands")
	require.NoError(t, v.Do(key("reviews"), key(kb.Enter), chromedp.WaitVisible(".page-desk-reviews, body h1", chromedp.ByQuery)))
	reads(t, v, "To be moderated")

	open(t, v, "/desk/keys")
	require.NoError(t, v.Do(chromedp.Click(`button[name="keys"][value="off"]`, chromedp.ByQuery), chromedp.WaitVisible(`button[name="keys"][value="on"]`, chromedp.ByQuery)))
	open(t, v, "/desk?show=all")
	require.NoError(t, v.Do(key("j")))
	require.NotContains(t, focused(), "/desk/disputes/", "keys are turned off")
	require.Empty(t, v.Refusals())
}

func TestASupervisorSignsWhatNeedsTwo(t *testing.T) {
	path, id := pathOf(t, "waiting_signature")
	sol := visitor(t, "Sol")
	open(t, sol, "/desk?show=fourth")
	require.NoError(t, sol.Do(chromedp.Click(`a[href="`+path+`"]`, chromedp.ByQuery), chromedp.WaitVisible("#ruling", chromedp.ByQuery)))
	reads(t, sol, "Proposed, to be signed")
	require.NoError(t, sol.Do(chromedp.Click(`.desk-moves a.primary`, chromedp.ByQuery), chromedp.WaitVisible(`button[value="check"]`, chromedp.ByQuery)))
	press(t, sol, "check", ".given")
	press(t, sol, "send", ".done")
	d, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	require.Equal(t, client.StatusAppealWindow, d.Status)
	account, err := ground.places.Account("Sol")
	require.NoError(t, err)
	require.Equal(t, account, d.Decision.SecondBy)
	unharmed(t, sol)
}

func TestAFilterIsSavedAndForgotten(t *testing.T) {
	sol := visitor(t, "Sol")
	require.NoError(t, sol.As(Look{WithoutCode: true}))
	open(t, sol, "/desk?show=all&status=panel_review")
	require.NoError(t, sol.Do(chromedp.Click("details.why summary", chromedp.ByQuery), chromedp.SendKeys("#view-name", storedScripts[:30], chromedp.ByQuery),
		chromedp.Submit("#view-name", chromedp.ByQuery), chromedp.WaitVisible(".views a", chromedp.ByQuery)))
	require.NoError(t, sol.Do(chromedp.Click(".views a", chromedp.ByQuery), chromedp.WaitVisible(".queue", chromedp.ByQuery)))
	require.Contains(t, at(t, sol), "status=panel_review")
	require.NoError(t, sol.Do(chromedp.Click(".views button", chromedp.ByQuery), chromedp.WaitNotPresent(".views", chromedp.ByQuery)))
	require.Empty(t, sol.Refusals())
}

func TestAnOpenQueueIsToldOfItsCounts(t *testing.T) {
	sol := visitor(t, "Sol")
	open(t, sol, "/desk?show=all")
	var count string
	require.NoError(t, sol.Do(chromedp.Text(`[data-count="all"]`, &count, chromedp.ByQuery)))
	_, id := pathOf(t, "waiting_evidence")
	d, err := client.Result[client.Dispute](ground.places.Platform.GetDispute(t.Context(), id, nil))
	require.NoError(t, err)
	until := time.Date(2026, 2, 15, 0, 0, 0, 0, time.UTC) // a day after where the clock stands
	require.NoError(t, answered(ground.places.Platform.SnoozeCase(t.Context(), id, nil, client.Snooze{Until: until, Text: "The carrier answers tomorrow."}, client.ActAs(d.Reviewer))))
	require.NoError(t, sol.Do(chromedp.WaitVisible("[data-queue-news]", chromedp.ByQuery)), "the counts were %s", count)
}

func answered(resp *http.Response, err error) error {
	_, err = client.Result[map[string]any](resp, err)
	return err
}
