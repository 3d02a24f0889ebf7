// Package rpc makes all gRPC servers and clients: authentication and authorization
// of callers, validation of requests, transport of faults, logs and metrics of
// calls. It knows no service and no rule of the domain.
package rpc

import (
	"context"
	"strings"

	"google.golang.org/grpc/metadata"
)

// Metadata keys. The gateway sets them from HTTP headers and cookies.
const (
	// RequestIDKey carries the id of the user's request through all services.
	RequestIDKey = "x-request-id"
	// RefreshTokenKey carries a session's refresh token from the gateway's cookie.
	RefreshTokenKey = "parindex-refresh-token"

	languageKey = "accept-language"
	tokenKey    = "authorization"
	bearer      = "Bearer "
)

// Incoming returns the first value of a metadata key of the current request, or "".
func Incoming(ctx context.Context, key string) string {
	if values := metadata.ValueFromIncomingContext(ctx, key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Language returns the language for messages to the caller: "en" if English comes
// first in Accept-Language, otherwise "vi".
func Language(ctx context.Context) string { return AcceptedLanguage(Incoming(ctx, languageKey)) }

// AcceptedLanguage returns "en" or "vi", whichever the header Accept-Language names
// first; "vi" if it names neither.
func AcceptedLanguage(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch primary, _, _ := strings.Cut(strings.ToLower(tag), "-"); primary {
		case "en", "vi":
			return primary
		}
	}
	return "vi"
}
