package pg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/fault"
)

// ErrSchemaTooNew means that a binary of this revision can no longer work with the
// schema, according to the schema's newest migration. Waiting does not help: the
// program must end.
var ErrSchemaTooNew = errors.New("the schema is newer than this binary can work with")

// SchemaBehind means that the schema lacks migrations that this binary needs. The
// process stays up, does not serve, and checks again.
var SchemaBehind = fault.Unavailable.Reason("SCHEMA_BEHIND",
	"Lược đồ của %[1]s đang ở bản %[2]d, cần bản %[3]d. Hãy chạy lệnh `%[4]sd migrate` hoặc `parindex migrate`.",
	"The schema of %[1]s is at %[2]d and must be at %[3]d. Run `%[4]sd migrate` or `parindex migrate`.")

// CheckSchema returns nil if every line in schema has this binary's revision, or a
// newer one whose oldest reader is not above it. Otherwise it fails with
// SchemaBehind or ErrSchemaTooNew for each such line, or with the fault of a server
// that does not answer.
func CheckSchema(ctx context.Context, db *pgxpool.Pool, schema string, lines ...Line) error {
	var faults []error
	for _, line := range lines {
		revisions, err := line.revisions()
		if err != nil {
			return fmt.Errorf("line %s: %w", line.Name, err)
		}
		have, oldest, err := revision(ctx, db, schema, line.Name)
		if err != nil {
			return Fault(fmt.Errorf("reading the revision of %s, line %s: %w", schema, line.Name, err), nil)
		}
		what := schema
		if line.Name != schema {
			what = schema + " (" + line.Name + ")"
		}
		need := int64(len(revisions))
		switch {
		case have < need:
			faults = append(faults, SchemaBehind.With(what, have, need, schema))
		case oldest > need:
			faults = append(faults, fmt.Errorf("schema of %s at %d, which needs a binary from revision %d on, and this one is at %d: %w",
				what, have, oldest, need, ErrSchemaTooNew))
		}
	}
	return errors.Join(faults...)
}

// Revision returns the revision of a line in schema; 0 before the first migration.
func Revision(ctx context.Context, db *pgxpool.Pool, schema, line string) (int64, error) {
	have, _, err := revision(ctx, db, schema, line)
	return have, err
}

// revision returns the revision of a line and its oldest reader; 0 and 0 before the
// first migration.
func revision(ctx context.Context, db *pgxpool.Pool, schema, line string) (have, oldest int64, err error) {
	table := pgx.Identifier{schema, line + "_revision"}.Sanitize()
	err = db.QueryRow(ctx, `select revision, oldest_reader from `+table+` order by revision desc limit 1`).Scan(&have, &oldest)
	const undefinedTable = "42P01"
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == undefinedTable || errors.Is(err, pgx.ErrNoRows) {
		return 0, 0, nil
	}
	return have, oldest, err
}
