package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	rpcs "github.com/parindex/parindex/libs/rpc"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

// object is an object of JSON. Its keys are written in their order.
type object = map[string]any

const about = `The REST interface of parindex.

Errors are a google.rpc.Status in JSON. The detail of type google.rpc.ErrorInfo has the stable reason; each operation lists the reasons of each status as x-reasons, and /openapi/faults.json has their texts. The message is in Vietnamese or English, by the weights of Accept-Language.

A field with an empty value (0, false, "", an empty list) is left out of answers, and may be left out of requests. Unknown fields are refused. An id in the path need not be repeated in the body; if it is, it must be the same. Bodies are JSON in UTF-8 of at most 4 MiB, a file in them counting before its base64, and may be compressed by gzip. The server works on a request for as long as x-time-limit-seconds of its operation, and a client waits as long. 64-bit integers and points are strings.`

// patience is added to the description of an rpc that takes a whole cycle.
const patience = "It takes everything at once, which can take minutes: wait for the answer as long as x-time-limit-seconds. If the connection breaks before, send the same request again, with the same requestId if it has one: the work goes on meanwhile, and takes effect once."

// write returns the documents by name: one for each contract, and "platform" with all.
func write(c comments, r reasons) (map[string]object, error) {
	validator, err := protovalidate.New()
	if err != nil {
		return nil, err
	}
	all := newDocument("parindex")
	documents := map[string]object{"platform": all}
	for _, name := range slices.Sorted(maps.Keys(contracts)) {
		one := newDocument("parindex " + name)
		w := &writer{comments: c, reasons: r, validator: validator, schemas: one["components"].(object)["schemas"].(object)} //nolint:forcetypeassert // made here
		if err := w.contract(one, contracts[name]); err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
		join(all, one)
		documents[name+"_service"] = one
	}
	return documents, nil
}

func newDocument(title string) object {
	return object{
		"openapi": "3.1.0",
		"info":    object{"title": title, "version": "v1", "description": about, "license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"}},
		"servers": []any{object{"url": "/", "description": "The installation that serves this document."}},
		"tags":    []any{},
		"paths":   object{},
		"components": object{
			"schemas": object{"google.rpc.Status": statusSchema()},
			"securitySchemes": object{
				"bearer":  object{"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "An access token, from POST /v1/sessions for people or POST /v1/tokens for software."},
				"session": object{"type": "apiKey", "in": "cookie", "name": "parindex_access", "description": "The access token in the cookie that POST /v1/sessions sets."},
				"refresh": object{"type": "apiKey", "in": "cookie", "name": "parindex_refresh", "description": "The refresh token in the cookie that POST /v1/sessions sets."},
			},
			"headers": object{"Retry-After": object{"description": "Seconds to wait before the next try.", "schema": object{"type": "integer", "minimum": 1}}},
		},
	}
}

// join adds the paths, schemas and tags of one document to all.
func join(all, one object) {
	maps.Copy(all["paths"].(object), one["paths"].(object))                                                   //nolint:forcetypeassert // made by newDocument
	maps.Copy(all["components"].(object)["schemas"].(object), one["components"].(object)["schemas"].(object)) //nolint:forcetypeassert // made by newDocument
	all["tags"] = append(all["tags"].([]any), one["tags"].([]any)...)                                         //nolint:forcetypeassert // made by newDocument
}

// writer writes one document.
type writer struct {
	comments  comments
	reasons   reasons
	validator protovalidate.Validator
	schemas   object
}

func (w *writer) contract(document object, file protoreflect.FileDescriptor) error {
	paths, _ := document["paths"].(object)
	var tags []any
	for i := range file.Services().Len() {
		service := file.Services().Get(i)
		tags = append(tags, object{"name": string(service.Name()), "description": w.comments[service.FullName()]})
		for j := range service.Methods().Len() {
			rpc := service.Methods().Get(j)
			rule := httpRule(rpc)
			for n, binding := range append([]*annotations.HttpRule{rule}, rule.GetAdditionalBindings()...) {
				method, path := target(binding)
				if path == "" {
					continue // only other services call it
				}
				operation, err := w.operation(rpc, binding)
				if err != nil {
					return fmt.Errorf("%s: %w", rpc.FullName(), err)
				}
				if n > 0 {
					operation["operationId"] = fmt.Sprintf("%s%d", operation["operationId"], n+1)
				}
				path = named(path, rpc.Input())
				if paths[path] == nil {
					paths[path] = object{}
				}
				paths[path].(object)[strings.ToLower(method)] = operation //nolint:forcetypeassert // made here
			}
		}
	}
	document["tags"] = tags
	return nil
}

