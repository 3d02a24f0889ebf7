// Package canonical writes the bytes that are sealed, frozen and hashed, in a form that
// anyone can reproduce and compare. It knows nothing about their content.
package canonical

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// JSON returns v as JSON without spaces, with fields in the order of their type, and
// without unnecessary escapes: <, > and & are not escaped.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Instant returns t as RFC 3339 in UTC with six decimal places of a second; "" for the
// zero instant.
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
