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
	// Unpacked is how many bytes all parts have together; 32 MiB by default.
	Unpacked int64
	// Parts is how many parts there are; 1,000 by default.
	Parts int
	// Sheets, Rows of one sheet, and Cells of all sheets count what is in the file,
	// even if it is empty; 100, 100,000 and 500,000 by default. There are as many
	// shared texts as cells, at most.
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

// Is reports whether data looks like a workbook, even if Read refuses it.
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
	// unpacked is how many bytes can still be unpacked, told how many the cells can
	// still say; elements and cells are how many can still be read.
	unpacked, told  int64
	elements, cells int

	texts   []sharedText
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
	b := &book{
		limits: limits, parts: map[string]*zip.File{},
		unpacked: limits.Unpacked, told: limits.Unpacked, elements: elementsPerCell * limits.Cells, cells: limits.Cells,
	}
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
	targets := map[string]string{}
	for _, r := range refers.All {
		targets[r.ID] = r.Target
	}
	var sheets []Sheet
	for _, s := range w.Sheets {
		target := ""
		for _, a := range s.Attributes {
			if a.Name.Local == "id" && targets[a.Value] != "" {
				target = targets[a.Value]
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
	r := textReader{book: b}
	return b.tokens(strs, r.see)
}

// textReader reads the shared texts token by token.
type textReader struct {
	book *book

	value    strings.Builder
	taking   bool // what follows is said
	phonetic bool // what follows is how to read it aloud
}

func (r *textReader) see(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		switch token.Name.Local {
		case "si":
			r.value.Reset()
		case "t":
			r.taking = !r.phonetic
		case "rPh":
			r.phonetic = true
		}
	case xml.CharData:
		if r.taking {
			r.value.Write(token)
		}
	case xml.EndElement:
		switch token.Name.Local {
		case "t":
			r.taking = false
		case "rPh":
			r.phonetic = false
		case "si":
			return r.end()
		}
	}
	return nil
}

func (r *textReader) end() error {
	b, text := r.book, unescaped(r.value.String())
	switch {
	case len(b.texts) == b.limits.Cells:
		return TooManyTexts.With(b.limits.Cells)
	case long(text):
		b.texts = append(b.texts, sharedText{tooLong: true})
	default:
		b.texts = append(b.texts, sharedText{text: text})
	}
	return nil
}

// sheet reads one sheet.
func (b *book) sheet(name, part string) (Sheet, error) {
	r := &sheetReader{book: b, sheet: Sheet{Name: name}}
	err := b.tokens(part, r.see)
	if err != nil {
		if f := fault.From(err); slices.Contains([]string{TooManyRows.Code, TooManyCells.Code, TooMuchText.Code}, f.Code) {
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
	rows        int // as they are in the file, even if they are empty
	lastRow     int // of the last cell
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
		return r.startRow(attribute(e, "r"))
	case "c":
		r.kind, r.style, r.formula = attribute(e, "t"), attribute(e, "s"), false
		r.value.Reset()
		return r.startCell(attribute(e, "r"))
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

func (r *sheetReader) startRow(number string) error {
	r.cell.Row++
	r.cell.Column = 0
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > MaxRow {
			return errors.New("no row")
		}
		r.cell.Row = n
	}
	return r.countRow()
}

func (r *sheetReader) startCell(address string) error {
	r.cell = Cell{Row: max(r.cell.Row, 1), Column: r.cell.Column + 1}
	if address != "" {
		column, row, ok := Parse(address)
		if !ok {
			return errors.New("no address")
		}
		r.cell.Column, r.cell.Row = column, row
	}
	if r.book.cells--; r.book.cells < 0 {
		return TooManyCells.With(r.book.limits.Cells)
	}
	if r.cell.Row != r.lastRow {
		return r.countRow()
	}
	return nil
}

func (r *sheetReader) countRow() error {
	r.lastRow = r.cell.Row
	if r.rows++; r.rows > r.book.limits.Rows {
		return TooManyRows.With(r.book.limits.Rows)
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

// end keeps a cell with content.
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
	if r.book.told -= int64(len(c.Text)); r.book.told < 0 {
		return TooMuchText.With(r.book.limits.Unpacked)
	}
	r.sheet.Cells = append(r.sheet.Cells, c)
	return nil
}
