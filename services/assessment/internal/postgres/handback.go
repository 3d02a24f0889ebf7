package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// The columns of a hand-back, without its content and with it.
const (
	handBackHead = `authority, cycle, agency, round, version, null::bytea, sha256, receive_time, items, seal_number`
	handBackFull = `authority, cycle, agency, round, version, content, sha256, receive_time, items, seal_number`
)

func scanHandBack(row pgx.CollectableRow) (assessment.HandBack, error) {
	var h assessment.HandBack
	err := row.Scan(&h.Authority, &h.Cycle, &h.Agency, &h.Round, &h.Version, &h.Content, &h.SHA256, &h.ReceiveTime, &h.Items, &h.SealNumber)
	return h, err
}

// HandBack returns the newest hand-back of a round with its content. It fails with
// HandBackUnknown.
func (s *Store) HandBack(ctx context.Context, k assessment.Key, round int) (assessment.HandBack, error) {
	h, err := handBack(ctx, s.db, k, round, 0)
	return h, named(err)
}

// handBack returns a version of the hand-back of a round, the newest for version 0.
func handBack(ctx context.Context, db pg.Querier, k assessment.Key, round, version int) (assessment.HandBack, error) {
	rows, _ := db.Query(ctx, `
		select `+handBackFull+` from assessment.hand_back
		where authority = $1 and cycle = $2 and agency = $3 and round = $4 and ($5 = 0 or version = $5)
		order by version desc limit 1`, k.Authority, k.Cycle, k.Agency, round, version)
	h, err := pg.One(rows, scanHandBack, assessment.HandBackUnknown.At("round"))
	if err != nil {
		return h, fmt.Errorf("reading the hand-back of round %d of %s: %w", round, k.Agency, err)
	}
	return h, nil
}

// TakeHandBack stores a hand-back, in one transaction with its audit entry, and returns
// the stored one. The same content again changes nothing. No window guards it, because
// an outcome may arrive late. It fails with HandBackDiffers if the same version has other
// content.
func (s *Store) TakeHandBack(ctx context.Context, by pg.Attempt, h assessment.HandBack) (kept assessment.HandBack, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		if err := lockSheet(ctx, tx, h.Key); err != nil {
			return err
		}
		switch kept, err = handBack(ctx, tx, h.Key, h.Round, h.Version); {
		case err == nil && kept.SHA256 == h.SHA256:
			return nil
		case err == nil:
			return assessment.HandBackDiffers.At("content")
		case !errors.Is(err, assessment.HandBackUnknown):
			return err
		}
		kept = h
		_, err = tx.Exec(ctx, `
			insert into assessment.hand_back (authority, cycle, agency, round, version, content, sha256, receive_time, items, seal_number)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			h.Authority, h.Cycle, h.Agency, h.Round, h.Version, h.Content, h.SHA256, h.ReceiveTime, h.Items, h.SealNumber)
		if err != nil {
			return fmt.Errorf("storing the hand-back of round %d of %s: %w", h.Round, h.Agency, err)
		}
		return record(ctx, tx, by, h.Key, "take-hand-back", map[string]any{"round": h.Round, "version": h.Version, "sha256": h.SHA256})
	})
	return kept, named(err)
}
