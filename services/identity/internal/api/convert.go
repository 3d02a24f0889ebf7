package api

import (
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/message"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	identityv1 "github.com/parindex/parindex/proto/gen/parindex/identity/v1"
	"github.com/parindex/parindex/services/identity/internal/identity"
)

var roleOf = map[authv1.Role]identity.Role{
	authv1.Role_ROLE_AGENCY_EDITOR:            identity.AgencyEditor,
	authv1.Role_ROLE_AGENCY_HEAD:              identity.AgencyHead,
	authv1.Role_ROLE_APPRAISER:                identity.Appraiser,
	authv1.Role_ROLE_APPRAISAL_COUNCIL_MEMBER: identity.AppraisalCouncilMember,
	authv1.Role_ROLE_COORDINATOR:              identity.Coordinator,
	authv1.Role_ROLE_APPROVER:                 identity.Approver,
	authv1.Role_ROLE_SURVEY_OPERATOR:          identity.SurveyOperator,
	authv1.Role_ROLE_INTERVIEWER:              identity.Interviewer,
	authv1.Role_ROLE_BACK_CHECKER:             identity.BackChecker,
	authv1.Role_ROLE_OBSERVER:                 identity.Observer,
	authv1.Role_ROLE_INSPECTOR:                identity.Inspector,
	authv1.Role_ROLE_DATA_PROVIDER:            identity.DataProvider,
	authv1.Role_ROLE_SYSTEM:                   identity.System,
	authv1.Role_ROLE_ADMINISTRATOR:            identity.Administrator,
}

var messageOf = func() map[identity.Role]authv1.Role {
	roles := make(map[identity.Role]authv1.Role, len(roleOf))
	for message, role := range roleOf {
		roles[role] = message
	}
	return roles
}()

// Role returns the role of the domain for a role of the contract; "" for none.
func Role(r authv1.Role) identity.Role { return roleOf[r] }

func etag(revision int64) string { return strconv.FormatInt(revision, 10) }

func accountState(s identity.State) identityv1.AccountState {
	switch s {
	case identity.Active:
		return identityv1.AccountState_ACCOUNT_STATE_ACTIVE
	case identity.Disabled:
		return identityv1.AccountState_ACCOUNT_STATE_DISABLED
	default:
		return identityv1.AccountState_ACCOUNT_STATE_UNSPECIFIED
	}
}

// stateOf returns the state of a filter; "" for any.
func stateOf(m identityv1.AccountState) identity.State {
	switch m {
	case identityv1.AccountState_ACCOUNT_STATE_ACTIVE:
		return identity.Active
	case identityv1.AccountState_ACCOUNT_STATE_DISABLED:
		return identity.Disabled
	default:
		return ""
	}
}

func account(a identity.Account) *identityv1.Account {
	return &identityv1.Account{
		Id: a.ID, Authority: a.Authority, Agency: a.Agency, Login: a.Login, DisplayName: a.DisplayName,
		State: accountState(a.State), CreateTime: timestamppb.New(a.CreateTime), Etag: etag(a.Revision), LastLoginTime: message.Instant(a.LastLogin),
		OwnPassword: a.OwnPassword,
	}
}

func human(p identity.Human) *identityv1.Person {
	roles := make([]authv1.Role, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = messageOf[r]
	}
	slices.Sort(roles)
	return &identityv1.Person{Account: p.Account, Name: p.Name, Agency: p.Agency, AgencyName: p.AgencyName, Roles: roles}
}

func serviceAccount(a identity.ServiceAccount) *identityv1.ServiceAccount {
	return &identityv1.ServiceAccount{
		Name: a.Name, Authority: a.Authority, Agency: a.Agency, State: accountState(a.State), CreateTime: timestamppb.New(a.CreateTime),
	}
}

func roleBinding(b identity.Binding) *identityv1.RoleBinding {
	return &identityv1.RoleBinding{
		Id: b.ID, Authority: b.Authority, Agency: b.Agency, Account: b.Account, Role: messageOf[b.Role],
		EndTime: message.Instant(b.End), CreateTime: timestamppb.New(b.CreateTime),
		Pending: b.Pending(), AskedBy: b.Askers,
	}
}

func bindingMessages(bs []auth.Binding) []*authv1.Binding {
	var messages []*authv1.Binding
	for _, b := range bs {
		m := &authv1.Binding{Role: b.Role, Authority: b.Authority, Agency: b.Agency, EndSeconds: 0}
		if !b.End.IsZero() {
			m.EndSeconds = b.End.Unix()
		}
		messages = append(messages, m)
	}
	return messages
}

// person returns the principal of the access tokens of a session.
func person(a identity.Account, bs []identity.Binding, session string) auth.Principal {
	return auth.Principal{
		Kind: auth.Person, ID: a.ID, Session: session, Authority: a.Authority, Agency: a.Agency, Bindings: authBindings(bs),
	}
}

func authBindings(bs []identity.Binding) []auth.Binding {
	var bindings []auth.Binding
	for _, b := range bs {
		bindings = append(bindings, auth.Binding{Role: messageOf[b.Role], Authority: b.Authority, Agency: b.Agency, End: b.End})
	}
	return bindings
}

// software returns the principal of the tokens of a service account.
func software(a identity.ServiceAccount) auth.Principal {
	if a.Platform() {
		return auth.Principal{Kind: auth.Service, ID: a.Name, Session: "", Authority: "", Agency: "", Bindings: nil}
	}
	return auth.Principal{
		Kind: auth.System, ID: a.Name, Session: "", Authority: a.Authority, Agency: a.Agency,
		Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SYSTEM, Authority: a.Authority, Agency: a.Agency, End: time.Time{}}},
	}
}

func sessionMessage(s identity.Session, t identity.RefreshToken, access string, accessEnd time.Time) *identityv1.Session {
	return &identityv1.Session{
		Id: s.ID, AccessToken: access, AccessExpireTime: timestamppb.New(accessEnd),
		RefreshToken: t.String(), ExpireTime: timestamppb.New(s.ExpireTime), DeviceToken: "",
	}
}

// ownSession returns a session as its owner sees it from the session current.
func ownSession(s identity.Session, current string) *identityv1.OwnSession {
	return &identityv1.OwnSession{
		Id: s.ID, CreateTime: timestamppb.New(s.CreateTime), LastUseTime: timestamppb.New(s.LastUse()), ExpireTime: timestamppb.New(s.ExpireTime),
		Device: s.Device, Current: s.ID == current,
	}
}
