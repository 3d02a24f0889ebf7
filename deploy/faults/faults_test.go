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
	const sound = "var A = fault.Reason{Kind: fault.Invalid, Code: \"A_ONE\", Vi: \"Hãy sửa %s.\", En: \"Correct %q.\"}\n"
	for name, tt := range map[string]struct{ source, want string }{
		"sound":                {"", ""},
		"a code twice":         {`var B = fault.Reason{Kind: fault.NotFound, Code: "A_ONE", Vi: "Hãy sửa.", En: "Correct it."}`, "defined at services/x/a.go:2 already, as invalid; this is not found"},
		"in a map":             {`var B = map[int]fault.Reason{1: {Kind: fault.Invalid, Code: "A_ONE", Vi: "Hãy sửa.", En: "Correct it."}}`, "already"},
		"a text missing":       {`var B = fault.Reason{Kind: fault.Invalid, Code: "B_ONE", En: "Correct it."}`, "both texts"},
		"a text empty":         {`var B = fault.Reason{Kind: fault.Invalid, Code: "B_ONE", Vi: "", En: "Correct it."}`, "Vietnamese text does not say"},
		"a code not written":   {`var B = fault.Reason{Kind: fault.Invalid, Code: A.Code, Vi: "Hãy sửa.", En: "Correct it."}`, "written out"},
		"other arguments":      {`var B = fault.Reason{Kind: fault.Invalid, Code: "B_ONE", Vi: "Hãy sửa %s.", En: "Correct %d."}`, "other arguments"},
		"fewer arguments":      {`var B = fault.Reason{Kind: fault.Invalid, Code: "B_ONE", Vi: "Hãy sửa %s.", En: "Correct it."}`, "other arguments"},
		"the same, in numbers": {`var B = fault.Reason{Kind: fault.Invalid, Code: "B_ONE", Vi: "Hãy sửa %[2]s, %[1]d.", En: "Correct %d and %s, 100%%."}`, ""},
		"nothing to do":        {`var B = fault.Reason{Kind: fault.Invalid, Code: "B_ONE", Vi: "Hãy sửa.", En: "It is wrong."}`, "English text does not say"},
		"another form of code": {`var B = fault.Reason{Kind: fault.Invalid, Code: "bOne", Vi: "Hãy sửa.", En: "Correct it."}`, "UPPER_SNAKE"},
		"a violation's own":    {`var B = fault.Violation{Code: "B_ONE"}`, "from a fault.Reason"},
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
