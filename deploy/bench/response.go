package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/parindex/parindex/deploy/rest"
	authv1 "github.com/parindex/parindex/proto/gen/parindex/auth/v1"
	surveyv1 "github.com/parindex/parindex/proto/gen/parindex/survey/v1"
)

const (
	questions = 35
	people    = 64
	plan      = "nguoi-dan"
)

// survey is an open survey and what is needed to answer it.
type survey struct {
	gateway     string
	operator    *rest.Client
	services    [people]surveyv1.SurveyServiceClient // a connection for each client
	links       chan string                          // not used yet
	invited     int                                  // agencies, one after another
	answers     []*surveyv1.Answer
	answersJSON string
}

// responses measures responses of 35 answers to a survey, each by a link of its
// own.
func (b *bench) responses(ctx context.Context, out io.Writer) error {
	s, err := b.openSurvey(ctx)
	if err != nil {
		return err
	}
	_, err = b.psql(ctx, b.dsn, "create schema yardstick", "create table yardstick.response (like survey.response including all)")
	if err != nil {
		return err
	}
	return b.compare(ctx, out, matter{
		title:   fmt.Sprintf("survey response, %d answers", questions),
		unit:    "responses",
		clients: []int{1, 8, people},
		stock:   s.invite,
		rest:    s.byREST,
		grpc:    s.byGRPC,
		script:  "deploy/bench/response.sql",
	})
}

// openSurvey opens a survey about all agencies of a cycle.
func (b *bench) openSurvey(ctx context.Context) (*survey, error) {
	operator, err := b.as(ctx, "survey-operator", authv1.Role_ROLE_SURVEY_OPERATOR)
	if err != nil {
		return nil, err
	}
	s := &survey{gateway: "http://" + b.platform.HTTP, operator: operator, links: make(chan string, 25000)}
	for i := range s.services {
		conn, err := b.dial("")
		if err != nil {
			return nil, err
		}
		s.services[i] = surveyv1.NewSurveyServiceClient(conn)
	}
	content := s.content()
	drafted := new(surveyv1.SurveyPlan)
	create := &surveyv1.CreateSurveyPlanRequest{Plan: plan, Content: content, RequestId: uuid.NewString()}
	if err := operator.Call(ctx, http.MethodPost, plans, create, drafted); err != nil {
		return nil, fmt.Errorf("drafting the survey: %w", err)
	}
	open := &surveyv1.OpenSurveyPlanRequest{Etag: drafted.GetEtag(), RequestId: uuid.NewString()}
	if err := operator.Call(ctx, http.MethodPost, plans+"/"+plan+":open", open, drafted); err != nil {
		return nil, fmt.Errorf("opening the survey: %w", err)
	}
	return s, nil
}

const plans = authority + "/cycles/" + played + "/surveyPlans"

// content makes the questions and what is answered to each.
func (s *survey) content() *surveyv1.SurveyPlanContent {
	link := &surveyv1.ItemLink{
		Group: "districts", Item: "ii.1.1", Method: surveyv1.Method_METHOD_TOP_TWO, MinResponses: 5,
		Fallback: surveyv1.Fallback_FALLBACK_NOT_APPLICABLE,
	}
	c := &surveyv1.SurveyPlanContent{Title: "Khảo sát (số liệu giả)", DecisionNumber: "2/QĐ-UBND", Links: []*surveyv1.ItemLink{link}}
	var answers []string
	for i := range questions {
		id, satisfaction := fmt.Sprintf("cau-%02d", i+1), int32(i%5+1)
		c.Questions = append(c.Questions, &surveyv1.Question{
			Id: id, Text: fmt.Sprintf("Câu hỏi số %d?", i+1), Required: true, Kind: &surveyv1.Question_Satisfaction{Satisfaction: new(surveyv1.Satisfaction)},
		})
		link.Questions = append(link.Questions, id)
		s.answers = append(s.answers, &surveyv1.Answer{Question: id, Value: &surveyv1.Answer_Satisfaction{Satisfaction: satisfaction}})
		answers = append(answers, fmt.Sprintf(`{"question":%q,"satisfaction":%d}`, id, satisfaction))
	}
	s.answersJSON = "[" + strings.Join(answers, ",") + "]"
	return c
}

// invite makes links until there are more than a round is likely to use; it ends
// early where they are used up.
func (s *survey) invite(ctx context.Context, clients int) error {
	for enough := min(2500*clients, cap(s.links)-1000); len(s.links) < enough; s.invited++ {
		request := &surveyv1.CreateInvitationsRequest{Agency: agency(s.invited % agencies), Count: 1000, RequestId: uuid.NewString()}
		made := new(surveyv1.CreateInvitationsResponse)
		if err := s.operator.Call(ctx, http.MethodPost, plans+"/"+plan+"/invitations", request, made); err != nil {
			return fmt.Errorf("inviting: %w", err)
		}
		for _, i := range made.GetInvitations() {
			s.links <- i.GetToken()
		}
	}
	return nil
}

// link takes a link. It fails with errSpent if there is none.
func (s *survey) link() (string, error) {
	select {
	case link := <-s.links:
		return link, nil
	default:
		return "", errSpent
	}
}

// byGRPC answers by the next link.
func (s *survey) byGRPC(ctx context.Context, client int) error {
	link, err := s.link()
	if err != nil {
		return err
	}
	_, err = s.services[client].SubmitResponse(ctx, &surveyv1.SubmitResponseRequest{ResponseId: uuid.NewString(), Token: link, Answers: s.answers})
	return err
}

// byREST answers by the next link.
func (s *survey) byREST(ctx context.Context, _ int) error {
	link, err := s.link()
	if err != nil {
		return err
	}
	body := `{"responseId":"` + uuid.NewString() + `","token":"` + link + `","answers":` + s.answersJSON + `}`
	var answer struct{}
	return send(ctx, http.MethodPost, s.gateway+"/v1/responses", "", []byte(body), &answer)
}
