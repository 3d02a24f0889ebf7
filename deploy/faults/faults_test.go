package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFaults reads the reasons of the whole repository.
func TestFaults(t *testing.T) {
	top := os.DirFS("../..")
	found, problems, err := collect(top, roots...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(problems, check(found)...) {
		t.Error(p)
	}
	if len(found) < 300 {
		t.Errorf("%d reasons are found; the reading misses some", len(found))
	}
	want, err := index(found)
	if err != nil {
		t.Fatal(err)
	}
	if served, err := os.ReadFile("../../gateway/internal/openapi/faults.json"); err != nil || !bytes.Equal(served, want) {
		t.Errorf("the index that the gateway serves is stale (%v): run make generate", err)
	}
}

// TestFaultsRefused plants what a client could not rely on.
func TestFaultsRefused(t *testing.T) {
	const sound = "var A = fault.Invalid.Reason(\"A_ONE\", \"Hãy sửa dòng %s.\", \"Correct the line %q.\")\n"
	for name, tt := range map[string]struct{ source, want string }{
		"sound":                {"", ""},
		"a code twice":         {`var B = fault.NotFound.Reason("A_ONE", "Hãy sửa dòng này.", "Correct this line.")`, "defined at services/x/a.go:2 already, as invalid; this is not found"},
		"in a map":             {`var B = map[int]fault.Reason{1: fault.Invalid.Reason("A_ONE", "Hãy sửa dòng này.", "Correct this line.")}`, "already"},
		"a literal":            {`var B = map[int]fault.Reason{1: {Kind: fault.Invalid, Code: "B_ONE", Vi: "Hãy sửa dòng này."}}`, "defined by Kind.Reason"},
		"a text empty":         {`var B = fault.Invalid.Reason("B_ONE", "", "Correct this line.")`, "Vietnamese text does not say"},
		"a code not written":   {`var B = fault.Invalid.Reason(A.Code, "Hãy sửa dòng này.", "Correct this line.")`, "written out"},
		"other arguments":      {`var B = fault.Invalid.Reason("B_ONE", "Hãy sửa dòng %s.", "Correct %d.")`, "other arguments"},
		"fewer arguments":      {`var B = fault.Invalid.Reason("B_ONE", "Hãy sửa dòng %s.", "Correct this line.")`, "other arguments"},
		"the same, in numbers": {`var B = fault.Invalid.Reason("B_ONE", "Hãy sửa %[2]s, %[1]d.", "Correct %d and %s, 100%%.")`, ""},
		"nothing to do":        {`var B = fault.Invalid.Reason("B_ONE", "Hãy sửa dòng này.", "It is wrong.")`, "English text does not say"},
		"empty advice":         {`var B = fault.Invalid.Reason("B_ONE", "Hãy sửa dòng này.", "It is wrong. Correct it.")`, "English text does not say"},
		"empty, in Vietnamese": {`var B = fault.Invalid.Reason("B_ONE", "Số sai. Hãy nhập lại.", "Correct this line.")`, "Vietnamese text does not say"},
		"another form of code": {`var B = fault.Invalid.Reason("bOne", "Hãy sửa dòng này.", "Correct this line.")`, "UPPER_SNAKE"},
		"a violation's own":    {`var B = fault.Violation{Code: "B_ONE", Vi: "Hãy sửa dòng này."}`, "defined by Kind.Reason"},
	} {
		files := fstest.MapFS{
			"services/x/a.go":      {Data: []byte("package x\n" + sound)},
			"services/x/b.go":      {Data: []byte("package x\n" + tt.source)},
			"services/x/b_test.go": {Data: []byte("package x\n" + sound)},
		}
		found, problems, err := collect(files, "services")
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(append(problems, check(found)...), "\n")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
