package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// ClosePlan closes a plan and stores its result, in one transaction with its audit
// entry. It waits for the responses that are being stored and counts every stored
// one; after it none is stored. For a closed plan it returns the stored result.
// decide gets the stored plan and the tally and returns the closed plan and its
// result; it may be called more than once. ClosePlan fails with PlanUnknown and as
// decide does.
func (s *Store) ClosePlan(ctx context.Context, by pg.Attempt, k Key,
	decide func(p survey.Plan, t survey.Tally) (survey.Plan, survey.Snapshot, error),
) (survey.Snapshot, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (survey.Snapshot, error) {
		none := survey.Snapshot{}
		// A plan can be closed in any phase.
		if err := s.windows.GuardSpan(ctx, tx, k.Authority, k.Cycle, criteria.Preparation, criteria.Archived); err != nil {
			return none, err
		}
		if err := lock(ctx, tx, exclusive, k); err != nil {
			return none, err
		}
		from, err := plan(ctx, tx, k)
		if err != nil {
			return none, err
		}
		if from.State == survey.Closed {
			return snapshot(ctx, tx, k)
		}
		t, err := tally(ctx, tx, k)
		if err != nil {
			return none, err
		}
		to, result, err := decide(from, t)
		if err != nil {
			return none, err
		}
		if err := freeze(ctx, tx, to, result); err != nil {
			return none, err
		}
		if err := shuffle(ctx, tx, k); err != nil {
			return none, err
		}
		change := map[string]any{"sha256": result.SHA256, "invitations": to.Invitations, "responses": to.Responses}
		return result, record(ctx, tx, by, k, "close-survey-plan", change)
	})
}

// shuffle rewrites the responses and invitations of a plan, so that their rows no
// longer reveal in which order and in which transactions they were written (rule
// Q10).
func shuffle(ctx context.Context, tx pgx.Tx, k Key) error {
	if _, err := tx.Exec(ctx, `select survey.shuffle($1, $2, $3)`, k.Authority, k.Cycle, k.Plan); err != nil {
		return fmt.Errorf("shuffling the responses to plan %s: %w", k, err)
	}
	return nil
}

// freeze stores the closed plan and its result.
func freeze(ctx context.Context, tx pgx.Tx, p survey.Plan, r survey.Snapshot) error {
	_, err := tx.Exec(ctx, `
		update survey.plan set state = $4, close_time = $5, version = $6
		where authority = $1 and cycle = $2 and id = $3`,
		p.Authority, p.Cycle, p.ID, p.State, p.CloseTime, p.Version)
	if err != nil {
		return fmt.Errorf("closing plan %s: %w", p, err)
	}
	_, err = tx.Exec(ctx, `
		insert into survey.result_snapshot (authority, cycle, plan, version, content, sha256, close_time)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		r.Authority, r.Cycle, r.Plan, r.Version, r.Content, r.SHA256, r.CloseTime)
	if err != nil {
		return fmt.Errorf("writing the result of plan %s: %w", p, err)
	}
	return nil
}

// tally counts the invitations, responses and answers of each agency.
func tally(ctx context.Context, tx pgx.Tx, k Key) (survey.Tally, error) {
	t := survey.Tally{}
	var agency string
	var issued, valid int
	rows, _ := tx.Query(ctx, `
		select agency, count(*), 0 from survey.invitation where authority = $1 and cycle = $2 and plan = $3 group by agency
		union all
		select agency, 0, count(*) from survey.response where authority = $1 and cycle = $2 and plan = $3 group by agency`,
		k.Authority, k.Cycle, k.Plan)
	_, err := pgx.ForEachRow(rows, []any{&agency, &issued, &valid}, func() error {
		a := t[agency]
		t[agency] = survey.AgencyTally{Issued: a.Issued + issued, Valid: a.Valid + valid, Choices: map[survey.QuestionChoice]int{}}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting the responses to plan %s: %w", k, err)
	}
	// Go counts the answers: without statistics PostgreSQL expects few and sorts them
	// all.
	var choices []int16
	rows, _ = tx.Query(ctx, `
		select agency, choices from survey.response where authority = $1 and cycle = $2 and plan = $3`, k.Authority, k.Cycle, k.Plan)
	_, err = pgx.ForEachRow(rows, []any{&agency, &choices}, func() error {
		for question, choice := range choices {
			if choice > 0 {
				t[agency].Choices[survey.QuestionChoice{Question: question, Choice: choice}]++
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting the answers to plan %s: %w", k, err)
	}
	return t, nil
}

// Snapshot returns the result of a plan. It fails with PlanUnknown, PlanNotClosed and
// PlanCancelled.
func (s *Store) Snapshot(ctx context.Context, k Key) (survey.Snapshot, error) {
	r, err := snapshot(ctx, s.db, k)
	if errors.Is(err, survey.PlanNotClosed) {
		p, unknown := plan(ctx, s.db, k)
		switch {
		case unknown != nil:
			err = unknown
		case p.State == survey.Cancelled:
			err = survey.PlanCancelled.At("plan")
		}
	}
	return r, named(err)
}

// snapshot returns the last result of a plan while the plan is closed.
func snapshot(ctx context.Context, db pg.Querier, k Key) (survey.Snapshot, error) {
	rows, _ := db.Query(ctx, `
		select r.authority, r.cycle, r.plan, r.version, r.content, r.sha256, r.close_time
		from survey.result_snapshot r
		join survey.plan p on (p.authority, p.cycle, p.id) = (r.authority, r.cycle, r.plan)
		where r.authority = $1 and r.cycle = $2 and r.plan = $3 and p.state = 'CLOSED'
		order by r.version desc limit 1`, k.Authority, k.Cycle, k.Plan)
	r, err := pg.One(rows, pgx.RowToStructByPos[survey.Snapshot], survey.PlanNotClosed.At("plan"))
	if err != nil {
		return r, fmt.Errorf("reading the result of plan %s: %w", k, err)
	}
	return r, nil
}
