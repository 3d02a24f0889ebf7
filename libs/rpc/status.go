package rpc

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/parindex/parindex/libs/fault"
)

// domainSuffix follows the name of a service in the domain of an ErrorInfo: the
// domain names the service that gave the fault ("survey.parindex"), also where
// other services have passed it on. A reason that several services give, such as
// STALE_ETAG, carries the domain of the one that answered.
const domainSuffix = ".parindex"

var codeOf = map[fault.Kind]codes.Code{
	fault.Internal:        codes.Internal,
	fault.Invalid:         codes.InvalidArgument,
	fault.NotFound:        codes.NotFound,
	fault.Exists:          codes.AlreadyExists,
	fault.Conflict:        codes.Aborted,
	fault.Precondition:    codes.FailedPrecondition,
	fault.Denied:          codes.PermissionDenied,
	fault.Unauthenticated: codes.Unauthenticated,
	fault.Unavailable:     codes.Unavailable,
	fault.Exhausted:       codes.ResourceExhausted,
}

var kindOf = func() map[codes.Code]fault.Kind {
	kinds := make(map[codes.Code]fault.Kind, len(codeOf))
	for k, c := range codeOf {
		kinds[c] = k
	}
	return kinds
}()

// Code returns the gRPC code of a kind of fault.
func Code(k fault.Kind) codes.Code { return codeOf[k] }

// Status returns the status by which a service answers err, in the language of the
// request: the code of its kind, its message, an ErrorInfo with the reason and
// the domain, the fields at fault, the time to wait, and the request's id. The
// cause stays here. A context.Canceled that nobody named is the caller's own
// doing: CANCELED.
func Status(err error, service, language, requestID string) *status.Status {
	f := fault.From(err)
	if f.Kind == fault.Internal && errors.Is(err, context.Canceled) {
		return status.New(codes.Canceled, "canceled")
	}
	s := status.New(codeOf[f.Kind], f.Message(language))
	details := []protoadapt.MessageV1{
		&errdetails.ErrorInfo{Reason: f.Code, Domain: cmp.Or(f.Service, service) + domainSuffix},
		&errdetails.LocalizedMessage{Locale: language, Message: f.Message(language)},
	}
	if violations := fieldViolations(f, language); len(violations) > 0 {
		details = append(details, &errdetails.BadRequest{FieldViolations: violations})
	}
	if f.Kind == fault.Precondition {
		details = append(details, &errdetails.PreconditionFailure{Violations: []*errdetails.PreconditionFailure_Violation{
			{Type: f.Code, Subject: f.Field, Description: f.Message(language)},
		}})
	}
	if f.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(f.RetryAfter)})
	}
	if requestID != "" {
		details = append(details, &errdetails.RequestInfo{RequestId: requestID})
	}
	detailed, err := s.WithDetails(details...)
	if err != nil {
		return s // a detail that cannot be marshalled must not hide the fault
	}
	return detailed
}

func fieldViolations(f *fault.Fault, language string) []*errdetails.BadRequest_FieldViolation {
	var violations []*errdetails.BadRequest_FieldViolation
	if f.Field != "" && len(f.Violations) == 0 {
		violations = append(violations, &errdetails.BadRequest_FieldViolation{
			Field: f.Field, Reason: f.Code, Description: f.Message(language),
		})
	}
	for _, v := range bounded(f.Violations) {
		violations = append(violations, &errdetails.BadRequest_FieldViolation{
			Field: v.Field, Reason: v.Code, Description: v.Message(language),
		})
	}
	return violations
}

// mostViolations is how many violations an answer lists: a thousand, and the remark with
// which a file's list of findings ends (yamldoc.FindingsCut). A result of a large authority
// can have hundreds of thousands, and no client reads so long a header.
const mostViolations = 1001

func bounded(all []fault.Violation) []fault.Violation {
	if len(all) <= mostViolations {
		return all
	}
	return append(slices.Clone(all[:mostViolations]), fault.MoreViolations.With(len(all)-mostViolations).Violation(""))
}

// Fault converts the error of a call to another service back to the fault that the
// service returned. The fault has its messages in one language and no cause. A
// status without a fault of ours becomes ServiceAway if the service did not answer,
// otherwise Unexpected. An error that is a fault already, or not a status, is
// returned unchanged.
func Fault(err error) error {
	if _, ok := errors.AsType[*fault.Fault](err); ok || err == nil {
		return err
	}
	s, ok := status.FromError(err)
	if !ok {
		return err
	}
	f := foreign(s, err)
	for _, detail := range s.Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			kind, known := kindOf[s.Code()]
			service, ours := strings.CutSuffix(d.GetDomain(), domainSuffix)
			if !known || !ours {
				continue
			}
			f.Service = service
			f.Reason = fault.Reason{Kind: kind, Code: d.GetReason(), Vi: s.Message(), En: s.Message()}
		case *errdetails.BadRequest:
			for _, v := range d.GetFieldViolations() {
				f.Violations = append(f.Violations, fault.Violation{
					Field: v.GetField(), Code: v.GetReason(), Vi: v.GetDescription(), En: v.GetDescription(),
				})
			}
		case *errdetails.RetryInfo:
			f.RetryAfter = d.GetRetryDelay().AsDuration()
		}
	}
	if len(f.Violations) == 1 && f.Violations[0].Code == f.Code {
		f.Field, f.Violations = f.Violations[0].Field, nil
	}
	return f
}

// foreign returns the fault for a status that carries none of ours.
func foreign(s *status.Status, err error) *fault.Fault {
	switch s.Code() {
	case codes.Unavailable, codes.DeadlineExceeded:
		return fault.ServiceAway.Because(err)
	case codes.Canceled:
		return fault.Unexpected.Because(context.Canceled)
	default:
		return fault.Unexpected.Because(err)
	}
}
