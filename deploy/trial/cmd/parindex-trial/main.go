// Command parindex-trial runs the whole platform in one process for a trial on your
// own machine. Never let others use it: it creates accounts whose password it prints.
// It loads the results of Sóc Trăng 2023 and plays one cycle of an invented authority.
// `make run` starts it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/libs/run"
)

func main() {
	var c allinone.Config
	var folder string
	cmd := &cobra.Command{
		Use: "parindex-trial", Short: "run everything in this process, for a trial on your own machine, until a signal", Args: cobra.NoArgs,
		PreRunE: run.Environment,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return try(cmd.Context(), c, folder, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.Flags(cmd.Flags())
	cmd.Flags().StringVar(&folder, "local-dir", ".local", "folder of the signing key, the password and the log")
	run.Main(cmd)
}

// try brings the schemas to this version, creates the accounts and serves until ctx is
// done. The log goes to a file, so that the terminal shows only the trial.
func try(ctx context.Context, c allinone.Config, folder string, out, complaints io.Writer) (err error) {
	t, err := prepare(&c, folder)
	if err != nil {
		return err
	}
	if err := c.Validate(); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(complaints, "Bringing the schemas to this version …"); err != nil {
		return err
	}
	if err := allinone.Migrate(ctx, c, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	log, err := t.log()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := t.createAccounts(ctx, c.Identity, time.Now()); err != nil {
		return err
	}
	return allinone.Serve(ctx, c, log, time.Now, func(ctx context.Context, a allinone.Addresses) error { return t.show(ctx, a, out) })
}
