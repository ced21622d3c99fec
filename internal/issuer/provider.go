package issuer

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"recourse/domain/casefile"
)

// Persona is somebody who can be signed in as with one press of a button.
type Persona struct {
	Name    string
	Role    casefile.Role
	Account string
}

// Provider signs personas in by OpenID Connect: authorization code, PKCE with S256 and nothing weaker. It asks for no
// password, and therefore answers only to this machine, and sends people back only to it.
type Provider struct {
	Issuer   *Issuer
	Base     string // where it is reachable, without a slash at the end: http://127.0.0.1:8080/issuer
	Client   string // the one client there is
	Personas func() []Persona
	// TokenTime is how long an access token is worth something; zero: eight hours.
	TokenTime time.Duration

	mu        sync.Mutex
	codes     map[string]grant
	refreshes map[string]grant
}

// grant is what a code stands for until it is used.
type grant struct {
	persona   Persona
	redirect  string
	nonce     string
	challenge string
	until     time.Time
}

const (
	codeTime  = time.Minute
	tokenTime = 8 * time.Hour
	nextTime  = 24 * time.Hour // in which a token's successor can be asked for
	maxCodes  = 1000
	maxForm   = 16 << 10
)

//go:embed provider.html
var pageSource string

//go:embed provider.css
var pageStyle []byte

var page = template.Must(template.New("authorize").Parse(pageSource))

// ServeHTTP answers under Base.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !fromHere(r) {
		http.Error(w, "This issuer is for development, on this machine alone.", http.StatusForbidden)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	base, err := url.Parse(p.Base)
	if err != nil {
		http.Error(w, "The issuer's address is not valid.", http.StatusInternalServerError)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, base.Path) {
	case "GET /.well-known/openid-configuration":
		p.discover(w)
	case "GET /jwks":
		p.Issuer.ServeHTTP(w, r)
	case "GET /style.css":
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(pageStyle) // who has gone needs no answer
	case "GET /authorize":
		p.ask(w, r)
	case "POST /authorize":
		p.grant(w, r)
	case "POST /token":
		p.exchange(w, r)
	case "GET /logout":
		p.leave(w, r)
	default:
		http.NotFound(w, r)
	}
}

// fromHere says whether a request comes from this machine, and under this machine's own name: a page of another origin
// cannot have its name resolve to here and be read.
func fromHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return false
	}
	return isLoopback(r.Host)
}

func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (p *Provider) discover(w http.ResponseWriter) {
	answer(w, http.StatusOK, map[string]any{
		"issuer": p.Issuer.Name(), "authorization_endpoint": p.Base + "/authorize", "token_endpoint": p.Base + "/token", "jwks_uri": p.Base + "/jwks", "end_session_endpoint": p.Base + "/logout",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"EdDSA"},
		"code_challenge_methods_supported": []string{"S256"}, "grant_types_supported": []string{"authorization_code", "refresh_token"}, "scopes_supported": []string{"openid", "profile"},
		"token_endpoint_auth_methods_supported": []string{"none"}, "claims_supported": []string{"sub", "name", "role"},
	})
}

// asked reads who wants somebody to sign in, or says what is wrong with that. What is wrong is never sent on to the
// address that the request names: it might be anybody's.
func (p *Provider) asked(values url.Values) (wrong string) {
	back, err := url.Parse(values.Get("redirect_uri"))
	switch {
	case values.Get("client_id") != p.Client:
		return "client_id is not known"
	case err != nil || back.Scheme != "http" && back.Scheme != "https" || !isLoopback(back.Host) || back.Fragment != "" || back.User != nil:
		return "redirect_uri is not an address of this machine"
	case values.Get("response_type") != "code":
		return "response_type must be code"
	case !strings.Contains(" "+values.Get("scope")+" ", " openid "):
		return "scope must contain openid"
	case values.Get("state") == "" || values.Get("nonce") == "":
		return "state and nonce must be there"
	case values.Get("code_challenge_method") != "S256" || len(values.Get("code_challenge")) != base64.RawURLEncoding.EncodedLen(sha256.Size):
		return "code_challenge must be there, by S256"
	}
	return ""
}

// ask shows a button for each persona.
func (p *Provider) ask(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	if wrong := p.asked(values); wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	back, err := url.Parse(values.Get("redirect_uri"))
	if err != nil {
		http.Error(w, "redirect_uri cannot be read", http.StatusBadRequest)
		return
	}
	var shown bytes.Buffer
	err = page.Execute(&shown, map[string]any{"Personas": p.Personas(), "Action": p.Base + "/authorize", "Style": p.Base + "/style.css", "Values": values})
	if err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' "+back.Scheme+"://"+back.Host)
	_, _ = w.Write(shown.Bytes()) // who has gone needs no answer
}

