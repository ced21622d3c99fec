package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"recourse/internal/session"
)

// signInPages lead in and out.
var signInPages = []Page{
	{Name: "sign-in", Pattern: "GET /sign-in", Open: true, Serve: showSignIn, Examples: []Example{{Path: "/sign-in"}}},
	{Name: "sign-in", Pattern: "POST /sign-in", Open: true, Step: true, Serve: beginSignIn},
	{Name: "sign-in", Pattern: "GET /signed-in", Open: true, Step: true, Serve: endSignIn},
	{Name: "sign-out", Pattern: "GET /signed-out", Open: true, Step: true, Serve: signedOut},
	{Name: "sign-out", Pattern: "POST /sign-out", Open: true, Step: true, Serve: signOut},
	{Name: "sign-out", Pattern: "POST /sign-out-everywhere", Step: true, Serve: signOutEverywhere},
}

// signIn is what is known of the issuer. Its document is read when the first person signs in, and again until that works.
type signIn struct {
	config   Config
	back     string
	mu       sync.Mutex
	provider *oidc.Provider
	renewals renewals
}

func newSignIn(config Config, back string) *signIn { return &signIn{config: config, back: back} }

func (s *signIn) found(ctx context.Context) (*oidc.Provider, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.provider != nil {
		return s.provider, nil
	}
	// The provider reads keys later with this context, so it must not end with the request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: 10 * time.Second})
	at := s.config.Issuer
	if s.config.Discovery != "" {
		at, ctx = s.config.Discovery, oidc.InsecureIssuerURLContext(ctx, s.config.Issuer)
	}
	provider, err := oidc.NewProvider(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("read what the issuer says of itself: %w", err)
	}
	s.provider = provider
	return provider, nil
}

// formTargets are where else than to us a form may lead: to the issuer, to which the form that begins a sign-in is sent on.
func (s *signIn) formTargets(context.Context) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	addresses := []string{s.config.Issuer, s.config.Discovery}
	if s.provider != nil {
		addresses = append(addresses, s.provider.Endpoint().AuthURL, leaving(s.provider))
	}
	targets := ""
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Host != "" && !strings.Contains(targets, " "+u.Scheme+"://"+u.Host) {
			targets += " " + u.Scheme + "://" + u.Host
		}
	}
	return targets
}

func (s *signIn) flow(p *oidc.Provider) *oauth2.Config {
	endpoint := p.Endpoint()
	if s.config.Secret == "" {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: s.config.Client, ClientSecret: s.config.Secret, Endpoint: endpoint, RedirectURL: s.back, Scopes: append([]string{oidc.ScopeOpenID, "profile"}, s.config.Scopes...)}
}

// begun is a sign-in that is under way. The browser holds it, and nobody else could use it: a code without the verifier is
// worth nothing, and a state without the cookie neither.
type begun struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	To       string `json:"t"`
}

const signInTime = 10 * time.Minute

func (c *Console) cookieName() string {
	if c.secure() {
		return "__Host-recourse"
	}
	return "recourse"
}

// setCookie keeps a secret in the browser. An empty value takes it away.
func (v *Visit) setCookie(name, value string, age time.Duration) {
	cookie := &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: v.console.secure(), SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds())}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(v.W, cookie)
}

// signInData is what the page of signing in shows.
type signInData struct {
	To    string
	Ended string // why somebody is signed out, in words
}

func showSignIn(v *Visit) error {
	data := signInData{To: local(v.R.URL.Query().Get("to"))}
	if key := "sign-in.ended." + v.R.URL.Query().Get("ended"); v.words.has(key) {
		data.Ended = v.T(key)
	}
	return v.Show(v.T("sign-in.title"), data)
}

func beginSignIn(v *Visit) error {
	provider, err := v.console.signIn.found(v.R.Context())
	if err != nil {
		v.console.log.ErrorContext(v.R.Context(), "The issuer does not answer.", "error", err)
		return &refusal{http.StatusBadGateway, "issuer"}
	}
	b := begun{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), To: local(v.R.PostFormValue("to"))}
	content, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("encode a sign-in: %w", err)
	}
	v.setCookie(v.console.cookieName()+"-begun", base64.RawURLEncoding.EncodeToString(content), signInTime)
	http.Redirect(v.W, v.R, v.console.signIn.flow(provider).AuthCodeURL(b.State, oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier)), http.StatusSeeOther)
	return nil
}

