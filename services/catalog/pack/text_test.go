package pack_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/services/catalog/pack"
)

// A regulation saved by a program that decomposes letters is the same regulation.
func TestDecomposedRegulation(t *testing.T) {
	file := templateYAML(t)
	composed, err := pack.ReadRegulation(file)
	if err != nil {
		t.Fatal(err)
	}
	decomposed, err := pack.ReadRegulation(norm.NFD.Bytes(file))
	if err != nil {
		t.Fatal(err)
	}
	content := composed.Content
	content.Title = norm.NFD.String(content.Title)
	content.Signer = norm.NFD.String(content.Signer)
	for i, s := range content.CriteriaSets {
		for j, n := range s.Nodes {
			content.CriteriaSets[i].Nodes[j].Name = norm.NFD.String(n.Name) + "\u200b"
		}
	}
	book, err := pack.WriteWorkbook(content)
	if err != nil {
		t.Fatal(err)
	}
	workbook, err := pack.ReadWorkbook(book)
	if err != nil {
		t.Fatal(err)
	}
	again, err := pack.ReadRegulation(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := again.Content.SHA256()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decomposed.Content.SHA256(); err != nil || got != want {
		t.Errorf("the decomposed file has the hash %s, %v; want %s", got, err, want)
	}
	if got, err := workbook.Content.SHA256(); err != nil || got != want {
		t.Errorf("the decomposed workbook has the hash %s, %v; want %s", got, err, want)
	}
}

// Names typed for the fonts of TCVN3 and VNI are warnings at their line or cell.
func TestLegacyEncodings(t *testing.T) {
	r, err := pack.ReadRegulation(templateYAML(t))
	if err != nil {
		t.Fatal(err)
	}
	r.Content.CriteriaSets[0].Nodes[0].Name, r.Content.CriteriaSets[0].Nodes[1].Name = "C¶i c¸ch thÓ chÕ", "Keá hoaïch caûi caùch"
	file, err := pack.WriteRegulation(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	read, err := pack.ReadRegulation(file)
	if err != nil {
		t.Fatal(err)
	}
	book, err := pack.WriteWorkbook(r.Content)
	if err != nil {
		t.Fatal(err)
	}
	workbook, err := pack.ReadWorkbook(book)
	if err != nil {
		t.Fatal(err)
	}
	warned := 0
	found, _ := read.Content.Validate()
	for _, f := range found {
		if f.Code != "TEXT_LEGACY_ENCODING" {
			continue
		}
		warned++
		if f.Severity != "WARNING" || !strings.HasPrefix(read.Where(f), "line ") || !strings.Contains(workbook.Where(f), "!") ||
			!strings.Contains(f.Vi, "Cải cách thể chế") && !strings.Contains(f.Vi, "Kế hoạch cải cách") {
			t.Errorf("%s at %s, %s: %s", f.Severity, read.Where(f), workbook.Where(f), f.Vi)
		}
	}
	if warned != 2 {
		t.Errorf("%d warnings: %v", warned, found)
	}
	if err := read.Refuse(); err != nil {
		t.Errorf("a warning refuses the file: %v", err)
	}
}

// A catalog file has no warnings: such a name is refused at its line.
func TestLegacyAgency(t *testing.T) {
	file := bytes.Join([][]byte{
		[]byte("format: parindex.catalog/1"), []byte("authority: {id: thu, name: Tỉnh Thử}"), []byte("agencies:"),
		[]byte("  - {id: so-noi-vu, name: Së Néi vô}"), []byte("  - {id: so-tai-chinh, name: Sôû Taøi chính}"),
	}, []byte("\n"))
	_, err := pack.Read(file)
	f := fault.From(err)
	if f == nil || len(f.Violations) != 2 {
		t.Fatalf("%v", err)
	}
	for i, want := range []string{"Sở Nội vụ", "Sở Tài chính"} {
		if v := f.Violations[i]; v.Code != "TEXT_LEGACY_ENCODING" || !strings.Contains(v.Field, "line") || !strings.Contains(v.Vi, want) {
			t.Errorf("%+v, want %s", v, want)
		}
	}
}
