package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/text"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

func historyCommand() *cobra.Command {
	group := &cobra.Command{Use: "history", Short: "published results of earlier years"}
	var dryRun bool
	var notice string
	var given header
	imports := remote("import FILE", "import and publish a history file, whole or not at all", cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			content, header, err := readImport(args[0], given)
			if err != nil {
				return err
			}
			if header.cycle == "" {
				return run.Usage(fmt.Errorf("%s names no cycle: name it with --cycle", args[0]))
			}
			request := &scoringv1.ImportHistoryRequest{Content: content, Notice: notice, ValidateOnly: dryRun}
			answer, err := client.ImportHistory(ctx, header.authority, header.cycle, request)
			if err != nil {
				return err
			}
			for _, n := range answer.GetNotices() {
				if _, err := fmt.Fprintf(out, "%-12s %s %s: %s\n", "notice", n.GetCode(), n.GetPlace(), n.GetMessage()); err != nil {
					return err
				}
			}
			cycle := answer.GetPublishedCycle()
			_, err = fmt.Fprintf(out, "%s%s, %s: version %d, decision %s of %s\n", dryRunPrefix(dryRun), cycle.GetAuthorityName(), cycle.GetCycleName(),
				cycle.GetPublication().GetVersion(), cycle.GetPublication().GetDecisionNumber(), cycle.GetPublication().GetDecisionDate())
			return err
		})
	imports.Flags().BoolVar(&dryRun, "dry-run", false, "check only, store nothing")
	imports.Flags().StringVar(&notice, "notice", "", "why these results replace the published ones")
	imports.Flags().StringVar(&given.authority, "authority", "", "the authority, for a workbook")
	imports.Flags().StringVar(&given.cycle, "cycle", "", "the cycle, for a workbook")
	group.AddCommand(imports, historyTemplate())
	return group
}

func historyTemplate() *cobra.Command {
	var of header
	var file output
	template := remote("template FILE", "write a workbook (.xlsx) to fill in with the published results of a cycle", cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			if !text.IsSlug(of.authority) || !text.IsSlug(of.cycle) {
				return run.Usage(errors.New("name the cycle with --authority and --cycle, ids such as soc-trang and 2023"))
			}
			file.format = xlsxFormat
			if err := file.setName(args[0]); err != nil {
				return err
			}
			answer := new(scoringv1.GetHistoryTemplateResponse)
			if err := client.Call(ctx, http.MethodGet, "/v1/authorities/"+of.authority+"/cycles/"+of.cycle+"/historyTemplate", nil, answer); err != nil {
				return err
			}
			return file.write(out, answer.GetContent())
		})
	template.Flags().StringVar(&of.authority, "authority", "", "the authority")
	template.Flags().StringVar(&of.cycle, "cycle", "", "the cycle, which the catalog must have")
	template.Flags().BoolVar(&file.force, "force", false, "replace an existing file")
	return template
}
