package api

import (
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/sealed/sealedpb"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/internal/catalog"
	"github.com/parindex/parindex/services/catalog/internal/regulation"
	"github.com/parindex/parindex/services/catalog/pack"
)

var severities = map[regulation.Severity]catalogv1.Severity{
	regulation.Error:        catalogv1.Severity_SEVERITY_ERROR,
	regulation.Acknowledged: catalogv1.Severity_SEVERITY_ACKNOWLEDGED,
	regulation.Warning:      catalogv1.Severity_SEVERITY_WARNING,
	regulation.Note:         catalogv1.Severity_SEVERITY_NOTE,
}

// toFinding returns a finding with its message in a language.
func toFinding(f regulation.Finding, language string) *catalogv1.Finding {
	message := f.Vi
	if language == "en" {
		message = f.En
	}
	return &catalogv1.Finding{
		Severity: severities[f.Severity], Code: f.Code, Group: f.Group, Path: f.Path, Declared: f.Declared, Computed: f.Computed, Message: message,
	}
}

func toGroupStructure(s regulation.Structure) *catalogv1.GroupStructure {
	return &catalogv1.GroupStructure{
		Group: s.Group, Criteria: s.Criteria, SubCriteria: s.SubCriteria, Items: s.Items,
		MaxPoints: s.MaxPoints.String(), SelfPoints: s.SelfPoints.String(), SurveyPoints: s.SurveyPoints.String(),
	}
}

func toPack(p pack.Pack) *catalogv1.Pack {
	return &catalogv1.Pack{
		Name: p.Name, Revision: p.Revision, Sha256: p.SHA256, Title: p.Content.Title, Completeness: sealedpb.Completenesses.To(p.Content.Completeness),
	}
}

func toGuidance(g catalog.Guidance) *catalogv1.Guidance {
	return &catalogv1.Guidance{
		Authority: g.Authority, Cycle: g.Cycle, Version: g.Version, PublishTime: message.Instant(g.PublishTime),
		Content: &catalogv1.GuidanceContent{
			DocumentNumber: g.Content.DocumentNumber, DocumentDate: g.Content.DocumentDate, Notice: g.Content.Notice,
			Items: message.Each(g.Content.Items, func(i catalog.ItemGuidance) *catalogv1.ItemGuidance {
				return &catalogv1.ItemGuidance{Group: i.Group, Item: i.Item, Text: i.Text}
			}),
		},
	}
}

func fromGuidance(m *catalogv1.GuidanceContent) catalog.GuidanceContent {
	return catalog.GuidanceContent{
		DocumentNumber: m.GetDocumentNumber(), DocumentDate: m.GetDocumentDate(), Notice: m.GetNotice(),
		Items: message.Each(m.GetItems(), func(i *catalogv1.ItemGuidance) catalog.ItemGuidance {
			return catalog.ItemGuidance{Group: i.GetGroup(), Item: i.GetItem(), Text: i.GetText()}
		}),
	}
}
