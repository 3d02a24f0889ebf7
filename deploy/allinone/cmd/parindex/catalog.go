package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/deploy/allinone/rest"
	"github.com/parindex/parindex/libs/fault"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/pack"
)

func catalogCommand() *cobra.Command {
	group := &cobra.Command{Use: "catalog", Short: "authorities, agencies, groups and cycles; regulations and the packs that ship with the platform"}
	group.AddCommand(listPacks(), validate(), export(), template(), importCommand())
	return group
}

func listPacks() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "packs", Args: cobra.NoArgs, Short: "list the packs that ship with the platform",
		RunE: func(cmd *cobra.Command, _ []string) error {
			packs, err := pack.All()
			if err != nil {
				return err
			}
			if format == "json" {
				return writeJSON(cmd.OutOrStdout(), packList(packs))
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, p := range packList(packs).Packs {
				_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", p.Name, p.Revision, p.Completeness, p.SHA256[:12], p.Title)
			}
			return table.Flush()
		},
	}
	formats(cmd, &format, "text", "json")
	return cmd
}

type packView struct {
	Name         string `json:"name"`
	Revision     int32  `json:"revision"`
	SHA256       string `json:"sha256"`
	Completeness string `json:"completeness"`
	Title        string `json:"title"`
}

type packsView struct {
	Packs []packView `json:"packs"`
}

func packList(packs []pack.Pack) packsView {
	var list packsView
	for _, p := range packs {
		list.Packs = append(list.Packs, packView{p.Name, p.Revision, p.SHA256, string(p.Content.Completeness), p.Content.Title})
	}
	return list
}

// formats adds --format, which takes one of several words, the first by default.
func formats(cmd *cobra.Command, format *string, words ...string) {
	cmd.Flags().StringVar(format, "format", words[0], "how to write it: "+strings.Join(words, " or "))
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(words, *format) {
			return fmt.Errorf("--format is %s and not %q", strings.Join(words, " or "), *format)
		}
		return nil
	}
}

func validate() *cobra.Command {
	var format, language string
	cmd := &cobra.Command{
		Use: "validate PACK|FILE", Args: cobra.ExactArgs(1), Short: "check a regulation: what it declares, its rules, and who appraises what",
		Long: "Recomputes every count, total and split that a regulation declares, and checks its criteria, rules and assignments. " +
			"Needs no server. The exit status is 1 if there is an error; what is acknowledged, a warning or a note leaves it 0.",
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := inspect(args[0], language)
			if err != nil {
				return err
			}
			if format == "json" {
				err = writeJSON(cmd.OutOrStdout(), r)
			} else {
				err = r.text(cmd.OutOrStdout())
			}
			return errors.Join(err, r.verdict())
		},
	}
	formats(cmd, &format, "text", "json")
	cmd.Flags().StringVar(&language, "language", "vi", "language of messages: vi or en")
	return cmd
}

// report is what validation prints.
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

// inspect validates a pack or a file. What is wrong with the form of a file is
// found like all else, at its line.
func inspect(name, language string) (report, error) {
	r := report{Groups: []groupView{}, Findings: []findingView{}}
	p, err := open(name)
	if refused := fault.From(err); refused != nil && len(refused.Violations) > 0 {
		for _, v := range refused.Violations {
			message := &fault.Fault{Reason: fault.Reason{Vi: v.Vi, En: v.En}}
			r.Findings = append(r.Findings, findingView{Severity: severityError, Code: v.Code, Path: v.Field, Message: message.Message(language)})
		}
		return r, nil
	}
	if err != nil || p == nil {
		return r, err
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
			strings.ToLower(string(f.Severity)), f.Code, f.Group, f.Path, f.Declared, f.Computed, message.Message(language),
		})
	}
	return r, nil
}

// open returns the pack of a name, or what a regulation file says; nil for a
// catalog file that is sound.
func open(name string) (*pack.Pack, error) {
	if slices.Contains(pack.Names(), name) {
		p, err := pack.Load(name)
		return &p, err
	}
	data, err := os.ReadFile(name) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("%q is neither a pack (%s) nor a file that can be read: %w", name, strings.Join(pack.Names(), ", "), err)
	}
	if formatOf(data) == pack.Format {
		_, err := pack.Read(data)
		return nil, err
	}
	if isWorkbook(name, data) {
		w, err := pack.ReadWorkbook(data)
		if err != nil {
			return nil, err
		}
		return &pack.Pack{Name: name, Content: w.Content}, nil
	}
	r, err := pack.ReadRegulation(data)
	if err != nil {
		return nil, err
	}
	return &pack.Pack{Name: name, Content: r.Content}, nil
}

// isWorkbook reports whether a file is a workbook, by what is in it or by its name.
func isWorkbook(name string, data []byte) bool {
	return pack.IsWorkbook(data) || strings.HasPrefix(strings.ToLower(filepath.Ext(name)), ".xls")
}

