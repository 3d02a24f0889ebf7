package audit_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
)

var evening = time.Date(2024, 12, 31, 18, 0, 0, 0, time.UTC)

// seal makes the next checkpoint, which must have the number.
func seal(t *testing.T, db *pgxpool.Pool, number int64) audit.Checkpoint {
	t.Helper()
	c, made, err := audit.Seal(t.Context(), db, "shop", evening.Add(time.Duration(number)*time.Hour))
	if err != nil || !made || c.Number != number {
		t.Fatalf("checkpoint %d: %+v, %t, %v", number, c, made, err)
	}
	return c
}

// TestCheckpointByHand computes the hash of a checkpoint from its description.
func TestCheckpointByHand(t *testing.T) {
	db := open(t)
	for _, e := range []audit.Entry{entry("b", 0), entry("a", 0), entry("b", 1)} {
		if err := write(t.Context(), db, e); err != nil {
			t.Fatal(err)
		}
	}
	first := seal(t, db, 1)
	if _, made, err := audit.Seal(t.Context(), db, "shop", evening); made || err != nil {
		t.Errorf("nothing has grown: %t, %v", made, err)
	}
	if err := write(t.Context(), db, entry("a", 1)); err != nil {
		t.Fatal(err)
	}
	second := seal(t, db, 2)
	end := func(resource string, after int64) audit.Record {
		all, err := audit.List(t.Context(), db, "shop", resource, after, 1)
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %d entries, %v", resource, len(all), err)
		}
		return all[0]
	}
	previous := make([]byte, sha256.Size)
	for _, c := range []struct {
		checkpoint audit.Checkpoint
		heads      []audit.Record
	}{
		{first, []audit.Record{end("a", 0), end("b", 1)}}, {second, []audit.Record{end("a", 1)}},
	} {
		parts := [][]byte{
			[]byte("parindex audit checkpoint 1"), previous, eight(c.checkpoint.Number), eight(c.checkpoint.Time.UnixMicro()),
		}
		for _, r := range c.heads {
			parts = append(parts, []byte(r.Resource), eight(r.Sequence), r.Hash)
		}
		h := sha256.New()
		for _, part := range parts {
			h.Write(eight(int64(len(part))))
			h.Write(part)
		}
		if diff := cmp.Diff(h.Sum(nil), c.checkpoint.Hash); diff != "" {
			t.Errorf("checkpoint %d (-want +got):\n%s", c.checkpoint.Number, diff)
		}
		previous = c.checkpoint.Hash
	}
}

func eight(n int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // nothing here is negative
}

// TestCheckpointsAtOnce makes checkpoints from twenty replicas while chains grow. Each
// has its number, and all verify.
func TestCheckpointsAtOnce(t *testing.T) {
	db := open(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := write(t.Context(), db, entry("chain", i)); err != nil {
				t.Error(err)
			}
			if _, _, err := audit.Seal(t.Context(), db, "shop", evening); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r, err := audit.VerifyAll(t.Context(), db, "shop", nil)
	if err != nil || len(r.Broken) > 0 || r.Entries != 20 || r.Last.Number < 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestVerifyAll does to a log what a superuser can do, and names every chain and
// checkpoint that differs.
func TestVerifyAll(t *testing.T) {
	const forged = `insert into shop.audit_entry select 'forged', 1, time, principal, action, change, reason, previous_hash, hash
		from shop.audit_entry where resource = 'c' and sequence = 1; `
	for name, tt := range map[string]struct {
		sql  string
		want []string
	}{
		"intact":              {``, nil},
		"changed":             {`update shop.audit_entry set reason = '' where resource = 'b' and sequence = 2`, []string{"b 2"}},
		"dropped":             {`delete from shop.audit_entry where resource = 'b' and sequence = 2`, []string{"b 2", "checkpoint 1"}},
		"dropped end":         {`delete from shop.audit_entry where resource = 'b' and sequence = 3`, []string{"b 3", "checkpoint 2"}},
		"dropped chain":       {`delete from shop.audit_entry where resource = 'c'; delete from shop.audit_head where resource = 'c'`, []string{"checkpoint 1"}},
		"inserted":            {forged, []string{"forged 1"}},
		"cut with its head":   {`delete from shop.audit_entry where resource = 'b' and sequence = 3; update shop.audit_head h set sequence = 2, hash = (select hash from shop.audit_entry e where e.resource = 'b' and e.sequence = 2) where resource = 'b'`, []string{"checkpoint 2"}},
		"changed checkpoint":  {`update shop.audit_checkpoint set time = time + interval '1 second' where number = 1`, []string{"checkpoint 1"}},
		"dropped checkpoint":  {`delete from shop.audit_checkpoint where number = 1`, []string{"checkpoint 1"}},
		"hidden head":         {`delete from shop.audit_checkpoint_head where checkpoint = 2`, []string{"checkpoint 2"}},
		"two chains":          {`update shop.audit_entry set action = 'x' where sequence = 1 and resource in ('a', 'c')`, []string{"a 1", "c 1"}},
		"dropped checkpoints": {`delete from shop.audit_checkpoint_head; delete from shop.audit_checkpoint`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			fill(t, db)
			if _, err := db.Exec(t.Context(), `set session_replication_role = replica; `+tt.sql+`; reset session_replication_role`); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, broken(t, db, nil)); diff != "" {
				t.Errorf("broken (-want +got):\n%s", diff)
			}
		})
	}
}

// fill writes three chains and two checkpoints.
func fill(t *testing.T, db *pgxpool.Pool) (last audit.Checkpoint) {
	t.Helper()
	for i, resource := range []string{"a", "b", "c", "b", "b"} {
		if i == 4 {
			seal(t, db, 1)
		}
		if err := write(t.Context(), db, entry(resource, i)); err != nil {
			t.Fatal(err)
		}
	}
	return seal(t, db, 2)
}

// broken returns what VerifyAll finds, as "resource sequence".
func broken(t *testing.T, db *pgxpool.Pool, copies map[int64][]byte) (found []string) {
	t.Helper()
	r, err := audit.VerifyAll(t.Context(), db, "shop", copies)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range r.Broken {
		found = append(found, fmt.Sprintf("%s %d", b.Resource, b.Sequence))
	}
	return found
}

// TestLogWrittenAnew replaces a whole log by another that fits in itself. Only a copy of a
// checkpoint's hash finds it.
func TestLogWrittenAnew(t *testing.T) {
	db := open(t)
	first := fill(t, db)
	copies := map[int64][]byte{2: first.Hash}
	if found := broken(t, db, copies); found != nil {
		t.Errorf("as it was written: %v", found)
	}
	_, err := db.Exec(t.Context(), `set session_replication_role = replica;
		delete from shop.audit_checkpoint_head; delete from shop.audit_checkpoint; delete from shop.audit_entry; delete from shop.audit_head;
		reset session_replication_role`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"checkpoint 2"}, broken(t, db, copies)); diff != "" {
		t.Errorf("emptied (-want +got):\n%s", diff)
	}
	for i, resource := range []string{"a", "b"} {
		if err := write(t.Context(), db, entry(resource, i)); err != nil {
			t.Fatal(err)
		}
		seal(t, db, int64(i)+1)
	}
	if found := broken(t, db, nil); found != nil {
		t.Errorf("without a copy: %v", found)
	}
	if diff := cmp.Diff([]string{"checkpoint 2"}, broken(t, db, copies)); diff != "" {
		t.Errorf("with a copy (-want +got):\n%s", diff)
	}
}
