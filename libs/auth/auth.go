// Package auth says who is calling and whether they may: principals, the
// tokens that name them, the keys that verify tokens, and the gate that lets a
// request through. It stores nothing and knows no service.
//
// Every service verifies every token itself; none trusts the edge or the
// network (architecture decision 9).
package auth

import (
	"context"
	"slices"
	"time"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// Kind is the kind of a principal.
type Kind string

const (
	// Anonymous is a caller without a valid token; the zero Kind.
	Anonymous Kind = ""
	// Person is somebody with an account.
	Person Kind = "person"
	// System is another agency's software with a service account.
	System Kind = "system"
	// Service is a service of the platform; its ID is the service's name.
	Service Kind = "service"
)

// Principal is who is calling. The zero Principal is anonymous.
type Principal struct {
	Kind Kind
	// ID is the account's UUID, the service account's name or the service's name.
	ID string
	// Session is the login session of a person, a UUID.
	Session string
	// Authority and Agency are a person's home; empty for none.
	Authority, Agency string
	Bindings          []Binding
}

// Binding is a role where and until when it counts.
type Binding struct {
	Role authv1.Role
	// Authority is empty for every authority.
	Authority string
	// Agency is empty for every agency of the authority.
	Agency string
	// End is the instant from which the binding counts no longer; zero for never.
	End time.Time
}

// String names p for logs and audit entries: "person:0198…", "service:scoring",
// "anonymous". It holds no personal data.
func (p Principal) String() string {
	if p.Kind == Anonymous {
		return "anonymous"
	}
	return string(p.Kind) + ":" + p.ID
}

// Current returns the bindings of p that count at now.
func (p Principal) Current(now time.Time) []Binding {
	return slices.DeleteFunc(slices.Clone(p.Bindings), func(b Binding) bool { return !b.counts(now) })
}

func (b Binding) counts(now time.Time) bool { return b.End.IsZero() || now.Before(b.End) }

func (b Binding) covers(authority string) bool {
	return b.Authority == "" || b.Authority == authority
}

// Authorities returns the authorities in which p has a role at now, and whether
// a binding covers all of them.
func (p Principal) Authorities(now time.Time) (ids []string, all bool) {
	for _, b := range p.Current(now) {
		if b.Authority == "" {
			return nil, true
		}
		ids = append(ids, b.Authority)
	}
	slices.Sort(ids)
	return slices.Compact(ids), p.Kind == Service
}

type principalKey struct{}

type tokenKey struct{}

// With returns ctx with the caller and, for forwarding inside this request
// only, the token that proved it.
func With(ctx context.Context, p Principal, token string) context.Context {
	return context.WithValue(context.WithValue(ctx, principalKey{}, p), tokenKey{}, token)
}

// From returns the caller of ctx; anonymous if there is none.
func From(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

// Forwarded returns the token the caller of ctx sent, or "". It is the
// credential for calls to other services inside the caller's own request.
func Forwarded(ctx context.Context) (string, error) {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token, nil
}
