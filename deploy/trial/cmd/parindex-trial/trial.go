package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/parindex/parindex/deploy/allinone"
	"github.com/parindex/parindex/deploy/play"
	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/deploy/trial/data"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/identity"
)

// trial creates the key and the accounts of a trial, and loads the shipped results
// through the REST interface.
type trial struct {
	folder   string
	password string
}

// accounts lists the accounts of the trial. Each has its role in the authority, or in
// all of them if authority is empty.
var accounts = []struct {
	login, name, authority string
	role                   authv1.Role
}{
	{"admin", "Quản trị hệ thống (dùng thử)", "", authv1.Role_ROLE_ADMINISTRATOR},
	{"dieuphoi", "Sở Nội vụ (dùng thử)", "soc-trang", authv1.Role_ROLE_COORDINATOR},
	{"pheduyet", "UBND tỉnh (dùng thử)", "soc-trang", authv1.Role_ROLE_APPROVER},
	{"admin2", "Quản trị hệ thống thứ hai (dùng thử)", "", authv1.Role_ROLE_ADMINISTRATOR},
}

// The places of the accounts that load the shipped files, and of the administrator who
// confirms roles.
const administrator, coordinator, approver, second = 0, 1, 2, 3

// prepare creates the signing key and the password of the accounts in the folder of
// the trial, unless they are there.
func prepare(c *allinone.Config, folder string) (*trial, error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, fmt.Errorf("creating the folder of the trial: %w", err)
	}
	if c.Identity.SigningKeyFile == "" {
		c.Identity.SigningKeyFile = filepath.Join(folder, "signing-key.pem")
		if err := identity.NewSigningKeyFile(c.Identity.SigningKeyFile); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	password, err := keptPassword(filepath.Join(folder, "demonstration-password"))
	return &trial{folder: folder, password: password}, err
}

// keptPassword returns the password in a file, which it creates the first time.
func keptPassword(path string) (string, error) {
	kept, err := os.ReadFile(path) //nolint:gosec // the trial's own folder
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the trial's password: %w", err)
	}
	password := strings.ToLower(rand.Text()[:16])
	return password, os.WriteFile(path, []byte(password+"\n"), 0o600)
}

