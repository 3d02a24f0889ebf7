package pg

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

// Line is one sequence of migrations. A schema can have several, each with its own
// numbers and its own table of revisions: the service's tables, the audit log, the
// remembered requests.
//
// The files are named 0001_what.sql, 0002_… without gaps. Each has one section
// `-- +goose Up`; there are no down migrations. {schema} stands for the name of the
// schema. A line `-- oldest reader: N` means that binaries which know the line up
// to N can still work with the tables after this migration; without it, N is the
// migration's own number.
type Line struct {
	// Name is lower case; the table of revisions is <schema>.<name>_revision.
	Name string
	// FS holds the files.
	FS fs.FS
	// Dir is their folder in FS; empty means its root.
	Dir string
}

var (
	nameForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)
	fileForm   = regexp.MustCompile(`^([0-9]+)_[a-z0-9_]+\.sql$`)
	readerForm = regexp.MustCompile(`(?m)^-- oldest reader: *(.*?) *$`)
)

// Migrator brings the lines of one schema to their newest revisions.
type Migrator struct {
	// DSN is the connection string. At most three connections are used; PgBouncer may
	// be in between.
	DSN string
	// Schema is created if it does not exist.
	Schema string
	Lines  []Line
	// Logger receives a message for each applied migration; nil means slog.Default().
	Logger *slog.Logger
}

// Migrate is Migrator.Up with the default logger.
func Migrate(ctx context.Context, dsn, schema string, lines ...Line) error {
	return Migrator{DSN: dsn, Schema: schema, Lines: lines}.Up(ctx)
}

// Up applies the missing migrations, each in its own transaction. A second call
// does nothing. Processes that start together take turns.
//
// The schema is created if it does not exist; a role without that right is enough
// if the bootstrap has created it. Up does not change a schema that is newer than
// the lines; CheckSchema reports whether this binary can work with it.
func (m Migrator) Up(ctx context.Context) error {
	if !nameForm.MatchString(m.Schema) {
		return fmt.Errorf("migrating: %q is not the name of a schema", m.Schema)
	}
	if m.Logger == nil {
		m.Logger = slog.Default()
	}
	c, err := pgx.ParseConfig(m.DSN)
	if err != nil {
		return fmt.Errorf("reading the PostgreSQL DSN: %w", err)
	}
	prepare(c, Config{Pooler: true})
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(3)
	defer db.Close()

	if err := createSchema(ctx, db, m.Schema); err != nil {
		return fmt.Errorf("creating schema %s: %w", m.Schema, err)
	}
	// One lock for all lines, taken here and not by goose, because goose makes
	// its table of versions before it locks.
	locker, err := lock.NewPostgresTableLocker(
		lock.WithTableName(m.Schema+".migration_lock"),
		lock.WithTableLockTimeout(250*time.Millisecond, 1200),
		lock.WithTableUnlockTimeout(250*time.Millisecond, 20),
		lock.WithTableLogger(m.Logger))
	if err != nil {
		return fmt.Errorf("migrating %s: %w", m.Schema, err)
	}
	if err := locker.Lock(ctx, db); err != nil {
		return fmt.Errorf("waiting for the migration lock of %s: %w", m.Schema, err)
	}
	for _, line := range m.Lines {
		if err = m.up(ctx, db, line); err != nil {
			err = fmt.Errorf("migrating %s, line %s: %w", m.Schema, line.Name, err)
			break
		}
	}
	return errors.Join(err, locker.Unlock(context.WithoutCancel(ctx), db))
}

func (m Migrator) up(ctx context.Context, db *sql.DB, line Line) error {
	revisions, err := line.revisions()
	if err != nil {
		return err
	}
	dir, err := fs.Sub(line.FS, line.dir())
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectCustom, db, templated{dir, m.Schema},
		goose.WithStore(revisionTable{m.Schema, line.Name, revisions}),
		goose.WithDisableGlobalRegistry(true),
		goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	applied, err := p.Up(ctx)
	if partial, ok := errors.AsType[*goose.PartialError](err); ok {
		applied, err = partial.Applied, fmt.Errorf("%s: %w", partial.Failed.Source.Path, partial.Err)
	}
	for _, r := range applied {
		m.Logger.InfoContext(ctx, "migration applied", "schema", m.Schema, "line", line.Name,
			"revision", r.Source.Version, "file", r.Source.Path, "duration", r.Duration)
	}
	return err
}

// createSchema first checks whether the schema exists, because `if not exists`
// needs the right to create even if there is nothing to do. It checks again after
// an error, because two processes may have started at once.
func createSchema(ctx context.Context, db *sql.DB, schema string) error {
	exists := func() (found bool, err error) {
		err = db.QueryRowContext(ctx, `select exists (select from pg_namespace where nspname = $1)`, schema).Scan(&found)
		return found, err
	}
	found, err := exists()
	if err != nil || found {
		return err
	}
	_, err = db.ExecContext(ctx, `create schema `+schema)
	if err == nil {
		return nil
	}
	if found, existsErr := exists(); existsErr == nil && found {
		return nil
	}
	return err
}

func (l Line) dir() string {
	if l.Dir == "" {
		return "."
	}
	return l.Dir
}

