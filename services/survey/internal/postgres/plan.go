package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

const selectPlan = `
	select p.authority, p.cycle, p.id, p.state, p.content, p.sha256, p.open_time, p.close_time, p.version,
		(select json_agg(json_build_object('state', r.state, 'documentNumber', r.document_number, 'reason', r.reason,
				'time', r.reverse_time, 'withdrawn', r.withdrawn) order by r.number)
			from survey.reversal r where (r.authority, r.cycle, r.plan) = (p.authority, p.cycle, p.id)),
		(select count(*) from survey.invitation i where (i.authority, i.cycle, i.plan) = (p.authority, p.cycle, p.id)),
		(select count(*) from survey.response r where (r.authority, r.cycle, r.plan) = (p.authority, p.cycle, p.id))
	from survey.plan p`

func scanPlan(row pgx.CollectableRow) (p survey.Plan, err error) {
	var opened, closed *time.Time
	err = row.Scan(&p.Authority, &p.Cycle, &p.ID, &p.State, &p.Content, &p.SHA256, &opened, &closed, &p.Version, &p.Reversals, &p.Invitations, &p.Responses)
	p.OpenTime, p.CloseTime = pg.Instant(opened), pg.Instant(closed)
	return p, err
}

// Plan returns one plan. It fails with PlanUnknown.
func (s *Store) Plan(ctx context.Context, k Key) (survey.Plan, error) {
	p, err := plan(ctx, s.db, k)
	return p, named(err)
}

func plan(ctx context.Context, db pg.Querier, k Key) (survey.Plan, error) {
	rows, _ := db.Query(ctx, selectPlan+` where p.authority = $1 and p.cycle = $2 and p.id = $3`, k.Authority, k.Cycle, k.Plan)
	p, err := pg.One(rows, scanPlan, survey.PlanUnknown.At("plan"))
	if err != nil {
		return p, fmt.Errorf("reading plan %s: %w", k, err)
	}
	return p, nil
}

// Plans returns up to limit plans of a cycle after an id, by id.
func (s *Store) Plans(ctx context.Context, authority, cycle, after string, limit int32) ([]survey.Plan, error) {
	rows, _ := s.db.Query(ctx, selectPlan+`
		where p.authority = $1 and p.cycle = $2 and p.id > $3
		order by p.id limit $4`, authority, cycle, after, limit)
	plans, err := pgx.CollectRows(rows, scanPlan)
	if err != nil {
		return nil, named(fmt.Errorf("listing the plans of %s/%s: %w", authority, cycle, err))
	}
	return plans, nil
}

// OpenPlans counts the plans that are open.
func (s *Store) OpenPlans(ctx context.Context) (n int, err error) {
	err = s.db.QueryRow(ctx, `select count(*) from survey.plan where state = 'OPEN'`).Scan(&n)
	return n, named(err)
}

// CreatePlan stores the draft p, in one transaction with its audit entry. A repeated
// attempt gets the first answer. It fails with PlanExists.
func (s *Store) CreatePlan(ctx context.Context, by pg.Attempt, p survey.Plan) (survey.Plan, error) {
	k := Key{p.Authority, p.Cycle, p.ID}
	return once(ctx, s, by, func(tx pgx.Tx) (survey.Plan, error) {
		if err := s.guard(ctx, tx, k); err != nil {
			return p, err
		}
		form, err := p.Content.Canonical()
		if err != nil {
			return p, err
		}
		tag, err := tx.Exec(ctx, `
			insert into survey.plan (authority, cycle, id, state, content, sha256, version)
			values ($1, $2, $3, $4, $5, $6, $7)
			on conflict on constraint plan_pkey do nothing`,
			p.Authority, p.Cycle, p.ID, p.State, string(form), p.SHA256, p.Version)
		if err != nil {
			return p, fmt.Errorf("creating plan %s: %w", k, err)
		}
		if tag.RowsAffected() == 0 {
			return p, survey.PlanExists.At("plan")
		}
		return p, record(ctx, tx, by, k, "create-survey-plan", sizeOf(p))
	})
}