func (t *trial) log() (*os.File, error) {
	return os.OpenFile(filepath.Join(t.folder, "parindex.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// createAccounts creates the accounts that do not exist.
func (t *trial) createAccounts(ctx context.Context, c identity.Config, now time.Time) error {
	for _, a := range accounts {
		person := identity.Person{Login: a.login, DisplayName: a.name, Password: t.password, Authority: a.authority}
		err := identity.EnsureAccount(ctx, c, person, []authv1.Role{a.role}, now)
		if err != nil {
			return fmt.Errorf("creating the trial account %s: %w", a.login, err)
		}
	}
	return nil
}

// show loads the shipped results if they are not there, plays a cycle if none was
// played to its end, and prints the published leaderboards. It reports failures and
// continues, because the user may have changed any of the data.
func (t *trial) show(ctx context.Context, a allinone.Addresses, out io.Writer) error {
	client, err := rest.New(rest.Config{URL: "http://" + a.HTTP, Language: "vi"})
	if err != nil {
		return err
	}
	if err := t.load(ctx, client); err != nil {
		if _, err := fmt.Fprintf(out, "The results of Sóc Trăng 2023 could not be loaded: %v\n", err); err != nil {
			return err
		}
	}
	if err := printPublished(ctx, client, out, "soc-trang", "2023"); err != nil {
		return err
	}
	player, err := play.New(play.Config{
		Client: client, Admin: accounts[administrator].login, Second: accounts[second].login, AdminPassword: t.password, Password: t.password, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		return err
	}
	if err := playOnce(ctx, client, player, out); err != nil {
		return err
	}
	return t.farewell(a, player, out)
}

// printPublished prints the leaderboards of a cycle, or that there are none.
func printPublished(ctx context.Context, client *rest.Client, out io.Writer, authority, cycle string) error {
	groups, err := client.PublishedGroups(ctx, authority, cycle)
	if err == nil {
		err = client.PrintLeaderboards(ctx, out, authority, cycle, groups)
	}
	if err != nil {
		_, err = fmt.Fprintf(out, "There are no leaderboards to print: %v\n", err)
	}
	return err
}

// playOnce plays a cycle of the invented authority, unless one was played to its
// end, and prints its leaderboards.
func playOnce(ctx context.Context, client *rest.Client, player *play.Player, out io.Writer) error {
	cycle, err := play.Published(ctx, client)
	if err == nil && cycle == "" {
		if _, err := fmt.Fprintln(out, "A whole cycle of an invented authority, played through the API:"); err != nil {
			return err
		}
		played, all := 0, len(player.Steps())
		err = player.Play(ctx, func(step string) {
			played++
			_, _ = fmt.Fprintf(out, "  %2d/%d  %s\n", played, all, step) // a failing terminal does not stop the cycle
		})
		cycle = player.Cycle()
		_, _ = fmt.Fprintln(out)
	}
	switch {
	case ctx.Err() != nil: // Ctrl-C
		return err
	case err != nil:
		_, err = fmt.Fprintf(out, "The demonstration cycle stopped; the next start plays another one. %v\n", err)
		return err
	}
	if _, err := fmt.Fprintln(out, "The results of the invented authority; nothing in them is real:"); err != nil {
		return err
	}
	return printPublished(ctx, client, out, play.Authority, cycle)
}

// load imports the shipped files through the public interface, unless results are
// published already: the catalog as the administrator, the results as the approver, after
// the coordinator has proposed them.
func (t *trial) load(ctx context.Context, client *rest.Client) error {
	if _, err := client.PublishedGroups(ctx, "soc-trang", "2023"); err == nil {
		return nil
	}
	client, err := t.login(ctx, client, administrator)
	if err != nil {
		return err
	}
	if err := client.Call(ctx, http.MethodGet, "/v1/authorities/soc-trang/cycles/2023", nil, new(catalogv1.Cycle)); err != nil {
		if _, err := client.ImportCatalog(ctx, "soc-trang", data.SocTrang, false); err != nil {
			return fmt.Errorf("importing the catalog: %w", err)
		}
	}
	if client, err = t.login(ctx, client, coordinator); err != nil {
		return err
	}
	if _, err := client.ProposeHistory(ctx, "soc-trang", "2023", &scoringv1.ProposeHistoryRequest{Content: data.SocTrang2023}); err != nil {
		return fmt.Errorf("proposing the results: %w", err)
	}
	if client, err = t.login(ctx, client, approver); err != nil {
		return err
	}
	_, err = client.ImportHistory(ctx, "soc-trang", "2023", &scoringv1.ImportHistoryRequest{Content: data.SocTrang2023})
	return err
}

// login returns a client that is logged in to an account of the trial.
func (t *trial) login(ctx context.Context, client *rest.Client, account int) (*rest.Client, error) {
	session := new(identityv1.Session)
	request := &identityv1.CreateSessionRequest{Login: accounts[account].login, Password: t.password}
	if err := client.As("").Call(ctx, http.MethodPost, "/v1/sessions", request, session); err != nil {
		return nil, fmt.Errorf("logging in as %s: %w", request.GetLogin(), err)
	}
	return client.As(session.GetAccessToken()), nil
}

func (t *trial) farewell(a allinone.Addresses, player *play.Player, out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Open        http://%s\n", local(a.HTTP))
	fmt.Fprintf(&b, "API         http://%s/openapi/   gRPC %s   metrics http://%s/metrics\n", local(a.HTTP), a.GRPC, a.Admin)
	fmt.Fprintf(&b, "Accounts    for this trial only, password %s unless you changed it\n", t.password)
	for _, account := range accounts {
		scope := account.authority
		if scope == "" {
			scope = "everywhere"
		}
		role := strings.ToLower(strings.TrimPrefix(account.role.String(), "ROLE_"))
		fmt.Fprintf(&b, "            %-10s %s, %s\n", account.login, role, scope)
	}
	fmt.Fprintf(&b, "            and of %s\n", play.Authority)
	for _, login := range player.Logins() {
		fmt.Fprintf(&b, "            %-27s %s\n", login[0], login[1])
	}
	fmt.Fprintf(&b, "Log         %s\nCtrl-C stops everything.\n", filepath.Join(t.folder, "parindex.log"))
	_, err := io.WriteString(out, b.String())
	return err
}

// local writes a loopback address the way people type it.
func local(address string) string {
	return strings.NewReplacer("127.0.0.1:", "localhost:", "[::1]:", "localhost:").Replace(address)
}
