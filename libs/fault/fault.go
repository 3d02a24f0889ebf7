// Package fault defines the errors that callers see: a kind, a stable reason, a
// message in Vietnamese and English, the field at fault, and the cause. Every part of
// parindex uses it.
//
// A service lists its reasons in one file:
//
//	var SeatTaken = fault.Exists.Reason("SEAT_TAKEN",
//		"Ghế %d đã có người. Hãy chọn ghế khác.",
//		"Seat %d is taken. Choose another one.")
//
// and returns them as errors, bare or with the details of the case:
//
//	return SeatTaken.With(7).At("seat")
//
// A code is defined once in the repository, means one thing and has one kind; its
// texts say what to do. A reason that several services return is defined here, or in
// the package of libs that owns the concept. deploy/faults reads all definitions from
// the source, fails if one breaks these rules, and writes the index that the gateway
// serves.
//
// Services name a field as the contract does, "entries[3].max_points". The server of
// libs/rpc translates it into the name in JSON, "entries[3].maxPoints", which callers
// see in REST and in gRPC.
//
// A caller receives the kind, the reason, the field, the violations, and the message
// in the caller's language. The cause is never sent; the server logs it once.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind classifies faults by what a caller can do about them. The zero Kind is
// Internal: an error without a reason is a defect of the platform.
type Kind uint8

const (
	// Internal is a defect, or an error of a dependency that has no reason.
	Internal Kind = iota
	// Invalid is a request that cannot succeed without being changed.
	Invalid
	// NotFound is a resource that does not exist, or not for this caller.
	NotFound
	// Exists is the creation of a resource that exists with other content.
	Exists
	// Conflict is a write based on a version that somebody has changed since; read
	// again.
	Conflict
	// Precondition is a valid request in the wrong state of the resource.
	Precondition
	// Denied is a known caller without permission.
	Denied
	// Unauthenticated is an unknown caller.
	Unauthenticated
	// Unavailable is a dependency that does not answer; the request may be repeated.
	Unavailable
	// Exhausted is a limit that was reached; the request may be repeated after
	// RetryAfter.
	Exhausted
)

var kindNames = [...]string{
	Internal: "internal", Invalid: "invalid", NotFound: "not found", Exists: "exists", Conflict: "conflict",
	Precondition: "precondition", Denied: "denied", Unauthenticated: "unauthenticated",
	Unavailable: "unavailable", Exhausted: "exhausted",
}

// String returns the English word of k.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Reason defines a reason of this kind: its code and its messages in Vietnamese and in
// English. It is called for package variables only, with texts written out, so that
// deploy/faults finds them in the source.
func (k Kind) Reason(code, vi, en string) Reason { return Reason{Kind: k, Code: code, Vi: vi, En: en} }

// Reason is one way in which a request can fail. Code is UPPER_SNAKE and part of the
// API: it never changes. Vi and En are the messages for people and may change; With
// fills their fmt verbs.
//
// A Reason is an error, and errors.Is finds it in any fault made from it.
type Reason struct {
	Kind Kind
	Code string
	Vi   string
	En   string
}

// Error returns the code and the English message.
func (r Reason) Error() string { return r.Code + ": " + r.En }

// Bilingual is an argument of With that is written differently in Vietnamese: a
// figure, which has a decimal comma, or a word.
type Bilingual interface{ Vietnamese() string }

// With returns a fault of this reason with args in its messages. A Bilingual is written
// in the language of the message.
func (r Reason) With(args ...any) *Fault {
	vi := slices.Clone(args)
	for i, arg := range args {
		if b, ok := arg.(Bilingual); ok {
			vi[i] = b.Vietnamese()
		}
	}
	filled := r
	filled.Vi = fmt.Sprintf(r.Vi, vi...)
	filled.En = fmt.Sprintf(r.En, args...)
	return &Fault{Reason: filled}
}

