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
		Use: "validate PACK|FILE", Args: cobra.ExactArgs(1), Short: "check a regulation: what it declares, its rules, and who appraises what",
		Long: "Recomputes every count, total and split that a regulation declares, and checks its criteria, rules and assignments. " +
			"Needs no server. The exit status is 1 if there is an error, be it that the file cannot be read; " +
			"what is acknowledged, a warning or a note leaves it 0.",
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
	format = wordFlag(cmd, "format", "how to write it", "text", "json")
	language = wordFlag(cmd, "language", "language of messages", "vi", "en")
	return cmd
}

// inspect validates a pack or a file. That a file cannot be read and what is wrong
// with its form are found like all else. Every error of a file is told at its line
// or cell, as an import tells it.
func inspect(name, language string) report {
	p, err := open(name)
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
	for _, f := range found {
		message := &fault.Fault{Reason: fault.Reason{Vi: f.Vi, En: f.En}}
		r.Findings = append(r.Findings, findingView{
			strings.ToLower(string(f.Severity)), f.Code, f.Group, p.where(f), f.Declared, f.Computed, message.Message(language),
		})
	}
	return r
}
