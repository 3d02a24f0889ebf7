package api

import (
	"context"
	"strconv"

	"google.golang.org/genproto/googleapis/api/httpbody"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// ListPublishedCycles implements scoringv1.ScoringServiceServer.
func (s *Server) ListPublishedCycles(ctx context.Context, req *scoringv1.ListPublishedCyclesRequest) (*scoringv1.ListPublishedCyclesResponse, error) {
	filter := "published cycles of " + req.GetAuthority()
	after, err := publishedAfter(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	cycles, err := s.deps.Store.ListPublished(ctx, req.GetAuthority(), after, size+1)
	if err != nil {
		return nil, err
	}
	cycles, next := page.Cut(filter, cycles, size, func(c scoring.PublishedCycle) []string {
		return []string{c.Publication.Authority, strconv.Itoa(c.Publication.Year), c.Publication.Cycle}
	})
	return &scoringv1.ListPublishedCyclesResponse{PublishedCycles: message.Each(cycles, publishedCycle), NextPageToken: next}, nil
}

// publishedAfter returns the place after which a page begins. It fails with
// fault.PageTokenInvalid.
func publishedAfter(token, filter string) (postgres.PublishedPlace, error) {
	key, err := page.Decode(token, filter, 3)
	if key == nil {
		return postgres.PublishedPlace{}, err
	}
	year, err := strconv.ParseInt(key[1], 10, 32)
	if err != nil {
		return postgres.PublishedPlace{}, fault.PageTokenInvalid.At("page_token")
	}
	return postgres.PublishedPlace{Authority: key[0], Year: int(year), Cycle: key[2]}, nil
}

// ListPublications implements scoringv1.ScoringServiceServer.
func (s *Server) ListPublications(ctx context.Context, req *scoringv1.ListPublicationsRequest) (*scoringv1.ListPublicationsResponse, error) {
	filter := "publications of " + req.GetAuthority() + "/" + req.GetCycle()
	below, err := versionBelow(req.GetPageToken(), filter)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	versions, err := s.deps.Store.Versions(ctx, req.GetAuthority(), req.GetCycle(), below, size+1)
	if err != nil {
		return nil, err
	}
	versions, next := page.Cut(filter, versions, size, func(c scoring.PublishedCycle) []string { return []string{strconv.Itoa(c.Publication.Version)} })
	return &scoringv1.ListPublicationsResponse{PublishedCycles: message.Each(versions, publishedCycle), NextPageToken: next}, nil
}

// versionBelow returns the version below which a page begins; 0 for the first page. It
// fails with fault.PageTokenInvalid.
func versionBelow(token, filter string) (int32, error) {
	key, err := page.Decode(token, filter, 1)
	if key == nil {
		return 0, err
	}
	version, err := strconv.ParseInt(key[0], 10, 32)
	if err != nil {
		return 0, fault.PageTokenInvalid.At("page_token")
	}
	return int32(version), nil
}

// GetCurrentPublication implements scoringv1.ScoringServiceServer.
func (s *Server) GetCurrentPublication(ctx context.Context, req *scoringv1.GetCurrentPublicationRequest) (*scoringv1.GetCurrentPublicationResponse, error) {
	p, err := s.deps.Store.Current(ctx, req.GetAuthority(), req.GetCycle())
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
