// Command scoringd is the scoring service as a process of its own.
package main

import (
	"context"
	"errors"
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
		Service: "scoring", Background: true, Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return scoring.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			catalog, err := d.Dial("catalog", auth.Forwarded)
			if err != nil {
				return nil, err
			}
			own, err := siblings(d)
			if err != nil {
				return nil, err
			}
			return scoring.New(ctx, cfg, scoring.Deps{
				Catalog: catalogv1.NewCatalogServiceClient(catalog), Own: own,
				Logger: d.Logger, Now: d.Now, Metrics: d.Metrics,
			})
		},
	}))
}

func siblings(d daemon.Deps) (scoring.Siblings, error) {
	catalog, err1 := d.Dial("catalog", d.Token)
	assessment, err2 := d.Dial("assessment", d.Token)
	appraisal, err3 := d.Dial("appraisal", d.Token)
	survey, err4 := d.Dial("survey", d.Token)
	return scoring.Siblings{Catalog: catalog, Assessment: assessment, Appraisal: appraisal, Survey: survey},
		errors.Join(err1, err2, err3, err4)
}
