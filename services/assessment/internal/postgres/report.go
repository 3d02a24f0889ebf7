package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

const reportColumns = `id::text, authority, cycle, agency, item, sequence, input, period, source, provider, provider_name, reporter, report_time`

func scanReport(row pgx.CollectableRow) (assessment.Report, error) {
	var r assessment.Report
	err := row.Scan(&r.ID, &r.Authority, &r.Cycle, &r.Agency, &r.Item, &r.Sequence, &r.Input, &r.Period, &r.Source,
		&r.Provider, &r.ProviderName, &r.Reporter, &r.Time)
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
// fails as the guard of the window and check do; check gets the sheet and may be called
// more than once.
func (s *Store) Report(ctx context.Context, by pg.Attempt, in Phases, r assessment.Report, check func(assessment.Sheet) error) (assessment.Report, error) {
	r, _, err := change(ctx, s, by, r.Key, in, func(tx pgx.Tx, _ string) (assessment.Report, error) {
		return writeReport(ctx, tx, by, r, check)
	})
	return r, err
}

// errTrial ends the transaction of a trial.
var errTrial = errors.New("a trial stores nothing")

// ImportReports stores the reported values of a file, all or none, in one transaction
// with their audit entries. A trial only checks them. A repeated attempt gets the first
// answer, the number of values. It fails as the guard of the window does, and with
// ReportFileInvalid for reports that check refuses; check may be called more than once.
func (s *Store) ImportReports(ctx context.Context, by pg.Attempt, authority, cycle string, in Phases, reports []assessment.LineReport, trial bool,
	check func(assessment.Report, assessment.Sheet) error,
) (stored int, err error) {
	ordered := slices.SortedStableFunc(slices.Values(reports), func(a, b assessment.LineReport) int { return cmp.Compare(a.Agency, b.Agency) })
	write := func(tx pgx.Tx) (int, error) {
		if err := s.windows.GuardSpan(ctx, tx, authority, cycle, in.First, in.Last); err != nil {
			return 0, err
		}
		return len(ordered), writeReports(ctx, tx, by, ordered, check)
	}
	err = pg.InTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		if !trial {
			stored, err = pg.Once(ctx, tx, Schema, by.Request, func() (int, error) { return write(tx) })
			return err
		}
		if stored, err = write(tx); err == nil {
			err = errTrial
		}
		return err
	})
	if errors.Is(err, errTrial) {
		err = nil
	}
	return stored, named(err)
}

// writeReports stores reports, which are ordered by agency, as the locks of their sheets
// must be.
func writeReports(ctx context.Context, tx pgx.Tx, by pg.Attempt, reports []assessment.LineReport, check func(assessment.Report, assessment.Sheet) error) error {
	var refused []fault.Violation
	for i, r := range reports {
		if i == 0 || reports[i-1].Agency != r.Agency {
			if err := lockSheet(ctx, tx, r.Key); err != nil {
				return err
			}
		}
		var no error
		_, err := writeReport(ctx, tx, by, r.Report, func(sheet assessment.Sheet) error {
			no = check(r.Report, sheet)
			return no
		})
		switch {
		case no != nil:
			refused = append(refused, r.Refused(no))
		case err != nil:
			return err
		}
	}
	if len(refused) > 0 {
		return assessment.ReportFileInvalid.List(refused[:min(len(refused), 100)]...)
	}
	return nil
}

func writeReport(ctx context.Context, tx pgx.Tx, by pg.Attempt, r assessment.Report, check func(assessment.Sheet) error) (assessment.Report, error) {
	sheet, err := load(ctx, tx, r.Key, r.Item)
	if err != nil {
		return r, err
	}
	if err := check(sheet); err != nil {
		return r, err
	}
	r.Sequence = sheet.Reports[r.Item].Sequence + 1
	_, err = tx.Exec(ctx, `
		insert into assessment.reported_value
			(id, authority, cycle, agency, item, sequence, input, period, source, provider, provider_name, reporter, report_time)
		values ($1, $2, $3, $4, $5, $6, $7::json, $8, $9, $10, $11, $12, $13)`,
		r.ID, r.Authority, r.Cycle, r.Agency, r.Item, r.Sequence, r.Input, r.Period, r.Source, r.Provider, r.ProviderName, r.Reporter, r.Time)
	if err != nil {
		return r, fmt.Errorf("storing the reported value of %s of %s: %w", r.Item, r.Agency, err)
	}
	return r, record(ctx, tx, by, r.Key, "report-value", map[string]any{
		"id": r.ID, "item": r.Item, "sequence": r.Sequence, "input": r.Input, "provider": r.Provider,
	})
}

// UnreceivedReports returns up to limit reported values of all authorities that the
// appraisal has not confirmed, oldest first.
func (s *Store) UnreceivedReports(ctx context.Context, limit int32) ([]assessment.Report, error) {
	rows, _ := s.db.Query(ctx, `
		select `+reportColumns+` from assessment.reported_value
		where receive_time is null
		order by report_time, id limit $1`, limit)
	list, err := pgx.CollectRows(rows, scanReport)
	if err != nil {
		return nil, named(fmt.Errorf("listing the unreceived reported values: %w", err))
	}
	return list, nil
}

// CountUnreceivedReports returns how many reported values the appraisal has not confirmed.
func (s *Store) CountUnreceivedReports(ctx context.Context) (n int64, err error) {
	err = s.db.QueryRow(ctx, `select count(*) from assessment.reported_value where receive_time is null`).Scan(&n)
	if err != nil {
		return 0, named(fmt.Errorf("counting the unreceived reported values: %w", err))
	}
	return n, nil
}

// ConfirmReports records that the appraisal has received reported values. Confirming
// again changes nothing, and ids that do not exist are ignored.
func (s *Store) ConfirmReports(ctx context.Context, by pg.Attempt, ids []string) error {
	_, err := s.db.Exec(ctx, `
		update assessment.reported_value set receive_time = $2
		where id = any($1::uuid[]) and receive_time is null`, ids, by.At)
	if err != nil {
		return named(fmt.Errorf("confirming %d reported values: %w", len(ids), err))
	}
	return nil
}
