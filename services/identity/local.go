package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/pg"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	"github.com/parindex/parindex/services/identity/internal/api"
	rules "github.com/parindex/parindex/services/identity/internal/identity"
	"github.com/parindex/parindex/services/identity/internal/password"
	"github.com/parindex/parindex/services/identity/internal/postgres"
)

// The functions in this file are for local commands. They work on the database
// directly, without a server or a token, and the audit log names them "local". The
// Config MUST have passed Validate; the signing key is not needed. Their errors are
// the faults of the contract. What they give counts at once, without a second person:
// who runs the machine can write to the database anyway.

const local = "local"

// Person is an account to create.
type Person = rules.Person

// CreateAdministrator creates an account with the role ADMINISTRATOR in its home
// authority or, with an empty Authority, for the whole platform. It fails with
// LOGIN_TAKEN and changes nothing if the login exists.
func CreateAdministrator(ctx context.Context, cfg Config, p Person, now time.Time) error {
	return withAccount(ctx, cfg, p, []rules.Role{rules.Administrator}, now, func(tx *postgres.Tx, by postgres.By, p Person, hash string) (string, error) {
		return addPerson(ctx, tx, by, p, hash)
	})
}

// EnsureAccount creates an account with roles in its home authority; roles of one
// agency are for its home agency. An account that exists with that login and home
// only gets the roles that it lacks; its password, name and state do not change. It
// fails with LOGIN_TAKEN if the login belongs to another home, and as
// CreateRoleBinding does.
func EnsureAccount(ctx context.Context, cfg Config, p Person, roles []authv1.Role, now time.Time) error {
	words := make([]rules.Role, len(roles))
	for i, r := range roles {
		words[i] = api.Role(r)
	}
	return withAccount(ctx, cfg, p, words, now, func(tx *postgres.Tx, by postgres.By, p Person, hash string) (string, error) {
		c, err := tx.AccountOfLogin(ctx, p.Login)
		switch {
		case errors.Is(err, rules.AccountUnknown):
			return addPerson(ctx, tx, by, p, hash)
		case err != nil:
			return "", err
		case c.Authority != p.Authority || c.Agency != p.Agency:
			return "", rules.LoginTaken
		}
		locked, err := tx.LockSelf(ctx, c.ID)
		return locked.ID, err
	})
}

// DisableAccount prevents logins of an account and ends its sessions; it changes
// nothing if the account is disabled. It is the only way to disable accounts of the
// platform, because no rpc administers them. It fails with ACCOUNT_UNKNOWN.
func DisableAccount(ctx context.Context, cfg Config, login string, now time.Time) error {
	err := onAccount(ctx, cfg, login, func(tx *postgres.Tx, a rules.Account) error {
		return api.SetState(ctx, tx, byLocal(now), a, rules.Disabled)
	})
	return named(err, "disabling an account")
}

// EnableAccount permits logins of a disabled account again and removes its login
// failures. It fails with ACCOUNT_UNKNOWN.
func EnableAccount(ctx context.Context, cfg Config, login string, now time.Time) error {
	err := onAccount(ctx, cfg, login, func(tx *postgres.Tx, a rules.Account) error {
		return api.SetState(ctx, tx, byLocal(now), a, rules.Active)
	})
	return named(err, "enabling an account")
}

// ResetPassword sets the password of an account, 12 to 256 characters, ends its
// sessions and removes its login failures, so that a locked administrator can log in
// again. A disabled account stays disabled. It fails with ACCOUNT_UNKNOWN.
func ResetPassword(ctx context.Context, cfg Config, login, newPassword string, now time.Time) error {
	if err := rules.CheckPassword(newPassword); err != nil {
		return err
	}
	hash, err := hashOf(ctx, cfg, newPassword)
	if err != nil {
		return err
	}
	err = onAccount(ctx, cfg, login, func(tx *postgres.Tx, a rules.Account) error {
		return api.ResetPassword(ctx, tx, byLocal(now), a, hash, "")
	})
	return named(err, "resetting a password")
}

// ConfirmRoles lets the roles of an account that wait for a second person count at once,
// such as those of the first approver of an authority with one administrator. It fails
// with ACCOUNT_UNKNOWN.
func ConfirmRoles(ctx context.Context, cfg Config, login string, now time.Time) error {
	err := onAccount(ctx, cfg, login, func(tx *postgres.Tx, a rules.Account) error {
		return api.ConfirmRoles(ctx, tx, byLocal(now), a.ID)
	})
	return named(err, "confirming roles")
}

