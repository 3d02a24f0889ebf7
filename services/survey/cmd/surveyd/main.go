// Command surveyd is the survey service as a process of its own.
package main

import (
	"context"
	"log/slog"

	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/survey"
)

func main() {
	var cfg survey.Config
	run.Main(daemon.Command(daemon.Spec{
		Service: "survey", Background: true, Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return survey.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			catalog, err := d.Dial("catalog", d.Token)
			if err != nil {
				return nil, err
			}
			return survey.New(ctx, cfg, survey.Deps{Logger: d.Logger, Now: d.Now, Metrics: d.Metrics, Catalog: catalog})
		},
	}))
}
