package firstbyte

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"time"

	"recourse/api"
	"recourse/api/identity"
	"recourse/console"
	"recourse/delivery"
	"recourse/detection"
	"recourse/domain/kinds"
	"recourse/internal/issuer"
	"recourse/internal/session"
	"recourse/store"
	"recourse/testclock"
)

const (
	issuerName = "https://issuer.recourse.localhost"
	audience   = "recourse"
)

// side is the API and the pages over one database, without an engine: nothing is asked to change.
type side struct {
	cases  *store.Store
	server *httptest.Server
	people map[string]*http.Client // by account
}

// idle delivers nothing.
type idle struct{}

var errIdle = errors.New("nothing is delivered here")

// Deliver says no.
func (idle) Deliver(context.Context, delivery.Command) error { return errIdle }

// Wake says no.
func (idle) Wake(context.Context, delivery.Case, int64) error { return errIdle }

func openSide(ctx context.Context, dsn string, personas []issuer.Persona) (_ *side, err error) {
	s := &side{people: map[string]*http.Client{}}
	if s.cases, err = store.Open(ctx, dsn, store.Options{Kinds: kinds.All()}); err != nil {
		return nil, err
	}
	own, err := issuer.New(issuerName, audience)
	if err != nil {
		return nil, err
	}
	keys, err := identity.KeysFromDocument(own.JWKS())
	if err != nil {
		return nil, err
	}
	tokens, err := identity.NewVerifier(issuerName, audience, keys, nil)
	if err != nil {
		return nil, err
	}
	handler, err := api.New(api.Config{Sandbox: true}, api.Services{Store: s.cases, Deliver: idle{}, Tokens: tokens, Clocks: &testclock.Driver{Store: s.cases}, Detectors: &detection.Sweep{Store: s.cases}})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	s.server = httptest.NewServer(mux)
	provider := &issuer.Provider{Issuer: own, Base: s.server.URL + "/issuer", Client: "pages", Personas: func() []issuer.Persona { return personas }}
	mux.Handle("/issuer/", provider)
	pages, err := console.New(console.Config{Address: s.server.URL, Issuer: issuerName, Discovery: s.server.URL + "/issuer", Client: "pages"},
		console.Services{API: console.InProcess{Handler: handler}, Sessions: &session.Memory{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	mux.Handle("/", pages.Behind(handler))
	return s, nil
}

func (s *side) close() error {
	s.server.Close()
	return s.cases.Close()
}

// as is a client signed in as the account; nobody where that is empty.
func (s *side) as(account string) (*http.Client, error) {
	if c, there := s.people[account]; there {
		return c, nil
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("make a jar: %w", err)
	}
	c := &http.Client{Jar: jar, Timeout: time.Minute}
	if account != "" {
		asked, err := c.PostForm(s.server.URL+"/sign-in", url.Values{"to": {"/"}})
		if err != nil {
			return nil, fmt.Errorf("sign in: %w", err)
		}
		_ = asked.Body.Close()
		values := asked.Request.URL.Query()
		values.Set("persona", account)
		in, err := c.PostForm(s.server.URL+"/issuer/authorize", values)
		if err != nil {
			return nil, fmt.Errorf("sign in: %w", err)
		}
		_ = in.Body.Close()
		if in.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("sign in as %s: %d", account, in.StatusCode)
		}
	}
	s.people[account] = c
	return c, nil
}

// ask fetches a page and says after how long its first byte came, and with which status.
func (s *side) ask(ctx context.Context, account, path string) (time.Duration, int, error) {
	c, err := s.as(account)
	if err != nil {
		return 0, 0, err
	}
	var begun, first time.Time
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { first = time.Now() }})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+path, http.NoBody)
	if err != nil {
		return 0, 0, fmt.Errorf("ask for %s: %w", path, err)
	}
	begun = time.Now()
	answer, err := c.Do(request)
	if err != nil {
		return 0, 0, fmt.Errorf("ask for %s: %w", path, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 0, 0, fmt.Errorf("read %s: %w", path, err)
	}
	return first.Sub(begun), answer.StatusCode, nil
}
