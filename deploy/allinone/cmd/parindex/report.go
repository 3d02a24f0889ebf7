package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/parindex/parindex/libs/fault"
)

// report is the output of validation.
type report struct {
	Groups   []groupView   `json:"groups"`
	Findings []findingView `json:"findings"`
}

type groupView struct {
	Group        string `json:"group"`
	Criteria     int32  `json:"criteria"`
	SubCriteria  int32  `json:"subCriteria"`
	Items        int32  `json:"items"`
	MaxPoints    string `json:"maxPoints"`
	SelfPoints   string `json:"selfPoints"`
	SurveyPoints string `json:"surveyPoints"`
}

type findingView struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Group    string `json:"group"`
	Path     string `json:"path"`
	Declared string `json:"declared"`
	Computed string `json:"computed"`
	Message  string `json:"message"`
}

const severityError = "error"

// refusal returns the report about a file that cannot be read.
func refusal(name string, refused *fault.Fault, language string) report {
	r := report{Groups: []groupView{}, Findings: []findingView{}}
	violations := refused.Violations
	if len(violations) == 0 {
		violations = []fault.Violation{{Field: name, Code: refused.Code, Vi: refused.Vi, En: refused.En}}
	}
	for _, v := range violations {
		message := &fault.Fault{Reason: fault.Reason{Vi: v.Vi, En: v.En}}
		r.Findings = append(r.Findings, findingView{Severity: severityError, Code: v.Code, Path: v.Field, Message: message.Message(language)})
	}
	return r
}

func (r report) text(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(r.Groups) > 0 {
		_, _ = fmt.Fprintln(table, "GROUP\tCRITERIA\tSUB-CRITERIA\tITEMS\tMAX\tSELF\tSURVEY")
	}
	for _, g := range r.Groups {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\t%s\t%s\n", g.Group, g.Criteria, g.SubCriteria, g.Items, g.MaxPoints, g.SelfPoints, g.SurveyPoints)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range r.Findings {
		place := strings.TrimSpace(f.Group + " " + f.Path)
		if place != "" {
			place += ": "
		}
		if _, err := fmt.Fprintf(out, "%-12s %s %s%s\n", f.Severity, f.Code, place, f.Message); err != nil {
			return err
		}
	}
	return nil
}

// verdict returns an error if the report contains one.
func (r report) verdict() error {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == severityError {
			n++
		}
	}
	if n > 0 {
		return fmt.Errorf("errors found: %d", n)
	}
	return nil
}

func writeJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
