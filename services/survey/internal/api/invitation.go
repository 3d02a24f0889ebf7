package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/message"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/postgres"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

// CreateInvitations implements surveyv1.SurveyServiceServer.
func (s *Server) CreateInvitations(ctx context.Context, req *surveyv1.CreateInvitationsRequest) (*surveyv1.CreateInvitationsResponse, error) {
	by, err := attempt.Of(ctx, surveyv1.SurveyService_CreateInvitations_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	ids, repeated, err := postgres.Remembered[[]string](ctx, s.Store, by)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &surveyv1.CreateInvitationsResponse{Invitations: toInvitations(req.GetAgency(), ids, nil)}, nil
	}
	cycle, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	if auth.From(ctx).Own(cycle.Authority, req.GetAgency(), cycle.Parents) {
		return nil, survey.OwnAgencySurveyed.At("agency")
	}
	drawn, err := s.draw(int(req.GetCount()))
	if err != nil {
		return nil, err
	}
	ids, made, err := s.Store.CreateInvitations(ctx, by, postgres.NewInvitations{
		Key: keyOf(req), Agency: req.GetAgency(), IDs: drawn.ids, TokenHashes: message.Each(drawn.tokens, survey.TokenHash),
		Decide: func(p survey.Plan) error { return p.Invite(cycle, req.GetAgency()) },
	})
	if err != nil {
		return nil, err
	}
	if !made {
		drawn.tokens = nil
	}
	return &surveyv1.CreateInvitationsResponse{Invitations: toInvitations(req.GetAgency(), ids, drawn.tokens)}, nil
}

// drawn holds the ids and the tokens of new invitations.
type drawn struct{ ids, tokens []string }

// tokenSize is the number of random bytes in a token: 128 bits cannot be guessed.
const tokenSize = 16

// draw draws the ids and the tokens of n invitations, independently of each other:
// an id, which is stored, must not reveal the token.
func (s *Server) draw(n int) (drawn, error) {
	var d drawn
	for range n {
		id, err := uuid.NewRandomFromReader(s.Random)
		if err != nil {
			return d, fmt.Errorf("drawing the id of an invitation: %w", err)
		}
		token := make([]byte, tokenSize)
		if _, err := io.ReadFull(s.Random, token); err != nil {
			return d, fmt.Errorf("drawing the token of an invitation: %w", err)
		}
		d.ids = append(d.ids, id.String())
		d.tokens = append(d.tokens, base64.RawURLEncoding.EncodeToString(token))
	}
	return d, nil
}

// ReadInvitation implements surveyv1.SurveyServiceServer.
func (s *Server) ReadInvitation(ctx context.Context, req *surveyv1.ReadInvitationRequest) (*surveyv1.ReadInvitationResponse, error) {
	i, err := s.Store.Invitation(ctx, survey.TokenHash(req.GetToken()))
	if err != nil {
		return nil, err
	}
	if i.State == survey.Cancelled {
		return nil, survey.SurveyCancelled.At("token")
	}
	content, err := s.questionnaire(ctx, i.Key)
	if err != nil {
		return nil, err
	}
	window, err := s.Windows.State(ctx, i.Key.Authority, i.Key.Cycle)
	if err != nil {
		return nil, err
	}
	cycle, err := s.Cycles.Read(ctx, i.Key.Authority, i.Key.Cycle, 0)
	if err != nil {
		return nil, err
	}
	agency, err := cycle.Agency(i.Agency)
	if err != nil {
		return nil, err
	}
	open := i.State == survey.Opened && window.WithinOne(survey.Phases()...) == nil
	return &surveyv1.ReadInvitationResponse{Invitation: toOpened(content, agency.Name, i.Used, open)}, nil
}
