package pg

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A deadlock is detected after the server's deadlock_timeout (1 s), so five
// attempts already take as long as a caller waits. A serialization failure is
// detected at once; ten milliseconds are enough for the winner to finish.
const (
	attempts  = 5
	firstWait = 10 * time.Millisecond
)

// InTx runs f in a read-committed transaction and commits it when f returns
// nil. On a serialization failure or a deadlock it rolls back and runs f again
// in a new transaction, up to five times in all with growing random pauses.
// f MUST NOT keep state across calls, and has no effect outside tx.
//
// The error is f's own, or the driver's; pass it to Fault. If the connection breaks
// during the commit, nobody knows whether it took place; Once makes the repetition
// safe.
func InTx(ctx context.Context, db *pgxpool.Pool, f func(tx pgx.Tx) error) error {
	return inTx(ctx, db, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, f)
}

// InReadTx is InTx with a read-only transaction in which every statement sees the
// same snapshot. Use it to read several tables that must agree.
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
