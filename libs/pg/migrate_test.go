package pg_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/pg"
	"github.com/parindex/parindex/libs/pgtest"
)

const (
	makeNote   = `create table {schema}.note (id int constraint note_pkey primary key);`
	widenNote  = `-- oldest reader: 1` + "\n" + `alter table {schema}.note add column text text;`
	breakNote  = `alter table {schema}.note drop column id;`
	brokenNote = `alter table {schema}.nothing drop column id;`
)

func line(contents ...string) pg.Line { return pg.Line{Name: "catalog", FS: files(contents...)} }

func up(t *testing.T, dsn string, lines ...pg.Line) (log string, err error) {
	t.Helper()
	var b bytes.Buffer
	err = pg.Migrator{DSN: dsn, Schema: "catalog", Lines: lines, Logger: slog.New(slog.NewTextHandler(&b, nil))}.Up(t.Context())
	return b.String(), err
}

func TestMigrateAppliesEachOnceAndLogsIt(t *testing.T) {
	db := pgtest.New(t, "pg_empty", nil)
	lines := []pg.Line{line(makeNote, widenNote), pg.OnceLine()}
	for i, want := range []int{3, 0} {
		log, err := up(t, db.DSN, lines...)
		if err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		if n := strings.Count(log, "migration applied"); n != want {
			t.Errorf("run %d: %d migrations in the log, want %d:\n%s", i, n, want, log)
		}
		if i == 0 && !strings.Contains(log, "schema=catalog line=catalog revision=2 file=0002_step.sql") {
			t.Errorf("the log does not name the migration:\n%s", log)
		}
	}
	if err := pg.CheckSchema(t.Context(), db.Pool, "catalog", lines...); err != nil {
		t.Error(err)
	}
	exec(t, db.Pool, `insert into catalog.note (id, text) values (1, 'x')`)
}

func TestMigrateTakesTurns(t *testing.T) {
	db := pgtest.New(t, "pg_empty", nil)
	var mu sync.Mutex
	var logs strings.Builder
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			log, err := up(t, db.DSN, line(makeNote+`select pg_sleep(0.1);`, widenNote), pg.OnceLine())
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			logs.WriteString(log)
		})
	}
	wg.Wait()
	if n := strings.Count(logs.String(), "migration applied"); n != 3 {
		t.Errorf("%d migrations applied by all, want 3:\n%s", n, logs.String())
	}
}

func TestMigrateStopsAtAFailureAndContinuesLater(t *testing.T) {
	db := pgtest.New(t, "pg_empty", nil)
	log, err := up(t, db.DSN, line(makeNote, brokenNote, widenNote))
	if err == nil || !strings.Contains(err.Error(), "migrating catalog, line catalog") || !strings.Contains(err.Error(), "0002_step.sql") {
		t.Errorf("error %v, want one that names the file", err)
	}
	if strings.Count(log, "migration applied") != 1 {
		t.Errorf("the log lacks the first migration:\n%s", log)
	}
	log, err = up(t, db.DSN, line(makeNote, widenNote, breakNote))
	if err != nil || strings.Count(log, "migration applied") != 2 {
		t.Errorf("with the file mended: %v\n%s", err, log)
	}
}

func TestMigrateInAnExistingSchema(t *testing.T) {
	db := pgtest.New(t, "pg_empty", nil)
	owner := role(t, db.Pool, ``)
	dsn := db.DSN + " user=" + owner
	if _, err := up(t, dsn, line(makeNote)); err == nil || !strings.Contains(err.Error(), "creating schema catalog") {
		t.Errorf("a role without the right to create made the schema: %v", err)
	}
	exec(t, db.Pool, `create schema catalog authorization `+owner)
	if _, err := up(t, dsn, line(makeNote)); err != nil {
		t.Error(err)
	}
}

