package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/allinone"
)

func migrate() *cobra.Command {
	var c allinone.Config
	cmd := &cobra.Command{
		Use: "migrate", Short: "bring the schemas of all services to this version; repeating it changes nothing", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.ValidateDatabases(); err != nil {
				return err
			}
			return allinone.Migrate(cmd.Context(), c, slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)))
		},
	}
	c.Flags(cmd.Flags())
	return cmd
}
