// Package audit is the append-only log of changes: the caller, the time, the change
// and the reason. The entries of a resource form a chain of hashes, so that Verify
// detects an entry that was altered, removed or inserted later.
//
// An entry contains ids and figures and no personal data, because nothing in it can
// ever be erased.
//
// The chain does not protect against the owner of the database, who can write a
// whole chain anew or cut off its end together with its head. Against that, Keep seals
// all heads every hour and writes the hash to the log of the process, which is kept
// where the owner cannot write.
package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Line returns the migrations of the log's tables.
func Line() pg.Line { return pg.Line{Name: "audit", FS: files, Dir: "migrations"} }

// Entry is one change. All fields but Reason are required.
type Entry struct {
	// Resource is the changed resource, whose chain the entry extends, such as
	// "authorities/x/cycles/2024/agencies/y/sheet".
	Resource string
	// Principal is the id of the caller, such as "person:0197…".
	Principal string
	// Action is a verb such as "submit".
	Action string
	// Change holds the differences, from and to. It is stored as the JSON of
	// encoding/json (map keys sorted, fields in order).
	Change any
	// Reason is the reason in the caller's words, or the number of a decision.
	Reason string
	// At is the time of the change, stored to the microsecond.
	At time.Time
}

// Record is a stored Entry. Its Change is a json.RawMessage.
type Record struct {
	Entry
	// Sequence is the number of the entry in the chain of its resource, from 1.
	Sequence int64
	// Previous is the hash of the entry before, 32 zero bytes for the first.
	Previous []byte
	// Hash is the SHA-256 that sum describes.
	Hash []byte
}

// Append writes e at the end of its resource's chain, within tx. It locks the head
// of the chain until tx ends, so that appends to one resource take turns. A
// transaction that appends to several resources must do so in a fixed order. It
// fails with errors of pgx, and if a required field of e is missing.
func Append(ctx context.Context, tx pgx.Tx, schema string, e Entry) error {
	if e.Resource == "" || e.Principal == "" || e.Action == "" || e.At.IsZero() {
		return fmt.Errorf("auditing %s of %q: resource, principal, action and time are required", e.Action, e.Resource)
	}
	change, err := json.Marshal(e.Change)
	if err != nil {
		return fmt.Errorf("auditing %s of %s: %w", e.Action, e.Resource, err)
	}
	e.Change = json.RawMessage(change)
	e.At = time.UnixMicro(e.At.UnixMicro()).UTC()

	r := Record{Entry: e}
	if r.Sequence, r.Previous, err = lockHead(ctx, tx, schema, e.Resource); err != nil {
		return fmt.Errorf("auditing %s of %s: %w", e.Action, e.Resource, err)
	}
	r.Sequence++
	r.Hash = sum(r)
	_, err = tx.Exec(ctx, `
		with entry as (
			insert into `+table(schema, "audit_entry")+`
				(resource, sequence, time, principal, action, change, reason, previous_hash, hash)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		)
		update `+table(schema, "audit_head")+` set sequence = $2, hash = $9 where resource = $1`,
		r.Resource, r.Sequence, r.At, r.Principal, r.Action, change, r.Reason, r.Previous, r.Hash)
	if err != nil {
		return fmt.Errorf("auditing %s of %s: %w", e.Action, e.Resource, err)
	}
	return nil
}

// lockHead returns the end of the chain and creates it if it does not exist.
// Updating a column to itself locks the row in the same statement.
func lockHead(ctx context.Context, tx pgx.Tx, schema, resource string) (sequence int64, hash []byte, err error) {
	err = tx.QueryRow(ctx, `
		insert into `+table(schema, "audit_head")+` as head (resource, sequence, hash) values ($1, 0, $2)
		on conflict on constraint audit_head_pkey do update set sequence = head.sequence
		returning sequence, hash`, resource, make([]byte, sha256.Size)).Scan(&sequence, &hash)
	return sequence, hash, err
}

