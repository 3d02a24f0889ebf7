package identity

import (
	"slices"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/fault"
)

var t0 = time.Date(2024, 1, 8, 1, 0, 0, 0, time.UTC)

// Every role has a scope except System, which is for software.
func TestEveryRoleHasAScope(t *testing.T) {
	for _, r := range []Role{
		AgencyEditor, AgencyHead, Appraiser, AppraisalCouncilMember, Coordinator, Approver, SurveyOperator, Interviewer,
		BackChecker, Observer, Inspector, DataProvider, Administrator,
	} {
		if _, ok := scopes[r]; !ok {
			t.Errorf("%s has no scope", r)
		}
	}
	if _, ok := scopes[System]; ok || len(scopes) != 13 {
		t.Errorf("%d scopes, System among them: %v", len(scopes), ok)
	}
}

func TestConflictsAcrossAuthorities(t *testing.T) {
	held := func(authority string) []Binding { return []Binding{{Role: Administrator, Authority: authority}} }
	wanted := Binding{Role: Appraiser, Authority: "x"}
	for name, tt := range map[string]struct {
		wanted Binding
		held   []Binding
		want   string
	}{
		"same authority":           {wanted, held("x"), "ROLES_CONFLICT"},
		"another authority":        {wanted, held("y"), ""},
		"administrator everywhere": {wanted, held(""), "ROLES_CONFLICT"},
		"appraiser everywhere":     {Binding{Role: Appraiser}, held("y"), "ROLES_CONFLICT"},
		"ended":                    {wanted, []Binding{{Role: Administrator, Authority: "x", End: t0}}, ""},
		"ending":                   {wanted, []Binding{{Role: Administrator, Authority: "x", End: t0.Add(1)}}, "ROLES_CONFLICT"},
	} {
		code := ""
		if err := CheckGrant(tt.wanted, tt.held, t0); err != nil {
			code = fault.From(err).Code
		}
		if code != tt.want {
			t.Errorf("%s: %q, want %q", name, code, tt.want)
		}
	}
}

func TestEndedAt(t *testing.T) {
	b := Binding{CreateTime: t0}
	if got := b.EndedAt(t0.Add(-time.Second)); !got.End.Equal(t0) {
		t.Errorf("a clock behind the creator's ends it at %v", got.End)
	}
	b.End = t0.Add(time.Minute)
	if got := b.EndedAt(t0.Add(time.Hour)); !got.End.Equal(b.End) {
		t.Errorf("an ended binding moved to %v", got.End)
	}
}

func TestFailures(t *testing.T) {
	l := Limits{}.OrUsual()
	var f Failures
	var locks bool
	now := t0
	for i, minutes := range []int{0, 0, 0, 0, 1, 2, 4, 8, 15, 15} {
		if f, locks = f.With(now, 5, l); locks != (i == 4) {
			t.Fatalf("failure %d is the first that locks: %v", i+1, locks)
		}
		wait := time.Duration(minutes) * time.Minute
		if wait > 0 && f.Locked(now.Add(wait-1)) == nil || f.Locked(now.Add(wait)) != nil {
			t.Errorf("failure %d does not lock for %s", i+1, wait)
		}
		now = now.Add(wait)
	}
	if f, locks = f.With(f.Last.Add(24*time.Hour), 5, l); f.Count != 1 || locks {
		t.Errorf("after a day without a failure the count begins with %d", f.Count)
	}
}

// TestGuessesInADay counts the guesses that a day leaves, so that the numbers stay
// hopeless when somebody changes them.
func TestGuessesInADay(t *testing.T) {
	l := Limits{}.OrUsual()
	for free, most := range map[int]int{l.LockFailures: 105, strangersFree * l.LockFailures: 200} {
		var f Failures
		guesses := 0
		for now := t0; now.Before(t0.Add(24 * time.Hour)); guesses++ {
			if f, _ = f.With(now, free, l); f.LockedUntil.After(now) {
				now = f.LockedUntil
			}
		}
		if guesses > most {
			t.Errorf("%d free failures leave %d guesses in a day, want at most %d", free, guesses, most)
		}
	}
}

func TestKnownDevice(t *testing.T) {
	pepper, other := []byte("pepper"), []byte("salt")
	token := NewDevice([16]byte{1}, "a", pepper, t0)
	if KnownDevice(token, "a", pepper, t0.Add(DeviceLife-time.Second)) == "" {
		t.Error("a known browser is not recognised")
	}
	for name, id := range map[string]string{
		"another account": KnownDevice(token, "b", pepper, t0), "no account": KnownDevice(token, "", pepper, t0),
		"another key": KnownDevice(token, "a", other, t0), "too late": KnownDevice(token, "a", pepper, t0.Add(DeviceLife)),
		"cut": KnownDevice(token[:len(token)-4], "a", pepper, t0), "none": KnownDevice("", "a", pepper, t0),
		"forged": KnownDevice("B"+token[1:], "a", pepper, t0),
	} {
		if id != "" {
			t.Errorf("%s: recognised", name)
		}
	}
}

func TestRefreshTokenRoundTrip(t *testing.T) {
	token := RefreshToken{Family: [32]byte{1, 2}, Secret: [32]byte{3, 4}}
	got, ok := ParseRefreshToken(token.String())
	if !ok || got != token || len(token.String()) != 86 {
		t.Errorf("%q parses to %v, %v", token, got, ok)
	}
}

// The next token depends on both the current token and the nonce, so that neither the
// stored values nor the old token alone reveal it.
func TestNextTokenNeedsTokenAndNonce(t *testing.T) {
	token, stranger := RefreshToken{Secret: [32]byte{1}}, RefreshToken{Secret: [32]byte{2}}
	nonce, wrong := make([]byte, 32), slices.Repeat([]byte{7}, 32)
	next := token.after(nonce)
	if next != token.after(nonce) || next == token.after(wrong) || next == stranger.after(nonce) || next.Family != token.Family {
		t.Error("the next token does not depend on both")
	}
}
