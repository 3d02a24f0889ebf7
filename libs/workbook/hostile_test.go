package workbook_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/parindex/parindex/libs/fault"
	"github.com/parindex/parindex/libs/workbook"
)

// The parts of a workbook.
const (
	typesPart   = "[Content_Types].xml"
	rootPart    = "_rels/.rels"
	mainPart    = "xl/workbook.xml"
	relatedPart = "xl/_rels/workbook.xml.rels"
	stylesPart  = "xl/styles.xml"
	sharedPart  = "xl/sharedStrings.xml"
	sheetPart   = "xl/worksheets/sheet1.xml"
)

func repeated(text string, n int) string { return strings.Repeat(text, n) }

func sheetOf(rows string) string { return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>` }

// many is a text of pieces numbered from 1.
func many(n int, piece string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, piece, i+1)
	}
	return b.String()
}

// lying packs a part that says it is small.
func lying(tb testing.TB, name, text string) []byte {
	tb.Helper()
	var small, out bytes.Buffer
	deflate, err := flate.NewWriter(&small, flate.BestCompression)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.WriteString(deflate, text); err != nil {
		tb.Fatal(err)
	}
	if err := deflate.Close(); err != nil {
		tb.Fatal(err)
	}
	file := packed(tb, nil)
	from, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		tb.Fatal(err)
	}
	into := zip.NewWriter(&out)
	for _, f := range from.File {
		if f.Name != name {
			if err := into.Copy(f); err != nil {
				tb.Fatal(err)
			}
		}
	}
	w, err := into.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CompressedSize64: uint64(small.Len()), UncompressedSize64: 100, //nolint:gosec // a length
	})
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(small.Bytes()); err != nil {
		tb.Fatal(err)
	}
	if err := into.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

type hostile struct {
	name string
	file []byte
	want fault.Reason
	// field is the sheet that is named, if one is.
	field string
}

// hostiles are files that cost their sender little.
func hostiles(tb testing.TB) []hostile {
	tb.Helper()
	with := func(part, text string) []byte { return packed(tb, map[string]string{part: text}) }
	laughs := `<!DOCTYPE x [<!ENTITY a "ha">` + many(30, `<!ENTITY a%d "&a;&a;&a;&a;&a;&a;&a;&a;">`) + `]>`
	all := []hostile{
		{"10 MB of nothing", make([]byte, 10<<20), workbook.TooLarge, ""},
		{"1 MB of nothing", make([]byte, 1<<20), workbook.NotWorkbook, ""},
		{"10 MB of nothing, packed", with(sheetPart, `<worksheet>`+repeated(" ", 10<<20)+`</worksheet>`), workbook.TokenTooLong, ""},
		{"10 MB of zero bytes, packed", with(sheetPart, repeated("\x00", 10<<20)), workbook.Broken, ""},
		{"a bomb", with(sheetPart, `<worksheet>`+repeated(" ", 40<<20)), workbook.TooMuchUnpacked, ""},
		{"a bomb that lies", lying(tb, sheetPart, `<worksheet>`+repeated("<!-- x -->", 4<<20)), workbook.Broken, ""},
		{"a bomb in a part that is not read", with("xl/media/image1.png", repeated("\x00", 40<<20)), workbook.TooMuchUnpacked, ""},
		{"a bomb of parts", packed(tb, numbered(1000)), workbook.TooMuchUnpacked, ""},
		{"deep nesting", with(sheetPart, repeated("<a>", 1_000_000)), workbook.TooDeep, ""},
		{"deep nesting that ends", with(sheetPart, `<worksheet>`+repeated("<a>", 64)+repeated("</a>", 64)+`</worksheet>`), workbook.TooDeep, ""},
		{"deep nesting of styles", with(stylesPart, repeated("<a>", 1_000_000)), workbook.TooDeep, ""},
		{"deep nesting of a text", with(sharedPart, `<sst><si>`+repeated("<r>", 1_000_000)), workbook.TooDeep, ""},
		{"attributes", with(sheetPart, sheetOf(`<row `+many(101, `a%d="" `)+`/>`)), workbook.TooManyAttributes, ""},
		{"an attribute without end", with(sheetPart, sheetOf(`<row a="`+repeated("a", 2<<20)+`"/>`)), workbook.TokenTooLong, ""},
		{"attributes without end", with(mainPart, `<workbook `+many(300_000, `a%d="" `)+`/>`), workbook.TokenTooLong, ""},
		{"a name without end", with(sheetPart, `<`+repeated("a", 2<<20)), workbook.TokenTooLong, ""},
		{"a comment without end", with(sheetPart, `<worksheet><!--`+repeated("a", 2<<20)), workbook.TokenTooLong, ""},
		{"an entity of nowhere", with(sheetPart, sheetOf(`<row><c t="str"><v>&xxe;</v></c></row>`)), workbook.Broken, ""},
		{"another encoding", with(sheetPart, `<?xml version="1.0" encoding="UTF-7"?><worksheet/>`), workbook.Broken, ""},
		{"a million empty rows", with(sheetPart, sheetOf(repeated(`<row/>`, 1_000_000))), workbook.TooManyRows, "Một"},
		{"rows out of nowhere", with(sheetPart, sheetOf(`<row>`+many(100_002, `<c r="A%d1"/>`)+`</row>`)), workbook.TooManyRows, "Một"},
		{"a million empty cells", with(sheetPart, sheetOf(`<row>`+repeated(`<c r="A1"/>`, 1_000_000)+`</row>`)), workbook.TooManyCells, "Một"},
		{"cells all over the sheet", with(sheetPart, sheetOf(many(100_001, `<row r="%d"><c r="XFD%[1]d" t="b"><v>1</v></c></row>`))), workbook.TooManyRows, "Một"},
		{"a million shared texts", with(sharedPart, `<sst>`+repeated(`<si/>`, 1_000_000)+`</sst>`), workbook.TooManyTexts, ""},
		{"one text in many cells", packed(tb, map[string]string{
			sharedPart: `<sst><si><t>` + repeated("a", workbook.MaxText) + `</t></si></sst>`,
			sheetPart:  sheetOf(`<row>` + repeated(`<c t="s"><v>0</v></c>`, 10_000) + `</row>`),
		}), workbook.TooMuchText, "Một"},
		{"one sheet many times", packed(tb, map[string]string{
			mainPart:  `<workbook ` + namespaces + `><sheets>` + repeated(`<sheet name="Một" sheetId="1" r:id="s1"/>`, 100) + `</sheets></workbook>`,
			sheetPart: `<worksheet>` + repeated(repeated(" ", 1<<19)+"<a/>", 2) + `</worksheet>`,
		}), workbook.TooMuchUnpacked, ""},
		{"elements without end", with(sheetPart, sheetOf(repeated(`<x/>`, 3_100_000))), workbook.TooManyElements, ""},
		{"a text in parts without end", with(sharedPart, `<sst><si>`+repeated(`<r><t/></r>`, 1_600_000)+`</si></sst>`), workbook.TooManyElements, ""},
		{"styles without end", with(stylesPart, `<styleSheet><cellXfs>`+repeated(`<xf/>`, 1_000_000)+`</cellXfs></styleSheet>`), workbook.PartTooLarge, ""},
		{"relations without end", with(relatedPart, `<Relationships>`+repeated(`<Relationship/>`, 300_000)+`</Relationships>`), workbook.PartTooLarge, ""},
		{"sheets without end", with(mainPart, `<workbook><sheets>`+repeated(`<sheet/>`, 300_000)+`</sheets></workbook>`), workbook.TooManySheets, ""},
	}
	for _, part := range []string{typesPart, rootPart, mainPart, relatedPart, stylesPart, sharedPart, sheetPart} {
		all = append(all, hostile{"a billion laughs in " + part, with(part, laughs+`<x>&a30;</x>`), workbook.HasDirective, ""})
	}
	return all
}

func numbered(n int) map[string]string {
	parts := map[string]string{}
	for i := range n {
		parts[fmt.Sprintf("xl/media/%d.png", i)] = ""
	}
	return parts
}

// TestHostileFiles refuses each hostile file by its own reason, in both languages. All
// but the first are within the limit of the file size.
func TestHostileFiles(t *testing.T) {
	for _, h := range hostiles(t) {
		t.Run(h.name, func(t *testing.T) {
			sheets, err := workbook.Read(h.file, workbook.Limits{})
			f := fault.From(err)
			if !errors.Is(err, h.want) || f.Field != h.field || sheets != nil {
				t.Fatalf("%d bytes: %v at %q, want %s at %q", len(h.file), err, f.Field, h.want.Code, h.field)
			}
			if strings.Contains(f.Vi+f.En, "%!") || !strings.Contains(f.Vi, "Hãy") {
				t.Errorf("%s\n%s", f.Vi, f.En)
			}
		})
	}
}

// TestLargeFiles reads files that reach a limit and do not exceed it.
func TestLargeFiles(t *testing.T) {
	long := repeated("ă", workbook.MaxText)
	file := packed(t, map[string]string{
		stylesPart: `<styleSheet><numFmts><numFmt numFmtId="200" formatCode="0%"/></numFmts><cellXfs>` + repeated(`<xf numFmtId="200"/>`, 60_000) + `</cellXfs></styleSheet>`,
		sharedPart: `<sst><si><t>` + long + `</t></si><si><t>` + long + `ă</t></si><si>` + repeated(`<r><t>a</t></r>`, 10_000) + `</si></sst>`,
		sheetPart: `<worksheet ` + many(99, `a%d="" `) + `>` + repeated("<a>", 63) + repeated("</a>", 63) + `<sheetData>` +
			repeated(`<row/>`, 99_998) + `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c s="59999"><v>0.5</v></c></row>` +
			`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`,
	})
	sheets, err := workbook.Read(file, workbook.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []workbook.Cell{
		{99_999, 1, workbook.Text, long},
		{99_999, 2, workbook.TooLong, ""},
		{99_999, 3, workbook.Text, repeated("a", 10_000)},
		{99_999, 4, workbook.Percent, "0.5"},
		{workbook.MaxRow, workbook.MaxColumn, workbook.Number, "1"},
	}
	if len(sheets) != 1 || len(sheets[0].Cells) != len(want) {
		t.Fatalf("%d sheets, %d cells", len(sheets), len(sheets[0].Cells))
	}
	for i, c := range sheets[0].Cells {
		if c != want[i] {
			t.Errorf("%s is %v of %d bytes", c.Address(), c.Kind, len(c.Text))
		}
	}
}

// BenchmarkHostileFiles reports the most memory in use while each is refused.
func BenchmarkHostileFiles(b *testing.B) {
	for _, h := range hostiles(b) {
		b.Run(h.name, func(b *testing.B) {
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			done, most := make(chan struct{}), make(chan uint64)
			go func() {
				peak := before.HeapInuse
				for tick := time.NewTicker(time.Millisecond); ; {
					select {
					case <-done:
						tick.Stop()
						most <- peak
						return
					case <-tick.C:
						var now runtime.MemStats
						runtime.ReadMemStats(&now)
						peak = max(peak, now.HeapInuse)
					}
				}
			}()
			for b.Loop() {
				if _, err := workbook.Read(h.file, workbook.Limits{}); err == nil {
					b.Fatal("it was read")
				}
			}
			close(done)
			b.ReportMetric(float64(<-most-before.HeapInuse)/(1<<20), "peak-MiB")
		})
	}
}
