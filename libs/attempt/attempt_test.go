package attempt_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/pg"
)

const contract = `
	name: "shelf.proto" package: "shelf" syntax: "proto3"
	message_type {
		name: "CreateShelf"
		field { name: "title" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
		field { name: "password" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
		field { name: "request_id" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL }
	}
	message_type {
		name: "ConfirmShelf"
		field { name: "title" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
	}`

// request returns a message of the contract in text form.
func request(t *testing.T, name protoreflect.Name, text string) *dynamicpb.Message {
	t.Helper()
	var file descriptorpb.FileDescriptorProto
	if err := prototext.Unmarshal([]byte(contract), &file); err != nil {
		t.Fatal(err)
	}
	d, err := protodesc.NewFile(&file, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(d.Messages().ByName(name))
	if err := prototext.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOf(t *testing.T) {
	ctx := auth.With(t.Context(), auth.Principal{Kind: auth.Person, ID: "lan"}, "")
	req := request(t, "CreateShelf", `title: "a" request_id: "1"`)
	now := time.Date(2024, 10, 31, 17, 30, 0, 1999, time.FixedZone("", 7*3600))
	a, err := attempt.Of(ctx, "/shelf/Create", req, now)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2024, 10, 31, 10, 30, 0, 1000, time.UTC); a.At != want {
		t.Errorf("at %v, want %v", a.At, want)
	}
	if a.Principal != "person:lan" || a.Method != "/shelf/Create" || a.ID != "1" {
		t.Errorf("attempt %+v", a)
	}
}

func TestRequest(t *testing.T) {
	of := func(name protoreflect.Name, text string, leftOut ...protoreflect.Name) pg.Request {
		t.Helper()
		r, err := attempt.Request(t.Context(), "m", request(t, name, text), leftOut...)
		if err != nil || len(r.Hash) != 32 {
			t.Fatalf("%s: %+v, %v", text, r, err)
		}
		return r
	}
	first := of("CreateShelf", `title: "a" password: "x" request_id: "1"`)
	if again := of("CreateShelf", `title: "a" password: "x" request_id: "2"`); first.ID != "1" || again.ID != "2" || !bytes.Equal(first.Hash, again.Hash) {
		t.Errorf("one content in two requests: %+v, %+v", first, again)
	}
	if other := of("CreateShelf", `title: "b" password: "x" request_id: "1"`); bytes.Equal(first.Hash, other.Hash) {
		t.Error("another title is the same content")
	}
	secret := of("CreateShelf", `title: "a" password: "x"`, "password")
	if other := of("CreateShelf", `title: "a" password: "y"`, "password"); !bytes.Equal(secret.Hash, other.Hash) {
		t.Error("what is left out counts")
	}
	if r := of("ConfirmShelf", `title: "a"`); r.ID != "" {
		t.Errorf("a request without a request_id has the id %q", r.ID)
	}
	_, err := attempt.Request(t.Context(), "m", request(t, "ConfirmShelf", ``), "password")
	if err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("a secret that the request does not have: %v", err)
	}
}
