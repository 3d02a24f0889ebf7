package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
)

const regulationColumns = `r.authority, r.id, r.state, r.head, r.sha256, r.issue_time, r.version`

// scanRegulation scans a regulation, with its criteria sets if they are the last
// column of the row.
func scanRegulation(row pgx.CollectableRow) (r regulation.Regulation, err error) {
	var issued *time.Time
	into := []any{&r.Authority, &r.ID, &r.State, &r.Content, &r.SHA256, &issued, &r.Version}
	var sets []sealed.CriteriaSet
	if len(row.FieldDescriptions()) > len(into) {
		into = append(into, &sets)
	}
	err = row.Scan(into...)
	if issued != nil {
		r.IssueTime = *issued
	}
	r.Content.CriteriaSets = sets
	return r, err
}

// Regulation returns one regulation. It fails with RegulationUnknown.
func (s *Store) Regulation(ctx context.Context, authority, id string) (regulation.Regulation, error) {
	r, err := readRegulation(ctx, s.db, authority, id)
	return r, named(err)
}

func readRegulation(ctx context.Context, db pg.Querier, authority, id string) (regulation.Regulation, error) {
	rows, _ := db.Query(ctx, `
		select `+regulationColumns+`, r.criteria_sets
		from catalog.regulation r
		where r.authority = $1 and r.id = $2`, authority, id)
	return oneRegulation(rows, authority, id)
}

// regulationHead is readRegulation without the criteria sets.
func regulationHead(ctx context.Context, db pg.Querier, authority, id string) (regulation.Regulation, error) {
	rows, _ := db.Query(ctx, `
		select `+regulationColumns+`
		from catalog.regulation r
		where r.authority = $1 and r.id = $2`, authority, id)
	return oneRegulation(rows, authority, id)
}

func oneRegulation(rows pgx.Rows, authority, id string) (regulation.Regulation, error) {
	r, err := pg.One(rows, scanRegulation, regulation.RegulationUnknown.At("regulation"))
	if err != nil {
		return r, fmt.Errorf("reading regulation %s of %s: %w", id, authority, err)
	}
	return r, nil
}

// Regulations returns up to limit regulations of an authority after an id, by
// id, without their criteria sets. It fails with AuthorityUnknown.
func (s *Store) Regulations(ctx context.Context, of, after string, limit int32) ([]regulation.Regulation, error) {
	rows, _ := s.db.Query(ctx, `
		select `+regulationColumns+`
		from catalog.regulation r
		where r.authority = $1 and r.id > $2
		order by r.id limit $3`, of, after, limit)
	list, err := pgx.CollectRows(rows, scanRegulation)
	if err == nil && len(list) == 0 {
		_, err = authority(ctx, s.db, of)
	}
	if err != nil {
		return nil, named(fmt.Errorf("listing the regulations of %s: %w", of, err))
	}
	return list, nil
}

// CreateRegulation stores the draft r in one transaction with its audit entry. A
// repeated attempt gets the first answer. It fails with
// AuthorityUnknown, RegulationExists and, at "content.replaces",
// RegulationUnknown.
func (s *Store) CreateRegulation(ctx context.Context, by Attempt, r regulation.Regulation) (regulation.Regulation, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (regulation.Regulation, error) {
		if err := lockAuthority(ctx, tx, r.Authority); err != nil {
			return r, err
		}
		if _, err := replacedBy(ctx, tx, r); err != nil {
			return r, err
		}
		if err := insertRegulation(ctx, tx, r); err != nil {
			return r, err
		}
		return r, recordRegulation(ctx, tx, by, "create-regulation", regulationDiff(nil, r, nil))
	})
}

func insertRegulation(ctx context.Context, tx pgx.Tx, r regulation.Regulation) error {
	head, sets, err := r.Content.Stored()
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `
		insert into catalog.regulation (authority, id, state, head, criteria_sets, replaces, sha256, version)
		values ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8)
		on conflict on constraint regulation_pkey do nothing`,
		r.Authority, r.ID, r.State, head, sets, r.Content.Replaces, r.SHA256, r.Version)
	if err == nil && tag.RowsAffected() == 0 {
		err = regulation.RegulationExists.At("regulation")
	}
	if err != nil {
		return fmt.Errorf("creating regulation %s of %s: %w", r.ID, r.Authority, err)
	}
	return nil
}

