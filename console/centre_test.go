package console

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

func says(status int, body any) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

// withOrder makes an API know an order of two goods about which some reasons are open.
func withOrder(v *visitor) {
	euros := func(cents int) map[string]any { return map[string]any{"amount": cents, "currency": "EUR"} }
	line := func(sku, title string) map[string]any {
		return map[string]any{"sku": sku, "title": title, "quantity": 1, "price": euros(2000)}
	}
	v.api.more = map[string]func(http.ResponseWriter, *http.Request){
		"GET /v1/orders/ord_1": says(http.StatusOK, map[string]any{"id": "ord_1", "state": "inspection", "currency": "EUR", "revision": 3, "your_role": "buyer", "now": "2026-02-14T00:00:00Z",
			"lines":   []any{line("CUP", "Cup"), line("POT", "Pot")},
			"actions": []any{map[string]any{"name": "open_dispute", "method": "POST", "href": "/v1/orders/ord_1/disputes"}}}),
		"GET /v1/orders/ord_1/eligibility": says(http.StatusOK, map[string]any{"order": "ord_1", "can_open": []any{
			map[string]any{"reason": "not_as_described.damaged", "open": true, "cap": euros(4000), "default": euros(4000), "until": "2026-03-01T00:00:00Z",
				"checklist": []any{map[string]any{"party": "buyer", "need": "required", "types": []any{"photo_of_item"}, "text": "Show the damage.", "satisfied": false}}},
			map[string]any{"reason": "not_as_described.quality", "open": true, "cap": euros(4000), "default": euros(4000)},
			map[string]any{"reason": "not_received.late", "open": true, "cap": euros(4000), "default": euros(400)},
			map[string]any{"reason": "not_received.no_tracking_progress", "open": false, "why": "too_early", "from": "2026-02-20T10:00:00Z"},
			map[string]any{"reason": "counterfeit", "open": false, "why": "protection_over", "until": "2026-02-01T00:00:00Z"},
			map[string]any{"reason": "change_of_mind", "open": false, "why": "not_in_programme"},
			map[string]any{"reason": "warranty.defect", "open": false, "why": "not_in_programme"}}}),
	}
}

func TestEveryReasonIsInOneAnswer(t *testing.T) {
	spec := contract(t)
	var all []string
	for _, w := range wrongs {
		require.NotEmpty(t, remediesFor[w.name], w.name)
		for _, r := range w.reasons {
			all = append(all, string(r))
		}
	}
	require.ElementsMatch(t, spec.Components.Schemas["Reason"].Enum, all)
}

func TestTheGuideOffersWhatIsOpenAndSaysOfTheRestWhyNot(t *testing.T) {
	v := visit(t)
	withOrder(v)
	v.signIn("/")
	const at = "/orders/ord_1/do/open_dispute"
	what := v.get(at).text
	require.Contains(t, what, `value="wrong"`)
	require.Contains(t, what, `value="late"`)
	require.NotContains(t, what, `value="fake"`)
	require.Contains(t, what, "It is too early for this. Possible from <time datetime=\"2026-02-20T10:00:00Z\">")
	require.Contains(t, what, "The time for this is over. It was possible until <time datetime=\"2026-02-01T00:00:00Z\">")
	require.Contains(t, v.get(at+"?what=fake").text, "What is wrong with this order?", "a closed answer leads nowhere")
	which := v.get(at + "?what=wrong").text
	require.Contains(t, which, `value="not_as_described.quality"`)
	require.NotContains(t, which, `value="not_as_described.wrong_item"`, "of which the API says nothing")
}

