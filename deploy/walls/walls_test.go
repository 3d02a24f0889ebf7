//go:build walls

// Package walls_test proves that the import walls of .golangci.yaml stand.
//
// A lint rule whose glob misses its files reports nothing and looks like a
// clean house. So this test plants one violation per wall in a copy of the
// repository and sees each reported at its place, plants what the walls must
// let through and sees it pass, and sees nothing else reported. It needs
// bin/tools/golangci-lint, hence the build tag; `make verify` sets it.
package walls_test

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

// plant is one Go file put into room. It imports imp, or makes call, and is
// reported with want in the text; without a want it is not reported.
type plant struct {
	room string
	imp  string
	call string
	want string
}

// domainPlants are those of a package of the service s that decides: the standard
// library without the outside world, and five libs.
func domainPlants(s, rules string) []plant {
	return []plant{
		{room: rules, imp: "errors"},
		{room: rules, imp: "math/big"},
		{room: rules, imp: "context", want: "they do not wait"},
		{room: rules, imp: "database/sql", want: "they do not load"},
		{room: rules, imp: "log/slog", want: "they do not log"},
		{room: rules, imp: "net/http", want: "they do not call"},
		{room: rules, imp: "os", want: "they do not read files"},
		{room: rules, imp: "math/rand/v2", want: "randomness is handed in"},
		{room: rules, imp: ours + "libs/cycle/cyclepb", want: "not allowed from list 'rules'"},
		{room: rules, imp: ours + "libs/criteria/criteriapb", want: "not allowed from list 'rules'"},
		{room: rules, imp: ours + "libs/rule/rulepb", want: "not allowed from list 'rules'"},
		{room: rules, imp: ours + "libs/message", want: "not allowed from list 'rules'"},
		{room: rules, imp: ours + "libs/pg", want: "not allowed from list 'rules'"},
		{room: rules, imp: ours + "proto/gen/parindex/" + s + "/v1", want: "not allowed from list 'rules'"},
		{room: rules, imp: "github.com/jackc/pgx/v5", want: "not allowed from list 'rules'"},
		{room: rules, call: "time.Now()", want: "take a clock"},
	}
}

