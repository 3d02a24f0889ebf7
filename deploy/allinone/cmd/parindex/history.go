package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/text"
	scoringv1 "github.com/parindex/parindex/proto/gen/parindex/scoring/v1"
)

func historyCommand() *cobra.Command {
	group := &cobra.Command{Use: "history", Short: "published results of earlier years"}
	group.AddCommand(historyPropose(), historyImport(), historyWithdraw(), historyTemplate())
	return group
}

func historyPropose() *cobra.Command {
	return historyFile("propose FILE", "propose a history file, which another person then imports", "proposed",
		func(ctx context.Context, client *rest.Client, of header, file historyRequest) (historyAnswer, error) {
			return client.ProposeHistory(ctx, of.authority, of.cycle, &scoringv1.ProposeHistoryRequest{
				Content: file.content, Notice: file.notice, ValidateOnly: file.dryRun,
			})
		})
}

func historyImport() *cobra.Command {
	return historyFile("import FILE", "import and publish a history file that another person has proposed, whole or not at all", "published",
		func(ctx context.Context, client *rest.Client, of header, file historyRequest) (historyAnswer, error) {
			return client.ImportHistory(ctx, of.authority, of.cycle, &scoringv1.ImportHistoryRequest{
				Content: file.content, Notice: file.notice, ValidateOnly: file.dryRun,
			})
		})
}

// historyRequest is a history file as the user sends it.
type historyRequest struct {
	content []byte
	notice  string
	dryRun  bool
}

// historyAnswer is what the server says of a history file.
type historyAnswer interface {
	GetNotices() []*scoringv1.ImportNotice
	GetPublishedCycle() *scoringv1.PublishedCycle
}

// historyFile returns a command that sends a history file and prints the answer.
func historyFile(use, short, done string, send func(context.Context, *rest.Client, header, historyRequest) (historyAnswer, error)) *cobra.Command {
	var file historyRequest
	var given header
	command := remote(use, short, cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			content, header, err := readImport(args[0], given)
			if err != nil {
				return err
			}
			if header.cycle == "" {
				return run.Usage(fmt.Errorf("%s names no cycle: name it with --cycle", args[0]))
			}
			file.content = content
			answer, err := send(ctx, client, header, file)
			if err != nil {
				return err
			}
			return printHistory(out, answer, dryRunPrefix(file.dryRun)+done)
		})
	command.Flags().BoolVar(&file.dryRun, "dry-run", false, "check only, store nothing")
	command.Flags().StringVar(&file.notice, "notice", "", "why these results replace the published ones")
	command.Flags().StringVar(&given.authority, "authority", "", "the authority, for a workbook")
	command.Flags().StringVar(&given.cycle, "cycle", "", "the cycle, for a workbook")
	return command
}

func printHistory(out io.Writer, answer historyAnswer, done string) error {
	for _, n := range answer.GetNotices() {
		if _, err := fmt.Fprintf(out, "%-12s %s %s: %s\n", "notice", n.GetCode(), n.GetPlace(), n.GetMessage()); err != nil {
			return err
		}
	}
	cycle := answer.GetPublishedCycle()
	_, err := fmt.Fprintf(out, "%s: %s, %s: version %d, decision %s of %s\n", done, cycle.GetAuthorityName(), cycle.GetCycleName(),
		cycle.GetPublication().GetVersion(), cycle.GetPublication().GetDecisionNumber(), cycle.GetPublication().GetDecisionDate())
	return err
}

func historyWithdraw() *cobra.Command {
	var of header
	var reason string
	command := remote("withdraw", "withdraw the proposed history file of a cycle", cobra.NoArgs,
		func(ctx context.Context, client *rest.Client, _ []string, out io.Writer) error {
			path, err := of.path()
			if err != nil {
				return err
			}
			answer := new(scoringv1.WithdrawHistoryProposalResponse)
			request := &scoringv1.WithdrawHistoryProposalRequest{Reason: reason, RequestId: uuid.NewString()}
			if err := client.Call(ctx, http.MethodPost, path+":withdrawHistoryProposal", request, answer); err != nil {
				return err
			}
			_, err = fmt.Fprintf(out, "withdrawn: the file with the SHA-256 %s\n", answer.GetProposal().GetSha256())
			return err
		})
	of.flags(command)
	command.Flags().StringVar(&reason, "reason", "", "why it is withdrawn")
	return command
}

func historyTemplate() *cobra.Command {
	var of header
	var file output
	template := remote("template FILE", "write a workbook (.xlsx) to fill in with the published results of a cycle", cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			path, err := of.path()
			if err != nil {
				return err
			}
			file.format = xlsxFormat
			if err := file.setName(args[0]); err != nil {
				return err
			}
			answer := new(scoringv1.GetHistoryTemplateResponse)
			if err := client.Call(ctx, http.MethodGet, path+"/historyTemplate", nil, answer); err != nil {
				return err
			}
			return file.write(out, answer.GetContent())
		})
	of.flags(template)
	template.Flags().BoolVar(&file.force, "force", false, "replace an existing file")
	return template
}

// flags adds the flags that name a cycle.
func (h *header) flags(command *cobra.Command) {
	command.Flags().StringVar(&h.authority, "authority", "", "the authority")
	command.Flags().StringVar(&h.cycle, "cycle", "", "the cycle, which the catalog must have")
}

// path returns the path of the cycle.
func (h *header) path() (string, error) {
	if !text.IsSlug(h.authority) || !text.IsSlug(h.cycle) {
		return "", run.Usage(errors.New("name the cycle with --authority and --cycle, ids such as soc-trang and 2023"))
	}
	return "/v1/authorities/" + h.authority + "/cycles/" + h.cycle, nil
}
