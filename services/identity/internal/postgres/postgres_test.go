package postgres_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
	"github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

const (
	person  = "0198c0de-0000-7000-8000-000000000001"
	another = "0198c0de-0000-7000-8000-000000000002"
)

func newDB(t *testing.T) *pgtest.DB {
	t.Helper()
	return pgtest.New(t, "identity_postgres", func(ctx context.Context, dsn string) error {
		return pg.Migrate(ctx, dsn, postgres.Schema, postgres.Lines()...)
	}, os.DirFS("migrations"), os.DirFS("../../../../libs/audit/migrations"), os.DirFS("../../../../libs/pg/migrations"))
}

// rows are one valid row of each table, by column.
var rows = map[string]map[string]string{
	"account": { //nolint:gosec // columns, not credentials
		"id": "'" + person + "'", "authority": "'a'", "agency": "''", "login": "'l'", "display_name": "'n'", "name_key": "'n'",
		"password_hash": "'$argon2id$'", "state": "'active'", "create_time": "'2024-01-08'", "revision": "1",
	},
	"role_binding": {
		"id": "'" + person + "'", "account": "'" + person + "'", "authority": "'a'", "agency": "''", "role": "'observer'",
		"end_time": "null", "create_time": "'2024-01-08'",
	},
	"session": { //nolint:gosec // columns, not credentials
		"id": "'" + person + "'", "account": "'" + person + "'", "family_hash": "sha256('f')", "secret_hash": "sha256('s')",
		"previous_hash": "null", "nonce": "null", "rotate_time": "null",
		"create_time": "'2024-01-08'", "expire_time": "'2024-01-09'", "end_time": "'2024-01-10'", "device": "''",
	},
	"login_failure": {"key": "sha256('k')", "owner": "sha256('o')", "count": "1", "last_time": "'2024-01-08'", "locked_until": "null"},
	"service_account": { //nolint:gosec // columns, not credentials
		"name": "'n'", "authority": "'a'", "agency": "''", "secret_hash": "sha256('s')", "state": "'active'", "create_time": "'2024-01-08'",
	},
}

func insert(table string, spoilt map[string]string) string {
	var columns, values []string
	for column, value := range rows[table] {
		if other, ok := spoilt[column]; ok {
			value = other
		}
		columns, values = append(columns, column), append(values, value)
	}
	return "insert into identity." + table + " (" + strings.Join(columns, ", ") + ") values (" + strings.Join(values, ", ") + ")"
}

