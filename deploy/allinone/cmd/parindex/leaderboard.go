package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/rest"
)

func leaderboard() *cobra.Command {
	return remote("leaderboard AUTHORITY CYCLE [GROUP]", "print published leaderboards as tables", cobra.RangeArgs(2, 3),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			groups := args[2:]
			if len(groups) == 0 {
				published, err := client.PublishedGroups(ctx, args[0], args[1])
				if err != nil {
					return err
				}
				groups = published
			}
			return client.PrintLeaderboards(ctx, out, args[0], args[1], groups)
		})
}
