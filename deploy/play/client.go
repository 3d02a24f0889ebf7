package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/deploy/rest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
)

// fresh is how long a token is used; a token is valid for five minutes.
const fresh = 4 * time.Minute

// patience is how long a call is repeated while a service is away.
const patience = 30 * time.Second

type token struct {
	text string
	got  time.Time
}

// caller is a client of the gateway, with or without a login.
type caller struct {
	player *Player
	login  string
	// token returns the caller's access token; it is nil for a caller without a login.
	token func(context.Context) (string, error)
}

func (p *Player) nobody() caller { return caller{player: p, login: "nobody"} }

func (p *Player) admin() caller { return p.loggedIn(p.config.Admin, p.config.AdminPassword) }

func (p *Player) second() caller { return p.loggedIn(p.config.Second, p.config.AdminPassword) }

// person returns a caller logged in as one of the people of the demonstration.
func (p *Player) person(login string) caller { return p.loggedIn(login, p.config.Password) }

func (p *Player) editor(agency string) caller {
	return p.person(fmt.Sprintf(p.script.People.Editor.Login, agency))
}

func (p *Player) head(agency string) caller {
	return p.person(fmt.Sprintf(p.script.People.Head.Login, agency))
}

func (p *Player) coordinator() caller { return p.person("td-dieuphoi") }

func (p *Player) council() caller { return p.person("td-hoidong") }

// system returns a caller for the software of another agency.
func (p *Player) system() caller {
	name, secret := p.System()
	return p.kept(name, func(ctx context.Context) (string, error) {
		answer := new(authv1.ExchangeSecretResponse)
		err := p.nobody().post(ctx, "/v1/tokens", &authv1.ExchangeSecretRequest{ServiceAccount: name, Secret: secret}, answer)
		return answer.GetAccessToken(), err
	})
}

func (p *Player) loggedIn(login, password string) caller {
	return p.kept(login, func(ctx context.Context) (string, error) {
		answer := new(identityv1.Session)
		err := p.nobody().post(ctx, "/v1/sessions", &identityv1.CreateSessionRequest{Login: login, Password: password}, answer)
		return answer.GetAccessToken(), err
	})
}

// kept returns a caller that gets a token once and uses it while it is fresh.
func (p *Player) kept(login string, get func(context.Context) (string, error)) caller {
	return caller{player: p, login: login, token: func(ctx context.Context) (string, error) {
		now := p.config.Now()
		if t, ok := p.tokens[login]; ok && now.Sub(t.got) < fresh {
			return t.text, nil
		}
		text, err := get(ctx)
		if err != nil {
			return "", err
		}
		p.tokens[login] = token{text, now}
		return text, nil
	}}
}

func (c caller) get(ctx context.Context, path string, answer proto.Message) error {
	return c.call(ctx, http.MethodGet, path, nil, answer)
}

func (c caller) post(ctx context.Context, path string, request, answer proto.Message) error {
	return c.call(ctx, http.MethodPost, path, request, answer)
}

func (c caller) patch(ctx context.Context, path string, request, answer proto.Message) error {
	return c.call(ctx, http.MethodPatch, path, request, answer)
}

// call sends a request and repeats it while a service is away; its request id makes
// it take effect once.
func (c caller) call(ctx context.Context, method, path string, request, answer proto.Message) error {
	client := c.player.config.Client
	if c.token != nil {
		text, err := c.token(ctx)
		if err != nil {
			return fmt.Errorf("logging in as %s: %w", c.login, err)
		}
		client = client.As(text)
	}
	for begin := c.player.config.Now(); ; {
		err := client.Call(ctx, method, path, request, answer)
		if err == nil {
			return nil
		}
		if !away(err) || c.player.config.Now().Sub(begin) > patience {
			return fmt.Errorf("%s %s as %s: %w", method, path, c.login, err)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// away reports whether a call failed because a service or the gateway does not
// answer at the moment.
func away(err error) bool {
	if problem, ok := errors.AsType[*rest.Problem](err); ok {
		return problem.Status == http.StatusServiceUnavailable
	}
	_, ok := errors.AsType[*url.Error](err)
	return ok
}

// refused sends a request, fails unless it is refused for the given reason, and
// returns the refusal.
func (c caller) refused(ctx context.Context, reason, method, path string, request proto.Message) (*rest.Problem, error) {
	err := c.call(ctx, method, path, request, new(identityv1.DeleteSessionResponse)) // which takes any answer
	problem, ok := errors.AsType[*rest.Problem](err)
	switch {
	case err == nil:
		return nil, fmt.Errorf("%s %s as %s: it succeeded, but should be refused with %s", method, path, c.login, reason)
	case !ok:
		return nil, err
	case problem.Reason != reason:
		return nil, fmt.Errorf("%w: expected %s", err, reason)
	}
	return problem, nil
}

// refuse is like refused, without returning the refusal.
func (c caller) refuse(ctx context.Context, reason, method, path string, request proto.Message) error {
	_, err := c.refused(ctx, reason, method, path, request)
	return err
}

// at returns a path below the authority, and inCycle one below the cycle.
func (p *Player) at(path string, args ...any) string {
	return "/v1/authorities/" + Authority + fmt.Sprintf(path, args...)
}

func (p *Player) inCycle(path string, args ...any) string {
	return p.at("/cycles/%s", p.cycle) + fmt.Sprintf(path, args...)
}
