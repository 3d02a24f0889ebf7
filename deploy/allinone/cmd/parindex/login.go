package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/rest"
)

func login() *cobra.Command {
	var c rest.Config
	cmd := &cobra.Command{
		Use: "login LOGIN", Args: cobra.ExactArgs(1),
		Short: "read a password and keep a session in --token-file",
		RunE: func(cmd *cobra.Command, args []string) error {
			if c.TokenFile == "" {
				return errors.New("there is no file for the session: name one with --token-file or PARINDEX_TOKEN_FILE")
			}
			password, err := readPassword(cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := rest.LogIn(cmd.Context(), c, args[0], password); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "logged in as %s; the session is kept in %s\n", args[0], c.TokenFile)
			return err
		},
	}
	c.Flags(cmd.Flags())
	return cmd
}
