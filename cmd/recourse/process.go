package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	temporallog "go.temporal.io/sdk/log"

	"recourse/activities"
	"recourse/domain/casefile"
	"recourse/domain/dispute"
	"recourse/domain/protection"
	"recourse/internal/clamd"
	"recourse/internal/crash"
	"recourse/internal/media"
	"recourse/internal/settings"
	"recourse/store"
)

// temporalHelp names the variables of Temporal's own that matter most.
const temporalHelp = `TEMPORAL_ADDRESS  host and port of the Temporal frontend (localhost:7233)
TEMPORAL_NAMESPACE  the namespace (default)
TEMPORAL_API_KEY, TEMPORAL_TLS_…, TEMPORAL_CONFIG_FILE  as for every Temporal client
`

// help is the long help of a command: what it does, and every setting that concerns it.
func help(command, what string, engine bool) string {
	text := what + "\n\nSettings:\n\n" + settings.Describe(command)
	if engine {
		text += "\n" + temporalHelp
	}
	return text
}

// newLogger writes to standard error, and becomes the default.
func newLogger(s settings.Settings) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	var handler slog.Handler = slog.NewJSONHandler(os.Stderr, options)
	if s.LogFormat == "text" {
		handler = slog.NewTextHandler(os.Stderr, options)
	}
	logger := slog.New(handler)
	slog.SetDefault(logger)
	return logger
}

// openStore connects to the database that the settings name.
func openStore(ctx context.Context, s settings.Settings, logger *slog.Logger) (*store.Store, error) {
	if s.Database == "" {
		return nil, fmt.Errorf("set %sDATABASE: postgres://user@host/name or sqlite:PATH", settings.Prefix)
	}
	var blobs store.Blobs
	if s.Files != "" {
		var err error
		if blobs, err = store.OpenBlobs(ctx, s.Files); err != nil {
			return nil, err
		}
	}
	return store.Open(ctx, s.Database, store.Options{
		Kinds:    []casefile.Kind{protection.Kind, dispute.Kind},
		Logger:   logger,
		MaxConns: s.DatabaseConnections,
		Blobs:    blobs, // they end with the process

		LateAfter: s.LateAfter,
	})
}

// images are the limits of images that the settings give.
func images(s settings.Settings) media.Limits {
	limits := media.Defaults()
	limits.Side, limits.Pixels = s.ImageSide, s.ImagePixels
	return limits
}

// noScanner is the setting under which every file counts as clean.
const noScanner = "none"

// openScanner is the scanner that the settings name.
func openScanner(s settings.Settings, logger *slog.Logger) (activities.Scanner, error) {
	if s.Scanner == noScanner {
		logger.Warn("No scanner is configured: files reach the other party without anybody having looked at them.")
		return activities.NoScanner{}, nil
	}
	return clamd.New(s.Scanner)
}

// arm makes the process end at the point that the settings name, which they do in tests only.
func arm(s settings.Settings, logger *slog.Logger) error {
	if s.CrashAt != "" {
		logger.Warn("This process is going to kill itself, as its settings say.", "at", s.CrashAt)
	}
	return crash.Arm(s.CrashAt)
}

// openCurrentStore connects, and refuses a schema that is older than this program: it would lose what it does not know.
func openCurrentStore(ctx context.Context, s settings.Settings, logger *slog.Logger) (*store.Store, error) {
	cases, err := openStore(ctx, s, logger)
	if err != nil {
		return nil, err
	}
	if err := cases.CheckSchema(ctx); err != nil {
		closeStore(cases, logger)
		return nil, err
	}
	return cases, nil
}

func closeStore(cases *store.Store, logger *slog.Logger) {
	if err := cases.Close(); err != nil {
		logger.Warn("The database was not closed cleanly.", "error", err)
	}
}

// dial connects to Temporal as its own variables say.
func dial(ctx context.Context, logger *slog.Logger) (client.Client, error) {
	options, err := engineOptions(logger)
	if err != nil {
		return nil, err
	}
	engine, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("connect to Temporal: %w", err)
	}
	return engine, nil
}

// dialLazily is dial for a process that is of use without Temporal: the API takes commands while the engine is down.
func dialLazily(logger *slog.Logger) (client.Client, error) {
	options, err := engineOptions(logger)
	if err != nil {
		return nil, err
	}
	engine, err := client.NewLazyClient(options)
	if err != nil {
		return nil, fmt.Errorf("prepare the connection to Temporal: %w", err)
	}
	return engine, nil
}

func engineOptions(logger *slog.Logger) (client.Options, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return client.Options{}, fmt.Errorf("read the settings of Temporal: %w", err)
	}
	options.Logger = temporallog.NewStructuredLogger(logger)
	// Our messages are a few hundred bytes. To compress each of them takes more than it saves: 3 % of all processor time.
	options.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	return options, nil
}
