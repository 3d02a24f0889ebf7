package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/fault"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// desk returns the descriptor of a service with one rpc, Ask, whose method
// descriptor also has extra.
func desk(t *testing.T, extra string) protoreflect.ServiceDescriptor {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	err := prototext.Unmarshal([]byte(`
		name: "desk.proto" package: "desk" syntax: "proto3" dependency: "parindex/auth/v1/access.proto"
		message_type {
			name: "Question"
			field { name: "authority" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
			field { name: "agency" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
			field { name: "tags" number: 3 type: TYPE_STRING label: LABEL_REPEATED }
			field { name: "count" number: 4 type: TYPE_INT32 label: LABEL_OPTIONAL }
		}
		service { name: "Desk" method { name: "Ask" input_type: ".desk.Question" output_type: ".desk.Question" `+extra+` } }
	`), file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return d.Services().Get(0)
}

func option(access string) string {
	return fmt.Sprintf(`options { [parindex.auth.v1.access] { %s } }`, access)
}

func question(s protoreflect.ServiceDescriptor, authority, agency string) proto.Message {
	input := s.Methods().Get(0).Input()
	m := dynamicpb.NewMessage(input)
	m.Set(input.Fields().ByName("authority"), protoreflect.ValueOfString(authority))
	m.Set(input.Fields().ByName("agency"), protoreflect.ValueOfString(agency))
	return m
}

func TestNewGateRefuses(t *testing.T) {
	tests := map[string]struct{ method, want string }{
		"no option":               {``, "no access option"},
		"other options only":      {`options { deprecated: true }`, "no access option"},
		"no caller":               {option(``), "names no caller"},
		"a caller nobody knows":   {option(`caller: 17`), "names no caller"},
		"bound without roles":     {option(`caller: CALLER_BOUND authority_field: "authority"`), "roles"},
		"roles without bound":     {option(`caller: CALLER_MEMBER roles: ROLE_APPROVER`), "roles"},
		"roles and anyone":        {option(`caller: CALLER_ANYONE roles: ROLE_APPROVER`), "roles"},
		"no role":                 {option(`caller: CALLER_BOUND roles: ROLE_UNSPECIFIED`), "ROLE_UNSPECIFIED"},
		"scope and signed in":     {option(`caller: CALLER_SIGNED_IN authority_field: "authority"`), "every caller"},
		"services and anyone":     {option(`caller: CALLER_ANYONE services: "scoring"`), "every caller"},
		"service without names":   {option(`caller: CALLER_SERVICE`), "at least one"},
		"service with scope":      {option(`caller: CALLER_SERVICE services: "scoring" agency_field: "agency"`), "no scope"},
		"unknown authority field": {option(`caller: CALLER_MEMBER authority_field: "bureau"`), "bureau"},
		"unknown agency field":    {option(`caller: CALLER_MEMBER authority_field: "authority" agency_field: "office"`), "office"},
		"field that is a list":    {option(`caller: CALLER_MEMBER authority_field: "tags"`), "tags"},
		"field that is a number":  {option(`caller: CALLER_MEMBER authority_field: "count"`), "count"},
		"streams to the caller":   {`server_streaming: true ` + option(`caller: CALLER_ANYONE`), "streams"},
		"streams from the caller": {`client_streaming: true ` + option(`caller: CALLER_ANYONE`), "streams"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := auth.NewGate(desk(t, tt.method))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "desk.Desk.Ask") {
				t.Errorf("NewGate = %v, want desk.Desk.Ask and %q", err, tt.want)
			}
		})
	}
}

func TestNewGateReadsTheContract(t *testing.T) {
	if _, err := auth.NewGate(authv1.File_parindex_auth_v1_auth_service_proto.Services().Get(0)); err != nil {
		t.Error(err)
	}
}

