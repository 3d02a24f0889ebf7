package rpc

import (
	"crypto/sha256"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// ContentHash returns the SHA-256 of a request's content without its request_id and
// without the fields in leftOut. A repeated request must have the same hash.
// Secrets must be left out, because a fast hash of a password must not be stored.
// It fails if the request does not have a field of leftOut.
func ContentHash(req proto.Message, leftOut ...protoreflect.Name) ([]byte, error) {
	m := proto.Clone(req).ProtoReflect()
	fields := m.Descriptor().Fields()
	if id := fields.ByName("request_id"); id != nil {
		m.Clear(id)
	}
	for _, name := range leftOut {
		field := fields.ByName(name)
		if field == nil {
			return nil, fmt.Errorf("hashing a request: %s has no field %s to leave out", m.Descriptor().FullName(), name)
		}
		m.Clear(field)
	}
	content, err := proto.MarshalOptions{Deterministic: true}.Marshal(m.Interface())
	if err != nil {
		return nil, fmt.Errorf("hashing a request: %w", err)
	}
	sum := sha256.Sum256(content)
	return sum[:], nil
}
