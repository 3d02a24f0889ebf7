// Package catalog is the entry package of the catalog service: authorities,
// agencies, regulations and cycles, and the import of catalog files.
package catalog

import (
	"context"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/service"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/api"
	"github.com/parindex/parindex/services/catalog/internal/postgres"
)

// Config holds the settings that the operator chooses.
type Config struct {
	DB pg.Config
}

// Spec describes how a program configures, migrates and opens the service.
func Spec(cfg *Config) service.Spec {
	return service.Spec{
		Name: postgres.Schema, Lines: postgres.Lines(), DB: &cfg.DB,
		Open: func(ctx context.Context, deps service.Deps) (service.Service, error) { return Open(ctx, *cfg, deps) },
	}
}

// Open opens the service with cfg. It succeeds while PostgreSQL is away.
func Open(ctx context.Context, cfg Config, deps service.Deps) (service.Service, error) {
	return service.Open(ctx, Spec(&cfg), deps, func(b *service.Builder) error {
		catalogv1.RegisterCatalogServiceServer(b, api.New(postgres.New(b.DB), b.Now))
		return nil
	})
}
