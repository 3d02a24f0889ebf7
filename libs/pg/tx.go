package pg

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A deadlock takes the server's deadlock_timeout (1 s) to be seen, so that five
// attempts already are as long as a caller waits; a serialization failure is
// seen at once, and ten milliseconds are more than the winner still needs.
const (
	attempts  = 5
	firstWait = 10 * time.Millisecond
)

// InTx runs f in a read-committed transaction and commits it when f returns
// nil. On a serialization failure or a deadlock it rolls back and runs f again
// in a new transaction, up to five times in all with growing random pauses.
// f MUST NOT keep state across calls, and has no effect outside tx.
//
// The error is f's own, or the driver's: give it to Fault. When the connection
// breaks during the commit nobody knows whether it took place; Once makes the
// repetition safe.
func InTx(ctx context.Context, db *pgxpool.Pool, f func(tx pgx.Tx) error) error {
	return inTx(ctx, db, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, f)
}

// InReadTx runs f in a read-only transaction in which every statement sees the
// same snapshot, for reads of several tables that must fit together. Otherwise
// it is InTx.
func InReadTx(ctx context.Context, db *pgxpool.Pool, f func(tx pgx.Tx) error) error {
	return inTx(ctx, db, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

func inTx(ctx context.Context, db *pgxpool.Pool, o pgx.TxOptions, f func(tx pgx.Tx) error) error {
	wait := firstWait
	for attempt := 1; ; attempt++ {
		err := pgx.BeginTxFunc(ctx, db, o, f)
		if attempt == attempts || !repeatable(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait/2 + rand.N(wait)): //nolint:gosec // nobody gains by guessing a pause
		}
		wait *= 2
	}
}
