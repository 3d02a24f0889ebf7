// Package content is a body that never changes, ready in both encodings: it
// knows how to answer a request for it.
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

// maxPlain bounds a body after decompression.
const maxPlain = 16 << 20

// Content is one immutable body. It is safe for concurrent use.
type Content struct {
	mediaType, cache []string
	plain, zipped    form
}

// form is the body in one encoding, with its header values. They are shared by
// all answers and never appended to.
type form struct {
	body              []byte
	tag, length, sort []string
}

var (
	asGzip = []string{"gzip"}
	vary   = []string{"Accept-Encoding"}
)

// New returns a Content of plain bytes, compressing them once.
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
	return made(mediaType, cacheControl, plain, b.Bytes()), nil
}

// FromGzip returns a Content of gzipped bytes, which it serves as they came. It
// fails if they are no gzip stream or too large inside.
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
	return made(mediaType, cacheControl, bytes.Clone(plain), zipped), nil
}

func made(mediaType, cacheControl string, plain, zipped []byte) *Content {
	c := &Content{mediaType: []string{mediaType}, cache: []string{cacheControl}, plain: newForm(plain), zipped: newForm(zipped)}
	c.zipped.sort = asGzip
	return c
}

func newForm(body []byte) form {
	sum := sha256.Sum256(body)
	return form{body: body, tag: []string{`"` + hex.EncodeToString(sum[:]) + `"`}, length: []string{strconv.Itoa(len(body))}}
}

// Size is the memory c takes, in bytes.
func (c *Content) Size() int64 { return int64(len(c.plain.body)+len(c.zipped.body)) + 1024 }

// Serve answers a GET or HEAD with c, gzipped if the client takes that, or with
// 304 if the client has it. Each encoding has its own strong ETag, the SHA-256
// of its bytes.
func (c *Content) Serve(w http.ResponseWriter, r *http.Request) { c.ServeFor(w, r, c.cache) }

// ServeFor is Serve with another Cache-Control.
func (c *Content) ServeFor(w http.ResponseWriter, r *http.Request, cacheControl []string) {
	f := &c.plain
	if TakesGzip(r.Header) {
		f = &c.zipped
	}
	h := w.Header()
	h["Cache-Control"] = cacheControl
	h["Etag"] = f.tag
	h["Vary"] = vary
	if match := r.Header["If-None-Match"]; len(match) > 0 && has(match, f.tag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = c.mediaType
	h["Content-Length"] = f.length
	if f.sort != nil {
		h["Content-Encoding"] = f.sort
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	_, _ = w.Write(f.body)
}

// TakesGzip reports whether Accept-Encoding allows gzip.
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

// wanted reports whether a coding's parameters do not give it weight 0.
func wanted(parameters string) bool {
	name, weight, _ := strings.Cut(strings.TrimSpace(parameters), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
	return err == nil && q > 0
}

// has reports whether If-None-Match names tag, comparing weakly as RFC 9110 asks.
func has(lines []string, tag string) bool {
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