// target returns the method and path of a binding.
func target(r *annotations.HttpRule) (method, path string) {
	for method, path := range map[string]string{
		http.MethodGet: r.GetGet(), http.MethodPost: r.GetPost(), http.MethodPut: r.GetPut(),
		http.MethodPatch: r.GetPatch(), http.MethodDelete: r.GetDelete(),
	} {
		if path != "" {
			return method, path
		}
	}
	return "", ""
}

func httpRule(rpc protoreflect.MethodDescriptor) *annotations.HttpRule {
	rule, _ := proto.GetExtension(rpc.Options(), annotations.E_Http).(*annotations.HttpRule)
	return rule
}

func accessOf(rpc protoreflect.MethodDescriptor) *authv1.Access {
	access, _ := proto.GetExtension(rpc.Options(), authv1.E_Access).(*authv1.Access)
	return access
}

var variable = regexp.MustCompile(`\{(\w+)\}`)

// named returns a path whose variables have the names of their parameters, which are
// those of JSON.
func named(path string, request protoreflect.MessageDescriptor) string {
	return variable.ReplaceAllStringFunc(path, func(v string) string {
		f := request.Fields().ByName(protoreflect.Name(strings.Trim(v, "{}")))
		return "{" + f.JSONName() + "}"
	})
}

func (w *writer) operation(rpc protoreflect.MethodDescriptor, binding *annotations.HttpRule) (object, error) {
	method, path := target(binding)
	comment := w.comments[rpc.FullName()]
	operation := object{
		"tags": []string{string(rpc.Parent().Name())}, "operationId": string(rpc.Parent().Name() + "_" + rpc.Name()),
		"summary": summary(comment), "description": comment + "\n\n" + callers(rpc), "security": security(rpc),
		"x-time-limit-seconds": int(rpcs.TimeLimit(rpc).Seconds()),
	}
	if rpcs.TakesWholeCycle(rpc) {
		operation["description"] = fmt.Sprintf("%s\n\n%s", operation["description"], patience)
	}
	inPath := map[protoreflect.Name]bool{}
	for _, m := range variable.FindAllStringSubmatch(path, -1) {
		inPath[protoreflect.Name(m[1])] = true
	}
	// The gateway serves rendered bytes at addresses without a query.
	query := binding.GetBody() == "" && !rendered(rpc)
	parameters, err := w.parameters(rpc.Input(), inPath, query)
	if err != nil {
		return nil, err
	}
	if len(parameters) > 0 {
		operation["parameters"] = parameters
	}
	if binding.GetBody() == "*" {
		schema, err := w.object(rpc.Input(), true, inPath)
		if err != nil {
			return nil, err
		}
		w.schemas[string(rpc.Input().FullName())] = schema
		operation["requestBody"] = object{
			"required": schema["required"] != nil, "content": jsonContent(reference(string(rpc.Input().FullName()))),
		}
	} else if binding.GetBody() != "" {
		return nil, errors.New("a body of one field is not written yet")
	}
	operation["responses"], err = w.responses(rpc, binding, method)
	return operation, err
}

func jsonContent(schema object) object { return object{"application/json": object{"schema": schema}} }

