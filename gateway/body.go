package gateway

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/fault"
)

// pace says how slowly a body may arrive. A connection has stall to deliver the first
// byte, and each byte gives it perByte more, up to stall. So a slow line that keeps
// delivering is never cut, and one that delivers next to nothing cannot hold a
// connection for long.
type pace struct{ stall, perByte time.Duration }

// usualPace cuts a connection that brings nothing for 30 seconds, or in the long run
// less than 1,000 bytes in a second. The slowest mobile lines bring five times as much.
var usualPace = pace{stall: bodyTimeout, perByte: time.Millisecond}

// paced is a body that moves the read deadline of its connection while it arrives.
type paced struct {
	io.Reader

	pace     pace
	conn     *http.ResponseController
	deadline time.Time
}

func newPaced(body io.Reader, w http.ResponseWriter, p pace) *paced {
	b := &paced{Reader: body, pace: p, conn: http.NewResponseController(w), deadline: wallClock().Add(p.stall)}
	_ = b.conn.SetReadDeadline(b.deadline) // a test's recorder has no connection
	return b
}

// Read implements io.Reader.
func (b *paced) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if n > 0 {
		b.deadline = b.deadline.Add(time.Duration(n) * b.pace.perByte)
		if latest := wallClock().Add(b.pace.stall); latest.Before(b.deadline) {
			b.deadline = latest
		}
		_ = b.conn.SetReadDeadline(b.deadline)
	}
	return n, err
}

// ended begins the time for a refusal. The deadline for reading stays: the server, which
// reads some of the rest before it answers, must not wait for it for ever.
func (b *paced) ended() { _ = b.conn.SetWriteDeadline(wallClock().Add(answerTimeout)) }

// expectAnswer gives the connection of a request that has wholly arrived the time that
// its rpc has, and then the time to send the answer. It ends the deadline for reading,
// after which the server would take the client for gone.
func expectAnswer(w http.ResponseWriter, limit time.Duration) {
	conn := http.NewResponseController(w)
	_ = conn.SetReadDeadline(time.Time{}) // a test's recorder has no connection
	_ = conn.SetWriteDeadline(wallClock().Add(limit + sendTimeout))
}

// wallClock returns the time by which the operating system judges deadlines of
// connections.
func wallClock() time.Time {
	return time.Now() //nolint:forbidigo // a connection knows no other clock
}

var (
	byteOrderMark = []byte("\xEF\xBB\xBF")
	gzipMagic     = []byte{0x1F, 0x8B}
)

// readBody returns the JSON text of a request of at most limit bytes, unzipped and
// without a byte order mark.
func (p pace) readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *fault.Fault) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	sent := newPaced(http.MaxBytesReader(w, r.Body, limit), w, p)
	body, err := unzipped(sent, r.Header.Get("Content-Encoding"), limit)
	sent.ended()
	switch {
	case err != nil:
		return nil, unread(err).Because(err)
	case int64(len(body)) > limit:
		return nil, BodyTooLarge.Because(nil)
	case bytes.HasPrefix(body, gzipMagic):
		return nil, BodyEncodingUnknown.Because(nil)
	}
	body = bytes.TrimPrefix(body, byteOrderMark)
	// JSON has no zero bytes, but every other character of UTF-16 has one.
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
		return nil, BodyNotUTF8.Because(nil)
	}
	return body, nil
}

var errEncoding = errors.New("unknown content encoding")

// unzipped reads a body, and not much more than limit bytes of it.
func unzipped(body io.Reader, encoding string, limit int64) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return io.ReadAll(body)
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(body)
		if errors.Is(err, io.EOF) {
			return nil, nil // an empty body
		}
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(z, limit+1))
	}
	return nil, errEncoding
}

// unread returns the reason why a body could not be read.
func unread(err error) fault.Reason {
	_, large := errors.AsType[*http.MaxBytesError](err)
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	switch {
	case large:
		return BodyTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return BodyTooSlow
	case corrupt, errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, errEncoding):
		return BodyEncodingUnknown
	}
	return BodyIncomplete
}

// isJSON reports whether a Content-Type is that of JSON. Parameters mean nothing: JSON
// is UTF-8 whatever charset says (RFC 8259, sections 8.1 and 11), and a body that is
// not is refused as such.
func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(media), "application/json")
}

// received is the body of a request with the fields of its path, as the decoder gets
// it.
type received struct {
	*bytes.Reader

	path map[string]string
}

// Close implements io.Closer.
func (received) Close() error { return nil }
