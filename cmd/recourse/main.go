// Command recourse is the production binary: the API, the worker and what operators need, each a subcommand that is
// configured by its environment.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/charmbracelet/fang"
	"github.com/spf13/cobra"

	"recourse/play"
)

func main() {
	err := fang.Execute(context.Background(), root(),
		fang.WithVersion(version()),
		fang.WithErrorHandler(say),
		fang.WithNotifySignal(os.Interrupt, syscall.SIGTERM))
	if err != nil {
		os.Exit(exitCode(err)) // the error is on standard error already
	}
}

// say prints an error, unless the command has printed everything itself.
func say(w io.Writer, styles fang.Styles, err error) {
	var exit *play.Exit
	if errors.As(err, &exit) && exit.Quiet() {
		return
	}
	fang.DefaultErrorHandler(w, styles, sentence{err})
}

// sentence is an error that is printed with a full stop behind it, so it brings none of its own.
type sentence struct{ error }

func (s sentence) Error() string { return strings.TrimRight(s.error.Error(), ".") }

// exitCode is the code that the error asks for, 1 if it does not.
func exitCode(err error) int {
	var exit *play.Exit
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 1
}

// root is the command with all its subcommands.
func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recourse",
		Short: "Buyer protection and dispute resolution for marketplaces",
		Long: "Buyer protection and dispute resolution for marketplaces.\n\n" +
			"Production runs `recourse api` and `recourse worker` against one Postgres and one Temporal namespace. " +
			"Settings come from the environment; `--help` of each command lists those that concern it.",
		SilenceUsage: true,
	}
	cmd.AddCommand(apiCommand(), workerCommand(), migrateCommand(), tokenCommand(), detectCommand(), doctorCommand(), exportCommand(), verifyCommand(), replayCommand(), metricsCommand(), keysCommand(),
		play.Command(nil))
	return cmd
}

// version is the version that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "unknown"
	}
	return info.Main.Version
}
