package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
)

// reasons holds the HTTP status of each reason, by code.
type reasons map[string]int

func readReasons(file string) (reasons, error) {
	content, err := os.ReadFile(file) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	var index struct {
		Faults []struct {
			Reason     string
			HTTPStatus int
		}
	}
	if err := json.Unmarshal(content, &index); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	all := reasons{}
	for _, f := range index.Faults {
		all[f.Reason] = f.HTTPStatus
	}
	return all, nil
}

var (
	code     = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b`)
	faultsOf = regexp.MustCompile(`faults\s+of\s+([A-Z]\w+)`)
)

// of returns the reasons that an rpc may answer with, by HTTP status: those that its
// comment names, also through "the faults of" another rpc, and those that follow from
// its option of access, its fields and its method.
func (r reasons) of(rpc protoreflect.MethodDescriptor, c comments, method string) map[int][]string {
	found := map[string]bool{}
	r.named(rpc, c, found)
	r.general(rpc, c, method != "GET", found)
	add := func(when bool, codes ...string) {
		for _, code := range codes {
			found[code] = found[code] || when
		}
	}
	fields, writes := rpc.Input().Fields(), method != "GET"
	caller := accessOf(rpc).GetCaller()
	add(true, "UNEXPECTED", "SERVICE_AWAY", "STORAGE_AWAY")
	add(fields.Len() > 0, "BAD_REQUEST", "FIELD_UNKNOWN", "FIELD_INVALID", "FIELD_IN_PATH")
	add(!writes, "BODY_UNEXPECTED")
	add(writes, "BODY_MALFORMED", "BODY_NOT_OBJECT", "BODY_NOT_UTF8", "BODY_INCOMPLETE", "BODY_NOT_JSON", "BODY_ENCODING_UNKNOWN",
		"BODY_TOO_LARGE", "BODY_TOO_SLOW", "FIELD_CONTRADICTS_PATH", "FIELD_REPEATED", "FIELD_EXCLUSIVE", "FIELD_NOT_IN_QUERY", "CROSS_ORIGIN")
	add(caller != authv1.Caller_CALLER_ANYONE, "TOKEN_MISSING", "TOKEN_INVALID", "TOKEN_EXPIRED")
	add(caller != authv1.Caller_CALLER_ANYONE && caller != authv1.Caller_CALLER_SIGNED_IN, "NOT_ALLOWED")
	add(fields.ByName("request_id") != nil, "REQUEST_ID_REUSED")
	add(rpc.Name() == "CreateSession" || rpc.Name() == "ExchangeSecret", "TOO_MANY_LOGINS")
	byStatus := map[int][]string{}
	for _, code := range slices.Sorted(maps.Keys(found)) {
		if status, known := r[code]; known && found[code] {
			byStatus[status] = append(byStatus[status], code)
		}
	}
	return byStatus
}

// general adds the reasons that the comment of a service names for all its rpcs about a
// cycle, in sentences with "every rpc", and for all its writes.
func (r reasons) general(rpc protoreflect.MethodDescriptor, c comments, writes bool, found map[string]bool) {
	for sentence := range strings.SplitSeq(c[rpc.Parent().FullName()], ". ") {
		holds := writes
		if strings.Contains(strings.ToLower(sentence), "every rpc") {
			holds = rpc.Input().Fields().ByName("cycle") != nil
		}
		for _, word := range code.FindAllString(sentence, -1) {
			if _, known := r[word]; known && holds && word != "REQUEST_ID_REUSED" { // which needs the field
				found[word] = true
			}
		}
	}
}

// named adds the reasons that the comment of an rpc names.
func (r reasons) named(rpc protoreflect.MethodDescriptor, c comments, found map[string]bool) {
	text := c[rpc.FullName()]
	for _, word := range code.FindAllString(text, -1) {
		if _, known := r[word]; known {
			found[word] = true
		}
	}
	for _, m := range faultsOf.FindAllStringSubmatch(text, -1) {
		service, ok := rpc.Parent().(protoreflect.ServiceDescriptor)
		if !ok {
			continue
		}
		if other := service.Methods().ByName(protoreflect.Name(m[1])); other != nil && other != rpc {
			r.named(other, c, found)
		}
	}
}

// callers says who may call an rpc.
func callers(rpc protoreflect.MethodDescriptor) string {
	access := accessOf(rpc)
	var roles []string
	for _, role := range access.GetRoles() {
		roles = append(roles, strings.TrimPrefix(role.String(), "ROLE_"))
	}
	var who string
	switch access.GetCaller() {
	case authv1.Caller_CALLER_ANYONE:
		who = "anyone"
	case authv1.Caller_CALLER_SIGNED_IN:
		who = "anyone who is signed in"
	case authv1.Caller_CALLER_MEMBER:
		who = "anyone with a role in the authority"
	case authv1.Caller_CALLER_BOUND:
		who = "the roles " + strings.Join(roles, ", ")
	case authv1.Caller_CALLER_UNSPECIFIED, authv1.Caller_CALLER_SERVICE:
	}
	if services := access.GetServices(); len(services) > 0 {
		if who != "" {
			who += "; "
		}
		who += "the services " + strings.Join(services, ", ")
	}
	return "Callers: " + who + "."
}
