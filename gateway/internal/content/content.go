// Package content serves bodies that never change over HTTP, plain or gzipped.
package content

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// maxPlain is the largest body after decompression.
const maxPlain = 16 << 20

// Content is one immutable body, held plain and gzipped. It is safe for concurrent
// use.
type Content struct {
	mediaType, cache []string
	plain, zipped    form
}

// form is the body in one encoding with its header values. All answers share the
// values, so they must not be appended to.
type form struct {
	body                  []byte
	tag, length, encoding []string
}

var (
	asGzip = []string{"gzip"}
	vary   = []string{"Accept-Encoding"}
)

// New returns a Content of a plain body, which it compresses once.
func New(mediaType, cacheControl string, plain []byte) (*Content, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return newContent(mediaType, cacheControl, plain, b.Bytes()), nil
}

// FromGzip returns a Content of a gzipped body, which it serves as received. It
// fails if the body is not a gzip stream or is larger than 16 MiB after
// decompression.
func FromGzip(mediaType, cacheControl string, zipped []byte) (*Content, error) {
	z, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, fmt.Errorf("reading the gzipped body: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxPlain+1))
	if err != nil {
		return nil, fmt.Errorf("reading the gzipped body: %w", err)
	}
	if len(plain) > maxPlain {
		return nil, fmt.Errorf("the gzipped body holds more than %d bytes", maxPlain)
	}
	return newContent(mediaType, cacheControl, bytes.Clone(plain), zipped), nil
}

func newContent(mediaType, cacheControl string, plain, zipped []byte) *Content {
	c := &Content{mediaType: []string{mediaType}, cache: []string{cacheControl}, plain: newForm(plain), zipped: newForm(zipped)}
	c.zipped.encoding = asGzip
	return c
}

func newForm(body []byte) form {
	sum := sha256.Sum256(body)
	return form{body: body, tag: []string{`"` + hex.EncodeToString(sum[:]) + `"`}, length: []string{strconv.Itoa(len(body))}}
}

// Size returns the memory that c uses, in bytes.
func (c *Content) Size() int64 { return int64(len(c.plain.body)+len(c.zipped.body)) + 1024 }

// Plain returns the body before compression, which must not be changed.
func (c *Content) Plain() []byte { return c.plain.body }

// Serve answers a GET or HEAD request with c: gzipped if the client accepts that,
// or with status 304 if the client has it already. Each encoding has its own strong
// ETag, the SHA-256 of its bytes.
func (c *Content) Serve(w http.ResponseWriter, r *http.Request) { c.ServeFor(w, r, c.cache) }

// ServeFor is like Serve, with another Cache-Control.
func (c *Content) ServeFor(w http.ResponseWriter, r *http.Request, cacheControl []string) {
	f := &c.plain
	if TakesGzip(r.Header) {
		f = &c.zipped
	}
	h := w.Header()
	h["Cache-Control"] = cacheControl
	h["Etag"] = f.tag
	if others := h["Vary"]; len(others) > 0 {
		h["Vary"] = append(others, vary...)
	} else {
		h["Vary"] = vary
	}
	if match := r.Header["If-None-Match"]; len(match) > 0 && matchesTag(match, f.tag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = c.mediaType
	h["Content-Length"] = f.length
	if f.encoding != nil {
		h["Content-Encoding"] = f.encoding
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	_, _ = w.Write(f.body)
}

// TakesGzip reports whether the header Accept-Encoding allows gzip.
func TakesGzip(h http.Header) bool {
	others := false
	for _, line := range h["Accept-Encoding"] {
		for part := range strings.SplitSeq(line, ",") {
			coding, parameters, _ := strings.Cut(part, ";")
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip", "x-gzip":
				return wanted(parameters)
			case "*":
				others = wanted(parameters)
			}
		}
	}
	return others
}

// wanted reports whether the parameters of a coding leave it with a weight above 0.
func wanted(parameters string) bool {
	name, weight, _ := strings.Cut(strings.TrimSpace(parameters), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
	return err == nil && q > 0
}

// matchesTag reports whether If-None-Match contains tag, by the weak comparison
// that RFC 9110 requires.
func matchesTag(lines []string, tag string) bool {
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}
