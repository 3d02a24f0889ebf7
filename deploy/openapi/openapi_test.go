package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

const served = "../../gateway/internal/openapi/"

// platform is the document with everything, as the gateway serves it.
func platform(t *testing.T) (object, *jsonschema.Compiler) {
	t.Helper()
	content, err := os.ReadFile(served + "platform.openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("platform.json", document); err != nil {
		t.Fatal(err)
	}
	return document.(object), c //nolint:forcetypeassert // a document is an object
}

// schemas is the document's schemas, compiled.
type schemas struct {
	*jsonschema.Compiler
	t *testing.T
}

// takes reports whether a property of a schema takes a value; known is false if the
// schema has no such property.
func (s schemas) takes(schema, property string, value any) (takes, known bool) {
	s.t.Helper()
	one, err := s.Compile("platform.json#/components/schemas/" + schema + "/properties/" + property)
	if err != nil {
		return false, false
	}
	content, err := json.Marshal(value)
	if err != nil {
		s.t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(string(content)))
	if err != nil {
		s.t.Fatal(err)
	}
	return one.Validate(parsed) == nil, true
}

// probes are values at and beside the bounds of rules, by the kind of field. The empty
// value is not among them: JSON leaves it out, and "required" speaks of it.
func probes(f protoreflect.FieldDescriptor, rules *validate.FieldRules) []any {
	switch f.Kind() { //nolint:exhaustive // the contracts have no other kinds with rules
	case protoreflect.StringKind:
		values := []any{
			"a", "A", "soc-trang", "-", "12.50", "12,5", "2024-01-08", "2024-13-08", "i.4.1.2", "0198c0de-0000-7000-8000-000000000001",
			strings.Repeat("0f", 32), strings.Repeat("Ệ", 64), "a b", "x@y.z", "QH", "yes", "1.0",
		}
		for _, n := range []uint64{rules.GetString().GetMinLen(), rules.GetString().GetMaxLen()} {
			for _, length := range []uint64{max(n, 2) - 1, n, n + 1} {
				values = append(values, strings.Repeat("a", int(max(length, 1)))) //nolint:gosec // lengths are small
			}
		}
		return values
	case protoreflect.BytesKind:
		var values []any
		// The length of base64 counts in threes.
		for _, n := range []uint64{rules.GetBytes().GetMinLen(), rules.GetBytes().GetMaxLen(), rules.GetBytes().GetMaxLen() + 3} {
			values = append(values, base64.StdEncoding.EncodeToString(make([]byte, n)))
		}
		return values
	case protoreflect.Int32Kind:
		values := []any{1, -1, 2147483647, -2147483648}
		for _, n := range []int32{rules.GetInt32().GetGte(), rules.GetInt32().GetLte(), rules.GetInt32().GetGt(), rules.GetInt32().GetLt()} {
			for _, v := range []int64{int64(n) - 1, int64(n), int64(n) + 1} {
				if v != 0 && v < 1<<31 {
					values = append(values, v)
				}
			}
		}
		return values
	case protoreflect.Int64Kind:
		return []any{"1", "-1", "9007199254740993"}
	case protoreflect.BoolKind:
		return []any{true}
	case protoreflect.EnumKind:
		var values []any
		for i := range f.Enum().Values().Len() {
			if v := f.Enum().Values().Get(i); v.Number() != 0 {
				values = append(values, string(v.Name()))
			}
		}
		return values
	case protoreflect.MessageKind:
		if f.Message().FullName() == "google.protobuf.FieldMask" {
			return []any{"displayName", "agency", "name,aliases", "aliases", "etag", "displayName, agency", "display_name"}
		}
	}
	return nil
}

// TestSchemasTakeWhatTheServerTakes gives every field of every request values at and
// beside its bounds and compares the schema with the validation of the contract, so that
// no rule is missing or wrong.
func TestSchemasTakeWhatTheServerTakes(t *testing.T) {
	_, compiler := platform(t)
	s := schemas{compiler, t}
	validator, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	compared, refused := 0, 0
	check := func(schema string, f protoreflect.FieldDescriptor) {
		rules, _ := proto.GetExtension(f.Options(), validate.E_Field).(*validate.FieldRules)
		values := probes(f, rules)
		if f.IsMap() {
			return // propertyNames and the values are those of other fields
		}
		if f.IsList() {
			values = lists(f, rules)
		}
		for _, value := range values {
			takes, known := s.takes(schema, f.JSONName(), value)
			if !known {
				t.Fatalf("%s has no %s", schema, f.JSONName())
			}
			want := accepted(t, validator, f, value)
			compared++
			if !want {
				refused++
			}
			if takes != want {
				t.Errorf("%s.%s: the schema takes %.60v: %t, the server: %t", schema, f.JSONName(), value, takes, want)
			}
		}
	}
	requests(func(schema string, m protoreflect.MessageDescriptor, inPath map[protoreflect.Name]bool) {
		for i := range m.Fields().Len() {
			if f := m.Fields().Get(i); !inPath[f.Name()] {
				check(schema, f)
			}
		}
	})
	if compared < 3000 || refused < 1000 {
		t.Errorf("%d values compared, %d of them refused; the test has lost its way", compared, refused)
	}
}

