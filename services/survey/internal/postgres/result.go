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

// Closing is a plan to be closed.
type Closing struct {
	Key Key
	// Decide returns the plan as closed and its result, from the stored plan and
	// all that was counted. It may be called more than once.
	Decide func(p survey.Plan, t survey.Tally) (survey.Plan, survey.Snapshot, error)
}

// ClosePlan closes a plan and stores its result, in one transaction with its
// audit entry: it waits for the responses under way, counts every one that was
// stored, and none is stored after. A closed plan's result is returned as it
// stands. It fails with PlanUnknown and as c.Decide does.
func (s *Store) ClosePlan(ctx context.Context, by pg.Attempt, c Closing) (survey.Snapshot, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (survey.Snapshot, error) {
		none := survey.Snapshot{}
		// A plan can be closed in any phase.
		if err := s.windows.GuardSpan(ctx, tx, c.Key.Authority, c.Key.Cycle, criteria.Preparation, criteria.Archived); err != nil {
			return none, err
		}
		if err := lock(ctx, tx, alone, c.Key); err != nil {
			return none, err
		}
		from, err := plan(ctx, tx, c.Key)
		if err != nil {
			return none, err
		}
		if from.State == survey.Closed {
			return snapshot(ctx, tx, c.Key)
		}
		t, err := tally(ctx, tx, c.Key)
		if err != nil {
			return none, err
		}
		to, result, err := c.Decide(from, t)
		if err != nil {
			return none, err
		}
		if err := freeze(ctx, tx, to, result); err != nil {
			return none, err
		}
		if err := shuffle(ctx, tx, c.Key); err != nil {
			return none, err
		}
		change := map[string]any{"sha256": result.SHA256, "invitations": to.Invitations, "responses": to.Responses}
		return result, record(ctx, tx, by, c.Key, "close-survey-plan", change)
	})
}

// shuffle makes the order and the transactions in which responses came and links
// were used unreadable from the rows (rule Q10).
func shuffle(ctx context.Context, tx pgx.Tx, k Key) error {
	if _, err := tx.Exec(ctx, `select survey.shuffle($1, $2, $3)`, k.Authority, k.Cycle, k.Plan); err != nil {
		return fmt.Errorf("shuffling the responses to plan %s: %w", k, err)
	}
	return nil
}

// freeze writes a plan as closed, and its result.
func freeze(ctx context.Context, tx pgx.Tx, p survey.Plan, r survey.Snapshot) error {
	_, err := tx.Exec(ctx, `
		update survey.plan set state = $4, close_time = $5, version = $6
		where authority = $1 and cycle = $2 and id = $3`,
		p.Authority, p.Cycle, p.ID, p.State, p.CloseTime, p.Version)
	if err != nil {
		return fmt.Errorf("closing plan %s: %w", p, err)
	}
	_, err = tx.Exec(ctx, `
		insert into survey.result_snapshot (authority, cycle, plan, content, sha256, close_time)
		values ($1, $2, $3, $4, $5, $6)`,
		r.Authority, r.Cycle, r.Plan, r.Content, r.SHA256, r.CloseTime)
	if err != nil {
		return fmt.Errorf("writing the result of plan %s: %w", p, err)
	}
	return nil
}

// tally counts what came in about each agency.
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
		t[agency] = survey.AgencyTally{Issued: a.Issued + issued, Valid: a.Valid + valid, Choices: map[survey.Choice]int{}}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting the responses to plan %s: %w", k, err)
	}
	// Counted here and not there: without statistics PostgreSQL takes them to be few
	// and sorts every answer.
	var choices []int16
	rows, _ = tx.Query(ctx, `
		select agency, choices from survey.response where authority = $1 and cycle = $2 and plan = $3`, k.Authority, k.Cycle, k.Plan)
	_, err = pgx.ForEachRow(rows, []any{&agency, &choices}, func() error {
		for question, choice := range choices {
			if choice > 0 {
				t[agency].Choices[survey.Choice{Question: question, Answer: choice}]++
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting the answers to plan %s: %w", k, err)
	}
	return t, nil
}

// Snapshot returns the result of a plan. It fails with PlanUnknown and
// PlanNotClosed.
func (s *Store) Snapshot(ctx context.Context, k Key) (survey.Snapshot, error) {
	r, err := snapshot(ctx, s.db, k)
	if errors.Is(err, survey.PlanNotClosed) {
		if _, unknown := plan(ctx, s.db, k); unknown != nil {
			err = unknown
		}
	}
	return r, named(err)
}

func snapshot(ctx context.Context, db pg.Querier, k Key) (survey.Snapshot, error) {
	rows, _ := db.Query(ctx, `
		select authority, cycle, plan, content, sha256, close_time from survey.result_snapshot
		where authority = $1 and cycle = $2 and plan = $3`, k.Authority, k.Cycle, k.Plan)
	r, err := pg.One(rows, pgx.RowToStructByPos[survey.Snapshot], survey.PlanNotClosed.At("plan"))
	if err != nil {
		return r, fmt.Errorf("reading the result of plan %s: %w", k, err)
	}
	return r, nil
}
