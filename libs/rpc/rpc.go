// Package rpc makes all gRPC servers and clients: authentication and authorization
// of callers, validation of requests, transport of faults, logs and metrics of
// calls. It knows no service and no rule of the domain.
package rpc

import (
	"context"
	"net/netip"
	"strconv"
	"strings"

	"google.golang.org/grpc/metadata"
)

// Metadata keys. The gateway sets them from HTTP headers and cookies.
const (
	// RequestIDKey carries the id of the user's request through all services.
	RequestIDKey = "x-request-id"
	// RefreshTokenKey carries a session's refresh token from the gateway's cookie.
	RefreshTokenKey = "parindex-refresh-token"
	// DeviceTokenKey carries the token of a browser that somebody has logged in with
	// before, from the gateway's cookie.
	DeviceTokenKey = "parindex-device-token" //nolint:gosec // the name of a key, not a token
	// BrowserKey carries the browser and the system of somebody who logs in, such as
	// "Firefox, Windows".
	BrowserKey = "parindex-browser"
	// ClientAddressKey carries the address of the gateway's client to rpcs that count
	// failures by it. Servers that strangers can reach ignore it.
	ClientAddressKey = "parindex-client-address"

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

// Language returns the language for messages to the caller, "en" or "vi".
func Language(ctx context.Context) string { return AcceptedLanguage(Incoming(ctx, languageKey)) }

// AcceptedLanguage returns "en" or "vi", whichever has the greater weight in the header
// Accept-Language (RFC 9110, 12.5.4), and of equal weights the first named. It returns
// "vi" if the header accepts neither.
func AcceptedLanguage(header string) string {
	best, most := "vi", 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, parameters, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if w := weight(parameters); (primary == "en" || primary == "vi") && w > most {
			best, most = primary, w
		}
	}
	return best
}

// weight returns the weight that the parameters of a language give it: 1 if they name
// none, and 0 if it is not a number from 0 to 1.
func weight(parameters string) float64 {
	name, value, _ := strings.Cut(strings.TrimSpace(parameters), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	w, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(w >= 0 && w <= 1) { // also NaN
		return 0
	}
	return w
}

// ClientAddress returns the address of the person or program that a call comes from: the
// one that the gateway names, else that of the caller. It is the zero Addr if neither is
// known.
func ClientAddress(ctx context.Context) netip.Addr {
	if named, err := netip.ParseAddr(Incoming(ctx, ClientAddressKey)); err == nil {
		return named
	}
	return address(ctx)
}
