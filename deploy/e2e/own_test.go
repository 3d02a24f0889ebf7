package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// deciders are the roles that decide, prepare decisions, or administer who decides.
var deciders = []string{
	"ADMINISTRATOR", "COORDINATOR", "APPROVER", "APPRAISAL_COUNCIL_MEMBER", "APPRAISER", "SURVEY_OPERATOR", "DATA_PROVIDER",
}

// reads begin the names of the rpcs that change nothing.
var reads = regexp.MustCompile(`/(Get|List|Read|Export|Validate)[A-Z]`)

// ownAct is a line of testdata/own.txt.
type ownAct struct{ rpc, relation, reason, test string }

// TestOwnActs checks that the table of acts that one person may not do is complete, that
// its reasons exist, that a test plays each refusal, and that the README of identity has
// the same table.
func TestOwnActs(t *testing.T) {
	acts := readOwnActs(t)
	var listed []string
	for _, a := range acts {
		listed = append(listed, a.rpc)
	}
	for rpc, roles := range readAccess(t, "testdata/access.txt") {
		decides := slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(deciders, r) })
		if want := decides && !reads.MatchString(rpc); want != slices.Contains(listed, rpc) {
			t.Errorf("%s must be in own.txt: %v", rpc, want)
		}
	}
	known := indexOfFaults(t)
	var rows []string
	for _, a := range acts {
		if a.relation == "free" {
			continue
		}
		if !known[a.reason] {
			t.Errorf("%s: there is no reason %s", a.rpc, a.reason)
		}
		if folder, name, _ := strings.Cut(a.test, ": "); !strings.Contains(testSource(t, folder, name), a.reason) {
			t.Errorf("%s: %s does not expect %s", a.rpc, a.test, a.reason)
		}
		name := strings.ReplaceAll(a.rpc[strings.LastIndex(a.rpc, ".")+1:], "/", ".")
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", name, a.relation, a.reason))
	}
	readme, err := os.ReadFile("../../services/identity/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if table := strings.Join(rows, "\n"); !strings.Contains(string(readme), "|---|---|---|\n"+table+"\n\n") {
		t.Errorf("the table of acts in services/identity/README.md is not\n%s", table)
	}
}

func readOwnActs(t *testing.T) []ownAct {
	t.Helper()
	content, err := os.ReadFile("testdata/own.txt")
	if err != nil {
		t.Fatal(err)
	}
	relations := []string{"own agency", "own group", "own account", "same person"}
	var acts []ownAct
	for n, line := range slices.Collect(strings.Lines(string(content))) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, " | ")
		switch {
		case len(fields) == 3 && fields[1] == "free":
			acts = append(acts, ownAct{fields[0], fields[1], "", ""})
		case len(fields) == 4 && slices.Contains(relations, fields[1]):
			acts = append(acts, ownAct{fields[0], fields[1], fields[2], fields[3]})
		default:
			t.Errorf("own.txt:%d is no line of the table", n+1)
		}
	}
	return acts
}

// testSource returns the source of a test, or "" if its folder does not have it.
func testSource(t *testing.T, folder, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, after, found := strings.Cut(string(source), "\nfunc "+name+"("); found {
			body, _, _ := strings.Cut(after, "\n}\n")
			return body
		}
	}
	return ""
}
