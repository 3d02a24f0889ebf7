// Package api is the speech of scoring: requests become domain types, domain
// types become answers. It holds no rule and no SQL.
package api

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/grpc"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/cycle/cyclepb"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	appraisalv1 "github.com/parindex/parindex/proto/gen/parindex/appraisal/v1"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/redis"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// Deps is what the door supplies.
type Deps struct {
	Store *postgres.Store
	Cache *redis.Cache
	// Catalog is asked with the caller's own token.
	Catalog catalogv1.CatalogServiceClient
	// Own are connections with the token of scoring itself.
	Own   Siblings
	Now   func() time.Time
	NewID func() (uuid.UUID, error)
	// Reads counts the leaderboards served, by the source they came from.
	Reads *prometheus.CounterVec
	// Runs counts the runs made.
	Runs prometheus.Counter
}

// Siblings are connections to other services.
type Siblings struct{ Catalog, Assessment, Appraisal, Survey grpc.ClientConnInterface }

// Server answers the rpcs of scoring.
type Server struct {
	scoringv1.UnimplementedScoringServiceServer

	deps Deps
	own  own
	runs reader
}

// own is what a run is gathered from.
type own struct {
	catalog    catalogv1.CatalogServiceClient
	cycles     *cyclepb.Reader
	assessment assessmentv1.AssessmentServiceClient
	appraisal  appraisalv1.AppraisalServiceClient
	survey     surveyv1.SurveyServiceClient
}

// New returns a Server.
func New(deps Deps) *Server {
	catalog := catalogv1.NewCatalogServiceClient(deps.Own.Catalog)
	return &Server{deps: deps, own: own{
		catalog: catalog, cycles: cyclepb.NewReader(catalog, deps.Now),
		assessment: assessmentv1.NewAssessmentServiceClient(deps.Own.Assessment),
		appraisal:  appraisalv1.NewAppraisalServiceClient(deps.Own.Appraisal),
		survey:     surveyv1.NewSurveyServiceClient(deps.Own.Survey),
	}, runs: reader{store: deps.Store}}
}

// ImportHistory implements scoringv1.ScoringServiceServer.
func (s *Server) ImportHistory(ctx context.Context, req *scoringv1.ImportHistoryRequest) (*scoringv1.ImportHistoryResponse, error) {
	if req.GetValidateOnly() {
		p, err := s.publishing(ctx, req)
		if err != nil {
			return nil, err
		}
		return imported(s.rehearse(ctx, p))
	}
	request, err := attempt.Request(ctx, scoringv1.ScoringService_ImportHistory_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	// Before anything is asked or read: names and catalog may have changed since.
	if first, known, err := s.deps.Store.Remembered(ctx, request); known || err != nil {
		return imported(first, err)
	}
	p, err := s.publishing(ctx, req)
	if err != nil {
		return nil, err
	}
	p.Request = request
	return imported(s.deps.Store.Publish(ctx, p))
}

// imported is the answer of ImportHistory.
func imported(c scoring.PublishedCycle, err error) (*scoringv1.ImportHistoryResponse, error) {
	if err != nil {
		return nil, err
	}
	return &scoringv1.ImportHistoryResponse{PublishedCycle: publishedCycle(c)}, nil
}

// ListPublishedCycles implements scoringv1.ScoringServiceServer.
func (s *Server) ListPublishedCycles(ctx context.Context, req *scoringv1.ListPublishedCyclesRequest) (*scoringv1.ListPublishedCyclesResponse, error) {
	filter := "published cycles of " + req.GetAuthority()
	after, err := page.Decode(req.GetPageToken(), filter, 2)
	if err != nil {
		return nil, err
	}
	if after == nil {
		after = []string{"", ""}
	}
	size := page.Size(req.GetPageSize())
	cycles, err := s.deps.Store.ListPublished(ctx, req.GetAuthority(), after[0], after[1], size+1)
	if err != nil {
		return nil, err
	}
	cycles, next := page.Cut(filter, cycles, size, func(c scoring.PublishedCycle) []string {
		return []string{c.Publication.Authority, c.Publication.Cycle}
	})
	return &scoringv1.ListPublishedCyclesResponse{PublishedCycles: message.Each(cycles, publishedCycle), NextPageToken: next}, nil
}

// GetCurrentPublication implements scoringv1.ScoringServiceServer.
func (s *Server) GetCurrentPublication(ctx context.Context, req *scoringv1.GetCurrentPublicationRequest) (*scoringv1.GetCurrentPublicationResponse, error) {
	p, err := s.deps.Store.Standing(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	return &scoringv1.GetCurrentPublicationResponse{Publication: publication(p)}, nil
}

// GetLeaderboard implements scoringv1.ScoringServiceServer.
func (s *Server) GetLeaderboard(ctx context.Context, req *scoringv1.GetLeaderboardRequest) (*scoringv1.GetLeaderboardResponse, error) {
	l, err := s.deps.Store.FindLeaderboard(ctx, req.GetAuthority(), req.GetCycle(), req.GetPublication(), req.GetGroup())
	if err != nil {
		return nil, err
	}
	body, cached := s.deps.Cache.Get(ctx, l.Publication, l.Group, l.SHA256)
	source := "redis"
	if !cached {
		source = "postgres"
		if body, err = s.deps.Store.Body(ctx, l); err != nil {
			return nil, err
		}
		s.deps.Cache.Set(ctx, l.Publication, l.Group, body)
	}
	s.deps.Reads.WithLabelValues(source).Inc()
	return &scoringv1.GetLeaderboardResponse{
		Body:        &httpbody.HttpBody{ContentType: "application/json", Data: body},
		Publication: l.Publication, Sha256: hexOf(l.SHA256),
	}, nil
}
