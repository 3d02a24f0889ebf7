package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// ReceiveReport stores a value that others report in a round, in place of an earlier one,
// with a case for its item if there is none, in one transaction with its audit entry.
// Receiving an earlier value or the same one again changes nothing. A value that arrives
// after its round was approved is stored and changes nothing in the round. It fails with
// window.CycleNotKnown.
func (s *Store) ReceiveReport(ctx context.Context, by pg.Attempt, r appraisal.Report, group string, round, position int) error {
	_, err := once(ctx, s, by, func(tx pgx.Tx) (struct{}, error) {
		// Without the guard a value could be stored while its round is being approved.
		if err := s.windows.GuardSpan(ctx, tx, r.Authority, r.Cycle, criteria.Preparation, criteria.Archived); err != nil {
			return struct{}{}, err
		}
		late, stored, err := insertReport(ctx, tx, r, round)
		if err != nil || !stored {
			return struct{}{}, err
		}
		if !late {
			if err := writeCase(ctx, tx, r, group, round, position); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, record(ctx, tx, by, r.Authority, r.Cycle, chainOfAgency(r.Agency), "receive-report",
			map[string]any{"id": r.ID, "item": r.Item, "round": round, "sequence": r.Sequence, "late": late})
	})
	if err != nil {
		return fmt.Errorf("receiving the value reported for %s of %s/%s/%s: %w", r.Item, r.Authority, r.Cycle, r.Agency, err)
	}
	return nil
}

// insertReport stores a value unless it or a later one is stored. It first locks the
// claim, as a verdict does, so that a verdict judges the value that its appraiser saw.
func insertReport(ctx context.Context, tx pgx.Tx, r appraisal.Report, round int) (late, stored bool, err error) {
	_, err = tx.Exec(ctx, `
		select from appraisal.claim
		where authority = $1 and cycle = $2 and agency = $3 and round = $4 and item = $5
		for update`, r.Authority, r.Cycle, r.Agency, round, r.Item)
	if err != nil {
		return false, false, err
	}
	facts, err := document(r.Facts)
	if err != nil {
		return false, false, err
	}
	rows, _ := tx.Query(ctx, `
		insert into appraisal.report as r
			(authority, cycle, agency, item, round, id, sequence, facts, period, source, provider, provider_name, reporter, report_time, late)
		values ($1, $2, $3, $4, $5, $6, $7, $8::json, $9, $10, $11, $12, $13, $14,
			exists (select from appraisal.approval where authority = $1 and cycle = $2 and round = $5))
		on conflict on constraint report_pkey do update
		set id = excluded.id, sequence = excluded.sequence, facts = excluded.facts, period = excluded.period, source = excluded.source,
			provider = excluded.provider, provider_name = excluded.provider_name, reporter = excluded.reporter, report_time = excluded.report_time
		where r.sequence < excluded.sequence and not excluded.late
		returning late`,
		r.Authority, r.Cycle, r.Agency, r.Item, round, r.ID, r.Sequence, facts, r.Period, r.Source, r.Provider, r.ProviderName, r.Reporter, r.Time)
	found, err := pgx.CollectRows(rows, pgx.RowTo[bool])
	if err != nil || len(found) == 0 {
		return false, false, err
	}
	return found[0], true, nil
}

// writeCase makes a case for a reported value whose item the agency has not submitted.
func writeCase(ctx context.Context, tx pgx.Tx, r appraisal.Report, group string, round, position int) error {
	_, err := tx.Exec(ctx, `
		insert into appraisal.claim (authority, cycle, agency, round, item, group_id, position, since, entry)
		values ($1, $2, $3, $4, $5, $6, $7, 0,
			json_build_object('item', $5::text, 'notApplicable', false, 'notCounted', '', 'justification', ''))
		on conflict on constraint claim_pkey do nothing`,
		r.Authority, r.Cycle, r.Agency, round, r.Item, group, position)
	return err
}
