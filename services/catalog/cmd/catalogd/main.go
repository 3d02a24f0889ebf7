// Command catalogd is the catalog service as a process of its own.
package main

import (
	"context"
	"log/slog"

	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/catalog"
)

func main() {
	var cfg catalog.Config
	run.Main(daemon.Command(daemon.Spec{
		Service: "catalog", Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return catalog.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			return catalog.New(ctx, cfg, catalog.Deps{Logger: d.Logger, Now: d.Now, Metrics: d.Metrics})
		},
	}))
}
