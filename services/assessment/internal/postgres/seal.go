package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// The columns of a seal, without its content and with it.
const (
	sealHead = `authority, cycle, agency, round, number, seal_time, sha256, null::bytea, ` + sealTail
	sealFull = `authority, cycle, agency, round, number, seal_time, sha256, content, ` + sealTail
	sealTail = `item_count, evidence_count, receive_time, unseal_time, unseal_reason, letter, ` + standing

	// standing is the Standing of a row of seal; the last result of a round decides.
	standing = `coalesce(
		(select case when h.seal_number = seal.number then 'COUNTED' when seal.unseal_time is null then 'LATE' else 'REPLACED' end
			from assessment.hand_back h
			where h.authority = seal.authority and h.cycle = seal.cycle and h.agency = seal.agency and h.round = seal.round
			order by h.version desc limit 1),
		case when seal.unseal_time is null then 'SUBMITTED'
			when exists (select from assessment.seal as s where s.authority = seal.authority and s.cycle = seal.cycle and s.agency = seal.agency
				and s.round = seal.round and s.number > seal.number) then 'REPLACED'
			else 'UNSEALED' end)`
)

func scanSeal(row pgx.CollectableRow) (assessment.Seal, error) {
	var s assessment.Seal
	var received, unsealed *time.Time
	err := row.Scan(&s.Authority, &s.Cycle, &s.Agency, &s.Round, &s.Number, &s.Time, &s.SHA256, &s.Content, &s.Items, &s.Evidence,
		&received, &unsealed, &s.UnsealReason, &s.Letter, &s.Standing)
	s.ReceiveTime, s.UnsealTime = pg.Instant(received), pg.Instant(unsealed)
	return s, err
}

// Seal returns a seal of a round with its content, the last one if number is 0. It fails
// with SealUnknown.
func (s *Store) Seal(ctx context.Context, k assessment.Key, round, number int) (assessment.Seal, error) {
	rows, _ := s.db.Query(ctx, `
		select `+sealFull+` from assessment.seal
		where authority = $1 and cycle = $2 and agency = $3 and round = $4 and ($5 = 0 or number = $5)
		order by number desc limit 1`, k.Authority, k.Cycle, k.Agency, round, number)
	seal, err := pg.One(rows, scanSeal, assessment.SealUnknown.At("round"))
	if err != nil {
		return seal, named(fmt.Errorf("reading the seal of round %d of %s: %w", round, k.Agency, err))
	}
	return seal, nil
}

// Submit stores the seal that decide returns, in one transaction with its audit entry. A
// repeated attempt gets the first answer; first reports whether it was the first. decide
// gets the sheet, and the number and the letter of the seal; it may be called more than
// once. Submit
// fails as the guard of the window and decide do.
func (s *Store) Submit(ctx context.Context, by pg.Attempt, k assessment.Key, in Phases,
	decide func(sheet assessment.Sheet, number int, letter string) (assessment.Seal, error),
) (sealed assessment.Seal, first bool, err error) {
	sealed, first, err = change(ctx, s, by, k, in, func(tx pgx.Tx, letter string) (assessment.Seal, error) {
		sheet, err := load(ctx, tx, k, "")
		if err != nil {
			return assessment.Seal{}, err
		}
		number, err := nextNumber(ctx, tx, k)
		if err != nil {
			return assessment.Seal{}, err
		}
		seal, err := decide(sheet, number, letter)
		if err != nil {
			return seal, err
		}
		if err := writeSeal(ctx, tx, seal); err != nil {
			return seal, err
		}
		return seal, record(ctx, tx, by, k, "submit", map[string]any{
			"round": seal.Round, "number": seal.Number, "sha256": seal.SHA256, "letter": seal.Letter,
		})
	})
	if err != nil {
		return sealed, first, err
	}
	// The remembered answer of a repeated attempt has no content.
	kept, err := s.Seal(ctx, k, sealed.Round, sealed.Number)
	sealed.Content = kept.Content
	return sealed, first, err
}

// TrySubmit returns the seal that Submit would store, with number 0, and stores nothing.
func (s *Store) TrySubmit(ctx context.Context, k assessment.Key, in Phases,
	decide func(sheet assessment.Sheet, number int, letter string) (assessment.Seal, error),
) (seal assessment.Seal, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		letter, err := s.guard(ctx, tx, k, in)
		if err != nil {
			return err
		}
		sheet, err := load(ctx, tx, k, "")
		if err == nil {
			seal, err = decide(sheet, 0, letter)
		}
		return err
	})
	return seal, named(err)
}

// Unseal stores that the submitted round that decide returns is open again, in one
// transaction with its audit entry. A repeated attempt gets the first answer. It fails as
// the guard of the window and decide do; decide may be called more than once.
func (s *Store) Unseal(ctx context.Context, by pg.Attempt, k assessment.Key, in Phases,
	decide func(sheet assessment.Sheet) (assessment.Seal, error),
) (assessment.Seal, error) {
	seal, _, err := change(ctx, s, by, k, in, func(tx pgx.Tx, _ string) (assessment.Seal, error) {
		sheet, err := load(ctx, tx, k, "")
		if err != nil {
			return assessment.Seal{}, err
		}
		seal, err := decide(sheet)
		if err != nil {
			return seal, err
		}
		_, err = tx.Exec(ctx, `
			update assessment.seal set unseal_time = $6, unseal_reason = $7, receive_time = null
			where authority = $1 and cycle = $2 and agency = $3 and round = $4 and number = $5`,
			k.Authority, k.Cycle, k.Agency, seal.Round, seal.Number, seal.UnsealTime, seal.UnsealReason)
		if err != nil {
			return seal, fmt.Errorf("unsealing round %d of %s: %w", seal.Round, k.Agency, err)
		}
		return seal, record(ctx, tx, by, k, "unseal", map[string]any{"round": seal.Round, "number": seal.Number})
	})
	return seal, err
}

