// Package auth identifies callers and decides what they may do: principals, the
// tokens that prove them, the keys that verify tokens, and the gate that authorizes
// requests. It stores nothing and depends on no service.
//
// Every service verifies every token itself; none trusts the gateway or the network
// (decision 9).
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
	// Person is a person with an account.
	Person Kind = "person"
	// System is another agency's software with a service account.
	System Kind = "system"
	// Service is a service of the platform; its ID is the service's name.
	Service Kind = "service"
)

// Principal is a caller. The zero Principal is anonymous.
type Principal struct {
	Kind Kind
	// ID is the account's UUID, the service account's name or the service's name.
	ID string
	// Session is the login session of a person, a UUID.
	Session string
	// Authority and Agency are the home of a person; empty for none.
	Authority, Agency string
	Bindings          []Binding
}

// Binding is a role with its scope and end.
type Binding struct {
	Role authv1.Role
	// Authority is empty for every authority.
	Authority string
	// Agency is empty for every agency of the authority.
	Agency string
	// End is the instant from which the binding is no longer valid; zero means never.
	End time.Time
}

// String returns the name of p for logs and audit entries: "person:0198…",
// "service:scoring", "anonymous". It contains no personal data.
func (p Principal) String() string {
	if p.Kind == Anonymous {
		return "anonymous"
	}
	return string(p.Kind) + ":" + p.ID
}

// Current returns the bindings of p that are valid at now.
func (p Principal) Current(now time.Time) []Binding {
	return slices.DeleteFunc(slices.Clone(p.Bindings), func(b Binding) bool { return !b.counts(now) })
}

func (b Binding) counts(now time.Time) bool { return b.End.IsZero() || now.Before(b.End) }

func (b Binding) covers(authority string) bool {
	return b.Authority == "" || b.Authority == authority
}

// Own reports whether an agency of an authority is p's home, an agency for which p has a
// role, or the parent of one of these, so that p decides nothing about it (rule V1).
// parents maps agencies to their parents.
func (p Principal) Own(authority, agency string, parents map[string]string) bool {
	return slices.ContainsFunc(p.Agencies(authority), func(own string) bool { return own == agency || parents[own] == agency })
}

// Agencies returns p's home agency and the agencies for which p has a role, in an
// authority.
func (p Principal) Agencies(authority string) (ids []string) {
	if p.Authority == authority && p.Agency != "" {
		ids = append(ids, p.Agency)
	}
	for _, b := range p.Bindings {
		if b.covers(authority) && b.Agency != "" {
			ids = append(ids, b.Agency)
		}
	}
	return ids
}

// Authorities returns the authorities in which p has a role at now, and whether a
// binding is valid for all authorities.
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

// With returns ctx with the caller and its token. The token may be forwarded only
// within the current request.
func With(ctx context.Context, p Principal, token string) context.Context {
	return context.WithValue(context.WithValue(ctx, principalKey{}, p), tokenKey{}, token)
}

// From returns the caller of ctx; anonymous if there is none.
func From(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

// Forwarded returns the token of the caller of ctx, or "". Use it as the credential
// for calls to other services within the caller's own request.
func Forwarded(ctx context.Context) (string, error) {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token, nil
}
