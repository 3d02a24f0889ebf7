package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Unconfirmed is a publication of a run of which catalog does not know yet that it is in
// force.
type Unconfirmed struct {
	Authority, Cycle string
	Version          int
}

func addUnconfirmed(ctx context.Context, tx pgx.Tx, u Unconfirmed) error {
	_, err := tx.Exec(ctx, `
		insert into scoring.unconfirmed_publication (authority, cycle, version) values ($1, $2, $3)
		on conflict on constraint unconfirmed_publication_pkey do update set version = excluded.version`, u.Authority, u.Cycle, u.Version)
	if err != nil {
		return fmt.Errorf("noting that catalog must confirm version %d of cycle %s of %s: %w", u.Version, u.Cycle, u.Authority, err)
	}
	return nil
}

// Unconfirmed returns the publications that catalog must still confirm.
func (s *Store) Unconfirmed(ctx context.Context) ([]Unconfirmed, error) {
	rows, _ := s.db.Query(ctx, `select authority, cycle, version from scoring.unconfirmed_publication order by authority, cycle`)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Unconfirmed])
	if err != nil {
		return nil, problem(fmt.Errorf("reading the unconfirmed publications: %w", err))
	}
	return all, nil
}

// Confirmed removes a publication that catalog has confirmed, unless a later version has
// taken its place.
func (s *Store) Confirmed(ctx context.Context, u Unconfirmed) error {
	_, err := s.db.Exec(ctx, `delete from scoring.unconfirmed_publication where authority = $1 and cycle = $2 and version = $3`,
		u.Authority, u.Cycle, u.Version)
	if err != nil {
		return problem(fmt.Errorf("confirming version %d of cycle %s of %s: %w", u.Version, u.Cycle, u.Authority, err))
	}
	return nil
}
