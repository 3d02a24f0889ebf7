package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/window"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// TakeResponses stores responses to one plan and uses their links up, all in one
// transaction or, where one of them cannot be taken, each in its own: a response
// is stored when its error is nil, and then for ever (rule Q5). The errors are in
// the order of the responses: InvitationUsed, SurveyClosed, also where the cycle
// is presented, those of the guard, and fault.StorageAway.
func (s *Store) TakeResponses(ctx context.Context, k Key, responses []survey.Response) []error {
	faults := make([]error, len(responses))
	err := s.takeTogether(ctx, k, responses)
	for i := range faults {
		faults[i] = err
		if len(responses) > 1 && ofOne(err) {
			faults[i] = s.takeTogether(ctx, k, responses[i:i+1])
		}
	}
	return faults
}

// ofOne reports whether an error of several responses may be due to one of them.
func ofOne(err error) bool {
	return errors.Is(err, survey.InvitationUsed) || err != nil && fault.From(err).Kind == fault.Internal
}

// takeTogether takes all responses or none of them.
func (s *Store) takeTogether(ctx context.Context, k Key, responses []survey.Response) error {
	return named(pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		// Who answers knows nothing of phases.
		if err := s.guard(ctx, tx, k); errors.Is(err, window.WindowClosed) {
			return survey.SurveyClosed.Because(err)
		} else if err != nil {
			return err
		}
		stored := int64(0)
		var b pgx.Batch
		queueLockOpen(&b, k)
		for _, r := range responses {
			queueInsert(&b, r, &stored)
		}
		if err := tx.SendBatch(ctx, &b).Close(); err != nil {
			return fmt.Errorf("storing responses to plan %s: %w", k, err)
		}
		if stored < int64(len(responses)) {
			return survey.InvitationUsed.At("token")
		}
		return nil
	}))
}

// queueLockOpen keeps a plan from being closed until the transaction ends. The
// state is read by a statement of its own, which sees what was committed while
// the lock was waited for. It fails with SurveyClosed.
func queueLockOpen(b *pgx.Batch, k Key) {
	b.Queue(lockSQL(shared), k.lock())
	b.Queue(`select state = 'OPEN' from survey.plan where authority = $1 and cycle = $2 and id = $3`, k.Authority, k.Cycle, k.Plan).
		QueryRow(func(row pgx.Row) error {
			var open bool
			err := row.Scan(&open)
			if err == nil && !open {
				err = survey.SurveyClosed.Because(nil)
			}
			return err
		})
}

// queueInsert stores a response, adds 1 to stored and uses its link up, unless
// the link is used or the id of the response taken.
func queueInsert(b *pgx.Batch, r survey.Response, stored *int64) {
	b.Queue(`
		with used as (
			update survey.invitation set used = true
			where token_sha256 = $1 and not used
			returning authority, cycle, plan, agency
		)
		insert into survey.response (id, authority, cycle, plan, agency, choices, texts, mac)
		select $2::uuid, used.authority, used.cycle, used.plan, used.agency, $3::smallint[], $4::text[], $5::bytea from used
		on conflict on constraint response_pkey do nothing`,
		r.Token, r.ID, r.Choices, append([]string{}, r.Texts...), r.MAC).
		Exec(func(tag pgconn.CommandTag) error {
			*stored += tag.RowsAffected()
			return nil
		})
}

// Stored reports whether a response is stored. It fails with ResponseIDReused if
// its id is that of a response with another seal.
func (s *Store) Stored(ctx context.Context, id string, mac []byte) (bool, error) {
	var stored []byte
	err := s.db.QueryRow(ctx, `select mac from survey.response where id = $1`, id).Scan(&stored)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, nil
	case err != nil:
		return false, named(fmt.Errorf("looking for response %s: %w", id, err))
	case !bytes.Equal(stored, mac):
		return false, survey.ResponseIDReused.At("response_id")
	}
	return true, nil
}
