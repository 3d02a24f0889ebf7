package appraisal_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/appraisal"
)

func TestReadyOnceMigrated(t *testing.T) {
	ctx := t.Context()
	empty := pgtest.New(t, "empty", nil)
	cfg := appraisal.Config{DB: pg.Config{DSN: empty.DSN}}
	service, err := appraisal.New(ctx, cfg, appraisal.Deps{Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	if err := service.Ready(ctx); err == nil {
		t.Error("ready on an empty database")
	}
	for range 2 {
		if err := appraisal.Migrate(ctx, cfg, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatalf("migrating: %v", err)
		}
	}
	if err := service.Ready(ctx); err != nil {
		t.Errorf("not ready after migrating: %v", err)
	}
}
