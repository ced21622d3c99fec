package console

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Every address that changes something is in the table of pages, and none takes what no page of ours has made.
func TestEveryPostOfTheTableNeedsTheTokenOfItsSession(t *testing.T) {
	v := visit(t)
	home := v.signIn("/")
	token := home.fields(t, "/sign-out").Get("csrf")
	posts := 0
	for _, p := range Pages() {
		path, is := strings.CutPrefix(p.Pattern, "POST ")
		if !is {
			continue
		}
		posts++
		path = placeholder.ReplaceAllString(path, "dsp_1")
		for name, values := range map[string]url.Values{"no token": {}, "another's token": {"csrf": {strings.ToUpper(token)}}, "an empty token": {"csrf": {""}}} {
			require.Equal(t, http.StatusForbidden, v.post(path, values).status, "%s with %s", p.Pattern, name)
		}
		request, err := http.NewRequest(http.MethodPost, v.base+path, strings.NewReader(url.Values{"csrf": {token}}.Encode()))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		require.Equal(t, http.StatusForbidden, v.page(v.Do(request)).status, "%s from another site, with the right token", p.Pattern)
	}
	require.Greater(t, posts, 5)
	require.Empty(t, v.api.sent)
	require.Equal(t, http.StatusOK, v.get("/").status)
	require.Equal(t, "/", v.get("/").at, "still signed in: nobody was signed out for somebody else")
}

func TestATamperedCookieIsNobodys(t *testing.T) {
	v := visit(t)
	v.signIn("/")
	good := v.cookie()
	at, err := url.Parse(v.base)
	require.NoError(t, err)
	flipped := []byte(good)
	flipped[len(flipped)-1] ^= 1
	for _, value := range []string{string(flipped), good[:len(good)-1], good + "A", strings.ToLower(good), "", "..", strings.Repeat("A", 4000), "%00"} {
		if value == good {
			continue
		}
		v.Jar.SetCookies(at, []*http.Cookie{{Name: "recourse", Value: value}})
		require.Equal(t, "/sign-in?to=%2F", v.get("/").at, "%.40q", value)
	}
	v.Jar.SetCookies(at, []*http.Cookie{{Name: "recourse", Value: good}})
	require.Equal(t, "/", v.get("/").at, "the cookie itself is as good as before")
}

func TestATamperedSignInIsRefused(t *testing.T) {
	v := visit(t)
	asked := v.post("/sign-in", v.get("/sign-in?to=/").fields(t, "/sign-in"))
	require.Equal(t, http.StatusOK, asked.status)
	at, err := url.Parse(v.base)
	require.NoError(t, err)
	for _, value := range []string{"", "e30", "AAAA", strings.Repeat("A", 3000)} {
		v.Jar.SetCookies(at, []*http.Cookie{{Name: "recourse-begun", Value: value}})
		answer := v.get("/signed-in?code=x&state=")
		require.GreaterOrEqual(t, answer.status, 400, "%.20q", value)
		require.Empty(t, v.cookie())
	}
}
