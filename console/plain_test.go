package console

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

// tellsOf makes the API answer for the dispute dsp_1 with what differs from one that waits for the buyer.
func (v *visitor) tellsOf(differs map[string]any) {
	dispute := map[string]any{"id": "dsp_1", "order": "ord_1", "stage": "negotiation", "status": "waiting_buyer", "your_role": "buyer", "your_move": true, "revision": 3, "actions": []any{},
		"now": "2026-02-14T00:00:00Z", "claim": map[string]any{"reason": "counterfeit", "remedy": "refund_full", "amount": cents(4550), "value": cents(4550)},
		"refunded": cents(0), "released": cents(0), "recovered": cents(0), "claimed": cents(0)}
	for member, value := range differs {
		dispute[member] = value
	}
	v.tells("GET /v1/disputes/dsp_1", dispute)
}

func TestWhatHappensByItselfIsASentenceAndNoSumIsShownWhereNothingMoves(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	v.tellsOf(map[string]any{"status": "withdrawing", "if_nothing_happens": map[string]any{"deadline": "withdrawal_cooling", "at": "2026-02-16T00:00:00Z", "outcome": "withdrawn", "refund": cents(0), "release": cents(0)}})
	page := v.get("/disputes/dsp_1").text
	require.Contains(t, page, v.word("becomes.withdrawn"))
	require.Contains(t, page, v.word("nothing.money"))
	require.NotContains(t, page, "0.00")
	v.tellsOf(map[string]any{"status": "performing", "if_nothing_happens": map[string]any{"deadline": "performance", "at": "2026-02-16T00:00:00Z", "outcome": "promise_defaulted", "refund": cents(4550), "release": cents(0)}})
	page = v.get("/disputes/dsp_1").text
	require.Contains(t, page, v.word("becomes.promise_defaulted"))
	require.Contains(t, page, "0.00", "beside a sum that moves, the other one is told")
}

func TestWhereNobodyHasToMoveThePageSaysWhatRunsOut(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	for status, says := range map[string]string{"withdrawing": "turn.withdrawing", "appeal_window": "turn.appeal_window", "waiting_buyer": "turn.yours"} {
		v.tellsOf(map[string]any{"status": status, "actions": []any{acting("appeal", "/appeal")}})
		require.Contains(t, v.get("/disputes/dsp_1").text, `<h2 id="turn">`+v.word(says)+`</h2>`, status)
	}
	v.tellsOf(map[string]any{"status": "appeal_window", "actions": []any{}})
	require.Contains(t, v.get("/disputes/dsp_1").text, `<h2 id="turn">`+v.word("turn.appealed")+`</h2>`, "each party may once")
	v.tellsOf(map[string]any{"status": "appeal_window", "frozen": true})
	require.Contains(t, v.get("/disputes/dsp_1").text, `<h2 id="turn">`+v.word("turn.frozen")+`</h2>`, "a chargeback holds an appeal too")
}

func TestADisputeThatIsOverAsksForNothingMore(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	list := []any{map[string]any{"types": []any{"video"}, "need": "required", "satisfied": false}}
	for status, asks := range map[string]bool{"waiting_buyer": true, "closed": false} {
		v.tellsOf(map[string]any{"status": status, "checklist": list})
		require.Equal(t, asks, strings.Contains(v.get("/disputes/dsp_1").text, v.word("checklist.title")), status)
	}
}

func TestTheDatesOfACaseComeInTheirOrder(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	due := func(name, at string) map[string]any {
		return map[string]any{"name": name, "due_at": at, "why": map[string]any{"base": "dispute.opened", "since": "2026-02-01T00:00:00Z", "length": "5d", "policy": "p"}}
	}
	v.tellsOf(map[string]any{"deadlines": []any{due("negotiation_max", "2026-02-25T00:00:00Z"), due("offer_answer", "2026-02-16T00:00:00Z")}})
	_, dates, found := strings.Cut(v.get("/disputes/dsp_1").text, `<h2 id="dates">`)
	require.True(t, found)
	require.Less(t, strings.Index(dates, v.word("deadline.offer_answer")), strings.Index(dates, v.word("deadline.negotiation_max")))
}

