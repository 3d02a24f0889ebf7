package sealedpb

import (
	"github.com/parindex/parindex/libs/criteria/criteriapb"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule/rulepb"
	"github.com/parindex/parindex/libs/sealed"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
)

func fromItem(i *sealed.Item) (*catalogv1.Item, error) {
	if i == nil {
		return nil, nil //nolint:nilnil // a node without points has no item
	}
	r, err := rulepb.FromRule(i.Rule)
	if err != nil {
		return nil, err
	}
	vectors, err := message.TryEach(i.TestVectors, fromTestVector)
	return &catalogv1.Item{
		MaxPoints: i.MaxPoints.String(), SourceKind: criteriapb.SourceKinds.To(i.SourceKind), Rule: r,
		Evidence: message.Each(i.Evidence, fromEvidence), Guidance: i.Guidance, TestVectors: vectors,
		Side: sides.To(i.Side), LegalBasis: message.Each(i.LegalBasis, fromLegalBasis), Basis: fromBasis(i.Basis), Field: i.Field,
	}, err
}

func toItem(r *reader, path string, m *catalogv1.Item) *sealed.Item {
	if m == nil {
		return nil
	}
	most, err := points.Parse(m.GetMaxPoints())
	r.fail(path+".max_points", err)
	judged, err := rulepb.ToRule(m.GetRule())
	r.fail(path+".rule", err)
	return &sealed.Item{
		MaxPoints: most, SourceKind: word(r, path+".source_kind", criteriapb.SourceKinds, m.GetSourceKind()), Rule: judged,
		Evidence: some(m.GetEvidence(), toEvidence), Guidance: m.GetGuidance(),
		TestVectors: each(r, path+".test_vectors", m.GetTestVectors(), toTestVector),
		Side:        optional(r, path+".side", sides, m.GetSide()), LegalBasis: some(m.GetLegalBasis(), toLegalBasis), Basis: toBasis(m.GetBasis()), Field: m.GetField(),
	}
}

func fromEvidence(e sealed.EvidenceRequirement) *catalogv1.EvidenceRequirement {
	return &catalogv1.EvidenceRequirement{Name: e.Name, Kind: e.Kind, Content: e.Content}
}

func toEvidence(m *catalogv1.EvidenceRequirement) sealed.EvidenceRequirement {
	return sealed.EvidenceRequirement{Name: m.GetName(), Kind: m.GetKind(), Content: m.GetContent()}
}

func fromLegalBasis(b sealed.LegalBasis) *catalogv1.LegalBasis {
	return &catalogv1.LegalBasis{Document: b.Document, Article: b.Article, IssueDate: b.IssueDate, EffectiveDate: b.EffectiveDate}
}

func toLegalBasis(m *catalogv1.LegalBasis) sealed.LegalBasis {
	return sealed.LegalBasis{
		Document: m.GetDocument(), Article: m.GetArticle(), IssueDate: m.GetIssueDate(), EffectiveDate: m.GetEffectiveDate(),
	}
}

func fromTestVector(v sealed.TestVector) (*catalogv1.TestVector, error) {
	input, err := rulepb.FromInput(v.Input)
	m := &catalogv1.TestVector{Input: input, Outcome: &catalogv1.TestVector_NotApplicable{NotApplicable: true}}
	if v.Points != nil {
		m.Outcome = &catalogv1.TestVector_Points{Points: v.Points.String()}
	}
	return m, err
}

func toTestVector(r *reader, path string, m *catalogv1.TestVector) sealed.TestVector {
	input, err := rulepb.ToInput(m.GetInput())
	r.fail(path+".input", err)
	v := sealed.TestVector{Input: input, Points: nil}
	if outcome, ok := m.GetOutcome().(*catalogv1.TestVector_Points); ok {
		stated, err := points.Parse(outcome.Points)
		r.fail(path+".points", err)
		v.Points = &stated
	}
	return v
}

func fromBasis(b *sealed.Basis) *catalogv1.Basis {
	if b == nil {
		return nil
	}
	return &catalogv1.Basis{Source: b.Source, Line: b.Line, Finding: b.Finding}
}

func toBasis(m *catalogv1.Basis) *sealed.Basis {
	if m == nil {
		return nil
	}
	return &sealed.Basis{Source: m.GetSource(), Line: m.GetLine(), Finding: m.GetFinding()}
}
