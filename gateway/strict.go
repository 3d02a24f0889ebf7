package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/fault"
)

// misreading is an error of reading a body or a query. The mux turns such an error
// into the text of a gRPC status; misread turns the text back into a fault.
type misreading struct {
	reason fault.Reason
	field  string
}

func (m misreading) Error() string { return m.reason.Code + " " + m.field }

var misreadings = map[string]fault.Reason{
	BodyMalformed.Code: BodyMalformed, BodyNotObject.Code: BodyNotObject, BodyTooLarge.Code: BodyTooLarge,
	FieldUnknown.Code: FieldUnknown, FieldInvalid.Code: FieldInvalid, FieldRepeated.Code: FieldRepeated,
	FieldExclusive.Code: FieldExclusive, FieldContradictsPath.Code: FieldContradictsPath,
	civil.NotInstant.Code: civil.NotInstant,
}

func misread(text string) *fault.Fault {
	code, field, _ := strings.Cut(text, " ")
	reason, ours := misreadings[code]
	if !ours {
		return fault.BadRequest.Because(errors.New(text))
	}
	return reason.At(field)
}

// strict reads and writes JSON. It refuses fields that the request message does not
// have and fields that contradict the path, naming the field, and requests larger than
// limit, in bytes of the binary message.
type strict struct {
	runtime.JSONPb

	limit int64
}

// NewDecoder returns a decoder. Its errors are misreadings, or io.EOF for an empty
// body.
func (s *strict) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		body, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(body) == 0 {
			return io.EOF
		}
		message, ok := v.(proto.Message)
		if !ok {
			return fmt.Errorf("%T is not a protobuf message", v)
		}
		body = endsOfDays(body, message.ProtoReflect().Descriptor())
		if protojson.Unmarshal(body, message) == nil {
			if int64(proto.Size(message)) > s.limit {
				return misreading{reason: BodyTooLarge}
			}
			if with, ok := r.(received); ok {
				return contradiction(message.ProtoReflect(), with.path)
			}
			return nil
		}
		return locate(body, message.ProtoReflect().New(), "")
	})
}

// contradiction returns the misreading of the first field that a body has with
// another value than the path, or nil. grpc-gateway lets the path win without a word.
func contradiction(m protoreflect.Message, path map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(path)) {
		field := fieldOf(m.Descriptor(), name)
		if field == nil || !m.Has(field) {
			continue
		}
		// UUIDs may be written in capitals.
		if !strings.EqualFold(fmt.Sprint(m.Get(field).Interface()), path[name]) {
			return misreading{FieldContradictsPath, field.JSONName()}
		}
	}
	return nil
}

// locate finds the field that prevents body from being read as message m; path is
// the path of m. It is needed because the error texts of protojson change from
// build to build.
func locate(body []byte, m protoreflect.Message, path string) error {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		switch {
		case !json.Valid(body):
			return misreading{reason: BodyMalformed}
		case path != "":
			return misreading{FieldInvalid, path}
		}
		return misreading{reason: BodyNotObject}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		at := strings.TrimPrefix(path+"."+name, ".")
		field := fieldOf(m.Descriptor(), name)
		if field == nil {
			return misreading{FieldUnknown, clip(at)}
		}
		key, err := json.Marshal(name)
		if err != nil {
			return misreading{FieldInvalid, clip(at)}
		}
		alone := slices.Concat([]byte("{"), key, []byte(":"), fields[name], []byte("}"))
		if protojson.Unmarshal(alone, m.New().Interface()) == nil {
			continue
		}
		return locateIn(fields[name], m, field, at)
	}
	return locateSecond(body, m.Descriptor(), path)
}

// locateSecond finds the second of two fields that exclude each other in an object
// whose fields can all be read alone: the same field again, or one of the same oneof.
func locateSecond(body []byte, m protoreflect.MessageDescriptor, path string) error {
	seen, d := map[protoreflect.FullName]bool{}, json.NewDecoder(bytes.NewReader(body))
	_, _ = d.Token() // the opening brace
	for d.More() {
		var value json.RawMessage
		name, err := d.Token()
		if err != nil || d.Decode(&value) != nil {
			break
		}
		field := fieldOf(m, fmt.Sprint(name))
		if field == nil {
			break
		}
		at := strings.TrimPrefix(path+"."+fmt.Sprint(name), ".")
		if seen[field.FullName()] {
			return misreading{FieldRepeated, at}
		}
		seen[field.FullName()] = true
		if group := field.ContainingOneof(); group != nil && string(value) != "null" {
			if seen[group.FullName()] {
				return misreading{FieldExclusive, at}
			}
			seen[group.FullName()] = true
		}
	}
	return misreading{reason: BodyMalformed}
}

// locateIn continues the search inside a field that consists of messages.
func locateIn(value []byte, m protoreflect.Message, field protoreflect.FieldDescriptor, at string) error {
	if isInstant(field) {
		return misreading{civil.NotInstant, at}
	}
	if field.Message() == nil || field.IsMap() || field.Message().ParentFile().Package() == "google.protobuf" {
		return misreading{FieldInvalid, at}
	}
	if !field.IsList() {
		return locate(value, m.NewField(field).Message(), at)
	}
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) != nil {
		return misreading{FieldInvalid, at}
	}
	for i, e := range elements {
		element := m.NewField(field).List().NewElement().Message()
		if protojson.Unmarshal(e, element.New().Interface()) != nil {
			return locate(e, element, fmt.Sprintf("%s[%d]", at, i))
		}
	}
	return misreading{FieldInvalid, at}
}

// fieldOf returns the field with the given JSON or proto name, or nil.
func fieldOf(m protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if f := m.Fields().ByJSONName(name); f != nil {
		return f
	}
	return m.Fields().ByTextName(name)
}

// clip shortens a client's field name and makes it valid UTF-8, so that it can be
// quoted in a fault.
func clip(name string) string {
	const most = 100
	if len(name) <= most {
		return strings.ToValidUTF8(name, "\uFFFD")
	}
	return strings.ToValidUTF8(name[:most], "") + "…"
}

// strictQuery reads query fields one by one, so that a fault can name the field
// with the invalid value. Unknown fields have been refused before.
type strictQuery struct{ runtime.DefaultQueryParser }

// Parse fills msg from values. Its errors are misreadings.
func (q strictQuery) Parse(msg proto.Message, values url.Values, filter *utilities.DoubleArray) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if q.DefaultQueryParser.Parse(msg, url.Values{name: values[name]}, filter) != nil {
			return misreading{FieldInvalid, name}
		}
	}
	return nil
}
