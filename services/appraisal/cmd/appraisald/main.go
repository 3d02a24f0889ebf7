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
		Service: "appraisal", Background: true, Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return appraisal.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			catalog, err := d.Dial("catalog", d.Token)
			if err != nil {
				return nil, err
			}
			assessment, err := d.Dial("assessment", d.Token)
			if err != nil {
				return nil, err
			}
			return appraisal.New(ctx, cfg, appraisal.Deps{
				Logger: d.Logger, Now: d.Now, Metrics: d.Metrics, Catalog: catalog, Assessment: assessment,
			})
		},
	}))
}
