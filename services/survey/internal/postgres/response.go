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

// StoreResponses stores responses to one plan and marks their invitations as used.
// All share one transaction; if one of them cannot be stored, each gets its own. It
// returns one error for each response, in their order: nil means that the response
// is stored for good (rule Q5), otherwise InvitationUsed, SurveyCancelled, SurveyClosed (also
// if the cycle is presented), a fault of the guard, or fault.StorageAway.
func (s *Store) StoreResponses(ctx context.Context, k Key, responses []survey.Response) []error {
	faults := make([]error, len(responses))
	err := s.storeTogether(ctx, k, responses)
	for i := range faults {
		faults[i] = err
		if len(responses) > 1 && causedByOne(err) {
			faults[i] = s.storeTogether(ctx, k, responses[i:i+1])
		}
	}
	return faults
}

// causedByOne reports whether one response alone may have caused an error of
// several.
func causedByOne(err error) bool {
	return errors.Is(err, survey.InvitationUsed) || err != nil && fault.From(err).Kind == fault.Internal
}

// storeTogether stores all responses or none of them.
func (s *Store) storeTogether(ctx context.Context, k Key, responses []survey.Response) error {
	return named(pg.InTx(ctx, s.db, func(tx pgx.Tx) error {
		// Respondents know nothing about the phases of a cycle.
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

// queueLockOpen keeps an open plan from being closed until the transaction ends, and
// fails with SurveyClosed if it is closed. The state is read by a statement of its
// own, which sees what was committed while the lock was waited for.
func queueLockOpen(b *pgx.Batch, k Key) {
	b.Queue(lockSQL(shared), k.lockName())
	b.Queue(`select state from survey.plan where authority = $1 and cycle = $2 and id = $3`, k.Authority, k.Cycle, k.Plan).
		QueryRow(func(row pgx.Row) error {
			var state survey.State
			if err := row.Scan(&state); err != nil {
				return err
			}
			return state.Answerable()
		})
}

// queueInsert stores a response, marks its invitation as used and adds 1 to stored.
// It does none of this if the invitation is used or the response's id is taken.
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
		r.TokenHash, r.ID, r.Choices, append([]string{}, r.Texts...), r.MAC).
		Exec(func(tag pgconn.CommandTag) error {
			*stored += tag.RowsAffected()
			return nil
		})
}

// Stored reports whether the response with this id and MAC is stored. It fails with
// ResponseIDReused if the id belongs to a response with another MAC.
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
