// Package page cuts lists into pages and makes their page tokens. It does not
// depend on a particular list.
//
// A token contains the end of the page before, as the values of the list's sort
// key, and a hash of the list's filter. It is opaque, but neither secret nor
// signed: a service checks the caller's scope for every page, so that an invented
// token shows nothing that a filter would not show.
package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/parindex/parindex/libs/fault"
)

// version is the first byte of every token, so that another format can be
// recognised later.
const version = 1

// maxToken is far above the length of tokens with a few ids; it limits the work of
// Decode for unknown callers.
const maxToken = 4096

const filterSize = 16

// Encode returns the token of the page that begins after key. filter must identify
// the list: its scope, filter and order, in a form that differs for any two lists.
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

// Decode returns the n values of the key in the token, or nil for the empty token,
// which means the first page. It fails with fault.PageTokenInvalid at "page_token"
// if Encode did not make the token from this filter and n values.
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
	// Every position of a list has exactly one token, so this also checks version and
	// filter.
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

// Size returns the number of entries on a page: asked, or 50 if asked is 0 or less;
// at most 200.
func Size(asked int32) int32 {
	if asked <= 0 {
		asked = usual
	}
	return min(asked, most)
}

// Cut cuts entries to a page of size entries and returns the token of the next
// page, "" after the last. entries must contain one entry more than the page, if
// there is one. key returns the position of an entry in the list identified by
// filter.
func Cut[T any](filter string, entries []T, size int32, key func(T) []string) (page []T, next string) {
	return Fit(filter, entries, size, func(T) int { return 0 }, key)
}

// Fit is like Cut for entries with long texts: a page also ends before it exceeds
// MaxBytes, but has at least one entry. weight returns the approximate size of an
// entry in bytes.
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

// List reads the page at token of the list identified by filter, which is sorted by
// id. load gets the id after which the page begins, "" for the first page, and must
// return one entry more than the page holds, if there is one. List fails as Decode
// and load do.
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