func TestAdmit(t *testing.T) {
	person := func(bindings ...auth.Binding) auth.Principal {
		return auth.Principal{Kind: auth.Person, ID: "1", Bindings: bindings}
	}
	var (
		coordinator = auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "soc-trang"}
		elsewhere   = auth.Binding{Role: authv1.Role_ROLE_COORDINATOR, Authority: "can-tho"}
		everywhere  = auth.Binding{Role: authv1.Role_ROLE_COORDINATOR}
		observer    = auth.Binding{Role: authv1.Role_ROLE_OBSERVER, Authority: "soc-trang"}
		editor      = auth.Binding{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: "soc-trang", Agency: "health"}
		wide        = auth.Binding{Role: authv1.Role_ROLE_AGENCY_EDITOR, Authority: "soc-trang"}
		until       = func(b auth.Binding, end time.Time) auth.Binding {
			b.End = end
			return b
		}
		scoring = auth.Principal{Kind: auth.Service, ID: "scoring"}
		survey  = auth.Principal{Kind: auth.Service, ID: "survey", Bindings: []auth.Binding{everywhere}}
		system  = auth.Principal{Kind: auth.System, ID: "dvc", Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SYSTEM, Authority: "soc-trang"}}}
		narrow  = auth.Principal{Kind: auth.System, ID: "dvc", Bindings: []auth.Binding{{Role: authv1.Role_ROLE_SYSTEM, Authority: "soc-trang", Agency: "health"}}}
		nobody  = auth.Principal{Bindings: []auth.Binding{everywhere}}
	)
	const (
		anyone   = `caller: CALLER_ANYONE`
		signedIn = `caller: CALLER_SIGNED_IN`
		service  = `caller: CALLER_SERVICE services: "scoring"`
		member   = `caller: CALLER_MEMBER services: "scoring" authority_field: "authority"`
		global   = `caller: CALLER_MEMBER`
		bound    = `caller: CALLER_BOUND roles: ROLE_COORDINATOR roles: ROLE_SYSTEM authority_field: "authority"`
		agency   = `caller: CALLER_BOUND roles: ROLE_COORDINATOR roles: ROLE_AGENCY_EDITOR authority_field: "authority" agency_field: "agency"`
		noAgency = `caller: CALLER_BOUND roles: ROLE_AGENCY_EDITOR authority_field: "authority"`

		ownMember = `caller: CALLER_MEMBER authority_field: "authority" agency_field: "agency"`
	)
	var ok fault.Reason // no fault
	tests := []struct {
		name              string
		access            string
		caller            auth.Principal
		authority, agency string
		want              fault.Reason
	}{
		{"anonymous, anyone", anyone, nobody, "", "", ok},
		{"anonymous, signed in", signedIn, nobody, "", "", fault.TokenMissing},
		{"anonymous, service", service, nobody, "", "", fault.TokenMissing},
		{"anonymous, member", member, nobody, "soc-trang", "", fault.TokenMissing},
		{"anonymous, bound", bound, nobody, "soc-trang", "", fault.TokenMissing},

		{"person without a role, anyone", anyone, person(), "", "", ok},
		{"person without a role, signed in", signedIn, person(), "", "", ok},
		{"person without a role, member", member, person(), "soc-trang", "", fault.NotAllowed},
		{"person with every role, service", service, person(everywhere), "", "", fault.NotAllowed},
		{"person called as a service is", service, auth.Principal{Kind: auth.Person, ID: "scoring"}, "", "", fault.NotAllowed},

		{"member here", member, person(observer), "soc-trang", "", ok},
		{"member elsewhere", member, person(elsewhere), "soc-trang", "", fault.NotAllowed},
		{"member, no authority named", member, person(observer), "", "", fault.NotAllowed},
		{"member everywhere", member, person(everywhere), "soc-trang", "", ok},
		{"member everywhere, no authority named", member, person(everywhere), "", "", ok},
		{"member of one agency", member, person(editor), "soc-trang", "", ok},
		{"member here, rpc without authority", global, person(observer), "soc-trang", "", fault.NotAllowed},
		{"member everywhere, rpc without authority", global, person(everywhere), "", "", ok},

		{"role here", bound, person(coordinator), "soc-trang", "", ok},
		{"role elsewhere", bound, person(elsewhere), "soc-trang", "", fault.NotAllowed},
		{"role elsewhere, another role here", bound, person(elsewhere, observer), "soc-trang", "", fault.NotAllowed},
		{"role as the second binding", bound, person(observer, coordinator), "soc-trang", "", ok},
		{"role everywhere", bound, person(everywhere), "soc-trang", "", ok},
		{"another role", bound, person(observer), "soc-trang", "", fault.NotAllowed},
		{"role here, no authority named", bound, person(coordinator), "", "", fault.NotAllowed},
		{"software with its role", bound, system, "soc-trang", "", ok},
		{"software elsewhere", bound, system, "can-tho", "", fault.NotAllowed},

		{"role ends in a moment", bound, person(until(coordinator, noon.Add(1))), "soc-trang", "", ok},
		{"role ends now", bound, person(until(coordinator, noon)), "soc-trang", "", fault.NotAllowed},
		{"role ended", bound, person(until(everywhere, noon.Add(-time.Hour))), "soc-trang", "", fault.NotAllowed},
		{"membership ended", member, person(until(observer, noon)), "soc-trang", "", fault.NotAllowed},
		{"one ended, one not", bound, person(until(coordinator, noon), everywhere), "soc-trang", "", ok},

		{"own agency", agency, person(editor), "soc-trang", "health", ok},
		{"another agency", agency, person(editor), "soc-trang", "justice", fault.NotAllowed},
		{"no agency named", agency, person(editor), "soc-trang", "", fault.NotAllowed},
		{"same agency id, another authority", agency, person(editor), "can-tho", "health", fault.NotAllowed},
		{"every agency", agency, person(coordinator), "soc-trang", "justice", ok},
		{"narrowed, and no agency to name", noAgency, person(editor), "soc-trang", "health", fault.NotAllowed},
		{"narrowed and not, no agency to name", noAgency, person(editor, wide), "soc-trang", "health", ok},
		{"software of one agency", bound, narrow, "soc-trang", "health", fault.NotAllowed},
		{"member of one agency, rpc for it", ownMember, person(editor), "soc-trang", "health", ok},
		{"member of one agency, rpc for another", ownMember, person(editor), "soc-trang", "justice", fault.NotAllowed},

		{"service, anyone", anyone, scoring, "", "", ok},
		{"service, signed in", signedIn, survey, "", "", ok},
		{"service named", service, scoring, "", "", ok},
		{"service not named", service, survey, "", "", fault.NotAllowed},
		{"service named, any authority", member, scoring, "can-tho", "", ok},
		{"service not named, whatever its bindings", member, survey, "soc-trang", "", fault.NotAllowed},
		{"service, rpc for people", bound, scoring, "soc-trang", "", fault.NotAllowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := desk(t, option(tt.access))
			gate, err := auth.NewGate(s)
			if err != nil {
				t.Fatal(err)
			}
			err = gate.Admit(tt.caller, "/desk.Desk/Ask", question(s, tt.authority, tt.agency), noon)
			switch {
			case tt.want == ok && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want != ok && !errors.Is(err, tt.want):
				t.Errorf("Admit = %v, want %s", err, tt.want.Code)
			}
			if open := tt.access == anyone; gate.Open("/desk.Desk/Ask") != open {
				t.Errorf("Open is %v", !open)
			}
		})
	}
}

func TestGateKnowsOnlyItsMethods(t *testing.T) {
	s := desk(t, option(`caller: CALLER_ANYONE`))
	gate, err := auth.NewGate(s)
	if err != nil {
		t.Fatal(err)
	}
	p := auth.Principal{Kind: auth.Person, ID: "1", Bindings: []auth.Binding{{Role: authv1.Role_ROLE_ADMINISTRATOR}}}
	if err := gate.Admit(p, "/desk.Desk/Tell", question(s, "", ""), noon); !errors.Is(err, fault.NotAllowed) {
		t.Errorf("unknown method: %v, want NOT_ALLOWED", err)
	}
	if gate.Open("/desk.Desk/Tell") {
		t.Error("an unknown method is open")
	}
}
