package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

const reductionColumns = `id, authority, cycle, agency, item, points, reason, text, document, state, decision, proposed_by, propose_time, decide_time, version`

func scanReduction(row pgx.CollectableRow) (r appraisal.Reduction, err error) {
	var decided *time.Time
	err = row.Scan(&r.ID, &r.Authority, &r.Cycle, &r.Agency, &r.Item, &r.Points, &r.Reason, &r.Text, &r.Document, &r.State,
		&r.Decision, &r.ProposedBy, &r.ProposeTime, &decided, &r.Version)
	r.ProposeTime, r.DecideTime = r.ProposeTime.UTC(), pg.Instant(decided)
	return r, err
}

// ProposeReduction stores a proposed reduction, in one transaction with its audit
// entry. A repeated attempt gets the first answer. proposer is the appraiser that
// proposes it, nil for the agency itself. It fails as window.GuardSpan does, and with
// OwnAgency, CaseUnknown, as checkReducible does, and with ReductionExists.
func (s *Store) ProposeReduction(ctx context.Context, by pg.Attempt, c *cycle.Cycle, proposer *appraisal.Appraiser, r appraisal.Reduction) (appraisal.Reduction, error) {
	r.ProposeTime, r.ProposedBy = by.At, by.Principal
	return once(ctx, s, by, func(tx pgx.Tx) (appraisal.Reduction, error) {
		if err := s.guardReduction(ctx, tx, c); err != nil {
			return r, err
		}
		if proposer != nil {
			if err := checkAppraiser(ctx, tx, *proposer, c, r.Agency, r.Item); err != nil {
				return r, err
			}
		}
		if err := checkReducible(ctx, tx, c, r, "item"); err != nil {
			return r, err
		}
		_, err := tx.Exec(ctx, `
			insert into appraisal.reduction (`+reductionColumns+`)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			r.ID, c.Authority, c.ID, r.Agency, r.Item, r.Points, r.Reason, r.Text, r.Document, r.State, r.Decision,
			r.ProposedBy, r.ProposeTime, pg.Null(r.DecideTime), r.Version)
		if err != nil {
			return r, err
		}
		return r, record(ctx, tx, by, c.Authority, c.ID, chainOfAgency(r.Agency), "propose-reduction",
			map[string]any{"reduction": r.ID, "item": r.Item, "points": r.Points, "reason": r.Reason})
	})
}

// Reductions returns up to limit reductions of a cycle, or of one agency if agency is
// not empty, but none of the barred agencies, oldest first, after the given time and
// id.
func (s *Store) Reductions(ctx context.Context, authority, cycle, agency string, barred []string, after time.Time, id string, limit int32,
) ([]appraisal.Reduction, error) {
	rows, _ := s.db.Query(ctx, `
		select `+reductionColumns+` from appraisal.reduction
		where authority = $1 and cycle = $2 and ($3 = '' or agency = $3) and not agency = any($4) and (propose_time, id::text) > ($5, $6)
		order by propose_time, id::text limit $7`, authority, cycle, agency, append([]string{}, barred...), after, id, limit)
	list, err := pgx.CollectRows(rows, scanReduction)
	if err != nil {
		return nil, named(fmt.Errorf("listing the reductions of %s/%s: %w", authority, cycle, err))
	}
	return list, nil
}

// ChangeReduction stores the reduction that change returns, in one transaction with an
// audit entry of the action. A repeated attempt gets the first answer. proposer is the
// appraiser who withdraws it, nil for the agency itself and for the deciding body. It
// fails as window.GuardSpan and change do, and with ReductionUnknown, OwnAgency,
// CaseUnknown, ReductionExists, and as checkReducible does.
func (s *Store) ChangeReduction(ctx context.Context, by pg.Attempt, c *cycle.Cycle, id, action string, proposer *appraisal.Appraiser,
	change func(r appraisal.Reduction) (appraisal.Reduction, error),
) (appraisal.Reduction, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (r appraisal.Reduction, err error) {
		if err := s.guardReduction(ctx, tx, c); err != nil {
			return r, err
		}
		rows, _ := tx.Query(ctx, `
			select `+reductionColumns+` from appraisal.reduction
			where id = $1 and authority = $2 and cycle = $3
			for update`, id, c.Authority, c.ID)
		if r, err = pg.One(rows, scanReduction, appraisal.ReductionUnknown.At("reduction")); err != nil {
			return r, err
		}
		if proposer != nil {
			if err := checkAppraiser(ctx, tx, *proposer, c, r.Agency, r.Item); err != nil {
				return r, err
			}
		}
		if err := checkReducible(ctx, tx, c, r, "reduction"); err != nil {
			return r, err
		}
		if r, err = change(r); err != nil {
			return r, err
		}
		_, err = tx.Exec(ctx, `update appraisal.reduction set state = $2, decision = $3, decide_time = $4, version = $5 where id = $1`,
			r.ID, r.State, r.Decision, pg.Null(r.DecideTime), r.Version)
		if err != nil {
			return r, err
		}
		return r, record(ctx, tx, by, c.Authority, c.ID, chainOfAgency(r.Agency), action,
			map[string]any{"reduction": r.ID, "item": r.Item, "points": r.Points, "state": r.State, "version": r.Version})
	})
}

// unrejected returns the reductions of a cycle that are proposed or approved, by
// agency and item.
func unrejected(ctx context.Context, tx pgx.Tx, authority, cycle string) ([]appraisal.Reduction, error) {
	rows, _ := tx.Query(ctx, `
		select `+reductionColumns+` from appraisal.reduction
		where authority = $1 and cycle = $2 and state in ('PROPOSED', 'APPROVED')
		order by agency, item`, authority, cycle)
	return pgx.CollectRows(rows, scanReduction)
}
