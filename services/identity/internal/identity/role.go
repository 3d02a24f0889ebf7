package identity

import (
	"slices"
	"time"
)

// Role is what a person may be (domain.md §7).
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

// scope says whether a role counts for one agency.
type scope uint8

const (
	eitherWay scope = iota // for one agency or for the whole authority
	ofAgency               // for one agency only
	ofWhole                // for the whole authority only
)

// scopes follows domain.md §7: "bound to an authority, and where it makes sense
// to an agency". The sheet and the reported values belong to one agency. What
// acts for the whole authority is not narrowed: a narrowed role counts only for
// rpcs about one agency, so it could do next to nothing.
var scopes = map[Role]scope{
	AgencyEditor: ofAgency, AgencyHead: ofAgency, DataProvider: ofAgency,
	AppraisalCouncilMember: ofWhole, Coordinator: ofWhole, Approver: ofWhole, Administrator: ofWhole,
	Appraiser: eitherWay, SurveyOperator: eitherWay, Interviewer: eitherWay, BackChecker: eitherWay,
	Observer: eitherWay, Inspector: eitherWay,
}

// apart lists the pairs of roles that one account may not hold at the same time
// in one authority ("separation of duties is enforced by the platform, not by
// custom", domain.md §7). Who hands out roles could hand themselves a result, so
// an administrator fills and submits no sheet, judges none and approves no result
// of a running cycle; one who is to appraise stops being an administrator, which
// the audit log shows. Preparing is not kept apart: ADMINISTRATOR imports the
// catalog and the published indexes of earlier years (scoring.ImportHistory),
// which hold what others decided and signed outside the platform, and whoever
// coordinates may be the same person. Who collected may not back-check (rule Q9).
var apart = [][2]Role{
	{Administrator, Appraiser},
	{Administrator, AppraisalCouncilMember},
	{Administrator, Approver},
	{Administrator, AgencyHead},
	{Administrator, AgencyEditor},
	{Interviewer, BackChecker},
}

func conflict(a, b Role) bool {
	return slices.Contains(apart, [2]Role{a, b}) || slices.Contains(apart, [2]Role{b, a})
}

// Binding is a role of an account, where and until when it counts.
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
	// End is the instant from which the binding counts no longer; zero: never.
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
	if now.Before(b.CreateTime) { // made a moment ago by a replica whose clock is ahead
		b.End = b.CreateTime
	}
	return b
}

// mostRoles is how many bindings of one account count at once. They stand in
// its access token, and a browser drops a cookie above 4 KiB: 12 bindings with
// the longest slugs come near it.
const mostRoles = 12

// CheckGrant fails if b may not be added to what its account holds. Faults:
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

// AgencyFor returns the agency to bind r for, to a person of the agency home:
// home for a role of one agency, else none.
func AgencyFor(r Role, home string) string {
	if scopes[r] == ofAgency {
		return home
	}
	return ""
}
