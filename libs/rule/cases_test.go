package rule_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/points"
	"github.com/parindex/parindex/libs/rule"
	"github.com/parindex/parindex/libs/rule/rulepb"
	rulev1 "github.com/parindex/parindex/proto/gen/parindex/rule/v1"
)

var update = flag.Bool("update", false, "rewrite the results in testdata")

// Each case in testdata is an item with some inputs, written as messages of
// parindex.rule.v1, and the results, or the violations of the rule. The figures can
// be checked with a pocket calculator.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			head, want, found := bytes.Cut(file, []byte("-- result --\n"))
			_, item, foundItem := bytes.Cut(head, []byte("-- item.yaml --\n"))
			if !found || !foundItem {
				t.Fatal("a case has an item.yaml and a result")
			}
			got := results(t, item)
			if *update {
				if err := os.WriteFile(path, append(append(head, "-- result --\n"...), got...), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// results returns the results for the inputs of a case, as text.
func results(t *testing.T, file []byte) string {
	t.Helper()
	var c struct {
		Max     points.Points `yaml:"max"`
		Reduced points.Points `yaml:"reduced"`
		Places  *int32        `yaml:"places"`
		Mode    points.Mode   `yaml:"mode"`
		Rule    any           `yaml:"rule"`
		Inputs  []any         `yaml:"inputs"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		t.Fatal(err)
	}
	item := rule.Item{Max: c.Max, Policy: points.DefaultPolicy(), Reduced: c.Reduced}
	item.Policy.Mode = c.Mode
	if c.Places != nil {
		item.Policy.ItemScale, item.Policy.DisplayScale = *c.Places, min(*c.Places, item.Policy.DisplayScale)
	}
	r, err := rulepb.ToRule(message(t, c.Rule, &rulev1.Rule{}))
	if err != nil {
		t.Fatal(err)
	}

	var b strings.Builder
	if err := rule.Validate(r, item); err != nil {
		f := fault.From(err)
		fmt.Fprintln(&b, f.Code)
		for _, v := range f.Violations {
			fmt.Fprintf(&b, "%s: %s\n    %s\n    %s\n", v.Field, v.Code, v.Vi, v.En)
		}
		return b.String()
	}
	for _, in := range c.Inputs {
		line, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", line)
		input, err := rulepb.ToInput(message(t, in, &rulev1.Input{}))
		if err != nil {
			t.Fatal(err)
		}
		result, err := rule.Evaluate(r, item, input)
		if err != nil {
			f := fault.From(err)
			fmt.Fprintf(&b, "  %s at %s\n    %s\n    %s\n", f.Code, f.Field, f.Vi, f.En)
			continue
		}
		checkExplanation(t, result)
		if result.Applicable {
			fmt.Fprintf(&b, "  %s points\n", result.Points)
		} else {
			fmt.Fprintln(&b, "  not applicable")
		}
		for _, s := range result.Steps {
			fmt.Fprintf(&b, "    %s\n    %s\n", s.Vi, s.En)
		}
	}
	return b.String()
}

// checkExplanation computes the result again from its steps.
func checkExplanation(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, result rule.Result,
) {
	t.Helper()
	again, applicable, err := rule.Recompute(result.Steps)
	if err != nil || applicable != result.Applicable || !again.Equal(result.Points) {
		t.Fatalf("%v, %v is recomputed as %v, %v, %v", result.Points, result.Applicable, again, applicable, err)
	}
	for _, s := range result.Steps {
		if s.Vi == "" || s.En == "" {
			t.Fatalf("%+v has no text", s)
		}
	}
}

// message converts a decoded YAML value to a message.
func message[M proto.Message](t *testing.T, tree any, m M) M {
	t.Helper()
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	if err := protojson.Unmarshal(text, m); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}