func plants() []plant {
	var all []plant
	services := []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"}

	for i, s := range services {
		sibling := services[(i+1)%len(services)]
		door := "services/" + s
		rules := door + "/internal/" + s
		memory := door + "/internal/postgres"
		speech := door + "/internal/api"
		all = append(all, domainPlants(s, rules)...)
		all = append(all,
			plant{room: memory, imp: "github.com/jackc/pgx/v5"},
			plant{room: memory, imp: "google.golang.org/grpc", want: "faults, not statuses"},
			plant{room: memory, imp: "google.golang.org/protobuf/proto", want: "domain types, not messages"},
			plant{room: memory, imp: ours + "proto/gen/parindex/" + s + "/v1", want: "domain types, not messages"},
			plant{room: memory, imp: ours + "libs/cycle/cyclepb", want: "storage needs libs/"},
			plant{room: memory, imp: ours + "libs/attempt", want: "storage needs libs/"},
			plant{room: memory, imp: ours + "libs/message", want: "storage needs libs/"},
			plant{room: memory, imp: ours + "libs/rpc", want: "storage needs libs/"},

			plant{room: speech, imp: ours + "proto/gen/parindex/" + s + "/v1"},
			plant{room: speech, imp: ours + "libs/cycle"},
			plant{room: speech, imp: ours + "libs/cycle/cyclepb"},
			plant{room: speech, imp: "github.com/jackc/pgx/v5", want: "SQL lives in postgres"},
			plant{room: speech, imp: "database/sql", want: "SQL lives in postgres"},
			plant{room: speech, imp: "github.com/redis/go-redis/v9", want: "Redis is spoken in"},
			plant{room: speech, imp: "google.golang.org/grpc/status", want: "return a fault"},

			plant{room: door, imp: ours + "services/" + s + "/internal/api"},
			plant{room: door, imp: ours + "services/" + sibling, want: "services meet only through proto"},
			plant{room: door, imp: ours + "gateway", want: "nothing hangs from it"},
			plant{room: door, imp: ours + "deploy/allinone", want: "nothing imports deploy"},
			plant{room: door + "/cmd/" + s + "d", call: "time.Now()"},
			plant{room: door + "/cmd/" + s + "d", imp: ours + "services/" + sibling, want: "services meet only through proto"},
		)
	}

	const regulation = "services/catalog/internal/regulation"
	all = append(all, domainPlants("catalog", regulation)...)
	all = append(all,
		plant{room: "services/catalog/internal/catalog", imp: ours + regulation},
		plant{room: regulation, imp: ours + "services/catalog/internal/catalog", want: "not allowed from list 'rules'"},
	)

	let := func(room string, imports ...string) {
		for _, imp := range imports {
			all = append(all, plant{room: room, imp: imp})
		}
	}
	let(regulation, ours+"libs/canonical", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/points", ours+"libs/rule", ours+"libs/text")
	for _, s := range services {
		let("services/"+s+"/internal/"+s, ours+"libs/canonical", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/points", ours+"libs/rule", ours+"libs/sealed", ours+"libs/text")
		let("services/"+s+"/internal/postgres",
			ours+"libs/audit", ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/page", ours+"libs/pg", ours+"libs/points", ours+"libs/rule", ours+"libs/sealed", ours+"libs/window")
	}
	for _, room := range []string{"services/catalog/pack"} {
		let(room, ours+"libs/criteria", ours+"libs/cycle", ours+"libs/fault", ours+"libs/text", ours+"libs/points", ours+"libs/rule", ours+"libs/yamldoc")
		all = append(all,
			plant{room: room, imp: "os"},
			plant{room: room, imp: "database/sql", want: "no SQL"},
			plant{room: room, imp: "github.com/jackc/pgx/v5", want: "no SQL"},
			plant{room: room, imp: "google.golang.org/grpc", want: "no gRPC"},
			plant{room: room, imp: "google.golang.org/protobuf/proto", want: "no messages"},
			plant{room: room, imp: ours + "proto/gen/parindex/scoring/v1", want: "no messages"},
			plant{room: room, imp: ours + "libs/pg", want: "libs/{criteria,cycle,fault,points,rule,text,yamldoc} only"},
			plant{room: room, imp: ours + "libs/cycle/cyclepb", want: "libs/{criteria,cycle,fault,points,rule,text,yamldoc} only"},
		)
	}

	let("libs/auth", ours+"proto/gen/parindex/auth/v1", ours+"proto/gen/parindex/rule/v1", ours+"proto/gen/parindex/type/v1")
	let("libs/points", "database/sql/driver", "github.com/shopspring/decimal")
	let("deploy/allinone", ours+"services/survey", ours+"gateway", "github.com/redis/go-redis/v9", "google.golang.org/grpc/codes")
	let("deploy/allinone/cmd/parindex", ours+"deploy/allinone", ours+"deploy/rest", ours+"services/catalog/pack")
	let("deploy/trial/cmd/parindex-trial", ours+"deploy/allinone", ours+"deploy/play", ours+"deploy/rest", ours+"deploy/trial/data", ours+"services/identity")
	let("deploy/play", ours+"deploy/rest", ours+"proto/gen/parindex/scoring/v1")
	for _, room := range []string{"deploy/allinone", "deploy/allinone/cmd/parindex"} {
		for _, imp := range []string{"bench", "e2e", "play", "trial/data"} {
			all = append(all, plant{room: room, imp: ours + "deploy/" + imp, want: "nothing of trials"})
		}
	}
	for _, room := range []string{"deploy/play", "deploy/rest"} {
		for _, imp := range []string{"services/identity", "gateway", "deploy/allinone", "deploy/trial/data"} {
			all = append(all, plant{room: room, imp: ours + imp, want: "the contracts only"})
		}
	}
	let("libs/criteria/criteriapb", ours+"proto/gen/parindex/catalog/v1")
	let("libs/cycle/cyclepb", "context", ours+"libs/window", ours+"proto/gen/parindex/catalog/v1", ours+"proto/gen/parindex/rule/v1")
	let("libs/cycle/cycletest", "context", "google.golang.org/grpc", ours+"proto/gen/parindex/catalog/v1", ours+"proto/gen/parindex/rule/v1")
	let("libs/servicetest", ours+"libs/pgtest", ours+"libs/rpc", ours+"libs/service", ours+"proto/gen/parindex/auth/v1")
	for _, room := range []string{"libs/canonical", "libs/criteria", "libs/cycle", "libs/points", "libs/rule", "libs/sealed"} {
		for _, imp := range []string{"context", "database/sql", "log/slog", "net/http", "os", "math/rand/v2", "google.golang.org/grpc", "github.com/jackc/pgx/v5"} {
			all = append(all, plant{room: room, imp: imp, want: "as pure as the rules"})
		}
	}
	for _, room := range []string{"services/appraisal/internal/exchange", "services/scoring/internal/gather"} {
		let(room, ours+"libs/cycle/cyclepb", ours+"proto/gen/parindex/assessment/v1", "google.golang.org/grpc")
		all = append(all,
			plant{room: room, imp: "github.com/jackc/pgx/v5", want: "SQL lives in postgres"},
			plant{room: room, imp: "database/sql", want: "SQL lives in postgres"},
			plant{room: room, imp: "github.com/redis/go-redis/v9", want: "Redis is spoken in"},
			plant{room: room, imp: "google.golang.org/grpc/status", want: "return a fault"},
		)
	}
	for _, imp := range []string{"libs/fault", "services/survey", "gateway", "deploy/allinone"} {
		all = append(all, plant{room: "proto/gen/parindex/survey/v1", imp: ours + imp, want: "contracts import nothing of ours"})
	}

	return append(all,
		plant{room: "gateway", imp: ours + "proto/gen/parindex/survey/v1"},
		plant{room: "gateway", imp: ours + "libs/rpc"},
		plant{room: "gateway", imp: "google.golang.org/grpc/status"},
		plant{room: "gateway", imp: ours + "services/survey", want: "doors are opened only"},
		plant{room: "gateway", imp: ours + "deploy/allinone", want: "nothing imports deploy"},
		plant{room: "gateway", imp: "database/sql", want: "the gateway has no database"},
		plant{room: "gateway", imp: "github.com/jackc/pgx/v5", want: "the gateway has no database"},

		plant{room: "libs/auth", imp: ours + "proto/gen/parindex/identity/v1", want: "libs know no service"},
		plant{room: "libs/auth", imp: ours + "proto/gen/parindex/catalog/v1", want: "libs know no service"},
		plant{room: "libs/auth", imp: ours + "services/identity", want: "libs know no service"},
		plant{room: "libs/auth", imp: ours + "gateway", want: "nothing hangs from it"},
		plant{room: "libs/auth", imp: ours + "deploy/allinone", want: "nothing imports deploy"},
		plant{room: "libs/auth", imp: "google.golang.org/grpc/codes", want: "return a fault"},
		plant{room: "libs/auth", call: "time.Now()", want: "take a clock"},
		plant{room: "libs/rpc", imp: "google.golang.org/grpc/status"},
		plant{room: "libs/run", call: "time.Now()"},
		plant{room: "libs/fault", imp: "errors"},
		plant{room: "libs/fault", imp: "google.golang.org/grpc", want: "not allowed from list 'fault'"},
		plant{room: "libs/fault", imp: ours + "libs/points", want: "not allowed from list 'fault'"},
		plant{room: "libs/cycle", imp: ours + "proto/gen/parindex/catalog/v1", want: "converted in libs/rule/rulepb, libs/criteria/criteriapb and libs/cycle/cyclepb"},
		plant{room: "libs/criteria", imp: ours + "proto/gen/parindex/catalog/v1", want: "converted in libs/rule/rulepb, libs/criteria/criteriapb"},
		plant{room: "libs/criteria/criteriapb", imp: ours + "proto/gen/parindex/scoring/v1", want: "know catalog and no other service"},
		plant{room: "libs/cycle/cyclepb", imp: ours + "proto/gen/parindex/scoring/v1", want: "know catalog and no other service"},
		plant{room: "libs/cycle/cycletest", imp: ours + "proto/gen/parindex/scoring/v1", want: "know catalog and no other service"},
		plant{room: "libs/cycle/cycletest", imp: ours + "services/catalog", want: "libs know no service"},
		plant{room: "libs/cycle/cycletest", imp: ours + "libs/pgtest", want: "tests only"},
		plant{room: "libs/cycle/cyclepb", imp: ours + "services/catalog", want: "libs know no service"},
		plant{room: "libs/cycle/cyclepb", imp: ours + "gateway", want: "nothing hangs from it"},
		plant{room: "libs/cycle/cyclepb", imp: ours + "deploy/allinone", want: "nothing imports deploy"},
		plant{room: "libs/cycle/cyclepb", imp: "google.golang.org/grpc/codes", want: "return a fault"},
		plant{room: "libs/rule", imp: ours + "proto/gen/parindex/rule/v1", want: "converted in libs/rule/rulepb"},
		plant{room: "libs/rule/rulepb", imp: ours + "proto/gen/parindex/rule/v1"},
		plant{room: "libs/rule", imp: "github.com/shopspring/decimal", want: "use libs/points"},
		plant{room: "libs/pg", imp: ours + "libs/pgtest", want: "tests only"},
		plant{room: "libs/pg", imp: ours + "libs/servicetest", want: "tests only"},
		plant{room: "services/survey/internal/api", imp: ours + "libs/servicetest", want: "tests only"},
		plant{room: "services/survey/internal/api", imp: ours + "libs/cycle/cycletest", want: "tests only"},
		plant{room: "libs/servicetest", imp: ours + "proto/gen/parindex/catalog/v1", want: "libs know no service"},
		plant{room: "libs/servicetest", imp: ours + "services/survey", want: "libs know no service"},
		plant{room: "libs/servicetest", call: "time.Now()"},
		plant{room: "libs/pg", imp: "github.com/golang/protobuf/proto", want: "use google.golang.org/protobuf"},
		plant{room: "libs/pg", imp: "golang.org/x/exp/maps", want: "use the standard library"},

		plant{room: "services/scoring/internal/leaderboardcache", imp: "github.com/redis/go-redis/v9"},
		plant{room: "services/scoring/internal/report", imp: "github.com/redis/go-redis/v9", want: "Redis is spoken in"},
		plant{room: "services/scoring/internal/report", imp: "github.com/go-redis/redis_rate/v10", want: "Redis is spoken in"},
		plant{room: "services/scoring/internal/report", imp: "github.com/shopspring/decimal", want: "use libs/points"},
		plant{room: "deploy/allinone", call: "time.Now()"},
	)
}

func TestWalls(t *testing.T) {
	root := repository(t)
	linter := filepath.Join(root, "bin", "tools", "golangci-lint")
	if _, err := os.Stat(linter); err != nil {
		t.Fatalf("%v: deploy/verify/tools.sh deploy/verify/tools installs it", err)
	}
	house := t.TempDir()
	copyTree(t, root, house)

	imports, calls := map[string]plant{}, map[string]plant{}
	var callers []string
	for i, p := range plants() {
		name := fmt.Sprintf("planted%d", i)
		below := path.Join(p.room, name)
		if p.imp == "" {
			calls[put(t, house, below, name, fmt.Sprintf(callFile, p.call))] = p
			callers = append(callers, "./"+below)
			continue
		}
		// Into the room and into a package below it: a glob may see the one and miss the other.
		body := fmt.Sprintf(importFile, p.imp)
		imports[put(t, house, p.room, name, body)] = p
		imports[put(t, house, below, name, body)] = p
	}

	// Without tests the linter does not follow the planted imports, which lead
	// to missing modules and to cycles.
	check(t, imports, lint(t, linter, house, "depguard", append(modules(t, house), "--tests=false")))
	check(t, calls, lint(t, linter, house, "forbidigo", callers))
	checkConverters(t, linter, house)
}

// checkConverters plants a literal that leaves a field out in every kind of place
// that translates messages, which is reported, and in one that does not.
func checkConverters(t *testing.T, linter, house string) {
	t.Helper()
	const body = "type pair struct{ A, B int }\n\nvar _ = pair{A: 1}\n"
	want, folders := map[string]bool{}, []string{}
	for room, name := range map[string]string{
		"services/catalog/internal/api/planted":   "convert",
		"services/survey/internal/api/planted":    "convert_planted",
		"libs/criteria/criteriapb/planted":        "planted",
		"libs/cycle/cyclepb/planted":              "planted",
		"libs/rule/rulepb/planted":                "planted",
		"services/catalog/internal/planted/there": "planted",
	} {
		want[put(t, house, room, name, body)] = room != "services/catalog/internal/planted/there"
		folders = append(folders, "./"+room)
	}
	said := lint(t, linter, house, "exhaustruct_v5", folders)
	for file, reported := range want {
		if got := strings.Contains(strings.Join(said[file], "\n"), "missing field B"); got != reported {
			t.Errorf("%s: a literal without a field is reported: %t, want %t (%q)", file, got, reported, said[file])
		}
	}
}

// Every plant also breaks a rule that holds everywhere, so that a file the
// linter never read cannot pass for one it let through.
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
			t.Errorf("%s: the tree itself breaks a wall: %q", file, texts)
		}
	}
	for file, p := range planted {
		said := slices.DeleteFunc(slices.Clone(reported[file]), witness)
		switch wall := p.want != ""; {
		case !slices.ContainsFunc(reported[file], witness):
			t.Errorf("%s: the linter did not read it", file)
		case !wall && len(said) > 0:
			t.Errorf("%s: %s must be let through, got %q", file, p, said)
		case wall && !strings.Contains(strings.Join(said, "\n"), p.want):
			t.Errorf("%s: %s is not reported with %q, got %q", file, p, p.want, said)
		}
	}
}

