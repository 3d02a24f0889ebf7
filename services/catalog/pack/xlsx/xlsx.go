// Package xlsx reads the cells of a workbook, strictly and within limits. It
// knows no layout.
//
// Only cells that hold something are kept, each with its address: a sheet whose
// one cell is the last of a million rows costs one cell. That is why files from
// outside are read here and not with the library that writes workbooks, which
// fills up rows and columns before it gives a cell, and gives it without saying
// whether it was a formula, a date or a text.
//
// A number stays what is written in the file: no binary float is made of it.
package xlsx

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/parindex/parindex/libs/fault"
)

// Limits bounds what is read. A field of 0 takes its default.
type Limits struct {
	// Bytes is the largest file; 1 MiB by default.
	Bytes int
	// Unpacked is how many bytes all parts come to; 32 MiB by default.
	Unpacked int64
	// Parts is how many parts there are; 1,000 by default.
	Parts int
	// Sheets, Rows of one sheet, and Cells of all sheets count what holds something;
	// 100, 100,000 and 500,000 by default.
	Sheets, Rows, Cells int
}

func (l Limits) orDefaults() Limits {
	return Limits{
		Bytes: cmp.Or(l.Bytes, 1<<20), Unpacked: cmp.Or(l.Unpacked, 32<<20), Parts: cmp.Or(l.Parts, 1000),
		Sheets: cmp.Or(l.Sheets, 100), Rows: cmp.Or(l.Rows, 100_000), Cells: cmp.Or(l.Cells, 500_000),
	}
}

// Sheet is a sheet of a workbook.
type Sheet struct {
	Name string
	// Cells are those that hold something, by row and column.
	Cells []Cell
	// Merged are the areas of merged cells, as "A1:B2".
	Merged []string
}

// The first bytes of what people take for a workbook.
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

// Is reports whether data looks like a workbook, be it one that Read refuses.
func Is(data []byte) bool { return bytes.HasPrefix(data, zipMagic) || bytes.HasPrefix(data, oleMagic) }

// Read returns the sheets of a workbook, in order. It fails with one reason of this
// package; the field of a fault about one sheet is the sheet's name.
func Read(data []byte, limits Limits) ([]Sheet, error) {
	limits = limits.orDefaults()
	if len(data) > limits.Bytes {
		return nil, TooLarge.With(limits.Bytes)
	}
	b, err := open(data, limits)
	if err != nil {
		return nil, err
	}
	return b.sheets()
}

// book is a workbook that is being read.
type book struct {
	limits Limits
	parts  map[string]*zip.File
	// unpacked is how many bytes can still be unpacked, cells how many can be read.
	unpacked int64
	cells    int

	texts   []string   // the shared ones
	formats []cellKind // by style
	from    int64      // the day before day 1
}

func open(data []byte, limits Limits) (*book, error) {
	if bytes.HasPrefix(data, oleMagic) {
		if bytes.Contains(data, wide("EncryptedPackage")) {
			return nil, Encrypted
		}
		return nil, OldFormat
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, NotWorkbook
	}
	b := &book{limits: limits, parts: map[string]*zip.File{}, unpacked: limits.Unpacked, cells: limits.Cells}
	var total uint64
	for _, f := range archive.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		total += min(f.UncompressedSize64, 1<<40)
		switch {
		case f.Flags&1 != 0:
			return nil, Encrypted
		case b.parts[name] != nil:
			return nil, Broken.With(name)
		case strings.HasSuffix(name, "vbaproject.bin"):
			return nil, HasMacros
		}
		b.parts[name] = f
	}
	if len(b.parts) > limits.Parts || total > uint64(limits.Unpacked) { //nolint:gosec // a limit is not below 0
		return nil, b.tooMuch()
	}
	return b, nil
}

func (b *book) tooMuch() error { return TooMuchUnpacked.With(b.limits.Unpacked, b.limits.Parts) }

// wide is an ASCII text as the directory of an encrypted file has it.
func wide(text string) []byte {
	var b []byte
	for i := range len(text) {
		b = append(b, text[i], 0)
	}
	return b
}

// part opens a part. What it says of its size is not trusted: reading stops when the
// workbook has unpacked its share.
func (b *book) part(name string) (*counted, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, Broken.With(name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, Broken.With(name)
	}
	return &counted{b, r}, nil
}

