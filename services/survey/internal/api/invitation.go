package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/criteria"
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
	ids, known, err := postgres.Remembered[[]string](ctx, s.Store, by)
	if err != nil {
		return nil, err
	}
	if known {
		return &surveyv1.CreateInvitationsResponse{Invitations: toInvitations(req.GetAgency(), ids, nil)}, nil
	}
	year, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	links, err := s.draw(int(req.GetCount()))
	if err != nil {
		return nil, err
	}
	ids, made, err := s.Store.CreateInvitations(ctx, by, postgres.Inviting{
		Key: keyOf(req), Agency: req.GetAgency(), IDs: links.ids, Tokens: message.Each(links.tokens, survey.TokenHash),
		Decide: func(p survey.Plan) error { return p.Invite(year, req.GetAgency()) },
	})
	if err != nil {
		return nil, err
	}
	if !made {
		links.tokens = nil
	}
	return &surveyv1.CreateInvitationsResponse{Invitations: toInvitations(req.GetAgency(), ids, links.tokens)}, nil
}

// links are ids and secrets of invitations.
type links struct{ ids, tokens []string }

// secretSize is how many random bytes make a secret: nobody guesses one of 128 bits.
const secretSize = 16

// draw draws ids and secrets that have nothing to do with each other.
func (s *Server) draw(n int) (links, error) {
	var l links
	for range n {
		id, err := uuid.NewRandomFromReader(s.Random)
		if err != nil {
			return l, fmt.Errorf("drawing the id of an invitation: %w", err)
		}
		secret := make([]byte, secretSize)
		if _, err := io.ReadFull(s.Random, secret); err != nil {
			return l, fmt.Errorf("drawing the secret of an invitation: %w", err)
		}
		l.ids = append(l.ids, id.String())
		l.tokens = append(l.tokens, base64.RawURLEncoding.EncodeToString(secret))
	}
	return l, nil
}

// ReadInvitation implements surveyv1.SurveyServiceServer.
func (s *Server) ReadInvitation(ctx context.Context, req *surveyv1.ReadInvitationRequest) (*surveyv1.ReadInvitationResponse, error) {
	i, err := s.Store.Invitation(ctx, survey.TokenHash(req.GetToken()))
	if err != nil {
		return nil, err
	}
	content, err := s.questionnaire(ctx, i.Key)
	if err != nil {
		return nil, err
	}
	known, err := s.Windows.State(ctx, i.Key.Authority, i.Key.Cycle)
	if err != nil {
		return nil, err
	}
	year, err := s.Cycles.Read(ctx, i.Key.Authority, i.Key.Cycle, 0)
	if err != nil {
		return nil, err
	}
	agency, err := year.Agency(i.Agency)
	if err != nil {
		return nil, err
	}
	open := i.Open && known.Within(criteria.Preparation, criteria.AppraisalCouncil) == nil
	return &surveyv1.ReadInvitationResponse{Invitation: toOpened(content, agency.Name, i.Used, open)}, nil
}
