package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/netip" //nolint:depguard // an address is a value; nothing is called
	"time"
)

// Failures counts the failures of one login from one source. The zero Failures is
// none.
type Failures struct {
	Count int
	// Last is when the latest of them happened.
	Last time.Time
	// LockedUntil is zero if no failure has locked the login yet.
	LockedUntil time.Time
}

// Locked returns LoginLocked with the time to wait, or nil.
func (f Failures) Locked(now time.Time) error {
	if !now.Before(f.LockedUntil) {
		return nil
	}
	return LoginLocked.With().After(f.LockedUntil.Sub(now))
}

// firstLock is the first time to wait. Each further failure doubles it.
const firstLock = time.Minute

// With returns f and one more failure at now, and whether it is the first that locks.
// The failure number free locks for a minute, each one after it for twice as long, up
// to l.LockTime. After l.LockWindow without a failure the count begins again.
func (f Failures) With(now time.Time, free int, l Limits) (after Failures, firstLocks bool) {
	if f.Count > 0 && now.Sub(f.Last) >= l.LockWindow {
		f = Failures{}
	}
	f.Count++
	f.Last = now
	if f.Count < free {
		return f, false
	}
	wait := min(firstLock, l.LockTime)
	for i := free; i < f.Count && wait < l.LockTime; i++ {
		wait = min(2*wait, l.LockTime)
	}
	f.LockedUntil = now.Add(wait)
	return f, f.Count == free
}

// Counter is a key under which failures are counted, and how many of them are free.
type Counter struct {
	Key  []byte
	Free int
}

// strangersFree is how many times LockFailures may fail, at all addresses together,
// before strangers must wait: 100 by default. One address alone does not reach it in
// half a day.
const strangersFree = 20

// Source is where a password comes from. A session and a known browser count only their
// own failures, so failures of others never delay them. Anything else counts those of its
// address, and together with all other strangers.
type Source struct {
	// Address is the network that counts as one address.
	Address netip.Addr
	// Device is the id of a browser that the person has logged in with before; empty:
	// none.
	Device string
	// Session is the session in which the person types the present password; empty:
	// somebody logs in.
	Session string
}

// Counters returns where a failure of the login with the key owner is counted: first
// what the source has to itself, then what it shares with others. The pepper keeps
// addresses, which could be guessed, out of the database.
func (s Source) Counters(owner, pepper []byte, l Limits) []Counter {
	own := func(name string) Counter { return Counter{peppered(pepper, string(owner)+name), l.LockFailures} }
	switch {
	case s.Session != "":
		return []Counter{own("session:" + s.Session)}
	case s.Device != "":
		return []Counter{own("device:" + s.Device)}
	}
	return []Counter{own("address:" + s.Address.String()), {owner, strangersFree * l.LockFailures}}
}

// DeviceLife is how long a browser is known after a login.
const DeviceLife = 400 * 24 * time.Hour

// deviceToken is the part of a device token that its MAC protects.
const (
	deviceID      = 16
	deviceBody    = deviceID + 8 // the id and the Unix time at which it ends
	deviceContent = deviceBody + sha256.Size
)

// NewDevice returns a token for a browser in which the account has logged in. Nobody
// can make one without the pepper, and it lets nobody log in.
func NewDevice(id [deviceID]byte, account string, pepper []byte, now time.Time) string {
	body := binary.BigEndian.AppendUint64(id[:], uint64(now.Add(DeviceLife).Unix())) //nolint:gosec // after 1970
	return base64.RawURLEncoding.EncodeToString(append(body, deviceMAC(body, account, pepper)...))
}

// KnownDevice returns the id of the browser to which NewDevice gave token for this
// account; empty for any other text and after DeviceLife.
func KnownDevice(token, account string, pepper []byte, now time.Time) string {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != deviceContent || account == "" {
		return ""
	}
	body, mac := b[:deviceBody], b[deviceBody:]
	end := time.Unix(int64(binary.BigEndian.Uint64(body[deviceID:])), 0) //nolint:gosec // the MAC is checked before it is used
	if !hmac.Equal(mac, deviceMAC(body, account, pepper)) || !now.Before(end) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(body[:deviceID])
}

func deviceMAC(body []byte, account string, pepper []byte) []byte {
	return peppered(pepper, "device token:"+account+":"+string(body))
}

// AccountKey returns the key that counts the failures of an account.
func AccountKey(id string) []byte { return hash([]byte("account:" + id)) }

// ServiceAccountKey returns the key that counts the failures of a service account.
func ServiceAccountKey(name string) []byte { return hash([]byte("service account:" + name)) }

// UnknownAccountKey returns the key that counts the failures of a login that no
// account has. People may type their password as login, and with a copy of the
// database a plain hash of it could be guessed. So the key is an HMAC-SHA-256 with a
// pepper that is not in the database.
func UnknownAccountKey(pepper []byte, login string) []byte { return peppered(pepper, "account:"+login) }

// UnknownServiceAccountKey is UnknownAccountKey for the name of a service account.
func UnknownServiceAccountKey(pepper []byte, name string) []byte {
	return peppered(pepper, "service account:"+name)
}

func peppered(pepper []byte, s string) []byte {
	mac := hmac.New(sha256.New, pepper)
	mac.Write([]byte(s))
	return mac.Sum(nil)
}
