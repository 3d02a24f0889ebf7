package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestProductionHoldsNothingOfTheTrial checks that no program of an installation
// contains the trial, whose accounts and password are printed, or the demonstration
// cycle, which creates accounts.
func TestProductionHoldsNothingOfTheTrial(t *testing.T) {
	const ours = "github.com/parindex/parindex/"
	programs := []string{ours + "deploy/allinone/cmd/parindex", ours + "gateway/cmd/gatewayd"}
	for _, s := range []string{"identity", "catalog", "assessment", "appraisal", "survey", "scoring"} {
		programs = append(programs, ours+"services/"+s+"/cmd/"+s+"d")
	}
	for _, program := range programs {
		for _, p := range dependencies(t, program) {
			if below, ok := strings.CutPrefix(p, ours+"deploy/"); ok && (strings.HasPrefix(below, "trial") || strings.HasPrefix(below, "play")) {
				t.Errorf("%s contains %s", program, p)
			}
		}
	}
	// The trial contains all of them, which shows that the search finds them.
	found := strings.Join(dependencies(t, ours+"deploy/trial/cmd/parindex-trial"), "\n")
	for _, p := range []string{"deploy/trial/data", "deploy/play", "deploy/allinone"} {
		if !strings.Contains(found, ours+p) {
			t.Errorf("the trial lacks %s", p)
		}
	}
}

// dependencies returns the packages of a program, itself included.
func dependencies(t *testing.T, program string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", program).Output()
	if err != nil {
		t.Fatalf("go list -deps %s: %v", program, err)
	}
	return strings.Fields(string(out))
}
