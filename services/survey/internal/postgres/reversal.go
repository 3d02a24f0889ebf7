package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// ReversePlan reopens or cancels a plan, in one transaction with its audit entry. It
// waits for the responses that are being stored. A repeated attempt gets the first
// answer. decide gets the stored plan, the SHA-256 of its result, empty for none, and,
// for a cancelled plan, those of its items that other plans link; it returns the plan
// with one more reversal and may be called more than once. ReversePlan fails with
// PlanUnknown and as decide does.
func (s *Store) ReversePlan(ctx context.Context, by pg.Attempt, k Key,
	decide func(p survey.Plan, withdrawn string, taken []survey.Item) (survey.Plan, error),
) (survey.Plan, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (survey.Plan, error) {
		from, err := s.lockPlan(ctx, tx, k)
		if err != nil {
			return from, err
		}
		var withdrawn survey.Snapshot
		var taken []survey.Item
		switch from.State {
		case survey.Closed:
			withdrawn, err = snapshot(ctx, tx, k)
		case survey.Cancelled:
			taken, err = claim(ctx, tx, k, from.Content.Items())
		case survey.Draft, survey.Opened:
		}
		if err != nil {
			return from, err
		}
		to, err := decide(from, withdrawn.SHA256, taken)
		if err != nil {
			return to, err
		}
		if err := writeReversal(ctx, tx, by, to); err != nil {
			return to, err
		}
		if to.State == survey.Cancelled {
			err = release(ctx, tx, k)
		}
		if err == nil && from.State == survey.Opened {
			err = shuffle(ctx, tx, k)
		}
		return to, err
	})
}

// writeReversal stores the state of a plan and its last reversal.
func writeReversal(ctx context.Context, tx pgx.Tx, by pg.Attempt, p survey.Plan) error {
	k, number := Key{p.Authority, p.Cycle, p.ID}, len(p.Reversals)
	r := p.Reversals[number-1]
	_, err := tx.Exec(ctx, `
		update survey.plan set state = $4, close_time = $5, version = $6
		where authority = $1 and cycle = $2 and id = $3`,
		p.Authority, p.Cycle, p.ID, p.State, pg.Null(p.CloseTime), p.Version)
	if err != nil {
		return fmt.Errorf("writing the state of plan %s: %w", k, err)
	}
	_, err = tx.Exec(ctx, `
		insert into survey.reversal (authority, cycle, plan, number, state, document_number, reason, withdrawn, principal, reverse_time)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.Authority, p.Cycle, p.ID, number, r.State, r.DocumentNumber, r.Reason, r.Withdrawn, by.Principal, r.Time)
	if err != nil {
		return fmt.Errorf("writing reversal %d of plan %s: %w", number, k, err)
	}
	action := "reopen-survey-plan"
	if r.State == survey.Cancelled {
		action = "cancel-survey-plan"
	}
	return record(ctx, tx, by, k, action, map[string]any{
		"documentNumber": r.DocumentNumber, "withdrawn": r.Withdrawn, "invitations": p.Invitations, "responses": p.Responses, "version": p.Version,
	})
}

// release gives the items of a cancelled plan free for other plans.
func release(ctx context.Context, tx pgx.Tx, k Key) error {
	_, err := tx.Exec(ctx, `delete from survey.item_link where authority = $1 and cycle = $2 and plan = $3`, k.Authority, k.Cycle, k.Plan)
	if err != nil {
		return fmt.Errorf("releasing the items of plan %s: %w", k, err)
	}
	return nil
}