// UpdatePlan changes a draft, in one transaction with its audit entry. A repeated
// attempt gets the first answer. decide returns the changed plan, with the same
// version if nothing changes, and may be called more than once. UpdatePlan fails
// with PlanUnknown and as decide does.
func (s *Store) UpdatePlan(ctx context.Context, by pg.Attempt, k Key, decide func(survey.Plan) (survey.Plan, error)) (survey.Plan, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (survey.Plan, error) {
		from, err := s.lockPlan(ctx, tx, k)
		if err != nil {
			return from, err
		}
		to, err := decide(from)
		if err != nil || to.Version == from.Version {
			return to, err
		}
		form, err := to.Content.Canonical()
		if err != nil {
			return to, err
		}
		_, err = tx.Exec(ctx, `
			update survey.plan set content = $4, sha256 = $5, version = $6
			where authority = $1 and cycle = $2 and id = $3`,
			k.Authority, k.Cycle, k.Plan, string(form), to.SHA256, to.Version)
		if err != nil {
			return to, fmt.Errorf("writing plan %s: %w", k, err)
		}
		return to, record(ctx, tx, by, k, "update-survey-plan", sizeOf(to))
	})
}

// OpenPlan opens a draft, in one transaction with its audit entry. A repeated
// attempt gets the first answer. decide gets the stored plan and those of its items
// that other plans link; it returns the opened plan and may be called more than
// once. OpenPlan fails with PlanUnknown and as decide does.
func (s *Store) OpenPlan(ctx context.Context, by pg.Attempt, k Key,
	decide func(p survey.Plan, taken []survey.Item) (survey.Plan, error),
) (survey.Plan, error) {
	return once(ctx, s, by, func(tx pgx.Tx) (survey.Plan, error) {
		from, err := s.lockPlan(ctx, tx, k)
		if err != nil {
			return from, err
		}
		var taken []survey.Item
		if from.State == survey.Draft {
			if taken, err = claim(ctx, tx, k, from.Content.Items()); err != nil {
				return from, err
			}
		}
		to, err := decide(from, taken)
		if err != nil {
			return to, err
		}
		_, err = tx.Exec(ctx, `
			update survey.plan set state = $4, open_time = $5, version = $6
			where authority = $1 and cycle = $2 and id = $3`,
			k.Authority, k.Cycle, k.Plan, to.State, to.OpenTime, to.Version)
		if err != nil {
			return to, fmt.Errorf("opening plan %s: %w", k, err)
		}
		return to, record(ctx, tx, by, k, "open-survey-plan", sizeOf(to))
	})
}

// lockPlan guards a change of a plan, locks the plan until tx ends and returns it.
func (s *Store) lockPlan(ctx context.Context, tx pgx.Tx, k Key) (survey.Plan, error) {
	if err := s.guard(ctx, tx, k); err != nil {
		return survey.Plan{}, err
	}
	if err := lock(ctx, tx, exclusive, k); err != nil {
		return survey.Plan{}, err
	}
	return plan(ctx, tx, k)
}

// claim links the items to the plan k and returns those that other plans link. It
// waits for transactions that are claiming one of them; since all claim in the same
// order, no two wait for each other.
func claim(ctx context.Context, tx pgx.Tx, k Key, items []survey.Item) (taken []survey.Item, err error) {
	var b pgx.Batch
	for _, i := range items {
		b.Queue(`
			insert into survey.item_link (authority, cycle, "group", item, plan) values ($1, $2, $3, $4, $5)
			on conflict on constraint item_link_taken do nothing`,
			k.Authority, k.Cycle, i.Group, i.Item, k.Plan)
	}
	results := tx.SendBatch(ctx, &b)
	for _, i := range items {
		tag, err := results.Exec()
		if err != nil {
			_ = results.Close()
			return nil, fmt.Errorf("linking the items of plan %s: %w", k, err)
		}
		if tag.RowsAffected() == 0 {
			taken = append(taken, i)
		}
	}
	return taken, results.Close()
}

// size describes a plan's content in the audit log: figures, none of its texts.
type size struct {
	SHA256    string `json:"sha256"`
	Questions int    `json:"questions"`
	Links     int    `json:"links"`
	Version   int64  `json:"version"`
}

func sizeOf(p survey.Plan) size {
	return size{p.SHA256, len(p.Content.Questions), len(p.Content.Links), p.Version}
}
