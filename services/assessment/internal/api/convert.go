package api

import (
	"time"

	"github.com/parindex/parindex/libs/cycle"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	"github.com/parindex/parindex/libs/sealed"
	assessmentv1 "github.com/parindex/parindex/proto/gen/parindex/assessment/v1"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
	"github.com/parindex/parindex/services/assessment/internal/assessment"
	"github.com/parindex/parindex/services/assessment/internal/postgres"
)

func fromUpdateEntry(req *assessmentv1.UpdateEntryRequest) (assessment.Entry, error) {
	input, err := fromInput(req.GetInput())
	if err != nil {
		return assessment.Entry{}, err
	}
	return assessment.Entry{
		Item: req.GetItem(), Input: input, Justification: req.GetJustification(), Evidence: message.Each(req.GetEvidence(), fromEvidence),
		Round: 0, Version: 0, UpdateTime: time.Time{}, Size: 0,
	}, nil
}

// fromInput returns the facts of the field "input", empty for nil.
func fromInput(m *rulev1.Input) (sealed.Facts, error) {
	if m == nil {
		return sealed.Facts{Input: nil}, nil
	}
	input, err := rulepb.ToInput(m)
	if err != nil {
		return sealed.Facts{Input: nil}, assessment.AtInput(err)
	}
	return sealed.Facts{Input: input}, nil
}

func fromEvidence(m *assessmentv1.Evidence) sealed.Evidence {
	return sealed.Evidence{
		Title: m.GetTitle(), DocumentNumber: m.GetDocumentNumber(), Issuer: m.GetIssuer(), IssueDate: m.GetIssueDate(),
		Locator: m.GetLocator(), Link: m.GetLink(),
	}
}

func fromReportValue(req *assessmentv1.ReportValueRequest) (assessment.Report, error) {
	input, err := fromInput(req.GetInput())
	if err != nil {
		return assessment.Report{}, err
	}
	return assessment.Report{
		ID: "", Key: assessment.Key{Authority: req.GetAuthority(), Cycle: req.GetCycle(), Agency: req.GetAgency()},
		Item: req.GetItem(), Sequence: 0, Input: input, Period: req.GetPeriod(), Source: req.GetSource(),
		Provider: req.GetProvider(), ProviderName: "", Reporter: "", Time: time.Time{},
	}, nil
}

func toSheet(s assessment.Subject, round int, lines []assessment.Line, seals []assessment.Seal) (*assessmentv1.Sheet, error) {
	entries, err := message.TryEach(lines, toEntry)
	if err != nil {
		return nil, err
	}
	return &assessmentv1.Sheet{
		Authority: s.Cycle.Authority, Cycle: s.Cycle.ID, Agency: s.Agency.ID, AgencyName: s.Agency.Name, Group: s.Group.ID,
		Round: message.Int32(round), Entries: entries, Subtotal: toSubtotal(assessment.Total(lines)), Seals: message.Each(seals, toSealHead),
	}, nil
}

func toEntry(l assessment.Line) (*assessmentv1.Entry, error) {
	input, err := toInput(l.Entry.Input)
	if err != nil {
		return nil, err
	}
	explanation, err := toExplanation(l.Result)
	if err != nil {
		return nil, err
	}
	var reported *assessmentv1.ReportedValue
	if l.Report != nil {
		if reported, err = toReport(*l.Report, l.Reported); err != nil {
			return nil, err
		}
	}
	return &assessmentv1.Entry{
		Item: l.Item.ID, Name: l.Item.Name, Field: l.Item.Domain, MaxPoints: l.Item.Max.String(), Kind: kinds[l.Kind],
		Input: input, Explanation: explanation,
		Justification: l.Entry.Justification, Evidence: message.Each(l.Entry.Evidence, toEvidence),
		CountedPoints: counted(l), NotCounted: notCounted[l.NotCounted], Open: l.Open,
		Round: message.Int32(l.Entry.Round), UpdateTime: message.Instant(l.Entry.UpdateTime), Etag: l.Entry.Etag(),
		ReportedValue: reported, Appraised: toAppraised(l.Appraised),
	}, nil
}

var kinds = map[assessment.Kind]assessmentv1.EntryKind{
	assessment.Entered:          assessmentv1.EntryKind_ENTRY_KIND_ENTERED,
	assessment.Reported:         assessmentv1.EntryKind_ENTRY_KIND_REPORTED,
	assessment.DecidedAtScoring: assessmentv1.EntryKind_ENTRY_KIND_DECIDED_AT_SCORING,
}

var notCounted = map[sealed.NotCounted]assessmentv1.NotCounted{
	sealed.NoInput:     assessmentv1.NotCounted_NOT_COUNTED_NO_INPUT,
	sealed.NoEvidence:  assessmentv1.NotCounted_NOT_COUNTED_NO_EVIDENCE,
	sealed.NotReported: assessmentv1.NotCounted_NOT_COUNTED_NOT_REPORTED,
}

