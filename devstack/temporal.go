package main

import (
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"recourse/contract"
	"recourse/devstack/engine"
	"recourse/devstack/stack"
)

func temporalCommand() *cobra.Command {
	var o engine.Options
	cmd := &cobra.Command{
		Use:   "temporal",
		Short: "A Temporal server with its web page, for tests and benchmarks",
		Long: `A Temporal server with its web page, for tests and benchmarks. Its namespace is the one of ` + "`recourse`" + `, with the search
attributes that cases need. It runs until it is interrupted.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			o.Namespaces = []string{stack.Namespace}
			o.SearchAttributes = contract.SearchAttributes()
			o.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
			server, err := engine.Start(ctx, o)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "address %s\nnamespace %s\nui %s\n", server.HostPort(), stack.Namespace, server.UIURL())
			<-ctx.Done()
			return server.Stop()
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.PostgresDSN, "postgres", "", "`DSN` of a PostgreSQL server; two databases are made beside the one it names")
	flags.StringVar(&o.SQLitePath, "sqlite", "", "`PATH` of a file that keeps the state; without either it is in memory")
	flags.IntVar(&o.FrontendPort, "port", 0, "port for clients (default: a free one)")
	flags.IntVar(&o.UIPort, "ui-port", engine.AnyPort, "port of the web page; 0 means none (default: a free one)")
	return cmd
}
