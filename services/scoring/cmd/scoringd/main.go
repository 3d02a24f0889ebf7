// Command scoringd is the scoring service as a process of its own.
package main

import (
	"context"
	"log/slog"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/scoring"
)

func main() {
	var cfg scoring.Config
	run.Main(daemon.Command(daemon.Spec{
		Service: "scoring", Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return scoring.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			catalog, err := d.Dial("catalog", auth.Forwarded)
			if err != nil {
				return nil, err
			}
			return scoring.New(ctx, cfg, scoring.Deps{
				Catalog: catalogv1.NewCatalogServiceClient(catalog),
				Logger:  d.Logger, Now: d.Now, Metrics: d.Metrics,
			})
		},
	}))
}
