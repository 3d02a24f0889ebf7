package audit_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/audit"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
)

const sheet = "authorities/x/cycles/2024/agencies/y/sheet"

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	migrate := func(ctx context.Context, dsn string) error { return pg.Migrate(ctx, dsn, "shop", audit.Line()) }
	return pgtest.New(t, "audit", migrate, audit.Line().FS).Pool
}

func entry(resource string, n int) audit.Entry {
	return audit.Entry{
		Resource: resource, Principal: "person:1", Action: "submit", Reason: "Quyết định 766/QĐ-TTg",
		Change: map[string]any{"to": strconv.Itoa(n + 1), "from": strconv.Itoa(n)},
		At:     time.Date(2024, 12, 31, 17, 0, n, 123456789, time.UTC),
	}
}

func write(ctx context.Context, db *pgxpool.Pool, entries ...audit.Entry) error {
	return pg.InTx(ctx, db, func(tx pgx.Tx) error {
		for _, e := range entries {
			if err := audit.Append(ctx, tx, "shop", e); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestEntriesAreReadBackAsAChain(t *testing.T) {
	db := open(t)
	if err := write(t.Context(), db, entry(sheet, 0), entry("other", 7), entry(sheet, 1), entry(sheet, 2)); err != nil {
		t.Fatal(err)
	}
	first, err := audit.List(t.Context(), db, "shop", sheet, 0, 2)
	if err != nil || len(first) != 2 {
		t.Fatalf("first page: %d entries, %v", len(first), err)
	}
	rest, err := audit.List(t.Context(), db, "shop", sheet, first[1].Sequence, 2)
	if err != nil || len(rest) != 1 {
		t.Fatalf("second page: %d entries, %v", len(rest), err)
	}
	previous := make([]byte, sha256.Size)
	for i, r := range append(first, rest...) {
		e := entry(sheet, i)
		want := audit.Record{
			Entry: audit.Entry{
				Resource: e.Resource, Principal: e.Principal, Action: e.Action, Reason: e.Reason,
				Change: json.RawMessage(fmt.Sprintf(`{"from":"%d","to":"%d"}`, i, i+1)),
				At:     time.Date(2024, 12, 31, 17, 0, i, 123456000, time.UTC),
			},
			Sequence: int64(i + 1), Previous: previous,
		}
		want.Hash = byHand(want)
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("entry %d (-want +got):\n%s", i+1, diff)
		}
		previous = r.Hash
	}
	for _, resource := range []string{sheet, "other", "never changed"} {
		if err := audit.Verify(t.Context(), db, "shop", resource); err != nil {
			t.Error(err)
		}
	}
}

// byHand computes the hash as the documentation describes it, so that a chain
// written today can still be verified later.
func byHand(r audit.Record) []byte {
	var b []byte
	add := func(part string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	number := func(n int64) string {
		return string(binary.BigEndian.AppendUint64(nil, uint64(n))) //nolint:gosec // the 64 bits are hashed as they are
	}
	change, _ := r.Change.(json.RawMessage)
	for _, part := range []string{
		"parindex audit 1", string(r.Previous), r.Resource, number(r.Sequence), number(r.At.UnixMicro()),
		r.Principal, r.Action, string(change), r.Reason,
	} {
		add(part)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

func TestFiftyConcurrentAppendsFormOneChain(t *testing.T) {
	db := open(t)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if err := write(t.Context(), db, entry(sheet, i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := audit.Verify(t.Context(), db, "shop", sheet); err != nil {
		t.Error(err)
	}
	records, err := audit.List(t.Context(), db, "shop", sheet, 0, 100)
	if err != nil || len(records) != 50 || records[49].Sequence != 50 {
		t.Errorf("%d entries, %v", len(records), err)
	}
}

func TestRolledBackAppendLeavesNothing(t *testing.T) {
	db := open(t)
	if err := write(t.Context(), db, entry(sheet, 0), audit.Entry{Resource: sheet}); err == nil {
		t.Fatal("an entry without principal, action and time was taken")
	}
	if records, err := audit.List(t.Context(), db, "shop", sheet, 0, 10); len(records) != 0 || err != nil {
		t.Errorf("%d entries, %v", len(records), err)
	}
}

func TestIncompleteEntriesAreRefused(t *testing.T) {
	db := open(t)
	for name, spoil := range map[string]func(*audit.Entry){
		"resource":  func(e *audit.Entry) { e.Resource = "" },
		"principal": func(e *audit.Entry) { e.Principal = "" },
		"action":    func(e *audit.Entry) { e.Action = "" },
		"time":      func(e *audit.Entry) { e.At = time.Time{} },
		"change":    func(e *audit.Entry) { e.Change = make(chan int) },
	} {
		e := entry(sheet, 0)
		spoil(&e)
		if err := write(t.Context(), db, e); err == nil {
			t.Errorf("an entry without a good %s was taken", name)
		}
	}
}

// TestVerifyNamesTheAlteredEntry does what a superuser can do: it disables the
// triggers or the foreign key and changes stored entries.
func TestVerifyNamesTheAlteredEntry(t *testing.T) {
	const off, on = `set session_replication_role = replica; `, `; reset session_replication_role`
	for name, tt := range map[string]struct {
		sql      string
		sequence int64
	}{
		"changed figure":    {`update shop.audit_entry set change = '{"from":"1","to":"9"}' where sequence = 2`, 2},
		"changed spacing":   {`update shop.audit_entry set change = '{"from":"1", "to":"2"}' where sequence = 2`, 2},
		"changed principal": {`update shop.audit_entry set principal = 'person:2' where sequence = 3`, 3},
		"changed time":      {`update shop.audit_entry set time = time + interval '1 microsecond' where sequence = 1`, 1},
		"changed reason":    {`update shop.audit_entry set reason = '' where sequence = 4`, 4},
		"moved text":        {`update shop.audit_entry set principal = 'person:1s', action = 'ubmit' where sequence = 4`, 4},
		"removed entry":     {`delete from shop.audit_entry where sequence = 3`, 3},
		"removed end":       {`delete from shop.audit_entry where sequence = 5`, 5},
		"removed head":      {`delete from shop.audit_head`, 1},
		"set back head":     {`update shop.audit_head set sequence = 4`, 5},
		"other head":        {`update shop.audit_head set hash = sha256('')`, 5},
		"forged hash":       {`update shop.audit_entry set reason = 'x', hash = sha256('x') where sequence = 2`, 2},
		"forged link":       {`update shop.audit_entry set previous_hash = sha256('x') where sequence = 2`, 2},
		"other resource":    {`update shop.audit_entry set resource = 'elsewhere' where sequence = 2`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			for i := range 5 {
				if err := write(t.Context(), db, entry(sheet, i)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := db.Exec(t.Context(), off+tt.sql+on); err != nil {
				t.Fatal(err)
			}
			err := audit.Verify(t.Context(), db, "shop", sheet)
			if b, ok := errors.AsType[*audit.Broken](err); !ok || b.Sequence != tt.sequence || b.Resource != sheet {
				t.Errorf("error %v, want %d named", err, tt.sequence)
			} else if !strings.Contains(b.Error(), fmt.Sprintf("broken at %d", tt.sequence)) {
				t.Errorf("%v does not say where", b)
			}
		})
	}
}

func TestLogIsAppendOnly(t *testing.T) {
	db := open(t)
	if err := write(t.Context(), db, entry(sheet, 0)); err != nil {
		t.Fatal(err)
	}
	seal(t, db, 1)
	for _, tt := range []struct{ sql, constraint string }{
		{`update shop.audit_entry set reason = 'x'`, "audit_entry_append_only"},
		{`delete from shop.audit_entry`, "audit_entry_append_only"},
		{`truncate shop.audit_entry cascade`, "audit_entry_append_only"},
		{`truncate shop.audit_head cascade`, "audit_head_stays"},
		{`delete from shop.audit_head`, "audit_head_stays"},
		{`update shop.audit_checkpoint set heads = 2`, "audit_checkpoint_append_only"},
		{`delete from shop.audit_checkpoint`, "audit_checkpoint_append_only"},
		{`delete from shop.audit_checkpoint_head`, "audit_checkpoint_head_append_only"},
	} {
		violates(t, db, tt.sql, tt.constraint)
	}
	if err := audit.Verify(t.Context(), db, "shop", sheet); err != nil {
		t.Error(err)
	}
}

func TestConstraints(t *testing.T) {
	db := open(t)
	if err := write(t.Context(), db, entry(sheet, 0)); err != nil {
		t.Fatal(err)
	}
	row := func(column, value string) string {
		values := map[string]string{
			"resource": "'" + sheet + "'", "sequence": "9", "time": "now()", "principal": "'p'", "action": "'a'",
			"change": "'{}'", "reason": "''", "previous_hash": "sha256('')", "hash": "sha256('')",
		}
		values[column] = value
		return fmt.Sprintf(`insert into shop.audit_entry values (%s, %s, %s, %s, %s, %s, %s, %s, %s)`,
			values["resource"], values["sequence"], values["time"], values["principal"], values["action"],
			values["change"], values["reason"], values["previous_hash"], values["hash"])
	}
	for constraint, sql := range map[string]string{
		"audit_head_pkey":                  `insert into shop.audit_head select * from shop.audit_head`,
		"audit_head_resource_named":        `insert into shop.audit_head values ('', 0, sha256(''))`,
		"audit_head_sequence_counts":       `insert into shop.audit_head values ('r', -1, sha256(''))`,
		"audit_head_hash_sha256":           `insert into shop.audit_head values ('r', 0, '')`,
		"audit_entry_pkey":                 row("sequence", "1"),
		"audit_entry_head_fkey":            row("resource", "'nowhere'"),
		"audit_entry_sequence_counts":      row("sequence", "0"),
		"audit_entry_principal_named":      row("principal", "''"),
		"audit_entry_action_named":         row("action", "''"),
		"audit_entry_previous_hash_sha256": row("previous_hash", "''"),
		"audit_entry_hash_sha256":          row("hash", "''"),
	} {
		violates(t, db, sql, constraint)
	}
}

func violates(t *testing.T, db *pgxpool.Pool, sql, constraint string) {
	t.Helper()
	_, err := db.Exec(t.Context(), sql)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != constraint {
		t.Errorf("%s: %v, want a violation of %s", sql, err, constraint)
	}
}

func TestUnavailableServerIsNotReportedAsABrokenChain(t *testing.T) {
	db := open(t)
	db.Close()
	if err := audit.Verify(t.Context(), db, "shop", sheet); !errors.Is(err, fault.StorageAway) {
		t.Errorf("verifying: %v", err)
	}
	if _, err := audit.List(t.Context(), db, "shop", sheet, 0, 1); !errors.Is(err, fault.StorageAway) {
		t.Errorf("listing: %v", err)
	}
}