func TestAnOrderThatEndedIsNoLongerToBeShipped(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	v.tells("GET /v1/reviews", map[string]any{"data": []any{}, "has_more": false})
	for state, says := range map[string][]string{"release_pending": {"line.waiting", "protection.not"}, "refunded": {"line.never", "protection.over"}} {
		v.tells("GET /v1/orders/ord_1", map[string]any{"id": "ord_1", "state": state, "your_role": "seller", "currency": "EUR", "total": cents(4250), "shipping": cents(350), "revision": 1, "actions": []any{},
			"ship_by": "2026-02-17T00:00:00Z", "lines": []any{map[string]any{"sku": "KETTLE", "title": "Kettle", "quantity": 1, "price": cents(3900)}}})
		page := v.get("/orders/ord_1").text
		for _, key := range says {
			require.Contains(t, page, v.word(key), state)
		}
		require.Contains(t, page, "3.50", "what the goods and the total differ by is told")
	}
}

func TestAnEntryThatIsNotFinalIsNotSaidToTakePoints(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	for status, says := range map[string]string{"final": "Takes 2 points", "provisional": "Would take 2 points", "voided": "Would take 2 points"} {
		v.tells("GET /v1/accounts/acc_ada/standing", map[string]any{"account": "acc_ada", "state": "good", "points": 12, "of": 12, "revision": 1, "now": "2026-02-14T00:00:00Z", "actions": []any{},
			"entries": []any{map[string]any{"id": "ent_1", "rule": "promise_defaulted", "points": 2, "status": status, "active": status == "final"}}})
		require.Contains(t, v.get("/standing").text, says, status)
	}
}

func TestASumOfADecisionThatIsNothingIsSaidInWords(t *testing.T) {
	some, none := client.Money{Amount: 4550, Currency: "EUR"}, client.Money{Currency: "EUR"}
	english := keys(t, "en")
	for _, c := range []struct {
		audience        client.DecisionStatementAudience
		refund, release client.Money
		key             string
	}{
		{client.DecisionStatementAudienceBuyer, some, none, "letter.amounts.buyer.norelease"},
		{client.DecisionStatementAudienceBuyer, none, some, "letter.amounts.buyer.norefund"},
		{client.DecisionStatementAudienceBuyer, some, some, "letter.amounts.buyer"},
		{client.DecisionStatementAudienceSeller, some, none, "letter.amounts.seller.norelease"},
		{client.DecisionStatementAudienceSeller, none, some, "letter.amounts.seller.norefund"},
		{client.DecisionStatementAudienceSeller, none, none, "letter.amounts.seller"},
		{client.DecisionStatementAudienceReviewer, some, none, "letter.amounts.reviewer"},
	} {
		require.Equal(t, c.key, amountsKey(&client.DecisionStatement{Audience: c.audience, Refund: c.refund, Release: c.release}))
		require.Contains(t, english, c.key)
	}
}

func TestAnAppealIsTheFirstThingOnlyForWhoDidNotGetEverything(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	for verdict, first := range map[string]bool{"decided_for_buyer": false, "decided_split": true, "decided_for_seller": true} {
		v.tellsOf(map[string]any{"stage": "adjudication", "status": "appeal_window", "actions": []any{acting("appeal", "/appeal")}, "statement": map[string]any{"audience": "buyer", "verdict": verdict,
			"refund": cents(0), "release": cents(0), "moves": map[string]any{"when": "at_once"}, "appealing": map[string]any{"state": "open"}}})
		_, letter, found := strings.Cut(v.get("/disputes/dsp_1/letter").text, `class="letter"`)
		require.True(t, found, verdict)
		require.Contains(t, letter, "/do/appeal", verdict)
		require.Equal(t, first, strings.Contains(letter, `class="button primary"`), verdict)
	}
}

func TestEveryKindOfFileThatIsTakenHasAWord(t *testing.T) {
	form, err := os.ReadFile("templates/parts/field.html")
	require.NoError(t, err)
	taken := regexp.MustCompile(`type="file" accept="([^"]+)"`).FindSubmatch(form)
	require.Len(t, taken, 2)
	english := keys(t, "en")
	for _, kind := range strings.Split(string(taken[1]), ",") {
		kind, _, _ = strings.Cut(kind, "/")
		require.Contains(t, english, "filetype."+kind)
	}
}

func TestADateTakesTheCommaOfItsLanguageAndKeepsItsTimeTogether(t *testing.T) {
	p, err := loadPhrases()
	require.NoError(t, err)
	at := time.Date(2026, 2, 14, 9, 30, 0, 0, time.UTC)
	require.Contains(t, string(p.in("ar").moment(at, time.UTC)), "2026، <span>09:30 UTC</span>")
	require.Contains(t, string(p.in("en").moment(at, time.UTC)), "2026, <span>09:30 UTC</span>")
}
