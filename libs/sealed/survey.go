package sealed

import "github.com/parindex/parindex/libs/points"

// SurveyResult is the frozen result of a closed survey plan (rule Q13). Its JSON form is
// a parindex.survey.v1.ResultContent.
type SurveyResult struct {
	Authority      string `json:"authority"`
	Cycle          string `json:"cycle"`
	Plan           string `json:"plan"`
	DecisionNumber string `json:"decisionNumber"`
	// PlanSHA256 is the hash of the plan's content.
	PlanSHA256 string `json:"planSha256"`
	CloseTime  string `json:"closeTime"`
	// Results are ordered by group, item and agency.
	Results []SurveyItem `json:"results,omitempty"`
}

// SurveyItem is the result of a survey for one item of one agency.
type SurveyItem struct {
	Agency string `json:"agency"`
	Item   string `json:"item"`
	// Issued is the number of invitations, Valid the number of responses.
	Issued int `json:"issued"`
	Valid  int `json:"valid"`
	// Method is the method that computed Value, as the name of a
	// parindex.survey.v1.Method without its prefix.
	Method string        `json:"method"`
	Counts []AnswerCount `json:"counts,omitempty"`
	// Value is from 0 to 1, rounded for people to read; nil if the item is not
	// applicable.
	Value *points.Points `json:"value,omitempty"`
	// Fallback reports that too few people answered, and that Value is the fallback of
	// the plan.
	Fallback bool `json:"fallback"`
	// Weight is the exact total weight of the answers, Answers their number; Value is
	// their rounded quotient. Weight is nil if Fallback is true.
	Weight  *points.Points `json:"weight,omitempty"`
	Answers int            `json:"answers"`
}

// AnswerCount is the number of times that an answer was given, at least 1.
type AnswerCount struct {
	Answer string `json:"answer"`
	Count  int    `json:"count"`
}
