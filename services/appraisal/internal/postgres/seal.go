package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/libs/window"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

// Receive stores a seal with its bytes and claims, in one transaction with its
// audit entry; the same seal a second time changes nothing. One that comes after
// its round was approved is kept and changes nothing in the round; late is true
// for it, the first time. It fails with window.CycleNotKnown, and with SealBroken
// if another seal stands in its place.
func (s *Store) Receive(ctx context.Context, by pg.Attempt, seal appraisal.Seal, content []byte) (late bool, err error) {
	late, err = once(ctx, s, by, func(tx pgx.Tx) (bool, error) {
		// The guard keeps a seal from coming in while its round is approved.
		err := s.windows.GuardSpan(ctx, tx, seal.Authority, seal.Cycle, window.Preparation, window.Archived)
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
		return late, record(ctx, tx, by, seal.Authority, seal.Cycle, ofAgency(seal.Agency), action,
			map[string]any{"round": seal.Round, "number": seal.Number, "sha256": seal.SHA256})
	})
	if err != nil {
		return false, fmt.Errorf("receiving seal %d of %s/%s: %w", seal.Number, seal.Authority, seal.Cycle, err)
	}
	return late, nil
}

// insertSeal stores a seal unless it stands there already, and says whether it
// did and whether the seal is late.
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
		err = appraisal.SealBroken.Because(errors.New("another seal stands in its place"))
	}
	return false, false, err
}

// claimRow is a claim as json_to_recordset reads it.
type claimRow struct {
	Item          string            `json:"item"`
	Position      int               `json:"position"`
	Facts         sealed.Facts      `json:"facts"`
	Points        *points.Points    `json:"points"`
	NotApplicable bool              `json:"not_applicable"`
	NotCounted    sealed.NotCounted `json:"not_counted"`
	Justification string            `json:"justification"`
	Evidence      []sealed.Evidence `json:"evidence"`
}

func insertClaims(ctx context.Context, tx pgx.Tx, seal appraisal.Seal) error {
	rows := make([]claimRow, 0, len(seal.Claims))
	for _, c := range seal.Claims {
		rows = append(rows, claimRow{
			c.Item, c.Position, c.Facts, c.Points, c.NotApplicable, c.NotCounted, c.Justification, append([]sealed.Evidence{}, c.Evidence...),
		})
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into appraisal.claim
			(authority, cycle, agency, round, item, position, facts, points, not_applicable, not_counted, justification, evidence)
		select $1, $2, $3, $4, item, position, facts, points, not_applicable, not_counted, justification, evidence
		from json_to_recordset($5::json) as claim
			(item text, position int, facts json, points numeric, not_applicable boolean, not_counted text, justification text, evidence json)`,
		seal.Authority, seal.Cycle, seal.Agency, seal.Round, string(text))
	return err
}

// heads returns the seals of a cycle up to a round, without claims and without
// those that came too late, by agency and round.
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
