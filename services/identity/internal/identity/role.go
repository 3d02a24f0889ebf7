package identity

import (
	"slices"
	"time"

	"github.com/parindex/parindex/libs/fault"
)

// Role is a role that an account can have.
type Role string

// The roles, in the contract's order.
const (
	AgencyEditor           Role = "agency_editor"
	AgencyHead             Role = "agency_head"
	Appraiser              Role = "appraiser"
	AppraisalCouncilMember Role = "appraisal_council_member"
	Coordinator            Role = "coordinator"
	Approver               Role = "approver"
	SurveyOperator         Role = "survey_operator"
	Interviewer            Role = "interviewer"
	BackChecker            Role = "back_checker"
	Observer               Role = "observer"
	Inspector              Role = "inspector"
	DataProvider           Role = "data_provider"
	System                 Role = "system"
	Administrator          Role = "administrator"
)

// scope says whether a role is given for one agency.
type scope uint8

const (
	eitherWay scope = iota // for one agency or for the whole authority
	ofAgency               // for one agency only
	ofWhole                // for the whole authority only
)

// scopes holds the roles that people can have. A role is given in an authority; roles
// that write the sheet are given for the agency of the sheet, and those that report
// values for the agency that provides them. Roles that act for the whole authority cannot
// be given for one agency: they would count only for rpcs about that agency, and those
// roles have hardly any.
var scopes = map[Role]scope{
	AgencyEditor: ofAgency, AgencyHead: ofAgency, DataProvider: ofAgency,
	AppraisalCouncilMember: ofWhole, Coordinator: ofWhole, Approver: ofWhole, Administrator: ofWhole,
	Appraiser: eitherWay, SurveyOperator: eitherWay, Interviewer: eitherWay, BackChecker: eitherWay,
	Observer: eitherWay, Inspector: eitherWay,
}

// apart lists the pairs of roles that one account may not hold at the same time in
// one authority: the platform separates duties and does not rely on custom. README.md
// has the same table, beside the acts that one person may not do together.
//
// An administrator gives roles, and with a role of their own could decide a result. So
// an administrator fills in and submits no sheet, reports no value, appraises nothing,
// runs no survey and approves no result. An administrator who is to appraise first gives up that role,
// which the audit log shows. An administrator may be COORDINATOR, who prepares and
// presents, but decides nothing.
//
// The coordinator presents what the approver publishes (rule V0). Whoever collected
// responses does not check them (rule Q9).
var apart = [][2]Role{
	{Administrator, Appraiser},
	{Administrator, AppraisalCouncilMember},
	{Administrator, Approver},
	{Administrator, AgencyHead},
	{Administrator, AgencyEditor},
	{Administrator, DataProvider},
	{Administrator, SurveyOperator},
	{Coordinator, Approver},
	{Interviewer, BackChecker},
}

func conflict(a, b Role) bool {
	return slices.Contains(apart, [2]Role{a, b}) || slices.Contains(apart, [2]Role{b, a})
}

// confirmed lists the roles that count only after a second person has confirmed them:
// they give roles, or decide a result that nobody checks item by item after them. With
// apart alone an administrator could give such a role to a second account of his own.
// README.md says why the other roles are not among them.
var confirmed = []Role{Administrator, Approver, AppraisalCouncilMember, Appraiser, SurveyOperator}

// Binding is a role of an account with its scope and its end.
type Binding struct {
	// ID is a UUID.
	ID string
	// Account is the account's UUID.
	Account string
	// Authority is empty for every authority.
	Authority string
	// Agency is empty for every agency of the authority.
	Agency string
	Role   Role
	// End is the first instant at which the binding no longer counts; zero: none.
	End        time.Time
	CreateTime time.Time
	// Askers are the accounts of those who gave the role, set the password of its account
	// or changed its agency since a second person confirmed it. While there are any, the
	// role is pending.
	Askers []string
}

// Runs reports whether b has not ended at now.
func (b Binding) Runs(now time.Time) bool { return b.End.IsZero() || now.Before(b.End) }

// Pending reports whether b waits for a second person.
func (b Binding) Pending() bool { return len(b.Askers) > 0 }

// AskedBy returns b as account gives it. It is pending if its role needs a second
// person. The one who has set the password of the holder, if somebody has, cannot
// confirm it either.
func (b Binding) AskedBy(account string, holder Account) Binding {
	if !slices.Contains(confirmed, b.Role) {
		return b
	}
	b.Askers = []string{account}
	if holder.PasswordBy != "" && holder.PasswordBy != account {
		b.Askers = append(b.Askers, holder.PasswordBy)
	}
	return b
}

// CheckConfirm fails if account may not confirm b, a role of holder, at now. Faults:
// BindingOver, fault.SecondPersonNeeded, PasswordNotOwn.
func (b Binding) CheckConfirm(account string, holder Account, now time.Time) error {
	switch {
	case !b.Runs(now):
		return BindingOver.At("role_binding")
	case account == holder.ID || slices.Contains(b.Askers, account):
		return fault.SecondPersonNeeded
	case !holder.OwnPassword:
		return PasswordNotOwn
	}
	return nil
}

// Confirmed returns the roles that a second person confirms.
func Confirmed() []Role { return slices.Clone(confirmed) }

// CheckOther fails with OwnAccount if the account with the id caller would change
// itself.
func CheckOther(caller, account, field string) error {
	if caller == account {
		return OwnAccount.At(field)
	}
	return nil
}

// EndedAt returns b ended at now; a binding that has ended stays as it is.
func (b Binding) EndedAt(now time.Time) Binding {
	if !b.Runs(now) {
		return b
	}
	b.End = now
	if now.Before(b.CreateTime) { // created a moment ago by a replica whose clock is ahead
		b.End = b.CreateTime
	}
	return b
}

// mostRoles is the number of bindings of one account that can run at once. The
// access token holds them, and a browser drops a cookie above 4 KiB, which 12
// bindings with the longest slugs nearly fill.
const mostRoles = 12

// CheckGrantor fails with GrantToSelf if the account with the id grantor gives a role to
// itself.
func CheckGrantor(grantor, account string) error {
	if grantor == account {
		return GrantToSelf.At("account")
	}
	return nil
}

// CheckGrant fails if b may not be added to the bindings held by its account. Faults:
// RoleNotGrantable, AgencyNeeded, AgencyRefused, BindingEnded, BindingExists,
// RolesConflict, TooManyRoles.
func CheckGrant(b Binding, held []Binding, now time.Time) error {
	s, grantable := scopes[b.Role]
	switch {
	case !grantable:
		return RoleNotGrantable.At("role")
	case s == ofAgency && b.Agency == "":
		return AgencyNeeded.At("agency")
	case s == ofWhole && b.Agency != "":
		return AgencyRefused.At("agency")
	case !b.Runs(now):
		return BindingEnded.At("end_time")
	}
	count := 0
	for _, h := range held {
		switch {
		case !h.Runs(now):
			continue
		case h.Role == b.Role && h.Authority == b.Authority && h.Agency == b.Agency:
			return BindingExists
		case conflict(h.Role, b.Role) && (h.Authority == b.Authority || h.Authority == "" || b.Authority == ""):
			return RolesConflict.At("role")
		}
		count++
	}
	if count >= mostRoles {
		return TooManyRoles.With(mostRoles)
	}
	return nil
}

// AgencyFor returns the agency of a binding of r for a person whose agency is home:
// home for a role of one agency, else none.
func AgencyFor(r Role, home string) string {
	if scopes[r] == ofAgency {
		return home
	}
	return ""
}
