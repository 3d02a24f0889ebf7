package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/run"
)

// checkpointEvery is the time between two checkpoints of a log that grows.
const checkpointEvery = time.Hour

// Checkpoint seals the heads of all chains at one time. Its hash covers the hash of the
// checkpoint before and the heads that have grown since, so that it covers every entry of
// the log. A copy of the hash that the owner of the database cannot change proves that no
// chain was written anew.
type Checkpoint struct {
	// Number counts the checkpoints of a schema, from 1; 0: there is none.
	Number int64
	Time   time.Time
	// Heads is the number of heads that have grown since the checkpoint before.
	Heads int64
	// Hash is the SHA-256 that checkpointSum describes.
	Hash []byte
}

// headOf is the end of a chain.
type headOf struct {
	Resource string
	Sequence int64
	Hash     []byte
}

// Keep makes a checkpoint of a schema at once and then every hour until ctx ends, and logs
// its number and hash. The log is the copy by which a later Verify can be compared.
func Keep(ctx context.Context, db *pgxpool.Pool, schema string, now func() time.Time, log *slog.Logger) {
	run.Repeat(ctx, run.Task{Name: "audit checkpoints", Interval: checkpointEvery, LongestPause: checkpointEvery, Logger: log},
		func(ctx context.Context) error {
			c, made, err := Seal(ctx, db, schema, now())
			if made {
				log.InfoContext(ctx, "audit checkpoint", "schema", schema, "number", c.Number, "heads", c.Heads, "sha256", hex.EncodeToString(c.Hash))
			}
			return err
		})
}

// Seal makes the next checkpoint of a schema. made is false if no chain has grown since
// the last one. Several replicas may call it at the same time: one after the other makes a
// checkpoint of what is there.
func Seal(ctx context.Context, db *pgxpool.Pool, schema string, at time.Time) (c Checkpoint, made bool, err error) {
	err = pg.InTx(ctx, db, func(tx pgx.Tx) error {
		c, made, err = seal(ctx, tx, schema, at)
		return err
	})
	if err != nil {
		return Checkpoint{}, false, pg.Fault(fmt.Errorf("making an audit checkpoint of %s: %w", schema, err), nil)
	}
	return c, made, nil
}

func seal(ctx context.Context, tx pgx.Tx, schema string, at time.Time) (Checkpoint, bool, error) {
	// Who waits for the lock sees what the one before has stored.
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('audit.checkpoint/' || $1, 0))`, schema); err != nil {
		return Checkpoint{}, false, err
	}
	last, err := lastCheckpoint(ctx, tx, schema)
	if err != nil {
		return last, false, err
	}
	next := Checkpoint{Number: last.Number + 1, Time: time.UnixMicro(at.UnixMicro()).UTC()}
	rows, _ := tx.Query(ctx, `
		insert into `+table(schema, "audit_checkpoint_head")+` (checkpoint, resource, sequence, hash)
		select $1, h.resource, h.sequence, h.hash from `+table(schema, "audit_head")+` h
		where h.sequence > coalesce((
			select max(c.sequence) from `+table(schema, "audit_checkpoint_head")+` c where c.resource = h.resource), 0)`, next.Number)
	rows.Close()
	if err := rows.Err(); err != nil {
		return next, false, err
	}
	if next.Heads = rows.CommandTag().RowsAffected(); next.Heads == 0 {
		return last, false, nil
	}
	if next.Hash, err = checkpointSum(ctx, tx, schema, last.Hash, next); err != nil {
		return next, false, err
	}
	_, err = tx.Exec(ctx, `
		insert into `+table(schema, "audit_checkpoint")+` (number, time, heads, previous_hash, hash) values ($1, $2, $3, $4, $5)`,
		next.Number, next.Time, next.Heads, last.Hash, next.Hash)
	return next, true, err
}

// lastCheckpoint returns the last checkpoint of a schema; before the first, number 0 with
// the hash of 32 zero bytes.
func lastCheckpoint(ctx context.Context, tx pgx.Tx, schema string) (Checkpoint, error) {
	c := Checkpoint{Hash: make([]byte, sha256.Size)}
	err := tx.QueryRow(ctx, `select number, time, heads, hash from `+table(schema, "audit_checkpoint")+` order by number desc limit 1`).
		Scan(&c.Number, &c.Time, &c.Heads, &c.Hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, nil
	}
	c.Time = c.Time.UTC()
	return c, err
}

// checkpointSum returns the SHA-256 of, in this order: the words "parindex audit
// checkpoint 1", the previous hash, the number, microseconds since 1970 UTC, and resource,
// sequence and hash of each of the checkpoint's heads, by the bytes of their resources. Each is preceded by its
// length as in sum.
func checkpointSum(ctx context.Context, tx pgx.Tx, schema string, previous []byte, c Checkpoint) ([]byte, error) {
	h := sha256.New()
	hashed(h, []byte("parindex audit checkpoint 1"), previous, number(c.Number), number(c.Time.UnixMicro()))
	rows, _ := tx.Query(ctx, `
		select resource, sequence, hash from `+table(schema, "audit_checkpoint_head")+`
		where checkpoint = $1 order by resource collate "C"`, c.Number)
	var head headOf
	_, err := pgx.ForEachRow(rows, []any{&head.Resource, &head.Sequence, &head.Hash}, func() error {
		hashed(h, []byte(head.Resource), number(head.Sequence), head.Hash)
		return nil
	})
	return h.Sum(nil), err
}

// hashed writes parts to h, each preceded by its length in bytes.
func hashed(h hash.Hash, parts ...[]byte) {
	for _, part := range parts {
		h.Write(number(int64(len(part))))
		h.Write(part)
	}
}
