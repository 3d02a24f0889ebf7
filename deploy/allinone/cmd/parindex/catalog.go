package main

import (
	"github.com/spf13/cobra"
)

func catalogCommand() *cobra.Command {
	group := &cobra.Command{
		Use: "catalog", Short: "authorities, agencies, groups and cycles; regulations and the packs that ship with the platform",
		Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	group.AddCommand(listPacks(), validate(), export(), template(), importCommand())
	return group
}
