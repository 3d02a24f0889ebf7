package api

import (
	"context"
	"slices"
	"strings"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
)

// GetSheet implements assessmentv1.AssessmentServiceServer.
func (s *Server) GetSheet(ctx context.Context, req *assessmentv1.GetSheetRequest) (*assessmentv1.GetSheetResponse, error) {
	subject, state, err := s.kept(ctx, req)
	if err != nil {
		return nil, err
	}
	sheet, err := s.Store.Sheet(ctx, subject.Key())
	if err != nil {
		return nil, err
	}
	round := roundIn(state.Phase, subject.Cycle.Rounds)
	writable := round
	if _, err := state.AcceptsOf(phaseOf(round), subject.Agency.ID, subject.Group.ID, s.Now()); err != nil || subject.Agency.Left {
		writable = 0
	}
	lines, err := subject.Lines(sheet, writable)
	if err != nil {
		return nil, err
	}
	answer, err := toSheet(subject, round, lines, sheet.Seals)
	if err != nil {
		return nil, err
	}
	return &assessmentv1.GetSheetResponse{Sheet: answer}, nil
}

// ListSheets implements assessmentv1.AssessmentServiceServer.
func (s *Server) ListSheets(ctx context.Context, req *assessmentv1.ListSheetsRequest) (*assessmentv1.ListSheetsResponse, error) {
	filter := "sheets/" + req.GetAuthority() + "/" + req.GetCycle()
	after, err := page.Decode(req.GetPageToken(), filter, 1)
	if err != nil {
		return nil, err
	}
	c, _, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	agencies, next := page.Cut(filter, scoredAfter(c, after), page.Size(req.GetPageSize()), func(a cycle.Agency) []string { return []string{a.ID} })
	progress, err := s.Store.Progress(ctx, c.Authority, c.ID, message.Each(agencies, func(a cycle.Agency) string { return a.ID }))
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ListSheetsResponse{
		Sheets:        message.Each(agencies, func(a cycle.Agency) *assessmentv1.SheetSummary { return toSummary(a, progress[a.ID]) }),
		NextPageToken: next,
	}, nil
}

// scoredAfter returns the scored agencies after the key of a page, by id.
func scoredAfter(c *cycle.Cycle, key []string) []cycle.Agency {
	after := strings.Join(key, "")
	return slices.DeleteFunc(slices.Clone(c.Agencies), func(a cycle.Agency) bool { return !a.Scored || a.ID <= after })
}

// UpdateEntry implements assessmentv1.AssessmentServiceServer.
func (s *Server) UpdateEntry(ctx context.Context, req *assessmentv1.UpdateEntryRequest) (*assessmentv1.UpdateEntryResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_UpdateEntry_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	entry, err := fromUpdateEntry(req)
	if err != nil {
		return nil, err
	}
	subject, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	line, err := subject.CheckEntry(entry)
	if err != nil {
		return nil, err
	}
	written, first, err := s.Store.WriteEntry(ctx, by, subject.Key(), selfAssessment(subject, int(req.GetRound())), line.Entry.Item,
		func(sheet assessment.Sheet) (assessment.Written, error) {
			return sheet.Write(line.Entry, int(req.GetRound()), req.GetEtag(), by.At)
		})
	if err != nil {
		return nil, err
	}
	if first {
		s.Entries.Inc()
	}
	line, err = subject.Beside(line.After(written), written.Report)
	if err != nil {
		return nil, err
	}
	answer, err := toEntry(line)
	if err != nil {
		return nil, err
	}
	return &assessmentv1.UpdateEntryResponse{Entry: answer}, nil
}
