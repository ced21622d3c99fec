package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"recourse/api/client"
)

func TestEveryValueOfTheBoardHasItsWord(t *testing.T) {
	spec, english := contract(t), keys(t, "en")
	for prefix, values := range map[string][]string{
		"board.within.": spec.Components.Schemas["BoardDeadlines"].Properties["within"].Enum, "board.court.": spec.Components.Schemas["CourtTime"].Properties["who"].Enum,
		"board.waits.": spec.Components.Schemas["Wait"].Enum, "board.engine.": spec.Components.Schemas["BoardSystem"].Properties["engine"].Enum,
		"board.rung.": spec.Components.Schemas["StandingState"].Enum,
	} {
		require.NotEmpty(t, values, prefix)
		for _, value := range values {
			require.Contains(t, english, prefix+value)
		}
	}
	for kind := range kinds {
		require.Contains(t, english, "board.kind."+kind)
	}
}

func TestABarIsAsLongAsItsNumber(t *testing.T) {
	require.Equal(t, []part{{"ours", "0.00", "25.00"}, {"theirs", "25.00", "75.00"}}, parts(8, []string{"ours", "theirs"}, 2, 6))
	require.Equal(t, []part{{"theirs", "0.00", "0.60"}}, parts(1_000_000, []string{"ours", "theirs"}, 0, 1), "one of a million can be seen")
	require.Empty(t, parts(0, []string{"ours"}, 0))
}

// an overseer's view of a board with a little of everything.
func (v *visitor) operates() {
	v.Helper()
	v.api.board = map[string]any{
		"as_of": "2026-02-16T12:00:00Z", "counted_at": "2026-02-16T12:00:00Z", "since": "2025-11-16T12:00:00Z", "breaching": 2, "deadlines_more": false, "incidents": 0,
		"deadlines": []any{map[string]any{"within": "4h", "move": "reviewer", "count": 2}, map[string]any{"within": "3d", "move": "seller", "count": 6}},
		"stages":    []any{map[string]any{"kind": "dispute", "stage": "negotiation", "cases": map[string]any{"count": 10000, "more": true}}},
		"late":      map[string]any{"count": 1, "more": false}, "disputes": map[string]any{"count": 8, "more": false},
		"waits":     []any{map[string]any{"waits": "transfer", "cases": map[string]any{"count": 3, "more": false}}},
		"defaults":  []any{map[string]any{"side": "seller", "outcome": "default_seller_silent", "count": 2, "share": .25}},
		"decisions": map[string]any{"decided": 4, "appealed": 2, "overturned": 1, "share": .25, "more": false},
		"court":     map[string]any{"sample": 3, "spent": []any{map[string]any{"who": "seller", "seconds": 3600, "length": "1h"}}},
		"escrow": map[string]any{"began_at": "2026-02-16T12:00:00Z", "ended_at": "2026-02-16T12:00:00Z", "whole": true, "totals": []any{map[string]any{
			"held": map[string]any{"amount": 4550, "currency": "EUR"}, "ledger": map[string]any{"amount": 4650, "currency": "EUR"}, "difference": -100, "accounts": 2, "differ": 1, "example": "escrow:ord_1"}}},
		"system": map[string]any{"engine": "unreachable", "door": map[string]any{"count": 0, "more": false}, "effects": map[string]any{"count": 0, "more": false}, "stalled": map[string]any{"count": 0, "more": false}},
	}
	v.signInAs("acc_otto", "/")
}

func TestTheBoardSaysInOneLookWhatWillBreach(t *testing.T) {
	v := visit(t)
	v.operates()
	board := v.get("/board")
	require.Equal(t, http.StatusOK, board.status, board.text)
	for _, shown := range []string{`<strong class="number">2</strong>`, "10,000&#43;", "No answer", "-1.00", "Differs in 1 account", "25%", `href="/board/cases?waits=transfer"`, `href="/incidents/new"`} {
		require.Contains(t, board.text, shown)
	}
	require.Equal(t, 4, strings.Count(board.text, "<table>"), "every chart has its table")
	require.Equal(t, 4, strings.Count(board.text, `role="img"`), "and says in words what it shows")
	require.NotContains(t, board.text, " style=")
}

func TestTheCasesOfTheBoardLeadToTheirRuns(t *testing.T) {
	v := visit(t)
	v.operates()
	list := v.get("/board/cases?waits=transfer")
	require.Equal(t, http.StatusOK, list.status, list.text)
	require.NotContains(t, list.text, "Its run in Temporal", "no address was set")
	v.console.config.Runs = "https://temporal.example/namespaces/shop/workflows"
	require.Contains(t, v.get("/board/cases").text, `href="https://temporal.example/namespaces/shop/workflows/dispute%2Fdsp_1"`)
	require.Contains(t, list.text, `href="/disputes/dsp_1"`)

	require.Equal(t, "/disputes/dsp_1", v.get("/board/find?q=+dsp_1+").at)
	require.Contains(t, v.get("/board/find?q=dsp_2").text, "Nothing that you may open")
	require.Contains(t, v.get("/board/find?q=%3Cscript%3E").text, "&lt;script&gt;")
}

