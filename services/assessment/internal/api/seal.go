package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

// SubmitSheet implements assessmentv1.AssessmentServiceServer.
func (s *Server) SubmitSheet(ctx context.Context, req *assessmentv1.SubmitSheetRequest) (*assessmentv1.SubmitSheetResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_SubmitSheet_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	subject, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	submission := assessment.Submission{Round: int(req.GetRound()), At: by.At, AcceptIncomplete: req.GetAcceptIncomplete()}
	decide := func(sheet assessment.Sheet, number int, letter string) (assessment.Seal, error) {
		numbered := submission
		numbered.Number, numbered.Letter = number, letter
		return subject.Submit(sheet, numbered)
	}
	if req.GetValidateOnly() {
		submission.At = time.Time{}
		seal, err := s.Store.TrySubmit(ctx, subject.Key(), selfAssessment(subject, submission.Round), decide)
		if err != nil {
			return nil, err
		}
		return &assessmentv1.SubmitSheetResponse{Seal: toSeal(seal)}, nil
	}
	seal, first, err := s.Store.Submit(ctx, by, subject.Key(), selfAssessment(subject, submission.Round), decide)
	if err != nil {
		return nil, err
	}
	if first {
		s.Seals.Inc()
	}
	return &assessmentv1.SubmitSheetResponse{Seal: toSeal(seal)}, nil
}

// UnsealSheet implements assessmentv1.AssessmentServiceServer.
func (s *Server) UnsealSheet(ctx context.Context, req *assessmentv1.UnsealSheetRequest) (*assessmentv1.UnsealSheetResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_UnsealSheet_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	subject, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	if auth.From(ctx).Own(subject.Cycle.Authority, subject.Agency.ID, subject.Cycle.Parents) {
		return nil, cycle.OwnAct.At("agency")
	}
	round := int(req.GetRound())
	seal, err := s.Store.Unseal(ctx, by, subject.Key(), selfAssessment(subject, round), func(sheet assessment.Sheet) (assessment.Seal, error) {
		return sheet.Unseal(round, req.GetReason(), by.At)
	})
	if err != nil {
		return nil, err
	}
	return &assessmentv1.UnsealSheetResponse{Seal: toSeal(seal)}, nil
}

// GetSeal implements assessmentv1.AssessmentServiceServer.
func (s *Server) GetSeal(ctx context.Context, req *assessmentv1.GetSealRequest) (*assessmentv1.GetSealResponse, error) {
	subject, _, err := s.kept(ctx, req)
	if err != nil {
		return nil, err
	}
	seal, err := s.Store.Seal(ctx, subject.Key(), int(req.GetRound()), int(req.GetNumber()))
	if err != nil {
		return nil, err
	}
	return &assessmentv1.GetSealResponse{Seal: toSeal(seal)}, nil
}

// ListUnreceivedSeals implements assessmentv1.AssessmentServiceServer.
func (s *Server) ListUnreceivedSeals(ctx context.Context, req *assessmentv1.ListUnreceivedSealsRequest) (*assessmentv1.ListUnreceivedSealsResponse, error) {
	after, err := fromUnreceived(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	seals, more, err := s.Store.Unreceived(ctx, after, page.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	answer := &assessmentv1.ListUnreceivedSealsResponse{Seals: message.Each(seals, toSeal)}
	if more {
		answer.NextPageToken = toUnreceived(seals[len(seals)-1])
	}
	return answer, nil
}

// unreceived is the filter of ListUnreceivedSeals' page tokens.
const unreceived = "unreceived-seals"

// toUnreceived returns the token of the page after a seal.
func toUnreceived(s assessment.Seal) string {
	return page.Encode(unreceived, canonical.Instant(s.Time), s.Authority, s.Cycle, strconv.Itoa(s.Number))
}

// fromUnreceived returns the place after which the page of a token begins. It fails
// with fault.PageTokenInvalid.
func fromUnreceived(token string) (after postgres.Place, err error) {
	key, err := page.Decode(token, unreceived, 4)
	if key == nil {
		return after, err
	}
	at, notTime := time.Parse(time.RFC3339, key[0])
	number, notNumber := strconv.ParseInt(key[3], 10, 32)
	if err := errors.Join(notTime, notNumber); err != nil {
		return after, fault.PageTokenInvalid.At("page_token").Because(err)
	}
	return postgres.Place{Time: at, Authority: key[1], Cycle: key[2], Number: int(number)}, nil
}

// ConfirmSeal implements assessmentv1.AssessmentServiceServer. It has no
// request_id, because confirming again changes nothing.
func (s *Server) ConfirmSeal(ctx context.Context, req *assessmentv1.ConfirmSealRequest) (*assessmentv1.ConfirmSealResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_ConfirmSeal_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	subject, _, err := s.kept(ctx, req)
	if err != nil {
		return nil, err
	}
	seal, err := s.Store.Confirm(ctx, by, subject.Key(), int(req.GetRound()), req.GetSha256(), req.GetUnsealed())
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ConfirmSealResponse{Seal: toSeal(seal)}, nil
}