// grant sends whoever pressed a button back with a code.
func (p *Provider) grant(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	if wrong := p.asked(r.PostForm); wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	for _, persona := range p.Personas() {
		if persona.Account != r.PostForm.Get("persona") {
			continue
		}
		code := rand.Text()
		p.keep(&p.codes, code, grant{persona: persona, redirect: r.PostForm.Get("redirect_uri"), nonce: r.PostForm.Get("nonce"),
			challenge: r.PostForm.Get("code_challenge"), until: p.Issuer.now().Add(codeTime)})
		http.Redirect(w, r, r.PostForm.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {r.PostForm.Get("state")}}.Encode(), http.StatusSeeOther)
		return
	}
	http.Error(w, "There is no such person.", http.StatusBadRequest)
}

// keep remembers what a code, or a token's successor, stands for. What nobody used in time is forgotten, and all when they are too many.
func (p *Provider) keep(in *map[string]grant, secret string, g grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Issuer.now()
	for old, other := range *in {
		if !now.Before(other.until) {
			delete(*in, old)
		}
	}
	if *in == nil || len(*in) >= maxCodes {
		*in = map[string]grant{}
	}
	(*in)[secret] = g
}

// take is what the secret stands for. It works once.
func (p *Provider) take(in map[string]grant, secret string) (grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, there := in[secret]
	delete(in, secret)
	return g, there && p.Issuer.now().Before(g.until)
}

// exchange gives tokens for a code to whoever began the sign-in, for only they know what the challenge was made of; and the next ones to
// whoever had the ones before.
func (p *Provider) exchange(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return
	}
	client := r.PostForm.Get("client_id")
	if name, _, ok := r.BasicAuth(); ok {
		client = name
	}
	var g grant
	var valid bool
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		g, valid = p.take(p.codes, r.PostForm.Get("code"))
		sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
		proof := base64.RawURLEncoding.EncodeToString(sum[:])
		valid = valid && r.PostForm.Get("redirect_uri") == g.redirect && subtle.ConstantTimeCompare([]byte(proof), []byte(g.challenge)) == 1
	case "refresh_token":
		g, valid = p.take(p.refreshes, r.PostForm.Get("refresh_token"))
	default:
		answer(w, http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"})
		return
	}
	if !valid || client != p.Client {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	p.give(w, g)
}

// give answers with tokens.
func (p *Provider) give(w http.ResponseWriter, g grant) {
	lasts := p.TokenTime
	if lasts == 0 {
		lasts = tokenTime
	}
	access, err := p.Issuer.Mint(g.persona.Account, g.persona.Role, lasts)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]any{"error": "server_error"})
		return
	}
	identity, err := p.Issuer.identify(g.persona, p.Client, g.nonce)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]any{"error": "server_error"})
		return
	}
	next := rand.Text()
	p.keep(&p.refreshes, next, grant{persona: g.persona, until: p.Issuer.now().Add(nextTime)})
	answer(w, http.StatusOK, map[string]any{"access_token": access, "id_token": identity, "refresh_token": next, "token_type": "Bearer", "expires_in": int(lasts.Seconds())})
}

// leave signs out whom the identity names, and sends them back to the pages.
func (p *Provider) leave(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	claims := jwt.RegisteredClaims{}
	_, err := jwt.ParseWithClaims(values.Get("id_token_hint"), &claims, func(*jwt.Token) (any, error) { return p.Issuer.key.Public(), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithAudience(p.Client), jwt.WithoutClaimsValidation())
	if err != nil {
		http.Error(w, "id_token_hint is not one of this issuer", http.StatusBadRequest)
		return
	}
	back, err := url.Parse(values.Get("post_logout_redirect_uri"))
	if err != nil || back.Scheme != "http" && back.Scheme != "https" || !isLoopback(back.Host) || back.User != nil {
		http.Error(w, "post_logout_redirect_uri is not an address of this machine", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	maps.DeleteFunc(p.refreshes, func(_ string, g grant) bool { return g.persona.Account == claims.Subject })
	p.mu.Unlock()
	if state := values.Get("state"); state != "" {
		query := back.Query()
		query.Set("state", state)
		back.RawQuery = query.Encode()
	}
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
}

// identify signs who signed in, for the client that asked.
func (i *Issuer) identify(persona Persona, client, nonce string) (string, error) {
	now := i.now()
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": i.name, "aud": client, "sub": persona.Account, "name": persona.Name, "role": string(persona.Role), "nonce": nonce,
		"iat": now.Unix(), "exp": now.Add(tokenTime).Unix(), "jti": rand.Text(),
	})
	token.Header["kid"] = i.id
	signed, err := token.SignedString(i.key)
	if err != nil {
		return "", fmt.Errorf("sign an identity: %w", err)
	}
	return signed, nil
}

func answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who has gone needs no answer
}