func counted(l assessment.Line) *string {
	x, applies := l.Counted()
	if !applies {
		return nil
	}
	text := x.String()
	return &text
}

// toInput returns facts as a message, nil if there are none.
func toInput(f sealed.Facts) (*rulev1.Input, error) {
	if f.IsZero() {
		return nil, nil //nolint:nilnil // without facts there is no message
	}
	return rulepb.FromInput(f.Input)
}

// toExplanation returns a result as a message, nil if there is none.
func toExplanation(r *rule.Result) (*rulev1.Explanation, error) {
	if r == nil {
		return nil, nil //nolint:nilnil // without a result there is no message
	}
	return rulepb.FromResult(*r)
}

func toEvidence(e sealed.Evidence) *assessmentv1.Evidence {
	return &assessmentv1.Evidence{
		Title: e.Title, DocumentNumber: e.DocumentNumber, Issuer: e.Issuer, IssueDate: e.IssueDate, Locator: e.Locator, Link: e.Link,
	}
}

func toAppraised(a *assessment.Appraised) *assessmentv1.AppraisedItem {
	if a == nil {
		return nil
	}
	return &assessmentv1.AppraisedItem{
		Round: message.Int32(a.Round), Points: message.Figure(a.Points), ReducedPoints: a.Reduced.String(), Agreed: a.Agreed, Reason: a.Reason, Open: a.Open,
	}
}

func toSubtotal(t assessment.Subtotal) *assessmentv1.Subtotal {
	return &assessmentv1.Subtotal{
		Points: t.Points.String(), MaxPoints: t.Max.String(), Items: message.Int32(t.Items), NotCounted: message.Int32(t.NotCounted),
	}
}

func toSummary(a cycle.Agency, p postgres.Progress) *assessmentv1.SheetSummary {
	return &assessmentv1.SheetSummary{
		Agency: a.ID, AgencyName: a.Name, Group: a.Group, Entries: message.Int32(p.Entries), Seals: message.Each(p.Seals, toSealHead),
	}
}

func toSeal(s assessment.Seal) *assessmentv1.Seal {
	return &assessmentv1.Seal{
		Number: message.Int32(s.Number), Authority: s.Authority, Cycle: s.Cycle, Agency: s.Agency, Round: message.Int32(s.Round),
		SealTime: message.Instant(s.Time), Sha256: s.SHA256, Content: s.Content,
		ItemCount: message.Int32(s.Items), EvidenceCount: message.Int32(s.Evidence), ReceiveTime: message.Instant(s.ReceiveTime),
		UnsealTime: message.Instant(s.UnsealTime), UnsealReason: s.UnsealReason, ExtensionLetter: s.Letter, Standing: standings[s.Standing],
	}
}

var standings = map[assessment.Standing]assessmentv1.SealStanding{
	assessment.Submitted: assessmentv1.SealStanding_SEAL_STANDING_SUBMITTED,
	assessment.Counted:   assessmentv1.SealStanding_SEAL_STANDING_COUNTED,
	assessment.Late:      assessmentv1.SealStanding_SEAL_STANDING_LATE,
	assessment.Unsealed:  assessmentv1.SealStanding_SEAL_STANDING_UNSEALED,
	assessment.Replaced:  assessmentv1.SealStanding_SEAL_STANDING_REPLACED,
}

// toSealHead returns a seal without its content.
func toSealHead(s assessment.Seal) *assessmentv1.Seal {
	s.Content = nil
	return toSeal(s)
}

func toHandBack(h assessment.HandBack) *assessmentv1.HandBack {
	return &assessmentv1.HandBack{
		Authority: h.Authority, Cycle: h.Cycle, Agency: h.Agency, Round: message.Int32(h.Round),
		Content: h.Content, Sha256: h.SHA256, ReceiveTime: message.Instant(h.ReceiveTime), Items: message.Each(h.Items, toHanded), Version: message.Int32(h.Version),
	}
}

func toHanded(h assessment.Handed) *assessmentv1.HandedItem {
	return &assessmentv1.HandedItem{
		Item: h.Item, Points: message.Figure(h.Points), StandardPoints: h.Standard.String(), Agreed: h.Agreed, Reason: h.Reason, Open: h.Open,
	}
}

// toReport returns a report with the result of its rule.
func toReport(r assessment.Report, result *rule.Result) (*assessmentv1.ReportedValue, error) {
	input, err := toInput(r.Input)
	if err != nil {
		return nil, err
	}
	explanation, err := toExplanation(result)
	if err != nil {
		return nil, err
	}
	return &assessmentv1.ReportedValue{
		Id: r.ID, Authority: r.Authority, Cycle: r.Cycle, Agency: r.Agency, Item: r.Item, Input: input, Explanation: explanation,
		Period: r.Period, Source: r.Source, Reporter: r.Reporter, ReportTime: message.Instant(r.Time),
		Provider: r.Provider, ProviderName: r.ProviderName, Sequence: message.Int32(r.Sequence),
	}, nil
}
