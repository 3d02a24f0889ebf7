package api

import (
	"context"
	"fmt"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/canonical"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/sealed"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// GetHandBack implements assessmentv1.AssessmentServiceServer.
func (s *Server) GetHandBack(ctx context.Context, req *assessmentv1.GetHandBackRequest) (*assessmentv1.GetHandBackResponse, error) {
	subject, _, err := s.kept(ctx, req)
	if err != nil {
		return nil, err
	}
	h, err := s.Store.HandBack(ctx, subject.Key(), int(req.GetRound()))
	if err != nil {
		return nil, err
	}
	return &assessmentv1.GetHandBackResponse{HandBack: toHandBack(h)}, nil
}

// TakeHandBack implements assessmentv1.AssessmentServiceServer. It has no request_id,
// because the hash of the content identifies a repeated request.
func (s *Server) TakeHandBack(ctx context.Context, req *assessmentv1.TakeHandBackRequest) (*assessmentv1.TakeHandBackResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_TakeHandBack_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	if canonical.Hash(req.GetContent()) != req.GetSha256() {
		return nil, assessment.HandBackBroken.At("sha256")
	}
	outcome, err := sealed.Read[sealed.Outcome](req.GetContent())
	if err == nil && outcome.Version < 1 {
		err = fmt.Errorf("version %d", outcome.Version)
	}
	if err != nil {
		return nil, assessment.HandBackBroken.At("content").Because(err)
	}
	subject, _, err := s.kept(ctx, req)
	if err != nil {
		return nil, err
	}
	items, err := subject.Handed(outcome, int(req.GetRound()))
	if err != nil {
		return nil, err
	}
	kept, err := s.Store.TakeHandBack(ctx, by, assessment.HandBack{
		Key: subject.Key(), Round: int(req.GetRound()), Version: outcome.Version, Content: req.GetContent(), SHA256: req.GetSha256(), ReceiveTime: by.At, Items: items,
		SealNumber: assessment.SealOf(outcome, int(req.GetRound())),
	})
	if err != nil {
		return nil, err
	}
	return &assessmentv1.TakeHandBackResponse{ReceiveTime: message.Instant(kept.ReceiveTime), Sha256: kept.SHA256}, nil
}
