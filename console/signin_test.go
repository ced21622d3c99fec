package console

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shortly makes the issuer's tokens last half an hour, and returns how to let time pass for the pages.
func (v *visitor) shortly() (pass func(time.Duration)) {
	v.issuer.TokenTime = 30 * time.Minute
	var late time.Duration
	v.console.sessions.Now = func() time.Time { return time.Now().Add(late) }
	return func(by time.Duration) { late += by }
}

// next is what the session has for its next token.
func (v *visitor) next() string {
	v.Helper()
	held, err := v.console.sessions.Find(v.Context(), v.cookie())
	require.NoError(v, err)
	return held.Refresh
}

func TestATokenIsRenewedBeforeItEnds(t *testing.T) {
	v := visit(t)
	pass := v.shortly()
	v.signIn("/")
	require.Equal(t, http.StatusOK, v.get("/disputes/dsp_1").status)
	first, browser := v.next(), v.cookie()
	pass(28 * time.Minute)
	v.get("/disputes/dsp_1")
	require.Equal(t, first, v.next(), "it is worth something still")
	for range 2 {
		pass(29 * time.Minute)
		found := v.get("/disputes/dsp_1")
		require.Equal(t, http.StatusOK, found.status)
		require.Equal(t, "/disputes/dsp_1", found.at)
		require.NotEqual(t, first, v.next())
		require.Equal(t, browser, v.cookie(), "the session is the same")
		first = v.next()
	}
	pass(3 * time.Hour)
	require.Equal(t, "/sign-in?to=%2Fdisputes%2Fdsp_1", v.get("/disputes/dsp_1").at, "no token keeps a session that is not used")
}

func TestManyRequestsAtOnceAskForOneToken(t *testing.T) {
	v := visit(t)
	pass := v.shortly()
	v.signIn("/")
	pass(30 * time.Minute)
	var all sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		all.Go(func() {
			resp, err := v.Get(v.base + "/disputes/dsp_1")
			if err == nil {
				statuses[i] = resp.StatusCode
				if strings.HasPrefix(resp.Request.URL.Path, "/sign-in") {
					statuses[i] = http.StatusUnauthorized
				}
				_ = resp.Body.Close()
			}
		})
	}
	all.Wait()
	for _, status := range statuses {
		require.Equal(t, http.StatusOK, status)
	}
}

func TestWhomTheIssuerGivesNoFurtherTokenSignsInAndComesBack(t *testing.T) {
	v := visit(t)
	pass := v.shortly()
	v.signIn("/")
	form := v.get("/disputes/dsp_1/do/escalate").fields(t, "/disputes/dsp_1/do/escalate")
	v.forgotten()
	pass(30 * time.Minute)
	asked := v.get("/disputes/dsp_1")
	require.Equal(t, "/sign-in?ended=expired&to=%2Fdisputes%2Fdsp_1", asked.at)
	require.Contains(t, asked.text, "Please sign in again")
	require.Equal(t, "/disputes/dsp_1", v.signIn("/disputes/dsp_1").at)

	v.forgotten()
	pass(30 * time.Minute)
	posted := v.post("/disputes/dsp_1/do/escalate", form)
	require.Contains(t, posted.at, "to="+url.QueryEscape("/disputes/dsp_1/do/escalate"), "from a form to its page")
	require.Empty(t, v.api.sent)
	require.Equal(t, http.StatusOK, v.get("/sign-in").status)
}

// forgotten makes the issuer forget whom it has given tokens, as when they were signed out there.
func (v *visitor) forgotten() {
	v.Helper()
	session, err := v.console.sessions.Find(v.Context(), v.cookie())
	require.NoError(v, err)
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
		Get(v.base + "/issuer/logout?" + url.Values{"id_token_hint": {session.Identity}, "post_logout_redirect_uri": {v.base}}.Encode())
	require.NoError(v, err)
	require.Equal(v, http.StatusSeeOther, resp.StatusCode)
	require.NoError(v, resp.Body.Close())
}

func TestSigningOutSignsOutAtTheIssuerToo(t *testing.T) {
	v := visit(t)
	home := v.signIn("/")
	held, err := v.console.sessions.Find(t.Context(), v.cookie())
	require.NoError(t, err)
	require.NotEmpty(t, held.Refresh)
	require.Contains(t, v.get("/").header.Get("Content-Security-Policy"), " "+v.base, "the form may lead to the issuer")
	var through []string
	v.CheckRedirect = func(r *http.Request, _ []*http.Request) error { through = append(through, r.URL.Path); return nil }
	out := v.post("/sign-out", home.fields(t, "/sign-out"))
	require.Equal(t, []string{"/issuer/logout", "/signed-out", "/sign-in"}, through)
	require.Contains(t, out.text, "You are signed out.")
	_, err = v.console.signIn.next(t.Context(), held)
	require.ErrorIs(t, err, errOver, "the issuer gives nothing more for it")
	require.Equal(t, "/sign-in?ended=out", v.get("/signed-out?state=//evil.example").at)
}

func TestSigningOutNeedsNoIssuer(t *testing.T) {
	v := visit(t)
	pass := v.shortly()
	fields := v.signIn("/").fields(t, "/sign-out")
	v.console.signIn.provider, v.console.signIn.config.Discovery = nil, "http://127.0.0.1:0"
	pass(30 * time.Minute)
	require.Equal(t, http.StatusBadGateway, v.get("/disputes/dsp_1").status, "no page without a token")
	require.Equal(t, "/sign-in?ended=out", v.post("/sign-out", fields).at)
	require.Empty(t, v.cookie())
}
