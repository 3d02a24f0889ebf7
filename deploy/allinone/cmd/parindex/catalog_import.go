package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/run"
	"github.com/parindex/parindex/libs/text"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/pack"
)

func importCommand() *cobra.Command {
	var dryRun bool
	var authority, regulation, etag string
	var cmd *cobra.Command
	cmd = remote("import PACK|FILE", "import a catalog file, or a regulation as a draft, whole or not at all", cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			if slices.Contains(pack.Names(), args[0]) {
				into, err := draftOf(authority, regulation)
				if err != nil {
					return err
				}
				if dryRun {
					return run.Usage(errors.New("a pack has no dry run; see catalog validate"))
				}
				return loadPack(ctx, client, into, args[0], etag, out)
			}
			data, err := readFile(args[0])
			if err != nil {
				return err
			}
			if _, err := parseRegulation(args[0], data); err != nil {
				r := refusal(args[0], fault.From(err), cmd.Flag("language").Value.String())
				return errors.Join(r.text(out), r.verdict())
			}
			format := catalogv1.FileFormat_FILE_FORMAT_YAML
			switch {
			case isWorkbook(args[0], data):
				format = catalogv1.FileFormat_FILE_FORMAT_XLSX
			case formatOf(data) != pack.RegulationFormat:
				return importCatalogFile(ctx, client, args[0], header{authority: authority}, dryRun, out)
			}
			into, err := draftOf(authority, regulation)
			if err != nil {
				return err
			}
			return importRegulation(ctx, client, into, &catalogv1.ImportRegulationRequest{
				Format: format, Content: data, ValidateOnly: dryRun, Etag: etag, RequestId: uuid.NewString(),
			}, out)
		})
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "check only, store nothing")
	cmd.Flags().StringVar(&authority, "authority", "", "the authority of the draft, for a regulation; of the catalog, for a catalog file that does not name it")
	cmd.Flags().StringVar(&etag, "etag", "", "for a regulation: the version of the draft to replace, if there is one with other content")
	cmd.Flags().StringVar(&regulation, "regulation", "", "for a regulation: the id of the draft, which is created if it does not exist")
	return cmd
}

// draftOf returns the address of a regulation.
func draftOf(authority, regulation string) (string, error) {
	if !text.IsSlug(authority) || !text.IsSlug(regulation) {
		return "", run.Usage(errors.New("a regulation is imported as a draft: name it with --authority and --regulation, ids such as soc-trang and 2023"))
	}
	return "/v1/authorities/" + authority + "/regulations/" + regulation, nil
}

func importCatalogFile(ctx context.Context, client *rest.Client, path string, given header, dryRun bool, out io.Writer) error {
	content, header, err := readImport(path, given)
	if err != nil {
		return err
	}
	answer, err := client.ImportCatalog(ctx, header.authority, content, dryRun)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s%s: agencies %d created, %d changed; cycles %d created, %d changed\n", dryRunPrefix(dryRun),
		answer.GetAuthority().GetName(), answer.GetAgenciesCreated(), answer.GetAgenciesChanged(), answer.GetCyclesCreated(), answer.GetCyclesChanged())
	return err
}

func importRegulation(ctx context.Context, client *rest.Client, into string, request *catalogv1.ImportRegulationRequest, out io.Writer) error {
	answer := new(catalogv1.ImportRegulationResponse)
	if err := client.Call(ctx, http.MethodPost, into+":import", request, answer); err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, f := range answer.GetFindings() {
		severity := strings.ToLower(strings.TrimPrefix(f.GetSeverity().String(), "SEVERITY_"))
		fmt.Fprintf(&lines, "%-12s %s %s\n", severity, f.GetCode(), f.GetMessage())
	}
	state := "nothing stored"
	if r := answer.GetRegulation(); !request.GetValidateOnly() {
		state = fmt.Sprintf("%s %s: %s, version %s", r.GetAuthority(), r.GetId(), r.GetContent().GetTitle(), r.GetEtag())
	}
	fmt.Fprintln(&lines, state)
	_, err := out.Write(lines.Bytes())
	return err
}

func loadPack(ctx context.Context, client *rest.Client, into, name, etag string, out io.Writer) error {
	answer := new(catalogv1.LoadPackResponse)
	request := &catalogv1.LoadPackRequest{Pack: name, Etag: etag, RequestId: uuid.NewString()}
	if err := client.Call(ctx, http.MethodPost, into+":loadPack", request, answer); err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, f := range answer.GetFindings() {
		if f.GetSeverity() == catalogv1.Severity_SEVERITY_ERROR { // to be filled in before it can be issued
			fmt.Fprintf(&lines, "%s %s %s\n", f.GetPath(), f.GetCode(), f.GetMessage())
		}
	}
	r := answer.GetRegulation()
	fmt.Fprintf(&lines, "%s %s: %s, version %s\n", r.GetAuthority(), r.GetId(), r.GetContent().GetTitle(), r.GetEtag())
	_, err := out.Write(lines.Bytes())
	return err
}
