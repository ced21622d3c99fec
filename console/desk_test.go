package console

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tells makes the API answer a request so.
func (v *visitor) tells(request string, body any) {
	if v.api.more == nil {
		v.api.more = map[string]func(http.ResponseWriter, *http.Request){}
	}
	v.api.more[request] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body)
	}
}

func cents(amount int) map[string]any { return map[string]any{"amount": amount, "currency": "EUR"} }

func TestWhatTheFormulaGivesForADraftIsTheApisWord(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	v.tells("GET /v1/disputes/dsp_1", map[string]any{"id": "dsp_1", "order": "ord_1", "stage": "adjudication", "status": "under_review", "your_role": "reviewer", "revision": 9, "reviewer": "acc_cleo",
		"currency": "EUR", "claim": map[string]any{"reason": "counterfeit", "remedy": "refund_full", "amount": cents(4550), "value": cents(4550)}, "actions": []any{acting("decide", "/decide")}})
	v.tells("GET /v1/disputes/dsp_1/record", map[string]any{"dispute": "dsp_1", "record_hash": "abc", "revision": 9, "rules": []any{"PROCEDURE 5"},
		"formula": map[string]any{"value": cents(4550), "asked": cents(4550), "default": cents(4550), "basis": "default", "found": cents(4321), "rejected": cents(17), "discretion": cents(910), "second_above": cents(50000)}})
	var kept map[string]any
	v.api.more["PUT /v1/disputes/dsp_1/draft"] = func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&kept)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"dispute": "dsp_1", "reviewer": "acc_cleo", "saved_at": "2026-02-16T12:00:00Z", "draft": kept,
			"remedy": map[string]any{"gives": cents(1234), "away": cents(766), "second": []any{"discretion", "amount"}}})
	}
	form := v.get("/desk/disputes/dsp_1/do/decide")
	require.Equal(t, http.StatusOK, form.status, form.text)
	require.Contains(t, form.text, "43.21")
	require.Contains(t, form.text, "0.17", "both answers, as the API says them")
	require.NotContains(t, form.text, "For your draft")

	answers := form.fields(t, "/desk/disputes/dsp_1/do/decide")
	for name, value := range map[string]string{"step": "check", "f.outcome": "decided_split", "f.refund": "20.00", "f.release": "25.50", "f.reasons": "So it is.", "holds.0": "true"} {
		answers.Set(name, value)
	}
	check := v.post("/desk/disputes/dsp_1/do/decide", answers)
	require.Equal(t, http.StatusOK, check.status, check.text)
	require.Equal(t, map[string]any{"amount": 2000.0, "currency": "EUR"}, kept["refund"], "what is checked is kept")
	for _, said := range []string{"12.34", "7.66", "500.00", "A second signature is needed"} {
		require.Contains(t, check.text, said)
	}
}

func TestAFindingOfAReportNamesItsMeasures(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	v.tells("GET /v1/reports/rep_1", map[string]any{"id": "rep_1", "now": "2026-02-16T12:00:00Z", "audience": "staff", "status": "under_review", "behaviour": "fake_goods",
		"submitted_at": "2026-02-15T12:00:00Z", "reported": "acc_bolt", "revision": 3, "actions": []any{map[string]any{"name": "find", "method": "POST", "href": "/v1/reports/rep_1/find"}}})
	form := v.get("/desk/reports/rep_1/do/find")
	require.Equal(t, http.StatusOK, form.status, form.text)
	for _, scope := range []string{"account", "list", "sell", "message", "dispute", "review", "report", "withdraw_funds", "listing"} {
		require.Contains(t, form.text, `name="f.measures.`+scope+`"`)
	}
	answers := form.fields(t, "/desk/reports/rep_1/do/find")
	for name, value := range map[string]string{"step": "check", "f.finding": "substantiated", "f.measures.sell": "30", "f.measures.list": "0", "f.measures.listing": "LAMP-1  LAMP-2"} {
		answers.Set(name, value)
	}
	wrong := v.post("/desk/reports/rep_1/do/find", answers)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.text, `value="LAMP-1 LAMP-2"`, "what was typed stays")
	answers.Set("f.measures.list", "")
	check := v.post("/desk/reports/rep_1/do/find", answers)
	require.Contains(t, check.text, "Selling (30 days), One listing (LAMP-1), One listing (LAMP-2)")
	send := check.fields(t, "/desk/reports/rep_1/do/find")
	send.Set("step", "send")
	v.post("/desk/reports/rep_1/do/find", send)
	require.Len(t, v.api.sent, 1)
	require.Equal(t, []any{map[string]any{"scope": "sell", "for": "30d"}, map[string]any{"listing": "LAMP-1"}, map[string]any{"listing": "LAMP-2"}}, v.api.sent[0].Body["measures"])

	edit := check.fields(t, "/desk/reports/rep_1/do/find")
	edit.Set("step", "edit")
	back := v.post("/desk/reports/rep_1/do/find", edit)
	require.Regexp(t, `name="f.measures.sell"[^>]* value="30"`, back.text)
}

