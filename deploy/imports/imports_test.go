//go:build imports

// Package imports_test checks that .golangci.yaml enforces who may import whom.
//
// A rule whose pattern matches no file reports nothing, as if all were well. So
// this test plants a violation of each rule in a copy of the repository and
// requires that each is reported at its place. It also plants imports that are
// allowed and requires that nothing else is reported. It needs
// bin/tools/golangci-lint, hence the build tag; `make verify` sets it.
package imports_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const ours = "github.com/parindex/parindex/"

// plant is a Go file that is added to the package in a folder. It imports imp, or
// makes call. The linter must report it with want in the text; if want is empty, it
// must not report it.
type plant struct {
	folder string
	imp    string
	call   string
	want   string
}

// domainPlants returns the plants for a domain package of the service s. It may
// import the pure libs and the standard library without context, network and files.
func domainPlants(s, domain string) []plant {
	return []plant{
		{folder: domain, imp: "errors"},
		{folder: domain, imp: "math/big"},
		{folder: domain, imp: "context", want: "it does not wait"},
		{folder: domain, imp: "database/sql", want: "it does not load"},
		{folder: domain, imp: "log/slog", want: "it does not log"},
		{folder: domain, imp: "net/http", want: "it does not call"},
		{folder: domain, imp: "os", want: "it does not read files"},
		{folder: domain, imp: "math/rand/v2", want: "randomness is handed in"},
		{folder: domain, imp: ours + "libs/cycle/cyclepb", want: "not allowed from list 'domain'"},
		{folder: domain, imp: ours + "libs/criteria/criteriapb", want: "not allowed from list 'domain'"},
		{folder: domain, imp: ours + "libs/rule/rulepb", want: "not allowed from list 'domain'"},
		{folder: domain, imp: ours + "libs/message", want: "not allowed from list 'domain'"},
		{folder: domain, imp: ours + "libs/pg", want: "not allowed from list 'domain'"},
		{folder: domain, imp: ours + "proto/gen/parindex/" + s + "/v1", want: "not allowed from list 'domain'"},
		{folder: domain, imp: "github.com/jackc/pgx/v5", want: "not allowed from list 'domain'"},
		{folder: domain, call: "time.Now()", want: "take a clock"},
	}
}