func TestAnIncidentIsCheckedBeforeItIsDeclared(t *testing.T) {
	v := visit(t)
	v.operates()
	form := v.get("/incidents/new").fields(t, "/incidents/new")
	form.Set("step", "check")
	form.Set("f.from", "2026-02-16T09:00")
	missing := v.post("/incidents/new", form)
	require.Equal(t, http.StatusUnprocessableEntity, missing.status)
	form.Set("f.until", "2026-02-17T09:00")
	form.Set("f.country", "fr")
	form.Set("f.text", "The data centre stood under water.")
	check := v.post("/incidents/new", form)
	require.Contains(t, check.text, "It can be ended early, but not undone.")
	require.Contains(t, check.text, "Mon 16 February 2026, 09:00 UTC", "and not as a computer writes it")
	require.Contains(t, check.text, "Not given", "of the carrier")
	require.Empty(t, v.api.sent)
	send := check.fields(t, "/incidents/new")
	send.Set("step", "send")
	done := v.post("/incidents/new", send)
	require.Equal(t, "/incidents?done=incident", done.at)
	require.Equal(t, "/v1/incidents", v.api.sent[0].Path)
	require.NotEmpty(t, v.api.sent[0].Key)
	require.Equal(t, map[string]any{"from": "2026-02-16T09:00:00Z", "until": "2026-02-17T09:00:00Z", "country": "FR", "text": "The data centre stood under water."}, v.api.sent[0].Body)
}

func TestAnIncidentIsEndedOnAPageThatSaysWhatFollows(t *testing.T) {
	v := visit(t)
	v.operates()
	incident := func(id, from, until string, more map[string]any) map[string]any {
		i := map[string]any{"id": id, "from": from, "until": until, "text": "Flood of " + id, "declared_at": from}
		for name, value := range more {
			i[name] = value
		}
		return i
	}
	can := func(id string) map[string]any {
		return map[string]any{"actions": []any{map[string]any{"name": "end_incident", "method": "POST", "href": "/v1/incidents/" + id + "/end"}}}
	}
	v.api.incidents = []any{
		incident("inc_now", "2026-02-16T11:59:00Z", "2026-02-16T12:01:00Z", can("inc_now")), incident("inc_soon", "2026-02-16T12:01:00Z", "2026-02-17T12:00:00Z", can("inc_soon")),
		incident("inc_ended", "2026-02-16T11:00:00Z", "2026-02-16T13:00:00Z", map[string]any{"ended_at": "2026-02-16T11:30:00Z"})}
	list := v.get("/incidents")
	require.Equal(t, 1, strings.Count(list.text, ">Running<"), "by the time that the API tells, whatever the time is here")
	require.Contains(t, list.text, "Ended early")
	require.Contains(t, list.text, `href="/incidents/inc_now/end"`)
	require.NotContains(t, list.text, `href="/incidents/inc_ended/end"`)

	ask := v.get("/incidents/inc_now/end")
	require.Contains(t, ask.text, "Flood of inc_now")
	require.Contains(t, ask.text, "What has stood still until now stays given")
	require.Contains(t, v.get("/incidents/inc_soon/end").text, "It has not begun")
	require.Equal(t, http.StatusConflict, v.get("/incidents/inc_ended/end").status)
	require.Equal(t, http.StatusNotFound, v.get("/incidents/inc_none/end").status)
	require.Empty(t, v.api.sent)
	form := ask.fields(t, "/incidents/inc_now/end")
	form.Set("step", "send")
	done := v.post("/incidents/inc_now/end", form)
	require.Equal(t, "/incidents?done=incident-ended", done.at)
	require.Contains(t, done.text, "its deadlines are worked out anew")
	require.Equal(t, "/v1/incidents/inc_now/end", v.api.sent[0].Path)
	require.NotEmpty(t, v.api.sent[0].Key)

	v.api.refuse = map[string]any{"status": http.StatusConflict, "code": "wrong_stage", "title": "x", "type": "x", "detail": "The incident is over.", "request_id": "hrq_1"}
	require.Equal(t, http.StatusConflict, v.post("/incidents/inc_now/end", form).status)
}

func TestTheBoardIsForThoseWhoRunThePlatform(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	for _, path := range []string{"/board", "/board/cases", "/board/find", "/incidents", "/incidents/new", "/incidents/inc_1/end"} {
		require.Equal(t, http.StatusForbidden, v.get(path).status, path)
	}
	require.NotContains(t, v.get("/").text, `href="/board"`)
}

func TestOverseersAreWhoTheBoardKnows(t *testing.T) {
	require.ElementsMatch(t, []client.Role{client.RoleOperator, client.RoleSupervisor, client.RolePlatform, client.RoleAuditor}, overseers)
	require.Equal(t, "/board?clock=clk_1&within=1h", onClock("/board", "clk_1", "within", "1h", "waits", ""))
	require.Equal(t, url.Values{"clock": {"clk 1"}}.Encode(), strings.TrimPrefix(onClock("/board", "clk 1"), "/board?"))
}