func reference(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// security returns the schemes of which a caller needs one.
func security(rpc protoreflect.MethodDescriptor) []object {
	switch {
	case rpc.Name() == "RefreshSession":
		return []object{{"refresh": []string{}}}
	case rpc.Name() == "DeleteSession":
		return []object{{"refresh": []string{}}, {"bearer": []string{}}, {"session": []string{}}}
	case accessOf(rpc).GetCaller() == authv1.Caller_CALLER_ANYONE:
		return []object{}
	}
	return []object{{"bearer": []string{}}, {"session": []string{}}}
}

// parameters returns the fields of the path and, if there is no body, those of the
// query.
func (w *writer) parameters(request protoreflect.MessageDescriptor, inPath map[protoreflect.Name]bool, query bool) ([]object, error) {
	required, err := w.required(request)
	if err != nil {
		return nil, err
	}
	var all []object
	for i := range request.Fields().Len() {
		f := request.Fields().Get(i)
		place := "query"
		switch {
		case inPath[f.Name()]:
			place = "path"
		case !query:
			continue
		}
		schema, err := w.field(f, true)
		if err != nil {
			return nil, err
		}
		delete(schema, "description")
		all = append(all, object{
			"name": f.JSONName(), "in": place, "description": w.comments[f.FullName()], "required": place == "path" || required[f.Name()], "schema": schema,
		})
	}
	return all, nil
}

// rendered reports whether an rpc answers with bytes that were rendered before: those of
// a leaderboard.
func rendered(rpc protoreflect.MethodDescriptor) bool {
	body := rpc.Output().Fields().ByName("body")
	return body != nil && body.Message() != nil && body.Message().FullName() == "google.api.HttpBody"
}

func (w *writer) responses(rpc protoreflect.MethodDescriptor, binding *annotations.HttpRule, method string) (object, error) {
	answer := rpc.Output()
	if name := binding.GetResponseBody(); name != "" {
		answer = answer.Fields().ByName(protoreflect.Name(name)).Message()
	}
	if rendered(rpc) {
		answer = (*scoringv1.Leaderboard)(nil).ProtoReflect().Descriptor()
	}
	schema, err := w.message(answer, false)
	if err != nil {
		return nil, err
	}
	ok := object{"description": w.comments[answer.FullName()], "content": jsonContent(schema)}
	all := object{"200": ok}
	switch {
	case rendered(rpc):
		ok["description"] = "The leaderboard, compressed by gzip if Accept-Encoding allows it. It never changes while its publication is current."
		ok["headers"] = object{"ETag": object{"description": "For If-None-Match.", "schema": object{"type": "string"}}}
		all["304"] = object{"description": "The client has the leaderboard already, according to If-None-Match."}
	case answer.Name() == "Session":
		ok["headers"] = object{"Set-Cookie": object{
			"description": "The cookies parindex_access and parindex_refresh, and after a login parindex_device. The tokens of the last two are not in the body.",
			"schema":      object{"type": "string"},
		}}
	}
	byStatus := w.reasons.of(rpc, w.comments, method)
	for status, codes := range byStatus {
		response := object{
			"description": strings.Join(codes, ", "), "x-reasons": codes, "content": jsonContent(reference("google.rpc.Status")),
		}
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			response["headers"] = object{"Retry-After": object{"$ref": "#/components/headers/Retry-After"}}
		}
		all[strconv.Itoa(status)] = response
	}
	return all, nil
}

// statusSchema returns the schema of an error.
func statusSchema() object {
	text := object{"type": "string"}
	detail := func(name string, properties object) object {
		properties["@type"] = object{"const": "type.googleapis.com/google.rpc." + name}
		return object{"type": "object", "title": name, "properties": properties, "required": []string{"@type"}}
	}
	violation := object{"type": "object", "properties": object{
		"field":       object{"type": "string", "description": "The field, as JSON names it, such as updateMask or items[0].points."},
		"reason":      object{"type": "string", "description": "The reason, if the field has one of its own."},
		"description": object{"type": "string", "description": "What is wrong and what to do."},
	}}
	precondition := object{"type": "object", "properties": object{"type": text, "subject": text, "description": text}}
	return object{
		"type": "object", "description": "An error.", "required": []string{"code", "message"},
		"properties": object{
			"code":    object{"type": "integer", "format": "int32", "description": "The code of google.rpc.Code."},
			"message": object{"type": "string", "description": "What is wrong and what to do, for people, in the language of the request."},
			"details": object{"type": "array", "items": object{"anyOf": []object{
				detail("ErrorInfo", object{
					"reason": object{"type": "string", "description": "The stable reason, for programs."},
					"domain": object{"type": "string", "description": "The service that gives the reason, such as survey.parindex."},
				}),
				detail("LocalizedMessage", object{"locale": text, "message": text}),
				detail("BadRequest", object{"fieldViolations": object{"type": "array", "items": violation}}),
				detail("PreconditionFailure", object{"violations": object{"type": "array", "items": precondition}}),
				detail("RetryInfo", object{"retryDelay": object{"type": "string", "description": "The time to wait, in seconds, such as 1.500s."}}),
				detail("RequestInfo", object{"requestId": text}),
			}}},
		},
	}
}