// revisions returns the oldest reader of each revision of the line, at the index
// revision-1.
func (l Line) revisions() ([]int64, error) {
	if !nameForm.MatchString(l.Name) {
		return nil, fmt.Errorf("%q is not the name of a line", l.Name)
	}
	entries, err := fs.ReadDir(l.FS, l.dir())
	if err != nil {
		return nil, err
	}
	var oldest []int64
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".sql") {
			continue
		}
		content, err := fs.ReadFile(l.FS, strings.TrimPrefix(l.dir()+"/"+entry.Name(), "./"))
		if err != nil {
			return nil, err
		}
		reader, err := oldestReader(entry.Name(), string(content), int64(len(oldest)+1))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		oldest = append(oldest, reader)
	}
	if len(oldest) == 0 {
		return nil, fmt.Errorf("no migrations in %q", l.dir())
	}
	return oldest, nil
}

// oldestReader checks the file that must hold the given revision.
func oldestReader(name, content string, revision int64) (int64, error) {
	form := fileForm.FindStringSubmatch(name)
	if form == nil {
		return 0, errors.New("a migration is named 0001_what.sql")
	}
	if n, err := strconv.ParseInt(form[1], 10, 64); err != nil || n != revision {
		return 0, fmt.Errorf("the next migration is number %d", revision)
	}
	if strings.Contains(content, "-- +goose Down") {
		return 0, errors.New("migrations go forward only")
	}
	comments := readerForm.FindAllStringSubmatch(content, -1)
	switch len(comments) {
	case 0:
		return revision, nil
	case 1:
		n, err := strconv.ParseInt(comments[0][1], 10, 64)
		if err != nil || n < 1 || n > revision {
			return 0, fmt.Errorf("the oldest reader is a number from 1 to %d", revision)
		}
		return n, nil
	}
	return 0, errors.New("the oldest reader is named twice")
}

// templated is a file system that replaces {schema} in its files.
type templated struct {
	fs.FS
	schema string
}

// Open implements fs.FS.
func (t templated) Open(name string) (fs.File, error) {
	f, err := t.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	b = bytes.ReplaceAll(b, []byte("{schema}"), []byte(t.schema))
	return templatedFile{bytes.NewReader(b), info}, nil
}

type templatedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat implements fs.File. Its size is that of the template.
func (f templatedFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f templatedFile) Close() error { return nil }

// revisionTable stores the revisions of a line and, in the same transaction, the
// oldest reader of each, so that an older binary can read it.
type revisionTable struct {
	schema, line string
	oldest       []int64
}

var _ database.StoreExtender = revisionTable{}

// Tablename implements database.Store.
func (t revisionTable) Tablename() string { return t.schema + "." + t.line + "_revision" }

// TableExists implements database.StoreExtender.
func (t revisionTable) TableExists(ctx context.Context, db database.DBTxConn) (exists bool, err error) {
	err = db.QueryRowContext(ctx, `select exists (select from pg_tables where schemaname = $1 and tablename = $2)`,
		t.schema, t.line+"_revision").Scan(&exists)
	return exists, err
}

// CreateVersionTable implements database.Store.
func (t revisionTable) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	_, err := db.ExecContext(ctx, strings.ReplaceAll(`
		create table `+t.Tablename()+` (
			revision bigint not null,
			oldest_reader bigint not null,
			apply_time timestamptz not null default now(),
			constraint {line}_revision_pkey primary key (revision),
			constraint {line}_revision_reader check (oldest_reader between 0 and revision)
		)`, "{line}", t.line))
	return err
}

// Insert implements database.Store. goose begins every line with revision 0.
func (t revisionTable) Insert(ctx context.Context, db database.DBTxConn, r database.InsertRequest) error {
	var oldest int64
	if r.Version > 0 {
		oldest = t.oldest[r.Version-1]
	}
	_, err := db.ExecContext(ctx, `insert into `+t.Tablename()+` (revision, oldest_reader) values ($1, $2)`, r.Version, oldest)
	return err
}

// Delete implements database.Store.
func (t revisionTable) Delete(context.Context, database.DBTxConn, int64) error {
	return errors.New("migrations go forward only")
}

// GetMigration implements database.Store.
func (t revisionTable) GetMigration(ctx context.Context, db database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	r := database.GetMigrationResult{IsApplied: true}
	err := db.QueryRowContext(ctx, `select apply_time from `+t.Tablename()+` where revision = $1`, version).Scan(&r.Timestamp)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, database.ErrVersionNotFound
	}
	return &r, err
}

// GetLatestVersion implements database.Store.
func (t revisionTable) GetLatestVersion(ctx context.Context, db database.DBTxConn) (int64, error) {
	var latest sql.NullInt64
	err := db.QueryRowContext(ctx, `select max(revision) from `+t.Tablename()).Scan(&latest)
	if err == nil && !latest.Valid {
		err = database.ErrVersionNotFound
	}
	return latest.Int64, err
}

// ListMigrations implements database.Store.
func (t revisionTable) ListMigrations(ctx context.Context, db database.DBTxConn) ([]*database.ListMigrationsResult, error) {
	rows, err := db.QueryContext(ctx, `select revision from `+t.Tablename()+` order by revision desc`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*database.ListMigrationsResult
	for rows.Next() {
		r := &database.ListMigrationsResult{IsApplied: true}
		if err := rows.Scan(&r.Version); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
