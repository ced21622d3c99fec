package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"recourse/api"
	"recourse/api/identity"
	"recourse/carriers"
	"recourse/console"
	"recourse/delivery"
	"recourse/detection"
	"recourse/export"
	"recourse/internal/session"
	"recourse/internal/settings"
	"recourse/store"
	"recourse/testclock"
	"recourse/worker"
)

func apiCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "api",
		Short: "Serve the API and the pages",
		Long: help("api", "Serve the API: the contract is at /openapi.yaml, its page at /docs. Any number of them may run. With "+
			settings.Prefix+"CONSOLE it serves the pages for people too; the issuer sends whoever signs in back to /signed-in there.", true),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings.Load()
			if err != nil {
				return err
			}
			return runAPI(cmd.Context(), s)
		},
	}
}

// runAPI serves until ctx ends, and then finishes the requests it has begun.
func runAPI(ctx context.Context, s settings.Settings) error {
	logger := newLogger(s)
	if err := arm(s, logger); err != nil {
		return err
	}
	err := needs("api", map[string]string{"DATABASE": s.Database, "FILES": s.Files, "ISSUER": s.Issuer, "KEYS": s.Keys})
	if err != nil {
		return err
	}
	tokens, err := verifier(ctx, s)
	if err != nil {
		return err
	}
	cases, err := openCurrentStore(ctx, s, logger)
	if err != nil {
		return err
	}
	defer closeStore(cases, logger)
	engine, err := dialLazily(logger)
	if err != nil {
		return err
	}
	defer engine.Close()
	handler, err := newAPI(s, cases.Store, engine, tokens, logger)
	if err != nil {
		return err
	}
	pages, handler, err := withPages(s, cases.Store, handler, logger)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen for the API on %s (%sLISTEN): %w", s.Listen, settings.Prefix, err)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	if pages != nil {
		server.RegisterOnShutdown(pages.Close)
	}
	return serve(ctx, listener, server, s.Shutdown, logger)
}

// withPages puts the pages before the API, where they are set up. They ask it in this process, as whoever is signed in.
func withPages(s settings.Settings, sessions session.Keeper, api http.Handler, logger *slog.Logger) (*console.Console, http.Handler, error) {
	if s.Console == "" {
		return nil, api, nil
	}
	pages, err := console.New(console.Config{Address: s.Console, Issuer: s.Issuer, Discovery: s.ConsoleDiscovery, Client: s.ConsoleClient,
		Secret: s.ConsoleSecret, Scopes: s.ConsoleScopes, Idle: s.ConsoleIdle, Length: s.ConsoleSession, Runs: s.TemporalUI},
		console.Services{API: console.InProcess{Handler: api}, Sessions: sessions, Log: logger})
	if err != nil {
		return nil, nil, fmt.Errorf("set up the pages (%sCONSOLE): %w", settings.Prefix, err)
	}
	return pages, pages.Behind(api), nil
}

// newAPI puts the API together.
func newAPI(s settings.Settings, cases *store.Store, engine client.Client, tokens api.Tokens, logger *slog.Logger) (http.Handler, error) {
	courier := &delivery.Courier{Client: engine, TaskQueue: s.TaskQueue, Summarize: worker.Summarize(cases)}
	services := api.Services{Store: cases, Deliver: courier, Engine: courier, Tokens: tokens, Log: logger}
	switch ring, err := openSigning(s); {
	case err != nil:
		return nil, err
	case ring != nil:
		services.Signing, services.Bundles = ring, export.Exporter{Store: cases, Signer: ring}
	default:
		logger.Warn("No signing key is set up: commands are answered without receipts, and there are no bundles.", "setting", settings.Prefix+"SIGNING")
	}
	known, err := listened(s)
	if err != nil {
		return nil, err
	}
	if services.Carriers, err = known.Webhooks(); err != nil {
		return nil, err
	}
	if s.Sandbox {
		services.Detectors = &detection.Sweep{Store: cases, Logger: logger} // the relay wakes what it leaves behind
		services.Clocks = &testclock.Driver{Store: cases, Wake: func(ctx context.Context, ref store.CaseRef) error {
			return courier.Wake(ctx, delivery.Case{ID: ref.ID, Kind: ref.Kind}, ref.Sequence)
		}}
	}
	return api.New(api.Config{Sandbox: s.Sandbox, CommandWait: s.CommandWait, Rate: s.Rate, Burst: s.Burst,
		Images: images(s)}, services)
}

// listened are the carriers that this installation listens to; none without a file of them.
func listened(s settings.Settings) (carriers.Settings, error) {
	if s.Carriers == "" {
		return nil, nil
	}
	return carriers.Load(s.Carriers)
}

// verifier checks tokens against the issuer's keys, from a file or from its address.
func verifier(ctx context.Context, s settings.Settings) (*identity.Verifier, error) {
	var keys oidc.KeySet
	switch {
	case strings.HasPrefix(s.Keys, "https://"):
		keys = identity.KeysFromURL(ctx, s.Keys)
	case strings.Contains(s.Keys, "://"):
		return nil, fmt.Errorf("set %sKEYS to a file or an https address: keys that come over an open line are anybody's", settings.Prefix)
	default:
		var err error
		if keys, err = identity.KeysFromFile(s.Keys); err != nil {
			return nil, err
		}
	}
	return identity.NewVerifier(s.Issuer, s.Audience, keys, nil)
}

// serve answers until ctx ends, and then lets the requests that have begun finish.
func serve(ctx context.Context, listener net.Listener, server *http.Server, within time.Duration, logger *slog.Logger) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	logger.Info("The API listens.", "address", listener.Addr().String())
	select {
	case err := <-failed:
		return fmt.Errorf("serve the API: %w", err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	err := server.Shutdown(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		logger.Warn("Requests were cut off; their senders ask again with the same key.")
		err = server.Close()
	}
	if ended := <-failed; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	if err != nil {
		return fmt.Errorf("stop the API: %w", err)
	}
	logger.Info("The API has stopped.")
	return nil
}