func TestCheckSchema(t *testing.T) {
	for _, tt := range []struct {
		name     string
		database pg.Line // nothing is migrated when it has no files
		binary   pg.Line
		code     string
		text     string
		tooNew   bool
	}{
		{name: "nothing there", binary: line(makeNote), code: "SCHEMA_BEHIND", text: "The schema of catalog is at 0 and must be at 1. Run `catalogd migrate` or `parindex migrate`."},
		{name: "same", database: line(makeNote), binary: line(makeNote)},
		{
			name: "behind", database: line(makeNote), binary: line(makeNote, widenNote, breakNote),
			code: "SCHEMA_BEHIND", text: "The schema of catalog is at 1 and must be at 3. Run `catalogd migrate` or `parindex migrate`.",
		},
		{name: "newer and readable", database: line(makeNote, widenNote), binary: line(makeNote)},
		{
			name: "newer and broken", database: line(makeNote, widenNote, breakNote), binary: line(makeNote, widenNote), tooNew: true,
			code: "UNEXPECTED", text: "schema of catalog at 3, which needs a binary from revision 3 on, and this one is at 2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := pgtest.New(t, "pg_empty", nil)
			if tt.database.FS != nil {
				if _, err := up(t, db.DSN, tt.database); err != nil {
					t.Fatal(err)
				}
			}
			err := pg.CheckSchema(t.Context(), db.Pool, "catalog", tt.binary)
			if tt.code == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if f := fault.From(err); f == nil || f.Code != tt.code || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("error %v, want %s: %s", err, tt.code, tt.text)
			}
			if errors.Is(err, pg.ErrSchemaTooNew) != tt.tooNew {
				t.Errorf("too new is %v: %v", !tt.tooNew, err)
			}
			// Migrating does not change a schema that is newer.
			if _, err := up(t, db.DSN, tt.binary); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCheckSchemaNamesEachLineAndAnUnavailableServer(t *testing.T) {
	db := pgtest.New(t, "pg_empty", nil)
	err := pg.CheckSchema(t.Context(), db.Pool, "catalog", line(makeNote), pg.OnceLine())
	for _, part := range []string{"The schema of catalog is at 0", "The schema of catalog (request) is at 0 and must be at 1. Run `catalogd migrate` or `parindex migrate`."} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v lacks %q", err, part)
		}
	}
	db.Pool.Close()
	if err := pg.CheckSchema(t.Context(), db.Pool, "catalog", line(makeNote)); !errors.Is(err, fault.StorageAway) {
		t.Errorf("without a server: %v", err)
	}
}

func TestInvalidLines(t *testing.T) {
	file := func(name, content string) fs.FS {
		return fstest.MapFS{name: {Data: []byte("-- +goose Up\n" + content)}}
	}
	db := pgtest.New(t, "pg_empty", nil)
	for want, l := range map[string]pg.Line{
		"the next migration is number 1":       {Name: "catalog", FS: file("0002_gap.sql", "")},
		"a migration is named":                 {Name: "catalog", FS: file("first.sql", "")},
		"migrations go forward only":           {Name: "catalog", FS: file("0001_x.sql", "-- +goose Down\n")},
		"the oldest reader is a number from 1": {Name: "catalog", FS: file("0001_x.sql", "-- oldest reader: 2\n")},
		"oldest reader is a number":            {Name: "catalog", FS: file("0001_x.sql", "-- oldest reader: one\n")},
		"the oldest reader is named twice":     {Name: "catalog", FS: file("0001_x.sql", "-- oldest reader: 1\n-- oldest reader: 1\n")},
		"no migrations in":                     {Name: "catalog", FS: fstest.MapFS{}},
		"is not the name of a line":            {Name: "Ca-Talog", FS: files(makeNote)},
	} {
		if _, err := up(t, db.DSN, l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
		if err := pg.CheckSchema(t.Context(), db.Pool, "catalog", l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("checking: error %v, want %q", err, want)
		}
	}
	if err := pg.Migrate(t.Context(), db.DSN, `catalog"; drop`, line(makeNote)); err == nil {
		t.Error("a schema with a quote in its name was accepted")
	}
}
