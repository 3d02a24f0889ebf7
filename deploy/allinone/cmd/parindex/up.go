package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
)

func up() *cobra.Command {
	var c allinone.Config
	var migrating, demonstrating bool
	var folder string
	cmd := &cobra.Command{
		Use: "up", Short: "run everything in this process until a signal", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, out := cmd.Context(), cmd.OutOrStdout()
			var demo *demonstration
			if demonstrating {
				var err error
				if demo, err = prepare(&c, folder); err != nil {
					return err
				}
			}
			if err := c.Validate(); err != nil {
				return err
			}
			if migrating || demonstrating {
				if _, err := fmt.Fprintln(cmd.ErrOrStderr(), "Bringing the schemas to this version …"); err != nil {
					return err
				}
				if err := allinone.Migrate(ctx, c, slog.New(slog.DiscardHandler)); err != nil {
					return err
				}
			}
			return serve(ctx, c, demo, out)
		},
	}
	c.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&migrating, "migrate", false, "bring the schemas to this version first")
	cmd.Flags().BoolVar(&demonstrating, "demonstration", false, "make keys and demonstration accounts, migrate, load the shipped results and print them; for a trial on one's own machine, never for others")
	cmd.Flags().StringVar(&folder, "local-dir", ".local", "folder of the demonstration's keys, accounts and log")
	return cmd
}

// serve runs the platform. A demonstration tells its story on the terminal and
// keeps the log in a file.
func serve(ctx context.Context, c allinone.Config, demo *demonstration, out io.Writer) (err error) {
	log := io.Writer(os.Stderr)
	ready := func(context.Context, allinone.Addresses) error { return nil }
	if demo != nil {
		file, err := demo.log()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		log = file
		if err := demo.accounts(ctx, c.Identity, time.Now()); err != nil {
			return err
		}
		ready = func(ctx context.Context, a allinone.Addresses) error { return demo.show(ctx, a, out) }
	}
	t, err := telemetry.Start(ctx, "parindex", run.Version(), log, c.Telemetry)
	if err != nil {
		return err
	}
	platform, err := allinone.Open(ctx, c, t, time.Now)
	if err != nil {
		return err
	}
	t.Logger.InfoContext(ctx, "listening", "http", platform.Addresses.HTTP, "grpc", platform.Addresses.GRPC,
		"admin", platform.Addresses.Admin, "version", run.Version())
	return platform.Run(ctx, func(ctx context.Context) error { return ready(ctx, platform.Addresses) })
}

func migrate() *cobra.Command {
	var c allinone.Config
	cmd := &cobra.Command{
		Use: "migrate", Short: "bring the schemas of all services to this version; twice changes nothing", Args: cobra.NoArgs,
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
