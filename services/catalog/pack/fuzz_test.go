package pack_test

import (
	"os"
	"testing"
	"unicode/utf8"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// FuzzRead sees that any file is read or refused with places, and that what is
// read is sound.
func FuzzRead(f *testing.F) {
	for _, path := range []string{socTrang, "testdata/faults/every-rule.yaml", "testdata/faults/no-yaml.yaml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := pack.Read(data)
		if err == nil {
			if found := file.Catalog.Check(); len(found) > 0 {
				t.Errorf("read, and then found %v", found)
			}
			return
		}
		refused := fault.From(err)
		if refused.Code != "CATALOG_FILE_INVALID" || len(refused.Violations) == 0 {
			t.Errorf("got %v", err)
		}
		for _, v := range refused.Violations {
			if v.Field == "" || v.Code == "" || !utf8.ValidString(v.Vi+v.En) {
				t.Errorf("got %+v", v)
			}
		}
	})
}

// FuzzName sees that a name once cleaned stays as it is.
func FuzzName(f *testing.F) {
	f.Add("  UBND huye\u0323\u0302n\tTHẠNH\u200b Trị ")
	f.Fuzz(func(t *testing.T, text string) {
		once := pack.Name(text)
		if twice := pack.Name(once.Text); twice != once {
			t.Errorf("%+q became %+q and then %+q", text, once, twice)
		}
	})
}

// FuzzReadRegulation sees that any file is read or refused with places, and that
// what is read is written so that it is read again.
func FuzzReadRegulation(f *testing.F) {
	for _, path := range []string{"testdata/synthetic.yaml", "testdata/regulation/faults.yaml", "testdata/regulation/rules.yaml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := pack.ReadRegulation(data)
		if err != nil {
			refused := fault.From(err)
			if refused.Code != "REGULATION_FILE_INVALID" {
				t.Errorf("got %v", err)
			}
			for _, v := range refused.Violations {
				if v.Field == "" || v.Code == "" || !utf8.ValidString(v.Vi+v.En) {
					t.Errorf("got %+v", v)
				}
			}
			return
		}
		if err := r.Refuse(); err != nil && fault.From(err).Code != "REGULATION_FILE_INVALID" {
			t.Errorf("got %v", err)
		}
		readAgain(t, r)
	})
}
