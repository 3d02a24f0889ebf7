package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/pg"
)

// mostBroken is the largest number of broken chains and checkpoints that a Report lists.
const mostBroken = 100

// Report is what VerifyAll has found in the log of a schema.
type Report struct {
	// Chains and Entries are the numbers of those that were checked.
	Chains, Entries int64
	// Last is the last checkpoint; Number 0: there is none.
	Last Checkpoint
	// Broken are the first hundred chains and checkpoints that are not as they were
	// written. The resource of a checkpoint is "checkpoint".
	Broken []*Broken
}

// VerifyAll recomputes every chain and every checkpoint of a schema. It reads every entry
// once, in one snapshot, and holds one entry in memory. copies are hashes of checkpoints,
// by number, that were kept outside of the database; a checkpoint that is not there or has
// another hash is broken. err is not nil only if the log cannot be read.
func VerifyAll(ctx context.Context, db *pgxpool.Pool, schema string, copies map[int64][]byte) (r Report, err error) {
	err = pg.InReadTx(ctx, db, func(tx pgx.Tx) error {
		r = Report{}
		if err := r.verifyChains(ctx, tx, schema); err != nil {
			return err
		}
		return r.verifyCheckpoints(ctx, tx, schema, copies)
	})
	if err != nil {
		return r, pg.Fault(fmt.Errorf("verifying the audit log of %s: %w", schema, err), nil)
	}
	return r, nil
}

func (r *Report) add(b *Broken) {
	if len(r.Broken) < mostBroken {
		r.Broken = append(r.Broken, b)
	}
}

// chain is a chain while its entries are read.
type chain struct {
	head   headOf
	last   Record
	broken *Broken
}

// verifyChains reads the entries of all chains in order. A full join finds heads without
// entries and entries without a head.
func (r *Report) verifyChains(ctx context.Context, tx pgx.Tx, schema string) error {
	rows, err := tx.Query(ctx, `
		select coalesce(h.resource, e.resource), coalesce(h.sequence, 0), coalesce(h.hash, $1), e.sequence is not null,
			coalesce(e.sequence, 0), coalesce(e.time, 'epoch'), coalesce(e.principal, ''), coalesce(e.action, ''), coalesce(e.change, 'null'),
			coalesce(e.reason, ''), coalesce(e.previous_hash, ''), coalesce(e.hash, '')
		from `+table(schema, "audit_head")+` h full join `+table(schema, "audit_entry")+` e on e.resource = h.resource
		order by 1, e.sequence`, make([]byte, sha256.Size))
	if err != nil {
		return err
	}
	defer rows.Close()
	var c chain
	for rows.Next() {
		var head headOf
		var entry Record
		var change []byte
		var some bool
		err := rows.Scan(&head.Resource, &head.Sequence, &head.Hash, &some, &entry.Sequence, &entry.At, &entry.Principal, &entry.Action, &change,
			&entry.Reason, &entry.Previous, &entry.Hash)
		if err != nil {
			return err
		}
		if head.Resource != c.head.Resource {
			r.end(c)
			c = chain{head: head, last: Record{Hash: make([]byte, sha256.Size)}}
		}
		if some {
			entry.Resource, entry.Change = head.Resource, json.RawMessage(change)
			r.Entries++
			c.follow(entry)
		}
	}
	r.end(c)
	return rows.Err()
}

// follow checks the next entry of a chain. After the first that does not fit, no other is
// checked.
func (c *chain) follow(r Record) {
	if c.broken != nil {
		return
	}
	if why := misfit(c.last, r); why != "" {
		c.broken = &Broken{c.head.Resource, c.last.Sequence + 1, why}
	}
	c.last = r
}

// end checks the end of a chain and adds it to the report.
func (r *Report) end(c chain) {
	if c.head.Resource == "" {
		return
	}
	r.Chains++
	if c.broken == nil {
		c.broken = c.last.fits(c.head)
	}
	if c.broken != nil {
		r.add(c.broken)
	}
}

// fits returns what is wrong with the head of the chain of which r is the last entry, or
// nil.
func (r Record) fits(head headOf) *Broken {
	switch {
	case r.Sequence != head.Sequence:
		why := fmt.Sprintf("%d entries, and the head counts %d", r.Sequence, head.Sequence)
		return &Broken{head.Resource, min(r.Sequence, head.Sequence) + 1, why}
	case !bytes.Equal(r.Hash, head.Hash):
		return &Broken{head.Resource, r.Sequence, "the head has another hash"}
	}
	return nil
}

// checkpointResource is the Resource of a Broken checkpoint.
const checkpointResource = "checkpoint"

// verifyCheckpoints recomputes the checkpoints in order, and checks that the entries they
// name still have the same hashes and that the copies agree.
func (r *Report) verifyCheckpoints(ctx context.Context, tx pgx.Tx, schema string, copies map[int64][]byte) error {
	rows, _ := tx.Query(ctx, `
		select c.number, c.time, c.heads, c.previous_hash, c.hash,
			(select count(*) from `+table(schema, "audit_checkpoint_head")+` h where h.checkpoint = c.number),
			(select count(*) from `+table(schema, "audit_checkpoint_head")+` h
				join `+table(schema, "audit_entry")+` e on e.resource = h.resource and e.sequence = h.sequence and e.hash = h.hash
				where h.checkpoint = c.number)
		from `+table(schema, "audit_checkpoint")+` c order by c.number`)
	type stored struct {
		Checkpoint

		previous          []byte
		listed, unchanged int64
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s stored, err error) {
		err = row.Scan(&s.Number, &s.Time, &s.Heads, &s.previous, &s.Hash, &s.listed, &s.unchanged)
		s.Time = s.Time.UTC()
		return s, err
	})
	if err != nil {
		return err
	}
	r.Last.Hash = make([]byte, sha256.Size)
	for _, s := range all {
		sum, err := checkpointSum(ctx, tx, schema, r.Last.Hash, s.Checkpoint)
		if err != nil {
			return err
		}
		why := ""
		switch kept, known := copies[s.Number]; {
		case s.Number != r.Last.Number+1:
			why = fmt.Sprintf("it is missing, the next one is %d", s.Number)
		case !bytes.Equal(s.previous, r.Last.Hash):
			why = "it does not follow from the one before"
		case !bytes.Equal(s.Hash, sum) || s.listed != s.Heads:
			why = "its content does not have its hash"
		case s.unchanged != s.Heads:
			why = fmt.Sprintf("%d of its %d entries have another hash now", s.Heads-s.unchanged, s.Heads)
		case known && !bytes.Equal(kept, s.Hash):
			why = "the copy of its hash is another"
		}
		if why != "" {
			r.add(&Broken{checkpointResource, r.Last.Number + 1, why})
		}
		r.Last = s.Checkpoint
	}
	for _, n := range slices.Sorted(maps.Keys(copies)) {
		if n > r.Last.Number {
			r.add(&Broken{checkpointResource, n, "there is a copy of its hash, and it is missing"})
		}
	}
	return nil
}
