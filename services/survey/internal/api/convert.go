package api

import (
	"fmt"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/message"
	"github.com/parindex/parindex/libs/points"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
	"github.com/parindex/parindex/services/survey/internal/survey"
)

var (
	states = message.Enum[survey.State, surveyv1.SurveyPlanState]{
		survey.Draft:     surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_DRAFT,
		survey.Opened:    surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_OPEN,
		survey.Closed:    surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CLOSED,
		survey.Cancelled: surveyv1.SurveyPlanState_SURVEY_PLAN_STATE_CANCELLED,
	}
	methods = message.Enum[survey.Method, surveyv1.Method]{
		survey.TopTwo:        surveyv1.Method_METHOD_TOP_TWO,
		survey.LinearMean:    surveyv1.Method_METHOD_LINEAR_MEAN,
		survey.OptionWeights: surveyv1.Method_METHOD_OPTION_WEIGHTS,
	}
	fallbacks = message.Enum[survey.Fallback, surveyv1.Fallback]{
		survey.NotApplicable: surveyv1.Fallback_FALLBACK_NOT_APPLICABLE,
		survey.Zero:          surveyv1.Fallback_FALLBACK_ZERO,
	}
)

func toPlan(p survey.Plan) *surveyv1.SurveyPlan {
	return &surveyv1.SurveyPlan{
		Authority: p.Authority, Cycle: p.Cycle, Id: p.ID, State: states.To(p.State), Content: toContent(p.Content),
		Invitations: message.Int32(p.Invitations), Responses: message.Int32(p.Responses),
		OpenTime: message.Instant(p.OpenTime), CloseTime: message.Instant(p.CloseTime), Etag: survey.Etag(p.Version),
		Reversals: message.Each(p.Reversals, toReversal),
	}
}

func toReversal(r survey.Reversal) *surveyv1.PlanReversal {
	return &surveyv1.PlanReversal{
		State: states.To(r.State), DocumentNumber: r.DocumentNumber, Reason: r.Reason, Time: message.Instant(r.Time), WithdrawnSha256: r.Withdrawn,
	}
}

func toContent(c survey.Content) *surveyv1.SurveyPlanContent {
	return &surveyv1.SurveyPlanContent{
		Title: c.Title, DecisionNumber: c.DecisionNumber, Introduction: c.Introduction,
		Questions: message.Each(c.Questions, toQuestion), Links: message.Each(c.Links, toLink),
	}
}

func fromContent(m *surveyv1.SurveyPlanContent) (survey.Content, error) {
	c := survey.Content{
		Title: m.GetTitle(), DecisionNumber: m.GetDecisionNumber(), Introduction: m.GetIntroduction(),
		Questions: make([]survey.Question, 0, len(m.GetQuestions())), Links: message.Each(m.GetLinks(), fromLink),
	}
	for i, q := range m.GetQuestions() {
		question, err := fromQuestion(fmt.Sprintf("content.questions[%d]", i), q)
		if err != nil {
			return c, err
		}
		c.Questions = append(c.Questions, question)
	}
	return c, nil
}

func toQuestion(q survey.Question) *surveyv1.Question {
	m := &surveyv1.Question{Id: q.ID, Text: q.Text, Required: q.Required, Kind: nil}
	switch {
	case q.Satisfaction != nil:
		m.Kind = &surveyv1.Question_Satisfaction{Satisfaction: &surveyv1.Satisfaction{}}
	case q.Options != nil:
		m.Kind = &surveyv1.Question_Options{Options: &surveyv1.Options{Options: message.Each(q.Options.Options, toOption)}}
	default:
		m.Kind = &surveyv1.Question_TextAnswer{TextAnswer: &surveyv1.FreeText{}}
	}
	return m
}

