package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme runs the first example of the command line as the README prints it, up to
// its first call of the program. Only the address of the platform is another one, and
// what `make build` builds is there already.
func TestReadme(t *testing.T) {
	p := start(t)
	p.loadSocTrang(t)
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(command(t, "parindex"), filepath.Join(folder, "bin", "parindex")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Makefile"), []byte("build:\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	script := strings.ReplaceAll(example(t), "http://localhost:8080", "http://"+p.addresses.HTTP)
	cmd := exec.CommandContext(t.Context(), "bash", "-euc", script)
	cmd.Dir, cmd.Env = folder, []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "soc-trang 2023") || !strings.Contains(string(out), "Chỉ số %") {
		t.Errorf("%s\n%v\n%s", script, err, out)
	}
}

// example returns the first example of the command line in the README.
func example(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(content), "The same from the command line")
	_, rest, opened := strings.Cut(rest, "```sh\n")
	lines := strings.SplitAfter(rest, "\n")
	for i, line := range lines {
		if found && opened && strings.HasPrefix(line, "bin/parindex ") {
			return strings.Join(lines[:i+1], "")
		}
	}
	t.Fatal("the README has no example of the command line")
	return ""
}