// nextNumber returns the number of the next seal of a cycle. No other transaction gets a
// number until tx ends. After a rollback the same number is used again.
func nextNumber(ctx context.Context, tx pgx.Tx, k assessment.Key) (number int, err error) {
	err = tx.QueryRow(ctx, `
		insert into assessment.seal_counter as c (authority, cycle, last) values ($1, $2, 1)
		on conflict on constraint seal_counter_pkey do update set last = c.last + 1
		returning last`, k.Authority, k.Cycle).Scan(&number)
	if err != nil {
		return 0, fmt.Errorf("counting a seal of %s/%s: %w", k.Authority, k.Cycle, err)
	}
	return number, nil
}

func writeSeal(ctx context.Context, tx pgx.Tx, s assessment.Seal) error {
	_, err := tx.Exec(ctx, `
		insert into assessment.seal (authority, cycle, agency, round, number, seal_time, sha256, content, item_count, evidence_count, letter)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.Authority, s.Cycle, s.Agency, s.Round, s.Number, s.Time, s.SHA256, s.Content, s.Items, s.Evidence, s.Letter)
	if err != nil {
		return fmt.Errorf("sealing round %d of %s: %w", s.Round, s.Agency, err)
	}
	return nil
}

// maxListed limits the bytes of content that the seals of one list have together. A
// message takes as many beside the receipts, and one seal has fewer.
const maxListed = 3 << 20

// Place is the place of a seal in the list of unreceived seals. The zero Place is before
// all seals.
type Place struct {
	Time             time.Time
	Authority, Cycle string
	Number           int
}

// Unreceived returns up to limit seals of all authorities that the appraisal has not
// confirmed, with content, oldest first, after the given place. It returns fewer if the
// next one would exceed maxListed. more reports whether others follow.
func (s *Store) Unreceived(ctx context.Context, after Place, limit int32) (seals []assessment.Seal, more bool, err error) {
	// The query also returns the seal that follows the last one, without its content.
	rows, _ := s.db.Query(ctx, `
		select authority, cycle, agency, round, number, seal_time, sha256,
			case when place <= $5 and size <= $6 then content end,
			item_count, evidence_count, receive_time, unseal_time, unseal_reason, letter, 'SUBMITTED'
		from (
			select *,
				row_number() over oldest as place,
				sum(octet_length(content)) over oldest as size
			from assessment.seal
			where receive_time is null and (seal_time, authority, cycle, number) > ($1, $2, $3, $4)
			window oldest as (order by seal_time, authority, cycle, number)
			order by seal_time, authority, cycle, number limit $5 + 1
		) as s
		where size - octet_length(content) <= $6
		order by place`, after.Time, after.Authority, after.Cycle, after.Number, limit, maxListed)
	seals, err = pgx.CollectRows(rows, scanSeal)
	if err != nil {
		return nil, false, named(fmt.Errorf("listing the unreceived seals: %w", err))
	}
	if last := len(seals) - 1; last >= 0 && seals[last].Content == nil {
		return seals[:last], true, nil
	}
	return seals, false, nil
}

// CountUnreceived returns how many seals the appraisal has not confirmed.
func (s *Store) CountUnreceived(ctx context.Context) (n int64, err error) {
	err = s.db.QueryRow(ctx, `select count(*) from assessment.seal where receive_time is null`).Scan(&n)
	if err != nil {
		return 0, named(fmt.Errorf("counting the unreceived seals: %w", err))
	}
	return n, nil
}

// Confirm records that the appraisal has received the seal with this hash, unsealed or
// not, in one transaction with its audit entry. Confirming again changes nothing. It returns the seal
// without content. It fails with SealUnknown and SealDiffers.
func (s *Store) Confirm(ctx context.Context, by pg.Attempt, k assessment.Key, round int, sha256 string, unsealed bool) (confirmed assessment.Seal, err error) {
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		rows, _ := tx.Query(ctx, `
			select `+sealHead+` from assessment.seal
			where authority = $1 and cycle = $2 and agency = $3 and round = $4
			order by sha256 = $5 desc, number desc limit 1
			for update`, k.Authority, k.Cycle, k.Agency, round, sha256)
		confirmed, err = pg.One(rows, scanSeal, assessment.SealUnknown.At("round"))
		switch {
		case err != nil:
			return fmt.Errorf("confirming round %d of %s: %w", round, k.Agency, err)
		case confirmed.SHA256 != sha256:
			return assessment.SealDiffers.At("sha256")
		case !confirmed.ReceiveTime.IsZero() || unsealed == confirmed.UnsealTime.IsZero():
			return nil // confirmed already, or unsealed meanwhile, which is to be received first
		}
		confirmed.ReceiveTime = by.At
		_, err = tx.Exec(ctx, `
			update assessment.seal set receive_time = $5
			where authority = $1 and cycle = $2 and agency = $3 and round = $4 and number = $6`, k.Authority, k.Cycle, k.Agency, round, by.At, confirmed.Number)
		if err != nil {
			return fmt.Errorf("confirming round %d of %s: %w", round, k.Agency, err)
		}
		return record(ctx, tx, by, k, "confirm-seal", map[string]any{"round": round, "number": confirmed.Number, "sha256": sha256})
	})
	return confirmed, named(err)
}