// lists returns lists of one valid element, of as many as are allowed, and of one more.
func lists(f protoreflect.FieldDescriptor, rules *validate.FieldRules) []any {
	var values []any
	for _, element := range probes(f, rules.GetRepeated().GetItems()) {
		values = append(values, []any{element})
	}
	if most := rules.GetRepeated().GetMaxItems(); most > 0 && most < 1000 && f.Kind() == protoreflect.StringKind && !rules.GetRepeated().GetUnique() {
		for _, n := range []uint64{most, most + 1} {
			values = append(values, slices.Repeat([]any{"soc-trang"}, int(n))) //nolint:gosec // below 1000
		}
	}
	return values
}

// accepted reports whether the server takes a value for a field.
func accepted(t *testing.T, validator protovalidate.Validator, f protoreflect.FieldDescriptor, value any) bool {
	t.Helper()
	body, err := json.Marshal(object{f.JSONName(): value})
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(f.ContainingMessage())
	if protojson.Unmarshal(body, m) != nil {
		return false
	}
	broken, _ := validator.Validate(m).(*protovalidate.ValidationError) //nolint:errorlint // never wrapped
	if broken == nil {
		return true
	}
	return !slices.ContainsFunc(broken.Violations, func(v *protovalidate.Violation) bool {
		path := v.Proto.GetField().GetElements()
		return len(path) > 0 && path[0].GetFieldName() == string(f.Name())
	})
}

// requests calls do for the schema of every body and of every message in one.
func requests(do func(schema string, m protoreflect.MessageDescriptor, inPath map[protoreflect.Name]bool)) {
	seen := map[protoreflect.FullName]bool{}
	var below func(m protoreflect.MessageDescriptor)
	below = func(m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			inner := m.Fields().Get(i).Message()
			if inner != nil && m.Fields().Get(i).IsMap() {
				inner = m.Fields().Get(i).MapValue().Message()
			}
			if inner == nil || seen[inner.FullName()] || strings.HasPrefix(string(inner.FullName()), "google.") {
				continue
			}
			seen[inner.FullName()] = true
			do(string(inner.FullName())+"Input", inner, nil)
			below(inner)
		}
	}
	for _, file := range contracts {
		for i := range file.Services().Len() {
			rpcs := file.Services().Get(i).Methods()
			for j := range rpcs.Len() {
				rule := httpRule(rpcs.Get(j))
				if rule.GetBody() != "*" {
					continue
				}
				_, path := target(rule)
				inPath := map[protoreflect.Name]bool{}
				for _, m := range variable.FindAllStringSubmatch(path, -1) {
					inPath[protoreflect.Name(m[1])] = true
				}
				do(string(rpcs.Get(j).Input().FullName()), rpcs.Get(j).Input(), inPath)
				below(rpcs.Get(j).Input())
			}
		}
	}
}

// TestRequiredFields reads by eye what an outsider must send.
func TestRequiredFields(t *testing.T) {
	document, _ := platform(t)
	for schema, want := range map[string]string{
		"parindex.identity.v1.CreateSessionRequest":     "[login password]",
		"parindex.identity.v1.CreateAccountRequest":     "[login displayName password]",
		"parindex.identity.v1.UpdateAccountRequest":     "[updateMask]",
		"parindex.identity.v1.CreateRoleBindingRequest": "[account role]",
		"parindex.scoring.v1.PublishRunRequest":         "[decisionNumber decisionDate]",
		"parindex.scoring.v1.CreateRunRequest":          "<nil>",
	} {
		if got := fmt.Sprint(at(document, "components", "schemas", schema, "required")); got != want {
			t.Errorf("%s requires %s, want %s", schema, got, want)
		}
	}
}

// at returns the value at a path of keys.
func at(value any, keys ...string) any {
	for _, key := range keys {
		o, _ := value.(object)
		value = o[key]
	}
	return value
}