// formatOf returns the format that a file names, if it names one.
func formatOf(data []byte) string {
	var head struct{ Format string }
	if err := yaml.Unmarshal(data, &head); err != nil {
		return ""
	}
	return head.Format
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

// verdict is an error where one was found.
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

func export() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "export PACK|FILE [OUT]", Args: cobra.RangeArgs(1, 2), Short: "write a whole regulation to a file or to standard output",
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := open(args[0])
			if err != nil {
				return err
			}
			if p == nil {
				return fmt.Errorf("%s is a catalog file and holds no regulation", args[0])
			}
			write := pack.WriteRegulation
			if format == "xlsx" {
				write = pack.WriteWorkbook
			}
			file, err := write(p.Content)
			if err != nil {
				return err
			}
			if len(args) == 2 {
				return os.WriteFile(args[1], file, 0o644) //nolint:gosec // the user names the file, and a regulation is public
			}
			_, err = cmd.OutOrStdout().Write(file)
			return err
		},
	}
	formats(cmd, &format, "yaml", "xlsx")
	return cmd
}

func template() *cobra.Command {
	return &cobra.Command{
		Use: "template FILE", Args: cobra.ExactArgs(1), Short: "write a workbook (.xlsx) to fill in, with instructions and an example of every kind of rule",
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := pack.TemplateWorkbook()
			if err != nil {
				return err
			}
			return os.WriteFile(args[0], file, 0o644) //nolint:gosec // the user names the file, and a template is public
		},
	}
}

func importCommand() *cobra.Command {
	var dryRun bool
	var authority, regulation, etag string
	cmd := remote("import PACK|FILE", "import a catalog file, or a regulation as a draft, whole or not at all", cobra.ExactArgs(1),
		func(ctx context.Context, client *rest.Client, args []string, out io.Writer) error {
			if slices.Contains(pack.Names(), args[0]) {
				into, err := draftOf(authority, regulation)
				if err != nil {
					return err
				}
				if dryRun {
					return errors.New("a pack has no dry run; see catalog validate")
				}
				return loadPack(ctx, client, into, args[0], etag, out)
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("%q is neither a pack (%s) nor a file that can be read: %w", args[0], strings.Join(pack.Names(), ", "), err)
			}
			format := catalogv1.FileFormat_FILE_FORMAT_YAML
			switch {
			case isWorkbook(args[0], data):
				format = catalogv1.FileFormat_FILE_FORMAT_XLSX
			case formatOf(data) != pack.RegulationFormat:
				return importCatalogFile(ctx, client, args[0], dryRun, out)
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
	cmd.Flags().StringVar(&authority, "authority", "", "of a regulation: the authority whose draft it becomes")
	cmd.Flags().StringVar(&etag, "etag", "", "of a regulation: the version of the draft to replace, where there is one with other content")
	cmd.Flags().StringVar(&regulation, "regulation", "", "of a regulation: the id of the draft, which is made if it is not there")
	return cmd
}

// draftOf returns the address of a regulation.
func draftOf(authority, regulation string) (string, error) {
	if !slug.MatchString(authority) || !slug.MatchString(regulation) {
		return "", errors.New("a regulation becomes a draft: name it with --authority and --regulation, ids such as soc-trang and 2023")
	}
	return "/v1/authorities/" + authority + "/regulations/" + regulation, nil
}

func importCatalogFile(ctx context.Context, client *rest.Client, path string, dryRun bool, out io.Writer) error {
	content, header, err := read(path)
	if err != nil {
		return err
	}
	answer, err := importCatalog(ctx, client, header.Authority.ID, content, dryRun)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s%s: agencies %d created, %d changed; cycles %d created, %d changed\n", tried(dryRun),
		answer.GetAuthority().GetName(), answer.GetAgenciesCreated(), answer.GetAgenciesChanged(), answer.GetCyclesCreated(), answer.GetCyclesChanged())
	return err
}

func importRegulation(ctx context.Context, client *rest.Client, into string, request *catalogv1.ImportRegulationRequest, out io.Writer) error {
	answer := new(catalogv1.ImportRegulationResponse)
	if err := client.Call(ctx, http.MethodPost, into+":import", request, answer); err != nil {
		return err
	}
	var text bytes.Buffer
	for _, f := range answer.GetFindings() {
		severity := strings.ToLower(strings.TrimPrefix(f.GetSeverity().String(), "SEVERITY_"))
		fmt.Fprintf(&text, "%-12s %s %s\n", severity, f.GetCode(), f.GetMessage())
	}
	state := "nothing stored"
	if r := answer.GetRegulation(); !request.GetValidateOnly() {
		state = fmt.Sprintf("%s %s: %s, version %s", r.GetAuthority(), r.GetId(), r.GetContent().GetTitle(), r.GetEtag())
	}
	fmt.Fprintln(&text, state)
	_, err := out.Write(text.Bytes())
	return err
}

func loadPack(ctx context.Context, client *rest.Client, into, name, etag string, out io.Writer) error {
	r := new(catalogv1.Regulation)
	request := &catalogv1.LoadPackRequest{Pack: name, Etag: etag, RequestId: uuid.NewString()}
	if err := client.Call(ctx, http.MethodPost, into+":loadPack", request, r); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s %s: %s, version %s\n", r.GetAuthority(), r.GetId(), r.GetContent().GetTitle(), r.GetEtag())
	return err
}
