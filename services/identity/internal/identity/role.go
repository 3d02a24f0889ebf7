package identity

import (
	"slices"
	"time"
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
// an administrator fills in and submits no sheet, reports no value, appraises nothing
// and approves no result. An administrator who is to appraise first gives up that role,
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
	{Coordinator, Approver},
	{Interviewer, BackChecker},
}

func conflict(a, b Role) bool {
	return slices.Contains(apart, [2]Role{a, b}) || slices.Contains(apart, [2]Role{b, a})
}

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
}

// Counts reports whether b counts at now.
func (b Binding) Counts(now time.Time) bool { return b.End.IsZero() || now.Before(b.End) }

// EndedAt returns b ended at now; a binding that has ended stays as it is.
func (b Binding) EndedAt(now time.Time) Binding {
	if !b.Counts(now) {
		return b
	}
	b.End = now
	if now.Before(b.CreateTime) { // created a moment ago by a replica whose clock is ahead
		b.End = b.CreateTime
	}
	return b
}

// mostRoles is the number of bindings of one account that can count at once. The
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
	case !b.Counts(now):
		return BindingEnded.At("end_time")
	}
	count := 0
	for _, h := range held {
		switch {
		case !h.Counts(now):
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
