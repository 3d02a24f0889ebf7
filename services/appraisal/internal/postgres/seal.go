package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// Receive stores a seal with its content and claims, and when it was unsealed, in one
// transaction with its audit entries. Receiving the same seal again changes nothing. A
// seal that arrives after its round was approved is stored and changes nothing in the
// round; late is true the first time that such a seal is received. Receive fails with
// window.CycleNotKnown, and with SealBroken if another seal of the agency's round that
// is not unsealed, or of the same number, is already stored.
func (s *Store) Receive(ctx context.Context, by pg.Attempt, seal appraisal.Seal, content []byte) (late bool, err error) {
	late, err = once(ctx, s, by, func(tx pgx.Tx) (bool, error) {
		// Without the guard a seal could be stored while its round is being approved.
		err := s.windows.GuardSpan(ctx, tx, seal.Authority, seal.Cycle, criteria.Preparation, criteria.Archived)
		if err != nil {
			return false, err
		}
		late, err := insertSeal(ctx, tx, by, seal, content)
		if err != nil || seal.UnsealTime.IsZero() {
			return late, err
		}
		return late, unseal(ctx, tx, by, seal)
	})
	if err != nil {
		return false, fmt.Errorf("receiving seal %d of %s/%s: %w", seal.Number, seal.Authority, seal.Cycle, err)
	}
	return late, nil
}

// insertSeal stores a seal and its claims unless it is already stored. A late seal has no
// claims.
func insertSeal(ctx context.Context, tx pgx.Tx, by pg.Attempt, seal appraisal.Seal, content []byte) (late bool, err error) {
	if stored, err := checkSealed(ctx, tx, seal); err != nil || stored {
		return false, err
	}
	err = tx.QueryRow(ctx, `
		insert into appraisal.seal
			(authority, cycle, agency, round, group_id, number, sha256, content, seal_time, receive_time, late)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
			exists (select from appraisal.approval where authority = $1 and cycle = $2 and round = $4))
		returning late`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round, seal.Group, seal.Number, seal.SHA256, content, seal.Time, by.At).Scan(&late)
	if err != nil {
		return false, err
	}
	action := "receive-late-seal"
	if !late {
		action = "receive-seal"
		if err := writeClaims(ctx, tx, seal); err != nil {
			return false, err
		}
	}
	return late, record(ctx, tx, by, seal.Authority, seal.Cycle, chainOfAgency(seal.Agency), action,
		map[string]any{"round": seal.Round, "number": seal.Number, "sha256": seal.SHA256})
}

// checkSealed locks the seals of an agency's round and reports whether this one is
// stored. It fails with SealBroken if another one is that is not unsealed.
func checkSealed(ctx context.Context, tx pgx.Tx, seal appraisal.Seal) (stored bool, err error) {
	// Before the first seal there is no row to lock, and two passes may bring it at once.
	_, err = tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('appraisal.seal/' || $1 || '/' || $2 || '/' || $3, 0))`,
		seal.Authority, seal.Cycle, seal.Agency)
	if err != nil {
		return false, err
	}
	rows, _ := tx.Query(ctx, `
		select sha256, unseal_time is not null from appraisal.seal
		where authority = $1 and cycle = $2 and agency = $3 and round = $4
		for update`, seal.Authority, seal.Cycle, seal.Agency, seal.Round)
	var sha256 string
	var unsealed, another bool
	_, err = pgx.ForEachRow(rows, []any{&sha256, &unsealed}, func() error {
		stored = stored || sha256 == seal.SHA256
		another = another || sha256 != seal.SHA256 && !unsealed
		return nil
	})
	if err == nil && another && !stored {
		err = appraisal.SealBroken.Because(errors.New("another seal of this agency and round is stored and not unsealed"))
	}
	return stored, err
}

// unseal stores when a stored seal was unsealed, unless that is stored already.
func unseal(ctx context.Context, tx pgx.Tx, by pg.Attempt, seal appraisal.Seal) error {
	tag, err := tx.Exec(ctx, `
		update appraisal.seal set unseal_time = $6
		where authority = $1 and cycle = $2 and agency = $3 and round = $4 and number = $5 and unseal_time is null`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round, seal.Number, seal.UnsealTime)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return record(ctx, tx, by, seal.Authority, seal.Cycle, chainOfAgency(seal.Agency), "unseal",
		map[string]any{"round": seal.Round, "number": seal.Number})
}

// writeClaims stores the claim of each entry of a stored seal, as it is in the seal, in
// place of that of an earlier seal. A claim that has not changed keeps its first seal, so
// that a verdict on it stands.
func writeClaims(ctx context.Context, tx pgx.Tx, seal appraisal.Seal) error {
	items, positions := make([]string, len(seal.Claims)), make([]int, len(seal.Claims))
	for i, c := range seal.Claims {
		items[i], positions[i] = c.Item, c.Position
	}
	_, err := tx.Exec(ctx, `
		insert into appraisal.claim as c (authority, cycle, agency, round, item, group_id, position, seal_number, since, entry)
		select s.authority, s.cycle, s.agency, s.round, placed.item, s.group_id, placed.position, s.number, s.number, sealed.entry
		from appraisal.seal s
		cross join json_array_elements(convert_from(s.content, 'UTF8')::json -> 'entries') as sealed (entry)
		join unnest($6::text[], $7::integer[]) as placed (item, position) on placed.item = sealed.entry ->> 'item'
		where s.authority = $1 and s.cycle = $2 and s.agency = $3 and s.round = $4 and s.number = $5
		on conflict on constraint claim_pkey do update
		set seal_number = excluded.seal_number, entry = excluded.entry,
			since = case when c.seal_number is not null and c.entry::text = excluded.entry::text then c.since else excluded.since end`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round, seal.Number, items, positions)
	return err
}

// heads returns the last seal of each agency's round up to a round, without their claims
// and without late seals, by agency and round.
func heads(ctx context.Context, tx pgx.Tx, authority, cycle string, round int) ([]appraisal.Seal, error) {
	rows, _ := tx.Query(ctx, `
		select distinct on (agency, round) authority, cycle, agency, round, group_id, number, sha256, seal_time, unseal_time from appraisal.seal
		where authority = $1 and cycle = $2 and round <= $3 and not late
		order by agency, round, number desc`, authority, cycle, round)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s appraisal.Seal, err error) {
		var unsealed *time.Time
		err = row.Scan(&s.Authority, &s.Cycle, &s.Agency, &s.Round, &s.Group, &s.Number, &s.SHA256, &s.Time, &unsealed)
		s.UnsealTime = pg.Instant(unsealed)
		return s, err
	})
}
