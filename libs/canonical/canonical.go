// Package canonical writes what is sealed, frozen and hashed: the bytes that
// anyone can write again and compare. What the bytes are about it never knows.
package canonical

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// JSON returns v as JSON without spaces, fields in the order of their type, and
// without escapes that JSON does not need: <, > and & stand as they are.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Instant writes t in RFC 3339, in UTC and to the microsecond, all six digits; ""
// for the zero instant.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// Hash returns the SHA-256 of content, in hex.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