// replacedBy returns the regulation that r replaces, without its criteria sets,
// or nil.
func replacedBy(ctx context.Context, db pg.Querier, r regulation.Regulation) (*regulation.Regulation, error) {
	if r.Content.Replaces == "" {
		return nil, nil
	}
	replaced, err := regulationHead(ctx, db, r.Authority, r.Content.Replaces)
	if errors.Is(err, regulation.RegulationUnknown) {
		err = regulation.RegulationUnknown.At("content.replaces")
	}
	return &replaced, err
}

// UpdateRegulation replaces a draft by the one that decide returns, in one
// transaction with its audit entry. A repeated attempt gets the first answer. decide
// returns the regulation in the same version if nothing changes, and may be called
// more than once. UpdateRegulation fails with RegulationUnknown, at "regulation" or
// "content.replaces", and as decide does.
func (s *Store) UpdateRegulation(ctx context.Context, by Attempt, authority, id string,
	decide func(regulation.Regulation) (regulation.Regulation, error),
) (regulation.Regulation, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (regulation.Regulation, error) {
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return regulation.Regulation{}, err
		}
		from, err := readRegulation(ctx, tx, authority, id)
		if err != nil {
			return from, err
		}
		to, err := decide(from)
		if err != nil || to.Version == from.Version {
			return to, err
		}
		if _, err := replacedBy(ctx, tx, to); err != nil {
			return to, err
		}
		if err := writeContent(ctx, tx, to); err != nil {
			return to, err
		}
		return to, recordRegulation(ctx, tx, by, "update-regulation", regulationDiff(&from, to, nil))
	})
}

