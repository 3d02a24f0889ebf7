package api

import (
	"context"
	"errors"
	"sync"

	"github.com/parindex/parindex/libs/message"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// SubmitResponse implements surveyv1.SurveyServiceServer. The request has no
// request_id, because the id of the response makes it take effect once.
func (s *Server) SubmitResponse(ctx context.Context, req *surveyv1.SubmitResponseRequest) (*surveyv1.SubmitResponseResponse, error) {
	given := message.Each(req.GetAnswers(), fromAnswer)
	r := survey.Response{
		ID: req.GetResponseId(), TokenHash: survey.TokenHash(req.GetToken()), MAC: survey.MAC(req.GetToken(), given),
	}
	err := s.accept(ctx, r, given)
	if isRefusal(err) {
		err = s.checkRepeated(ctx, r, err)
	}
	if err != nil {
		return nil, err
	}
	s.Responses.Inc()
	return &surveyv1.SubmitResponseResponse{ResponseId: req.GetResponseId()}, nil
}

// accept stores a response that is sent for the first time.
func (s *Server) accept(ctx context.Context, r survey.Response, given []survey.Answer) error {
	i, err := s.Store.Invitation(ctx, r.TokenHash)
	if err != nil {
		return err
	}
	// Refusing here keeps a response that cannot be stored out of a transaction that it
	// shares with others.
	if i.Used {
		return survey.InvitationUsed.At("token")
	}
	if err := i.State.Answerable(); err != nil {
		return err
	}
	content, err := s.questionnaire(ctx, i.Key)
	if err != nil {
		return err
	}
	if r.Answers, err = content.Accept(given); err != nil {
		return err
	}
	return s.Intake.Store(ctx, i.Key, r)
}

// isRefusal reports whether err refuses the response of a caller whose token is
// valid. A caller without one must not learn which response ids exist.
func isRefusal(err error) bool {
	for _, r := range []error{survey.InvitationUsed, survey.SurveyClosed, survey.SurveyCancelled, survey.ResponseInvalid} {
		if errors.Is(err, r) {
			return true
		}
	}
	return false
}

// checkRepeated returns nil if r is stored already, even if the plan was closed or
// cancelled or the cycle presented since, or if another request has just stored it. Otherwise it
// fails with ResponseIDReused or with refusal.
func (s *Server) checkRepeated(ctx context.Context, r survey.Response, refusal error) error {
	stored, err := s.Store.Stored(ctx, r.ID, r.MAC)
	if err == nil && !stored {
		return refusal
	}
	return err
}

// questionnaires caches the contents of opened plans, which never change.
type questionnaires struct {
	mu       sync.RWMutex
	contents map[postgres.Key]survey.Content
}

// maxQuestionnaires bounds the cache; fewer surveys than this are open at a time.
const maxQuestionnaires = 64

// questionnaire returns the content of the plan k, which must have been opened, as
// every plan with an invitation has.
func (s *Server) questionnaire(ctx context.Context, k postgres.Key) (survey.Content, error) {
	s.questionnaires.mu.RLock()
	content, ok := s.questionnaires.contents[k]
	s.questionnaires.mu.RUnlock()
	if ok {
		return content, nil
	}
	p, err := s.Store.Plan(ctx, k)
	if err != nil {
		return content, err
	}
	s.questionnaires.mu.Lock()
	defer s.questionnaires.mu.Unlock()
	if s.questionnaires.contents == nil || len(s.questionnaires.contents) >= maxQuestionnaires {
		s.questionnaires.contents = map[postgres.Key]survey.Content{}
	}
	s.questionnaires.contents[k] = p.Content
	return p.Content, nil
}
