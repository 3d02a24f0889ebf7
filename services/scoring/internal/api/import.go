package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/civil"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/rpc"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
	"github.com/parindex/parindex/services/scoring/internal/history"
	"github.com/parindex/parindex/services/scoring/internal/postgres"
	"github.com/parindex/parindex/services/scoring/internal/scoring"
)

// ProposeHistory implements scoringv1.ScoringServiceServer.
func (s *Server) ProposeHistory(ctx context.Context, req *scoringv1.ProposeHistoryRequest) (*scoringv1.ProposeHistoryResponse, error) {
	if req.GetValidateOnly() {
		p, err := s.publishing(ctx, req)
		if err != nil {
			return nil, err
		}
		c, err := s.rehearse(ctx, p)
		return proposed(ctx, postgres.Proposed{Cycle: c}, err)
	}
	request, err := attempt.Request(ctx, scoringv1.ScoringService_ProposeHistory_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	// This comes first because names and catalog may have changed since.
	if first, known, err := s.deps.Store.RememberedProposal(ctx, request); known || err != nil {
		return proposed(ctx, first, err)
	}
	p, err := s.publishing(ctx, req)
	if err != nil {
		return nil, err
	}
	p.Request = request
	answer, err := s.deps.Store.Propose(ctx, p)
	return proposed(ctx, answer, err)
}

// WithdrawHistoryProposal implements scoringv1.ScoringServiceServer.
func (s *Server) WithdrawHistoryProposal(ctx context.Context, req *scoringv1.WithdrawHistoryProposalRequest) (*scoringv1.WithdrawHistoryProposalResponse, error) {
	by, err := attempt.Of(ctx, scoringv1.ScoringService_WithdrawHistoryProposal_FullMethodName, req, s.deps.Now())
	if err != nil {
		return nil, err
	}
	p, err := s.deps.Store.WithdrawProposal(ctx, by, req.GetAuthority(), req.GetCycle(), req.GetReason())
	if err != nil {
		return nil, err
	}
	return &scoringv1.WithdrawHistoryProposalResponse{Proposal: historyProposal(p)}, nil
}

// ImportHistory implements scoringv1.ScoringServiceServer.
func (s *Server) ImportHistory(ctx context.Context, req *scoringv1.ImportHistoryRequest) (*scoringv1.ImportHistoryResponse, error) {
	if req.GetValidateOnly() {
		p, err := s.publishing(ctx, req)
		if err != nil {
			return nil, err
		}
		c, err := s.rehearse(ctx, p)
		return imported(ctx, c, err)
	}
	request, err := attempt.Request(ctx, scoringv1.ScoringService_ImportHistory_FullMethodName, req)
	if err != nil {
		return nil, err
	}
	// This comes first because names and catalog may have changed since.
	if first, known, err := s.deps.Store.Remembered(ctx, request); known || err != nil {
		return imported(ctx, first, err)
	}
	p, err := s.publishing(ctx, req)
	if err != nil {
		return nil, err
	}
	p.Request = request
	c, err := s.deps.Store.Publish(ctx, p)
	return imported(ctx, c, err)
}

// GetHistoryTemplate implements scoringv1.ScoringServiceServer.
func (s *Server) GetHistoryTemplate(ctx context.Context, req *scoringv1.GetHistoryTemplateRequest) (*scoringv1.GetHistoryTemplateResponse, error) {
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	file, err := history.Template(c)
	if err != nil {
		return nil, err
	}
	return &scoringv1.GetHistoryTemplateResponse{Content: file, FileName: c.ID + "-ket-qua.xlsx"}, nil
}

// imported returns the response of ImportHistory, in the caller's language.
func imported(ctx context.Context, c scoring.PublishedCycle, err error) (*scoringv1.ImportHistoryResponse, error) {
	if err != nil {
		return nil, err
	}
	return &scoringv1.ImportHistoryResponse{PublishedCycle: publishedCycle(c), Notices: notices(ctx, c)}, nil
}

// proposed returns the response of ProposeHistory, in the caller's language.
func proposed(ctx context.Context, p postgres.Proposed, err error) (*scoringv1.ProposeHistoryResponse, error) {
	if err != nil {
		return nil, err
	}
	return &scoringv1.ProposeHistoryResponse{
		PublishedCycle: publishedCycle(p.Cycle), Notices: notices(ctx, p.Cycle), Proposal: historyProposal(p.Proposal),
	}, nil
}

// notices returns what is told of the file of a publication, in the caller's language.
func notices(ctx context.Context, c scoring.PublishedCycle) []*scoringv1.ImportNotice {
	language := rpc.Language(ctx)
	return message.Each(c.Publication.Source.Told, func(v fault.Violation) *scoringv1.ImportNotice {
		return &scoringv1.ImportNotice{Place: v.Field, Code: v.Code, Message: v.Message(language)}
	})
}

// cycle reads a cycle with its authority and agencies from catalog. It returns the
// errors of catalog.
func (s *Server) cycle(ctx context.Context, authority, id string) (scoring.Cycle, error) {
	a, err := s.deps.Catalog.GetAuthority(ctx, &catalogv1.GetAuthorityRequest{Authority: authority})
	if err != nil {
		return scoring.Cycle{}, fmt.Errorf("reading authority %s: %w", authority, err)
	}
	c, err := s.deps.Catalog.GetCycle(ctx, &catalogv1.GetCycleRequest{Authority: authority, Cycle: id})
	if err != nil {
		return scoring.Cycle{}, fmt.Errorf("reading cycle %s of %s: %w", id, authority, err)
	}
	var agencies []*catalogv1.CycleAgency
	req := &catalogv1.ListCycleAgenciesRequest{Authority: authority, Cycle: id, PageSize: 200}
	for answer, err := range rpc.Pages(ctx, s.deps.Catalog.ListCycleAgencies, req) {
		if err != nil {
			return scoring.Cycle{}, fmt.Errorf("reading the agencies of cycle %s of %s: %w", id, authority, err)
		}
		agencies = append(agencies, answer.GetCycleAgencies()...)
	}
	return cycle(a.GetAuthority(), c.GetCycle(), agencies), nil
}

// historyRequest is a request to propose or to import a history file.
type historyRequest interface {
	GetAuthority() string
	GetCycle() string
	GetContent() []byte
	GetNotice() string
}

// publishing prepares the publication of a history file. It has the names that the
// catalog has now.
func (s *Server) publishing(ctx context.Context, req historyRequest) (postgres.Publishing, error) {
	c, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return postgres.Publishing{}, err
	}
	if !c.Imported {
		return postgres.Publishing{}, scoring.CycleNotImported.At("cycle")
	}
	results, err := history.Read(req.GetContent(), c)
	if err != nil {
		return postgres.Publishing{}, err
	}
	if err := decided(results.Decision, s.deps.Now()); err != nil {
		return postgres.Publishing{}, err
	}
	id, err := s.deps.NewID()
	if err != nil {
		return postgres.Publishing{}, fmt.Errorf("making the id of a publication: %w", err)
	}
	now := s.deps.Now().UTC().Truncate(time.Microsecond) // the precision of the database
	return postgres.Publishing{
		Results: results,
		Publication: scoring.Publication{
			ID: id.String(), Authority: c.Authority, AuthorityName: c.AuthorityName, Cycle: c.ID, CycleName: c.Name, Year: c.Year,
			Decision: results.Decision, PublishTime: now, Notice: req.GetNotice(), Source: results.Source,
		},
		Render: func(p scoring.Publication) ([][]byte, error) { return render(p, results.Leaderboards) },
	}, nil
}

// decided fails with civil.OutOfRange if the decision cannot have its date.
func decided(d scoring.Decision, now time.Time) error {
	date, err := civil.Parse(d.Date)
	if err == nil {
		err = civil.Issued.Check(date, now)
	}
	if err != nil {
		return fault.From(err).At("decision.date")
	}
	return nil
}

// rehearse returns what Publish would return, without storing anything. A publication
// that would be new has neither id nor time.
func (s *Server) rehearse(ctx context.Context, p postgres.Publishing) (scoring.PublishedCycle, error) {
	var current *scoring.Publication
	present, err := s.deps.Store.CurrentCycle(ctx, p.Publication.Authority, p.Publication.Cycle)
	switch {
	case err == nil:
		current = &present.Publication
	case !errors.Is(err, fault.PublicationUnknown):
		return scoring.PublishedCycle{}, err
	}
	version, again, err := scoring.Succeed(current, p.Results.Source.SHA256, p.Publication.Notice)
	if err != nil || again {
		return present, err
	}
	if _, err := p.Render(p.Publication); err != nil {
		return scoring.PublishedCycle{}, err
	}
	return p.Would(version), nil
}
