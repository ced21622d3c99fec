package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recourse/internal/settings"
)

func migrateCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Long:  help("migrate", "Bring the database's schema up to date. It may be run again, and by several at once.", false),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settings.Load()
			if err != nil {
				return err
			}
			logger := newLogger(s)
			cases, err := openStore(cmd.Context(), s, !check, logger)
			if err != nil {
				return err
			}
			defer closeStore(cases, logger)
			if !check {
				if err := cases.Migrate(cmd.Context()); err != nil {
					return err
				}
			}
			if err := cases.CheckSchema(cmd.Context()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "The schema is up to date.")
			return err
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; fail if the schema is old")
	return cmd
}