func TestTheGuideLeadsByPlainAnswersToADispute(t *testing.T) {
	v := visit(t)
	withOrder(v)
	v.signIn("/")
	const at = "/orders/ord_1/do/open_dispute"
	lines := v.get(at + "?what=late") // has one reason: no question about it
	require.Contains(t, lines.text, "Which of the goods is it about?")
	require.Contains(t, lines.text, `name="f.reason" value="not_received.late"`)
	require.Contains(t, v.get(at+"?what=late&asked=lines").text, "Choose at least one.")
	remedy := v.get(at + "?what=late&f.lines=CUP&f.lines=POT")
	require.Contains(t, remedy.text, `value="4.00"`, "what is usual is filled in")
	require.NotContains(t, v.get(at+"?what=late&f.lines=CUP").text, "At most", "which is said of all goods")
	for amount, wrong := range map[string]string{"": "how much of the money", "x": "Write an amount", "40.01": "more than can be paid"} {
		require.Contains(t, v.get(at+"?what=late&f.lines=CUP&f.lines=POT&f.remedy=refund_partial&f.amount="+amount).text, wrong)
	}
	answers := url.Values{"what": {"wrong"}, "f.reason": {"not_as_described.damaged"}, "f.lines": {"CUP"}, "f.remedy": {"refund_partial"}, "f.amount": {"7.50"}}
	tell := v.get(at + "?" + answers.Encode())
	require.Contains(t, tell.text, "Show the damage.")
	require.Contains(t, tell.text, "7.50\u00a0EUR")
	require.Contains(t, v.get(at+"?at=which&"+answers.Encode()).text, `value="not_as_described.damaged" checked`, "one can go back")

	values := tell.fields(t, at)
	values.Set("step", "check")
	values.Set("f.text", "The handle came off.")
	check := v.post(at, values)
	require.Equal(t, http.StatusOK, check.status)
	require.Contains(t, check.text, "nothing was sent yet")
	require.Contains(t, check.text, "The handle came off.")
	values = check.fields(t, at)
	values.Set("step", "edit")
	edit := v.post(at, values).text
	require.Contains(t, edit, `<option value="not_as_described.damaged" selected>`)
	require.NotContains(t, edit, `<option value="counterfeit"`, "what is closed is not offered")
	values.Set("step", "send")
	v.api.more["POST /v1/orders/ord_1/disputes"] = func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		v.api.sent = append(v.api.sent, sentCommand{Path: r.URL.Path, Body: body})
		says(http.StatusCreated, map[string]any{"id": "dsp_1"})(w, r)
	}
	after := v.post(at, values)
	require.Equal(t, "/disputes/dsp_1?did=open_dispute&kind=order", after.at)
	require.Contains(t, after.text, "Done: Report a problem.")
	require.Contains(t, after.text, "The money stays held", "what happens next")
	require.Equal(t, map[string]any{"reason": "not_as_described.damaged", "remedy": "refund_partial", "amount": map[string]any{"amount": 750.0, "currency": "EUR"},
		"lines": []any{map[string]any{"sku": "CUP"}}, "text": "The handle came off.", "if_revision": 3.0}, v.api.sent[0].Body)
}

func TestAFileOfEvidenceCannotActAsAPageOfOurs(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	const at = "/v1/disputes/dsp_1/evidence/evd_1/content"
	answers := func(kind, disposition, body string) {
		v.api.more = map[string]func(http.ResponseWriter, *http.Request){"GET " + at: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			if disposition != "" {
				w.Header().Set("Content-Disposition", disposition)
			}
			_, _ = w.Write([]byte(body))
		}}
	}
	answers("image/jpeg", `inline; filename=evd_1.jpg`, "picture")
	got := v.get("/disputes/dsp_1/evidence/evd_1?small=1")
	require.Equal(t, "picture", got.text)
	require.Equal(t, "image/jpeg", got.header.Get("Content-Type"))
	require.Equal(t, "inline; filename=evd_1.jpg", got.header.Get("Content-Disposition"))
	require.Equal(t, "sandbox; default-src 'none'", got.header.Get("Content-Security-Policy"))
	require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	for _, disposition := range []string{"", "inline"} {
		answers("text/html", disposition, "<script>alert(1)</script>")
		require.Equal(t, "attachment; filename=evd_1", v.get("/disputes/dsp_1/evidence/evd_1").header.Get("Content-Disposition"))
	}
	v.api.more["GET "+at] = says(http.StatusConflict, map[string]any{"code": "wrong_stage", "status": 409, "request_id": "hrq_1"})
	waits := v.get("/disputes/dsp_1/evidence/evd_1")
	require.Equal(t, http.StatusConflict, waits.status)
	require.Contains(t, waits.text, "found harmless")
	require.Equal(t, http.StatusNotFound, v.get("/disputes/dsp_1/evidence/evd_2").status)
}

func TestAReportIsAffirmedOrNotTaken(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	page := v.get("/reports/new?against=acc_bolt")
	values := page.fields(t, "/reports/new")
	values.Set("f.against", "acc_bolt")
	values.Set("f.behaviour", "extortion")
	values.Set("f.text", "Pay, or one star.")
	refused := v.post("/reports/new", values)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.text, "Please affirm that it is true")
	require.Contains(t, refused.text, "Pay, or one star.", "what was typed is kept")
	require.Empty(t, v.api.sent)
	values.Set("f.affirm", "true")
	v.api.refuse = map[string]any{"status": 403, "code": "muted", "detail": "d", "request_id": "hrq_1"}
	require.Contains(t, v.post("/reports/new", values).text, "This function is stopped for your account")
	v.post("/reports/new", values)
	require.Equal(t, map[string]any{"against": "acc_bolt", "behaviour": "extortion", "text": "Pay, or one star.", "affirm": true}, v.api.sent[0].Body)
	require.Equal(t, values.Get("key"), v.api.sent[0].Key)
}

