package console

import (
	"html/template"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// listed is a dispute in a list, about a lamp, of which a reminder comes before what people wait for.
func listed(id string) map[string]any {
	return map[string]any{"id": id, "order": "ord_1", "buyer": "acc_ada", "seller": "acc_bolt", "stage": "adjudication", "status": "under_review", "reason": "counterfeit", "amount": cents(4550), "revision": 3,
		"opened_at": "2026-02-14T12:00:00Z", "open": true, "next_due": "2026-02-15T09:30:00Z", "due_at": "2026-02-17T11:45:00Z", "deadline": "seller_response",
		"lines": []any{map[string]any{"sku": "LAMP", "title": "Desk <lamp>", "quantity": 1}, map[string]any{"sku": "BULB", "title": "Bulb", "quantity": 3}}}
}

func TestARowOfAListNamesTheGoodsAndTheDeadlineThatPeopleWaitFor(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	v.tells("GET /v1/disputes", map[string]any{"data": []any{listed("dsp_1")}, "has_more": false})
	for _, path := range []string{"/disputes", "/"} {
		list := v.get(path)
		require.Equal(t, http.StatusOK, list.status, list.text)
		require.Contains(t, list.text, "Desk &lt;lamp&gt;, Bulb", path)
		require.Contains(t, list.text, "11:45", path)
		require.NotContains(t, list.text, "09:30", "a reminder is nothing that people wait for")
		require.Contains(t, list.text, v.word("deadline.seller_response"), path)
	}
}

func TestARowOfTheQueueNamesTheGoods(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	v.tells("GET /v1/queue", map[string]any{"data": []any{map[string]any{"dispute": listed("dsp_1"), "service": "soon", "urgent_at": "2026-02-16T12:00:00Z", "grounds": []any{}}}, "has_more": false})
	v.tells("GET /v1/queue/count", map[string]any{"count": 1, "more": false})
	v.tells("GET /v1/reviewers", map[string]any{"data": []any{}})
	queue := v.get("/desk")
	require.Equal(t, http.StatusOK, queue.status, queue.text)
	require.Contains(t, queue.text, "Desk &lt;lamp&gt;, Bulb")
	require.Contains(t, queue.text, v.word("reason.counterfeit"))
}

func TestTheCommandsAreOnEveryPageOfTheDesk(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	v.tells("GET /v1/disputes/dsp_1", map[string]any{"id": "dsp_1", "order": "ord_1", "stage": "adjudication", "status": "under_review", "your_role": "reviewer", "revision": 9, "reviewer": "acc_cleo",
		"claim": map[string]any{"reason": "counterfeit", "remedy": "refund_full", "amount": cents(4550), "value": cents(4550)}, "actions": []any{acting("decide", "/decide"), acting("release", "/release")}})
	v.tells("GET /v1/disputes/dsp_1/record", map[string]any{"dispute": "dsp_1", "record_hash": "abc", "revision": 9, "rules": []any{},
		"formula": map[string]any{"value": cents(1), "asked": cents(1), "default": cents(1), "basis": "default", "found": cents(1), "rejected": cents(0), "discretion": cents(1), "second_above": cents(1)}})
	for path, status := range map[string]int{"/desk/keys": http.StatusOK, "/desk/disputes/dsp_1/do/decide": http.StatusOK, "/desk/disputes/dsp_1/do/release": http.StatusOK, "/desk/disputes/dsp_9": http.StatusNotFound} {
		page := v.get(path)
		require.Equal(t, status, page.status, path)
		require.Equal(t, 1, strings.Count(page.text, "data-palette"), path)
		require.Contains(t, page.text, "<kbd>Ctrl K</kbd>", path)
	}
	require.NotContains(t, v.get("/disputes").text, "data-palette", "that is no page of the desk")
}

func TestACaseOfTheBoardSaysWhatItIs(t *testing.T) {
	v := visit(t)
	v.operates()
	lines := []any{map[string]any{"sku": "LAMP", "title": "Desk <lamp>", "quantity": 1}}
	v.tells("GET /v1/board/cases", map[string]any{"as_of": "2026-02-16T12:00:00Z", "has_more": false, "data": []any{
		map[string]any{"id": "dsp_1", "kind": "dispute", "stage": "negotiation", "status": "waiting_seller", "reason": "counterfeit", "lines": lines, "opened_at": "2026-02-14T12:00:00Z", "run": "dispute/dsp_1"},
		map[string]any{"id": "rep_1", "kind": "report", "stage": "report", "status": "under_review", "reason": "provoked_dispute", "opened_at": "2026-02-14T12:00:00Z"},
		map[string]any{"id": "std_bolt", "kind": "standing", "account": "acc_bolt", "stage": "warned", "status": "warned", "opened_at": "2026-02-14T12:00:00Z"}}})
	list := v.get("/board/cases")
	require.Equal(t, http.StatusOK, list.status, list.text)
	for _, shown := range []string{`<a href="/disputes/dsp_1">Dispute: <span dir="auto">Desk &lt;lamp&gt;</span></a>`, v.word("reason.counterfeit"), "<code>dsp_1</code>",
		`<a href="/reports/rep_1">Report</a>`, v.word("behaviour.provoked_dispute"), `<a href="/standing/acc_bolt">Standing</a>`} {
		require.Contains(t, list.text, shown)
	}
}

func TestACaseLeadsToItsRunForWhoOverseesThePlatform(t *testing.T) {
	v := visit(t)
	v.operates()
	told := func(run string) {
		v.tells("GET /v1/disputes/dsp_1", map[string]any{"id": "dsp_1", "run": run, "order": "ord_1", "stage": "negotiation", "status": "waiting_buyer", "your_role": "operator", "revision": 9,
			"claim": map[string]any{"reason": "counterfeit", "remedy": "refund_full", "amount": cents(4550), "value": cents(4550)}})
	}
	told("dispute/dsp_1")
	require.NotContains(t, v.get("/disputes/dsp_1").text, "Its run in Temporal", "no address was set")
	v.console.config.Runs = "https://temporal.example/namespaces/shop/workflows/"
	require.Contains(t, v.get("/disputes/dsp_1").text, `href="https://temporal.example/namespaces/shop/workflows/dispute%2Fdsp_1"`)
	told("")
	require.NotContains(t, v.get("/disputes/dsp_1").text, "Its run in Temporal", "the API tells the reader of none")
}

func TestWhatIsSentAtOnceSaysWhatHappensNext(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	for action, next := range map[string]string{"post_message": "The other side reads it here.", "submit_evidence": "You get a receipt with its time."} {
		done := v.get("/disputes/dsp_1?did=" + action + "&kind=dispute")
		require.Regexp(t, `class="done-next">`+next, done.text)
	}
}

func TestOneWayOfTheNavigationIsWhereTheReaderIs(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	v.tells("GET /v1/reports", map[string]any{"data": []any{}, "has_more": false})
	for path, current := range map[string]string{"/desk/reports": "/desk/reports", "/desk/reports/rep_9": "/desk/reports", "/desk/keys": "/desk", "/orders": "/orders", "/": "/"} {
		page := v.get(path)
		require.Equal(t, 1, strings.Count(page.text, `aria-current="page"`), path)
		require.Contains(t, page.text, `<a href="`+current+`" aria-current="page"`, path)
	}
}

func TestTheBoardSpeaksOfThePartiesAndNotToThem(t *testing.T) {
	v := visit(t)
	v.operates()
	board := v.get("/board")
	require.Contains(t, board.text, "Dispute · Between the parties")
	require.NotContains(t, board.text, "the two of you")
}

// word is a phrase in English, as a page shows it.
func (v *visitor) word(key string) string {
	v.Helper()
	text, is := keys(v.T, "en")[key].(string)
	require.True(v, is, key)
	return template.HTMLEscapeString(text)
}
