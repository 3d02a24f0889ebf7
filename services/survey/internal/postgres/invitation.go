package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// Invitation is a stored invitation.
type Invitation struct {
	Key    Key
	Agency string
	// Used tells whether it was answered by, Open whether the plan is open.
	Used, Open bool
}

// Invitation returns the invitation whose secret has a hash. It fails with
// InvitationUnknown.
func (s *Store) Invitation(ctx context.Context, token []byte) (Invitation, error) {
	rows, _ := s.db.Query(ctx, `
		select i.authority, i.cycle, i.plan, i.agency, i.used, p.state = 'OPEN'
		from survey.invitation i
		join survey.plan p on (p.authority, p.cycle, p.id) = (i.authority, i.cycle, i.plan)
		where i.token_sha256 = $1`, token)
	i, err := pg.One(rows, func(row pgx.CollectableRow) (i Invitation, err error) {
		err = row.Scan(&i.Key.Authority, &i.Key.Cycle, &i.Key.Plan, &i.Agency, &i.Used, &i.Open)
		return i, err
	}, survey.InvitationUnknown.At("token"))
	if err != nil {
		return i, named(fmt.Errorf("reading an invitation: %w", err))
	}
	return i, nil
}

// Inviting is invitations to be made for an agency.
type Inviting struct {
	Key    Key
	Agency string
	// IDs are those of the invitations, Tokens the hashes of their secrets.
	IDs    []string
	Tokens [][]byte
	// Decide says whether the plan takes them. It may be called more than once.
	Decide func(survey.Plan) error
}

// CreateInvitations stores invitations, in one transaction with its audit entry.
// It returns their ids and whether they were made now: a second time the attempt
// gives the ids of the first. It fails with PlanUnknown and as i.Decide does.
func (s *Store) CreateInvitations(ctx context.Context, by pg.Attempt, i Inviting) (ids []string, made bool, err error) {
	ids, err = once(ctx, s, by, func(tx pgx.Tx) ([]string, error) {
		if err := s.guard(ctx, tx, i.Key); err != nil {
			return nil, err
		}
		if err := lock(ctx, tx, shared, i.Key); err != nil {
			return nil, err
		}
		p, err := plan(ctx, tx, i.Key)
		if err != nil {
			return nil, err
		}
		if err := i.Decide(p); err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `
			insert into survey.invitation (id, authority, cycle, plan, agency, token_sha256)
			select n.id, $1, $2, $3, $4, n.token from unnest($5::uuid[], $6::bytea[]) as n (id, token)`,
			i.Key.Authority, i.Key.Cycle, i.Key.Plan, i.Agency, i.IDs, i.Tokens)
		if err != nil {
			return nil, fmt.Errorf("inviting about %s in plan %s: %w", i.Agency, i.Key, err)
		}
		change := map[string]any{"agency": i.Agency, "count": len(i.IDs)}
		return i.IDs, record(ctx, tx, by, i.Key, "create-invitations", change)
	})
	// The ids are random: those of an earlier attempt are others.
	return ids, err == nil && len(ids) > 0 && ids[0] == i.IDs[0], err
}
