package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/parindex/parindex/deploy/rest"
	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/run"
	catalogv1 "github.com/parindex/parindex/proto/gen/parindex/catalog/v1"
	"github.com/parindex/parindex/services/catalog/pack"
)

func catalogCommand() *cobra.Command {
	group := &cobra.Command{
		Use: "catalog", Short: "authorities, agencies, groups and cycles; regulations and the packs that ship with the platform",
		Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	group.AddCommand(listPacks(), validate(), export(), template(), importCommand())
	return group
}

func listPacks() *cobra.Command {
	var format *string
	cmd := &cobra.Command{
		Use: "packs", Args: cobra.NoArgs, Short: "list the packs that ship with the platform",
		RunE: func(cmd *cobra.Command, _ []string) error {
			packs, err := pack.All()
			if err != nil {
				return err
			}
			if *format == "json" {
				return writeJSON(cmd.OutOrStdout(), packList(packs))
			}
			table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, p := range packList(packs).Packs {
				_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", p.Name, p.Revision, p.Completeness, p.SHA256[:12], p.Title)
			}
			return table.Flush()
		},
	}
	format = wordFlag(cmd, "format", "how to write it", "text", "json")
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

// word is a flag that takes one of several words.
type word struct {
	words []string
	at    *string
}

// wordFlag adds a flag that takes one of several words, the first by default.
func wordFlag(cmd *cobra.Command, name, about string, words ...string) *string {
	value := words[0]
	cmd.Flags().Var(&word{words, &value}, name, about+": "+strings.Join(words, " or "))
	return &value
}

// String implements pflag.Value.
func (w *word) String() string {
	if w.at == nil {
		return ""
	}
	return *w.at
}

// Type implements pflag.Value.
func (w *word) Type() string { return "word" }

// Set implements pflag.Value.
func (w *word) Set(value string) error {
	if !slices.Contains(w.words, value) {
		return fmt.Errorf("it is %s", strings.Join(w.words, " or "))
	}
	*w.at = value
	return nil
}

// interruptible returns what work does, or an error as soon as ctx ends: reading
// and checking files look at no context, and end with the program.
func interruptible[T any](ctx context.Context, work func() (T, error)) (T, error) {
	var done T
	var err error
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		done, err = work()
	}()
	select {
	case <-ended:
		return done, err
	case <-ctx.Done():
		var none T
		return none, errors.New("interrupted")
	}
}

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

// refusal reports why a file cannot be read.
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

// fileNotRead is a name of neither a pack nor a file that can be read.
var fileNotRead = fault.Reason{
	Kind: fault.NotFound, Code: "FILE_NOT_READ",
	Vi: "“%s” không phải là gói có sẵn (%s) và không đọc được như một tệp: %v.",
	En: "%q is neither a pack (%s) nor a file that can be read: %v.",
}

// readFile reads a file as far as one that is taken can reach.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the user names the file
	if err == nil {
		defer func() { _ = f.Close() }()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(f, pack.MaxRegulationBytes+1)); err == nil {
			return data, nil
		}
	}
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return nil, fileNotRead.With(name, strings.Join(pack.Names(), ", "), err)
}

// opened is a regulation with where its findings stand.
type opened struct {
	pack.Pack

	where func(pack.Finding) string
}

// open returns the pack of a name, or what a regulation file says; nil for a
// catalog file that is sound.
func open(name string) (*opened, error) {
	if slices.Contains(pack.Names(), name) {
		p, err := pack.Load(name)
		return &opened{p, p.Where}, err
	}
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	return parse(name, data)
}

// parse is open for what stands in a file.
func parse(name string, data []byte) (*opened, error) {
	if formatOf(data) == pack.Format {
		_, err := pack.Read(data)
		return nil, err
	}
	if isWorkbook(name, data) {
		w, err := pack.ReadWorkbook(data)
		if err != nil {
			return nil, err
		}
		return &opened{pack.Pack{Name: name, Content: w.Content}, w.Where}, nil
	}
	r, err := pack.ReadRegulation(data)
	if err != nil {
		return nil, err
	}
	return &opened{pack.Pack{Name: name, Content: r.Content}, r.Where}, nil
}

// isWorkbook reports whether a file is a workbook, by what is in it or by its name.
func isWorkbook(name string, data []byte) bool {
	return pack.IsWorkbook(data) || strings.HasPrefix(strings.ToLower(filepath.Ext(name)), ".xls")
}

// formatOf returns the format that a file names, if it names one, whatever is wrong
// with the rest of it.
func formatOf(data []byte) string {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err == nil {
		return at(&document, "format").Value
	}
	if m := formatLine.FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return ""
}

// formatLine is where a file that is no YAML says what it was to be.
var formatLine = regexp.MustCompile(`(?m)^format:[ \t]*["']?([a-z./0-9]+)`)

