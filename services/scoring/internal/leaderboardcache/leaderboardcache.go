// Package leaderboardcache shares rendered leaderboards between replicas, in Redis.
// Everything in it can be lost at any moment without harm, for PostgreSQL has it
// too.
//
// What lies under a publication's id never changes, so nothing here is ever
// invalidated (rule G11). Whoever reads checks the bytes against their SHA-256;
// whoever cannot read, because Redis is away, slow, full or flushed, goes to
// PostgreSQL.
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
	// Timeout bounds one question to Redis unless the operator says otherwise:
	// reading from PostgreSQL takes less.
	Timeout = 100 * time.Millisecond
	// pause is how long a Redis that did not answer is not asked again, so that
	// one that swallows requests costs one timeout a second and not one a request.
	pause = time.Second
	// remindEvery is how often the log says that Redis fails.
	remindEvery = time.Minute
	// keep lets publications that were replaced and are no longer asked for leave.
	keep = 7 * 24 * time.Hour
)

// Cache is a Redis that may be there. The nil Cache holds nothing.
type Cache struct {
	client  goredis.UniversalClient
	timeout time.Duration // of one question
	log     *slog.Logger
	now     func() time.Time
	// askAgain and remindAt are instants in nanoseconds since 1970.
	askAgain, remindAt atomic.Int64
}

// Open returns the cache at a URL, the nil Cache if that is empty, of which each
// question is given up after timeout. It fails on a URL that cannot be read and
// not on a Redis that is away. The error does not hold the URL, which may hold a
// password.
func Open(address string, timeout time.Duration, log *slog.Logger, now func() time.Time) (*Cache, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // the nil Cache is one
	}
	client, err := dial(address, timeout)
	if err != nil {
		return nil, err
	}
	// A span says that Redis was asked, not what: the values are whole leaderboards.
	if err := redisotel.InstrumentTracing(client, redisotel.WithDBStatement(false), redisotel.WithCallerEnabled(false)); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	// The library complains on stderr by itself; fail says it once a minute.
	goredis.SetLogger(silent{})
	return &Cache{client: client, timeout: timeout, log: log, now: now}, nil
}

// Check reports whether Open can read a URL.
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

// Get returns the bytes of a group in a publication if they are there and have
// this SHA-256. Bytes that do not are as good as none.
func (c *Cache) Get(ctx context.Context, publication, group string, sum []byte) ([]byte, bool) {
	if !c.asks() {
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

// Set keeps the bytes of a group in a publication, if Redis takes them.
func (c *Cache) Set(ctx context.Context, publication, group string, body []byte) {
	if !c.asks() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if err := c.client.Set(ctx, key(publication, group), body, keep).Err(); err != nil {
		c.fail(ctx, "writing", err)
	}
}

// Close gives back the connections.
func (c *Cache) Close() error {
	if c == nil {
		return nil
	}
	return c.client.Close()
}

func key(publication, group string) string {
	return fmt.Sprintf("parindex:leaderboard:%s:%s", publication, group)
}

func (c *Cache) asks() bool { return c != nil && c.now().UnixNano() >= c.askAgain.Load() }

// fail records that Redis did not do what it was asked, unless the caller has
// left. One that answered with an error, such as being full, can still be read.
func (c *Cache) fail(ctx context.Context, doing string, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	now := c.now()
	if _, answered := errors.AsType[goredis.Error](err); !answered {
		c.askAgain.Store(now.Add(pause).UnixNano())
	}
	remindAt := c.remindAt.Load()
	if now.UnixNano() >= remindAt && c.remindAt.CompareAndSwap(remindAt, now.Add(remindEvery).UnixNano()) {
		c.log.WarnContext(ctx, "redis fails; leaderboards come from PostgreSQL", "doing", doing, "because", err.Error())
	}
}

// silent is a logger of the library that says nothing.
type silent struct{}

// Printf implements the library's logger.
func (silent) Printf(context.Context, string, ...any) {}
