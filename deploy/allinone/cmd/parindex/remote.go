package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/rest"
)

// remote returns a command that calls the gateway.
func remote(use, short string, args cobra.PositionalArgs, call func(context.Context, *rest.Client, []string, io.Writer) error) *cobra.Command {
	var c rest.Config
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		client, err := rest.New(c)
		if err != nil {
			return err
		}
		return call(cmd.Context(), client, args, cmd.OutOrStdout())
	}}
	c.Flags(cmd.Flags())
	return cmd
}

// dryRunPrefix returns the beginning of a result, which says after a dry run that
// nothing was stored.
func dryRunPrefix(dryRun bool) string {
	if dryRun {
		return "nothing stored; would be: "
	}
	return ""
}
