package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMain runs the program instead of the tests if the test binary is called by the
// name of the program.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "parindex" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program returns the program with arguments and an empty environment.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path)
	cmd.Args, cmd.Env, cmd.Dir = append([]string{"parindex"}, args...), []string{}, t.TempDir()
	return cmd
}

// ran returns what a process wrote and its exit status.
func ran(t *testing.T, cmd *exec.Cmd) (out, complaint string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// TestCatalogNeedsNothing lists, validates and exports packs in an empty environment
// and folder, without a server, database or home folder. A wrong command line ends with
// status 2, other failures with 1 and one line. Neither leaves files behind.
func TestCatalogNeedsNothing(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"catalog packs", 0, "bac-kan-2021"},
		{"catalog packs --format json", 0, `"sha256"`},
		{"catalog validate soc-trang-2023", 0, "acknowledged CRITERIA_COUNT_DIFFERS"},
		{"catalog validate son-la-2021", 1, "STRUCTURE_ONLY"},
		{"catalog export two-tier-2026", 0, "format: parindex.regulation/1"},
		{"catalog", 0, "Available Commands"},
		{"catalog validate no-pack", 1, "errors found: 1"},
		{"catalog validate .", 1, "FILE_NOT_READ"},
		{"catalog export no-pack", 1, "soc-trang-2018"},
		{"catalog export no-pack out.yaml", 1, "soc-trang-2018"},
		{"catalog export out.yaml", 1, "soc-trang-2018"},
		{"catalog export two-tier-2026 none/out.yaml", 1, "none/out.yaml"},
		{"catalog template none/template.xlsx", 1, "none/template.xlsx"},
		{"up --demonstration", 2, "--demonstration"},
		{"catalog validate", 2, "1 arg"},
		{"catalog validate a b", 2, "1 arg"},
		{"catalog validate two-tier-2026 --format xml", 2, "text or json"},
		{"catalog validate two-tier-2026 --language fr", 2, "vi or en"},
		{"catalog validate two-tier-2026 --colour", 2, "--colour"},
		{"catalog export", 2, "arg"},
		{"catalog export --format yaml", 2, "arg"},
		{"catalog export two-tier-2026 --format json", 2, "yaml or xlsx"},
		{"catalog export two-tier-2026 out.yaml --format xlsx", 2, "--format asks for xlsx"},
		{"catalog export two-tier-2026 out.json", 2, ".yaml, .yml or .xlsx"},
		{"catalog template", 2, "arg"},
		{"catalog template out", 2, ".yaml, .yml or .xlsx"},
		{"catalog packs two-tier-2026", 2, "two-tier-2026"},
		{"catalog import two-tier-2026", 2, "--authority"},
		{"catalog import two-tier-2026 --authority a --regulation b --dry-run", 2, "catalog validate"},
		{"catalog valuate", 2, "valuate"},
		{"katalog", 2, "katalog"},
	} {
		cmd := program(t, strings.Fields(c.args)...)
		out, complaint, status := ran(t, cmd)
		if status != c.status || !strings.Contains(out+complaint, c.says) {
			t.Errorf("%s: exit status %d, want %d\n%s%s", c.args, status, c.status, out, complaint)
		}
		if status == 1 && strings.Count(complaint, "\n") != 1 || status == 2 && out != "" {
			t.Errorf("%s: says %q and complains %q", c.args, out, complaint)
		}
		if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", c.args, left, err)
		}
	}
}