func TestAPromiseInAMessageLeadsToTheOfferThatItCouldBe(t *testing.T) {
	d := &client.Dispute{ID: "dsp_1", Claim: client.Claim{Value: client.Money{Amount: 4251, Currency: "EUR"}}}
	require.Equal(t, int64(2126), promised(d, client.MessageWarning{Remedy: client.RemedyRefundPartial, Share: 5000}).Amount, "half, rounded half up")
	require.Equal(t, "/disputes/dsp_1/do/offer?f.amount=15.00&f.remedy=refund_partial",
		offerPath(d, client.RemedyRefundPartial, promised(d, client.MessageWarning{Remedy: client.RemedyRefundPartial, Amount: client.Money{Amount: 1500, Currency: "EUR"}})))
	require.Equal(t, "/disputes/dsp_1/do/offer?f.remedy=replacement", offerPath(d, client.RemedyReplacement, nil))
}

func TestACaseSaysThatNoMoneyMovesByItself(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	require.Contains(t, v.get("/disputes/dsp_1").text, v.word("nothing.money"))
}

func TestTheTimelineSaysWhatWasWrittenWithAMove(t *testing.T) {
	for what, event := range map[string]client.Event{
		"We do not agree.": {Type: "dispute.escalated", Data: map[string]any{"cause": "asked", "text": "We do not agree."}},
		"It is ruled.":     {Type: "objection.ruled", Data: map[string]any{"text": "It is ruled."}},
		"It came late.":    {Type: "evidence.admitted", Data: map[string]any{"reasons": "It came late."}},
		"It came.":         {Type: "dispute.withdrawal_started", Data: map[string]any{"text": "It came."}},
		"I know them.":     {Type: "notice.sent", Data: map[string]any{"about": "released", "why": "I know them."}},
		"":                 {Type: "message.posted", Data: map[string]any{"text": "It is among the messages."}},
	} {
		require.Equal(t, what, saidWith(event))
	}
	require.Empty(t, saidWith(client.Event{Type: "notice.sent", Data: map[string]any{"about": "proposal_lapsed", "why": "record_changed"}}), "a code is no word of anybody")
}

func TestWhatIsLeftIsSaidByTheCasesOwnClock(t *testing.T) {
	p, err := loadPhrases()
	require.NoError(t, err)
	now := time.Date(2026, 2, 14, 0, 0, 0, 0, time.UTC)
	require.Equal(t, "2 days, 3 hours left", p.in("en").left(now, now.Add(51*time.Hour)))
	require.Equal(t, "over", p.in("en").left(now, now))
	require.Empty(t, p.in("en").left(time.Time{}, now), "an older API says no now")
}

func TestEveryValueOnThePagesOfThePartiesHasItsWord(t *testing.T) {
	spec, english := contract(t), keys(t, "en")
	for name, groups := range map[string][]string{"ReviewStatus": {"review", "review.status"}, "UncountedReason": {"uncounted", "excluded"}, "ReportStatus": {"report"}, "Behaviour": {"behaviour"},
		"ReportAudience": {"report.for"}, "ReportSide": {"reportside"}, "StandingState": {"standing", "standing.means"}, "StandingRule": {"rule"}, "EntryStatus": {"entry"},
		"ContestStatus": {"contest"}, "FigureName": {"figure"}, "Reason": {"guide.which"}} {
		values := spec.Components.Schemas[name].Enum
		require.NotEmpty(t, values, name)
		for _, value := range values {
			for _, group := range groups {
				require.Contains(t, english, group+"."+value)
			}
		}
	}
	for _, w := range wrongs {
		require.Contains(t, english, "guide.what."+w.name)
		require.Contains(t, english, "guide.what."+w.name+".help")
		for _, r := range remediesFor[w.name] {
			require.Contains(t, english, "guide.remedy."+string(r))
		}
	}
	for _, name := range rated {
		require.Contains(t, english, "mark."+name)
	}
	for _, step := range guideSteps {
		require.Contains(t, english, "guide."+step)
	}
	require.Len(t, behaviours, len(spec.Components.Schemas["Behaviour"].Enum))
	for _, why := range strings.Fields("no_such_line too_early protection_over nothing_left not_delivered not_delivered_late not_released not_in_programme not_in_inspection") {
		require.Contains(t, english, "why."+why)
	}
}
