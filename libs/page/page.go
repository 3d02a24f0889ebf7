// Package page cuts lists into pages and makes the tokens by which they are read
// one after the other. It knows no list.
//
// A token holds where the page before ended, as the values of the list's sort
// key, and a hash of what was listed. It is opaque, not secret and not signed:
// a service checks the caller's scope again for every page, so that a token
// made up by hand shows nothing that a filter would not.
package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/parindex/parindex/libs/fault"
)

// version begins every token, so that a later form cannot be mistaken for this.
const version = 1

// maxToken is far above what keys of a few ids need, and bounds what Decode
// does for a stranger.
const maxToken = 4096

const filterSize = 16

// Encode returns the token of the page that begins after key. filter is
// everything that says what is listed, scope, filter and order, in a form in
// which two different lists never are the same.
func Encode(filter string, key ...string) string {
	b := []byte{version}
	sum := sha256.Sum256([]byte(filter))
	b = append(b, sum[:filterSize]...)
	for _, k := range key {
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Decode returns the n values of the key that the token holds, or nil for the
// empty token, which stands for the first page. It fails with
// fault.PageTokenInvalid at "page_token" when the token was not made by Encode
// from this filter and n values.
func Decode(token, filter string, n int) ([]string, error) {
	if token == "" {
		return nil, nil
	}
	invalid := fault.PageTokenInvalid.At("page_token")
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(token) > maxToken || len(b) < 1+filterSize {
		return nil, invalid
	}
	b = b[1+filterSize:]
	key := make([]string, 0, n)
	for len(b) > 0 {
		size, width := binary.Uvarint(b)
		if width <= 0 || len(key) == n {
			return nil, invalid
		}
		b = b[width:]
		if size > uint64(len(b)) {
			return nil, invalid
		}
		key = append(key, string(b[:size]))
		b = b[size:]
	}
	// One list position has one token: this also settles version and filter.
	if len(key) != n || Encode(filter, key...) != token {
		return nil, invalid
	}
	return key, nil
}

const (
	usual = 50
	most  = 200
)

// MaxBytes bounds the texts in a page, below the 4 MiB of a message.
const MaxBytes = 2 << 20

// Size returns how many entries a page holds: asked, or 50 when nothing (or less)
// was asked, and never above 200.
func Size(asked int32) int32 {
	if asked <= 0 {
		asked = usual
	}
	return min(asked, most)
}

// Cut cuts entries, of which one more than the page holds was asked for, to a
// page of size entries and returns the token of the next page, "" after the last.
// key is where an entry stands in the list called filter.
func Cut[T any](filter string, entries []T, size int32, key func(T) []string) (page []T, next string) {
	return Fit(filter, entries, size, func(T) int { return 0 }, key)
}

// Fit is Cut for entries with long texts: a page also ends before it has more
// than MaxBytes, but not before its first entry. weight is an entry's bytes, about.
func Fit[T any](filter string, entries []T, size int32, weight func(T) int, key func(T) []string) (page []T, next string) {
	n, sum := 0, 0
	for n < len(entries) && n < int(size) {
		if sum += weight(entries[n]); sum > MaxBytes && n > 0 {
			break
		}
		n++
	}
	if n == len(entries) {
		return entries, ""
	}
	return entries[:n], Encode(filter, key(entries[n-1])...)
}

// List reads the page at token of the list called filter, which is sorted by id:
// load is given the id after which the page begins, "" for the first, and one
// entry more than the page holds, which tells whether another follows. It fails
// as Decode and load do.
func List[T any](filter, token string, asked int32, load func(after string, limit int32) ([]T, error), id func(T) string) (page []T, next string, err error) {
	key, err := Decode(token, filter, 1)
	if err != nil {
		return nil, "", err
	}
	after := ""
	if key != nil {
		after = key[0]
	}
	size := Size(asked)
	entries, err := load(after, size+1)
	if err != nil {
		return nil, "", err
	}
	page, next = Cut(filter, entries, size, func(e T) []string { return []string{id(e)} })
	return page, next, nil
}