// counted reads a part and counts it.
type counted struct {
	book *book
	part io.ReadCloser
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.part.Read(into)
	if c.book.unpacked -= int64(n); c.book.unpacked < 0 {
		return 0, c.book.tooMuch()
	}
	return n, err
}

// tokens hands each token of a part to see.
func (b *book) tokens(name string, see func(*xml.Decoder, xml.Token) error) error {
	r, err := b.part(name)
	if err != nil {
		return err
	}
	defer r.part.Close()
	decoder := xml.NewDecoder(r)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = see(decoder, token)
		}
		if err != nil {
			return unless(err, name)
		}
	}
}

// unless returns err if it is a reason of this package, else that a part is broken.
func unless(err error, name string) error {
	if f := (*fault.Fault)(nil); errors.As(err, &f) {
		return f
	}
	return Broken.With(name)
}

// decode reads a small part into a structure.
func (b *book) decode(name string, into any) error {
	r, err := b.part(name)
	if err != nil {
		return err
	}
	defer r.part.Close()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return unless(err, name)
	}
	return nil
}

// relations are the parts that a part names, by id.
type relations struct {
	All []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// relations returns what the part of a name refers to.
func (b *book) relations(name string) (relations, error) {
	var all relations
	folder, file := path.Split(name)
	err := b.decode(path.Join(folder, "_rels", file+".rels"), &all)
	for i, r := range all.All {
		if rooted, ok := strings.CutPrefix(r.Target, "/"); ok {
			all.All[i].Target = rooted
		} else {
			all.All[i].Target = path.Join(folder, r.Target)
		}
	}
	return all, err
}

// of returns the target of the first relation of a type, which differs between
// producers in all but its end.
func (r relations) of(kind string) (string, bool) {
	for _, one := range r.All {
		if strings.HasSuffix(one.Type, "/"+kind) {
			return one.Target, true
		}
	}
	return "", false
}

// workbook is the part that lists the sheets.
type workbook struct {
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name       string     `xml:"name,attr"`
		Attributes []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

// sheets reads all sheets.
func (b *book) sheets() ([]Sheet, error) {
	main, err := b.main()
	if err != nil {
		return nil, err
	}
	var w workbook
	if err := b.decode(main, &w); err != nil {
		return nil, err
	}
	if len(w.Sheets) > b.limits.Sheets {
		return nil, TooManySheets.With(b.limits.Sheets)
	}
	refers, err := b.relations(main)
	if err != nil {
		return nil, err
	}
	if err := b.prepare(refers, w.Properties.Date1904); err != nil {
		return nil, err
	}
	var sheets []Sheet
	for _, s := range w.Sheets {
		target := ""
		for _, a := range s.Attributes {
			for _, r := range refers.All {
				if a.Name.Local == "id" && a.Value == r.ID {
					target = r.Target
				}
			}
		}
		sheet, err := b.sheet(s.Name, target)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

// main finds the workbook's own part, having seen that it is a workbook without
// macros.
func (b *book) main() (string, error) {
	var types struct {
		Overrides []struct {
			Part string `xml:"PartName,attr"`
			Type string `xml:"ContentType,attr"`
		} `xml:"Override"`
		Defaults []struct {
			Type string `xml:"ContentType,attr"`
		} `xml:"Default"`
	}
	const list = "[content_types].xml"
	if b.parts[list] == nil {
		return "", NotWorkbook
	}
	if err := b.decode(list, &types); err != nil {
		return "", err
	}
	all := make([]string, 0, len(types.Overrides)+len(types.Defaults))
	for _, o := range types.Overrides {
		all = append(all, o.Type)
	}
	for _, d := range types.Defaults {
		all = append(all, d.Type)
	}
	has := func(part string) bool {
		return slices.ContainsFunc(all, func(t string) bool { return strings.Contains(strings.ToLower(t), part) })
	}
	switch {
	case has("macroenabled"):
		return "", HasMacros
	case !has("spreadsheetml.sheet.main+xml") && !has("spreadsheetml.template.main+xml"):
		return "", NotWorkbook
	}
	root, err := b.relations("")
	if err != nil {
		return "", err
	}
	main, ok := root.of("officeDocument")
	if !ok {
		return "", NotWorkbook
	}
	return main, nil
}

// prepare reads what cells refer to.
func (b *book) prepare(refers relations, date1904 string) error {
	b.from = daysFrom(date1904 == "1" || date1904 == "true")
	if styles, ok := refers.of("styles"); ok {
		if err := b.styles(styles); err != nil {
			return err
		}
	}
	strs, ok := refers.of("sharedStrings")
	if !ok {
		return nil
	}
	return b.tokens(strs, func(d *xml.Decoder, token xml.Token) error {
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "si" {
			return nil
		}
		var si struct {
			Text string `xml:"t"`
			Runs []struct {
				Text string `xml:"t"`
			} `xml:"r"`
		}
		if err := d.DecodeElement(&si, &start); err != nil {
			return err
		}
		for _, r := range si.Runs {
			si.Text += r.Text
		}
		b.texts = append(b.texts, unescaped(si.Text))
		return nil
	})
}

// sheet reads one sheet.
func (b *book) sheet(name, part string) (Sheet, error) {
	r := &sheetReader{book: b, sheet: Sheet{Name: name}}
	err := b.tokens(part, func(_ *xml.Decoder, token xml.Token) error { return r.see(token) })
	if err != nil {
		if f := fault.From(err); f.Code == TooManyRows.Code || f.Code == TooManyCells.Code {
			return r.sheet, f.At(name)
		}
		return r.sheet, err
	}
	slices.SortStableFunc(r.sheet.Cells, func(a, b Cell) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column)) })
	for i := 1; i < len(r.sheet.Cells); i++ {
		if a, b := r.sheet.Cells[i-1], r.sheet.Cells[i]; a.Row == b.Row && a.Column == b.Column {
			return r.sheet, Broken.With(name + "!" + b.Address())
		}
	}
	return r.sheet, nil
}

// sheetReader reads a sheet token by token.
type sheetReader struct {
	book  *book
	sheet Sheet

	cell        Cell
	kind, style string
	value       strings.Builder
	taking      bool // what follows is the cell's value
	phonetic    bool // what follows is how to read it aloud
	formula     bool
	rows        int // that hold something
	lastRow     int // that holds something
}

func (r *sheetReader) see(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		return r.start(token)
	case xml.CharData:
		if r.taking && !r.phonetic && r.value.Len() <= 4*MaxText {
			r.value.Write(token)
		}
	case xml.EndElement:
		switch token.Name.Local {
		case "v", "t":
			r.taking = false
		case "rPh":
			r.phonetic = false
		case "c":
			return r.end()
		}
	}
	return nil
}

