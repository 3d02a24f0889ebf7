package api

import (
	"context"
	"time"

	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// SubmitSheet implements assessmentv1.AssessmentServiceServer.
func (s *Server) SubmitSheet(ctx context.Context, req *assessmentv1.SubmitSheetRequest) (*assessmentv1.SubmitSheetResponse, error) {
	by, err := s.attempt(ctx, assessmentv1.AssessmentService_SubmitSheet_FullMethodName, req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	subject, _, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	submission := assessment.Submission{Round: int(req.GetRound()), At: by.At, AcceptIncomplete: req.GetAcceptIncomplete()}
	decide := func(sheet assessment.Sheet, number int) (assessment.Seal, error) {
		numbered := submission
		numbered.Number = number
		return subject.Seal(sheet, numbered)
	}
	if req.GetValidateOnly() {
		submission.At = time.Time{}
		seal, err := s.Store.TrySubmit(ctx, subject.Key(), selfOf(submission.Round), decide)
		if err != nil {
			return nil, err
		}
		return &assessmentv1.SubmitSheetResponse{Seal: toSeal(seal)}, nil
	}
	seal, first, err := s.Store.Submit(ctx, by, subject.Key(), selfOf(submission.Round), decide)
	if err != nil {
		return nil, err
	}
	if first {
		s.Seals.Inc()
	}
	return &assessmentv1.SubmitSheetResponse{Seal: toSeal(seal)}, nil
}

// GetSeal implements assessmentv1.AssessmentServiceServer.
func (s *Server) GetSeal(ctx context.Context, req *assessmentv1.GetSealRequest) (*assessmentv1.GetSealResponse, error) {
	subject, _, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	seal, err := s.Store.Seal(ctx, subject.Key(), int(req.GetRound()))
	if err != nil {
		return nil, err
	}
	return &assessmentv1.GetSealResponse{Seal: toSeal(seal)}, nil
}

// ListUnreceivedSeals implements assessmentv1.AssessmentServiceServer.
func (s *Server) ListUnreceivedSeals(ctx context.Context, req *assessmentv1.ListUnreceivedSealsRequest) (*assessmentv1.ListUnreceivedSealsResponse, error) {
	seals, err := s.Store.Unreceived(ctx, pageSize(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ListUnreceivedSealsResponse{Seals: each(seals, toSeal)}, nil
}

// ConfirmSeal implements assessmentv1.AssessmentServiceServer. It has no
// request_id: to confirm twice is to confirm once.
func (s *Server) ConfirmSeal(ctx context.Context, req *assessmentv1.ConfirmSealRequest) (*assessmentv1.ConfirmSealResponse, error) {
	by, err := s.attempt(ctx, assessmentv1.AssessmentService_ConfirmSeal_FullMethodName, "", req)
	if err != nil {
		return nil, err
	}
	subject, _, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	seal, err := s.Store.Confirm(ctx, by, subject.Key(), int(req.GetRound()), req.GetSha256())
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ConfirmSealResponse{Seal: toSeal(seal)}, nil
}
