package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

// Moved is a cycle with the services that have not acknowledged its revision.
type Moved struct {
	Cycle      catalog.Cycle
	WaitingFor []string
}

// Done reports whether every service has acknowledged the revision.
func (m Moved) Done() bool { return len(m.WaitingFor) == 0 }

// Opening is a cycle to create under a regulation.
type Opening struct {
	Authority, ID string
	Regulation    string
	// Agencies are the ids of the members.
	Agencies []string
	// Decide gets the regulation and the ids of those members that are stored. It
	// may be called more than once.
	Decide func(r regulation.Regulation, known map[string]bool) (catalog.Cycle, error)
}

// CreateCycle creates a run cycle in one transaction with its audit entry. A
// repeated attempt gets the first answer. It fails with CycleExists,
// RegulationUnknown and as o.Decide does.
func (s *Store) CreateCycle(ctx context.Context, by Attempt, o Opening) (catalog.Cycle, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (catalog.Cycle, error) {
		if err := lockAuthority(ctx, tx, o.Authority); err != nil {
			return catalog.Cycle{}, err
		}
		switch c, err := cycle(ctx, tx, o.Authority, o.ID); {
		case err == nil:
			return c, catalog.CycleExists.At("cycle")
		case !errors.Is(err, catalog.CycleUnknown):
			return c, err
		}
		r, err := readRegulation(ctx, tx, o.Authority, o.Regulation)
		if err != nil {
			return catalog.Cycle{}, err
		}
		known, err := knownAgencies(ctx, tx, o.Authority, o.Agencies)
		if err != nil {
			return catalog.Cycle{}, err
		}
		c, err := o.Decide(r, known)
		if err != nil {
			return c, err
		}
		if c, err = writeCycle(ctx, tx, c); err != nil {
			return c, err
		}
		return c, recordCycle(ctx, tx, by, "create-cycle", catalog.Change[catalog.Cycle]{To: c})
	})
}

// KnownAgencies returns the ids of the stored agencies among ids.
func (s *Store) KnownAgencies(ctx context.Context, authority string, ids []string) (map[string]bool, error) {
	known, err := knownAgencies(ctx, s.db, authority, ids)
	return known, named(err)
}

// knownAgencies is KnownAgencies within a transaction.
func knownAgencies(ctx context.Context, db pg.Querier, authority string, ids []string) (map[string]bool, error) {
	rows, _ := db.Query(ctx, `select id from catalog.agency where authority = $1 and id = any($2)`, authority, ids)
	known := map[string]bool{}
	var id string
	_, err := pgx.ForEachRow(rows, []any{&id}, func() error {
		known[id] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for agencies of %s: %w", authority, err)
	}
	return known, nil
}

// ChangeCycle replaces a run cycle by the one that decide returns, in one transaction
// with an audit entry of the action. A repeated attempt gets the first answer. decide
// gets the stored cycle without its members and the content of its regulation without
// criteria sets; it returns the cycle in the same version if nothing changes, and may
// be called more than once. ChangeCycle fails with CycleUnknown and as decide does.
func (s *Store) ChangeCycle(ctx context.Context, by Attempt, action, authority, id string,
	decide func(c catalog.Cycle, under regulation.Content) (catalog.Cycle, error),
) (Moved, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (moved Moved, err error) {
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return moved, err
		}
		from, err := cycle(ctx, tx, authority, id)
		if err != nil {
			return moved, err
		}
		var under regulation.Regulation
		if from.Regulation != "" {
			if under, err = regulationHead(ctx, tx, authority, from.Regulation); err != nil {
				return moved, err
			}
		}
		if moved.Cycle, err = decide(from, under.Content); err != nil {
			return moved, err
		}
		if moved.Cycle.Version != from.Version {
			if moved.Cycle, err = writeCycle(ctx, tx, moved.Cycle); err != nil {
				return moved, err
			}
			change := catalog.Change[catalog.Cycle]{From: &from, To: moved.Cycle}
			if err := recordCycle(ctx, tx, by, action, change); err != nil {
				return moved, err
			}
		}
		moved.WaitingFor, err = behind(ctx, tx, moved.Cycle.Revision)
		return moved, err
	})
}

func recordCycle(ctx context.Context, tx pgx.Tx, by Attempt, action string, c catalog.Change[catalog.Cycle]) error {
	return record(ctx, tx, by, resource(c.To.Authority), action, cycleDiff(c))
}

// CycleMove returns a cycle with the services that have not acknowledged its last
// change. It fails with CycleUnknown.
func (s *Store) CycleMove(ctx context.Context, authority, id string) (moved Moved, err error) {
	err = pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		if moved.Cycle, err = cycle(ctx, tx, authority, id); err != nil {
			return err
		}
		moved.WaitingFor, err = behind(ctx, tx, moved.Cycle.Revision)
		return err
	})
	return moved, named(err)
}

// behind returns the services that have not acknowledged a revision, by name.
func behind(ctx context.Context, db pg.Querier, revision int64) ([]string, error) {
	rows, _ := db.Query(ctx, `select service from catalog.cycle_reader where revision < $1 order by service`, revision)
	services, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing the services behind revision %d: %w", revision, err)
	}
	return services, nil
}

// CycleChanges returns up to limit cycles whose revision is above since, by
// revision, in their current state and without their members.
func (s *Store) CycleChanges(ctx context.Context, since int64, limit int32) ([]catalog.Cycle, error) {
	rows, _ := s.db.Query(ctx, `
		select `+cycleColumns+` from `+cycleTables+`
		where c.revision > $1
		group by c.authority, c.id
		order by c.revision limit $2`, since, limit)
	list, err := pgx.CollectRows(rows, scanCycle)
	if err != nil {
		return nil, named(fmt.Errorf("listing the changes of cycles since %d: %w", since, err))
	}
	return list, nil
}

// Acknowledge stores that a service has read every change up to a revision. The
// first acknowledgement of a service is audited; later ones are not. It fails with
// RevisionAhead.
func (s *Store) Acknowledge(ctx context.Context, by Attempt, service string, revision int64) error {
	err := pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		var last int64
		if err := tx.QueryRow(ctx, `select last from catalog.cycle_counter`).Scan(&last); err != nil {
			return err
		}
		if revision > last {
			return catalog.RevisionAhead.With(revision, last).At("revision")
		}
		tag, err := tx.Exec(ctx, `
			insert into catalog.cycle_reader (service, revision) values ($1, $2)
			on conflict on constraint cycle_reader_pkey do nothing`, service, revision)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 1 {
			return record(ctx, tx, by, "cycle-readers", "become-reader", map[string]any{"service": service, "revision": revision})
		}
		_, err = tx.Exec(ctx, `update catalog.cycle_reader set revision = $2 where service = $1 and revision < $2`, service, revision)
		return err
	})
	if err != nil {
		return named(fmt.Errorf("acknowledging revision %d by %s: %w", revision, service, err))
	}
	return nil
}
