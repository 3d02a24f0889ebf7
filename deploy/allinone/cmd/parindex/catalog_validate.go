package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/libs/fault"
)

func validate() *cobra.Command {
	var format, language *string
	cmd := &cobra.Command{
		Use: "validate PACK|FILE", Args: cobra.ExactArgs(1), Short: "check the declared figures, the rules and the assignments of a regulation",
		Long: "Recomputes every count, total and split that a regulation declares, and checks its criteria, rules and assignments. " +
			"Needs no server. The exit status is 1 if there is an error, also if the file cannot be read. " +
			"It is 0 if there are only acknowledged findings, warnings and notes.",
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := interruptible(cmd.Context(), func() (report, error) { return inspect(args[0], *language), nil })
			if err != nil {
				return err
			}
			if *format == "json" {
				err = writeJSON(cmd.OutOrStdout(), r)
			} else {
				err = r.text(cmd.OutOrStdout())
			}
			return errors.Join(err, r.verdict())
		},
	}
	format = wordFlag(cmd, "format", "form of the output", "text", "json")
	language = wordFlag(cmd, "language", "language of messages", "vi", "en")
	return cmd
}

// inspect validates a pack or a file. A file that cannot be read or has a wrong form
// is reported as a finding too. Every finding about a file has its line or cell, as an
// import reports it.
func inspect(name, language string) report {
	p, err := openRegulation(name)
	if refused := fault.From(err); refused != nil {
		return refusal(name, refused, language)
	}
	r := report{Groups: []groupView{}, Findings: []findingView{}}
	if p == nil {
		return r
	}
	found, structures := p.Content.Validate()
	for _, s := range structures {
		r.Groups = append(r.Groups, groupView{
			s.Group, s.Criteria, s.SubCriteria, s.Items, s.MaxPoints.String(), s.SelfPoints.String(), s.SurveyPoints.String(),
		})
	}
	for _, f := range append(found, p.told...) {
		message := &fault.Fault{Reason: fault.Reason{Vi: f.Vi, En: f.En}}
		r.Findings = append(r.Findings, findingView{
			strings.ToLower(string(f.Severity)), f.Code, f.Group, p.where(f), f.Declared, f.Computed, message.Message(language),
		})
	}
	return r
}