func TestAMeasureIsBoundedByThePolicyOfTheReport(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	path := "/desk/reports/rep_1/do/find"
	check := func(most, days string) page {
		v.tells("GET /v1/reports/rep_1", map[string]any{"id": "rep_1", "now": "2026-02-16T12:00:00Z", "audience": "department", "status": "under_review", "behaviour": "phishing", "measure_max": most,
			"submitted_at": "2026-02-15T12:00:00Z", "reported": "acc_bolt", "revision": 3, "actions": []any{map[string]any{"name": "find", "method": "POST", "href": "/v1/reports/rep_1/find"}}})
		form := v.get(path)
		if most != "" {
			require.Contains(t, form.text, `max="`+strings.TrimSuffix(most, "d")+`"`)
			require.Contains(t, form.text, "At most "+strings.TrimSuffix(most, "d")+" days.")
		} else {
			require.NotContains(t, form.text, "At most")
		}
		answers := form.fields(t, path)
		for name, value := range map[string]string{"step": "check", "f.finding": "substantiated", "f.measures.sell": days} {
			answers.Set(name, value)
		}
		return v.post(path, answers)
	}
	require.Equal(t, http.StatusOK, check("20d", "20").status)
	require.Equal(t, http.StatusUnprocessableEntity, check("20d", "21").status)
	require.Equal(t, http.StatusOK, check("400d", "400").status)
	require.Equal(t, http.StatusOK, check("", "500").status, "an API that does not tell is asked")
}

func TestAReferralIsAnsweredByItsDepartment(t *testing.T) {
	v := visit(t)
	v.operates()
	v.tells("GET /v1/reports/rep_1", map[string]any{"id": "rep_1", "now": "2026-02-16T12:00:00Z", "audience": "department", "status": "answered", "behaviour": "phishing", "submitted_at": "2026-02-15T12:00:00Z",
		"reported": "acc_bolt", "revision": 3, "actions": []any{map[string]any{"name": "answer_referral", "method": "POST", "href": "/v1/reports/rep_1/referrals/answer"}}, "referrals": []any{
			map[string]any{"id": "ref_1", "to": "police", "text": "Whose is the number?", "by": "acc_cleo", "at": "2026-02-15T12:00:00Z", "export": "00", "answer": "Nobody's.", "answered_at": "2026-02-16T09:00:00Z"},
			map[string]any{"id": "ref_2", "to": "the <bank>", "by": "acc_cleo", "at": "2026-02-15T12:00:00Z", "export": "00"}}})
	page := v.get("/reports/rep_1")
	require.Equal(t, http.StatusOK, page.status, page.text)
	for _, shown := range []string{"Handed to departments", "Whose is the number?", "Nobody&#39;s.", "the &lt;bank&gt;", "No answer yet.", `class="crumb"><a href="/board">`} {
		require.Contains(t, page.text, shown)
	}
	form := v.get("/reports/rep_1/do/answer_referral")
	require.Contains(t, form.text, `value="ref_2"`)
	require.NotContains(t, form.text, `value="ref_1"`, "it is answered")
}