func writeContent(ctx context.Context, tx pgx.Tx, r regulation.Regulation) error {
	head, sets, err := r.Content.Stored()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update catalog.regulation
		set head = $3, criteria_sets = $4, replaces = nullif($5, ''), sha256 = $6, version = $7
		where authority = $1 and id = $2`,
		r.Authority, r.ID, head, sets, r.Content.Replaces, r.SHA256, r.Version)
	if err != nil {
		return fmt.Errorf("writing regulation %s of %s: %w", r.ID, r.Authority, err)
	}
	return nil
}

// Putting is content for a draft that may exist already or not.
type Putting struct {
	Authority string
	ID        string
	// Decide gets the stored regulation, nil for none, and returns the new one, in
	// the same version if nothing changes. It may be called more than once.
	Decide func(stored *regulation.Regulation) (regulation.Regulation, error)
}

// CheckPut returns the stored regulation, nil for none. It fails as PutRegulation
// would.
func (s *Store) CheckPut(ctx context.Context, p Putting) (stored *regulation.Regulation, err error) {
	err = pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		if _, err := authority(ctx, tx, p.Authority); err != nil {
			return err
		}
		stored, _, err = p.decide(ctx, tx)
		return err
	})
	return stored, named(err)
}

// PutRegulation creates or changes a draft in one transaction with an audit entry of
// the action. A repeated attempt gets the first answer. It fails with
// AuthorityUnknown, with RegulationUnknown at "content.replaces", and as p.Decide
// does.
func (s *Store) PutRegulation(ctx context.Context, by Attempt, action string, p Putting) (regulation.Regulation, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (regulation.Regulation, error) {
		if err := lockAuthority(ctx, tx, p.Authority); err != nil {
			return regulation.Regulation{}, err
		}
		from, to, err := p.decide(ctx, tx)
		switch {
		case err != nil:
			return to, err
		case from == nil:
			err = insertRegulation(ctx, tx, to)
		case from.Version == to.Version:
			return to, nil
		default:
			err = writeContent(ctx, tx, to)
		}
		if err != nil {
			return to, err
		}
		return to, recordRegulation(ctx, tx, by, action, regulationDiff(from, to, nil))
	})
}

func (p Putting) decide(ctx context.Context, db pg.Querier) (from *regulation.Regulation, to regulation.Regulation, err error) {
	switch stored, err := readRegulation(ctx, db, p.Authority, p.ID); {
	case err == nil:
		from = &stored
	case !errors.Is(err, regulation.RegulationUnknown):
		return nil, to, err
	}
	if to, err = p.Decide(from); err != nil {
		return from, to, err
	}
	_, err = replacedBy(ctx, db, to)
	return from, to, err
}

// RevokeRegulation stores the revoked regulation that decide returns, with the
// reason, in one transaction with its audit entry. A repeated attempt gets the first
// answer. It fails with RegulationUnknown and as decide does.
func (s *Store) RevokeRegulation(ctx context.Context, by Attempt, authority, id, reason string,
	decide func(regulation.Regulation) (regulation.Regulation, error),
) (regulation.Regulation, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (regulation.Regulation, error) {
		if err := lockAuthority(ctx, tx, authority); err != nil {
			return regulation.Regulation{}, err
		}
		from, err := readRegulation(ctx, tx, authority, id)
		if err != nil {
			return from, err
		}
		to, err := decide(from)
		if err != nil {
			return to, err
		}
		if err := writeState(ctx, tx, to); err != nil {
			return to, err
		}
		_, err = tx.Exec(ctx, `
			insert into catalog.revocation (authority, regulation, revoke_time, reason)
			values ($1, $2, $3, $4)`, authority, id, by.At, reason)
		if err != nil {
			return to, fmt.Errorf("writing why regulation %s of %s is revoked: %w", id, authority, err)
		}
		return to, recordRegulation(ctx, tx, by, "revoke-regulation", regulationDiff(&from, to, nil))
	})
}

// Issuing is a draft to be issued.
type Issuing struct {
	Authority string
	ID        string
	// Decide returns the regulation as issued and the one that it supersedes, nil
	// for none, from the stored draft and the regulation that it says it replaces,
	// nil for none, both without criteria sets. It may be called more than once.
	Decide func(draft regulation.Regulation, replaced *regulation.Regulation, known map[string]bool) (issued regulation.Regulation, superseded *regulation.Regulation, err error)
}

// CheckIssue reports whether the draft could be issued. It fails as
// IssueRegulation.
func (s *Store) CheckIssue(ctx context.Context, i Issuing) error {
	return named(pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		_, _, _, err := i.decide(ctx, tx)
		return err
	}))
}

// IssueRegulation issues a draft and supersedes the regulation that it replaces, in
// one transaction with its audit entry. A repeated attempt gets the first answer. It
// fails with RegulationUnknown and as i.Decide does.
func (s *Store) IssueRegulation(ctx context.Context, by Attempt, i Issuing) (regulation.Regulation, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (regulation.Regulation, error) {
		if err := lockAuthority(ctx, tx, i.Authority); err != nil {
			return regulation.Regulation{}, err
		}
		draft, issued, superseded, err := i.decide(ctx, tx)
		if err != nil {
			return issued, err
		}
		if err := writeState(ctx, tx, issued); err != nil {
			return issued, err
		}
		if superseded != nil {
			if err := writeState(ctx, tx, *superseded); err != nil {
				return issued, err
			}
		}
		return issued, recordRegulation(ctx, tx, by, "issue-regulation", regulationDiff(&draft, issued, superseded))
	})
}

func (i Issuing) decide(ctx context.Context, db pg.Querier) (draft, issued regulation.Regulation, superseded *regulation.Regulation, err error) {
	if draft, err = regulationHead(ctx, db, i.Authority, i.ID); err != nil {
		return draft, draft, nil, err
	}
	replaced, err := replacedBy(ctx, db, draft)
	if err != nil {
		return draft, draft, nil, err
	}
	known, err := knownAgencies(ctx, db, i.Authority, draft.Content.AgencyIDs())
	if err != nil {
		return draft, draft, nil, err
	}
	issued, superseded, err = i.Decide(draft, replaced, known)
	return draft, issued, superseded, err
}

// writeState writes the columns that change when a regulation is issued,
// superseded or revoked.
func writeState(ctx context.Context, tx pgx.Tx, r regulation.Regulation) error {
	_, err := tx.Exec(ctx, `
		update catalog.regulation set state = $3, issue_time = $4, version = $5
		where authority = $1 and id = $2`, r.Authority, r.ID, r.State, r.IssueTime, r.Version)
	if err != nil {
		return fmt.Errorf("writing the state of regulation %s of %s: %w", r.ID, r.Authority, err)
	}
	return nil
}

func recordRegulation(ctx context.Context, tx pgx.Tx, by Attempt, action string, d regulationChange) error {
	return record(ctx, tx, by, resource(d.authority), action, d)
}
