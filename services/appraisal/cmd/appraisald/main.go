// Command appraisald is the appraisal service as a process of its own.
package main

import (
	"context"
	"log/slog"

	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/appraisal"
)

func main() {
	var cfg appraisal.Config
	run.Main(daemon.Command(daemon.Spec{
		Service: "appraisal", Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return appraisal.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			return appraisal.New(ctx, cfg, appraisal.Deps{Logger: d.Logger, Metrics: d.Metrics})
		},
	}))
}
