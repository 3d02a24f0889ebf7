// Command gatewayd runs the gateway, the edge for browsers, as a process of its
// own.
package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/telemetry"
)

type config struct {
	gateway   gateway.Config
	telemetry telemetry.Config
	targets   map[string]*string
	readyFile string
}

func main() {
	var c config
	root := &cobra.Command{Use: "gatewayd", Short: "the edge of parindex for browsers: REST and JSON before the gRPC services"}
	answer := &cobra.Command{
		Use: "serve", Short: "answer HTTP until a signal", Args: cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, args []string) error {
			return errors.Join(run.Environment(cmd, args), c.gateway.Validate())
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), c) },
	}
	c.gateway.Flags(answer.Flags())
	c.telemetry.Flags(answer.Flags())
	answer.Flags().StringVar(&c.readyFile, "ready-file", "", "file that holds the addresses, as JSON, while the gateway runs")
	c.targets = daemon.Targets(answer.Flags())
	root.AddCommand(answer, run.VersionCommand())
	run.Main(root)
}

func serve(ctx context.Context, c config) error {
	t, err := telemetry.Start(ctx, "gatewayd", run.Version(), os.Stderr, c.telemetry)
	if err != nil {
		return err
	}
	// The gateway has no credential of its own: it passes on the caller's token, or
	// none.
	dial := daemon.Dial(c.targets)
	identity, err1 := dial("identity", nil)
	catalog, err2 := dial("catalog", nil)
	assessment, err3 := dial("assessment", nil)
	appraisal, err4 := dial("appraisal", nil)
	survey, err5 := dial("survey", nil)
	scoring, err6 := dial("scoring", nil)
	if err = errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return err
	}
	deps := gateway.Deps{
		Logger: t.Logger, Now: time.Now, Metrics: t.Metrics("gateway"),
		Identity: identity, Catalog: catalog, Assessment: assessment, Appraisal: appraisal, Survey: survey, Scoring: scoring,
	}
	g, err := gateway.New(ctx, c.gateway, deps)
	if err != nil {
		return err
	}
	listener, err := daemon.Listen(ctx, c.gateway.HTTPAddr, "http-addr")
	if err != nil {
		return err
	}
	var group run.Group
	group.Add("telemetry", nil, t.Close)
	admin, err := daemon.AddAdmin(ctx, &group, t, c.telemetry.AdminAddr, telemetry.Check{Name: "gateway", Ready: g.Ready})
	if err != nil {
		return err
	}
	file := run.ReadyFile(c.readyFile)
	group.Add("ready file", nil, func(context.Context) error { return file.Withdraw() })
	server := gateway.NewServer(g)
	group.Add("HTTP", func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, server.Shutdown)
	group.Add("gateway", nil, g.Close) // becomes unready before the last answers are sent
	t.Logger.InfoContext(ctx, "listening", "service", "gateway", "http", listener.Addr().String(), "version", run.Version())
	// From here on connections are queued by the listener.
	if err := file.Write(map[string]string{"http": listener.Addr().String(), "admin": admin}); err != nil {
		return errors.Join(err, group.Stop(ctx))
	}
	return group.Run(ctx)
}