// TestDocument checks what an outsider needs besides schemas, for every operation.
func TestDocument(t *testing.T) {
	document, _ := platform(t)
	if servers, _ := document["servers"].([]any); len(servers) != 1 {
		t.Errorf("servers %v", servers)
	}
	schemes, _ := at(document, "components", "securitySchemes").(object)
	paths, _ := document["paths"].(object)
	names := map[string]bool{}
	for path, item := range paths {
		for method, operation := range item.(object) { //nolint:forcetypeassert // an item of paths is an object
			what := method + " " + path
			name := fmt.Sprint(at(operation, "operationId"))
			if names[name] {
				t.Errorf("%s: the operation id %s is taken", what, name)
			}
			names[name] = true
			security, known := at(operation, "security").([]any)
			if !known {
				t.Errorf("%s does not say how a caller is known", what)
			}
			for _, one := range security {
				for scheme := range one.(object) { //nolint:forcetypeassert // a requirement is an object
					if schemes[scheme] == nil {
						t.Errorf("%s needs %s, which is not declared", what, scheme)
					}
				}
			}
			if at(operation, "responses", "200", "content", "application/json", "schema") == nil || at(operation, "responses", "503", "x-reasons") == nil {
				t.Errorf("%s does not say what it answers", what)
			}
			if (at(operation, "responses", "401") != nil) != (len(security) > 0) && !slices.Contains([]string{"IdentityService_CreateSession", "IdentityService_RefreshSession", "IdentityService_DeleteSession", "TokenService_ExchangeSecret"}, name) {
				t.Errorf("%s: security %v, and the answer 401 is %v", what, security, at(operation, "responses", "401"))
			}
			variables := len(variable.FindAllString(path, -1))
			parameters, _ := at(operation, "parameters").([]any)
			for _, p := range parameters {
				if at(p, "in") == "path" {
					variables--
				}
			}
			if variables != 0 {
				t.Errorf("%s: not every variable of the path is described", what)
			}
		}
	}
	const board = "/v1/authorities/{authority}/cycles/{cycle}/leaderboards/{group}"
	if got := at(paths, board, "get", "responses", "200", "content", "application/json", "schema", "$ref"); got != "#/components/schemas/parindex.scoring.v1.Leaderboard" {
		t.Errorf("a leaderboard is described as %v", got)
	}
	role := fmt.Sprint(at(document, "components", "schemas", "parindex.auth.v1.Role", "description"))
	if !strings.Contains(role, "`ROLE_APPROVER`: Publishes the results") {
		t.Errorf("the meaning of a role is missing: %s", role)
	}
}

// TestEveryStatusHasItsReasons checks the reasons that contracts name against the
// document.
func TestVariablesOfPathsAreParameters(t *testing.T) {
	document, _ := platform(t)
	paths, _ := document["paths"].(map[string]any)
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method := range methods {
			var want, got []string
			for _, m := range variable.FindAllStringSubmatch(path, -1) {
				want = append(want, m[1])
			}
			parameters, _ := at(item.(map[string]any), method, "parameters").([]any)
			for _, p := range parameters {
				if parameter, _ := p.(map[string]any); parameter["in"] == "path" {
					got = append(got, fmt.Sprint(parameter["name"]))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("%s %s has the parameters %v", method, path, got)
			}
		}
	}
	if len(paths) == 0 {
		t.Error("the document has no paths")
	}
}

func TestEveryStatusHasItsReasons(t *testing.T) {
	document, _ := platform(t)
	// The comment of the service names what all its writes may answer.
	entry := at(document, "paths", "/v1/authorities/{authority}/cycles/{cycle}/sheets/{agency}/entries/{item}", "patch", "responses", "400", "x-reasons")
	if !strings.Contains(fmt.Sprint(entry), "WINDOW_CLOSED") || !strings.Contains(fmt.Sprint(entry), "ITEM_CLOSED") {
		t.Errorf("a write of an entry answers 400 for %v", entry)
	}
	publish := at(document, "paths", "/v1/authorities/{authority}/cycles/{cycle}/runs/{run}:publish", "post", "responses")
	for status, reason := range map[string]string{
		"404": "RUN_UNKNOWN", "400": "NOTICE_UNEXPECTED", "401": "TOKEN_MISSING", "403": "NOT_ALLOWED", "409": "REQUEST_ID_REUSED", "503": "STORAGE_AWAY",
	} {
		if got := fmt.Sprint(at(publish, status, "x-reasons")); !strings.Contains(got, reason) {
			t.Errorf("publishing, status %s: the reasons are %s, want %s among them", status, got, reason)
		}
	}
}

// TestExamplesAreValid validates each example of the document with its schema, and
// checks that every field with a pattern has one.
func TestExamplesAreValid(t *testing.T) {
	document, _ := platform(t)
	examples := 0
	var walk func(where string, value any)
	walk = func(where string, value any) {
		o, isObject := value.(object)
		if list, ok := value.([]any); ok {
			for i, v := range list {
				walk(fmt.Sprintf("%s[%d]", where, i), v)
			}
		}
		if !isObject {
			return
		}
		pattern, _ := o["pattern"].(string)
		given, _ := o["examples"].([]any)
		for _, e := range given {
			examples++
			if pattern != "" && !regexp.MustCompile(pattern).MatchString(fmt.Sprint(e)) {
				t.Errorf("%s: the example %v does not match %s", where, e, pattern)
			}
		}
		if pattern != "" && len(given) == 0 && o["format"] != "int64" && !strings.HasSuffix(where, ".items") && !strings.HasSuffix(where, ".propertyNames") {
			t.Errorf("%s has the pattern %s and no example", where, pattern)
		}
		for key, v := range o {
			walk(where+"."+key, v)
		}
	}
	walk("", document)
	if examples < 100 {
		t.Errorf("%d examples", examples)
	}
}
