package main

import (
	"github.com/spf13/cobra"

	"github.com/parindex/parindex/services/identity"
)

func newSigningKey() *cobra.Command {
	return &cobra.Command{
		Use: "new-signing-key FILE", Args: cobra.ExactArgs(1),
		Short: "create the key with which identity signs tokens",
		RunE:  func(_ *cobra.Command, args []string) error { return identity.NewSigningKeyFile(args[0]) },
	}
}
