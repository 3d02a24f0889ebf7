// Package rest is a client of the gateway's REST interface, for the command
// line and the demonstration. It takes the messages of the contracts and turns faults
// into texts that say what to do.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/rpc"
)

// maxAnswer limits the bytes that are read of one answer.
const maxAnswer = 64 << 20

// Config holds the address of the gateway and the session of the caller.
type Config struct {
	// URL of the gateway, without a path.
	URL string
	// TokenFile holds a session as LogIn stores it, or only an access token; empty:
	// calls have no token.
	TokenFile string
	// Language of messages: "vi" or "en".
	Language string
}

// Flags registers c's flags.
func (c *Config) Flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.URL, "url", "http://127.0.0.1:8080", "address of the gateway")
	fs.StringVar(&c.TokenFile, "token-file", "", "file with a session, as written by login, or with an access token")
	fs.StringVar(&c.Language, "language", "vi", "language of messages: vi or en")
}

// Client calls one gateway.
type Client struct {
	url, token, language string
	http                 *http.Client
	session              *session // nil unless the token can be refreshed
}

// patience is how long a client waits for an answer: longer than the server works on any
// request.
const patience = rpc.WholeCycleTimeLimit + time.Minute

// New returns a Client. It fails if the token file cannot be read. A file that does not
// exist yet is no session: what is public needs none, and the server says when one is
// needed.
func New(c Config) (*Client, error) {
	client := &Client{url: strings.TrimRight(c.URL, "/"), language: c.Language, http: &http.Client{Timeout: patience}}
	if c.TokenFile == "" {
		return client, nil
	}
	s, err := readSession(c.TokenFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return client, nil
	case err != nil:
		return nil, fmt.Errorf("reading the session: %w; log in first", err)
	}
	client = client.As(s.access)
	if s.refresh != "" {
		client.session = s
	}
	return client, nil
}

// As returns a client that sends an access token.
func (c *Client) As(token string) *Client {
	as := *c
	as.token, as.session = token, nil
	return &as
}

// Call sends request, unless it is nil, as JSON and reads the answer into answer. It
// returns a refusal as *Problem.
func (c *Client) Call(ctx context.Context, method, path string, request, answer proto.Message) error {
	var body []byte
	if request != nil {
		var err error
		if body, err = protojson.Marshal(request); err != nil {
			return fmt.Errorf("writing the request: %w", err)
		}
	}
	content, err := c.send(ctx, method, path, body, nil)
	if expired(err) && c.session != nil {
		if err := c.renew(ctx); err != nil {
			return err
		}
		content, err = c.send(ctx, method, path, body, nil)
	}
	if err != nil {
		return err
	}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(content, answer); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	return nil
}

// send sends a request and returns the body of the answer. If cookies is not nil, it
// sends them and replaces them by those of the answer.
func (c *Client) send(ctx context.Context, method, path string, body []byte, cookies *[]*http.Cookie) (_ []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if cookies != nil {
		for _, cookie := range *cookies {
			request.AddCookie(cookie)
		}
	}
	request.Header.Set("Accept-Language", c.language)
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the gateway does not answer; check PARINDEX_URL: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, problem(response.StatusCode, content)
	}
	if cookies != nil {
		*cookies = response.Cookies()
	}
	return content, nil
}

// Problem is a refusal of the gateway.
type Problem struct {
	// Status is the HTTP status.
	Status int
	// Reason is the stable reason ("STALE_ETAG"), or empty.
	Reason  string
	Message string
	// Violations lists every fault in the request or file.
	Violations []Violation
}

// Violation is one fault in the request or file.
type Violation struct{ Field, Reason, Description string }

// Error returns the message and the violations, one on a line.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Message)
	if p.Reason != "" {
		fmt.Fprintf(&b, " (%s)", p.Reason)
	}
	for _, v := range p.Violations {
		fmt.Fprintf(&b, "\n  %s: %s (%s)", v.Field, v.Description, v.Reason)
	}
	return b.String()
}

func problem(status int, content []byte) error {
	var body struct {
		Message string
		Details []struct {
			Type            string `json:"@type"`
			Reason          string
			FieldViolations []Violation
		}
	}
	p := &Problem{Status: status}
	if json.Unmarshal(content, &body) != nil || body.Message == "" {
		p.Message = fmt.Sprintf("the server answered %d %s", status, http.StatusText(status))
		return p
	}
	p.Message = body.Message
	for _, d := range body.Details {
		if strings.HasSuffix(d.Type, "google.rpc.ErrorInfo") {
			p.Reason = d.Reason
		}
		p.Violations = append(p.Violations, d.FieldViolations...)
	}
	return p
}
