package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
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
	BodyMalformed.Code: BodyMalformed, BodyTooLarge.Code: BodyTooLarge, FieldUnknown.Code: FieldUnknown, FieldInvalid.Code: FieldInvalid,
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
// have, naming the field, and requests larger than limit, in bytes of the binary
// message.
type strict struct {
	runtime.JSONPb

	limit int64
}

// NewDecoder returns a decoder. Its errors are misreadings, or io.EOF for an empty
// body.
func (s *strict) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		body, err := io.ReadAll(r)
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return misreading{reason: BodyTooLarge}
		}
		if err != nil {
			return misreading{reason: BodyMalformed}
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
			return nil
		}
		return locate(body, message.ProtoReflect().New(), "")
	})
}

// locate finds the field that prevents body from being read as message m; path is
// the path of m. It is needed because the error texts of protojson change from
// build to build.
func locate(body []byte, m protoreflect.Message, path string) error {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		if path != "" && json.Valid(body) {
			return misreading{FieldInvalid, path}
		}
		return misreading{reason: BodyMalformed}
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
