package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// Receive stores a seal with its content and claims, in one transaction with its
// audit entry. Receiving the same seal again changes nothing. A seal that arrives
// after its round was approved is stored and changes nothing in the round; late is
// true the first time that such a seal is received. Receive fails with
// window.CycleNotKnown, and with SealBroken if another seal of the agency's round,
// or of the same number, is already stored.
func (s *Store) Receive(ctx context.Context, by pg.Attempt, seal appraisal.Seal, content []byte) (late bool, err error) {
	late, err = once(ctx, s, by, func(tx pgx.Tx) (bool, error) {
		// Without the guard a seal could be stored while its round is being approved.
		err := s.windows.GuardSpan(ctx, tx, seal.Authority, seal.Cycle, criteria.Preparation, criteria.Archived)
		if err != nil {
			return false, err
		}
		stored, late, err := insertSeal(ctx, tx, by, seal, content)
		if err != nil || !stored {
			return false, err
		}
		if err := insertClaims(ctx, tx, seal); err != nil {
			return false, err
		}
		action := "receive-seal"
		if late {
			action = "receive-late-seal"
		}
		return late, record(ctx, tx, by, seal.Authority, seal.Cycle, chainOfAgency(seal.Agency), action,
			map[string]any{"round": seal.Round, "number": seal.Number, "sha256": seal.SHA256})
	})
	if err != nil {
		return false, fmt.Errorf("receiving seal %d of %s/%s: %w", seal.Number, seal.Authority, seal.Cycle, err)
	}
	return late, nil
}

// insertSeal stores a seal unless it is already stored. It returns whether it
// stored the seal, and whether the seal is late.
func insertSeal(ctx context.Context, tx pgx.Tx, by pg.Attempt, seal appraisal.Seal, content []byte) (stored, late bool, err error) {
	err = tx.QueryRow(ctx, `
		insert into appraisal.seal
			(authority, cycle, agency, round, group_id, number, sha256, content, seal_time, receive_time, late)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
			exists (select from appraisal.approval where authority = $1 and cycle = $2 and round = $4))
		on conflict on constraint seal_pkey do nothing
		returning late`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round, seal.Group, seal.Number, seal.SHA256, content, seal.Time, by.At).Scan(&late)
	if !errors.Is(err, pgx.ErrNoRows) {
		return err == nil, late, err
	}
	var sha256 string
	err = tx.QueryRow(ctx, `
		select sha256 from appraisal.seal where authority = $1 and cycle = $2 and agency = $3 and round = $4`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round).Scan(&sha256)
	if err == nil && sha256 != seal.SHA256 {
		err = appraisal.SealBroken.Because(errors.New("another seal of this agency and round is stored"))
	}
	return false, false, err
}

// insertClaims stores a claim for each entry of a stored seal, as it is in the seal.
func insertClaims(ctx context.Context, tx pgx.Tx, seal appraisal.Seal) error {
	_, err := tx.Exec(ctx, `
		insert into appraisal.claim (authority, cycle, agency, round, item, position, entry)
		select s.authority, s.cycle, s.agency, s.round, sealed.entry ->> 'item', sealed.position, sealed.entry
		from appraisal.seal s, json_array_elements(convert_from(s.content, 'UTF8')::json -> 'entries') with ordinality as sealed (entry, position)
		where s.authority = $1 and s.cycle = $2 and s.agency = $3 and s.round = $4`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round)
	return err
}

// heads returns the seals of a cycle up to a round, without their claims and
// without late seals, by agency and round.
func heads(ctx context.Context, tx pgx.Tx, authority, cycle string, round int) ([]appraisal.Seal, error) {
	rows, _ := tx.Query(ctx, `
		select authority, cycle, agency, round, group_id, number, sha256, seal_time from appraisal.seal
		where authority = $1 and cycle = $2 and round <= $3 and not late
		order by agency, round`, authority, cycle, round)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s appraisal.Seal, err error) {
		err = row.Scan(&s.Authority, &s.Cycle, &s.Agency, &s.Round, &s.Group, &s.Number, &s.SHA256, &s.Time)
		return s, err
	})
}
