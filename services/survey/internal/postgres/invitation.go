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
	// Used reports whether its response is stored.
	Used bool
	// State is the state of its plan.
	State survey.State
}

// Invitation returns the invitation whose token has the SHA-256 tokenHash. It fails
// with InvitationUnknown.
func (s *Store) Invitation(ctx context.Context, tokenHash []byte) (Invitation, error) {
	rows, _ := s.db.Query(ctx, `
		select i.authority, i.cycle, i.plan, i.agency, i.used, p.state
		from survey.invitation i
		join survey.plan p on (p.authority, p.cycle, p.id) = (i.authority, i.cycle, i.plan)
		where i.token_sha256 = $1`, tokenHash)
	i, err := pg.One(rows, func(row pgx.CollectableRow) (i Invitation, err error) {
		err = row.Scan(&i.Key.Authority, &i.Key.Cycle, &i.Key.Plan, &i.Agency, &i.Used, &i.State)
		return i, err
	}, survey.InvitationUnknown.At("token"))
	if err != nil {
		return i, named(fmt.Errorf("reading an invitation: %w", err))
	}
	return i, nil
}

// NewInvitations are invitations to be created, all to evaluate one agency.
type NewInvitations struct {
	Key    Key
	Agency string
	// IDs has the id of each invitation, TokenHashes the SHA-256 of its token.
	IDs         []string
	TokenHashes [][]byte
	// Decide returns an error if the plan does not permit them. It may be called more
	// than once.
	Decide func(survey.Plan) error
}

// CreateInvitations stores invitations, in one transaction with its audit entry.
// It returns their ids and whether this call made them; a repeated attempt gets the
// ids of the first one. It fails with PlanUnknown and as n.Decide does.
func (s *Store) CreateInvitations(ctx context.Context, by pg.Attempt, n NewInvitations) (ids []string, made bool, err error) {
	ids, err = once(ctx, s, by, func(tx pgx.Tx) ([]string, error) {
		if err := s.guard(ctx, tx, n.Key); err != nil {
			return nil, err
		}
		if err := lock(ctx, tx, shared, n.Key); err != nil {
			return nil, err
		}
		p, err := plan(ctx, tx, n.Key)
		if err != nil {
			return nil, err
		}
		if err := n.Decide(p); err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, `
			insert into survey.invitation (id, authority, cycle, plan, agency, token_sha256)
			select i.id, $1, $2, $3, $4, i.token from unnest($5::uuid[], $6::bytea[]) as i (id, token)`,
			n.Key.Authority, n.Key.Cycle, n.Key.Plan, n.Agency, n.IDs, n.TokenHashes)
		if err != nil {
			return nil, fmt.Errorf("creating invitations for %s in plan %s: %w", n.Agency, n.Key, err)
		}
		change := map[string]any{"agency": n.Agency, "count": len(n.IDs)}
		return n.IDs, record(ctx, tx, by, n.Key, "create-invitations", change)
	})
	// The ids are random, so an earlier attempt has other ones.
	return ids, err == nil && len(ids) > 0 && ids[0] == n.IDs[0], err
}