// onAccount runs f on the locked account with a login, whatever its home.
func onAccount(ctx context.Context, cfg Config, login string, f func(*postgres.Tx, rules.Account) error) error {
	login, possible := rules.NormalLogin(login)
	if !possible {
		return rules.AccountUnknown
	}
	return inTx(ctx, cfg, func(tx *postgres.Tx) error {
		c, err := tx.AccountOfLogin(ctx, login)
		if err != nil {
			return err
		}
		a, err := tx.LockAccount(ctx, c.Authority, c.ID)
		if err != nil {
			return err
		}
		return f(tx, a)
	})
}

// ServiceAccount is an account of software to create.
type ServiceAccount struct {
	// Name is a slug. A service of the platform has its own name ("scoring").
	Name string
	// Authority is empty for a service of the platform; else the software has
	// the role SYSTEM there.
	Authority string
	// Agency narrows SYSTEM to one agency; empty: none.
	Agency string
}

// CreateServiceAccount creates a service account and returns its secret, of which
// only a hash is stored. It fails with SERVICE_ACCOUNT_TAKEN if the name exists.
func CreateServiceAccount(ctx context.Context, cfg Config, a ServiceAccount, now time.Time) (secret string, err error) {
	err = inTx(ctx, cfg, func(tx *postgres.Tx) (err error) {
		secret, err = api.AddServiceAccount(ctx, tx, byLocal(now), rules.ServiceAccount{Name: a.Name, Authority: a.Authority, Agency: a.Agency})
		return err
	})
	return secret, named(err, "making service account "+a.Name)
}

// ReplaceSecret gives a service account a new secret and returns it. The old one is
// refused from then on; tokens already issued stay valid for their ten minutes. It
// fails with SERVICE_ACCOUNT_UNKNOWN unless name and authority fit.
func ReplaceSecret(ctx context.Context, cfg Config, a ServiceAccount, now time.Time) (secret string, err error) {
	err = inTx(ctx, cfg, func(tx *postgres.Tx) (err error) {
		secret, err = api.ReplaceSecret(ctx, tx, byLocal(now), a.Authority, a.Name)
		return err
	})
	return secret, named(err, "replacing the secret of service account "+a.Name)
}

// withAccount checks p and calls account with it as it is stored. account returns the
// id of a locked account, which then gets the roles that it lacks, all in one
// transaction.
func withAccount(ctx context.Context, cfg Config, p Person, roles []rules.Role, now time.Time,
	account func(tx *postgres.Tx, by postgres.By, p Person, hash string) (id string, err error),
) error {
	p, err := p.Check()
	if err != nil {
		return err
	}
	hash, err := hashOf(ctx, cfg, p.Password)
	if err != nil {
		return err
	}
	err = inTx(ctx, cfg, func(tx *postgres.Tx) error {
		by := byLocal(now)
		id, err := account(tx, by, p, hash)
		if err != nil {
			return err
		}
		for _, r := range roles {
			_, err := api.AddBinding(ctx, tx, by, rules.Binding{Account: id, Authority: p.Authority, Agency: rules.AgencyFor(r, p.Agency), Role: r})
			if err != nil && !errors.Is(err, rules.BindingExists) {
				return err
			}
		}
		return nil
	})
	return named(err, "making an account")
}

func hashOf(ctx context.Context, cfg Config, plain string) (string, error) {
	passwords, err := password.New(cfg.hashCost)
	if err != nil {
		return "", err
	}
	return passwords.Hash(ctx, plain)
}

func addPerson(ctx context.Context, tx *postgres.Tx, by postgres.By, p Person, hash string) (id string, err error) {
	return api.AddAccount(ctx, tx, by, rules.Account{Authority: p.Authority, Agency: p.Agency, Login: p.Login, DisplayName: p.DisplayName}, hash)
}

func inTx(ctx context.Context, cfg Config, f func(*postgres.Tx) error) error {
	db, err := pg.Open(ctx, cfg.DB, pg.Options{ApplicationName: "parindex identity command"})
	if err != nil {
		return err
	}
	defer db.Close()
	return postgres.New(db).InTx(ctx, f)
}

func byLocal(now time.Time) postgres.By {
	return postgres.By{Principal: local, At: now.UTC().Truncate(time.Microsecond)}
}

func named(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
