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

// SubmitResponse implements surveyv1.SurveyServiceServer. It has no request_id:
// the id of the response makes it happen once.
func (s *Server) SubmitResponse(ctx context.Context, req *surveyv1.SubmitResponseRequest) (*surveyv1.SubmitResponseResponse, error) {
	given := message.Each(req.GetAnswers(), fromAnswer)
	r := survey.Response{
		ID: req.GetResponseId(), Token: survey.TokenHash(req.GetToken()), MAC: survey.Seal(req.GetToken(), given),
	}
	err := s.take(ctx, r, given)
	if refused(err) {
		err = s.repeated(ctx, r, err)
	}
	if err != nil {
		return nil, err
	}
	s.Responses.Inc()
	return &surveyv1.SubmitResponseResponse{ResponseId: req.GetResponseId()}, nil
}

// take stores a response that was not stored before.
func (s *Server) take(ctx context.Context, r survey.Response, given []survey.Answer) error {
	i, err := s.Store.Invitation(ctx, r.Token)
	switch {
	case err != nil:
		return err
	// Both are for ever; a response that cannot be stored need not disturb others.
	case i.Used:
		return survey.InvitationUsed.At("token")
	case !i.Open:
		return survey.SurveyClosed.Because(nil)
	}
	content, err := s.questionnaire(ctx, i.Key)
	if err != nil {
		return err
	}
	if r.Answers, err = content.Accept(given); err != nil {
		return err
	}
	return s.Intake.Take(ctx, i.Key, r)
}

// refused reports whether somebody who has a link is refused; who has none is
// told nothing about ids.
func refused(err error) bool {
	for _, r := range []error{survey.InvitationUsed, survey.SurveyClosed, survey.ResponseInvalid} {
		if errors.Is(err, r) {
			return true
		}
	}
	return false
}

// repeated returns nil for a response that is stored already, whatever has
// happened since: closed, presented, or stored by another send at this moment.
// It fails with ResponseIDReused, else with why the response was refused.
func (s *Server) repeated(ctx context.Context, r survey.Response, why error) error {
	stored, err := s.Store.Stored(ctx, r.ID, r.MAC)
	if err == nil && !stored {
		return why
	}
	return err
}

// frozen holds the questionnaires of opened plans, which never change.
type frozen struct {
	mu       sync.RWMutex
	contents map[postgres.Key]survey.Content
}

// mostFrozen is more questionnaires than are answered at the same time.
const mostFrozen = 64

// questionnaire returns the content of an opened plan: whoever has an invitation
// asks for no other.
func (s *Server) questionnaire(ctx context.Context, k postgres.Key) (survey.Content, error) {
	s.frozen.mu.RLock()
	content, ok := s.frozen.contents[k]
	s.frozen.mu.RUnlock()
	if ok {
		return content, nil
	}
	p, err := s.Store.Plan(ctx, k)
	if err != nil {
		return content, err
	}
	s.frozen.mu.Lock()
	defer s.frozen.mu.Unlock()
	if s.frozen.contents == nil || len(s.frozen.contents) >= mostFrozen {
		s.frozen.contents = map[postgres.Key]survey.Content{}
	}
	s.frozen.contents[k] = p.Content
	return p.Content, nil
}
