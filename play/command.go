package play

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitMissed      = 1   // an expectation does not hold, or a file cannot be played yet
	exitInvalid     = 2   // a file is not valid, or the arguments are not; nothing was started
	exitInterrupted = 130 // somebody stopped it
)

// Exit is how the command ended when it did not end well. What there was to say has been printed, except Err.
type Exit struct {
	Code int
	Err  error
}

// Error is what went wrong besides the files themselves.
func (e *Exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap is the error behind it.
func (e *Exit) Unwrap() error { return e.Err }

// ExitCode is the code for the process to end with.
func (e *Exit) ExitCode() int { return e.Code }

// Quiet says that everything has been printed already.
func (e *Exit) Quiet() bool { return e.Err == nil }

// Start brings up a system to play against and says where it is. Its token is one of the platform.
type Start func(ctx context.Context) (baseURL, token string, stop func(), err error)

// settings are the flags.
type settings struct {
	against, token string
	parallel       int
	json, keep     bool
}

// tokenVariable holds the token, so that it need not stand in the list of processes. The settings of processes let it be
// (settings.ForPlay).
const tokenVariable = "RECOURSE_PLAY_TOKEN"

// Command is `play`. Without --against it plays against what start brings up; where start is nil, --against is required.
func Command(start Start) *cobra.Command {
	var set settings
	command := &cobra.Command{
		Use:   "play FILE_OR_FOLDER…",
		Short: "Play case files and compare what comes of them with what they expect",
		Long: `Play case files through the public REST API, as the parties of their stories. Each file has a test clock of its
own, so a story of sixty days takes a second or two. All files are read first; if one is not valid, everything that is
wrong with any of them is printed and nothing is started.

Exit codes: 0 every expectation of every file holds; 1 one does not, or a file cannot be played yet; 2 a file is not
valid, or not there; 130 interrupted.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &Exit{exitInvalid, errors.New("play: name a case file, or a folder of them")}
			}
			return nil
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return set.run(cmd, args, start)
		},
	}
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &Exit{exitInvalid, err} })
	flags := command.Flags()
	flags.StringVar(&set.against, "against", "", "address of a running sandbox, such as http://127.0.0.1:8080")
	flags.StringVar(&set.token, "token", "", "token of the platform for --against (default: $"+tokenVariable+")")
	flags.IntVar(&set.parallel, "parallel", atATime, "files at a time")
	flags.BoolVar(&set.json, "json", false, "write the results as JSON")
	flags.BoolVar(&set.keep, "keep", false, "leave the data and print its identifiers")
	flags.Bool("allow-not-yet", false, "changes nothing: every file can be played; for scripts that still say it")
	return command
}

func (set settings) run(cmd *cobra.Command, args []string, start Start) error {
	stories, problems, err := Load(args)
	if err != nil {
		return &Exit{exitInvalid, err}
	}
	if len(problems) > 0 {
		return &Exit{exitInvalid, set.invalid(cmd, problems)}
	}
	if set.against == "" && start == nil {
		return &Exit{exitInvalid, errors.New("play: say with --against which sandbox to play on; `make dev` starts one")}
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	results, err := set.play(ctx, cmd, stories, start)
	switch {
	case ctx.Err() != nil:
		err = errors.Join(set.write(cmd, results), errors.New("interrupted"))
		return &Exit{exitInterrupted, err}
	case err != nil:
		return &Exit{exitMissed, err}
	}
	if err := set.write(cmd, results); err != nil {
		return &Exit{exitMissed, err}
	}
	if count(results).failed > 0 {
		return &Exit{exitMissed, nil}
	}
	return nil
}

// play finds the system to play against and plays. A story that needs more than there is does not need a system either.
func (set settings) play(ctx context.Context, cmd *cobra.Command, stories []Story, start Start) ([]Result, error) {
	baseURL, token := set.against, set.token
	if token == "" {
		token = os.Getenv(tokenVariable)
	}
	if baseURL == "" && len(stories) > 0 {
		var stop func()
		var err error
		if baseURL, token, stop, err = start(context.WithValue(ctx, keepKey{}, set.keep)); err != nil {
			return nil, fmt.Errorf("start the system to play against: %w", err)
		}
		defer stop()
	}
	watch := newProgress(cmd.ErrOrStderr(), stories)
	defer watch.close()
	return Player{BaseURL: baseURL, Token: token, Parallel: set.parallel, Watch: watch}.Play(ctx, stories)
}

func (set settings) write(cmd *cobra.Command, results []Result) error {
	if !set.json {
		return writeTable(cmd.OutOrStdout(), results, set.keep)
	}
	if err := writeJSON(cmd.OutOrStdout(), results, set.keep); err != nil {
		return err
	}
	cmd.PrintErrln(count(results))
	return nil
}

// invalid prints everything that is wrong with the files.
func (set settings) invalid(cmd *cobra.Command, problems Problems) error {
	if set.json {
		return encode(cmd.OutOrStdout(), invalidJSON{asJSON(problems)})
	}
	if _, err := fmt.Fprintln(cmd.OutOrStdout(), problems); err != nil {
		return fmt.Errorf("write what is wrong: %w", err)
	}
	cmd.PrintErrf("%d problems, nothing was started\n", len(problems))
	return nil
}

type keepKey struct{}

// Keep says whether the data is to be kept: a system that is only started for playing must then outlive it.
func Keep(ctx context.Context) bool {
	keep, _ := ctx.Value(keepKey{}).(bool)
	return keep
}
