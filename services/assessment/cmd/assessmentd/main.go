// Command assessmentd is the assessment service as a process of its own.
package main

import (
	"context"
	"log/slog"

	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/assessment"
)

func main() {
	var cfg assessment.Config
	run.Main(daemon.Command(daemon.Spec{
		Service: "assessment", Background: true, MaxRequest: assessment.MaxRequest, Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return assessment.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			catalog, err := d.Dial("catalog", d.Token)
			if err != nil {
				return nil, err
			}
			return assessment.New(ctx, cfg, assessment.Deps{Logger: d.Logger, Now: d.Now, Metrics: d.Metrics, Catalog: catalog})
		},
	}))
}
