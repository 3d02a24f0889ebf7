package limit_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/limit"
)

func TestEachAddressHasItsOwnLimit(t *testing.T) {
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	l := limit.New(3, func() time.Time { return now })
	office, home := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for i := range 3 {
		if wait := l.Wait(office); wait != 0 {
			t.Errorf("call %d waits %s", i+1, wait)
		}
	}
	for range 2 { // a refused call does not count
		if wait := l.Wait(office); wait != 20*time.Second {
			t.Errorf("the fourth call waits %s, want 20s", wait)
		}
	}
	if wait := l.Wait(home); wait != 0 {
		t.Errorf("another address waits %s", wait)
	}
	now = now.Add(20 * time.Second)
	if wait := l.Wait(office); wait != 0 {
		t.Errorf("after 20 s: waits %s", wait)
	}
}

func TestIPv6NetworkCountsAsOneAddress(t *testing.T) {
	l := limit.New(1, func() time.Time { return time.Unix(0, 0) })
	for _, pair := range [][2]string{{"2001:db8::1", "2001:db8::2"}, {"::ffff:192.0.2.1", "192.0.2.1"}, {"fe80::1%eth0", "fe80::1"}} {
		if wait := l.Wait(netip.MustParseAddr(pair[0])); wait != 0 {
			t.Errorf("%s waits %s", pair[0], wait)
		}
		if l.Wait(netip.MustParseAddr(pair[1])) == 0 {
			t.Errorf("%s and %s are counted apart", pair[0], pair[1])
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l := limit.New(1, func() time.Time { return time.Unix(0, 0) })
	first := netip.AddrFrom4([4]byte{10, 0, 0, 0})
	l.Wait(first)
	for i := range 10_000 {
		l.Wait(netip.AddrFrom4([4]byte{11, 0, byte(i >> 8), byte(i)}))
	}
	if wait := l.Wait(first); wait != 0 {
		t.Errorf("an address of long ago is still remembered: waits %s", wait)
	}
}
