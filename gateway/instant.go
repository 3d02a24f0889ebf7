package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parindex/parindex/libs/civil"
)

// endsOfDays returns body with every instant of 24:00 as midnight of the day after, as
// protojson reads it: decisions name the end of a day so (rule Y2). All other bytes
// stay, so that protojson judges the rest as it was sent.
func endsOfDays(body []byte, m protoreflect.MessageDescriptor) []byte {
	if !bytes.Contains(body, []byte("T24:")) {
		return body
	}
	r := rewriter{body: body, decoder: json.NewDecoder(bytes.NewReader(body))}
	if r.value(nil, m) != nil {
		return body // not JSON, or too deep for any request
	}
	return append(r.out, body[r.kept:]...)
}

// rewriter walks through a JSON text beside the message that it stands for.
type rewriter struct {
	body    []byte
	decoder *json.Decoder
	out     []byte
	kept    int // the number of bytes of body that out stands for
	depth   int
}

// deepest is how deep the objects and lists of a request can lie in each other.
const deepest = 100

var errTooDeep = errors.New("nested too deeply")

// value reads the next value, which is one of field; m is the message of an object,
// nil if it stands for none.
func (r *rewriter) value(field protoreflect.FieldDescriptor, m protoreflect.MessageDescriptor) error {
	token, err := r.decoder.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		return r.inside(token, field, m)
	case string:
		if isInstant(field) {
			r.instant(token)
		}
	}
	return nil
}

// inside reads the rest of an object or a list.
func (r *rewriter) inside(opening json.Delim, field protoreflect.FieldDescriptor, m protoreflect.MessageDescriptor) error {
	if r.depth++; r.depth > deepest {
		return errTooDeep
	}
	defer func() { r.depth-- }()
	for r.decoder.More() {
		if opening == '{' {
			name, err := r.decoder.Token()
			if err != nil {
				return err
			}
			field = nil
			if text, ok := name.(string); ok && m != nil {
				field = fieldOf(m, text)
			}
		}
		var inner protoreflect.MessageDescriptor
		if field != nil && !field.IsMap() {
			inner = field.Message()
		}
		if err := r.value(field, inner); err != nil {
			return err
		}
	}
	_, err := r.decoder.Token()
	return err
}

// instant replaces the text that was read last by the instant that it names.
func (r *rewriter) instant(text string) {
	at, err := civil.ParseInstant(text)
	if err != nil {
		return
	}
	end := int(r.decoder.InputOffset())
	start := bytes.LastIndexByte(r.body[:end-1], '"')
	r.out = append(r.out, r.body[r.kept:start]...)
	r.out = append(r.out, '"')
	r.out = at.UTC().AppendFormat(r.out, time.RFC3339Nano)
	r.out = append(r.out, '"')
	r.kept = end
}

func isInstant(field protoreflect.FieldDescriptor) bool {
	return field != nil && field.Message() != nil && field.Message().FullName() == "google.protobuf.Timestamp"
}
