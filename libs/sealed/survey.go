package sealed

import "github.com/parindex/parindex/libs/points"

// SurveyResult is the frozen result of a closed survey plan, which survey seals
// and scoring reads (rule Q13). As JSON it is a parindex.survey.v1.ResultContent.
type SurveyResult struct {
	Authority      string `json:"authority"`
	Cycle          string `json:"cycle"`
	Plan           string `json:"plan"`
	DecisionNumber string `json:"decisionNumber"`
	// PlanSHA256 is that of the plan's content.
	PlanSHA256 string `json:"planSha256"`
	CloseTime  string `json:"closeTime"`
	// Results are in the order of their groups, items and agencies.
	Results []SurveyItem `json:"results,omitempty"`
}

// SurveyItem is the result of a survey for one item of one agency.
type SurveyItem struct {
	Agency string `json:"agency"`
	Item   string `json:"item"`
	// Issued is how many invitations were made, Valid how many responses came in.
	Issued int `json:"issued"`
	Valid  int `json:"valid"`
	// Method is how answers became Value, as the name of a
	// parindex.survey.v1.Method without its prefix.
	Method string        `json:"method"`
	Counts []AnswerCount `json:"counts,omitempty"`
	// Value is from 0 to 1, rounded for people to read; nil: not applicable.
	Value *points.Points `json:"value,omitempty"`
	// Fallback tells that too few answered, and that the plan's fallback gave Value.
	Fallback bool `json:"fallback"`
	// Weight is the exact total weight of Answers answers, each from 0 to 1: Value is
	// their quotient, rounded. nil where the fallback decides.
	Weight  *points.Points `json:"weight,omitempty"`
	Answers int            `json:"answers"`
}

// AnswerCount is how many gave an answer, above 0.
type AnswerCount struct {
	Answer string `json:"answer"`
	Count  int    `json:"count"`
}
