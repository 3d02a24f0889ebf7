// Package pgtest gives every test its own PostgreSQL database, cloned from a
// template that is migrated once per cluster. It is for tests only.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/parindex/parindex/libs/pg"
)

// Variable is the name of the environment variable with the DSN of a superuser.
// Tests may create databases in that cluster.
const Variable = "PARINDEX_TEST_DSN"

const missing = `no PostgreSQL for tests: run "make test", or "eval $(deploy/local/up.sh --name test)" and set PARINDEX_TEST_DSN=$PARINDEX_BOOTSTRAP_DSN`

// DB is a database that exists as long as its test runs.
type DB struct {
	// DSN is the connection string of a superuser.
	DSN string
	// Pool has at most 4 connections, so that parallel tests stay below the cluster's
	// limit.
	Pool *pgxpool.Pool
}

// New returns a database cloned from the template with the given name. The template
// is filled by migrate when it is first needed, and built anew when a file in
// sources, the migrations, changes. If migrate is nil, the database is empty.
// Without a cluster the test fails; it is never skipped.
func New(tb testing.TB, name string, migrate func(ctx context.Context, dsn string) error, sources ...fs.FS) *DB {
	tb.Helper()
	ctx := tb.Context()
	c, err := connect(ctx)
	if err != nil {
		tb.Fatalf("%s (%v)", missing, err)
	}
	defer c.conn.Close(context.WithoutCancel(ctx))

	database := name + "_" + strings.ToLower(rand.Text()[:12])
	if err := c.clone(ctx, database, name, migrate, sources); err != nil {
		tb.Fatalf("making database %s: %v", database, err)
	}
	tb.Cleanup(func() { drop(tb, database) })

	db := &DB{DSN: withDatabase(c.dsn, database)}
	db.Pool, err = pg.Open(ctx, pg.Config{DSN: db.DSN, MaxConns: 4}, pg.Options{ApplicationName: tb.Name()})
	if err != nil {
		tb.Fatalf("opening database %s: %v", database, err)
	}
	tb.Cleanup(db.Pool.Close)
	return db
}

// cluster is a connection to the cluster's default database.
type cluster struct {
	dsn  string
	conn *pgx.Conn
}

func connect(ctx context.Context) (cluster, error) {
	dsn := os.Getenv(Variable)
	if dsn == "" {
		return cluster{}, errors.New(Variable + " is not set")
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	return cluster{dsn, conn}, err
}

// clone creates database from the template. Another test process may remove the
// template between the two steps, because its migrations are newer or older than
// ours; then the template is built again.
func (c cluster) clone(ctx context.Context, database, name string, migrate func(context.Context, string) error, sources []fs.FS) error {
	key, err := fingerprint(sources)
	if err != nil {
		return err
	}
	for range 5 {
		var template string
		if template, err = c.template(ctx, name, key, migrate); err != nil {
			return err
		}
		_, err = c.conn.Exec(ctx, `create database `+quote(database)+` template `+quote(template))
		if !isState(err, undefinedDatabase) && !isState(err, objectInUse) {
			return err
		}
	}
	return err
}

// SQLSTATEs that other test processes can cause.
const undefinedDatabase, objectInUse = "3D000", "55006"

func isState(err error, code string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == code
}

// template returns the name of the migrated template and builds it if it does not
// exist. The template gets its name only when it is complete: the remains of a
// killed test process have another name and are removed.
func (c cluster) template(ctx context.Context, name, key string, migrate func(context.Context, string) error) (string, error) {
	final, building := "tpl_"+name+"_"+key, "new_"+name+"_"+key
	if found, err := c.databases(ctx, "^"+regexp.QuoteMeta(final)+"$"); err != nil || len(found) == 1 {
		return final, err
	}
	if err := c.exec(ctx, `select pg_advisory_lock(hashtext('parindex/pgtest'), hashtext($1))`, name); err != nil {
		return "", err
	}
	defer func() { // if this fails, the end of the connection unlocks
		_ = c.exec(context.WithoutCancel(ctx), `select pg_advisory_unlock(hashtext('parindex/pgtest'), hashtext($1))`, name)
	}()
	if found, err := c.databases(ctx, "^"+regexp.QuoteMeta(final)+"$"); err != nil || len(found) == 1 {
		return final, err
	}
	stale, err := c.databases(ctx, "^(tpl|new)_"+regexp.QuoteMeta(name)+"_[0-9a-f]{16}$")
	if err != nil {
		return "", err
	}
	for _, old := range stale {
		if err := c.exec(ctx, `drop database if exists `+quote(old)+` with (force)`); err != nil {
			return "", err
		}
	}
	if err := c.exec(ctx, `create database `+quote(building)+` template template0`); err != nil {
		return "", err
	}
	if migrate != nil {
		if err := migrate(ctx, withDatabase(c.dsn, building)); err != nil {
			return "", fmt.Errorf("migrating the template of %s: %w", name, err)
		}
	}
	// Nobody may connect: a database in use cannot be cloned.
	if err := c.exec(ctx, `alter database `+quote(building)+` allow_connections false`); err != nil {
		return "", err
	}
	if err := c.exec(ctx, `select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = $1`, building); err != nil {
		return "", err
	}
	return final, c.exec(ctx, `alter database `+quote(building)+` rename to `+quote(final))
}

func (c cluster) databases(ctx context.Context, pattern string) ([]string, error) {
	rows, _ := c.conn.Query(ctx, `select datname from pg_database where datname ~ $1`, pattern)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (c cluster) exec(ctx context.Context, sql string, args ...any) error {
	_, err := c.conn.Exec(ctx, sql, args...)
	return err
}

// drop removes database even if somebody is still connected to it.
func drop(tb testing.TB, database string) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context())
	c, err := connect(ctx)
	if err != nil {
		tb.Errorf("dropping database %s: %v", database, err)
		return
	}
	defer c.conn.Close(ctx)
	for range 5 { // the server waits five seconds for those it sends away
		if err = c.exec(ctx, `drop database if exists `+quote(database)+` with (force)`); !isState(err, objectInUse) {
			break
		}
	}
	if err != nil {
		tb.Errorf("dropping database %s: %v", database, err)
	}
}

// fingerprint returns 16 hex digits that depend on every file name and content.
func fingerprint(sources []fs.FS) (string, error) {
	h := sha256.New()
	for i, source := range sources {
		err := fs.WalkDir(source, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := fs.ReadFile(source, path)
			fmt.Fprintf(h, "%d %q %q\n", i, path, content)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("reading the migrations: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// withDatabase returns dsn, a URL or keywords, with another database name.
func withDatabase(dsn, database string) string {
	if u, err := url.Parse(dsn); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		u.Path = "/" + database
		return u.String()
	}
	return dsn + " dbname=" + database
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