// TestExportReplaces checks that an existing file is replaced, also through a link,
// only with --force, and is unchanged if the export fails.
func TestExportReplaces(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target.yaml"), filepath.Join(folder, "link.yaml")
	if err := os.WriteFile(target, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, begins string }{
		{"export two-tier-2026", "before"},
		{"template", "before"},
		{"export no-pack --force", "before"},
		{"export two-tier-2026 --force", "format: parindex.regulation/1"},
		{"export two-tier-2026", "format: parindex.regulation/1"},
		{"template --force", "# "},
	} {
		_, err := catalogRun(t, append(strings.Fields(c.args), link)...)
		if data, readErr := os.ReadFile(target); (err == nil) != strings.HasSuffix(c.args, "--force") && !strings.Contains(c.args, "no-pack") || readErr != nil || !strings.HasPrefix(string(data), c.begins) {
			t.Errorf("%s: %v %v %.30q", c.args, err, readErr, data)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("left are %v, %v", left, err)
	}
	out, complaint, status := ran(t, program(t, "catalog", "export", "two-tier-2026", target))
	if status != 1 || out != "" || complaint != "parindex: "+target+" exists; replace it with --force\n" {
		t.Errorf("over a file: %d %q %q", status, out, complaint)
	}
	if out, complaint, status := ran(t, program(t, "catalog", "export", "two-tier-2026", "/dev/stdout")); status != 0 || !strings.HasPrefix(out, "format: ") {
		t.Errorf("to a device: %d %.30q %s", status, out, complaint)
	}
}

// TestInterrupted interrupts a validation and an export that wait for input.
func TestInterrupted(t *testing.T) {
	for _, command := range []string{"validate", "export"} {
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := program(t, "catalog", command, pipe)
			var complaint bytes.Buffer
			cmd.Stderr = &complaint
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// It opens once the command reads.
			writer, err := os.OpenFile(pipe, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 1 || complaint.String() != "parindex: interrupted\n" {
				t.Errorf("%s on %v: %v %q", command, signal, err, complaint.String())
			}
			if err := writer.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestValidateJSON checks that the documented keys are printed and no others, points as
// decimal texts, and for a pack the findings of its golden file.
func TestValidateJSON(t *testing.T) {
	out, err := catalogRun(t, "validate", "--format", "json", "--language", "en", "soc-trang-2023")
	if err != nil {
		t.Fatal(err)
	}
	var report map[string][]map[string]any
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	keys := func(m map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(m)), " ") }
	if len(report) != 2 || len(report["groups"]) != 4 || len(report["findings"]) == 0 {
		t.Errorf("got %s", out)
	}
	decimal := regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$`)
	for _, g := range report["groups"] {
		if keys(g) != "criteria group items maxPoints selfPoints subCriteria surveyPoints" {
			t.Errorf("the keys of a group are %s", keys(g))
		}
		for _, key := range []string{"maxPoints", "selfPoints", "surveyPoints"} {
			if text, ok := g[key].(string); !ok || !decimal.MatchString(text) {
				t.Errorf("%s is %#v", key, g[key])
			}
		}
	}
	severities := []string{"error", "acknowledged", "warning", "note"}
	for _, f := range report["findings"] {
		if keys(f) != "code computed declared group message path severity" {
			t.Errorf("the keys of a finding are %s", keys(f))
		}
		if severity, _ := f["severity"].(string); !slices.Contains(severities, severity) {
			t.Errorf("the severity is %v", f["severity"])
		}
	}
	golden, err := os.ReadFile("../../../../services/catalog/pack/testdata/findings/soc-trang-2023.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), out); diff != "" {
		t.Errorf("(-expected findings +printed):\n%s", diff)
	}
}

// TestValidateUnreadable checks that a file which cannot be read, or does not have the
// form of a regulation, is reported in the same JSON object.
func TestValidateUnreadable(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	missing := filepath.Join(folder, "missing.yaml")
	finding := func(code, path, message string) []findingView {
		return []findingView{{Severity: "error", Code: code, Path: path, Message: message}}
	}
	const neither = " is neither a pack (bac-kan-2021, soc-trang-2018, soc-trang-2023, son-la-2021, two-tier-2026) nor a file that can be read: "
	for name, want := range map[string][]findingView{
		missing: finding("FILE_NOT_READ", missing, `"`+missing+`"`+neither+"there is no such file. Check the name."),
		folder:  finding("FILE_NOT_READ", folder, `"`+folder+`"`+neither+"it is a folder. Check the name."),
		write("syntax.yaml", "format: parindex.regulation/1\ntitle: [\n"): finding("DOCUMENT_MALFORMED", "line 2", ""),
		write("empty.yaml", ""):                                finding("DOCUMENT_EMPTY", "line 1", ""),
		write("binary.yaml", "\xff\x00"):                       finding("DOCUMENT_NOT_UTF8", "line 1", ""),
		write("other.yaml", "format: parindex.regulation/9\n"): finding("FORMAT_UNKNOWN", "line 1: format", ""),
		write("none.xlsx", "none"):                             finding("WORKBOOK_NOT_READ", "file", ""),
		write("large.yaml", "# "+strings.Repeat("x", 4<<20)):   finding("DOCUMENT_TOO_LARGE", "line 1", ""),
	} {
		out, err := catalogRun(t, "validate", "--format", "json", "--language", "en", name)
		if err == nil || err.Error() != "errors found: 1" {
			t.Errorf("%s: %v", name, err)
		}
		var got report
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		if got.Groups == nil || len(got.Findings) != 1 || got.Findings[0].Message == "" {
			t.Fatalf("%s: %s", name, out)
		}
		if want[0].Message == "" {
			want[0].Message = got.Findings[0].Message
		}
		if diff := cmp.Diff(report{Groups: []groupView{}, Findings: want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestImportMalformed checks that an import reports a malformed file like a validation,
// in the requested language, without a server.
func TestImportMalformed(t *testing.T) {
	for _, c := range []struct{ name, content, vi, en string }{
		{
			"twice.yaml", "format: parindex.regulation/1\ntitle: A\nrounds: 1\nrounds: 2\n",
			"KEY_TWICE line 4: rounds: Khóa “rounds” đã có ở dòng 3. Hãy để một lần.", `KEY_TWICE line 4: rounds: The key "rounds" is at line 3 already. Keep one of them.`,
		},
		{"syntax.yaml", "format: parindex.regulation/1\ntitle: [\n", "DOCUMENT_MALFORMED line 2: Tệp sai cú pháp YAML", "DOCUMENT_MALFORMED line 2: The file is not valid YAML"},
		{"catalog.yaml", "format: parindex.catalog/1\nauthority: {id: a, id: b, name: A}\n", "KEY_TWICE line 2: authority.id: Khóa “id”", "KEY_TWICE line 2: authority.id: The key"},
		{"catalog-syntax.yaml", "format: parindex.catalog/1\nauthority: [\n", "DOCUMENT_MALFORMED line 2: Tệp sai", "DOCUMENT_MALFORMED line 2: The file"},
		{"none.yaml", "rounds: 1\n", "VALUE_MISSING line 1: format: Thiếu", "VALUE_MISSING line 1: format: This"},
		{"none.xlsx", "none", "WORKBOOK_NOT_READ file: ", "WORKBOOK_NOT_READ file: The file is no"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		for language, want := range map[string]string{"vi": c.vi, "en": c.en} {
			validated, _, _ := ran(t, program(t, "catalog", "validate", path, "--language", language))
			args := []string{"catalog", "import", path, "--authority", "a", "--regulation", "b", "--language", language}
			out, complaint, status := ran(t, program(t, args...))
			if status != 1 || out != validated || !strings.Contains(out, want) || !strings.HasPrefix(complaint, "parindex: errors found: ") {
				t.Errorf("%s: %d %q %q, want %q", c.name, status, out, complaint, want)
			}
		}
	}
}

// TestHeaderOfFaultyFile reads the header of a file in which a key is there twice; the
// server reports that.
func TestHeaderOfFaultyFile(t *testing.T) {
	for content, want := range map[string]header{
		"authority: a\ncycle: \"2023\"\ncycle: \"2024\"\n":  {"a", "2023"},
		"authority: {id: a, id: b, name: A}\ncycles: []\n":  {"a", ""},
		"authority: ca-tinh\ncycle: \"2021\"\na:\n\tb: 1\n": {"ca-tinh", "2021"},
		"authority:\u00a0ca-tinh\ncycle:\u00a0'2021'\na: [": {"ca-tinh", "2021"},
		"authority:\n  id: ca-tinh\n\u00a0\u00a0name: A: B": {"ca-tinh", ""},
	} {
		if _, got, err := readImport(file(t, content), header{}); err != nil || got != want {
			t.Errorf("%s: %+v %v", content, got, err)
		}
	}
	for _, content := range []string{"", "# none\n", "- a\n", "authority: [\n", "cycle: a\n", "authority: A B\n"} {
		if _, got, err := readImport(file(t, content), header{}); err == nil {
			t.Errorf("%s: %+v", content, got)
		}
	}
	// A workbook names nothing that is read here, so the caller does.
	if _, got, err := readImport(file(t, "PK\x03\x04"), header{"a", "2023"}); err != nil || got != (header{"a", "2023"}) {
		t.Errorf("a workbook: %+v %v", got, err)
	}
}