func fromQuestion(place string, m *surveyv1.Question) (survey.Question, error) {
	q := survey.Question{
		ID: m.GetId(), Text: m.GetText(), Required: m.GetRequired(), Satisfaction: nil, Options: nil, TextAnswer: nil,
	}
	switch kind := m.GetKind().(type) {
	case *surveyv1.Question_Satisfaction:
		q.Satisfaction = &survey.Satisfaction{}
	case *surveyv1.Question_Options:
		q.Options = &survey.Options{Options: nil}
		for i, o := range kind.Options.GetOptions() {
			weight, err := points.Parse(o.GetWeightPercent())
			if err != nil {
				return q, fault.From(err).At(fmt.Sprintf("%s.options.options[%d].weight_percent", place, i))
			}
			q.Options.Options = append(q.Options.Options, survey.Option{ID: o.GetId(), Text: o.GetText(), WeightPercent: weight})
		}
	default:
		q.TextAnswer = &survey.TextAnswer{}
	}
	return q, nil
}

func toOption(o survey.Option) *surveyv1.SurveyOption {
	return &surveyv1.SurveyOption{Id: o.ID, Text: o.Text, WeightPercent: o.WeightPercent.String()}
}

func toLink(l survey.Link) *surveyv1.ItemLink {
	return &surveyv1.ItemLink{
		Group: l.Group, Item: l.Item, Questions: l.Questions, Method: methods.To(l.Method),
		MinResponses: message.Int32(l.MinResponses), Fallback: fallbacks.To(l.Fallback),
	}
}

func fromLink(m *surveyv1.ItemLink) survey.Link {
	return survey.Link{
		Group: m.GetGroup(), Item: m.GetItem(), Questions: m.GetQuestions(), Method: methods.From(m.GetMethod()),
		MinResponses: int(m.GetMinResponses()), Fallback: fallbacks.From(m.GetFallback()),
	}
}

// toInvitations returns invitations with their tokens; a repeated request has none.
func toInvitations(agency string, ids, tokens []string) []*surveyv1.Invitation {
	invitations := make([]*surveyv1.Invitation, len(ids))
	for i, id := range ids {
		invitations[i] = &surveyv1.Invitation{Id: id, Agency: agency, Token: ""}
		if i < len(tokens) {
			invitations[i].Token = tokens[i]
		}
	}
	return invitations
}

func toOpened(c survey.Content, agency string, used, open bool) *surveyv1.OpenedInvitation {
	return &surveyv1.OpenedInvitation{
		Title: c.Title, Introduction: c.Introduction, AgencyName: agency, Questions: message.Each(c.Questions, toAsked), Used: used, Open: open,
	}
}

func toAsked(q survey.Question) *surveyv1.AskedQuestion {
	m := &surveyv1.AskedQuestion{
		Id: q.ID, Text: q.Text, Required: q.Required, Kind: surveyv1.AnswerKind_ANSWER_KIND_TEXT, Options: nil,
	}
	switch {
	case q.Satisfaction != nil:
		m.Kind = surveyv1.AnswerKind_ANSWER_KIND_SATISFACTION
	case q.Options != nil:
		m.Kind = surveyv1.AnswerKind_ANSWER_KIND_OPTION
		m.Options = message.Each(q.Options.Options, func(o survey.Option) *surveyv1.AskedOption {
			return &surveyv1.AskedOption{Id: o.ID, Text: o.Text}
		})
	}
	return m
}

func fromAnswer(m *surveyv1.Answer) survey.Answer {
	return survey.Answer{
		Question: m.GetQuestion(), Satisfaction: int(m.GetSatisfaction()), Option: m.GetOption(), Text: m.GetText(),
	}
}

func toSnapshot(r survey.Snapshot) *surveyv1.ResultSnapshot {
	return &surveyv1.ResultSnapshot{
		Authority: r.Authority, Cycle: r.Cycle, Plan: r.Plan, Content: r.Content, Sha256: r.SHA256, CloseTime: message.Instant(r.CloseTime),
		Version: message.Int32(r.Version),
	}
}
