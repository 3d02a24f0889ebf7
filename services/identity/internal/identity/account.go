package identity

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/text"
)

// State is the state of an account or a service account.
type State string

// The states. A disabled account can be enabled again, a service account cannot.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Account is the account of a person. It has one home (rule V1).
type Account struct {
	// ID is a UUID.
	ID string
	// Authority is the home; empty for the platform's own administrators.
	Authority string
	// Agency is the agency that the person works for; empty for none.
	Agency      string
	Login       string
	DisplayName string
	State       State
	CreateTime  time.Time
	// Revision counts the changes, from 1.
	Revision int64
	// LastLogin is zero if nobody has logged in yet.
	LastLogin time.Time
	// PasswordBy is the account of the administrator who last set the password; empty if
	// a local command did.
	PasswordBy string
	// OwnPassword reports whether the person has changed the password since.
	OwnPassword bool
}

// NameKey returns the name by which the person is found, without accents and capitals.
func (a Account) NameKey() string { return text.Plain(a.DisplayName) }

// Human is a person of an authority, as others see and choose one.
type Human struct {
	// Account is a UUID.
	Account, Name string
	// Agency and AgencyName are empty for people outside any agency.
	Agency, AgencyName string
	Roles              []Role
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,99}$`)

// NormalLogin returns a typed login in the form that is stored, and whether it is a
// possible login.
func NormalLogin(typed string) (login string, possible bool) {
	login = strings.ToLower(typed)
	return login, loginForm.MatchString(login)
}

// CleanDisplayName returns a name in the form that is stored. It fails with
// fault.BadRequest if the name is blank, longer than 200 characters, or refused by
// text.Name. The contract cannot require a name, because an update whose update_mask
// leaves it out has none.
func CleanDisplayName(name string) (string, error) {
	clean, err := text.Rule{Kind: text.Name, Most: 200, Needed: true}.Clean(name)
	if err != nil {
		f := fault.From(err)
		return "", fault.BadRequest.List(fault.Violation{Field: "display_name", Code: f.Code, Vi: f.Vi, En: f.En})
	}
	return clean, nil
}

// CheckPassword fails with fault.BadRequest unless password is 12 to 256
// characters, as the contract has it.
func CheckPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < 12:
		return fault.BadRequest.List(fault.Validation("password", "password.long_enough", ""))
	case n > 256:
		return fault.BadRequest.List(fault.Validation("password", "string.max_len", "", "256"))
	}
	return nil
}

// Person is an account that a local command creates. Check applies the rules that
// the contract's validation applies to requests.
type Person struct {
	// Login is 3 to 100 small letters, digits and . _ @ -
	Login string
	// DisplayName is 1 to 200 characters.
	DisplayName string
	// Password is 12 to 256 characters.
	Password string
	// Authority is the home; empty: the platform.
	Authority string
	// Agency is the agency the person works for; empty: none.
	Agency string
}

// Check returns p with its name in the form that is stored. It fails with
// fault.BadRequest, whose violations list every fault of p.
func (p Person) Check() (Person, error) {
	f := fault.BadRequest.List()
	add := func(err error) {
		if err != nil {
			f.Violations = append(f.Violations, fault.From(err).Violations...)
		}
	}
	unless := func(good bool, field, rule string, bounds ...string) {
		if !good {
			f.Violations = append(f.Violations, fault.Validation(field, rule, "", bounds...))
		}
	}
	unless(loginForm.MatchString(p.Login), "login", "string.pattern", loginForm.String())
	var err error
	p.DisplayName, err = CleanDisplayName(p.DisplayName)
	add(err)
	add(CheckPassword(p.Password))
	unless(p.Authority == "" || text.IsSlug(p.Authority), "authority", "string.slug")
	unless(p.Agency == "" || text.IsSlug(p.Agency) && p.Authority != "", "agency", "string.slug")
	if len(f.Violations) > 0 {
		return p, f
	}
	return p, nil
}
