package e2e

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRegulationsFromTheCommandLine loads a pack as a draft, imports a regulation
// from a file and another one from the largest possible file, and issues the pack.
func TestRegulationsFromTheCommandLine(t *testing.T) {
	d := newDemonstration(t)
	d.start()
	session := filepath.Join(d.folder, "session")
	d.parindex(d.password(), "login", "dieuphoi", "--token-file="+session)
	into := func(id string, args ...string) []string {
		return append([]string{"catalog", "import", "--authority=soc-trang", "--regulation=" + id, "--token-file=" + session}, args...)
	}
	if out := d.parindex("", into("2023", "soc-trang-2023")...); !strings.Contains(out, "version 1") {
		t.Errorf("the pack: %q", out)
	}
	exported, err := exec.CommandContext(t.Context(), d.commands, "catalog", "export", "two-tier-2026").Output()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(d.folder, "regulation.yaml")
	write(t, file, string(exported))
	if out := d.parindex("", into("2026", file, "--dry-run")...); !strings.Contains(out, "nothing stored") {
		t.Errorf("the dry run: %q", out)
	}
	for range 2 {
		if out := d.parindex("", into("2026", file)...); !strings.Contains(out, "soc-trang 2026: Ví dụ") || !strings.Contains(out, "version 1") {
			t.Errorf("the file: %q", out)
		}
	}
	large := filepath.Join(d.folder, "large.yaml")
	write(t, large, largest(string(exported)))
	if out := d.parindex("", into("2028", large)...); !strings.Contains(out, "soc-trang 2028: Ví dụ") || !strings.Contains(out, "version 1") {
		t.Errorf("a file of 3 MiB: %.500q", out)
	}
	token, _, _ := strings.Cut(read(t, session), "\n")
	regulation := "/v1/authorities/soc-trang/regulations/2023"
	if found := d.put(token, http.MethodPost, regulation+":validate", "{}"); strings.Contains(found, "SEVERITY_ERROR") || !strings.Contains(found, "APPRAISER_WITHOUT_SEAT") {
		t.Errorf("validation of the pack: %.500s", found)
	}
	if issued := d.put(token, http.MethodPost, regulation+":issue", `{"etag": "1"}`); !strings.Contains(issued, "REGULATION_STATE_ISSUED") {
		t.Errorf("issuing the pack: %.500s", issued)
	}
	if file := d.put(token, http.MethodGet, regulation+"/file?format=FILE_FORMAT_YAML", ""); !strings.Contains(file, `"2023.yaml"`) {
		t.Errorf("the file: %.200s", file)
	}
	if packs := d.put(token, http.MethodGet, "/v1/packs", ""); !strings.Contains(packs, "son-la-2021") {
		t.Errorf("the packs: %.500s", packs)
	}
	d.stop()
}

// largest creates a regulation file of the largest allowed size: it lists thousands
// of agencies, and a comment fills it to the last byte.
func largest(file string) string {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(file, "\n") + "\nagencies:\n")
	for i := range 4500 {
		fmt.Fprintf(&b, "  - {agency: a-%d, name: %s, group: departments}\n", i, strings.Repeat("đ", 290))
	}
	const most = 3 << 20
	b.WriteString("#" + strings.Repeat("x", most-b.Len()-1))
	return b.String()
}
