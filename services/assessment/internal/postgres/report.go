package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

const reportColumns = `id::text, authority, cycle, agency, item, input, period, source, reporter, report_time`

func scanReport(row pgx.CollectableRow) (assessment.Report, error) {
	var r assessment.Report
	err := row.Scan(&r.ID, &r.Authority, &r.Cycle, &r.Agency, &r.Item, &r.Input, &r.Period, &r.Source, &r.Reporter, &r.Time)
	return r, err
}

// selectReports reads a page in the order of the index reported_value_latest. In the order
// of the unique key it would sort all later reports of the cycle, for each page again.
const selectReports = `
	select distinct on (agency, item) ` + reportColumns + ` from assessment.reported_value
	where authority = $1 and cycle = $2 and (agency, item) > ($3, $4)
	order by agency, item, sequence desc limit $5`

// Reports returns up to limit reports that count in a cycle, by agency and item, after
// the given agency and item.
func (s *Store) Reports(ctx context.Context, authority, cycle, agency, item string, limit int32) ([]assessment.Report, error) {
	rows, _ := s.db.Query(ctx, selectReports, authority, cycle, agency, item, limit)
	list, err := pgx.CollectRows(rows, scanReport)
	if err != nil {
		return nil, named(fmt.Errorf("listing the reported values of %s/%s: %w", authority, cycle, err))
	}
	return list, nil
}

// Report stores a reported value, which from then on counts instead of earlier ones, in
// one transaction with its audit entry. A repeated attempt gets the first answer. It
// fails as the guard of the window does.
func (s *Store) Report(ctx context.Context, by pg.Attempt, in Phases, r assessment.Report) (assessment.Report, error) {
	r, _, err := change(ctx, s, by, r.Key, in, func(tx pgx.Tx) (assessment.Report, error) {
		var sequence int
		err := tx.QueryRow(ctx, `
			insert into assessment.reported_value (id, authority, cycle, agency, item, sequence, input, period, source, reporter, report_time)
			select $1, $2, $3, $4, $5, coalesce(max(sequence), 0) + 1, $6::json, $7, $8, $9, $10
			from assessment.reported_value
			where authority = $2 and cycle = $3 and agency = $4 and item = $5
			returning sequence`,
			r.ID, r.Authority, r.Cycle, r.Agency, r.Item, r.Input, r.Period, r.Source, r.Reporter, r.Time).Scan(&sequence)
		if err != nil {
			return r, fmt.Errorf("storing the reported value of %s of %s: %w", r.Item, r.Agency, err)
		}
		return r, record(ctx, tx, by, r.Key, "report-value", map[string]any{"id": r.ID, "item": r.Item, "sequence": sequence, "input": r.Input})
	})
	return r, err
}
