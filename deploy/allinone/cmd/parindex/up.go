package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/allinone"
)

func up() *cobra.Command {
	var c allinone.Config
	var migrating bool
	cmd := &cobra.Command{
		Use: "up", Short: "run everything in this process until a signal", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.Validate(); err != nil {
				return err
			}
			if migrating {
				if _, err := fmt.Fprintln(cmd.ErrOrStderr(), "Bringing the schemas to this version …"); err != nil {
					return err
				}
				if err := allinone.Migrate(cmd.Context(), c, slog.New(slog.DiscardHandler)); err != nil {
					return err
				}
			}
			return allinone.Serve(cmd.Context(), c, os.Stderr, time.Now, func(context.Context, allinone.Addresses) error { return nil })
		},
	}
	c.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&migrating, "migrate", false, "bring the schemas to this version first")
	return cmd
}
