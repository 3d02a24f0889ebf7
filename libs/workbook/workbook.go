// Package workbook reads the cells of a workbook, strictly and within limits. It
// knows no layout.
//
// Only cells that hold something are kept, each with its address: a sheet whose
// one cell is the last of a million rows costs one cell. That is why files from
// outside are read here and not with the library that writes workbooks, which
// fills up rows and columns before it gives a cell, and gives it without saying
// whether it was a formula, a date or a text.
//
// A number stays what is written in the file: no binary float is made of it.
package workbook

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
	// Index is its place in the workbook, from 0.
	Index int
	Name  string
	// Hidden says whether people see the sheet.
	Hidden Hidden
	// Cells are those that hold something, by row and column.
	Cells []Cell
	// Merged are the areas of merged cells, as "A1:B2".
	Merged []string
	// HiddenRows and HiddenColumns are those that people do not see.
	HiddenRows    map[int]bool
	HiddenColumns []Span
	// Struck are the cells of which some text is struck out, and Masked those whose
	// format shows nothing (";;;").
	Struck, Masked []Cell
}

// Span are the columns from the first to the last one.
type Span struct{ First, Last int }

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

	texts []sharedText
	looks []look // by style
	from  int64  // the day before day 1
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
		State      Hidden     `xml:"state,attr"`
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
		if strings.HasSuffix(r.Type, "/vbaProject") || strings.HasSuffix(r.Type, "Macrosheet") {
			return nil, HasMacros
		}
		targets[r.ID] = r.Target
	}
	var sheets []Sheet
	for i, s := range w.Sheets {
		target := ""
		for _, a := range s.Attributes {
			if a.Name.Local == "id" && targets[a.Value] != "" {
				target = targets[a.Value]
			}
		}
		sheet := Sheet{Index: i, Name: s.Name}
		if s.State == Unlisted || s.State == VeryHidden {
			sheet.Hidden = s.State
		}
		sheet, err := b.sheet(sheet, target)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

// main finds the workbook's own part, having seen that it is a workbook without
// macros. What the list of types says of parts that are not there does not count:
// SheetJS lists the type of workbooks with macros in every file.
func (b *book) main() (string, error) {
	const list = "[content_types].xml"
	if b.parts[list] == nil {
		return "", NotWorkbook
	}
	types, err := b.types(list)
	if err != nil {
		return "", err
	}
	for name := range b.parts {
		if kind := types.of(name); strings.Contains(kind, "vbaproject") || strings.Contains(kind, "macrosheet") {
			return "", HasMacros
		}
	}
	root, err := b.relations("")
	if err != nil {
		return "", err
	}
	main, ok := root.of("officeDocument")
	if !ok {
		return "", NotWorkbook
	}
	switch kind := types.of(strings.ToLower(main)); {
	case strings.Contains(kind, "sheet.binary"): // .xlsb
		return "", NotWorkbook
	case strings.Contains(kind, "macroenabled"):
		return "", HasMacros
	case !strings.Contains(kind, "spreadsheetml.sheet.main+xml") && !strings.Contains(kind, "spreadsheetml.template.main+xml"):
		return "", NotWorkbook
	}
	return main, nil
}

// contentTypes are the types of parts and of file name extensions, in small letters.
type contentTypes struct{ parts, extensions map[string]string }

func (b *book) types(list string) (contentTypes, error) {
	var listed struct {
		Overrides []struct {
			Part string `xml:"PartName,attr"`
			Type string `xml:"ContentType,attr"`
		} `xml:"Override"`
		Defaults []struct {
			Extension string `xml:"Extension,attr"`
			Type      string `xml:"ContentType,attr"`
		} `xml:"Default"`
	}
	types := contentTypes{map[string]string{}, map[string]string{}}
	err := b.decode(list, &listed)
	for _, o := range listed.Overrides {
		types.parts[strings.ToLower(strings.TrimPrefix(o.Part, "/"))] = strings.ToLower(o.Type)
	}
	for _, d := range listed.Defaults {
		types.extensions["."+strings.ToLower(d.Extension)] = strings.ToLower(d.Type)
	}
	return types, err
}

// of returns the type of a part; empty if none is listed.
func (t contentTypes) of(part string) string {
	if kind, ok := t.parts[part]; ok {
		return kind
	}
	return t.extensions[path.Ext(part)]
}

// prepare reads what cells refer to.
func (b *book) prepare(refers relations, date1904 string) error {
	b.from = daysFrom(isTrue(date1904))
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
	struck   bool // some of it is struck out
}

func (r *textReader) see(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		switch token.Name.Local {
		case "si":
			r.value.Reset()
			r.struck = false
		case "strike":
			r.struck = r.struck || isOn(token)
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
	if len(b.texts) == b.limits.Cells {
		return TooManyTexts.With(b.limits.Cells)
	}
	shared := sharedText{text: text, struck: r.struck}
	if long(text) {
		shared = sharedText{tooLong: true, struck: r.struck}
	}
	b.texts = append(b.texts, shared)
	return nil
}

// sheet reads one sheet.
func (b *book) sheet(sheet Sheet, part string) (Sheet, error) {
	r := &sheetReader{book: b, sheet: sheet}
	err := b.tokens(part, r.see)
	if err != nil {
		if f := fault.From(err); slices.Contains([]string{TooManyRows.Code, TooManyCells.Code, TooMuchText.Code}, f.Code) {
			return r.sheet, f.At(sheet.Name)
		}
		return r.sheet, err
	}
	slices.SortStableFunc(r.sheet.Cells, func(a, b Cell) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column)) })
	for i := 1; i < len(r.sheet.Cells); i++ {
		if a, b := r.sheet.Cells[i-1], r.sheet.Cells[i]; a.Row == b.Row && a.Column == b.Column {
			return r.sheet, Broken.With(sheet.Name + "!" + b.Address())
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
	struck      bool // some of the cell's own text is struck out
	rows        int  // as they are in the file, even if they are empty
	lastRow     int  // of the last cell
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
		return r.startRow(attribute(e, "r"), attribute(e, "hidden"))
	case "col":
		r.column(e)
	case "strike":
		r.struck = r.struck || isOn(e)
	case "c":
		r.kind, r.style, r.formula, r.struck = attribute(e, "t"), attribute(e, "s"), false, false
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

// column keeps columns that are hidden.
func (r *sheetReader) column(e xml.StartElement) {
	first, err := strconv.Atoi(attribute(e, "min"))
	last, err2 := strconv.Atoi(attribute(e, "max"))
	if isTrue(attribute(e, "hidden")) && err == nil && err2 == nil && len(r.sheet.HiddenColumns) < 1000 {
		r.sheet.HiddenColumns = append(r.sheet.HiddenColumns, Span{first, last})
	}
}

func (r *sheetReader) startRow(number, hidden string) error {
	r.cell.Row++
	r.cell.Column = 0
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > MaxRow {
			return errors.New("no row")
		}
		r.cell.Row = n
	}
	if isTrue(hidden) {
		if r.sheet.HiddenRows == nil {
			r.sheet.HiddenRows = map[int]bool{}
		}
		r.sheet.HiddenRows[r.cell.Row] = true
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

// isTrue reports whether an attribute says yes.
func isTrue(value string) bool { return value == "1" || value == "true" }

// isOn reports whether an element of a format switches it on, as it does without a
// value.
func isOn(e xml.StartElement) bool {
	value := attribute(e, "val")
	return value == "" || isTrue(value)
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
	look := r.book.look(r.style)
	if r.struck || look.struck || r.kind == "s" && r.book.shared(r.value.String()).struck {
		r.sheet.Struck = append(r.sheet.Struck, c)
	}
	if look.masked {
		r.sheet.Masked = append(r.sheet.Masked, c)
	}
	return nil
}
