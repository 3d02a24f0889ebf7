package service

import (
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/pflag"

	"github.com/parindex/parindex/libs/pg"
)

// Spec describes a service to the program that opens it. Each service exports
// Spec(*Config) and Open(ctx, Config, Deps). The Flags of a Spec set the Config that it
// was made of, and its Open passes that Config to the service's Open as it is then. The
// service's Open calls Open of this package, which opens the pool with the Config's DB.
type Spec struct {
	// Name is the name of the service and of its schema ("catalog").
	Name string
	// Lines are the migrations of the schema.
	Lines []pg.Line
	// Calls are the services that this one calls with its own token. If there are any,
	// the service needs the secret of its service account, unless it issues tokens.
	Calls []string
	// MaxRequest is the largest size of a request in bytes; 0: 4 MiB.
	MaxRequest int
	// DB is the configuration of the database, in the service's Config.
	DB *pg.Config
	// Options are the settings apart from the database; nil: none.
	Options Options
	// Open opens the service with the current Config.
	Open func(context.Context, Deps) (Service, error)
}

// Options are the flags of one service.
type Options interface {
	Flags(*pflag.FlagSet)
	// Validate reports all errors.
	Validate() error
}

// Flags registers the flags of the database, such as --<name>-dsn, and of Options.
func (s Spec) Flags(fs *pflag.FlagSet) {
	s.DB.Flags(fs, s.Name)
	if s.Options != nil {
		s.Options.Flags(fs)
	}
}

// Validate completes the configuration of the database and reports all errors in the
// configuration.
func (s Spec) Validate() error {
	err := s.DB.Resolve(s.Name)
	if s.Options != nil {
		err = errors.Join(err, s.Options.Validate())
	}
	return err
}

// Migrate migrates the schema to the version of this program. Repeating it changes
// nothing.
func (s Spec) Migrate(ctx context.Context, log *slog.Logger) error {
	return pg.Migrator{DSN: s.DB.DSN, Schema: s.Name, Lines: s.Lines, Logger: log}.Up(ctx)
}
