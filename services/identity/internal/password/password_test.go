package password

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

func TestParameters(t *testing.T) {
	h, err := New(Cost{})
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), "a password of mine")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%q (%v), want OWASP's parameters", hash, err)
	}
	for password, want := range map[string]bool{"a password of mine": true, "a password of yours": false, "": false} {
		if got, err := h.Matches(t.Context(), password, hash); err != nil || got != want {
			t.Errorf("Matches(%q) = %v, %v", password, got, err)
		}
	}
	if got, err := h.Matches(t.Context(), "nobody has this password", ""); err != nil || got {
		t.Errorf("the dummy lets somebody in: %v, %v", got, err)
	}
}

func TestNoMoreThanAtOnce(t *testing.T) {
	h, err := newHasher(Cost{KiB: 64, Passes: 1}, 10*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	var done []func()
	for range AtOnce {
		f, err := h.turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done = append(done, f)
	}
	_, err = h.Hash(t.Context(), "one too many")
	if !errors.Is(err, identity.PasswordsBusy) || fault.From(err).RetryAfter == 0 {
		t.Errorf("got %v, want PASSWORDS_BUSY with the time to wait", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = h.Matches(gone, "whoever left", ""); !errors.Is(err, context.Canceled) && !errors.Is(err, identity.PasswordsBusy) {
		t.Errorf("got %v for a caller who left", err)
	}
	for range Places - AtOnce {
		h.places <- struct{}{}
	}
	h.wait = time.Hour // not waited for: there is no place left
	if _, err = h.Hash(t.Context(), "not even a place"); !errors.Is(err, identity.PasswordsBusy) {
		t.Errorf("got %v, want PASSWORDS_BUSY at once", err)
	}
	<-h.places
	done[0]()
	if _, err = h.Hash(t.Context(), "now there is room"); err != nil {
		t.Error(err)
	}
}