// At returns a fault of this reason that names the request field at fault, as
// a path such as "agency" or "entries[3].points".
func (r Reason) At(field string) *Fault { return &Fault{Reason: r, Field: field} }

// Because returns a fault of this reason with the error that caused it.
func (r Reason) Because(cause error) *Fault { return &Fault{Reason: r, cause: cause} }

// List returns a fault of this reason with its violations.
func (r Reason) List(vs ...Violation) *Fault { return &Fault{Reason: r, Violations: vs} }

// Violation returns a violation of a field with the code and the messages of this
// reason, or of a fault made from it.
func (r Reason) Violation(field string) Violation {
	return Violation{Field: field, Code: r.Code, Vi: r.Vi, En: r.En}
}

// Violation is one of the errors in a request or a file.
type Violation struct {
	// Field is the path of the request field, or the place in a file ("line 12").
	Field string
	// Code is the id of a validation rule of the contract ("string.min_len") or the
	// code of a Reason.
	Code string
	Vi   string
	En   string
}

// Fault is one occurrence of a Reason.
type Fault struct {
	Reason
	// Field is the path of the request field at fault, or empty.
	Field string
	// Violations are all the errors in the request, if it can have several.
	Violations []Violation
	// Service is the service that returned the fault ("survey"), if it was another one;
	// empty: the service that answers.
	Service string
	// RetryAfter is the time to wait before repeating the request; 0: unknown.
	RetryAfter time.Duration

	cause error
}

// Error returns code, English message, field and cause, for logs and tests.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Reason.Error())
	if f.Field != "" {
		fmt.Fprintf(&b, " (field %s)", f.Field)
	}
	for _, v := range f.Violations {
		fmt.Fprintf(&b, "; %s: %s: %s", v.Field, v.Code, v.En)
	}
	if f.cause != nil {
		fmt.Fprintf(&b, ": %v", f.cause)
	}
	return b.String()
}

// Is reports whether target is a Reason with the same code and kind, so that
// errors.Is(err, SeatTaken) holds whatever the messages were filled with.
func (f *Fault) Is(target error) bool {
	r, ok := target.(Reason)
	return ok && r.Code == f.Code && r.Kind == f.Kind
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.cause }

// At returns f with the request field at fault.
func (f *Fault) At(field string) *Fault {
	f.Field = field
	return f
}

// Because returns f with the error that caused it.
func (f *Fault) Because(cause error) *Fault {
	f.cause = cause
	return f
}

// After returns f with the time to wait before repeating the request.
func (f *Fault) After(d time.Duration) *Fault {
	f.RetryAfter = d
	return f
}

// Message returns the English message for the language "en", and the Vietnamese one
// for any other.
func (f *Fault) Message(language string) string { return pick(language, f.Vi, f.En) }

// Reason returns v as a reason, so that a violation in a message can be reported for
// a place in a file.
func (v Violation) Reason() Reason {
	var r Reason
	r.Kind, r.Code, r.Vi, r.En = Invalid, v.Code, v.Vi, v.En
	return r
}

// Message returns the English message for the language "en", and the Vietnamese one
// for any other.
func (v Violation) Message(language string) string { return pick(language, v.Vi, v.En) }

func pick(language, vi, en string) string {
	if language == "en" || vi == "" {
		return en
	}
	return vi
}

// Unexpected is the reason of every error that has no other. The server logs its
// cause with the trace id of the request.
var Unexpected = Internal.Reason("UNEXPECTED",
	"Hệ thống gặp lỗi ngoài dự kiến. Hãy thử lại; nếu vẫn lỗi, hãy báo cho quản trị viên kèm theo mã yêu cầu.",
	"An unexpected error occurred. Try again; if it happens again, give the administrator the request id.")

// From returns the first fault in the chain of err; or else its first reason, with
// err as the cause; or else Unexpected, with err as the cause. From(nil) is nil.
func From(err error) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	if r, ok := errors.AsType[Reason](err); ok {
		return r.Because(err)
	}
	return Unexpected.Because(err)
}
