package service

import (
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/pflag"

	"github.com/parindex/parindex/libs/pg"
)

// Spec is what a program knows of a service before it opens it. Each service
// exports Spec(*Config), whose answer reads and sets that Config.
type Spec struct {
	// Name is the name of the service and of its schema ("catalog").
	Name string
	// Lines are the migrations of the schema.
	Lines []pg.Line
	// Calls names the services that this one calls in its own name. A service
	// that calls any needs the secret of its service account.
	Calls []string
	// MaxRequest is the most bytes of a request; 0: 4 MiB.
	MaxRequest int
	// DB is the database in the service's Config.
	DB *pg.Config
	// Options are what the operator chooses beside the database; nil: nothing.
	Options Options
	// Open opens the service with the Config as it is then.
	Open func(context.Context, Deps) (Service, error)
}

// Options are flags that one service alone has.
type Options interface {
	Flags(*pflag.FlagSet)
	// Validate reports everything that is wrong.
	Validate() error
}

// Flags registers the service's flags: --<name>-dsn and the other flags of its
// database, then its Options.
func (s Spec) Flags(fs *pflag.FlagSet) {
	s.DB.Flags(fs, s.Name)
	if s.Options != nil {
		s.Options.Flags(fs)
	}
}

// Validate gives the service its database and reports everything that is wrong
// with its configuration.
func (s Spec) Validate() error {
	err := s.DB.Resolve(s.Name)
	if s.Options != nil {
		err = errors.Join(err, s.Options.Validate())
	}
	return err
}

// Migrate brings the schema to this version; a second time it changes nothing.
func (s Spec) Migrate(ctx context.Context, log *slog.Logger) error {
	return pg.Migrator{DSN: s.DB.DSN, Schema: s.Name, Lines: s.Lines, Logger: log}.Up(ctx)
}
