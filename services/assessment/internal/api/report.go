package api

import (
	"context"

	"github.com/parindex/parindex/libs/attempt"
	"github.com/parindex/parindex/libs/auth"
	"github.com/parindex/parindex/libs/criteria"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/page"
	"github.com/parindex/parindex/libs/rpc"
	"github.com/parindex/parindex/libs/workbook"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
	"github.com/parindex/parindex/services/assessment/internal/reportbook"
)

// whileAppraised are the phases in which values are reported: as long as the appraisal
// can still decide on them (rule A6).
var whileAppraised = postgres.Phases{First: criteria.Self1, Last: criteria.Appraisal2, Group: ""}

// ReportValue implements assessmentv1.AssessmentServiceServer.
func (s *Server) ReportValue(ctx context.Context, req *assessmentv1.ReportValueRequest) (*assessmentv1.ReportValueResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_ReportValue_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	report, err := fromReportValue(req)
	if err != nil {
		return nil, err
	}
	subject, err := s.subject(ctx, req)
	if err != nil {
		return nil, err
	}
	if report, err = subject.ReportedBy(report, reporter(ctx, req.GetAuthority())); err != nil {
		return nil, err
	}
	result, err := subject.CheckReport(report)
	if err != nil {
		return nil, err
	}
	id, err := s.NewID()
	if err != nil {
		return nil, err
	}
	report.ID, report.Time = id.String(), by.At
	report, err = s.Store.Report(ctx, by, whileAppraised, report, subject.CheckTakes)
	if err != nil {
		return nil, err
	}
	answer, err := toReport(report, result)
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ReportValueResponse{ReportedValue: answer}, nil
}

// ImportReportedValues implements assessmentv1.AssessmentServiceServer.
func (s *Server) ImportReportedValues(ctx context.Context, req *assessmentv1.ImportReportedValuesRequest) (*assessmentv1.ImportReportedValuesResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_ImportReportedValues_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	c, _, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	file, err := readFile(req.GetContent())
	if err != nil {
		return nil, err
	}
	reports, err := file.Reports(c, req.GetProvider(), reporter(ctx, c.Authority))
	if err != nil {
		return nil, err
	}
	for i := range reports {
		id, err := s.NewID()
		if err != nil {
			return nil, err
		}
		reports[i].ID, reports[i].Time = id.String(), by.At
	}
	n, err := s.Store.ImportReports(ctx, by, c.Authority, c.ID, whileAppraised, reports, req.GetValidateOnly(),
		func(r assessment.Report, sheet assessment.Sheet) error {
			subject, err := assessment.SubjectOf(c, r.Agency)
			if err != nil {
				return err
			}
			return subject.CheckTakes(sheet)
		})
	if err != nil {
		return nil, err
	}
	language := rpc.Language(ctx)
	notices := message.Each(file.Told, func(v fault.Violation) *assessmentv1.ReportFileNotice {
		return &assessmentv1.ReportFileNotice{Place: v.Field, Code: v.Code, Message: v.Message(language)}
	})
	return &assessmentv1.ImportReportedValuesResponse{Values: message.Int32(n), Notices: notices}, nil
}

// readFile reads a workbook or CSV. It fails with ReportFileInvalid.
func readFile(content []byte) (assessment.ReportFile, error) {
	if workbook.Is(content) {
		return reportbook.Read(content), nil
	}
	return assessment.ReadCSV(content)
}

// GetReportTemplate implements assessmentv1.AssessmentServiceServer.
func (s *Server) GetReportTemplate(ctx context.Context, req *assessmentv1.GetReportTemplateRequest) (*assessmentv1.GetReportTemplateResponse, error) {
	c, _, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	of, err := assessment.Subject{Cycle: c}.ReportedBy(assessment.Report{Provider: req.GetProvider()}, reporter(ctx, c.Authority))
	if err != nil {
		return nil, err
	}
	content, err := reportbook.Template(c, of.Provider)
	if err != nil {
		return nil, err
	}
	return &assessmentv1.GetReportTemplateResponse{Content: content, FileName: c.ID + "-so-lieu.xlsx"}, nil
}

// reporter returns the caller as one who reports values in an authority.
func reporter(ctx context.Context, authority string) assessment.Reporter {
	p := auth.From(ctx)
	by := assessment.Reporter{Software: "", Home: "", Own: p.Agencies(authority)}
	switch {
	case p.Kind != auth.Person:
		by.Software = p.ID
	case p.Authority == authority:
		by.Home = p.Agency
	}
	return by
}

// ListUnreceivedReports implements assessmentv1.AssessmentServiceServer.
func (s *Server) ListUnreceivedReports(ctx context.Context, req *assessmentv1.ListUnreceivedReportsRequest) (*assessmentv1.ListUnreceivedReportsResponse, error) {
	reports, err := s.Store.UnreceivedReports(ctx, page.Size(req.GetPageSize()))
	if err != nil {
		return nil, err
	}
	values, err := message.TryEach(reports, func(r assessment.Report) (*assessmentv1.ReportedValue, error) { return toReport(r, nil) })
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ListUnreceivedReportsResponse{ReportedValues: values}, nil
}

// ConfirmReports implements assessmentv1.AssessmentServiceServer. It has no request_id,
// because confirming again changes nothing.
func (s *Server) ConfirmReports(ctx context.Context, req *assessmentv1.ConfirmReportsRequest) (*assessmentv1.ConfirmReportsResponse, error) {
	by, err := attempt.Of(ctx, assessmentv1.AssessmentService_ConfirmReports_FullMethodName, req, s.Now())
	if err != nil {
		return nil, err
	}
	if err := s.Store.ConfirmReports(ctx, by, req.GetIds()); err != nil {
		return nil, err
	}
	return new(assessmentv1.ConfirmReportsResponse), nil
}

// ListReportedValues implements assessmentv1.AssessmentServiceServer.
func (s *Server) ListReportedValues(ctx context.Context, req *assessmentv1.ListReportedValuesRequest) (*assessmentv1.ListReportedValuesResponse, error) {
	filter := "reports/" + req.GetAuthority() + "/" + req.GetCycle()
	after, err := page.Decode(req.GetPageToken(), filter, 2)
	if err != nil {
		return nil, err
	}
	if after == nil {
		after = []string{"", ""}
	}
	c, _, err := s.cycle(ctx, req.GetAuthority(), req.GetCycle())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize())
	reports, err := s.Store.Reports(ctx, c.Authority, c.ID, after[0], after[1], size+1)
	if err != nil {
		return nil, err
	}
	reports, next := page.Cut(filter, reports, size, func(r assessment.Report) []string { return []string{r.Agency, r.Item} })
	values, err := message.TryEach(reports, func(r assessment.Report) (*assessmentv1.ReportedValue, error) {
		subject, err := assessment.KeptSubjectOf(c, r.Agency)
		if err != nil {
			return nil, err
		}
		result, err := subject.ResultOf(r)
		if err != nil {
			return nil, err
		}
		return toReport(r, result)
	})
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ListReportedValuesResponse{ReportedValues: values, NextPageToken: next}, nil
}
