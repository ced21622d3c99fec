package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	temporallog "go.temporal.io/sdk/log"

	"recourse/activities"
	"recourse/domain/kinds"
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

// needs refuses to start while something is not set without which the command cannot work. All of it is named at once.
func needs(command string, values map[string]string) error {
	var missing []string
	for name, value := range values {
		if value == "" {
			missing = append(missing, settings.Prefix+name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return fmt.Errorf("set %s; `recourse %s --help` says what each is", strings.Join(missing, ", "), command)
}

// one is for a command that takes one argument: without it, it says which.
func one(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return fmt.Errorf("name one %s: %s %s", what, cmd.Parent().CommandPath(), cmd.Use)
	}
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

// cases is the database with the files that belong to it.
type cases struct {
	*store.Store
	files store.Blobs // nil: none is set up
}

// openStore connects to the database that the settings name, and to its files where they are named. Only who is going to make
// its schema makes a database that is not there: of anybody else the name is mistyped.
func openStore(ctx context.Context, s settings.Settings, makes bool, logger *slog.Logger) (*cases, error) {
	if s.Database == "" {
		return nil, fmt.Errorf("set %sDATABASE: postgres://user@host/name or sqlite:PATH", settings.Prefix)
	}
	opened := &cases{}
	var err error
	if s.Files != "" {
		if opened.files, err = store.OpenBlobs(ctx, bucketOf(s.Files)); err != nil {
			return nil, fmt.Errorf("open what %sFILES names: %w", settings.Prefix, err)
		}
	}
	opened.Store, err = store.Open(ctx, s.Database, store.Options{
		Kinds:    kinds.All(),
		Logger:   logger,
		MaxConns: s.DatabaseConnections,
		Blobs:    opened.files,
		Existing: !makes,
		Hosts:    s.Hosts,

		LateAfter: s.LateAfter,
	})
	if errors.Is(err, store.ErrNoDatabase) {
		err = fmt.Errorf("%w (%sDATABASE); `recourse migrate` makes one", err, settings.Prefix)
	}
	if err != nil {
		return nil, errors.Join(err, opened.closeFiles())
	}
	return opened, nil
}

// bucketOf is the URL of where files are. A folder is made when it is not there, and keeps half-written files beside the
// whole ones, so that moving them into place is one step.
func bucketOf(files string) string {
	if strings.Contains(files, "://") {
		return files
	}
	if absolute, err := filepath.Abs(files); err == nil {
		files = absolute
	}
	return (&url.URL{Scheme: "file", Path: files, RawQuery: "create_dir=true&no_tmp_dir=true"}).String()
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
func openCurrentStore(ctx context.Context, s settings.Settings, logger *slog.Logger) (*cases, error) {
	opened, err := openStore(ctx, s, false, logger)
	if err != nil {
		return nil, err
	}
	if err := opened.CheckSchema(ctx); err != nil {
		closeStore(opened, logger)
		return nil, err
	}
	return opened, nil
}

func (c *cases) closeFiles() error {
	if c.files == nil {
		return nil
	}
	return c.files.Close()
}

func closeStore(c *cases, logger *slog.Logger) {
	if err := errors.Join(c.Store.Close(), c.closeFiles()); err != nil {
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

// named is the namespace of a connection.
func named(options client.Options) string {
	if options.Namespace == "" {
		return client.DefaultNamespace
	}
	return options.Namespace
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
