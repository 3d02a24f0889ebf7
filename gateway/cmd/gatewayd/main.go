// Command gatewayd runs the gateway, the edge for browsers, as a process of its
// own.
package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/gateway"
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/service"
	"github.com/parindex/parindex/libs/telemetry"
)

type config struct {
	gateway   gateway.Config
	telemetry telemetry.Config
	targets   daemon.Targets
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
	answer.Flags().StringVar(&c.readyFile, "ready-file", "", "file to write the addresses to, as JSON, while the gateway runs")
	c.targets = daemon.TargetFlags(answer.Flags(), gateway.Calls...)
	root.AddCommand(answer, run.VersionCommand())
	run.Main(root)
}

func serve(ctx context.Context, c config) error {
	t, err := telemetry.Start(ctx, "gatewayd", run.Version(), os.Stderr, c.telemetry)
	if err != nil {
		return err
	}
	g, err := gateway.Open(ctx, c.gateway, service.Deps{
		Logger: t.Logger, Now: time.Now, Metrics: t.Metrics("gateway"), Dial: c.targets.Dial,
	})
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
	group.AddHTTP("HTTP", gateway.NewServer(g), listener)
	group.Add("gateway", nil, g.Close) // becomes unready before the last answers are sent
	t.Logger.InfoContext(ctx, "listening", "service", "gateway", "http", listener.Addr().String(), "version", run.Version())
	// From here on connections are queued by the listener.
	if err := file.Write(map[string]string{"http": listener.Addr().String(), "admin": admin}); err != nil {
		return errors.Join(err, group.Stop(ctx))
	}
	return group.Run(ctx)
}
