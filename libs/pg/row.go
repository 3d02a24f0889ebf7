package pg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// Querier is anything that a query can run on: a pool, a connection or a
// transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// One returns the only row of rows and closes them. If there is no row, it returns
// the error unknown; if there are several, pgx.ErrTooManyRows.
func One[T any](rows pgx.Rows, scan pgx.RowToFunc[T], unknown error) (T, error) {
	v, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return v, unknown
	}
	return v, err
}

// Null returns an instant for a nullable column: nil for the zero instant.
func Null(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Instant returns the instant of a nullable column in UTC: the zero instant for
// nil.
func Instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
