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
	for i := range 5 {
		if f, locks = f.With(t0.Add(time.Duration(i)*time.Minute), l); locks != (i == 4) {
			t.Fatalf("failure %d locks: %v", i+1, locks)
		}
	}
	at := t0.Add(4 * time.Minute)
	if same, again := f.With(at, l); same != f || again {
		t.Error("a failure under the lock was counted")
	}
	if f.Locked(at.Add(15*time.Minute-1)) == nil || f.Locked(at.Add(15*time.Minute)) != nil {
		t.Error("the lock does not end after exactly 15 minutes")
	}
	if f, locks = f.With(at.Add(15*time.Minute), l); f.Count != 1 || locks {
		t.Errorf("after the lock the count begins with %d", f.Count)
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
