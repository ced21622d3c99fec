package issuer_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"recourse/domain/casefile"
	"recourse/internal/issuer"
)

const back = "http://127.0.0.1:9/signed-in"

// provide starts a provider with one persona.
func provide(t *testing.T) *httptest.Server {
	t.Helper()
	own, err := issuer.New("https://issuer.example", "recourse")
	require.NoError(t, err)
	provider := &issuer.Provider{Issuer: own, Client: "pages", Personas: func() []issuer.Persona {
		return []issuer.Persona{{Name: "Ada <b>", Role: casefile.Buyer, Account: "acc_ada"}}
	}}
	server := httptest.NewServer(provider)
	t.Cleanup(server.Close)
	provider.Base = server.URL + "/issuer"
	return server
}

// asking is a sign-in as the pages ask for it.
func asking(verifier string) url.Values {
	return url.Values{"client_id": {"pages"}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid profile"}, "state": {"s"}, "nonce": {"n"},
		"code_challenge_method": {"S256"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}}
}

// press signs the persona in and returns the address that it is sent to.
func press(t *testing.T, server *httptest.Server, values url.Values) (int, *url.URL) {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(server.URL+"/issuer/authorize", values)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	to, err := url.Parse(resp.Header.Get("Location"))
	require.NoError(t, err)
	return resp.StatusCode, to
}

func TestAPersonaSignsInByCodeAndProof(t *testing.T) {
	server := provide(t)
	ctx := oidc.InsecureIssuerURLContext(t.Context(), "https://issuer.example")
	found, err := oidc.NewProvider(ctx, server.URL+"/issuer")
	require.NoError(t, err)
	config := oauth2.Config{ClientID: "pages", RedirectURL: back, Endpoint: found.Endpoint(), Scopes: []string{"openid"}}
	verifier := oauth2.GenerateVerifier()

	resp, err := http.Get(config.AuthCodeURL("s", oidc.Nonce("n"), oauth2.S256ChallengeOption(verifier)))
	require.NoError(t, err)
	shown, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, string(shown), "Ada &lt;b&gt;")

	values := asking(verifier)
	values.Set("persona", "acc_ada")
	status, to := press(t, server, values)
	require.Equal(t, http.StatusSeeOther, status)
	require.Equal(t, "s", to.Query().Get("state"))
	code := to.Query().Get("code")

	_, err = config.Exchange(t.Context(), code, oauth2.VerifierOption("another "+verifier))
	require.ErrorContains(t, err, "invalid_grant", "whoever found the code cannot use it")
	_, err = config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	require.ErrorContains(t, err, "invalid_grant", "a code that was tried is worth nothing")

	_, to = press(t, server, values)
	tokens, err := config.Exchange(t.Context(), to.Query().Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	raw, _ := tokens.Extra("id_token").(string)
	identity, err := found.Verifier(&oidc.Config{ClientID: "pages", SupportedSigningAlgs: []string{"EdDSA"}}).Verify(ctx, raw)
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, identity.Claims(&claims))
	require.Equal(t, "n", identity.Nonce)
	require.Equal(t, "acc_ada", identity.Subject)
	require.Equal(t, "buyer", claims["role"])
}

func TestASignInThatIsNotSafeIsNotBegun(t *testing.T) {
	server := provide(t)
	for what, change := range map[string]func(url.Values){
		"another client":       func(v url.Values) { v.Set("client_id", "other") },
		"back to elsewhere":    func(v url.Values) { v.Set("redirect_uri", "https://evil.example/") },
		"back to a lookalike":  func(v url.Values) { v.Set("redirect_uri", "http://127.0.0.1.evil.example/") },
		"back with a password": func(v url.Values) { v.Set("redirect_uri", "http://a:b@127.0.0.1/") },
		"a token at once":      func(v url.Values) { v.Set("response_type", "token") },
		"no proof":             func(v url.Values) { v.Del("code_challenge") },
		"a plain proof":        func(v url.Values) { v.Set("code_challenge_method", "plain") },
		"no state":             func(v url.Values) { v.Del("state") },
		"no nonce":             func(v url.Values) { v.Del("nonce") },
		"nobody":               func(v url.Values) { v.Set("persona", "acc_none") },
	} {
		values := asking("verifier")
		values.Set("persona", "acc_ada")
		change(values)
		status, to := press(t, server, values)
		require.Equal(t, http.StatusBadRequest, status, what)
		require.Empty(t, to.String(), what)
	}
}

func TestOnlyThisMachineIsAnswered(t *testing.T) {
	own, err := issuer.New("https://issuer.example", "recourse")
	require.NoError(t, err)
	provider := &issuer.Provider{Issuer: own, Client: "pages", Base: "http://127.0.0.1/issuer"}
	for _, c := range []struct {
		from, host string
		want       int
	}{
		{"127.0.0.1:5", "127.0.0.1:80", http.StatusOK}, {"[::1]:5", "localhost:80", http.StatusOK},
		{"192.0.2.1:5", "127.0.0.1:80", http.StatusForbidden}, {"127.0.0.1:5", "rebound.example", http.StatusForbidden},
	} {
		req := httptest.NewRequest(http.MethodGet, "/issuer/.well-known/openid-configuration", nil)
		req.RemoteAddr, req.Host = c.from, c.host
		rec := httptest.NewRecorder()
		provider.ServeHTTP(rec, req)
		require.Equal(t, c.want, rec.Code, "%s %s", c.from, c.host)
		if rec.Code == http.StatusOK {
			var document map[string]any
			require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &document))
			require.Equal(t, []any{"S256"}, document["code_challenge_methods_supported"])
		}
	}
}

func TestTheNextTokenIsGivenOnceAndNotToWhoHasSignedOut(t *testing.T) {
	server := provide(t)
	found, err := oidc.NewProvider(oidc.InsecureIssuerURLContext(t.Context(), "https://issuer.example"), server.URL+"/issuer")
	require.NoError(t, err)
	config := oauth2.Config{ClientID: "pages", RedirectURL: back, Endpoint: found.Endpoint(), Scopes: []string{"openid"}}
	verifier := oauth2.GenerateVerifier()
	values := asking(verifier)
	values.Set("persona", "acc_ada")
	_, to := press(t, server, values)
	first, err := config.Exchange(t.Context(), to.Query().Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	next := func(after string) (*oauth2.Token, error) {
		return config.TokenSource(t.Context(), &oauth2.Token{RefreshToken: after}).Token()
	}
	second, err := next(first.RefreshToken)
	require.NoError(t, err)
	require.NotEqual(t, first.RefreshToken, second.RefreshToken)
	_, err = next(first.RefreshToken)
	require.ErrorContains(t, err, "invalid_grant")

	leave := func(hint, to string) int {
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := client.Get(server.URL + "/issuer/logout?" + url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {to}, "state": {"out"}}.Encode())
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		if resp.StatusCode == http.StatusSeeOther {
			require.Equal(t, "http://127.0.0.1:9/signed-out?state=out", resp.Header.Get("Location"))
		}
		return resp.StatusCode
	}
	identity, _ := second.Extra("id_token").(string)
	require.Equal(t, http.StatusBadRequest, leave("x.y.z", "http://127.0.0.1:9/signed-out"))
	require.Equal(t, http.StatusBadRequest, leave(identity, "https://evil.example/"))
	require.Equal(t, http.StatusSeeOther, leave(identity, "http://127.0.0.1:9/signed-out"))
	_, err = next(second.RefreshToken)
	require.ErrorContains(t, err, "invalid_grant", "who has signed out gets no further token")
}