func (r *sheetReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		r.cell.Row++
		r.cell.Column = 0
		if text := attribute(e, "r"); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > MaxRow {
				return errors.New("no row")
			}
			r.cell.Row = n
		}
	case "c":
		r.cell = Cell{Row: max(r.cell.Row, 1), Column: r.cell.Column + 1}
		r.kind, r.style, r.formula = attribute(e, "t"), attribute(e, "s"), false
		r.value.Reset()
		if text := attribute(e, "r"); text != "" {
			column, row, ok := Parse(text)
			if !ok {
				return errors.New("no address")
			}
			r.cell.Column, r.cell.Row = column, row
		}
	case "v":
		r.taking = true
	case "t":
		r.taking = r.kind == "inlineStr"
	case "rPh":
		r.phonetic = true
	case "f":
		r.formula = true
	case "mergeCell":
		if len(r.sheet.Merged) < 1000 {
			r.sheet.Merged = append(r.sheet.Merged, attribute(e, "ref"))
		}
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// end keeps a cell that holds something.
func (r *sheetReader) end() error {
	if !r.formula && r.value.Len() == 0 {
		return nil
	}
	c := r.cell
	if err := r.book.fill(&c, r.kind, r.style, r.value.String()); err != nil {
		return err
	}
	switch {
	case r.formula:
		c.Kind = Formula
	case r.value.Len() > 4*MaxText:
		c.Kind, c.Text = TooLong, ""
	}
	if c.Kind == Text && c.Text == "" {
		return nil
	}
	if r.book.cells--; r.book.cells < 0 {
		return TooManyCells.With(r.book.limits.Cells)
	}
	if c.Row != r.lastRow {
		r.lastRow = c.Row
		if r.rows++; r.rows > r.book.limits.Rows {
			return TooManyRows.With(r.book.limits.Rows)
		}
	}
	r.sheet.Cells = append(r.sheet.Cells, c)
	return nil
}
