package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"recourse/api"
	"recourse/api/identity"
	"recourse/delivery"
	"recourse/detection"
	"recourse/domain/casefile"
	"recourse/export"
	"recourse/internal/issuer"
	"recourse/internal/signing"
	"recourse/store"
	"recourse/testclock"
	"recourse/worker"
)

const (
	issuerName = "https://issuer.recourse.localhost"
	audience   = "recourse"
	keyFile    = "issuer.pem" // in the data folder, so that tokens are good after a restart

	signingFolder = "signing" // in the data folder too: receipts and bundles verify for as long as it is kept
)

// takeAddress listens before the worker starts, whose runs show a link to their case. Requests wait until serve answers.
func (s *Stack) takeAddress(context.Context) error {
	var err error
	if s.listener, err = listen("the API", s.options.APIPort); err != nil {
		return err
	}
	s.later(func() error {
		if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return fmt.Errorf("let go of the API's address: %w", err)
		}
		return nil
	})
	return nil
}

// services are what the API stands on, put together as `recourse api` does it.
func (s *Stack) services() (api.Services, error) {
	keys, err := identity.KeysFromDocument(s.issuer.JWKS())
	if err != nil {
		return api.Services{}, err
	}
	tokens, err := identity.NewVerifier(s.issuer.Name(), s.issuer.Audience(), keys, nil)
	if err != nil {
		return api.Services{}, err
	}
	ring, err := signing.OpenOrCreate(s.folder.in(signingFolder))
	if err != nil {
		return api.Services{}, err
	}
	courier := &delivery.Courier{Client: s.Engine, Summarize: worker.Summarize(s.Store)}
	return api.Services{
		Signing: ring,
		Bundles: export.Exporter{Store: s.Store, Signer: ring},
		Store:   s.Store,
		Deliver: courier,
		Engine:  courier,
		Tokens:  tokens,
		Clocks: &testclock.Driver{Store: s.Store, Wake: func(ctx context.Context, ref store.CaseRef) error {
			return courier.Wake(ctx, delivery.Case{ID: ref.ID, Kind: ref.Kind}, ref.Sequence)
		}},
		Detectors: &detection.Sweep{Store: s.Store, Logger: s.options.Logger}, // the relay wakes what it leaves behind
		Log:       s.options.Logger,
	}, nil
}

func (s *Stack) serve(context.Context) error {
	services, err := s.services()
	if err != nil {
		return fmt.Errorf("put the API together: %w", err)
	}
	handler, err := api.New(s.options.API, services)
	if err != nil {
		return err
	}
	pages, err := s.pages(handler)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages.Behind(handler))
	mux.Handle("GET /.well-known/jwks.json", s.issuer)
	mux.Handle(issuerPath+"/", &issuer.Provider{Issuer: s.issuer, Base: s.URL() + issuerPath, Client: pagesClient, Personas: s.people})
	for _, begin := range []string{"/v1", "/v1/{$}"} { // what somebody opens who tries the address itself
		mux.Handle("GET "+begin, http.RedirectHandler("/docs", http.StatusFound))
	}
	mux.Handle("GET "+glancePath+"{case}", glance{api: handler, stack: s})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	server.RegisterOnShutdown(pages.Close)
	served := make(chan error, 1)
	go func() { served <- server.Serve(s.listener) }()
	s.later(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close() // whoever is cut off has sent an Idempotency-Key and asks again
		}
		if serving := <-served; !errors.Is(serving, http.ErrServerClosed) {
			err = errors.Join(err, serving)
		}
		if err != nil {
			return fmt.Errorf("stop the API: %w", err)
		}
		return nil
	})
	return nil
}

// URL is the address of the API.
func (s *Stack) URL() string {
	port := s.listener.Addr().(*net.TCPAddr).Port
	return "http://" + net.JoinHostPort(loopback, strconv.Itoa(port))
}

// EngineAddress is where clients of the engine connect, and EngineUI the address of its web page, or empty without one.
func (s *Stack) EngineAddress() string { return s.server.HostPort() }

// EngineUI is the address of the engine's web page, or empty without one.
func (s *Stack) EngineUI() string { return s.server.UIURL() }

// Dir is the folder that keeps everything.
func (s *Stack) Dir() string { return s.folder.path }

// Sign signs somebody in, for ttl, to a system that another process runs on the folder.
func Sign(dir, subject string, role casefile.Role, ttl time.Duration) (string, error) {
	own, err := issuer.Open(issuerName, audience, filepath.Join(dir, keyFile))
	if err != nil {
		return "", err
	}
	return own.Mint(subject, role, ttl)
}

// Token signs somebody in, for ttl.
func (s *Stack) Token(subject string, role casefile.Role, ttl time.Duration) (string, error) {
	return s.issuer.Mint(subject, role, ttl)
}

// CaseURL is where a case can be looked at in a browser of this machine, without signing in.
func (s *Stack) CaseURL(id string) string { return s.URL() + glancePath + id }
