// Command devstack runs the whole system in one process, for development, for playing case files and for measuring. It
// links the Temporal server, which the production binary does not.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"recourse/devstack/firstbyte"
	"recourse/devstack/measure"
	"recourse/play"
)

func main() { os.Exit(run(context.Background(), os.Args[1:])) }

// run carries out the command line and says with which code the process ends.
func run(ctx context.Context, args []string) int {
	root := &cobra.Command{
		Use:           "devstack",
		Short:         "The whole of Recourse in one process, on this machine only",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(devCommand(), temporalCommand(), play.Command(startForPlay), measure.Command(), screenshotsCommand(), firstbyte.Command())
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var exit *play.Exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		if !exit.Quiet() {
			fmt.Fprintln(os.Stderr, "Error:", exit)
		}
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "Error:", err)
	return 1
}
