// Command identityd is the identity service as a process of its own.
package main

import (
	"context"
	"log/slog"

	"github.com/parindex/parindex/libs/daemon"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/services/identity"
)

func main() {
	var cfg identity.Config
	run.Main(daemon.Command(daemon.Spec{
		Service: "identity", Flags: cfg.Flags, Validate: cfg.Validate,
		Migrate: func(ctx context.Context, log *slog.Logger) error { return identity.Migrate(ctx, cfg, log) },
		Open: func(ctx context.Context, d daemon.Deps) (daemon.Door, error) {
			return identity.New(ctx, cfg, identity.Deps{Logger: d.Logger, Now: d.Now, Metrics: d.Metrics})
		},
	}))
}