// sum returns the SHA-256 of, in this order: the words "parindex audit 1", the
// previous hash, resource, sequence, microseconds since 1970 UTC, principal,
// action, change (the JSON as stored) and reason. Each is preceded by its length
// in bytes; lengths and numbers are 64 bits, big-endian. The lengths make it
// impossible for two different entries to be the same bytes.
func sum(r Record) []byte {
	change, _ := r.Change.(json.RawMessage)
	h := sha256.New()
	hashed(h, []byte("parindex audit 1"), r.Previous, []byte(r.Resource), number(r.Sequence), number(r.At.UnixMicro()),
		[]byte(r.Principal), []byte(r.Action), change, []byte(r.Reason))
	return h.Sum(nil)
}

func number(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // the 64 bits are hashed as they are
}

// Broken means that a chain is not as Append wrote it.
type Broken struct {
	Resource string
	// Sequence is the first entry that does not fit.
	Sequence int64
	Why      string
}

// Error names the resource, the entry and what is wrong with it.
func (b *Broken) Error() string {
	return fmt.Sprintf("audit chain of %s is broken at %d: %s", b.Resource, b.Sequence, b.Why)
}

// Verify recomputes the chain of a resource. It returns a *Broken that names the
// first entry that does not fit, or nil. The chain of a resource without entries is
// intact. It reads every entry once, in one snapshot.
func Verify(ctx context.Context, db *pgxpool.Pool, schema, resource string) error {
	err := pg.InReadTx(ctx, db, func(tx pgx.Tx) error {
		sequence, hash, err := head(ctx, tx, schema, resource)
		if err != nil {
			return err
		}
		return verify(ctx, tx, schema, resource, sequence, hash)
	})
	if _, ok := errors.AsType[*Broken](err); ok || err == nil {
		return err
	}
	return pg.Fault(fmt.Errorf("verifying the audit chain of %s: %w", resource, err), nil)
}

func verify(ctx context.Context, tx pgx.Tx, schema, resource string, headSequence int64, headHash []byte) error {
	rows, err := tx.Query(ctx, selectRecord(schema)+` where resource = $1 order by sequence`, resource)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := Record{Hash: make([]byte, sha256.Size)}
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return err
		}
		if why := misfit(last, r); why != "" {
			return &Broken{resource, last.Sequence + 1, why}
		}
		last = r
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if b := last.fits(headOf{resource, headSequence, headHash}); b != nil {
		return b
	}
	return nil
}

// misfit returns the reason why r cannot follow last, or "".
func misfit(last, r Record) string {
	switch {
	case r.Sequence != last.Sequence+1:
		return fmt.Sprintf("it is missing, the next one is %d", r.Sequence)
	case !bytes.Equal(r.Previous, last.Hash):
		return "it does not follow from the entry before"
	case !bytes.Equal(r.Hash, sum(r)):
		return "its content does not have its hash"
	}
	return ""
}

func head(ctx context.Context, tx pgx.Tx, schema, resource string) (sequence int64, hash []byte, err error) {
	err = tx.QueryRow(ctx, `select sequence, hash from `+table(schema, "audit_head")+` where resource = $1`, resource).
		Scan(&sequence, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, make([]byte, sha256.Size), nil
	}
	return sequence, hash, err
}

// List returns up to limit entries of a resource, the oldest first, starting after
// the sequence number after (0 for the first).
func List(ctx context.Context, db *pgxpool.Pool, schema, resource string, after int64, limit int32) ([]Record, error) {
	rows, _ := db.Query(ctx, selectRecord(schema)+` where resource = $1 and sequence > $2 order by sequence limit $3`,
		resource, after, limit)
	records, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Record, error) { return scanRecord(row) })
	if err != nil {
		return nil, pg.Fault(fmt.Errorf("listing the audit entries of %s: %w", resource, err), nil)
	}
	return records, nil
}

func selectRecord(schema string) string {
	return `select resource, sequence, time, principal, action, change, reason, previous_hash, hash from ` + table(schema, "audit_entry")
}

func scanRecord(row pgx.CollectableRow) (Record, error) {
	var r Record
	var change []byte
	err := row.Scan(&r.Resource, &r.Sequence, &r.At, &r.Principal, &r.Action, &change, &r.Reason, &r.Previous, &r.Hash)
	r.Change = json.RawMessage(change)
	r.At = r.At.UTC()
	return r, err
}

func table(schema, name string) string { return pgx.Identifier{schema, name}.Sanitize() }