func TestEveryConstraintHolds(t *testing.T) {
	db := newDB(t)
	ctx := t.Context()
	for _, table := range []string{"account", "role_binding", "session", "login_failure", "service_account"} {
		if _, err := db.Pool.Exec(ctx, insert(table, nil)); err != nil {
			t.Fatalf("the good row of %s: %v", table, err)
		}
	}
	type row = map[string]string
	fresh := "'" + another + "'"
	violations := map[string]struct {
		table  string
		spoilt row
	}{
		"account_pkey":                  {"account", row{"login": "'m'"}},
		"account_login_key":             {"account", row{"id": fresh}},
		"account_login_lower":           {"account", row{"id": fresh, "login": "'M'"}},
		"account_agency_home":           {"account", row{"id": fresh, "login": "'m'", "authority": "''", "agency": "'g'"}},
		"account_password_argon2id":     {"account", row{"id": fresh, "login": "'m'", "password_hash": "'plain'"}},
		"account_state_known":           {"account", row{"id": fresh, "login": "'m'", "state": "'odd'"}},
		"account_revision_counts":       {"account", row{"id": fresh, "login": "'m'", "revision": "0"}},
		"role_binding_pkey":             {"role_binding", row{"agency": "'g'"}},
		"role_binding_open_key":         {"role_binding", row{"id": fresh}},
		"role_binding_account_fkey":     {"role_binding", row{"id": fresh, "account": fresh}},
		"role_binding_agency_scope":     {"role_binding", row{"id": fresh, "authority": "''", "agency": "'g'"}},
		"role_binding_role_known":       {"role_binding", row{"id": fresh, "role": "'system'"}},
		"role_binding_ends_after_start": {"role_binding", row{"id": fresh, "end_time": "'2024-01-07'"}},
		"session_pkey":                  {"session", row{"family_hash": "sha256('g')"}},
		"session_family_key":            {"session", row{"id": fresh}},
		"session_account_fkey":          {"session", row{"id": fresh, "family_hash": "sha256('g')", "account": fresh}},
		"session_hashes_sha256":         {"session", row{"id": fresh, "family_hash": "sha256('g')", "secret_hash": "'s'"}},
		"session_rotation_whole":        {"session", row{"id": fresh, "family_hash": "sha256('g')", "nonce": "sha256('n')"}},
		"session_times_ordered":         {"session", row{"id": fresh, "family_hash": "sha256('g')", "expire_time": "'2024-01-11'"}},
		"login_failure_pkey":            {"login_failure", nil},
		"login_failure_key_sha256":      {"login_failure", row{"key": "'k'"}},
		"login_failure_owner_sha256":    {"login_failure", row{"key": "sha256('m')", "owner": "'o'"}},
		"login_failure_count_counts":    {"login_failure", row{"key": "sha256('l')", "count": "-1"}},
		"service_account_pkey":          {"service_account", nil},
		"service_account_agency_scope":  {"service_account", row{"name": "'m'", "authority": "''", "agency": "'g'"}},
		"service_account_secret_sha256": {"service_account", row{"name": "'m'", "secret_hash": "'s'"}},
		"service_account_state_known":   {"service_account", row{"name": "'m'", "state": "'odd'"}},
	}
	for name, v := range violations {
		_, err := db.Pool.Exec(ctx, insert(v.table, v.spoilt))
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	named, err := db.Pool.Query(ctx, `
		select conname from pg_constraint c join pg_class t on t.oid = conrelid join pg_namespace n on n.oid = t.relnamespace
		where nspname = 'identity' and relname in ('account', 'role_binding', 'session', 'login_failure', 'service_account')`)
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	for named.Next() {
		var name string
		if err := named.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if _, tested := violations[name]; !tested {
			t.Errorf("nothing violates %s", name)
		}
	}
}

// The database refuses by itself what the rules refuse first in practice.
func TestConstraintsHaveReasons(t *testing.T) {
	store := postgres.New(newDB(t).Pool)
	ctx := t.Context()
	at := mustTime(t, "2024-01-08T01:00:00Z")
	a := identity.Account{ID: person, Authority: "a", Login: "somebody", DisplayName: "n", State: identity.Active, CreateTime: at, Revision: 1}
	b := identity.Binding{ID: person, Account: person, Authority: "a", Role: identity.Observer, CreateTime: at}
	s := identity.ServiceAccount{Name: "software", Authority: "a", State: identity.Active, CreateTime: at}
	in := func(f func(tx *postgres.Tx) error) error { return store.InTx(ctx, f) }
	account := func(tx *postgres.Tx) error { return tx.InsertAccount(ctx, a, "$argon2id$") }
	binding := func(tx *postgres.Tx) error { return tx.InsertBinding(ctx, b) }
	software := func(tx *postgres.Tx) error { return tx.InsertServiceAccount(ctx, s, identity.Secret{}.Hash()) }
	for _, f := range []func(*postgres.Tx) error{account, binding, software} {
		if err := in(f); err != nil {
			t.Fatal(err)
		}
	}
	a.ID, b.ID = another, another
	for _, tt := range []struct {
		f    func(*postgres.Tx) error
		want fault.Reason
	}{{account, identity.LoginTaken}, {binding, identity.BindingExists}, {software, identity.ServiceAccountTaken}} {
		err := in(tt.f)
		if !errors.Is(err, tt.want) {
			t.Errorf("got %v, want %s", err, tt.want.Code)
		}
		if err != nil && strings.Contains(err.Error(), "somebody") {
			t.Errorf("the error tells a login: %v", err)
		}
	}
}

func mustTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
