package postgres

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/appraisal/internal/appraisal"
)

const assignmentColumns = `id, authority, cycle, group_id, appraiser, items, create_time, end_time`

func scanAssignment(row pgx.CollectableRow) (a appraisal.Assignment, err error) {
	var end *time.Time
	err = row.Scan(&a.ID, &a.Authority, &a.Cycle, &a.Group, &a.Appraiser, &a.Items, &a.CreateTime, &end)
	a.CreateTime, a.EndTime = a.CreateTime.UTC(), pg.Instant(end)
	return a, err
}

// CreateAssignment stores an assignment, in one transaction with its audit entry. A
// repeated attempt gets the first answer. It fails with AssignmentExists, and as
// window.GuardSpan does outside PREPARATION to APPRAISAL_COUNCIL.
func (s *Store) CreateAssignment(ctx context.Context, by pg.Attempt, a appraisal.Assignment) (appraisal.Assignment, error) {
	a.CreateTime = by.At
	return once(ctx, s, by, func(tx pgx.Tx) (appraisal.Assignment, error) {
		err := s.windows.GuardSpan(ctx, tx, a.Authority, a.Cycle, criteria.Preparation, criteria.AppraisalCouncil)
		if err != nil {
			return a, err
		}
		sum := sha256.Sum256([]byte(strings.Join(a.Items, " ")))
		_, err = tx.Exec(ctx, `
			insert into appraisal.assignment (id, authority, cycle, group_id, appraiser, items, items_sha256, create_time)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, a.Authority, a.Cycle, a.Group, a.Appraiser, a.Items, sum[:], a.CreateTime)
		if err != nil {
			return a, err
		}
		return a, record(ctx, tx, by, a.Authority, a.Cycle, chainAssignments, "create-assignment",
			map[string]any{"assignment": a.ID, "group": a.Group, "appraiser": a.Appraiser, "items": a.Items})
	})
}

// Assignments returns up to limit assignments of a cycle that have not ended, oldest
// first, after the given time and id.
func (s *Store) Assignments(ctx context.Context, authority, cycle string, after time.Time, id string, limit int32) ([]appraisal.Assignment, error) {
	rows, _ := s.db.Query(ctx, `
		select `+assignmentColumns+` from appraisal.assignment
		where authority = $1 and cycle = $2 and end_time is null and (create_time, id::text) > ($3, $4)
		order by create_time, id::text limit $5`, authority, cycle, after, id, limit)
	list, err := pgx.CollectRows(rows, scanAssignment)
	if err != nil {
		return nil, named(fmt.Errorf("listing the assignments of %s/%s: %w", authority, cycle, err))
	}
	return list, nil
}

// EndAssignment ends an assignment in any phase, in one transaction with its audit
// entry. It does not change an assignment that has ended. It fails with
// AssignmentUnknown, and as window.GuardSpan and check do.
func (s *Store) EndAssignment(ctx context.Context, by pg.Attempt, c *cycle.Cycle, id string, check func(appraisal.Assignment) error) (appraisal.Assignment, error) {
	authority, cycle := c.Authority, c.ID
	return once(ctx, s, by, func(tx pgx.Tx) (a appraisal.Assignment, err error) {
		if err := s.windows.GuardSpan(ctx, tx, authority, cycle, criteria.Preparation, criteria.Archived); err != nil {
			return a, err
		}
		rows, _ := tx.Query(ctx, `
			select `+assignmentColumns+` from appraisal.assignment
			where id = $1 and authority = $2 and cycle = $3
			for update`, id, authority, cycle)
		a, err = pg.One(rows, scanAssignment, appraisal.AssignmentUnknown.At("assignment"))
		if err == nil {
			err = check(a)
		}
		if err != nil || !a.EndTime.IsZero() {
			return a, err
		}
		a.EndTime = by.At
		if _, err := tx.Exec(ctx, `update appraisal.assignment set end_time = $2 where id = $1`, id, a.EndTime); err != nil {
			return a, err
		}
		return a, record(ctx, tx, by, authority, cycle, chainAssignments, "end-assignment", map[string]any{"assignment": id})
	})
}

// checkAssigned fails with CaseUnknown unless an item is assigned to the appraiser.
// It locks the assignment, so that it cannot end before tx does.
func checkAssigned(ctx context.Context, tx pgx.Tx, a appraisal.Appraiser, authority, cycle, group, item string) error {
	rows, _ := tx.Query(ctx, `
		select id::text from appraisal.assignment
		where authority = $1 and cycle = $2 and group_id = $3 and appraiser::text = $4 and end_time is null
			and (items = '{}' or $5 = any(items))
		for share`, authority, cycle, group, a.Account, item)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err == nil && len(ids) == 0 {
		err = appraisal.CaseUnknown.At("item")
	}
	return err
}

// AssignmentsOf returns the assignments of an appraiser in a cycle that have not ended.
func (s *Store) AssignmentsOf(ctx context.Context, authority, cycle string, a appraisal.Appraiser) ([]appraisal.Assignment, error) {
	rows, _ := s.db.Query(ctx, `
		select `+assignmentColumns+` from appraisal.assignment
		where authority = $1 and cycle = $2 and appraiser::text = $3 and end_time is null`, authority, cycle, a.Account)
	own, err := pgx.CollectRows(rows, scanAssignment)
	return own, named(err)
}
