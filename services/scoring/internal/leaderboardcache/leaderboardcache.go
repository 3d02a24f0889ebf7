// Package leaderboardcache shares rendered leaderboards between replicas, in Redis.
// Everything in it can be lost at any time without harm, because PostgreSQL stores it
// too.
//
// The leaderboards of a publication never change, so no entry is ever invalidated (rule
// G11). Get checks the bytes against their SHA-256. If Redis is unavailable, slow, full
// or empty, callers read from PostgreSQL.
package leaderboardcache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/extra/redisotel/v9"
	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// Timeout is the default timeout of one request to Redis. Reading from PostgreSQL
	// takes less.
	Timeout = 100 * time.Millisecond
	// pause is the time without requests after Redis did not respond, so that a Redis
	// that does not respond costs one timeout per second and not one per request.
	pause = time.Second
	// remindEvery is the shortest time between two log entries about failures.
	remindEvery = time.Minute
	// keep is the expiry of entries, which removes replaced publications.
	keep = 7 * 24 * time.Hour
)

// Cache is a connection to a Redis that may be unavailable. The nil Cache is empty.
type Cache struct {
	client  goredis.UniversalClient
	timeout time.Duration // of one request
	log     *slog.Logger
	now     func() time.Time
	// resumeAt and remindAt are instants in nanoseconds since 1970.
	resumeAt, remindAt atomic.Int64
}

// Open returns the cache at a URL, or the nil Cache for an empty URL. Each request to
// Redis ends after timeout. Open fails for a malformed URL, and not if Redis is
// unavailable. The error does not hold the URL, which can hold a password.
func Open(address string, timeout time.Duration, log *slog.Logger, now func() time.Time) (*Cache, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // the nil Cache is one
	}
	client, err := dial(address, timeout)
	if err != nil {
		return nil, err
	}
	// Spans do not hold the commands, whose values are whole leaderboards.
	if err := redisotel.InstrumentTracing(client, redisotel.WithDBStatement(false), redisotel.WithCallerEnabled(false)); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	// The library logs to stderr by itself; fail logs at most once a minute instead.
	goredis.SetLogger(silent{})
	return &Cache{client: client, timeout: timeout, log: log, now: now}, nil
}

// Check returns an error for a URL that Open cannot read.
func Check(address string) error {
	if address == "" {
		return nil
	}
	client, err := dial(address, Timeout)
	if err != nil {
		return err
	}
	return client.Close()
}

var errAddress = errors.New("it is not of the form redis://host:6379/0, rediss://… or unix:///path/redis.sock, with ?addr=… for a cluster, ?master_name=… for Sentinel")

func dial(address string, timeout time.Duration) (goredis.UniversalClient, error) {
	o, err := options(address)
	if err != nil {
		return nil, errAddress
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = timeout, timeout, timeout, timeout
	o.ContextTimeoutEnabled, o.DialerRetries, o.MaxRetries, o.DisableIdentity = true, 1, -1, true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewUniversalClient(o), nil
}

// options reads the URL of Sentinel (master_name), of a cluster (addr) or of one
// server.
func options(address string) (*goredis.UniversalOptions, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Query().Has("master_name"):
		o, err := goredis.ParseFailoverURL(address)
		if err != nil {
			return nil, err
		}
		return &goredis.UniversalOptions{
			Addrs: o.SentinelAddrs, MasterName: o.MasterName, DB: o.DB, TLSConfig: o.TLSConfig,
			SentinelUsername: o.SentinelUsername, SentinelPassword: o.SentinelPassword, Username: o.Username, Password: o.Password,
		}, nil
	case u.Query().Has("addr"):
		o, err := goredis.ParseClusterURL(address)
		if err != nil {
			return nil, err
		}
		return &goredis.UniversalOptions{
			Addrs: o.Addrs, IsClusterMode: true, TLSConfig: o.TLSConfig, Username: o.Username, Password: o.Password,
		}, nil
	default:
		o, err := goredis.ParseURL(address)
		if err != nil {
			return nil, err
		}
		return &goredis.UniversalOptions{
			Addrs: []string{o.Addr}, DB: o.DB, TLSConfig: o.TLSConfig, Username: o.Username, Password: o.Password,
		}, nil
	}
}

// Get returns the bytes of a group in a publication, and whether they are cached and
// have this SHA-256.
func (c *Cache) Get(ctx context.Context, publication, group string, sum []byte) ([]byte, bool) {
	if !c.available() {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	body, err := c.client.Get(ctx, key(publication, group)).Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, false
	case err != nil:
		c.fail(ctx, "reading", err)
		return nil, false
	}
	have := sha256.Sum256(body)
	return body, bytes.Equal(have[:], sum)
}

// Set caches the bytes of a group in a publication. It ignores failures of Redis.
func (c *Cache) Set(ctx context.Context, publication, group string, body []byte) {
	if !c.available() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.client.Set(ctx, key(publication, group), body, keep).Err(); err != nil {
		c.fail(ctx, "writing", err)
	}
}

// Close closes the connections.
func (c *Cache) Close() error {
	if c == nil {
		return nil
	}
	return c.client.Close()
}

func key(publication, group string) string {
	return fmt.Sprintf("parindex:leaderboard:%s:%s", publication, group)
}

func (c *Cache) available() bool { return c != nil && c.now().UnixNano() >= c.resumeAt.Load() }

// fail records a failed request to Redis, unless the caller has canceled it. A Redis
// that responded with an error, such as being full, can still be read.
func (c *Cache) fail(ctx context.Context, doing string, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	now := c.now()
	if _, responded := errors.AsType[goredis.Error](err); !responded {
		c.resumeAt.Store(now.Add(pause).UnixNano())
	}
	remindAt := c.remindAt.Load()
	if now.UnixNano() >= remindAt && c.remindAt.CompareAndSwap(remindAt, now.Add(remindEvery).UnixNano()) {
		c.log.WarnContext(ctx, "Redis fails; PostgreSQL serves the leaderboards", "doing", doing, "because", err.Error())
	}
}

// silent is a logger for the library that discards everything.
type silent struct{}

// Printf implements the library's logger.
func (silent) Printf(context.Context, string, ...any) {}
