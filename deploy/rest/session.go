package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"

	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// refreshCookie is the gateway's cookie with the refresh token.
const refreshCookie = "parindex_refresh"

// session is the content of a token file: the access token on the first line, and the
// refresh token on the second unless the file holds only an access token.
type session struct {
	file, access, refresh string
}

func readSession(file string) (*session, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	access, refresh, _ := strings.Cut(strings.TrimSpace(string(content)), "\n")
	return &session{file: file, access: access, refresh: refresh}, nil
}

// save replaces the file in one step. Only its owner can read it.
func (s *session) save() error {
	half, err := os.CreateTemp(filepath.Dir(s.file), ".parindex-session-") // its mode is 0600
	if err != nil {
		return fmt.Errorf("storing the session: %w", err)
	}
	_, err = half.WriteString(s.access + "\n" + s.refresh + "\n")
	if err = errors.Join(err, half.Close()); err == nil {
		err = os.Rename(half.Name(), s.file)
	}
	if err != nil {
		return fmt.Errorf("storing the session: %w", errors.Join(err, os.Remove(half.Name())))
	}
	return nil
}

// LogIn starts a session and stores it in the token file of c. A Client prolongs it as
// long as the server allows.
func LogIn(ctx context.Context, c Config, login, password string) error {
	s := &session{file: c.TokenFile}
	c.TokenFile = ""
	client, err := New(c)
	if err != nil {
		return err
	}
	body, err := protojson.Marshal(&identityv1.CreateSessionRequest{Login: login, Password: password})
	if err != nil {
		return err
	}
	return client.start(ctx, s, "/v1/sessions", body, nil)
}

// renew prolongs the client's session and takes its new access token.
func (c *Client) renew(ctx context.Context) error {
	cookies := []*http.Cookie{{Name: refreshCookie, Value: c.session.refresh}} //nolint:gosec // sent, not set
	if err := c.As("").start(ctx, c.session, "/v1/sessions/current:refresh", []byte("{}"), cookies); err != nil {
		return err
	}
	c.token = c.session.access
	return nil
}

// start requests the tokens of a session and stores them.
func (c *Client) start(ctx context.Context, s *session, path string, body []byte, cookies []*http.Cookie) error {
	content, err := c.send(ctx, http.MethodPost, path, body, &cookies)
	if err != nil {
		return err
	}
	answer := new(identityv1.Session)
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(content, answer); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	s.access = answer.GetAccessToken()
	for _, cookie := range cookies {
		if cookie.Name == refreshCookie {
			s.refresh = cookie.Value
		}
	}
	return s.save()
}

// expired reports whether a call was refused because its access token has expired.
func expired(err error) bool {
	var p *Problem
	return errors.As(err, &p) && p.Reason == "TOKEN_EXPIRED"
}