func (p plant) String() string {
	if p.imp != "" {
		return fmt.Sprintf("importing %s in %s", p.imp, p.room)
	}
	return fmt.Sprintf("calling %s in %s", p.call, p.room)
}

// put writes dir/name.go below house and returns its path relative to house.
func put(t *testing.T, house, dir, name, body string) string {
	t.Helper()
	at := filepath.Join(house, filepath.FromSlash(dir))
	if err := os.MkdirAll(at, 0o750); err != nil {
		t.Fatal(err)
	}
	src := fmt.Sprintf("package %s\n\n%s", packageIn(t, at), body)
	if err := os.WriteFile(filepath.Join(at, name+".go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	return path.Join(dir, name+".go")
}

// packageIn is the name of the package that lies in dir, "planted" if none
// does: two names in one folder would be an error of another kind.
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

// modules are the patterns of every module in the workspace at house.
func modules(t *testing.T, house string) []string {
	t.Helper()
	patterns := strings.Fields(string(run(t, house, "go", "list", "-m", "-f", "{{.Dir}}/...")))
	if len(patterns) < 10 {
		t.Fatalf("the workspace has ten modules, the copy %d: %q", len(patterns), patterns)
	}
	return patterns
}

// lint runs one linter with the repository's configuration and returns what it says by file.
func lint(t *testing.T, linter, house, name string, args []string) map[string][]string {
	t.Helper()
	out := run(t, house, linter, append([]string{
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
		// A cache of its own: the copy's paths are new each time and would only fill the user's.
		"GOLANGCI_LINT_CACHE="+filepath.Join(dir, ".lint-cache"),
	)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, stderr.String())
	}
	return out
}

// repository is the folder that holds go.work.
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

// copyTree copies what git would take from root to dst, so that neither
// node_modules nor a local database comes along. The copied modules require
// nothing: the walls are read from import lines alone, and the linter would
// stop at a planted import that a real go.mod answers only in part.
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
