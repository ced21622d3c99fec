package console

import (
	"encoding/json"
	"net/http"
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