// at returns the value of a key of a document or mapping, the first if it stands
// there twice, or one without a value.
func at(node *yaml.Node, key string) *yaml.Node {
	if node.Kind == yaml.DocumentNode {
		return at(node.Content[0], key)
	}
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return new(yaml.Node)
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

// output is a file to write, in a format.
type output struct {
	// name is empty for standard output.
	name   string
	format string
	force  bool
}

// flags adds the flags of an output.
func (o *output) flags(cmd *cobra.Command) {
	cmd.Flags().Var(&word{words: []string{yamlFormat, xlsxFormat}, at: &o.format}, "format",
		"how to write it: yaml or xlsx; by default as the file's name ends, and yaml to standard output")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace a file that is there")
}

// The formats of an output.
const (
	yamlFormat = "yaml"
	xlsxFormat = "xlsx"
)

// to settles the format of what goes to name, and refuses one that says something
// else than its ending and, unless it is forced, one that is there.
func (o *output) to(name string) error {
	o.name = name
	there, err := os.Stat(name)
	if name == "" || err == nil && !there.Mode().IsRegular() && !there.IsDir() { // a device or a pipe
		o.format = cmp.Or(o.format, yamlFormat)
		return nil
	}
	of := map[string]string{".xlsx": xlsxFormat, ".yaml": yamlFormat, ".yml": yamlFormat}[strings.ToLower(filepath.Ext(name))]
	switch {
	case of == "":
		return run.Usage(fmt.Errorf("%s: the name of the file must end in .yaml, .yml or .xlsx", name))
	case o.format != "" && o.format != of:
		return run.Usage(fmt.Errorf("%s: by its name it is a file of %s, and --format asks for %s", name, of, o.format))
	}
	o.format = of
	if _, err := os.Lstat(name); err == nil && !o.force {
		return fmt.Errorf("%s is there already; replace it with --force", name)
	}
	return nil
}

// write writes the output, which is there whole or, after an error, as it was.
func (o *output) write(out io.Writer, data []byte) error {
	if o.name != "" {
		return replaceFile(o.name, data)
	}
	_, err := out.Write(data)
	return err
}

func export() *cobra.Command {
	var to output
	cmd := &cobra.Command{
		Use: "export PACK|FILE [OUT]", Args: cobra.RangeArgs(1, 2), Short: "write a whole regulation to a file (.yaml or .xlsx) or to standard output",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := to.to(strings.Join(args[1:], "")); err != nil {
				return err
			}
			write := pack.WriteRegulation
			if to.format == xlsxFormat {
				write = pack.WriteWorkbook
			}
			file, err := interruptible(cmd.Context(), func() ([]byte, error) {
				p, err := open(args[0])
				if err != nil {
					return nil, err
				}
				if p == nil {
					return nil, fmt.Errorf("%s is a catalog file and holds no regulation", args[0])
				}
				return write(p.Content)
			})
			if err != nil {
				return err
			}
			return to.write(cmd.OutOrStdout(), file)
		},
	}
	to.flags(cmd)
	return cmd
}

// replaceFile writes a file that is there whole or, after an error, as it was.
func replaceFile(name string, data []byte) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	if there, err := os.Stat(name); err == nil && !there.Mode().IsRegular() {
		return os.WriteFile(name, data, 0o644) //nolint:gosec // a device or a pipe, which keeps its mode
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(f.Name()))
	}
	return nil
}

func template() *cobra.Command {
	var to output
	cmd := &cobra.Command{
		Use: "template FILE", Args: cobra.ExactArgs(1),
		Short: "write a workbook (.xlsx) with instructions, or a YAML file (.yaml), to fill in, with an example of every kind of rule",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := to.to(args[0]); err != nil {
				return err
			}
			write := pack.TemplateYAML
			if to.format == xlsxFormat {
				write = pack.TemplateWorkbook
			}
			file, err := write()
			if err != nil {
				return err
			}
			return to.write(cmd.OutOrStdout(), file)
		},
	}
	to.flags(cmd)
	return cmd
}

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
			if _, err := parse(args[0], data); err != nil {
				r := refusal(args[0], fault.From(err), cmd.Flag("language").Value.String())
				return errors.Join(r.text(out), r.verdict())
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
		return "", run.Usage(errors.New("a regulation becomes a draft: name it with --authority and --regulation, ids such as soc-trang and 2023"))
	}
	return "/v1/authorities/" + authority + "/regulations/" + regulation, nil
}

func importCatalogFile(ctx context.Context, client *rest.Client, path string, dryRun bool, out io.Writer) error {
	content, header, err := read(path)
	if err != nil {
		return err
	}
	answer, err := importCatalog(ctx, client, header.authority, content, dryRun)
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