func plants() []plant {
	var all []plant
	services := []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

	for i, s := range services {
		sibling := services[(i+1)%len(services)]
		entry := "services/" + s
		storage := entry + "/internal/postgres"
		api := entry + "/internal/api"
		all = append(all, domainPlants(s, entry+"/internal/"+s)...)
		all = append(all,
			plant{folder: storage, imp: "github.com/jackc/pgx/v5"},
			plant{folder: storage, imp: "google.golang.org/grpc", want: "faults, not statuses"},
			plant{folder: storage, imp: "google.golang.org/protobuf/proto", want: "takes domain types, not messages"},
			plant{folder: storage, imp: ours + "proto/gen/parindex/" + s + "/v1", want: "takes domain types, not messages"},
			plant{folder: storage, imp: ours + "libs/cycle/cyclepb", want: "storage needs libs/"},
			plant{folder: storage, imp: ours + "libs/attempt", want: "storage needs libs/"},
			plant{folder: storage, imp: ours + "libs/message", want: "storage needs libs/"},
			plant{folder: storage, imp: ours + "libs/rpc", want: "storage needs libs/"},

			plant{folder: api, imp: ours + "proto/gen/parindex/" + s + "/v1"},
			plant{folder: api, imp: ours + "libs/cycle"},
			plant{folder: api, imp: ours + "libs/cycle/cyclepb"},
			plant{folder: api, imp: "github.com/jackc/pgx/v5", want: "SQL is written in postgres"},
			plant{folder: api, imp: "database/sql", want: "SQL is written in postgres"},
			plant{folder: api, imp: "github.com/redis/go-redis/v9", want: "leaderboardcache uses Redis"},
			plant{folder: api, imp: "google.golang.org/grpc/status", want: "return a fault"},

			plant{folder: entry, imp: ours + "services/" + s + "/internal/api"},
			plant{folder: entry, imp: ours + "services/" + sibling, want: "services meet only through proto"},
			plant{folder: entry, imp: ours + "gateway", want: "nothing but deploy imports the gateway"},
			plant{folder: entry, imp: ours + "deploy/allinone", want: "nothing imports deploy"},
			plant{folder: entry + "/cmd/" + s + "d", call: "time.Now()"},
			plant{folder: entry + "/cmd/" + s + "d", imp: ours + "services/" + sibling, want: "services meet only through proto"},
		)
	}

	const regulation = "services/catalog/internal/regulation"
	all = append(all, domainPlants("catalog", regulation)...)
	all = append(all,
		plant{folder: "services/catalog/internal/catalog", imp: ours + regulation},
		plant{folder: regulation, imp: ours + "services/catalog/internal/catalog", want: "not allowed from list 'domain'"},
	)

	allow := func(folder string, imports ...string) {
		for _, imp := range imports {
			all = append(all, plant{folder: folder, imp: imp})
		}
	}
	allow(regulation, ours+"libs/canonical", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/points", ours+"libs/rule", ours+"libs/text")
	for _, s := range services {
		allow("services/"+s+"/internal/"+s, ours+"libs/canonical", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/points", ours+"libs/rule", ours+"libs/sealed", ours+"libs/text")
		allow("services/"+s+"/internal/postgres",
			ours+"libs/audit", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/page", ours+"libs/pg", ours+"libs/points", ours+"libs/rule", ours+"libs/sealed", ours+"libs/window")
	}
	const pack = "services/catalog/pack"
	allow(pack, ours+"libs/canonical", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/text", ours+"libs/points", ours+"libs/rule", ours+"libs/sealed", ours+"libs/workbook", ours+"libs/yamldoc")
	all = append(all,
		plant{folder: pack, imp: "os"},
		plant{folder: pack, imp: "database/sql", want: "no SQL"},
		plant{folder: pack, imp: "github.com/jackc/pgx/v5", want: "no SQL"},
		plant{folder: pack, imp: "google.golang.org/grpc", want: "no gRPC"},
		plant{folder: pack, imp: "google.golang.org/protobuf/proto", want: "no messages"},
		plant{folder: pack, imp: ours + "proto/gen/parindex/scoring/v1", want: "no messages"},
		plant{folder: pack, imp: ours + "libs/pg", want: "libs/{canonical,civil,criteria,cycle,fault,points,rule,sealed,text,workbook,yamldoc} only"},
		plant{folder: pack, imp: ours + "libs/cycle/cyclepb", want: "libs/{canonical,civil,criteria,cycle,fault,points,rule,sealed,text,workbook,yamldoc} only"},
	)

	allow("libs/auth", ours+"proto/gen/parindex/auth/v1", ours+"proto/gen/parindex/rule/v1", ours+"proto/gen/parindex/type/v1")
	allow("libs/points", "database/sql/driver", "github.com/shopspring/decimal")
	allow("deploy/allinone", ours+"services/survey", ours+"gateway", "github.com/redis/go-redis/v9", "google.golang.org/grpc/codes")
	allow("deploy/allinone/cmd/parindex", ours+"deploy/allinone", ours+"deploy/rest", ours+"services/catalog/pack")
	allow("deploy/trial/cmd/parindex-trial", ours+"deploy/allinone", ours+"deploy/play", ours+"deploy/rest", ours+"deploy/trial/data", ours+"services/identity")
	allow("deploy/play", ours+"deploy/rest", ours+"proto/gen/parindex/scoring/v1")
	for _, folder := range []string{"deploy/allinone", "deploy/allinone/cmd/parindex"} {
		for _, imp := range []string{"bench", "e2e", "play", "trial/data"} {
			all = append(all, plant{folder: folder, imp: ours + "deploy/" + imp, want: "contains no trial"})
		}
	}
	for _, folder := range []string{"deploy/play", "deploy/rest"} {
		for _, imp := range []string{"services/identity", "gateway", "deploy/allinone", "deploy/trial/data"} {
			all = append(all, plant{folder: folder, imp: ours + imp, want: "imports the contracts only"})
		}
	}
	allow("libs/criteria/criteriapb", ours+"proto/gen/parindex/catalog/v1")
	allow("libs/sealed/sealedpb", ours+"proto/gen/parindex/catalog/v1")
	allow("libs/cycle/cycletest", "context", "google.golang.org/grpc", ours+"proto/gen/parindex/catalog/v1", ours+"proto/gen/parindex/rule/v1")
	allow("libs/servicetest", ours+"libs/pgtest", ours+"libs/rpc", ours+"libs/service", ours+"proto/gen/parindex/auth/v1")
	allow("libs/cycle/cyclepb", "context", ours+"libs/window", ours+"proto/gen/parindex/catalog/v1", ours+"proto/gen/parindex/rule/v1")
	for _, folder := range []string{"libs/canonical", "libs/chart", "libs/criteria", "libs/cycle", "libs/points", "libs/rule", "libs/sealed", "libs/text"} {
		for _, imp := range []string{"context", "database/sql", "log/slog", "net/http", "os", "math/rand/v2", "google.golang.org/grpc", "github.com/jackc/pgx/v5"} {
			all = append(all, plant{folder: folder, imp: imp, want: "as pure as the domain"})
		}
	}
	for _, folder := range []string{"services/appraisal/internal/exchange", "services/scoring/internal/gather"} {
		allow(folder, ours+"libs/cycle/cyclepb", ours+"proto/gen/parindex/assessment/v1", "google.golang.org/grpc")
		all = append(all,
			plant{folder: folder, imp: "github.com/jackc/pgx/v5", want: "SQL is written in postgres"},
			plant{folder: folder, imp: "database/sql", want: "SQL is written in postgres"},
			plant{folder: folder, imp: "github.com/redis/go-redis/v9", want: "leaderboardcache uses Redis"},
			plant{folder: folder, imp: "google.golang.org/grpc/status", want: "return a fault"},
		)
	}
	for _, imp := range []string{"libs/fault", "services/survey", "gateway", "deploy/allinone"} {
		all = append(all, plant{folder: "proto/gen/parindex/survey/v1", imp: ours + imp, want: "contracts import nothing of ours"})
	}

	return append(all,
		plant{folder: "gateway", imp: ours + "proto/gen/parindex/survey/v1"},
		plant{folder: "gateway", imp: ours + "libs/rpc"},
		plant{folder: "gateway", imp: "google.golang.org/grpc/status"},
		plant{folder: "gateway", imp: ours + "services/survey", want: "only a service's cmd and deploy"},
		plant{folder: "gateway", imp: ours + "deploy/allinone", want: "nothing imports deploy"},
		plant{folder: "gateway", imp: "database/sql", want: "the gateway has no database"},
		plant{folder: "gateway", imp: "github.com/jackc/pgx/v5", want: "the gateway has no database"},

		plant{folder: "libs/auth", imp: ours + "proto/gen/parindex/identity/v1", want: "libs import no service"},
		plant{folder: "libs/auth", imp: ours + "proto/gen/parindex/catalog/v1", want: "libs import no service"},
		plant{folder: "libs/auth", imp: ours + "services/identity", want: "libs import no service"},
		plant{folder: "libs/auth", imp: ours + "gateway", want: "nothing but deploy imports the gateway"},
		plant{folder: "libs/auth", imp: ours + "deploy/allinone", want: "nothing imports deploy"},
		plant{folder: "libs/auth", imp: "google.golang.org/grpc/codes", want: "return a fault"},
		plant{folder: "libs/auth", call: "time.Now()", want: "take a clock"},
		plant{folder: "libs/rpc", imp: "google.golang.org/grpc/status"},
		plant{folder: "libs/run", call: "time.Now()"},
		plant{folder: "libs/fault", imp: "errors"},
		plant{folder: "libs/fault", imp: "google.golang.org/grpc", want: "not allowed from list 'fault'"},
		plant{folder: "libs/fault", imp: ours + "libs/points", want: "not allowed from list 'fault'"},
		plant{folder: "libs/cycle", imp: ours + "proto/gen/parindex/catalog/v1", want: "converted in libs/rule/rulepb, libs/criteria/criteriapb, libs/cycle/cyclepb and libs/sealed/sealedpb"},
		plant{folder: "libs/criteria", imp: ours + "proto/gen/parindex/catalog/v1", want: "converted in libs/rule/rulepb, libs/criteria/criteriapb"},
		plant{folder: "libs/criteria/criteriapb", imp: ours + "proto/gen/parindex/scoring/v1", want: "of catalog and of no other service"},
		plant{folder: "libs/sealed/sealedpb", imp: ours + "proto/gen/parindex/scoring/v1", want: "of catalog and of no other service"},
		plant{folder: "libs/cycle/cyclepb", imp: ours + "proto/gen/parindex/scoring/v1", want: "of catalog and of no other service"},
		plant{folder: "libs/cycle/cycletest", imp: ours + "proto/gen/parindex/scoring/v1", want: "of catalog and of no other service"},
		plant{folder: "libs/cycle/cycletest", imp: ours + "services/catalog", want: "libs import no service"},
		plant{folder: "libs/cycle/cycletest", imp: ours + "libs/pgtest", want: "tests only"},
		plant{folder: "libs/cycle/cyclepb", imp: ours + "services/catalog", want: "libs import no service"},
		plant{folder: "libs/cycle/cyclepb", imp: ours + "gateway", want: "nothing but deploy imports the gateway"},
		plant{folder: "libs/cycle/cyclepb", imp: ours + "deploy/allinone", want: "nothing imports deploy"},
		plant{folder: "libs/cycle/cyclepb", imp: "google.golang.org/grpc/codes", want: "return a fault"},
		plant{folder: "libs/rule", imp: ours + "proto/gen/parindex/rule/v1", want: "converted in libs/rule/rulepb"},
		plant{folder: "libs/rule/rulepb", imp: ours + "proto/gen/parindex/rule/v1"},
		plant{folder: "libs/rule", imp: "github.com/shopspring/decimal", want: "use libs/points"},
		plant{folder: "libs/pg", imp: ours + "libs/pgtest", want: "tests only"},
		plant{folder: "libs/pg", imp: ours + "libs/servicetest", want: "tests only"},
		plant{folder: "services/survey/internal/api", imp: ours + "libs/servicetest", want: "tests only"},
		plant{folder: "services/survey/internal/api", imp: ours + "libs/cycle/cycletest", want: "tests only"},
		plant{folder: "libs/servicetest", imp: ours + "proto/gen/parindex/catalog/v1", want: "libs import no service"},
		plant{folder: "libs/servicetest", imp: ours + "services/survey", want: "libs import no service"},
		plant{folder: "libs/servicetest", call: "time.Now()"},
		plant{folder: "libs/pg", imp: "github.com/golang/protobuf/proto", want: "use google.golang.org/protobuf"},
		plant{folder: "libs/pg", imp: "golang.org/x/exp/maps", want: "use the standard library"},

		plant{folder: "services/scoring/internal/leaderboardcache", imp: "github.com/redis/go-redis/v9"},
		plant{folder: "services/scoring/internal/report", imp: "github.com/redis/go-redis/v9", want: "leaderboardcache uses Redis"},
		plant{folder: "services/scoring/internal/report", imp: "github.com/go-redis/redis_rate/v10", want: "leaderboardcache uses Redis"},
		plant{folder: "services/scoring/internal/report", imp: "github.com/shopspring/decimal", want: "use libs/points"},
		plant{folder: "deploy/allinone", call: "time.Now()"},
	)
}

func TestImportRules(t *testing.T) {
	root := repository(t)
	linter := filepath.Join(root, "bin", "tools", "golangci-lint")
	if _, err := os.Stat(linter); err != nil {
		t.Fatalf("%v: deploy/verify/tools.sh deploy/verify/tools installs it", err)
	}
	checkout := t.TempDir()
	copyTree(t, root, checkout)

	imports, calls := map[string]plant{}, map[string]plant{}
	var callers []string
	for i, p := range plants() {
		name := fmt.Sprintf("planted%d", i)
		below := path.Join(p.folder, name)
		if p.imp == "" {
			calls[put(t, checkout, below, name, fmt.Sprintf(callFile, p.call))] = p
			callers = append(callers, "./"+below)
			continue
		}
		// In the package and in one below it, because a pattern may match only one of them.
		body := fmt.Sprintf(importFile, p.imp)
		imports[put(t, checkout, p.folder, name, body)] = p
		imports[put(t, checkout, below, name, body)] = p
	}

	// Without tests the linter does not follow the planted imports, which lead
	// to missing modules and to cycles.
	check(t, imports, lint(t, linter, checkout, "depguard", append(modules(t, checkout), "--tests=false")))
	check(t, calls, lint(t, linter, checkout, "forbidigo", callers))
	checkConverters(t, linter, checkout)
}

// checkConverters plants a literal that leaves a field out in each kind of package
// that converts messages, where it must be reported, and in one that does not, where
// it must not.
func checkConverters(t *testing.T, linter, checkout string) {
	t.Helper()
	const body = "type pair struct{ A, B int }\n\nvar _ = pair{A: 1}\n"
	want, folders := map[string]bool{}, []string{}
	for folder, name := range map[string]string{
		"services/catalog/internal/api/planted":   "convert",
		"services/survey/internal/api/planted":    "convert_planted",
		"libs/criteria/criteriapb/planted":        "planted",
		"libs/sealed/sealedpb/planted":            "planted",
		"libs/cycle/cyclepb/planted":              "planted",
		"libs/rule/rulepb/planted":                "planted",
		"services/catalog/internal/planted/there": "planted",
	} {
		want[put(t, checkout, folder, name, body)] = folder != "services/catalog/internal/planted/there"
		folders = append(folders, "./"+folder)
	}
	said := lint(t, linter, checkout, "exhaustruct_v5", folders)
	for file, reported := range want {
		if got := strings.Contains(strings.Join(said[file], "\n"), "missing field B"); got != reported {
			t.Errorf("%s: a literal without a field is reported: %t, want %t (%q)", file, got, reported, said[file])
		}
	}
}

// Every plant also breaks a rule that holds everywhere. It shows that the linter has
// read a file for which it reports nothing else.
const (
	importFile = "import _ \"github.com/pkg/errors\"\nimport _ %q\n"
	callFile   = "import \"fmt\"\nimport \"time\"\n\nvar _, _ = fmt.Println()\nvar _ = %s\n"
)

func witness(text string) bool {
	return strings.Contains(text, "github.com/pkg/errors") || strings.Contains(text, "fmt.Println")
}

func check(t *testing.T, planted map[string]plant, reported map[string][]string) {
	t.Helper()
	for file, texts := range reported {
		if _, ok := planted[file]; !ok {
			t.Errorf("%s: the repository itself breaks a rule: %q", file, texts)
		}
	}
	for file, p := range planted {
		said := slices.DeleteFunc(slices.Clone(reported[file]), witness)
		switch {
		case !slices.ContainsFunc(reported[file], witness):
			t.Errorf("%s: the linter did not read it", file)
		case p.want == "" && len(said) > 0:
			t.Errorf("%s: %s must be allowed, got %q", file, p, said)
		case !strings.Contains(strings.Join(said, "\n"), p.want):
			t.Errorf("%s: %s is not reported with %q, got %q", file, p, p.want, said)
		}
	}
}

func (p plant) String() string {
	if p.imp != "" {
		return fmt.Sprintf("importing %s in %s", p.imp, p.folder)
	}
	return fmt.Sprintf("calling %s in %s", p.call, p.folder)
}

// put writes dir/name.go in the checkout and returns its path from there.
func put(t *testing.T, checkout, dir, name, body string) string {
	t.Helper()
	at := filepath.Join(checkout, filepath.FromSlash(dir))
	if err := os.MkdirAll(at, 0o750); err != nil {
		t.Fatal(err)
	}
	src := fmt.Sprintf("package %s\n\n%s", packageIn(t, at), body)
	if err := os.WriteFile(filepath.Join(at, name+".go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	return path.Join(dir, name+".go")
}

// packageIn returns the name of the package in dir, or "planted" if there is none:
// two names in one folder would be an error of another kind.
func packageIn(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		return parsed.Name.Name
	}
	return "planted"
}

// modules returns the pattern of every module in the workspace of the checkout.
func modules(t *testing.T, checkout string) []string {
	t.Helper()
	patterns := strings.Fields(string(run(t, checkout, "go", "list", "-m", "-f", "{{.Dir}}/...")))
	if len(patterns) < 10 {
		t.Fatalf("the workspace has ten modules, the copy %d: %q", len(patterns), patterns)
	}
	return patterns
}

// lint runs one linter with the configuration of the repository and returns its
// reports by file.
func lint(t *testing.T, linter, checkout, name string, args []string) map[string][]string {
	t.Helper()
	out := run(t, checkout, linter, append([]string{
		"run", "--enable-only", name,
		"--output.json.path", "stdout", "--show-stats=false", "--issues-exit-code", "0",
	}, args...)...)
	var report struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct{ Filename string }
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("reading the linter's report: %v\n%s", err, out)
	}
	said := map[string][]string{}
	for _, i := range report.Issues {
		if i.FromLinter != name {
			t.Fatalf("%s: %s stopped the linter: %s", i.Pos.Filename, i.FromLinter, i.Text)
		}
		file := filepath.ToSlash(i.Pos.Filename)
		said[file] = append(said[file], i.Text)
	}
	return said
}

func run(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr
	cmd.Env = append(os.Environ(),
		"PWD="+dir,
		"GOWORK="+filepath.Join(dir, "go.work"),
		// The paths of the copy are new each time and would only fill the cache of the user.
		"GOLANGCI_LINT_CACHE="+filepath.Join(dir, ".lint-cache"),
	)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, stderr.String())
	}
	return out
}

// repository returns the folder that holds go.work.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.work"))
		if err == nil {
			return dir
		}
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			t.Fatal("no go.work above this test")
		}
		dir = filepath.Dir(dir)
	}
}

// copyTree copies the files that git knows or would add from root to dst, so not
// node_modules or a local database. The copied modules require nothing: depguard
// reads only import lines, and the linter would stop at a planted import that a real
// go.mod provides only in part.
func copyTree(t *testing.T, root, dst string) {
	t.Helper()
	files := string(run(t, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"))
	for name := range strings.SplitSeq(strings.TrimRight(files, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		if path.Base(name) == "go.mod" {
			data = []byte("module " + path.Join(ours, path.Dir(name)) + "\n\ngo 1.26\n")
		}
		to := filepath.Join(dst, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
