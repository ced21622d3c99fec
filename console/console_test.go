package console

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"recourse/internal/issuer"
	"recourse/internal/session"
)

// api is an API that knows one dispute with one offer, and remembers what it was sent.
type api struct {
	mu       sync.Mutex
	revision int64
	actions  []map[string]any
	refuse   map[string]any // a problem, for the next command
	sent     []sentCommand
	tokens   []string
	more     map[string]func(w http.ResponseWriter, r *http.Request) // other answers, by method and path
	board    map[string]any
	instead  http.Handler // answers everything

	incidents []any
}

type sentCommand struct {
	Path, Key string
	Body      map[string]any
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens = append(a.tokens, r.Header.Get("Authorization"))
	if a.instead != nil {
		a.instead.ServeHTTP(w, r)
		return
	}
	answer := func(status int, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	if other := a.more[r.Method+" "+r.URL.Path]; other != nil {
		other(w, r)
		return
	}
	euros := func(cents int) map[string]any { return map[string]any{"amount": cents, "currency": "EUR"} }
	switch {
	case r.Method == http.MethodPost && a.refuse != nil:
		answer(a.refuse["status"].(int), a.refuse)
		a.refuse = nil
	case r.Method == http.MethodPost:
		command := sentCommand{Path: r.URL.Path, Key: r.Header.Get("Idempotency-Key")}
		_ = json.NewDecoder(r.Body).Decode(&command.Body)
		a.sent = append(a.sent, command)
		answer(http.StatusOK, map[string]any{})
	case r.URL.Path == "/v1/disputes/dsp_1":
		answer(http.StatusOK, map[string]any{"id": "dsp_1", "order": "ord_1", "stage": "negotiation", "status": "waiting_buyer", "your_role": "buyer", "your_move": true,
			"revision": a.revision, "actions": a.actions, "claim": map[string]any{"reason": "counterfeit", "remedy": "refund_full", "amount": euros(4550), "value": euros(4550),
				"text": `<script>alert("x")</script>`},
			"offers":             []any{map[string]any{"id": "ofr_1", "version": 7, "by": "seller", "remedy": "refund_partial", "amount": euros(3000), "state": "standing"}},
			"if_nothing_happens": map[string]any{"deadline": "offer_answer", "at": "2026-02-16T00:00:00Z", "outcome": "assigning"}})
	case r.URL.Path == "/v1/board":
		answer(http.StatusOK, a.board)
	case r.URL.Path == "/v1/board/cases":
		answer(http.StatusOK, map[string]any{"as_of": "2026-02-16T12:00:00Z", "has_more": false, "data": []any{map[string]any{"id": "dsp_1", "kind": "dispute", "stage": "negotiation",
			"status": "waiting_seller", "move": "seller", "opened_at": "2026-02-14T12:00:00Z", "due_at": "2026-02-17T12:00:00Z", "deadline": "seller_response", "run": "dispute/dsp_1"}}})
	case r.URL.Path == "/v1/incidents":
		answer(http.StatusOK, map[string]any{"as_of": "2026-02-16T12:00:00Z", "data": a.incidents, "longest": "14d"})
	case strings.HasSuffix(r.URL.Path, "/timeline"), r.URL.Path == "/v1/disputes", r.URL.Path == "/v1/orders":
		answer(http.StatusOK, map[string]any{"data": []any{}, "has_more": false})
	default:
		answer(http.StatusNotFound, map[string]any{"code": "not_found", "status": 404, "request_id": "hrq_1"})
	}
}

func acting(name, path string) map[string]any {
	return map[string]any{"name": name, "method": "POST", "href": "/v1/disputes/dsp_1" + path}
}

// visitor is a browser without JavaScript.
type visitor struct {
	*testing.T
	*http.Client
	base    string
	api     *api
	console *Console
	issuer  *issuer.Provider
}

func visit(t *testing.T) *visitor {
	t.Helper()
	own, err := issuer.New("https://issuer.example", "recourse")
	require.NoError(t, err)
	provider := &issuer.Provider{Issuer: own, Client: "pages", Personas: func() []issuer.Persona {
		return []issuer.Persona{{Name: "Ada", Role: "buyer", Account: "acc_ada"}, {Name: "Otto", Role: "operator", Account: "acc_otto"}, {Name: "Cleo", Role: "reviewer", Account: "acc_cleo"},
			{Name: "Bolt", Role: "seller", Account: "acc_bolt"}, {Name: "Sol", Role: "supervisor", Account: "acc_sol"}}
	}}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	provider.Base = server.URL + "/issuer"
	mux.Handle("/issuer/", provider)
	backend := &api{revision: 4, actions: []map[string]any{acting("accept_offer", "/offers/ofr_1/accept"), acting("escalate", "/escalate"), acting("offer", "/offers"), acting("post_message", "/messages")}}
	pages, err := New(Config{Address: server.URL, Issuer: "https://issuer.example", Discovery: server.URL + "/issuer", Client: "pages", LookEvery: time.Millisecond},
		Services{API: InProcess{Handler: backend}, Sessions: &session.Memory{}})
	require.NoError(t, err)
	t.Cleanup(pages.Close)
	mux.Handle("/", pages.Behind(backend))
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &visitor{T: t, Client: &http.Client{Jar: jar}, base: server.URL, api: backend, console: pages, issuer: provider}
}

type page struct {
	status int
	header http.Header
	text   string
	at     string
}

func (v *visitor) page(resp *http.Response, err error) page {
	v.Helper()
	require.NoError(v, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(v, err)
	require.NoError(v, resp.Body.Close())
	return page{resp.StatusCode, resp.Header, string(text), resp.Request.URL.RequestURI()}
}

func (v *visitor) get(path string) page { v.Helper(); return v.page(v.Get(v.base + path)) }

func (v *visitor) post(path string, values url.Values) page {
	v.Helper()
	return v.page(v.PostForm(v.base+path, values))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// fields are the hidden fields of the page's form that leads to the path.
func (p page) fields(t *testing.T, action string) url.Values {
	t.Helper()
	_, form, found := strings.Cut(p.text, `action="`+action)
	require.True(t, found, "no form for %s in %s", action, p.text)
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, match := range hidden.FindAllStringSubmatch(form, -1) {
		values.Add(match[1], strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&#39;", "'").Replace(match[2]))
	}
	return values
}

// signIn goes the whole way: the page, the issuer, and back.
func (v *visitor) signIn(to string) page { v.Helper(); return v.signInAs("acc_ada", to) }

func (v *visitor) signInAs(account, to string) page {
	v.Helper()
	asked := v.post("/sign-in", v.get("/sign-in?to="+url.QueryEscape(to)).fields(v.T, "/sign-in"))
	require.Equal(v, http.StatusOK, asked.status, asked.text)
	at, err := url.Parse(asked.at)
	require.NoError(v, err)
	values := at.Query()
	values.Set("persona", account)
	return v.post("/issuer/authorize", values)
}

func (v *visitor) cookie() string {
	at, err := url.Parse(v.base)
	require.NoError(v, err)
	for _, c := range v.Jar.Cookies(at) {
		if c.Name == "recourse" {
			return c.Value
		}
	}
	return ""
}

func TestWhoeverIsNotSignedInIsLedThereAndBack(t *testing.T) {
	v := visit(t)
	first := v.get("/disputes/dsp_1")
	require.Equal(t, "/sign-in?to=%2Fdisputes%2Fdsp_1", first.at)
	back := v.signIn("/disputes/dsp_1")
	require.Equal(t, "/disputes/dsp_1", back.at)
	require.Equal(t, http.StatusOK, back.status)
	require.Contains(t, back.text, "It is your move")
	require.Contains(t, back.text, "30.00\u00a0EUR")
	require.True(t, strings.HasPrefix(v.api.tokens[0], "Bearer ey"), "the API is asked as who is signed in")
	require.NotContains(t, back.text, "<script>alert")
	require.Contains(t, back.header.Get("Content-Security-Policy"), "script-src 'self'")
	require.NotContains(t, back.header.Get("Content-Security-Policy"), "unsafe")
}

func TestNobodyIsLedElsewhere(t *testing.T) {
	for _, to := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example"} {
		require.Equal(t, "/", local(to), to)
	}
	v := visit(t)
	require.Equal(t, "/", v.signIn("https://evil.example/").at)
}

func TestASignInThatAnotherBrowserBeganIsRefused(t *testing.T) {
	v := visit(t)
	asked := v.post("/sign-in", url.Values{})
	at, err := url.Parse(asked.at)
	require.NoError(t, err)
	values := at.Query()
	values.Set("persona", "acc_ada")
	other := *v
	other.Client = &http.Client{} // without the cookie
	refused := other.page(other.PostForm(v.base+"/issuer/authorize", values))
	require.Equal(t, http.StatusBadRequest, refused.status)
	require.Contains(t, refused.text, "Signing in did not work")
	require.Equal(t, http.StatusBadRequest, v.get("/signed-in?code=x&state=wrong").status)
	require.Empty(t, v.cookie())
}

func TestASessionThatWasPlantedIsWorthNothingAfterSigningIn(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	planted := v.cookie()
	require.NotEmpty(t, planted)
	v.signIn("/")
	require.NotEqual(t, planted, v.cookie())
	req, err := http.NewRequest(http.MethodGet, v.base+"/", nil)
	require.NoError(t, err)
	req.AddCookie(&http.Cookie{Name: "recourse", Value: planted})
	found := v.page((&http.Client{}).Do(req))
	require.True(t, strings.HasPrefix(found.at, "/sign-in"), found.at)
}

func TestSigningOutEverywhereEndsTheOtherBrowserToo(t *testing.T) {
	v := visit(t)
	home := v.signIn("/")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	other := *v
	other.Client = &http.Client{Jar: jar}
	other.signIn("/")
	require.Equal(t, "/", other.get("/").at)
	out := v.post("/sign-out-everywhere", home.fields(t, "/sign-out-everywhere"))
	require.Contains(t, out.text, "in every browser")
	require.Equal(t, "/sign-in?to=%2F", other.get("/").at)
}

func TestWhatDidNotComeFromAPageOfOursIsRefused(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	require.Equal(t, http.StatusForbidden, v.post("/disputes/dsp_1/do/escalate", url.Values{"step": {"send"}, "revision": {"4"}}).status, "no token")
	require.Equal(t, http.StatusForbidden, v.post("/disputes/dsp_1/do/escalate", url.Values{"step": {"send"}, "revision": {"4"}, "csrf": {session.Token("other")}}).status)
	values := v.get("/disputes/dsp_1/do/escalate").fields(t, "/disputes/dsp_1/do/escalate")
	req, err := http.NewRequest(http.MethodPost, v.base+"/disputes/dsp_1/do/escalate", strings.NewReader(values.Encode()))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, v.page(v.Do(req)).status, "from another site, with a token")
	require.Empty(t, v.api.sent)
}

func TestAnActionIsCheckedAndSentOnceHoweverOftenItIsPressed(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	const path = "/disputes/dsp_1/do/accept_offer?on=ofr_1"
	check := v.get(path)
	require.Contains(t, check.text, "What happens next")
	values := check.fields(t, path)
	values.Set("step", "send")
	v.api.revision = 9 // meanwhile
	for range 2 {
		after := v.post(path, values)
		require.Contains(t, after.text, "Done: Accept this offer.")
	}
	require.Len(t, v.api.sent, 2)
	require.Equal(t, v.api.sent[0], v.api.sent[1], "the same key and the same body: the API answers the second as the first")
	require.NotEmpty(t, v.api.sent[0].Key)
	require.Equal(t, "/v1/disputes/dsp_1/offers/ofr_1/accept", v.api.sent[0].Path)
	require.Equal(t, map[string]any{"version": 7.0, "if_revision": 4.0}, v.api.sent[0].Body, "as it was read, not as it is now")
}

func TestAnswersAreAskedCheckedAndCanBeChanged(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	const path = "/disputes/dsp_1/do/offer"
	values := v.get(path).fields(t, path)
	require.NotContains(t, values, "key", "a key is drawn for what was checked")
	values.Set("step", "check")
	values.Set("f.amount", "12,345")
	wrong := v.post(path, values)
	require.Equal(t, http.StatusUnprocessableEntity, wrong.status)
	require.Contains(t, wrong.text, "Write an amount with digits")
	require.Contains(t, wrong.text, "Please fill this in.", "the remedy")
	require.Contains(t, wrong.text, `value="12,345"`, "what was typed is kept")
	values.Set("f.amount", "12,30")
	values.Set("f.remedy", "refund_partial")
	check := v.post(path, values)
	require.Equal(t, http.StatusOK, check.status)
	require.Contains(t, check.text, "12.30\u00a0EUR")
	values = check.fields(t, path)
	values.Set("step", "edit")
	require.Contains(t, v.post(path, values).text, `value="12,30"`)
	values.Set("step", "send")
	require.Contains(t, v.post(path, values).text, "Done: Make an offer.")
	require.Equal(t, map[string]any{"remedy": "refund_partial", "amount": map[string]any{"amount": 1230.0, "currency": "EUR"}, "if_revision": 4.0}, v.api.sent[0].Body)
}

func TestARefusalIsSaidBesideItsFieldAndWhatWasTypedIsKept(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	const path = "/disputes/dsp_1/do/offer"
	values := v.get(path).fields(t, path)
	values.Set("f.remedy", "refund_partial")
	values.Set("f.amount", "99.00")
	values.Set("step", "check")
	values = v.post(path, values).fields(t, path)
	values.Set("step", "send")
	v.api.refuse = map[string]any{"status": 422, "code": "amount_exceeds_cap", "detail": "d", "request_id": "hrq_1",
		"errors": []any{map[string]any{"pointer": "/amount", "code": "amount_exceeds_cap", "message": "is more than is disputed"}}}
	refused := v.post(path, values)
	require.Equal(t, http.StatusUnprocessableEntity, refused.status)
	require.Contains(t, refused.text, `id="f-amount-wrong">This is more than can be paid.`)
	require.Contains(t, refused.text, `value="99.00"`)

	v.api.refuse = map[string]any{"status": 409, "code": "stale_revision", "detail": "d", "request_id": "hrq_1", "revision": 5}
	v.api.revision = 5
	stale := v.post(path, values)
	require.Equal(t, http.StatusConflict, stale.status)
	require.Contains(t, stale.text, "Something has happened since you opened this page")
	require.Equal(t, "5", stale.fields(t, path).Get("revision"), "the next time it is about what is shown now")
}

func TestTooLateIsAPageWithReasonsAndAlternatives(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	const path = "/disputes/dsp_1/do/accept_offer?on=ofr_1"
	values := v.get(path).fields(t, path)
	values.Set("step", "send")
	v.api.refuse = map[string]any{"status": 409, "code": "stale_offer", "detail": "d", "request_id": "hrq_1"}
	v.api.actions = []map[string]any{acting("escalate", "/escalate")}
	late := v.post(path, values)
	require.Equal(t, http.StatusConflict, late.status)
	require.Contains(t, late.text, "The offer does not stand any more")
	require.Contains(t, late.text, `href="/disputes/dsp_1/do/escalate"`)
	require.Equal(t, http.StatusConflict, v.get(path).status, "what is not offered has no form")
}

func TestWhatIsNotThereSaysSo(t *testing.T) {
	v := visit(t)
	require.Equal(t, http.StatusNotFound, v.get("/nowhere").status)
	wrong := v.post("/orders", url.Values{})
	require.Equal(t, http.StatusMethodNotAllowed, wrong.status)
	require.Equal(t, "GET", wrong.header.Get("Allow"))
	v.signIn("/")
	for _, path := range []string{"/disputes/dsp_2", "/disputes/dsp_1/do/dance", "/disputes/dsp_1/do/announce_upload", "/disputes/dsp_1/do/accept_offer?on=../x", "/live/dispute/dsp_2", "/live/toy/x"} {
		missing := v.get(path)
		require.Equal(t, http.StatusNotFound, missing.status, path)
		require.Contains(t, missing.text, "Not found", path)
	}
}

func TestWhatIsWrongInAnAddressIsNotThere(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	wrong := "after"
	v.api.more = map[string]func(http.ResponseWriter, *http.Request){"GET /v1/orders": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = fmt.Fprintf(w, `{"code":"validation_failed","status":422,"request_id":"hrq_1","errors":[{"pointer":%q,"code":"pattern","message":"must be a cursor"}]}`, wrong)
	}}
	missing := v.get("/orders?after=nonsense")
	require.Equal(t, http.StatusNotFound, missing.status)
	require.Contains(t, missing.text, "Not found")
	wrong = "limit"
	require.Equal(t, http.StatusInternalServerError, v.get("/orders?after=nonsense").status, "what the page itself asked wrongly is its own fault")
}

func TestAPageIsToldWhenItsCaseChanges(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	resp, err := v.Get(v.base + "/live/dispute/dsp_1")
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	read := func(want string) {
		buffer, seen := make([]byte, 256), ""
		for !strings.Contains(seen, want) {
			n, err := resp.Body.Read(buffer)
			require.NoError(t, err)
			seen += string(buffer[:n])
		}
	}
	read("event: revision\ndata: 4\n\n")
	v.api.mu.Lock()
	v.api.revision = 5
	v.api.mu.Unlock()
	read("event: revision\ndata: 5\n\n")
	require.Equal(t, "5", v.get("/revision/dispute/dsp_1").text)
}

func TestASessionFollowsSoManyPagesAndNoMore(t *testing.T) {
	l := newLive(time.Second)
	for range followers {
		require.True(t, l.enter("a"))
	}
	require.False(t, l.enter("a"))
	require.True(t, l.enter("b"))
	l.leave("a")
	require.True(t, l.enter("a"))
}

func TestLanguageAndThemeAreKept(t *testing.T) {
	v := visit(t)
	require.Contains(t, v.get("/sign-in").text, `<html lang="en" dir="ltr">`)
	kept := v.post("/preferences", url.Values{"language": {"ar"}, "theme": {"dark"}, "back": {"/sign-in"}})
	require.Contains(t, kept.text, `<html lang="ar" dir="rtl" data-theme="dark">`)
	v.post("/preferences", url.Values{"language": {"tlh"}, "theme": {"loud"}})
	require.Contains(t, v.get("/sign-in").text, `<html lang="ar" dir="rtl" data-theme="dark">`, "what is not known changes nothing")
}

func TestAmountsAreReadAndWrittenToTheUnit(t *testing.T) {
	for typed, want := range map[string]int64{"45.50": 4550, "45,5": 4550, "45": 4500, "1 000.00": 100000, "0.01": 1, "45.500": 4550} {
		got, understood := minor(typed, "EUR")
		require.True(t, understood, typed)
		require.Equal(t, want, got, typed)
	}
	for _, typed := range []string{"", "-1", "1.234", "1,000.00", "1e3", "٣", "9999999999999999"} {
		_, understood := minor(typed, "EUR")
		require.False(t, understood, typed)
	}
	yen, understood := minor("1200", "JPY")
	require.True(t, understood)
	require.Equal(t, int64(1200), yen)
	_, understood = minor("12.5", "JPY")
	require.False(t, understood)
	require.Equal(t, "90071992547409.91", decimal(9007199254740991, 2))
	require.Equal(t, "-0.05", decimal(-5, 2))
}
