package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
)

// Imported counts the changes of an import.
type Imported struct {
	Authority                        catalog.Authority
	AgenciesCreated, AgenciesChanged int
	CyclesCreated, CyclesChanged     int
}

// Import is a catalog file to check or to apply.
type Import struct {
	Catalog catalog.Catalog
	// Hash is the SHA-256 of the file, in hex, for the audit entry.
	Hash string
	// Parent is the parent that the file names if the caller may see it, else empty.
	Parent string
	// Decide returns the changes that the file makes. It may be called more than
	// once.
	Decide func(catalog.Stored) (catalog.Plan, error)
}

// Check counts the changes that the file would make. It fails as Decide does.
func (s *Store) Check(ctx context.Context, i Import) (done Imported, err error) {
	err = pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		stored, err := load(ctx, tx, i)
		if err != nil {
			return err
		}
		plan, err := i.Decide(stored)
		done = answer(stored, plan)
		return err
	})
	return done, named(err)
}

// Apply makes the changes of the file in one transaction with its audit entry. A
// repeated attempt gets the first answer. Imports and updates of one authority run
// one after the other. Apply fails as Decide does.
func (s *Store) Apply(ctx context.Context, by Attempt, i Import) (Imported, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (Imported, error) {
		if i.Parent != "" {
			if err := lockTree(ctx, tx); err != nil {
				return Imported{}, err
			}
		}
		created, err := claimAuthority(ctx, tx, i.Catalog.Authority)
		if err != nil {
			return Imported{}, err
		}
		stored, err := load(ctx, tx, i)
		if err != nil {
			return Imported{}, err
		}
		if created {
			stored.Authority = nil
		}
		plan, err := i.Decide(stored)
		if err != nil || plan.Empty() {
			return answer(stored, plan), err
		}
		if err := write(ctx, tx, plan); err != nil {
			return Imported{}, err
		}
		return answer(stored, plan), record(ctx, tx, by, resource(i.Catalog.Authority.ID), "import", planDiff(i.Hash, plan))
	})
}

func load(ctx context.Context, db pg.Querier, i Import) (s catalog.Stored, err error) {
	id := i.Catalog.Authority.ID
	switch a, err := authority(ctx, db, id); {
	case err == nil:
		s.Authority = &a
	case !errors.Is(err, catalog.AuthorityUnknown):
		return s, err
	}
	if s.Lineage, err = lineage(ctx, db, i.Parent); err != nil {
		return s, err
	}
	if s.Agencies, err = allAgencies(ctx, db, id); err != nil {
		return s, err
	}
	var cycles []string
	for _, c := range i.Catalog.Cycles {
		cycles = append(cycles, c.ID)
	}
	s.Cycles, err = someCycles(ctx, db, id, cycles)
	return s, err
}

func write(ctx context.Context, tx pgx.Tx, p catalog.Plan) error {
	if p.Authority != nil {
		if err := updateAuthority(ctx, tx, p.Authority.To); err != nil {
			return err
		}
	}
	if err := writeAgencies(ctx, tx, p.Agencies); err != nil {
		return err
	}
	for _, c := range p.Cycles {
		if _, err := writeCycle(ctx, tx, c.To); err != nil {
			return err
		}
	}
	return nil
}

func answer(s catalog.Stored, p catalog.Plan) Imported {
	var done Imported
	switch {
	case p.Authority != nil:
		done.Authority = p.Authority.To
	case s.Authority != nil:
		done.Authority = *s.Authority
	}
	done.AgenciesCreated, done.AgenciesChanged = count(p.Agencies)
	done.CyclesCreated, done.CyclesChanged = count(p.Cycles)
	return done
}

func count[T any](changes []catalog.Change[T]) (created, changed int) {
	for _, c := range changes {
		if c.From == nil {
			created++
		} else {
			changed++
		}
	}
	return created, changed
}

// resource names an authority's catalog in the audit log.
func resource(authority string) string { return fmt.Sprintf("authorities/%s/catalog", authority) }
