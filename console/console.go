package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"recourse/api/client"
	"recourse/internal/session"
)

// Config is how the pages behave. The zero value of a duration means its default.
type Config struct {
	// Address is where people reach the pages: https://resolve.example, or http on this machine alone.
	Address string
	// Issuer signs people in. Discovery is where its document is, when that is not under its own name; Client is how it
	// knows these pages, and Secret what they show for that, if anything.
	Issuer, Discovery, Client, Secret string
	// Scopes are asked for beside openid and profile: offline_access, where the issuer gives successors of tokens for that only.
	Scopes []string
	// Idle ends a session that is not used, and Length every session.
	Idle, Length time.Duration
	// Runs is where the runs of cases are shown in the Temporal UI: https://temporal.example/namespaces/NAME/workflows. Empty: no links.
	Runs string
	// LookEvery is how often a page that is open asks whether its case has changed.
	LookEvery time.Duration
}

// Services are what the pages stand on.
type Services struct {
	// API answers requests for the public API: InProcess, or an HTTP client when it is elsewhere, at Server.
	API    client.HttpRequestDoer
	Server string
	// Sessions keeps who is signed in.
	Sessions session.Keeper
	Log      *slog.Logger
}

// Console answers with pages.
type Console struct {
	config   Config
	address  *url.URL
	api      *client.Client
	sessions *session.Book
	signIn   *signIn
	phrases  *phrases
	sets     *sets
	live     *live
	log      *slog.Logger
	mux      *http.ServeMux
	cross    *http.CrossOriginProtection
	over     context.Context
	close    context.CancelFunc
}

// inProcess is a name for the API when it has no address of its own.
const inProcess = "http://api.recourse.internal"

// New makes the pages of their services. Nothing is asked of the issuer before somebody signs in.
func New(config Config, services Services) (*Console, error) {
	address, err := url.Parse(config.Address)
	if err != nil {
		return nil, fmt.Errorf("read the address of the pages: %w", err)
	}
	if address.Scheme != "https" && (address.Scheme != "http" || !isLoopback(address.Hostname())) || address.Host == "" || strings.Trim(address.Path, "/") != "" {
		return nil, errors.New("the address of the pages must be https://HOST, or http on this machine, without a path")
	}
	defaults(&config)
	if services.Server == "" {
		services.Server = inProcess
	}
	api, err := client.New(services.Server)
	if err != nil {
		return nil, err
	}
	c := &Console{config: config, address: address, api: api.Over(services.API), log: services.Log, cross: http.NewCrossOriginProtection()}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.over, c.close = context.WithCancel(context.Background())
	c.sessions = &session.Book{Keeper: services.Sessions, Idle: config.Idle, Length: config.Length, Now: time.Now}
	c.signIn = newSignIn(config, c.link("/signed-in"))
	c.live = newLive(config.LookEvery)
	if c.phrases, err = loadPhrases(); err != nil {
		return nil, err
	}
	if c.sets, err = newSets(c.phrases); err != nil {
		return nil, err
	}
	c.routes()
	return c, nil
}

func defaults(c *Config) {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&c.Idle, 2 * time.Hour}, {&c.Length, 12 * time.Hour}, {&c.LookEvery, 3 * time.Second}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
}

// Close ends what goes on: pages that are told of news. The server calls it when it shuts down.
func (c *Console) Close() { c.close() }

// link is the whole address of a path.
func (c *Console) link(path string) string { return strings.TrimSuffix(c.address.String(), "/") + path }

// secure says whether people come over a line that nobody else reads, so that cookies can be bound to it.
func (c *Console) secure() bool { return c.address.Scheme == "https" }

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Behind answers with the API where the path is the API's, and with the pages everywhere else.
func (c *Console) Behind(api http.Handler) http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"/v1", "/v1/", "/docs", "/docs/", "/openapi.yaml", "/problems/", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, api)
	}
	mux.Handle("/", c)
	return mux
}