// errSignIn is a sign-in that cannot be finished. Why is in the log; a person begins again.
var errSignIn = &refusal{http.StatusBadRequest, "sign_in"}

func endSignIn(v *Visit) error {
	b, err := v.begun()
	v.setCookie(v.console.cookieName()+"-begun", "", 0)
	if err == nil && subtle.ConstantTimeCompare([]byte(v.R.URL.Query().Get("state")), []byte(b.State)) != 1 {
		err = errors.New("the state is another one")
	}
	var who session.Session
	if err == nil {
		who, err = v.identify(b)
	}
	if err != nil {
		v.console.log.InfoContext(v.R.Context(), "A sign-in was not finished.", "error", err)
		return errSignIn
	}
	// Whatever identifier the browser came with ends here: nobody can have planted it.
	if err := v.console.sessions.End(v.R.Context(), v.sessionID); err != nil {
		return fmt.Errorf("end the session before: %w", err)
	}
	id, err := v.console.sessions.Begin(v.R.Context(), who)
	if err != nil {
		return err
	}
	v.setCookie(v.console.cookieName(), id, v.console.config.Length)
	return v.Go(b.To)
}

func (v *Visit) begun() (begun, error) {
	var b begun
	cookie, err := v.R.Cookie(v.console.cookieName() + "-begun")
	if err != nil {
		return b, fmt.Errorf("no sign-in was begun in this browser: %w", err)
	}
	content, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return b, fmt.Errorf("read a sign-in: %w", err)
	}
	if err := json.Unmarshal(content, &b); err != nil {
		return b, fmt.Errorf("read a sign-in: %w", err)
	}
	if b.State == "" || b.Nonce == "" || b.Verifier == "" {
		return b, errors.New("read a sign-in: it is not whole")
	}
	return b, nil
}

// identify asks the issuer who signed in, and for the token with which the API is asked.
func (v *Visit) identify(b begun) (session.Session, error) {
	ctx := v.R.Context()
	none := session.Session{}
	if refused := v.R.URL.Query().Get("error"); refused != "" {
		return none, fmt.Errorf("the issuer refused: %q", refused)
	}
	provider, err := v.console.signIn.found(ctx)
	if err != nil {
		return none, err
	}
	tokens, err := v.console.signIn.flow(provider).Exchange(ctx, v.R.URL.Query().Get("code"), oauth2.VerifierOption(b.Verifier))
	if err != nil {
		return none, fmt.Errorf("exchange the code: %w", err)
	}
	who, nonce, err := v.console.signIn.read(ctx, provider, tokens)
	if err != nil {
		return none, err
	}
	if subtle.ConstantTimeCompare([]byte(nonce), []byte(b.Nonce)) != 1 {
		return none, errors.New("the nonce is another one")
	}
	return who, nil
}

// read is who the tokens are of, once the issuer's signature is verified, and the nonce that they name.
func (s *signIn) read(ctx context.Context, provider *oidc.Provider, tokens *oauth2.Token) (session.Session, string, error) {
	raw, _ := tokens.Extra("id_token").(string)
	config := &oidc.Config{ClientID: s.config.Client, SupportedSigningAlgs: []string{oidc.RS256, oidc.ES256, oidc.EdDSA}}
	identity, err := provider.Verifier(config).Verify(ctx, raw)
	if err != nil {
		return session.Session{}, "", fmt.Errorf("verify who signed in: %w", err)
	}
	var claims struct {
		Role string `json:"role"`
		Name string `json:"name"`
	}
	if err := identity.Claims(&claims); err != nil {
		return session.Session{}, "", fmt.Errorf("read who signed in: %w", err)
	}
	if claims.Name == "" {
		claims.Name = identity.Subject
	}
	return session.Session{Subject: identity.Subject, Role: claims.Role, Name: claims.Name, Token: tokens.AccessToken, TokenEnds: tokens.Expiry,
		Refresh: tokens.RefreshToken, Identity: raw}, identity.Nonce, nil
}