func TestAnAccountOfTheDeskIsCalledByWhatItIs(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_cleo", "/")
	v.tells("GET /v1/reviewers", map[string]any{"data": []any{}})
	v.tells("GET /v1/standings", map[string]any{"has_more": false, "data": []any{map[string]any{"account": "acc_bolt", "role": "seller", "state": "warned", "waiting": true, "opened_at": "2026-02-14T12:00:00Z", "revision": 1}}})
	require.Contains(t, v.get("/desk/standings").text, "<strong>Seller <code>acc_bolt</code></strong>")
	v.tells("GET /v1/accounts/acc_bolt/standing", map[string]any{"account": "acc_bolt", "role": "seller", "run": "standing/std_bolt", "now": "2026-02-16T12:00:00Z", "points": 8, "of": 12, "state": "warned", "revision": 1})
	v.tells("GET /v1/accounts/acc_bolt/standing/timeline", map[string]any{"has_more": false, "data": []any{
		map[string]any{"sequence": 1, "type": "measure.ended", "at": "2026-02-15T12:00:00Z", "by": map[string]any{"role": "operator"}, "data": map[string]any{"why": "It was another <shop>."}},
		map[string]any{"sequence": 2, "type": "measure.ended", "at": "2026-02-15T13:00:00Z", "by": map[string]any{"role": "system"}, "data": map[string]any{"why": "time_is_up"}}}})
	v.console.config.Runs = "https://temporal.example/namespaces/shop/workflows"
	page := v.get("/desk/standings/acc_bolt")
	require.Equal(t, http.StatusOK, page.status, page.text)
	for _, shown := range []string{"Seller <code>acc_bolt</code>", `href="https://temporal.example/namespaces/shop/workflows/standing%2Fstd_bolt"`, "It was another &lt;shop&gt;."} {
		require.Contains(t, page.text, shown)
	}
	require.NotContains(t, page.text, "time_is_up", "a code is nobody's words")
}

func TestReportsAndReviewsLeadToTheirRuns(t *testing.T) {
	v := visit(t)
	v.signInAs("acc_sol", "/")
	v.tells("GET /v1/reviewers", map[string]any{"data": []any{}})
	v.console.config.Runs = "https://temporal.example/namespaces/shop/workflows"
	v.tells("GET /v1/reports/rep_1", map[string]any{"id": "rep_1", "run": "report/rep_1", "now": "2026-02-16T12:00:00Z", "audience": "department", "status": "answered", "behaviour": "phishing",
		"submitted_at": "2026-02-15T12:00:00Z", "reported": "acc_bolt", "revision": 3, "actions": []any{}})
	v.tells("GET /v1/reviews/rev_1", map[string]any{"id": "rev_1", "run": "review/rev_1", "now": "2026-02-16T12:00:00Z", "seller": "acc_bolt", "status": "published", "submitted_at": "2026-02-15T12:00:00Z", "revision": 3, "actions": []any{}})
	for path, run := range map[string]string{"/desk/reports/rep_1": "report%2Frep_1", "/reports/rep_1": "report%2Frep_1", "/desk/reviews/rev_1": "review%2Frev_1", "/reviews/rev_1": "review%2Frev_1"} {
		page := v.get(path)
		require.Equal(t, http.StatusOK, page.status, page.text)
		require.Contains(t, page.text, `href="https://temporal.example/namespaces/shop/workflows/`+run+`"`, path)
	}
}

func TestAnOperatorStartsAndEndsMeasures(t *testing.T) {
	v := visit(t)
	v.operates()
	v.tells("GET /v1/accounts/acc_bolt/standing/timeline", map[string]any{"has_more": false, "data": []any{}})
	v.tells("GET /v1/accounts/acc_bolt/standing", map[string]any{"account": "acc_bolt", "role": "seller", "now": "2026-02-16T12:00:00Z", "points": 12, "of": 12, "state": "good", "revision": 1,
		"measures": []any{map[string]any{"id": "msr_1", "scope": "list", "active": true, "start": "2026-02-15T12:00:00Z", "cause": "Twelve <pans>."}},
		"actions": []any{map[string]any{"name": "start_measure", "method": "POST", "href": "/v1/accounts/acc_bolt/standing/measures"},
			map[string]any{"name": "end_measure", "method": "POST", "href": "/v1/accounts/acc_bolt/standing/measures/msr_1/end"}}})
	page := v.get("/standing/acc_bolt")
	require.Equal(t, http.StatusOK, page.status, page.text)
	for _, shown := range []string{`href="/standing/acc_bolt/do/start_measure"`, `href="/standing/acc_bolt/do/end_measure?on=msr_1"`, "Twelve &lt;pans&gt;.", "Seller <code>acc_bolt</code>"} {
		require.Contains(t, page.text, shown)
	}
	require.Equal(t, "/standing/acc_bolt", v.get("/board/find?q=acc_bolt").at)
}
