package pack_test

import (
	"testing"

	"github.com/parindex/parindex/services/catalog/pack"
)

// TestWorkbookOfPacks writes each pack as a workbook and reads it again: the content
// and its hash stay, and the same content has the same bytes.
func TestWorkbookOfPacks(t *testing.T) {
	for _, name := range pack.Names() {
		t.Run(name, func(t *testing.T) {
			p := load(t, name)
			file, err := pack.WriteWorkbook(p.Content)
			if err != nil {
				t.Fatal(err)
			}
			w, err := pack.ReadWorkbook(file)
			if err != nil {
				t.Fatalf("%v\n%s", err, violations(err))
			}
			if sum, err := w.Content.SHA256(); err != nil || sum != p.SHA256 {
				t.Errorf("%s became %s %v", p.SHA256, sum, err)
			}
			if err := w.Refuse(); err != nil {
				t.Errorf("the pack is refused as a workbook:\n%s", violations(err))
			}
			again, err := pack.WriteWorkbook(p.Content)
			if err != nil || string(again) != string(file) {
				t.Errorf("written again it has other bytes: %v", err)
			}
		})
	}
}
