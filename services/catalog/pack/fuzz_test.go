package pack_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
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

// FuzzReadWorkbook sees that any workbook is read or refused with places. It puts
// what it tries in the place of one of the template's sheets.
func FuzzReadWorkbook(f *testing.F) {
	file := templateWorkbook(f)
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		f.Fatal(err)
	}
	for _, part := range archive.File {
		number, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimPrefix(part.Name, "xl/worksheets/sheet"), ".xml"), 10, 8)
		if err != nil {
			continue
		}
		r, err := part.Open()
		if err != nil {
			f.Fatal(err)
		}
		sheet, err := io.ReadAll(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(number), string(sheet))
	}
	f.Fuzz(func(t *testing.T, number uint8, sheet string) {
		file := zipped(t, map[string]func(io.Writer){fmt.Sprintf("xl/worksheets/sheet%d.xml", number): part(sheet, 1)})
		w, err := pack.ReadWorkbook(file)
		if err == nil {
			err = w.Refuse()
		}
		if err == nil {
			return
		}
		refused := fault.From(err)
		if refused.Code != "REGULATION_FILE_INVALID" || len(refused.Violations) == 0 {
			t.Errorf("got %v", err)
		}
		for _, v := range refused.Violations {
			if v.Field == "" || v.Code == "" || !utf8.ValidString(v.Vi+v.En) {
				t.Errorf("got %+v", v)
			}
		}
	})
}
