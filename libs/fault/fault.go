// Package fault is the one vocabulary in which every part of parindex says
// that something cannot be done: a kind, a stable reason, a message in
// Vietnamese and English, the field at fault, and the cause.
//
// A service lists its reasons in one file:
//
//	var SeatTaken = fault.Reason{Kind: fault.Exists, Code: "SEAT_TAKEN",
//		Vi: "Ghế %d đã có người. Hãy chọn ghế khác.", En: "Seat %d is taken. Choose another one."}
//
// and returns them as errors, bare or with what is known about this case:
//
//	return SeatTaken.With(7).At("seat")
//
// A code is defined once in the repository, means one thing and has one kind; its
// texts say what to do. A reason that several services give is defined here, or in
// the package of libs that owns the concept. deploy/faults reads all definitions
// from the source, refuses what breaks these rules and writes the index that the
// gateway serves.
//
// A field is spelled as the contract spells it, "entries[3].max_points". The server
// of libs/rpc gives it the name that JSON has for it, "entries[3].maxPoints", and
// callers, in REST and in gRPC, see only that one.
//
// On its way to a caller a fault keeps its kind, reason, message, field and
// violations. It loses its cause, which is logged once by the server and never
// sent, and it keeps the message in one language only, the caller's.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what a caller can do about a fault. The zero Kind is Internal: an
// error nobody named is ours to mend.
type Kind uint8

const (
	// Internal is a defect or a broken dependency nobody named.
	Internal Kind = iota
	// Invalid is a request that can never succeed as it stands.
	Invalid
	// NotFound is a thing that is not there, or not there for this caller.
	NotFound
	// Exists is a creation of what is already there with other content.
	Exists
	// Conflict is a write based on what somebody has changed since; read again.
	Conflict
	// Precondition is a request that is well formed but comes in the wrong state.
	Precondition
	// Denied is a caller who is known and may not.
	Denied
	// Unauthenticated is a caller who is not known.
	Unauthenticated
	// Unavailable is a dependency that is away; the same request may be repeated.
	Unavailable
	// Exhausted is a limit reached; the same request may be repeated after RetryAfter.
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

// Reason is one way in which a request can fail. Code is UPPER_SNAKE, stable
// for ever and part of the interface; Vi and En are for people and may change.
// Vi and En may hold fmt verbs that With fills.
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

// Bilingual is an argument of With that Vietnamese writes in another way than
// fmt: a figure, which has a decimal comma, or a word.
type Bilingual interface{ Vietnamese() string }

// With returns a fault of this reason whose messages are filled with args, each
// Bilingual among them as each language writes it.
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

// List returns a fault of this reason with the violations it sums up.
func (r Reason) List(vs ...Violation) *Fault { return &Fault{Reason: r, Violations: vs} }

// Violation returns a violation with the code and the messages of this reason, or
// of a fault made from it.
func (r Reason) Violation(field string) Violation {
	return Violation{Field: field, Code: r.Code, Vi: r.Vi, En: r.En}
}

// Violation is one of several things wrong with one request or file.
type Violation struct {
	// Field is the path of the request field, or the place in a file ("line 12").
	Field string
	// Code is the stable reason of this violation: a rule's id where a request breaks
	// its contract ("string.min_len"), else the code of a Reason.
	Code string
	Vi   string
	En   string
}

// Fault is a Reason as it happened once.
type Fault struct {
	Reason
	// Field is the path of the request field at fault, or empty.
	Field string
	// Violations lists everything wrong when more than one thing can be.
	Violations []Violation
	// Service is the service that gave the fault ("survey"), where it came from
	// another one; empty: the service that answers.
	Service string
	// RetryAfter is how long to wait before the same request can succeed;
	// 0 says nothing about it.
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

// After returns f with the time to wait before trying again.
func (f *Fault) After(d time.Duration) *Fault {
	f.RetryAfter = d
	return f
}

// Message returns the message in the language asked for: "en", else Vietnamese.
func (f *Fault) Message(language string) string { return pick(language, f.Vi, f.En) }

// Reason returns v as a reason, for what was found in a message and is to be told
// of a file.
func (v Violation) Reason() Reason {
	var r Reason
	r.Kind, r.Code, r.Vi, r.En = Invalid, v.Code, v.Vi, v.En
	return r
}

// Message returns the violation's message in the language asked for: "en",
// else Vietnamese.
func (v Violation) Message(language string) string { return pick(language, v.Vi, v.En) }

func pick(language, vi, en string) string {
	if language == "en" || vi == "" {
		return en
	}
	return vi
}

// Unexpected is the reason of every error that nobody named. Its cause is in
// the server's log beside the request's trace id.
var Unexpected = Reason{
	Kind: Internal, Code: "UNEXPECTED",
	Vi: "Hệ thống gặp lỗi ngoài dự kiến. Hãy thử lại; nếu vẫn lỗi, báo cho quản trị viên kèm mã yêu cầu.",
	En: "Something unexpected went wrong. Try again; if it stays, tell the administrator the request id.",
}

// From returns err as a fault: the first fault or reason in its chain with err
// as its cause, else Unexpected because of err. From(nil) is nil.
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
