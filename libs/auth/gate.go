package auth

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// Gate decides from the access options in the contract who may call which rpc. It
// denies everything that no option allows.
type Gate struct {
	rules map[string]*authv1.Access // by full method, "/package.Service/Method"
}

// NewGate reads the access options of all methods of the services. It fails, naming
// the method, if a method lacks the option, if the option contradicts itself or
// names a request field that does not exist, and if the method streams, because the
// gate does not guard streams.
func NewGate(services ...protoreflect.ServiceDescriptor) (*Gate, error) {
	g := &Gate{rules: map[string]*authv1.Access{}}
	for _, s := range services {
		for i := range s.Methods().Len() {
			m := s.Methods().Get(i)
			access, err := accessOf(m)
			if err != nil {
				return nil, fmt.Errorf("rpc %s: %w", m.FullName(), err)
			}
			g.rules[fmt.Sprintf("/%s/%s", s.FullName(), m.Name())] = access
		}
	}
	return g, nil
}

func accessOf(m protoreflect.MethodDescriptor) (*authv1.Access, error) {
	if m.IsStreamingClient() || m.IsStreamingServer() {
		return nil, errors.New("streams, which the gate does not guard")
	}
	options, ok := m.Options().(*descriptorpb.MethodOptions)
	if !ok || !proto.HasExtension(options, authv1.E_Access) {
		return nil, errors.New("has no access option")
	}
	access, _ := proto.GetExtension(options, authv1.E_Access).(*authv1.Access)
	if err := coherent(access); err != nil {
		return nil, fmt.Errorf("its access option %w", err)
	}
	for _, name := range []string{access.GetAuthorityField(), access.GetAgencyField()} {
		if name == "" {
			continue
		}
		field := m.Input().Fields().ByName(protoreflect.Name(name))
		if field == nil || field.Kind() != protoreflect.StringKind || field.IsList() {
			return nil, fmt.Errorf("its access option names %s, which is no text field of the request", name)
		}
	}
	return access, nil
}

// coherent refuses settings that Admit would ignore, because their author expects a
// check that would not take place.
func coherent(a *authv1.Access) error {
	scoped := a.GetAuthorityField() != "" || a.GetAgencyField() != ""
	switch a.GetCaller() {
	case authv1.Caller_CALLER_ANYONE, authv1.Caller_CALLER_SIGNED_IN:
		if scoped || len(a.GetServices()) > 0 {
			return errors.New("lets in every caller and yet names services or a scope")
		}
	case authv1.Caller_CALLER_SERVICE:
		if scoped || len(a.GetServices()) == 0 {
			return errors.New("is for services: it names at least one, and no scope")
		}
	case authv1.Caller_CALLER_MEMBER, authv1.Caller_CALLER_BOUND:
	default:
		return errors.New("names no caller")
	}
	if (a.GetCaller() == authv1.Caller_CALLER_BOUND) != (len(a.GetRoles()) > 0) {
		return errors.New("must name roles with CALLER_BOUND and with nothing else")
	}
	if slices.Contains(a.GetRoles(), authv1.Role_ROLE_UNSPECIFIED) {
		return errors.New("names ROLE_UNSPECIFIED")
	}
	return nil
}

// Open reports whether anyone may call a method.
func (g *Gate) Open(method string) bool {
	return g.rules[method].GetCaller() == authv1.Caller_CALLER_ANYONE
}

// Admit returns nil if p may send req to method at now. It fails with TokenMissing
// for an anonymous caller if the rpc needs a known one, and with NotAllowed for any
// other caller that may not. It looks at the scope in the request, never at stored
// data.
func (g *Gate) Admit(p Principal, method string, req proto.Message, now time.Time) error {
	access, known := g.rules[method]
	switch caller := access.GetCaller(); {
	case !known:
		return fault.NotAllowed
	case caller == authv1.Caller_CALLER_ANYONE:
		return nil
	case p.Kind == Anonymous:
		return fault.TokenMissing
	case caller == authv1.Caller_CALLER_SIGNED_IN:
		return nil
	case p.Kind == Service:
		if slices.Contains(access.GetServices(), p.ID) {
			return nil
		}
	case caller == authv1.Caller_CALLER_MEMBER, caller == authv1.Caller_CALLER_BOUND:
		authority, agency := text(req, access.GetAuthorityField()), text(req, access.GetAgencyField())
		for _, b := range p.Bindings {
			if b.counts(now) && b.covers(authority) && allows(access, b, agency) {
				return nil
			}
		}
	}
	return fault.NotAllowed
}

// allows reports whether a binding satisfies the option for an agency. A binding
// for one agency satisfies CALLER_BOUND only if the request names that agency. For
// CALLER_MEMBER any binding is sufficient, unless the option names an agency field.
func allows(access *authv1.Access, b Binding, agency string) bool {
	bound := access.GetCaller() == authv1.Caller_CALLER_BOUND
	switch {
	case bound && !slices.Contains(access.GetRoles(), b.Role):
		return false
	case b.Agency == "":
		return true
	case access.GetAgencyField() == "":
		return !bound
	}
	return b.Agency == agency
}

func text(req proto.Message, field string) string {
	if field == "" {
		return ""
	}
	m := req.ProtoReflect()
	return m.Get(m.Descriptor().Fields().ByName(protoreflect.Name(field))).String()
}
