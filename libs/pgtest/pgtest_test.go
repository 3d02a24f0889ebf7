package pgtest_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"github.com/parindex/parindex/libs/pgtest"
)

// source returns migrations that no other test or earlier run has.
func source() fs.FS { return fstest.MapFS{"0001_note.sql": {Data: []byte(rand.Text())}} }

func migrate(runs *atomic.Int32) func(context.Context, string) error {
	return func(ctx context.Context, dsn string) error {
		runs.Add(1)
		conn, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, `create table note (id int constraint note_pkey primary key)`)
		return err
	}
}

func TestDatabasesAreIndependentClones(t *testing.T) {
	var runs atomic.Int32
	files := source()
	dbs := make([]*pgtest.DB, 8)
	var wg sync.WaitGroup
	for i := range dbs {
		wg.Go(func() { dbs[i] = pgtest.New(t, "pgtest_share", migrate(&runs), files) })
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	if n := runs.Load(); n != 1 {
		t.Errorf("migrated %d times, want once", n)
	}
	for i, db := range dbs {
		if _, err := db.Pool.Exec(t.Context(), `insert into note values (1)`); err != nil {
			t.Errorf("database %d: %v", i, err)
		}
	}
}

func TestChangedMigrationsReplaceTheTemplate(t *testing.T) {
	var runs atomic.Int32
	db := pgtest.New(t, "pgtest_stale", migrate(&runs), source())
	pgtest.New(t, "pgtest_stale", migrate(&runs), source())
	if n := runs.Load(); n != 2 {
		t.Errorf("migrated %d times, want twice", n)
	}
	var templates int
	err := db.Pool.QueryRow(t.Context(), `select count(*) from pg_database where datname like 'tpl\_pgtest\_stale\_%'`).Scan(&templates)
	if err != nil || templates != 1 {
		t.Errorf("%d templates (%v), want the new one only", templates, err)
	}
}

func TestDatabaseIsDroppedWithItsTest(t *testing.T) {
	var name string
	t.Run("inner", func(t *testing.T) {
		db := pgtest.New(t, "pgtest_drop", nil)
		conn, err := pgx.Connect(t.Context(), db.DSN)
		if err != nil {
			t.Fatal(err)
		}
		// A connection that a test has left open does not keep the database from being
		// dropped.
		if err := conn.QueryRow(t.Context(), `select current_database()`).Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	var left int
	err := pgtest.New(t, "pgtest_drop", nil).Pool.QueryRow(t.Context(), `select count(*) from pg_database where datname = $1`, name).Scan(&left)
	if err != nil || left != 0 || name == "" {
		t.Errorf("database %q is left %d times (%v)", name, left, err)
	}
}

func TestFailedMigrationLeavesNoTemplate(t *testing.T) {
	files := source()
	r := fails(t, func(tb testing.TB) {
		tb.Helper()
		pgtest.New(tb, "pgtest_fail", func(context.Context, string) error { return errors.New("no such luck") }, files)
	})
	if !strings.Contains(r, "no such luck") {
		t.Errorf("failed with %q", r)
	}
	var runs atomic.Int32
	pgtest.New(t, "pgtest_fail", migrate(&runs), files)
	if n := runs.Load(); n != 1 {
		t.Errorf("migrated %d times after the failure, want once", n)
	}
}

func TestMissingClusterFailsWithInstructions(t *testing.T) {
	for name, dsn := range map[string]string{"unset": "", "away": "host=" + t.TempDir() + " user=x dbname=postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(pgtest.Variable, dsn)
			got := fails(t, func(tb testing.TB) {
				tb.Helper()
				pgtest.New(tb, "pgtest_none", nil)
			})
			want := `no PostgreSQL for tests: run "make test", or "eval $(deploy/local/up.sh --name test)" and set PARINDEX_TEST_DSN=$PARINDEX_BOOTSTRAP_DSN`
			if !strings.HasPrefix(got, want) {
				t.Errorf("failed with %q", got)
			}
		})
	}
}

// recorder records the failure that would end the test.
type recorder struct {
	testing.TB
	failure string
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func fails(t *testing.T, f func(testing.TB)) string {
	t.Helper()
	r := &recorder{TB: t}
	var wg sync.WaitGroup
	wg.Go(func() { f(r) })
	wg.Wait()
	if r.failure == "" {
		t.Fatal("did not fail")
	}
	return r.failure
}
