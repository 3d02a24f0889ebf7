package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/sealed"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// Sheet returns a sheet, read in one snapshot. It is empty if nothing is stored.
func (s *Store) Sheet(ctx context.Context, k assessment.Key) (sheet assessment.Sheet, err error) {
	err = pg.InReadTx(ctx, s.db, func(tx pgx.Tx) (err error) {
		sheet, err = load(ctx, tx, k, "")
		return err
	})
	return sheet, named(err)
}

// load reads a sheet in one round trip. If item is not empty, it loads only the entry of
// that item.
func load(ctx context.Context, tx pgx.Tx, k assessment.Key, item string) (sheet assessment.Sheet, err error) {
	var b pgx.Batch
	var entries []assessment.Entry
	var reports []assessment.Report
	queue(&b, &entries, pgx.RowToStructByPos[assessment.Entry], `
		select item, coalesce(input, 'null'), justification, evidence, round, version, update_time, size
		from assessment.entry
		where authority = $1 and cycle = $2 and agency = $3 and ($4 = '' or item = $4)`, k.Authority, k.Cycle, k.Agency, item)
	queue(&b, &reports, scanReport, `
		select distinct on (item) `+reportColumns+` from assessment.reported_value
		where authority = $1 and cycle = $2 and agency = $3
		order by item, sequence desc`, k.Authority, k.Cycle, k.Agency)
	queue(&b, &sheet.Seals, scanSeal, `
		select `+sealHead+` from assessment.seal
		where authority = $1 and cycle = $2 and agency = $3
		order by round, number`, k.Authority, k.Cycle, k.Agency)
	queue(&b, &sheet.HandBacks, scanHandBack, `
		select distinct on (round) `+handBackHead+` from assessment.hand_back
		where authority = $1 and cycle = $2 and agency = $3
		order by round, version desc`, k.Authority, k.Cycle, k.Agency)
	b.Queue(`
		select coalesce(sum(size), 0)
		from assessment.entry
		where authority = $1 and cycle = $2 and agency = $3`, k.Authority, k.Cycle, k.Agency).QueryRow(func(row pgx.Row) error {
		return row.Scan(&sheet.Size)
	})
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return sheet, fmt.Errorf("reading the sheet of %s: %w", k.Agency, err)
	}
	sheet.Entries = byItem(entries, func(e assessment.Entry) string { return e.Item })
	sheet.Reports = byItem(reports, func(r assessment.Report) string { return r.Item })
	return sheet, nil
}

// queue adds a query to b, and stores its rows in list when b is sent.
func queue[T any](b *pgx.Batch, list *[]T, scan pgx.RowToFunc[T], sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, scan)
		return err
	})
}

func byItem[T any](list []T, item func(T) string) map[string]T {
	found := make(map[string]T, len(list))
	for _, x := range list {
		found[item(x)] = x
	}
	return found
}

// WriteEntry stores the entry that decide returns, in one transaction with its audit
// entry. A repeated attempt gets the first answer; first reports whether it was the first.
// decide gets the sheet with the entry of the item only; it may be called more than once.
// WriteEntry fails as the guard of the window and decide do.
func (s *Store) WriteEntry(ctx context.Context, by pg.Attempt, k assessment.Key, in Phases, item string,
	decide func(assessment.Sheet) (assessment.Written, error),
) (written assessment.Written, first bool, err error) {
	return change(ctx, s, by, k, in, func(tx pgx.Tx, _ string) (w assessment.Written, err error) {
		sheet, err := load(ctx, tx, k, item)
		if err != nil {
			return w, err
		}
		if w, err = decide(sheet); err != nil {
			return w, err
		}
		if err := writeEntry(ctx, tx, k, w.Entry); err != nil {
			return w, err
		}
		return w, record(ctx, tx, by, k, "update-entry", entryChange{
			Item: item, Round: w.Entry.Round, From: figures(sheet.Entries[item]), To: figures(w.Entry),
		})
	})
}

func writeEntry(ctx context.Context, tx pgx.Tx, k assessment.Key, e assessment.Entry) error {
	_, err := tx.Exec(ctx, `
		insert into assessment.entry (authority, cycle, agency, item, input, justification, evidence, round, version, update_time, size)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict on constraint entry_pkey
		do update set input = excluded.input, justification = excluded.justification, evidence = excluded.evidence,
			round = excluded.round, version = excluded.version, update_time = excluded.update_time, size = excluded.size`,
		k.Authority, k.Cycle, k.Agency, e.Item, column(e.Input), e.Justification, e.Evidence, e.Round, e.Version, e.UpdateTime, e.Size)
	if err != nil {
		return fmt.Errorf("writing entry %s of %s: %w", e.Item, k.Agency, err)
	}
	return nil
}

// column returns facts for a json column: SQL null, not JSON null, if there are none.
func column(f sealed.Facts) any {
	if f.IsZero() {
		return nil
	}
	return f
}

// entryChange is what the audit log records of a write: figures and counts, no text that
// people write.
type entryChange struct {
	Item  string       `json:"item"`
	Round int          `json:"round"`
	From  entryFigures `json:"from"`
	To    entryFigures `json:"to"`
}

type entryFigures struct {
	Version   int64        `json:"version"`
	Input     sealed.Facts `json:"input,omitzero"`
	Justified bool         `json:"justified,omitempty"`
	Evidence  int          `json:"evidence,omitempty"`
}

func figures(e assessment.Entry) entryFigures {
	return entryFigures{Version: e.Version, Input: e.Input, Justified: e.Justification != "", Evidence: len(e.Evidence)}
}

// Progress is the progress of an agency with its sheet.
type Progress struct {
	// Entries is the number of written entries.
	Entries int
	// Seals are the seals by round, without content.
	Seals []assessment.Seal
}

// Progress returns the progress of agencies of a cycle, by agency. An agency that has
// written nothing is missing.
func (s *Store) Progress(ctx context.Context, authority, cycle string, agencies []string) (map[string]Progress, error) {
	progress := map[string]Progress{}
	err := pg.InReadTx(ctx, s.db, func(tx pgx.Tx) error {
		clear(progress)
		rows, _ := tx.Query(ctx, `
			select agency, count(*)
			from assessment.entry
			where authority = $1 and cycle = $2 and agency = any($3)
			group by agency`, authority, cycle, agencies)
		var agency string
		var n int
		_, err := pgx.ForEachRow(rows, []any{&agency, &n}, func() error {
			progress[agency] = Progress{Entries: n}
			return nil
		})
		if err != nil {
			return fmt.Errorf("counting the entries of %s/%s: %w", authority, cycle, err)
		}
		rows, _ = tx.Query(ctx, `
			select `+sealHead+` from assessment.seal
			where authority = $1 and cycle = $2 and agency = any($3)
			order by agency, round, number`, authority, cycle, agencies)
		seals, err := pgx.CollectRows(rows, scanSeal)
		if err != nil {
			return fmt.Errorf("reading the seals of %s/%s: %w", authority, cycle, err)
		}
		for _, seal := range seals {
			p := progress[seal.Agency]
			p.Seals = append(p.Seals, seal)
			progress[seal.Agency] = p
		}
		return nil
	})
	return progress, named(err)
}
